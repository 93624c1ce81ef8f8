from sqlalchemy import text

from bookings.db import session
from bookings.errors import Overlap


async def book(body: dict) -> dict:
    async with session.begin() as s:
        taken = await s.scalar(text("SELECT 1 FROM bookings WHERE room_id = :room AND during && :during"), body)
        if taken:
            raise Overlap("the room is taken at that time")
        await s.execute(text("INSERT INTO bookings (room_id, during) VALUES (:room, :during)"), body)
    return body


async def cancel(booking_id: int) -> None:
    async with session.begin() as s:
        await s.execute(text("DELETE FROM bookings WHERE id = :id"), {"id": booking_id})
