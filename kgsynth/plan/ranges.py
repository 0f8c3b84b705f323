"""Numbers that are known as far as a few samples tell: an expected value, a low and a high one."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import NormalDist, fmean, stdev

# Twice the standard error of a mean: 19 of 20 such ranges hold the true mean.
_WIDTH = 2.0


@dataclass(frozen=True, slots=True)
class Range:
    """An expected value with a low and a high one."""

    low: float
    expected: float
    high: float

    def __mul__(self, other: "Range") -> "Range":
        return Range(self.low * other.low, self.expected * other.expected, self.high * other.high)

    def __add__(self, other: "Range") -> "Range":
        return Range(self.low + other.low, self.expected + other.expected, self.high + other.high)

    def each(self, change: Callable[[float], float]) -> "Range":
        """The range of a growing function of the value."""
        return Range(change(self.low), change(self.expected), change(self.high))

    def less(self, number: float) -> "Range":
        """So many less, and none below 0."""
        return self.each(lambda value: max(0.0, value - number))

    def at_most(self, number: float) -> "Range":
        """The same with a bound."""
        return self.each(lambda value: min(value, number))

    def as_list(self) -> list[float]:
        """Low, expected, high; rounded to four digits."""
        return [float(f"{value:.4g}") for value in (self.low, self.expected, self.high)]


NOTHING = Range(0, 0, 0)


def exactly(value: float) -> Range:
    """A value that is known."""
    return Range(value, value, value)


def mean(values: Sequence[float]) -> Range:
    """The mean of a sample, and how far off it may be."""
    if not values:
        return NOTHING
    centre = fmean(values)
    if len(values) < 2:
        return Range(centre / 2, centre, centre * 2)
    off = _WIDTH * stdev(values) / math.sqrt(len(values))
    return Range(max(0.0, centre - off), centre, centre + off)


def mean_count(counts: Sequence[float]) -> Range:
    """The mean of counts; where all are 0, what may be behind that.

    Laplace's rule of succession for the expected value, the rule of three for the high one.
    """
    if not counts or any(counts):
        return mean(counts)
    return Range(0.0, 1 / (len(counts) + 2), 3 / (len(counts) + 2))


def share(good: int, of: int) -> Range:
    """A share of a whole, known from a sample of it (Wilson's score interval)."""
    from scipy.stats import binomtest

    sure = 2 * NormalDist().cdf(_WIDTH) - 1
    interval = binomtest(good, of).proportion_ci(sure, method="wilson")
    return Range(float(interval.low), good / of, float(interval.high))


def names_to_come(names: Sequence[Sequence[str]], texts: int) -> Range:
    """How many names (topics, say) `texts` texts will have, given those of some, in random order.

    Heaps' law: distinct names grow as a power of the number of texts, below 1 once names recur.
    The power is read off at half of the sample and at the whole.
    """
    seen: set[str] = set()
    grown: list[int] = []
    for held in names:
        seen.update(held)
        grown.append(len(seen))
    if not grown:
        return NOTHING
    now, sample = grown[-1], len(grown)
    if sample >= texts:
        return exactly(now)
    ratio, half = texts / sample, grown[max(0, sample // 2 - 1)]
    power = min(1.0, max(0.0, math.log2(now / half))) if sample > 1 and half else 1.0
    return Range(now, now * ratio**power, now * ratio)
