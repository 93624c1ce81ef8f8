<?php

namespace App\Console\Commands;

use App\Models\Order;
use Illuminate\Console\Command;

class ExpireOrders extends Command
{
    protected $signature = 'orders:expire {--minutes=15}';

    protected $description = 'Gives back the seats of orders that were never paid';

    public function handle(): int
    {
        Order::unpaidFor((int) $this->option('minutes'))->each->delete();

        return self::SUCCESS;
    }
}
