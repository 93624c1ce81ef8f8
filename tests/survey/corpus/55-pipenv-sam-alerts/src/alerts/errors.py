class AlertError(Exception):
    """Anything that this project refuses."""


class UnknownGauge(AlertError):
    pass
