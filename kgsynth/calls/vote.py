"""Majority voting over final answers (self-consistency; SynthLLM, section 3.3)."""

import re
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from fractions import Fraction

_DRESS = re.compile(r"\\(?:left|right|displaystyle|[,;:! ])|\$|\\[()\[\]]|[{]\s*[}]")
_TEXT = re.compile(r"\\(?:text|mathrm|textbf|mathbf|operatorname)\s*\{([^{}]*)\}")
_FRACTION = re.compile(r"\\[dt]?frac\s*(?:\{([^{}]*)\}\s*\{([^{}]*)\}|(\d)\s*(\d))")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_NAMED = re.compile(r"^[a-z](?:_?\w)?(?:\([a-z]\))?=(?=[^=]+$)")
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?")


@dataclass(frozen=True, slots=True)
class Vote:
    """The outcome: place of the winner, how many share its final answer, their part of all."""

    winner: int
    votes: int
    agreement: float


def majority(finals: Sequence[str | None]) -> Vote | None:
    """The most frequent final answer of some samples, in order; None when none names one.

    Two finals agree when `normal_form` makes them equal. The winner is the first sample with the
    most frequent final; of two equally frequent finals, the one that came first wins. A sample
    without a final answer votes for nothing, and counts among all in `agreement`.
    """
    places: dict[Hashable, list[int]] = defaultdict(list)
    for place, final in enumerate(finals):
        if final is not None:
            places[normal_form(final)].append(place)
    if not places:
        return None
    best = max(places.values(), key=lambda found: (len(found), -found[0]))
    return Vote(best[0], len(best), len(best) / len(finals))


def normal_form(final: str) -> Hashable:
    r"""What two final answers have in common when they say the same: a number or a bare text.

    `0.5`, `1/2`, `\frac{1}{2}`, `$x = \dfrac12$` are one number; units, order and algebra count.
    """
    text = _TEXT.sub(r"\1", final).replace("−", "-").replace("{,}", ",")
    text = _DRESS.sub("", text)
    while (plain := _FRACTION.sub(_over, text)) != text:
        text = plain
    text = re.sub(r"\s+", "", text).casefold().rstrip(".").replace("\\cdot", "*")
    text = _NAMED.sub("", text)
    number = _number(text.replace(",", "") if _THOUSANDS.fullmatch(text) else text)
    return text if number is None else number


def _over(match: re.Match[str]) -> str:
    above, below = match[1] or match[3], match[2] or match[4]
    simple = re.compile(r"[\w.]+")
    above = above if simple.fullmatch(above) else f"({above})"
    below = below if simple.fullmatch(below) else f"({below})"
    # One and a half is not eleven halves.
    mixed = match.string[: match.start()].rstrip()[-1:].isdigit()
    return f"({above}/{below})" if mixed else f"{above}/{below}"


def _number(text: str) -> Fraction | None:
    parts = [part.strip("()") for part in text.split("/")]
    if len(parts) > 2 or not all(_NUMBER.fullmatch(part) for part in parts):
        return None
    value, *below = map(Fraction, parts)
    if not below:
        return value
    return value / below[0] if below[0] else None
