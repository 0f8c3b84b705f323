"""Ratings of a document by criterion, out of JSON or lines of prose."""

import math
import re
from typing import Any

from kgsynth.parse import clean, read_tags
from kgsynth.parse.clean import ParseError

VERSION = 1
LOWEST, HIGHEST = 1, 10
MISSING, RANGE, UNSURE = "criterion missing", "out of range", "two ratings of one criterion"
# Criteria with the words that models of other languages say for them.
CRITERIA: dict[str, tuple[str, ...]] = {
    "relevance": ("relevance", "relevanz", "pertinence", "relevancia", "relevância", "rilevanza",
                  "相关性", "関連性", "релевантность"),
    "clarity": ("clarity", "klarheit", "verständlichkeit", "clarté", "claridad", "clareza",
                "chiarezza", "清晰度", "清晰性", "明確さ", "明瞭さ", "ясность"),
    "language": ("language", "languagequality", "sprache", "sprachqualität", "langue", "langage",
                 "lenguaje", "idioma", "linguagem", "lingua", "语言质量", "语言", "言語", "язык"),
}  # fmt: skip
_NUMBER = r"(?P<number>[+-]?\d+(?:[.,]\d+)?)(?:\s*(?:/|out of|von|sur|de|su|из)\s*(?P<of>\d+))?"
_SAID = re.compile(rf"\s*{_NUMBER}(?![\d/%]|\.\d)", re.IGNORECASE)
# Between a criterion and its number: decoration, a colon, "is", "score".
_BETWEEN = r"[\s*_`\"'|]*(?:\([^()\n]{0,60}\))?[\s*_`\"'|]*(?:score|rating|note|punkte)?"
_BETWEEN += r"[\s*_`\"'|]*(?:[:：=|–—-]|is\b|of\b|ist\b)[\s*_`\"'|]*"


def ratings(text: str, finish_reason: str = "stop", *, prompt: str = "") -> dict[str, float]:
    """A rating from 1 to 10 for every criterion (SynthLLM, section 3.1).

    Reads a JSON object (in a fence, in prose, one level deep: `{"clarity": {"score": 8}}`), else
    lines as `Relevance: 8/10`. A judgement of which a part is missing, out of range, on another
    scale or said in two ways is none: it raises ParseError, as do `empty`, `truncated`, `refusal`
    and `off format`.
    """
    reply = clean.body(text, finish_reason)
    found = [said for value in read_tags.objects(reply) if (said := _of_object(value))]
    found = found or [said for said in [_of_lines(reply)] if said]
    if not found:
        raise clean.unusable(reply, finish_reason)
    if any(one != found[-1] for one in found):
        raise ParseError(UNSURE)
    return _checked(found[-1], finish_reason)


def _checked(said: dict[str, float | None], finish_reason: str) -> dict[str, float]:
    if len(said) < len(CRITERIA):
        raise ParseError(clean.TRUNCATED if finish_reason == "length" else MISSING)
    checked = {name: mark for name, mark in said.items() if mark is not None}
    if len(checked) < len(said) or not all(LOWEST <= m <= HIGHEST for m in checked.values()):
        raise ParseError(RANGE)
    return {name: checked[name] for name in CRITERIA}


def _of_object(value: dict[str, Any]) -> dict[str, float | None]:
    """Marks by criterion of an object, or of an object in it; None for what is no mark."""
    said: dict[str, float | None] = {}
    for key, entry in value.items():
        if (name := _criterion(key)) is not None:
            if name in said:
                raise ParseError(UNSURE)
            said[name] = _mark(entry)
    if not said:
        inner = [_of_object(entry) for entry in value.values() if isinstance(entry, dict)]
        return next((one for one in inner if one), {})
    return said


def _criterion(key: str) -> str | None:
    bare = "".join(letter for letter in key.casefold() if letter.isalpha())
    bare = re.sub(r"(?:score|rating|note)$", "", bare)
    return next((name for name, words in CRITERIA.items() if bare in words), None)


def _mark(entry: Any) -> float | None:
    if isinstance(entry, bool):
        return None
    if isinstance(entry, int | float):
        return float(entry) if math.isfinite(entry) else None
    if isinstance(entry, str):
        match = _SAID.match(entry)
        return _number(match) if match else None
    if isinstance(entry, dict):
        named = [entry[key] for key in ("score", "rating", "value", "mark") if key in entry]
        return _mark(named[0]) if len(named) == 1 else None
    return None


def _number(match: re.Match[str]) -> float | None:
    of = match["of"]
    return float(match["number"].replace(",", ".")) if of in (None, str(HIGHEST)) else None


def _of_lines(reply: str) -> dict[str, float | None]:
    said: dict[str, float | None] = {}
    for name, words in CRITERIA.items():
        listed = "|".join(sorted(map(re.escape, words), key=len, reverse=True))
        pattern = rf"(?<!\w)(?:{listed})(?:\s+quality)?{_BETWEEN}{_NUMBER}(?![\d/%]|\.\d)"
        marks = [_number(match) for match in re.finditer(pattern, reply, re.IGNORECASE)]
        if len(set(marks)) > 1:
            raise ParseError(UNSURE)
        if marks:
            said[name] = marks[0]
    return said
