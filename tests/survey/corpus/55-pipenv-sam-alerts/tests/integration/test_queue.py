import pytest


@pytest.mark.skip(reason="needs a stack")
def test_an_alert_is_sent():
    raise AssertionError
