from sqlalchemy import select

from bookings.db import Room, session
from bookings.errors import RoomNotFound


async def all_rooms() -> list[dict]:
    async with session() as s:
        return [{"id": r.id, "name": r.name} for r in await s.scalars(select(Room))]


async def one_room(room_id: int) -> dict:
    async with session() as s:
        room = await s.get(Room, room_id)
    if room is None:
        raise RoomNotFound(f"there is no room {room_id}")
    return {"id": room.id, "name": room.name}
