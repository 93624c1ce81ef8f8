<?php

namespace App\Exception;

final class PieceNotFound extends \DomainException
{
    public function __construct(int $id)
    {
        parent::__construct("there is no piece {$id}");
    }
}
