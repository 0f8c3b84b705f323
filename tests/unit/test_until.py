"""Budgets and plans: what they mean, and when they say stop."""

import math
import random

import pytest

from kgsynth.calls.journal import Spent
from kgsynth.calls.pending import Shard
from kgsynth.calls.until import Budget, Until, cost
from kgsynth.errors import UsageError
from kgsynth.plan.ranges import Range, exactly, mean, mean_count, names_to_come, share


@pytest.mark.parametrize(
    ("text", "amount", "unit"),
    [
        ("12.50", 12.5, "money"), ("12.50$", 12.5, "money"), ("3 EUR", 3, "money"),
        ("2M tokens", 2e6, "tokens"), ("500k tokens", 5e5, "tokens"), ("7 token", 7, "tokens"),
        ("8h", 28800, "seconds"), ("1.5 hours", 5400, "seconds"), ("90min", 5400, "seconds"),
        ("45 s", 45, "seconds"), ("1,5 h", 5400, "seconds"),
    ],
)  # fmt: skip
def test_a_budget_is_read_as_it_is_said(text: str, amount: float, unit: str) -> None:
    assert Budget.parse(text) == Budget(amount, unit)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "much",
        "-3",
        "3 apples",
        "tokens",
        "1e9 tokens",
        "nan",
        "5m",
        "30M",
        "1,000 tokens",
        "2k$",
    ],
)
def test_another_budget_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="--budget takes"):
        Budget.parse(text)


def test_money_is_tokens_and_hours_by_their_prices() -> None:
    price = {"input": 0.5, "output": 2.0, "hour": 3.0}
    assert cost(price, Spent(9, 2_000_000, 500_000, 1800)) == pytest.approx(1 + 1 + 1.5)
    assert cost({}, Spent(9, 2_000_000, 500_000, 1800)) == 0


def test_a_budget_leaves_room_for_what_is_in_flight() -> None:
    until = Until(Budget(1000, "tokens"))
    assert until.allows(10_000)  # nothing is known yet
    until.pay({}, Spent(5, 300, 200))  # 100 a call
    assert until.allows(4) and not until.allows(5)
    assert until.reached is None  # the five may cost less than feared
    for _ in range(60):
        until.pay({}, Spent(1, 3, 2))  # another step, whose calls are cheap: 800 in all
    assert until.allows(30)
    until.pay({}, Spent(1, 150, 49))
    assert not until.allows(0)
    assert until.reached is not None and "1,000 tokens" in until.reached


def test_shards_are_a_partition_of_all_ids() -> None:
    draw = random.Random(3)
    ids = sorted(f"{draw.getrandbits(128):032x}" for _ in range(3000))
    for of in (1, 2, 3, 7, 16, 100):
        held = []
        for place in range(1, of + 1):
            shard = Shard.parse(f"{place}/{of}")
            part = [i for i in ids if i > shard.after and (shard.until is None or i < shard.until)]
            assert abs(len(part) - 3000 / of) < 6 * math.sqrt(3000 / of) + 1
            held += part
        assert held == ids
    for text in ("0/3", "4/3", "1", "a/b", "1/0", "-1/2", ""):
        with pytest.raises(UsageError, match="--shard takes"):
            Shard.parse(text)


def test_topics_grow_as_heaps_law_says() -> None:
    # Each document brings one topic of its own: they grow with the documents.
    own = [[str(n)] for n in range(40)]
    assert names_to_come(own, 400).expected == pytest.approx(400)
    # The same topic everywhere: no more come.
    assert names_to_come([["a"]] * 40, 400) == Range(1, 1, 10)
    # Distinct topics in proportion to the root of the number of documents.
    root = [[str(math.isqrt(n))] for n in range(1024)]
    assert names_to_come(root, 102_400).expected == pytest.approx(320, rel=0.15)
    assert names_to_come([], 10) == Range(0, 0, 0)
    assert names_to_come(own, 40) == exactly(40)


def test_a_mean_comes_with_how_far_off_it_may_be() -> None:
    assert mean([5.0, 5.0, 5.0]) == exactly(5)
    assert mean([4.0]) == Range(2, 4, 8)
    found = mean([1.0, 2.0, 3.0, 4.0])
    assert found.expected == 2.5 and found.high - 2.5 == pytest.approx(2 * 1.29099 / 2, rel=1e-4)


def test_a_share_is_known_as_far_as_the_sample_tells() -> None:
    # Wilson's interval at two standard errors, in its textbook form.
    for good, of in ((0, 8), (3, 8), (8, 8), (450, 1000)):
        found, z = good / of, 2.0
        off = z * math.sqrt(found * (1 - found) / of + z**2 / (4 * of**2))
        low, high = (
            (found + z**2 / (2 * of) + sign * off) / (1 + z**2 / of) for sign in (-1, 1)
        )  # fmt: skip
        got = share(good, of)
        assert got.expected == found
        assert (got.low, got.high) == pytest.approx((low, high), abs=1e-12)
    # None of eight is not none at all.
    assert mean_count([0] * 8) == Range(0, 0.1, 0.3) and mean_count([1, 1]) == exactly(1)
