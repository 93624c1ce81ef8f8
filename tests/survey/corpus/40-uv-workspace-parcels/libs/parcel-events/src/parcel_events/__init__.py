"""Events that travel between the services."""
from pydantic import BaseModel


class ParcelSorted(BaseModel):
    parcel: str
    chute: int


class UnknownEvent(ValueError):
    """A message of a kind that nobody knows."""
