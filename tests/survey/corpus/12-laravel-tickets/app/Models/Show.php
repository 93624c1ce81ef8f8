<?php

namespace App\Models;

use Illuminate\Database\Eloquent\Model;

class Show extends Model
{
    protected $casts = ['starts_at' => 'datetime'];

    public function scopeUpcoming($query)
    {
        return $query->where('starts_at', '>', now());
    }
}
