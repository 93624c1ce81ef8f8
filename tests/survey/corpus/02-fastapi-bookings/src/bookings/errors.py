"""Everything the domain refuses."""


class BookingError(Exception):
    status = 400
    code = "bad_request"


class RoomNotFound(BookingError):
    status = 404
    code = "room_not_found"


class Overlap(BookingError):
    status = 409
    code = "overlap"
