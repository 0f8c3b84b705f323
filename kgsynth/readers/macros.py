r"""LaTeX macros of an author's own, put in place: `\newcommand`, `\def`, `\DeclareMathOperator`.

A reader of one formula does not see the preamble of its source. Comments go, too.
"""

import re
from dataclasses import dataclass

from kgsynth.readers.record import UnreadableError

# What a source may grow to, and how deep a macro may stand in macros: some expand for ever.
GROWTH, LEAST, DEPTH = 10, 1_000_000, 50
LONGEST = 100_000  # characters of one argument
_TOKEN = re.compile(
    r"\\begin\s*\{(?P<kept>verbatim\*?|Verbatim|lstlisting|minted)\}.*?\\end\s*\{(?P=kept)\}"
    r"|\\(?:verb|lstinline)\*?(?P<mark>[^\sa-zA-Z*]).*?(?P=mark)"
    r"|(?P<comment>(?<!\\)%[^\n]*(?:\n[ \t]*)?)"
    r"|\\(?P<name>[a-zA-Z@]+\*?|.)",
    re.DOTALL,
)
_DEFINES = frozenset({"newcommand", "renewcommand", "providecommand", "DeclareRobustCommand"})
_OPERATORS = {"DeclareMathOperator": "", "DeclareMathOperator*": "*"}
_PARAMETER = re.compile(r"#(#|[1-9])")
_TEX_DEF = re.compile(r"\s*\\([a-zA-Z@]+|.)((?:#[1-9])*)\s*(?=\{)", re.DOTALL)
_NAME = re.compile(r"\s*(?:\{\s*\\([a-zA-Z@]+|.)\s*\}|\\([a-zA-Z@]+|.))", re.DOTALL)
_COUNT = re.compile(r"\s*\[\s*([0-9])\s*\]")
_NEXT = re.compile(r"\s*(\S)")
_ONE = re.compile(r"\s*(\\[a-zA-Z@]+|\\.|[^\s{}\\])", re.DOTALL)
_BRACE = re.compile(r"\\.|[{}\]]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Macro:
    """What a macro stands for: so many arguments, the first of them optional with a default."""

    body: str
    arguments: int = 0
    default: str | None = None


def expand(source: str) -> str:
    """The source with its own macros in place, without their definitions and without comments.

    Verbatim text stays as it is, and so does a use that cannot be read. Raises UnreadableError for
    macros that grow without end.
    """
    macros: dict[str, Macro] = {}
    return _expand(source, macros, [max(LEAST, GROWTH * len(source))], 0)


def _expand(source: str, macros: dict[str, Macro], left: list[int], depth: int) -> str:
    done: list[str] = []
    place = 0
    while token := _TOKEN.search(source, place):
        done.append(source[place : token.start()])
        place = token.end()
        name = token["name"]
        if token["comment"]:
            # A comment takes its line's end along, but not the empty line behind it.
            if source[place : place + 1] == "\n":
                done.append("\n")
            continue
        if name is None:
            done.append(token[0])
            continue
        defined = _definition(name, source, place)
        if defined and depth == 0:
            new, macro, place = defined
            if name != "providecommand" or new not in macros:
                macros[new] = macro
            continue
        known = macros.get(name) if depth < DEPTH else None
        used = known and _use(known, source, place)
        if not used:
            done.append(token[0])
            continue
        text, place = used
        left[0] -= len(text) + 1
        if left[0] < 0:
            raise UnreadableError("not readable LaTeX", "its macros grow without end")
        body = _expand(text, macros, left, depth + 1)
        done.append(body)
        if body[-1:].isalpha() and source[place : place + 1].isalpha():
            done.append(" ")  # or the next letter would belong to a command's name
    done.append(source[place:])
    return "".join(done)


def _definition(name: str, source: str, place: int) -> tuple[str, Macro, int] | None:
    """The macro that is defined here, and where its definition ends."""
    if name in ("def", "gdef"):
        if (found := _TEX_DEF.match(source, place)) and (body := argument(source, found.end())):
            return found[1], Macro(body[0], len(found[2]) // 2), body[1]
        return None
    command = name.rstrip("*")
    if command not in _DEFINES and name not in _OPERATORS:
        return None
    found = _NAME.match(source, place)
    if not found:
        return None
    place = found.end()
    arguments, default = 0, None
    if name not in _OPERATORS and (count := _COUNT.match(source, place)):
        arguments, place = int(count[1]), count.end()
        if optional := _optional(source, place):
            default, place = optional
    body = argument(source, place)
    if not body:
        return None
    text = body[0]
    if name in _OPERATORS:
        text = rf"\operatorname{_OPERATORS[name]}{{{text}}}"
    return found[1] or found[2], Macro(text, arguments, default), body[1]


def _use(macro: Macro, source: str, place: int) -> tuple[str, int] | None:
    """What a use of the macro becomes, and where it ends; None where arguments are missing."""
    values: list[str] = []
    end = place
    if macro.default is not None:
        optional = _optional(source, end)
        value, end = optional or (macro.default, end)
        values.append(value)
    while len(values) < macro.arguments:
        given = argument(source, end) or _single(source, end)
        if not given:
            return None
        values.append(given[0])
        end = given[1]

    def filled(parameter: re.Match[str]) -> str:
        number = parameter[1]
        if number == "#":
            return "#"
        return values[int(number) - 1] if int(number) <= len(values) else ""

    return _PARAMETER.sub(filled, macro.body), end


def argument(source: str, place: int) -> tuple[str, int] | None:
    """The inside of the braces that open here, and the place behind them."""
    return _between(source, place, "{", "}")


def _optional(source: str, place: int) -> tuple[str, int] | None:
    return _between(source, place, "[", "]")


def _between(source: str, place: int, opens: str, closes: str) -> tuple[str, int] | None:
    opening = _NEXT.match(source, place)
    if not opening or opening[1] != opens:
        return None
    depth = 0
    for found in _BRACE.finditer(source, opening.end(), opening.end() + LONGEST):
        if found[0] == closes and depth == 0:
            return source[opening.end() : found.start()], found.end()
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            depth -= 1
        if depth < 0:
            break
    return None


def _single(source: str, place: int) -> tuple[str, int] | None:
    r"""One token as an argument, as in `\frac12`."""
    found = _ONE.match(source, place)
    return (found[1], found.end()) if found else None
