<?php

namespace App\Http\Controllers;

use App\Models\Show;

class ShowController
{
    public function index()
    {
        return view('shows.index', ['shows' => Show::upcoming()->get()]);
    }

    public function show(Show $show)
    {
        return view('shows.show', compact('show'));
    }
}
