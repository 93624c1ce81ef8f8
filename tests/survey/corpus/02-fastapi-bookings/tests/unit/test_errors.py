from bookings.errors import BookingError, Overlap


def test_overlap_is_a_conflict():
    assert Overlap.status == 409
    assert issubclass(Overlap, BookingError)
