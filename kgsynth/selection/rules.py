"""Plain rules for texts: length, language, patterns and copies. No model is asked.

Every rule has its reasons, fixed and countable; a text that breaks several is dropped by the first.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING, Any

from kgsynth.copies.minhash import THRESHOLD, Sketches
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.ids import content_id

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SHORT, LONG, LANGUAGE = "too few words", "too many words", "another language"
MISSING, UNWANTED = "pattern not found", "unwanted pattern"
EXACT, NEAR = "exact copy", "near copy"

# Below that probability the language of a text cannot be told (a formula, a few words).
SURE = 0.5
PATTERN_SECONDS = 5.0
# Characters of a text that tell its language.
_SHOWN = 4_000
_FORMULA = re.compile(
    r"\$\$.*?\$\$|\$[^$\n]*\$|\\\[.*?\\\]|\\\(.*?\\\)|\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.DOTALL
)
_COMMAND = re.compile(r"\\[A-Za-z]+")


@dataclass(frozen=True, slots=True)
class Text:
    """A text to judge; `language` is what came with it."""

    id: str
    text: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Rules:
    """What texts must be like; a rule that is None or empty is not asked for.

    `languages` are ISO 639-1 codes; `match` must be found in a text, `not_match` must not.
    `copies`: `exact` (the same letters and digits in the same order) or `near` as well (by the
    Jaccard `similarity` of shingles, `kgsynth.copies.minhash`).
    """

    min_words: int | None = None
    max_words: int | None = None
    languages: tuple[str, ...] = ()
    match: str | None = None
    not_match: str | None = None
    copies: str | None = None
    similarity: float = THRESHOLD

    @property
    def reasons(self) -> tuple[str, ...]:
        """The reasons that these rules may give."""
        asked = {
            SHORT: self.min_words is not None,
            LONG: self.max_words is not None,
            LANGUAGE: bool(self.languages),
            MISSING: self.match is not None,
            UNWANTED: self.not_match is not None,
            EXACT: self.copies is not None,
            NEAR: self.copies == "near",
        }
        return tuple(reason for reason, wanted in asked.items() if wanted)


def judge(rules: Rules) -> Callable[[Text], str | None]:
    """The first rule that a text breaks as a reason, None where it keeps all (copies apart).

    A language that cannot be told breaks no rule. Raises UsageError for a pattern or a language
    that is none, and (when called) KgsynthError for a pattern that finds no end.
    """
    wanted = frozenset(code.strip().casefold() for code in rules.languages)
    if unknown := sorted(wanted - known_languages() if wanted else ()):
        raise UsageError(f"Unknown language {', '.join(unknown)}: say ISO 639-1 codes, as en, de.")
    found = _finder(rules.match) if rules.match is not None else None
    unwanted = _finder(rules.not_match) if rules.not_match is not None else None

    def reason(one: Text) -> str | None:
        words = len(one.text.split())
        if rules.min_words is not None and words < rules.min_words:
            return SHORT
        if rules.max_words is not None and words > rules.max_words:
            return LONG
        if wanted and spoken(one) not in (None, *wanted):
            return LANGUAGE
        if found is not None and not found(one):
            return MISSING
        if unwanted is not None and unwanted(one):
            return UNWANTED
        return None

    return reason


def _finder(pattern: str) -> Callable[[Text], bool]:
    """Whether a pattern is found in a text; bounded in time, whatever the pattern.

    Of the package `regex`, whose searches can be given a limit (`re` has none).
    """
    import regex

    try:
        compiled = regex.compile(pattern, regex.MULTILINE)
    except regex.error as error:
        raise UsageError(f"Not a regular expression: {pattern!r} ({error}).") from None

    def found(one: Text) -> bool:
        try:
            return compiled.search(one.text, timeout=PATTERN_SECONDS) is not None
        except TimeoutError:
            raise KgsynthError(
                f"The pattern {pattern!r} was not done with document {one.id} in "
                f"{PATTERN_SECONDS:.0f} s: write it without repeats inside repeats."
            ) from None

    return found


def spoken(one: Text) -> str | None:
    """The code of a text's language: what came with the text (`en-US` is `en`), else `language`."""
    given = (one.language or "").replace("_", "-").split("-")[0].casefold()
    return given if given in known_languages() else language(one.text)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def known_languages() -> frozenset[str]:
    """The codes of the languages that can be told apart."""
    return frozenset(_identifier().labels)


def language(text: str) -> str | None:
    """The ISO 639-1 code of a text's language without its formulas, None where it cannot be told.

    By py3langid (a multinomial model over bytes; the same text always gives the same code).
    """
    prose = _COMMAND.sub(" ", _FORMULA.sub(" ", text[:_SHOWN]))
    if not any(letter.isalpha() for letter in prose):
        return None
    code, probability = _identifier().classify(" ".join(prose.split()))
    return str(code) if probability >= SURE else None


def copy_key(text: str) -> int:
    """Equal for texts with the same letters and digits in the same order; case does not count."""
    letters = "".join(re.findall(r"[^\W_]+", text.casefold()))
    return int(content_id("copy", letters or text)[:16], 16)


def copies(entries: Iterable[tuple[int, bool, str]]) -> Iterator[tuple[str, str]]:
    """(copy, original) among (copy key, settled, id).

    The original is one that a person accepted, else the one of the lowest id.
    """
    ordered = sorted((key, not settled, id_) for key, settled, id_ in entries)
    for _, group in groupby(ordered, key=lambda entry: entry[0]):
        (_, _, first), *rest = group
        yield from ((id_, first) for _, unsettled, id_ in rest if unsettled)


def near_copies(
    sketches: Sketches,
    entries: Sequence[tuple[int, bool, str]],
    texts: Callable[[Sequence[str]], Mapping[str, str]],
) -> Iterator[tuple[str, str, float]]:
    """(near copy, the one that stays, Jaccard) among the entries of `copies`, sketched in order.

    What a person accepted stays, then lower ids; `texts` gives the texts of some ids again.
    """
    import numpy as np

    ids = [id_ for _, _, id_ in entries]

    def fetch(places: "NDArray[np.int64]") -> list[str]:
        found = texts([ids[place] for place in places])
        return [found[ids[place]] for place in places]

    rank = np.array([not settled for _, settled, _ in entries], np.uint8)
    for block in sketches.near(rank, fetch):
        for one in block:
            yield ids[one.dropped], ids[one.kept], round(one.similarity, 4)
