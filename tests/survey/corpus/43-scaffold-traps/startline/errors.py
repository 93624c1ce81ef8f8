class StartlineError(Exception):
    """Shown to the user without a traceback."""


class UnknownKind(StartlineError):
    pass
