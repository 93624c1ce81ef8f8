from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from parcels.database import session
from parcels.services import tracking

router = APIRouter(prefix="/parcels", tags=["parcels"])


class NewParcel(BaseModel):
    tracking_number: str = Field(min_length=8, max_length=32)


@router.post("", status_code=201)
def create(body: NewParcel, db: Session = Depends(session)) -> dict[str, str]:
    parcel = tracking.announce(db, body.tracking_number)
    return {"tracking_number": parcel.tracking_number, "status": parcel.status}


@router.get("/{tracking_number}")
def show(tracking_number: str, db: Session = Depends(session)) -> dict[str, str]:
    parcel = tracking.find(db, tracking_number)
    return {"tracking_number": parcel.tracking_number, "status": parcel.status}
