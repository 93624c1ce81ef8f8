import pytest

from forecast.worker import BadMessage, handle


def test_nonsense_is_refused():
    with pytest.raises(BadMessage):
        handle("{")
