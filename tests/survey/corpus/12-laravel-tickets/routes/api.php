<?php

use App\Http\Controllers\OrderController;
use Illuminate\Support\Facades\Route;

Route::middleware('auth:sanctum')->group(function () {
    Route::post('/orders', [OrderController::class, 'store']);
    Route::delete('/orders/{order}', [OrderController::class, 'cancel']);
});
Route::prefix('public')->group(function () {
    Route::get('/availability/{show}', [OrderController::class, 'availability']);
});
