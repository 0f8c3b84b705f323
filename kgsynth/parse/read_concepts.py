"""What a model says of concepts: fit or not, the same or not, and under which name to keep them."""

import re
from dataclasses import dataclass
from typing import Any

from kgsynth.parse import clean, read_tags
from kgsynth.parse.clean import ParseError

VERSION = 1
GOOD, VAGUE, WRONG, DETAILED = QUALITIES = ("good", "vague", "wrong", "too detailed")
LONGEST_REASON, LONGEST_NAME = 300, 200
UNSURE = "two judgements in one answer"
# Other words for the labels that models use.
_SAID = {
    "good": GOOD, "ok": GOOD, "fit": GOOD, "keep": GOOD, "accept": GOOD, "accepted": GOOD,
    "vague": VAGUE, "toovague": VAGUE, "toobroad": VAGUE, "broad": VAGUE,
    "wrong": WRONG, "incorrect": WRONG, "false": WRONG, "erroneous": WRONG,
    "toodetailed": DETAILED, "detailed": DETAILED, "overdetailed": DETAILED,
    "overlydetailed": DETAILED, "toospecific": DETAILED,
}  # fmt: skip
_TRUE, _FALSE = ("true", "yes", "same"), ("false", "no", "different", "distinct")


@dataclass(frozen=True, slots=True)
class Said:
    """A judgement and the reason that was given for it, if any."""

    value: Any
    reason: str | None


def concept_quality(text: str, finish_reason: str = "stop", *, prompt: str = "") -> Said:
    """One of `QUALITIES` out of JSON (GSDP, appendix D.1).

    What is no judgement, or two, raises ParseError: `off format`, `empty`, `truncated`, `refusal`.
    """
    return _judgement(text, finish_reason, ("verdict", "quality", "judgement"), _quality)


def concept_pair(text: str, finish_reason: str = "stop", *, prompt: str = "") -> Said:
    """Whether two names mean the same, out of JSON; raises ParseError as `concept_quality`."""
    return _judgement(text, finish_reason, ("same", "verdict"), _boolean)


def concept_name(text: str, finish_reason: str = "stop", *, prompt: str = "") -> Said:
    """The name of a class of concepts, out of JSON; raises ParseError as `concept_quality`."""
    return _judgement(text, finish_reason, ("name", "best"), _name)


def _judgement(text: str, finish_reason: str, keys: tuple[str, ...], read: Any) -> Said:
    reply = clean.body(text, finish_reason)
    found: list[Said] = []
    for value in read_tags.objects(reply):
        spelled = {re.sub(r"[^a-z]", "", key.casefold()): entry for key, entry in value.items()}
        said = next((read(spelled[key]) for key in keys if key in spelled), None)
        if said is not None:
            found.append(Said(said, _reason(spelled.get("reason"))))
    if not found:
        raise clean.unusable(reply, finish_reason)
    if any(one.value != found[0].value for one in found):
        raise ParseError(UNSURE)
    return found[-1]


def _quality(entry: Any) -> str | None:
    return _SAID.get(re.sub(r"[^a-z]", "", entry.casefold())) if isinstance(entry, str) else None


def _boolean(entry: Any) -> bool | None:
    if isinstance(entry, bool):
        return entry
    word = re.sub(r"[^a-z]", "", entry.casefold()) if isinstance(entry, str) else ""
    return True if word in _TRUE else False if word in _FALSE else None


def _name(entry: Any) -> str | None:
    line = _line(entry).strip(" \"'`*")
    usable = clean.normal(line) and len(line) <= LONGEST_NAME and not clean.is_placeholder(line)
    return line if usable else None


def _reason(entry: Any) -> str | None:
    return _line(entry)[:LONGEST_REASON] or None


def _line(entry: Any) -> str:
    """A text in one line, LaTeX mended; empty for what is no text."""
    if not isinstance(entry, str):
        return ""
    return " ".join(clean.restore_latex(entry).encode("utf-8", "ignore").decode("utf-8").split())
