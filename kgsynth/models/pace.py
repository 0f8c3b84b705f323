"""How fast one endpoint is asked: how many requests at a time, and when it is left alone.

Nothing here waits or looks at a clock: every call is told the time (monotonic seconds).
"""

import random
from collections.abc import Callable, Hashable

_FIRST = 16  # slots before anything is known of an endpoint
_WINDOW = 0.5  # seconds; longer where replies take longer
_HEADROOM = 1.4
_GAP = 0.2  # of the time between two successes, from request to request, while there are 429s
_GROWTH = 0.1  # a window, twice as much each further one
_ROW = 5  # failures in a row before an endpoint is set aside
_SUSPECTS = 3  # so many different requests fail: it is not the requests
_RESTS = 1.0, 60.0  # seconds aside, doubling
_WAITS = 0.5, 30.0  # seconds that a 429 or a failure costs its request, doubling
RETRY_AFTER = 600.0  # the longest wait that a server can ask for


def backoff(times: int, draw: Callable[[], float] = random.random) -> float:
    """Seconds to wait after having failed `times` times: doubling, with up to half of it drawn."""
    first, most = _WAITS
    return min(most, first * 2.0 ** min(times - 1, 16)) * (0.5 + draw() / 2)


class Pace:
    """The pace of one endpoint: requests are `sent`, and end as `ok`, `limited` or `failed`.

    The limit grows by one a success up to the first trouble (a 429 or a time-out), and later by a
    tenth a window that was full and without trouble, then by two tenths, four. After a window with
    trouble it is at most 1.4 times what the requests of that window took up, by Little's law (rate
    times latency; refused ones count up to twice the good ones): 429s at random leave it as it is,
    a server that is asked for too much is asked for little more than it carries, and while there
    are 429s, for at most five requests to one success. An endpoint that only fails is set aside
    (`aside_until`) and tried again with one request; after a window of nothing but 429 likewise,
    and tried for a window.
    """

    def __init__(self, bound: int, draw: Callable[[], float] = random.random) -> None:
        self.bound, self.limit = bound, float(min(bound, _FIRST))
        self.in_flight = 0
        self.aside_until: float | None = None
        self.opens = float("-inf")  # nothing is sent before
        self._draw = draw
        self._steep = float(bound)  # below it the limit grows by one a success
        self._probing = False
        self._aside_since, self._rests = 0.0, 0
        self._last_ok = float("-inf")
        self._row: list[Hashable] = []
        self._silences = 0  # windows in a row with nothing but 429
        self._latency = 0.0
        self._growth = _GROWTH
        self._began: float | None = None
        self._good, self._taken, self._held, self._wait = 0, 0.0, 0.0, 0.0
        self._trouble = self._limited = self._full = False
        self._spacing = 0.0  # seconds between two requests

    def free(self, now: float) -> int:
        """How many requests can be sent now; one at a time, to try it, where a rest is over."""
        if now < self.opens:
            return 0
        if self.aside_until is None:
            return max(0, int(self.limit) - self.in_flight)
        return int(not self._probing)

    @property
    def silent(self) -> bool:
        """Set aside, with nothing in flight but at most the request that tries it again."""
        return self.aside_until is not None and self.in_flight <= self._probing

    def sent(self, now: float) -> None:
        """A request goes out."""
        self.in_flight += 1
        self._probing = self.aside_until is not None
        if self._began is None:
            self._open_window(now)
        self._full = self._full or self.in_flight >= int(self.limit)
        self.opens = max(self.opens, now + self._spacing)

    def ok(self, now: float, sent: float, *, measured: bool = True) -> None:
        """A reply to a request of time `sent`; one that says little of the pace is not measured."""
        self.in_flight -= 1
        if self.aside_until is not None:
            self.aside_until, self.opens = None, now
        self._probing, self._rests = False, 0
        self._last_ok, self._silences = now, 0
        self._row.clear()
        if measured:
            self._taken += now - sent
            self._good += 1
            self._latency += (now - sent - self._latency) / 8
            if self.limit < self._steep:
                self.limit = min(self.limit + 1, self.bound)
        self._close_window(now)

    def limited(self, now: float, sent: float, retry_after: float | None) -> float:
        """A 429; returns the seconds that this request has to wait.

        The wait grows with each window that brings nothing but 429, after which the endpoint is set
        aside as well.
        """
        self.in_flight -= 1
        self._trouble, self._limited = True, True
        self._held += now - sent
        self._spacing = self._spacing or _GAP * self._latency / self.limit
        if self.aside_until is not None and sent >= self._aside_since:
            self._probing = False  # one 429 says little: it is tried for a window
        wait = backoff(max(1, self._silences), self._draw)
        if retry_after is not None:
            wait = min(retry_after, RETRY_AFTER)
        self._wait = wait
        self._close_window(now)
        return wait

    def failed(self, now: float, sent: float, request: Hashable, *, reached: bool) -> bool:
        """No reply, or none to use. Returns whether that is the endpoint's fault alone.

        It is where nothing came back since the request was sent, and the endpoint was not reached
        or several different requests failed. `reached` False: there was not even a connection.
        """
        self.in_flight -= 1
        self._row.append(request)
        blamed = self._last_ok < sent and (not reached or len(set(self._row)) >= _SUSPECTS)
        if self.aside_until is not None:
            if sent >= self._aside_since:
                self._rest(now)
        elif blamed and len(self._row) >= _ROW:
            self._rest(now)
        self._close_window(now)
        return blamed

    def timed_out(self) -> None:
        """The failure about to be told was a time-out: a sign of too much, like a 429."""
        self._trouble = True

    def _rest(self, now: float) -> None:
        first, most = _RESTS
        self._set_aside(now, min(most, first * 2.0 ** min(self._rests, 16)))
        self._rests += 1

    def _set_aside(self, now: float, seconds: float) -> None:
        if self.aside_until is None:
            # What it carried before is where growing slowly begins again.
            self._steep, self.limit = max(self._steep, self.limit), 1.0
        self.aside_until = self.opens = now + seconds
        self._aside_since, self._probing, self._spacing = now, False, _GAP * _WINDOW
        self._open_window(None)

    def _open_window(self, now: float | None) -> None:
        self._began = now
        self._good, self._taken, self._held, self._wait = 0, 0.0, 0.0, 0.0
        self._trouble = self._limited = self._full = False

    def _close_window(self, now: float) -> None:
        if self._began is None or now - self._began < max(_WINDOW, self._latency):
            return
        length = now - self._began
        if self._limited and self._last_ok < self._began:
            self._silences += 1
            self._set_aside(now, self._wait)
            return
        self._spacing = _GAP * length / max(self._good, 1) if self._limited else 0.0
        if self._trouble:
            carried = (self._taken + min(2 * self._taken, self._held)) / length
            self.limit = min(self.limit * (1 + _GROWTH), carried * _HEADROOM, self.bound)
            self.limit = max(self.limit, 1.0)
            self._steep, self._growth = max(self.limit, 0 if carried else self._steep), _GROWTH
        elif self._full and self.limit >= self._steep:
            self.limit = min(self.bound, self.limit * (1 + self._growth))
            self._growth = min(1.0, self._growth * 2)
        self._open_window(now)
