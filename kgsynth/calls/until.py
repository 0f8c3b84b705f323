"""Where a run stops by itself: a budget in money, tokens or hours, a target of kept items."""

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from kgsynth import config
from kgsynth.calls.journal import Journal, Spent
from kgsynth.errors import UsageError

_BUDGET = re.compile(
    r"(?P<number>\d+(?:\.\d+|,\d{1,2}(?!\d))?)\s*"
    r"(?:(?P<times>[kmg]?)\s*(?P<unit>tokens?)|(?P<other>h|hours?|min|minutes?|s|seconds?|\$|€|usd|eur)?)"
)
_TIMES = {"": 1, "k": 1e3, "m": 1e6, "g": 1e9}
_SECONDS = {"h": 3600, "m": 60, "s": 1}


@dataclass(frozen=True, slots=True)
class Budget:
    """At most that much of one thing: `money`, `tokens` (in and out together) or `seconds`."""

    amount: float
    unit: str

    @classmethod
    def parse(cls, text: str) -> "Budget":
        """`12.50` or `12.50$` is money, `2M tokens` tokens, `8h` or `90min` time.

        Raises UsageError for anything else.
        """
        match = _BUDGET.fullmatch(text.strip().casefold())
        if match is None:
            raise UsageError(f"--budget takes 12.50$, 2M tokens, 8h or 90min; not {text!r}.")
        number = float(match["number"].replace(",", "."))
        if match["unit"]:
            return cls(number * _TIMES[match["times"]], "tokens")
        unit = match["other"] or ""
        if unit[:1] in _SECONDS:
            return cls(number * _SECONDS[unit[0]], "seconds")
        return cls(number, "money")

    def __str__(self) -> str:
        if self.unit == "seconds":
            return f"{self.amount / 3600:g} h"
        return f"{self.amount:,.2f}" if self.unit == "money" else f"{self.amount:,.0f} tokens"


def cost(price: Mapping[str, float], spent: Spent) -> float:
    """Money for tokens (`input`, `output`: per million) and for time (`hour`: per hour)."""
    return (
        price.get("input", 0.0) * spent.input_tokens / 1e6
        + price.get("output", 0.0) * spent.output_tokens / 1e6
        + price.get("hour", 0.0) * spent.seconds / 3600
    )


@dataclass(slots=True)
class Until:
    """What may still be spent, shared by the steps of one command.

    `spent` starts at what the run paid before (money and tokens; hours are this command's own).
    """

    budget: Budget | None = None
    spent: float = 0.0
    mean: float = 0.0
    started: float = field(default_factory=time.monotonic)
    reached: str | None = None

    def pay(self, price: Mapping[str, float], spent: Spent) -> None:
        """Counts what some calls cost."""
        paid = 0.0
        if self.budget is not None and self.budget.unit == "tokens":
            paid = spent.input_tokens + spent.output_tokens
        elif self.budget is not None and self.budget.unit == "money":
            paid = cost(price, spent)
        self.spent += paid
        if spent.calls:
            # The latest calls tell most: another step asks another model for something else.
            weight = 1 - 0.9**spent.calls if self.mean else 1.0
            self.mean += weight * (paid / spent.calls - self.mean)

    @property
    def share(self) -> float:
        """How much of the budget is used, from 0 to 1."""
        if self.budget is None or not self.budget.amount:
            return 0.0
        used = self.spent
        if self.budget.unit == "seconds":
            used = time.monotonic() - self.started
        return used / self.budget.amount

    def allows(self, in_flight: int) -> bool:
        """Whether one more request fits, given what those in flight will cost (the mean so far)."""
        if self.budget is None:
            return True
        if self.budget.unit == "seconds":
            over = final = time.monotonic() - self.started >= self.budget.amount
        else:
            over = self.spent + (in_flight + 1) * self.mean > self.budget.amount
            final = not in_flight  # else the replies to come may cost less than feared
        if over and final:
            self.reached = f"the budget of {self.budget} is used up"
        return not over


def open_until(budget: Budget | None, journal: Journal, run: str) -> Until:
    """What `run` may still spend. Raises UsageError for money where no role has a price."""
    until = Until(budget)
    roles = {role: config.model_settings(role) for role in config.roles()}
    if budget is not None and budget.unit == "money" and not any(r.price for r in roles.values()):
        raise UsageError(
            "A budget in money needs prices: [models.default] price = {input = 0.1, output = 0.4} "
            "(per million tokens) or {hour = 2.5}, in kgsynth.toml."
        )
    for role, spent in journal.spent(run).items():
        until.pay(roles[role].price if role in roles else {}, spent)
    return until
