from litestar import Litestar, get, post
from litestar.exceptions import NotFoundException


@get("/parcels/{code:str}")
async def parcel(code: str) -> dict[str, str]:
    if not code.startswith("P"):
        raise NotFoundException(code)
    return {"code": code}


@post("/parcels")
async def announce(data: dict[str, str]) -> None:
    return None


app = Litestar([parcel, announce])
