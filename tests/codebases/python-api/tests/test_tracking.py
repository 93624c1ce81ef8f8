import pytest

from parcels.errors import NotFound
from parcels.services import tracking


def test_announced_parcels_are_found(db):
    tracking.announce(db, "AB123456")
    assert tracking.find(db, "AB123456").status == "announced"


def test_find_refuses_unknown_numbers(db):
    with pytest.raises(NotFound):
        tracking.find(db, "NOPE0000")
