"""The application: routers, error handlers, start and stop."""
import structlog
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from bookings.api import bookings, rooms
from bookings.errors import BookingError

log = structlog.get_logger()
app = FastAPI(title="bookings")
app.include_router(rooms.router)
app.include_router(bookings.router, prefix="/api/v1")


@app.exception_handler(BookingError)
async def booking_error(request: Request, exc: BookingError) -> JSONResponse:
    log.warning("request refused", path=request.url.path, code=exc.code)
    return JSONResponse({"code": exc.code, "message": str(exc)}, status_code=exc.status)


@app.get("/health")
async def health() -> dict[str, str]:
    return {"status": "ok"}
