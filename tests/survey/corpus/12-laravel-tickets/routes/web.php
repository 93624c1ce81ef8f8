<?php

use App\Http\Controllers\ShowController;
use Illuminate\Support\Facades\Route;

Route::get('/', [ShowController::class, 'index'])->name('home');
Route::get('/shows/{show}', [ShowController::class, 'show']);
// Route::get('/legacy', LegacyController::class);
