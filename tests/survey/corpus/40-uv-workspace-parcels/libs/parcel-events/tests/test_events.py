from parcel_events import ParcelSorted


def test_round_trip():
    e = ParcelSorted(parcel="P1", chute=4)
    assert ParcelSorted.model_validate_json(e.model_dump_json()) == e
