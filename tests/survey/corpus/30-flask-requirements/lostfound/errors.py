class LostFoundError(Exception):
    pass


class NotFoundError(LostFoundError):
    pass


class ItemClaimed(LostFoundError):
    pass
