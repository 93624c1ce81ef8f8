<?php

use App\Exceptions\SoldOutException;
use Illuminate\Foundation\Application;
use Illuminate\Foundation\Configuration\Exceptions;

return Application::configure(basePath: dirname(__DIR__))
    ->withRouting(web: __DIR__.'/../routes/web.php', api: __DIR__.'/../routes/api.php', health: '/up')
    ->withExceptions(function (Exceptions $exceptions) {
        $exceptions->dontReport(SoldOutException::class);
        $exceptions->render(fn (SoldOutException $e) => response()->json(['error' => 'sold_out'], 409));
    })->create();
