<?php

namespace App\EventListener;

use App\Exception\PieceNotFound;
use Psr\Log\LoggerInterface;
use Symfony\Component\EventDispatcher\Attribute\AsEventListener;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\HttpKernel\Event\ExceptionEvent;

#[AsEventListener]
final class ExceptionListener
{
    public function __construct(private LoggerInterface $logger)
    {
    }

    public function __invoke(ExceptionEvent $event): void
    {
        $error = $event->getThrowable();
        if ($error instanceof PieceNotFound) {
            $event->setResponse(new JsonResponse(['error' => $error->getMessage()], 404));

            return;
        }
        $this->logger->error('unexpected', ['exception' => $error]);
    }
}
