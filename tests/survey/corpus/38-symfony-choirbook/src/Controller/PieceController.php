<?php

namespace App\Controller;

use App\Exception\PieceNotFound;
use App\Repository\PieceRepository;
use Symfony\Bundle\FrameworkBundle\Controller\AbstractController;
use Symfony\Component\HttpFoundation\JsonResponse;
use Symfony\Component\Routing\Attribute\Route;

#[Route('/pieces')]
class PieceController extends AbstractController
{
    public function __construct(private PieceRepository $pieces)
    {
    }

    #[Route('', methods: ['GET'])]
    public function list(): JsonResponse
    {
        return $this->json($this->pieces->findAll());
    }

    #[Route('/{id<\d+>}', name: 'piece', methods: ['GET'])]
    public function one(int $id): JsonResponse
    {
        return $this->json($this->pieces->find($id) ?? throw new PieceNotFound($id));
    }

    #[Route('/{id}/parts', methods: ['POST'])]
    public function addPart(int $id): JsonResponse
    {
        return $this->json(['piece' => $id], 201);
    }
}
