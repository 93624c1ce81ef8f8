from fastapi import APIRouter, Depends
from sqlalchemy.orm import Session

from parcels.database import session
from parcels.errors import NotFound
from parcels.models import Customer

router = APIRouter(prefix="/customers", tags=["customers"])


@router.get("/{customer_id}")
def show(customer_id: int, db: Session = Depends(session)) -> dict[str, str]:
    customer = db.get(Customer, customer_id)
    if customer is None:
        raise NotFound(f"no customer {customer_id}")
    return {"email": customer.email}
