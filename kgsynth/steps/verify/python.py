"""`verify python`: the program of an answer is run, and what it prints is its final answer or not.

Programs run in `kgsynth.sandbox` and nowhere else (SynthLLM, appendix C.3; CCS, appendix C.3).
"""

import ast
import math
import re
import warnings
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from kgsynth import config, sandbox
from kgsynth.funnel import Funnel
from kgsynth.parse import fences
from kgsynth.progress import progress
from kgsynth.sandbox import Outcome
from kgsynth.store import Row, Store
from kgsynth.verdicts import verdict, write

VERIFIER = "python"
PRINTED, TESTED = "printed the answer", "passed its tests"
OTHER, NOTHING, RAISED, UNTRUE = (
    "printed another value",
    "printed nothing",
    "raised",
    "failed a test",
)
# Runs that say nothing of the answer.
LACKS, READS = "needs a module that is not there", "reads input that is not there"
UNCLEAR, NO_VALUE = "cannot be compared", "names no value to compare"
NO_PROGRAM = "no program"
QUERY = "pending/verify-python"
PAGE, _ALL = 200, 2**31
SHOWN = 500  # characters of output that a verdict keeps
CLOSE = 1e-9

_LANGUAGE = re.compile(r"[`~]{3,}[ \t]*(?:python|py)[0-9.]*(?:[ \t{:,].*)?", re.IGNORECASE)
# Not indented: one in a function may never be reached.
_ASSERT = re.compile(r"^assert\b", re.MULTILINE)
_DEFINED = re.compile(r"^\s*(?:async\s+)?(?:def|class)\s+(\w+)", re.MULTILINE)
_COST = re.compile(r"\W*(?:math\w*\W*)?(?:[OΘΩ]|Theta|Omega)\W*\(.*", re.DOTALL)
_INTRODUCED = re.compile(r".*(?::|=|\bis)\s+(?P<value>\S.*)")
_NUMBER = re.compile(r"[-+]?\d*\.?\d+(?:[eE][-+]?\d{1,3})?(?:/\d+)?|[-+]?\d+\.")
_WORDS = {"yes": "true", "no": "false"}


@dataclass(frozen=True, slots=True)
class Program:
    """What is run for an answer.

    `code` is its last block, `whole` all of them, each with the tests that the question gives;
    `final` is None where the answer names no value that a program could print.
    """

    answer: str
    final: str | None
    code: str
    whole: str
    tested: bool


def python(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    seconds: int = sandbox.SECONDS,
    memory: int = sandbox.MEMORY,
    workers: int | None = None,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    again: bool = False,
) -> Funnel:
    """Runs the program of each answer that has one, and compares what it prints with `final`.

    The program is the answer's `program`, else the last block of Python in its text (all of them
    one after the other, where the last needs what stands before it); tests (`assert`) that the
    question gives are run behind it. Right is a program whose last line says the final answer, or
    which passes its tests where the answer names no value. One that needs what the sandbox lacks,
    or whose output cannot be compared, gets a verdict that decides nothing; `again` runs those once
    more. Bounds: `seconds` of CPU time, `memory` in bytes, `workers` at a time (a core each).
    `questions` keeps those of one method. Raises KgsynthError where no sandbox can be had.
    """
    level = sandbox.best()
    funnel = Funnel("verify python")
    unjudged: Counter[str] = Counter()
    chosen: dict[str, Any] = {
        "domain": domain,
        "questions": questions,
        "where": where,
        "again": again,
    }
    without = waiting(store, code=False, **chosen)
    with progress("verify python", None, "programs") as bar:
        for rows in _pages(store, limit=limit, **chosen):
            found = [each for row in rows if (each := program(row))]
            without += len(rows) - len(found)
            verdicts = []
            limits: dict[str, Any] = {
                "seconds": seconds,
                "memory": memory,
                "level": level,
                "workers": workers,
            }
            for each, outcome in zip(found, _outcomes(found, **limits), strict=True):
                label, passed = judged(each, outcome)
                verdicts.append(_verdict(each, outcome, label, passed))
                bar.advance()
                if passed is None:
                    unjudged[label] += 1
                elif passed:
                    funnel.kept += 1
                else:
                    funnel.drop(label)
            write(store, verdicts)
    funnel.taken = funnel.kept + funnel.dropped.total()
    if without:
        funnel.notes[NO_PROGRAM] = without
    if unjudged:
        funnel.notes["not judged"] = dict(unjudged.most_common())
    return funnel


def waiting(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    questions: str | None = None,
    where: str | None = None,
    again: bool = False,
    code: bool = True,
) -> int:
    """How many answers with code have not been judged yet (without code: `code` False)."""
    return store.count(
        QUERY, where=where, after="", limit=_ALL, domain=domain, method=questions, again=again,
        code=code,
    )  # fmt: skip


def _pages(
    store: Store, *, domain: str, questions: str | None, where: str | None, again: bool,
    limit: int | None,
) -> Iterator[list[Row]]:  # fmt: skip
    after, left = "", _ALL if limit is None else limit
    while rows := store.read(
        QUERY, where=where, after=after, limit=min(PAGE, left), domain=domain, method=questions,
        again=again, code=True,
    ):  # fmt: skip
        yield rows
        after, left = rows[-1]["id"], left - len(rows)


def program(row: Row) -> Program | None:
    """The program of an answer (`pending/verify-python`); None where it has none in Python."""
    blocks = [row["program"]] if row["program"] else _blocks(row["text"])
    if not blocks:
        return None
    whole, final = "\n\n".join(blocks), row["final"]
    named = re.sub(r"\(.*\)$", "", final.strip(" `"), flags=re.DOTALL) if final else ""
    if named in _DEFINED.findall(whole) or (final and _COST.fullmatch(final)):
        final = None
    tests = _given_tests(row["question"])
    code, whole = (f"{part}\n\n{tests}" if tests else part for part in (blocks[-1], whole))
    return Program(row["id"], final or None, code, whole, bool(_ASSERT.search(whole)))


def _blocks(text: str) -> list[str]:
    """The bodies of the fenced blocks of Python."""
    blocks = (block.partition("\n") for block in fences.hide(text)[1])
    return [
        body.rpartition("\n")[0] for head, _, body in blocks if _LANGUAGE.fullmatch(head.strip())
    ]


def _given_tests(question: str) -> str:
    """The assertions of a question: of a block from the first one on, else single lines."""
    prose = fences.prose(question).split("\n")
    tests = [body[found.start() :] for body in _blocks(question) if (found := _ASSERT.search(body))]
    return "\n".join([*tests, *(line for line in prose if _ASSERT.match(line))])


def _outcomes(programs: list[Program], **limits: Any) -> list[Outcome]:
    """Runs the last blocks; then all blocks of those whose last one needs the others."""
    outcomes = list(sandbox.run_many((each.code for each in programs), **limits))
    needing = [
        place
        for place, (each, outcome) in enumerate(zip(programs, outcomes, strict=True))
        if outcome.error.startswith("NameError") and each.whole != each.code
    ]
    whole = sandbox.run_many((programs[place].whole for place in needing), **limits)
    for place, outcome in zip(needing, whole, strict=True):
        outcomes[place] = outcome
    return outcomes


def judged(program: Program, outcome: Outcome) -> tuple[str, bool | None]:
    """What a run says of the answer: a label, and whether it is right (None: nothing)."""
    if outcome.status == "failed":
        name = outcome.error.partition(":")[0]
        known = {"ModuleNotFoundError": (LACKS, None), "EOFError": (READS, None),
                 "AssertionError": (UNTRUE, False)}  # fmt: skip
        return known.get(name, (RAISED, False))
    if outcome.status != "ok":
        return outcome.status, False
    printed = outcome.stdout.strip()
    if program.tested and not (printed and program.final):
        return TESTED, True
    if program.final is None:
        return NO_VALUE, None
    if not printed:
        return NOTHING, False
    same = says(printed, program.final)
    return {True: PRINTED, False: OTHER, None: UNCLEAR}[same], same


def _verdict(program: Program, outcome: Outcome, label: str, passed: bool | None) -> Row:
    told = [] if outcome.status == "ok" else [outcome.error]
    if printed := outcome.stdout.strip():
        told.append(f"printed: {printed[-SHOWN:]}")
    reason = "\n".join(filter(None, told)) or None
    return verdict(program.answer, VERIFIER, label=label, passed=passed, reason=reason)


def says(printed: str, final: str) -> bool | None:
    """Whether the last line of what was printed, or all of it, is the final answer.

    Numbers are one up to rounding of floats (1e-9), or where the answer is the printed number cut
    to its own digits, three or more; what else is no plain text, number or Python value is left to
    `kgsynth.equivalence`. None where it cannot tell.
    """
    from kgsynth.equivalence import equivalent

    final, last = final.strip(), printed.rstrip().rpartition("\n")[2].strip()
    lines = [last]
    if introduced := _INTRODUCED.fullmatch(last):  # "Result: 42"
        lines.append(introduced["value"].rstrip("."))
    if any(_same(text, final) for text in (*lines, printed)):
        return True
    return equivalent(final, lines[-1]).equal


def _same(printed: str, final: str) -> bool:
    one, other = (" ".join(text.split()) for text in (printed, final))
    if one == other or one.casefold() == _WORDS.get(other.casefold()):
        return True
    first, second = _number(printed), _number(final)
    if first is not None and second is not None:
        return _close(first, second) or _cut(first, final, second)
    value, wanted = _literal(printed), _literal(final)
    if wanted and isinstance(wanted[0], str):
        return wanted[0].strip() == printed
    return bool(value and wanted) and _alike(value, wanted)


def _number(text: str) -> Fraction | None:
    if len(text) > 500 or not _NUMBER.fullmatch(text):
        return None
    try:
        return Fraction(text)
    except (ValueError, ZeroDivisionError):
        return None


def _close(one: Fraction, other: Fraction) -> bool:
    if one.denominator == other.denominator == 1:
        return one == other
    return abs(one - other) <= CLOSE * max(abs(one), abs(other))


def _cut(printed: Fraction, text: str, number: Fraction) -> bool:
    """Whether a decimal of three digits or more is the printed number, rounded."""
    digits = re.fullmatch(r"[-+]?0*(\d*)\.0*(\d+)", text)
    if not digits or len(digits[1] + digits[2]) < 3:
        return False
    places = len(text.partition(".")[2])
    return abs(printed - number) <= Fraction(1, 2 * 10**places)


def _literal(text: str) -> tuple[Any] | None:
    """The Python value that a short text writes, in a tuple of its own; None where it is none."""
    if len(text) > 2_000:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return (ast.literal_eval(text),)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _alike(one: Any, other: Any) -> bool:
    if isinstance(one, float) and isinstance(other, int | float) and not isinstance(other, bool):
        return math.isclose(one, other, rel_tol=CLOSE)
    if isinstance(other, float):
        return isinstance(one, int) and not isinstance(one, bool) and _alike(other, one)
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(_alike(one[key], other[key]) for key in one)
    return bool(one == other)
