class ParcelError(Exception):
    """Everything a service may refuse; main.py turns it into an answer."""

    status = 400
    code = "refused"


class NotFound(ParcelError):
    status = 404
    code = "not_found"


class Conflict(ParcelError):
    status = 409
    code = "conflict"
