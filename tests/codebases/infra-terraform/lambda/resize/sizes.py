"""How large a thumbnail gets."""


class NoPicture(Exception):
    """The file has no size, so it is none."""


def fitted(width: int, height: int, wanted: int) -> tuple[int, int]:
    if width <= 0 or height <= 0:
        raise NoPicture(f"{width}x{height}")
    if width <= wanted:
        return width, height
    return wanted, max(1, height * wanted // width)
