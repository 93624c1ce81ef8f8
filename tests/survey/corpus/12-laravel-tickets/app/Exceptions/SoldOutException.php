<?php

namespace App\Exceptions;

use RuntimeException;

final class SoldOutException extends RuntimeException
{
    public static function forShow(int $show): self
    {
        return new self("show {$show} is sold out");
    }
}
