"""Signals while a model is asked: once, finish what is in flight; twice, stop now."""

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import NoReturn

# Whoever sends SIGTERM kills soon after: what is in flight has this many seconds.
GRACE = 10.0


class Stop:
    """What a signal asked for. `asked` is None, or the signal's number.

    `give_up` ends whatever else is being waited for, when the command leaves.
    """

    def __init__(self, give_up: Callable[[], None]) -> None:
        self.asked: int | None = None
        self.deadline = float("inf")
        self._give_up = give_up

    @property
    def overdue(self) -> bool:
        """Whether the grace of SIGTERM is over."""
        return time.monotonic() > self.deadline

    def leave(self) -> NoReturn:
        """Ends the command as the signal would: exit 130 or 143."""
        self._give_up()
        raise KeyboardInterrupt if self.asked == signal.SIGINT else SystemExit(128 + signal.SIGTERM)


@contextmanager
def listening(give_up: Callable[[], None]) -> Iterator[Stop]:
    """SIGINT and SIGTERM only set `Stop.asked` the first time, and act the second time.

    Only the main thread hears signals; in any other the block runs as it is.
    """
    stop = Stop(give_up)
    if threading.current_thread() is not threading.main_thread():
        yield stop
        return

    def heard(number: int, frame: FrameType | None) -> None:
        if stop.asked is not None:
            stop.leave()
        stop.asked = number
        if number == signal.SIGTERM:
            stop.deadline = time.monotonic() + GRACE
        again = "; Ctrl-C again stops now" if number == signal.SIGINT else ""
        print(f"Stopping: what is in flight is finished first{again}.", file=sys.stderr, flush=True)

    before = {number: signal.signal(number, heard) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
