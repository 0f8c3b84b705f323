"""The pace of one endpoint against simulated servers: no clock, no network."""

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from kgsynth.models.pace import Pace, backoff

BOUND = 64
MEAN = 0.275  # seconds of a latency drawn from 0.05 to 0.5
# (now, requests that the server works on, this one included, draw) -> seconds, how it ends
Answer = Callable[[float, int, random.Random], tuple[float, str]]


@dataclass
class Outcome:
    """How requests ended, when the good ones came, and the limit over time."""

    ended: Counter[str] = field(default_factory=Counter)
    good: list[float] = field(default_factory=list)
    limits: list[tuple[float, float]] = field(default_factory=list)

    def rate(self, start: float, end: float) -> float:
        return sum(start <= at < end for at in self.good) / (end - start)


def simulate(answer: Answer, seconds: float = 60.0) -> Outcome:
    """An endpoint asked without end; those who wait out a 429 are bounded as in a run."""
    draw, order = random.Random(0), itertools.count()
    pace, outcome, now, carried, resting = Pace(BOUND, draw.random), Outcome(), 0.0, 0, 0
    events: list[tuple[float, int, str, float]] = []
    while now < seconds:
        while pace.in_flight < BOUND and pace.free(now) and resting < 4 * BOUND:
            pace.sent(now)
            latency, end = answer(now, carried + 1, draw)
            carried += end == "ok"
            heapq.heappush(events, (now + latency, next(order), end, now))
        if pace.opens > now and (not events or events[0][0] > pace.opens):
            now = pace.opens
            continue
        now, number, end, sent = heapq.heappop(events)
        if end == "rested":
            resting -= 1
            continue
        outcome.ended[end] += 1
        if end == "ok":
            pace.ok(now, sent)
            carried -= 1
            outcome.good.append(now)
        elif end == "429":
            wait = pace.limited(now, sent, None)
            resting += 1
            heapq.heappush(events, (now + wait, next(order), "rested", now))
        else:
            pace.failed(now, sent, number, reached=True)
        outcome.limits.append((now, pace.limit))
    return outcome


def latency(draw: random.Random) -> float:
    return draw.uniform(0.05, 0.5)


def at_random(share: float, slow: bool = False, start: float = 0, end: float = 1e9) -> Answer:
    def answer(now: float, carried: int, draw: random.Random) -> tuple[float, str]:
        if start <= now < end and draw.random() < share:
            return (latency(draw) if slow else 0.005), "429"
        return latency(draw), "ok"

    return answer


def carries(most: int, slow: bool = False) -> Answer:
    def answer(now: float, carried: int, draw: random.Random) -> tuple[float, str]:
        if carried > most:
            return (latency(draw) if slow else 0.005), "429"
        return latency(draw), "ok"

    return answer


def a_second(most: float) -> Answer:
    tokens, since = 0.0, 0.0

    def answer(now: float, carried: int, draw: random.Random) -> tuple[float, str]:
        nonlocal tokens, since
        tokens, since = min(max(1.0, most / 2), tokens + (now - since) * most), now
        if tokens < 1:
            return 0.005, "429"
        tokens -= 1
        return latency(draw), "ok"

    return answer


@pytest.mark.parametrize("share", [0.0, 0.3, 0.6, 0.7])
def test_429s_at_random_cost_only_those_requests(share: float) -> None:
    outcome = simulate(at_random(share))
    assert outcome.limits[-1][1] == BOUND
    assert outcome.rate(30, 60) > 0.9 * BOUND / MEAN


@pytest.mark.parametrize("share", [0.05, 0.2, 0.5])
def test_429s_that_take_as_long_as_answers_do_not_collapse_it(share: float) -> None:
    outcome = simulate(at_random(share, slow=True))
    assert outcome.rate(30, 60) > 0.8 * (1 - share) * BOUND / MEAN


@pytest.mark.parametrize(
    ("answer", "most"),
    [
        (carries(20), 20 / MEAN),
        (carries(20, slow=True), 20 / MEAN),
        (carries(3), 3 / MEAN),
        (a_second(50), 50),
        (a_second(5), 5),
    ],
)
def test_a_server_gets_what_it_carries(answer: Answer, most: float) -> None:
    outcome = simulate(answer)
    assert outcome.rate(30, 60) > 0.8 * most


def test_what_is_too_much_is_not_asked_for() -> None:
    outcome = simulate(carries(20))
    assert all(limit < 2 * 20 for at, limit in outcome.limits if at > 10)
    assert outcome.ended["429"] < 5 * outcome.ended["ok"]


@pytest.mark.parametrize(("share", "slow"), [(1.0, False), (0.9, False), (0.9, True)])
def test_after_a_storm_it_is_as_before(share: float, slow: bool) -> None:
    outcome = simulate(at_random(share, slow, 5, 15))
    assert outcome.rate(30, 60) > 0.9 * BOUND / MEAN
    assert outcome.ended["429"] < 0.4 * outcome.ended["ok"]


def test_it_starts_slowly_and_grows_to_its_bound() -> None:
    outcome = simulate(at_random(0), seconds=3)
    assert outcome.limits[0][1] < BOUND / 2
    assert outcome.limits[-1][1] == BOUND


def test_an_endpoint_that_only_fails_is_set_aside_and_tried_with_one() -> None:
    pace, now = Pace(8), 0.0
    for _ in range(5):
        pace.sent(now)
    blamed = [pace.failed(now, now, request, reached=True) for request in range(5)]
    assert blamed == [False, False, True, True, True]  # three different ones: it is not they
    rests = []
    for _ in range(8):
        assert pace.aside_until is not None and pace.free(now) == 0
        rests.append(pace.aside_until - now)
        now = pace.aside_until
        assert pace.free(now) == 1
        pace.sent(now)
        assert pace.free(now) == 0
        pace.failed(now, now, "probe", reached=False)
    assert rests == [1, 2, 4, 8, 16, 32, 60, 60]
    assert pace.aside_until is not None
    now = pace.aside_until
    pace.sent(now)
    pace.ok(now + 0.1, now)
    assert pace.aside_until is None and pace.free(now + 0.1) >= 2


def test_one_request_that_always_fails_is_its_own_fault() -> None:
    pace = Pace(8)
    for now in range(5):
        pace.sent(now)
        assert not pace.failed(now + 0.5, now, "poison", reached=True)
    assert pace.aside_until is None


def test_a_failure_beside_successes_is_the_requests() -> None:
    pace = Pace(8)
    for now in range(20):
        pace.sent(now)
        pace.sent(now)
        pace.ok(now + 0.1, now)
        assert not pace.failed(now + 0.2, now, now, reached=False)


def test_what_was_under_way_does_not_lengthen_the_rest() -> None:
    pace = Pace(16)
    for _ in range(16):
        pace.sent(0)
    for request in range(16):
        pace.failed(1, 0, request, reached=False)
    assert pace.aside_until == 2.0


def test_waits_asked_for_are_kept_up_to_ten_minutes() -> None:
    pace = Pace(8)
    for asked, waited in [(17.0, 17.0), (0.0, 0.0), (1e9, 600.0)]:
        pace.sent(0)
        assert pace.limited(0.1, 0, asked) == waited


def test_backoff_doubles_within_bounds_and_is_drawn() -> None:
    assert [backoff(n, lambda: 1.0) for n in range(1, 9)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    assert backoff(1, lambda: 0.0) == 0.25
    assert backoff(10**6) <= 30
