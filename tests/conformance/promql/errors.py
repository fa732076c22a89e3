"""The one exception of these tests: something a person reads."""


class ConformanceError(Exception):
    """What could not be done at all, so that there is nothing to compare."""
