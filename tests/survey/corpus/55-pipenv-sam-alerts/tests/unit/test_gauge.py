from alerts.errors import AlertError, UnknownGauge


def test_an_unknown_gauge_is_refused():
    assert issubclass(UnknownGauge, AlertError)
