from sqlalchemy import select
from sqlalchemy.orm import Session

from parcels.errors import Conflict, NotFound
from parcels.models import Parcel

STATUSES = ("announced", "accepted", "in_transit", "delivered")


def announce(db: Session, tracking_number: str) -> Parcel:
    if db.scalar(select(Parcel).where(Parcel.tracking_number == tracking_number)):
        raise Conflict(f"parcel {tracking_number} is already known")
    parcel = Parcel(tracking_number=tracking_number, status="announced")
    db.add(parcel)
    db.commit()
    return parcel


def find(db: Session, tracking_number: str) -> Parcel:
    parcel = db.scalar(select(Parcel).where(Parcel.tracking_number == tracking_number))
    if parcel is None:
        raise NotFound(f"no parcel {tracking_number}")
    return parcel
