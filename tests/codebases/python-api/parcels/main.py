from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from parcels.api import customers, parcels
from parcels.errors import ParcelError

app = FastAPI(title="parcel-api")
app.include_router(parcels.router, prefix="/v1")
app.include_router(customers.router, prefix="/v1")


@app.exception_handler(ParcelError)
async def on_error(request: Request, error: ParcelError) -> JSONResponse:
    return JSONResponse(status_code=error.status, content={"code": error.code, "message": str(error)})


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}
