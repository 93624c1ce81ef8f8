<?php

namespace App\Services;

use App\Exceptions\SoldOutException;
use App\Models\Order;
use App\Models\Show;
use Illuminate\Support\Facades\DB;

class SeatService
{
    public function free(int $show): int
    {
        return Show::findOrFail($show)->seats - Order::where('show_id', $show)->sum('seats');
    }

    public function reserve(int $show, int $seats): Order
    {
        return DB::transaction(function () use ($show, $seats) {
            if ($this->free($show) < $seats) {
                throw SoldOutException::forShow($show);
            }

            return Order::create(['show_id' => $show, 'seats' => $seats]);
        });
    }
}
