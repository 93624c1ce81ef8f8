from fastapi import APIRouter

from bookings.services import room_service

router = APIRouter(prefix="/api/v1/rooms", tags=["rooms"])


@router.get("")
async def list_rooms() -> list[dict]:
    return await room_service.all_rooms()


@router.get("/{room_id}")
async def get_room(room_id: int) -> dict:
    return await room_service.one_room(room_id)


# @router.delete("/{room_id}")  -- rooms are never deleted, see ADR 4
