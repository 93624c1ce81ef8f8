<?php

namespace Tests\Unit;

use App\Exceptions\SoldOutException;
use PHPUnit\Framework\TestCase;

class SoldOutTest extends TestCase
{
    public function test_the_message_names_the_show(): void
    {
        $this->assertSame('show 7 is sold out', SoldOutException::forShow(7)->getMessage());
    }
}
