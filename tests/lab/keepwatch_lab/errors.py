"""The one exception of the lab: something a person reads, so it names place, wish and outcome."""


class LabError(Exception):
    """What the lab could not do. The commands print its text and exit with 1."""
