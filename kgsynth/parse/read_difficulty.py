"""How hard a problem is, out of JSON or prose."""

import re

from kgsynth.parse import clean, read_tags
from kgsynth.parse.clean import ParseError

VERSION = 1
DIFFICULTIES = ("easy", "medium", "hard")
UNSURE = "two ratings"
# Words that models use for the three, in other languages too; Chinese names are whole words.
_WORDS = {
    "easy": ("easy", "simple", "einfach", "leicht", "facile", "fácil", "简单", "容易"),
    "medium": ("medium", "moderate", "intermediate", "mittel", "moyen", "medio", "média", "中等"),
    "hard": ("hard", "difficult", "challenging", "schwer", "schwierig", "difficile", "difícil",
             "困难", "难"),
}  # fmt: skip
_LABELLED = re.compile(
    r"difficulty(?:\s+(?:level|rating))?[\s*_`\"':：=]*(?:is\s+)?[\s*_`\"']*(\w+)", re.IGNORECASE
)


def difficulty(text: str, finish_reason: str = "stop", *, prompt: str = "") -> str:
    """`easy`, `medium` or `hard` (GSDP, section 2.4).

    Reads `{"difficulty": ...}`, a line `Difficulty: hard`, or a reply that is one such word. What
    names two levels or none is no rating: ParseError `two ratings`, `off format`, `refusal`,
    `truncated`, `empty`.
    """
    reply = clean.body(text, finish_reason)
    said = [
        entry
        for value in read_tags.objects(reply)
        for key, entry in value.items()
        if re.sub(r"[^a-z]", "", key.casefold()) in ("difficulty", "difficultylevel", "level")
    ]
    said = said or _LABELLED.findall(reply) or [reply]
    found = {_level(one) for one in said}
    if len(found) > 1:
        raise ParseError(UNSURE)
    if (level := found.pop()) is None:
        raise clean.unusable(reply, finish_reason)
    return level


def _level(said: object) -> str | None:
    if not isinstance(said, str):
        return None
    word = said.strip(" \t\n.*_`\"'!").casefold()
    return next((level for level, words in _WORDS.items() if word in words), None)
