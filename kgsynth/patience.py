"""Waiting for a database that is away: what is told of it, and how a silent one is noticed."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from kgsynth.progress import say

T = TypeVar("T")

FIRST_DELAY, LONGEST_DELAY = 0.5, 15.0  # seconds between two tries
CHECKS_A_NOTICE = 5


def delays() -> Iterator[float]:
    """Seconds to wait before each further try: doubled each time, up to `LONGEST_DELAY`."""
    delay = FIRST_DELAY
    while True:
        yield delay
        delay = min(2 * delay, LONGEST_DELAY)


class Outage:
    """Whether the database is away: one line when that begins and one when it is over.

    Any thread may say so. `patience` (seconds) is only told, not kept here.
    """

    def __init__(
        self,
        patience: float,
        tell: Callable[[str], None] = say,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.patience = patience
        self.tell = tell
        self.clock = clock
        self._since: float | None = None
        self._lock = threading.Lock()

    def begun(self, reason: object) -> None:
        """The database did not serve, for this reason."""
        with self._lock:
            if self._since is not None:
                return
            self._since = self.clock()
        line = " ".join(str(reason).split())[:300]
        self.tell(
            f"Neo4j cannot serve now ({line}). Waiting for it, at most {self.patience:,.0f} s; if "
            "it has ended, start it again (`kgsynth db start` for the private one)."
        )

    def over(self) -> None:
        """The database served."""
        if self._since is None:
            return
        with self._lock:
            since, self._since = self._since, None
        if since is not None:
            self.tell(f"Neo4j serves again, after {self.clock() - since:,.0f} s.")


class Watch:
    """Notices that running calls get no answer: a driver alone would tell after minutes.

    While the oldest call has run for `notice` seconds, `ping` asks again and again whether the
    server is there, and the outage is told accordingly.
    """

    def __init__(self, ping: Callable[[], bool], outage: Outage, notice: float) -> None:
        self._ping = ping
        self._outage = outage
        self._notice = notice
        self._running: dict[object, float] = {}
        self._closed = threading.Event()

    @contextmanager
    def call(self) -> Iterator[None]:
        """Holds one running call."""
        token = object()
        self._running[token] = time.monotonic()
        try:
            yield
        finally:
            del self._running[token]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Watches in a thread of its own until the block ends."""
        thread = threading.Thread(target=self._watch, name="kgsynth-watch", daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._closed.set()

    def _watch(self) -> None:
        asked = 0.0
        while not self._closed.wait(self._notice / CHECKS_A_NOTICE):
            oldest = min(list(self._running.items()), key=lambda call: call[1], default=None)
            if oldest is None or time.monotonic() - max(oldest[1], asked) < self._notice:
                continue
            there = self._ping()
            asked = time.monotonic()
            if there:
                self._outage.over()
            elif oldest[0] in self._running:
                self._outage.begun(f"it has been silent for {asked - oldest[1]:,.0f} s")


class Patience:
    """Repeats calls while the database is away, `seconds` at most, and tells of it.

    `ping` asks whether it is there; it is called when a call has had no answer for `notice`
    seconds. Without patience nothing is repeated, watched or told.
    """

    def __init__(self, seconds: float, notice: float, ping: Callable[[], bool]) -> None:
        self.seconds = seconds
        self._outage = Outage(seconds)
        self._watch = Watch(ping, self._outage, notice)
        self._given_up = threading.Event()

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Watches running calls until the block ends; then nothing waits any more."""
        if not self.seconds:
            yield
            return
        with self._watch.watching():
            try:
                yield
            finally:
                self.give_up()

    def give_up(self) -> None:
        """Ends all waiting, in every thread: calls then fail."""
        self._given_up.set()

    def waiting(self, work: Callable[[], T], passing: Callable[[Exception], bool]) -> T:
        """Runs `work`, and runs it again while its error is a `passing` one."""
        pauses, failed = delays(), None
        while True:
            try:
                with self._watch.call():
                    result = work()
            except Exception as error:
                failed = failed or time.monotonic()
                if not passing(error):
                    raise
                if time.monotonic() - failed >= self.seconds:
                    self.give_up()  # whoever cleans up next has nothing to wait for either
                    raise
                self._outage.begun(error)
                if self._given_up.wait(next(pauses)):
                    raise
            else:
                self._outage.over()
                return result
