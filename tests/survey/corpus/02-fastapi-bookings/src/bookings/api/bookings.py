from fastapi import APIRouter, status

from bookings.services import booking_service

router = APIRouter(tags=["bookings"])


@router.post("/bookings", status_code=status.HTTP_201_CREATED)
async def book(body: dict) -> dict:
    return await booking_service.book(body)


@router.delete(
    "/bookings/{booking_id}",
    status_code=status.HTTP_204_NO_CONTENT,
)
async def cancel(booking_id: int) -> None:
    await booking_service.cancel(booking_id)
