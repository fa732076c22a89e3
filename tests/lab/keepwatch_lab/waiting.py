"""Waiting for a condition: with a deadline, and not for something that has died."""

from __future__ import annotations

import time
from typing import Callable, Iterable, TypeVar

from .errors import LabError
from .processes import Process, is_alive, log_tail

Value = TypeVar("Value")
POLL_SECONDS = 0.2


def wait_until(wanted: str, probe: Callable[[], Value], limit_seconds: float,
               needs: Iterable[Process] = (), every: float = POLL_SECONDS) -> Value:
    """Calls `probe` until it returns something true, which is returned.

    Connection errors and an answer cut short mean "not yet". A process of `needs` that ends, or
    the limit, makes it a LabError with the end of that process's log.
    """
    needs = list(needs)
    deadline = time.monotonic() + limit_seconds
    last = "nothing"
    while True:
        try:
            value = probe()
            if value:
                return value
            last = repr(value)
        except (OSError, EOFError) as error:
            last = repr(error)
        for process in needs:
            if not is_alive(process):
                raise LabError(f"waiting for {wanted}: {process.name} has ended\n"
                               + log_tail(process.log))
        if time.monotonic() > deadline:
            logs = "\n".join(log_tail(process.log) for process in needs)
            raise LabError(f"want {wanted} within {limit_seconds:.0f} s, last saw {last}\n{logs}")
        time.sleep(every)
