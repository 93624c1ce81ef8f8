<?php

namespace Tests\Feature;

use Illuminate\Foundation\Testing\RefreshDatabase;
use Tests\TestCase;

class OrderTest extends TestCase
{
    use RefreshDatabase;

    public function test_guests_cannot_order(): void
    {
        $this->postJson('/api/orders', ['show' => 1, 'seats' => 2])->assertUnauthorized();
    }
}
