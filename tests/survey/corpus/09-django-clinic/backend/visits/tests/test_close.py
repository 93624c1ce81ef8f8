import pytest

from visits.models import VisitClosed


def test_closed_is_an_exception():
    with pytest.raises(VisitClosed):
        raise VisitClosed
