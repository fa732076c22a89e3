"""An orderly end of a command that is told to stop."""

from __future__ import annotations

import signal
from types import FrameType

from .errors import LabError


def unwind_on_sigterm() -> None:
    """Makes SIGTERM unwind like an error, so that what was started is stopped on the way out."""

    def unwind(number: int, frame: FrameType | None) -> None:
        raise LabError(f"ended by {signal.Signals(number).name}")

    signal.signal(signal.SIGTERM, unwind)
