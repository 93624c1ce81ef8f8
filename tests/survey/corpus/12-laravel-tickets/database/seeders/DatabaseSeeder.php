<?php

namespace Database\Seeders;

use App\Models\Show;
use Illuminate\Database\Seeder;

class DatabaseSeeder extends Seeder
{
    public function run(): void
    {
        Show::create(['title' => 'Metropolis', 'seats' => 200, 'starts_at' => now()->addWeek()]);
    }
}
