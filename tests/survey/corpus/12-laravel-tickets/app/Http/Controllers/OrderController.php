<?php

namespace App\Http\Controllers;

use App\Models\Order;
use App\Models\Show;
use App\Services\SeatService;
use Illuminate\Http\Request;

class OrderController
{
    public function __construct(private SeatService $seats) {}

    public function store(Request $request)
    {
        $data = $request->validate(['show' => 'required|exists:shows,id', 'seats' => 'required|integer|between:1,8']);

        return response()->json($this->seats->reserve($data['show'], $data['seats']), 201);
    }

    public function cancel(Order $order)
    {
        $order->delete();

        return response()->noContent();
    }

    public function availability(Show $show)
    {
        return ['free' => $this->seats->free($show->id)];
    }
}
