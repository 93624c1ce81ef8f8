<?php

namespace App\Tests\Controller;

use Symfony\Bundle\FrameworkBundle\Test\WebTestCase;

class PieceControllerTest extends WebTestCase
{
    public function testUnknownPiece(): void
    {
        static::createClient()->request('GET', '/pieces/0');
        self::assertResponseStatusCodeSame(404);
    }
}
