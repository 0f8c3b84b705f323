"""What every reply needs before it is read: reasoning, fences and broken LaTeX out of the way."""

import re

from kgsynth.parse import fences

# Reasons a ParseError can have, and a piece of a reply too.
EMPTY, TRUNCATED, OFF_FORMAT = "empty", "truncated", "off format"
REFUSAL, COPY, NOT_JSON = "refusal", "copies the prompt", "not JSON"
REPEATS, DUPLICATE, EXCESS = "repeats itself", "duplicate in the same answer", "more than asked for"
TOO_LONG, UNSUITABLE = "too long", "not suitable for questions"
# Characters of a reply without its reasoning: far beyond what is asked for, little to read.
LONGEST = 100_000

_THOUGHT = re.compile(r"<(/?)(?:think(?:ing)?|reasoning|thought|reflection)>", re.IGNORECASE)
_REFUSAL = re.compile(
    r"\A\W*(?:i['’]?m (?:very |so |really )?sorry|sorry|i apologi[sz]e|my apologies"
    r"|(?:unfortunately,? )?(?:i|we) (?:can(?:no|['’])t|can not|am unable|['’]m unable|won['’]t"
    r"|will not|am not able|must decline|do not feel)"
    r"|i['’]m (?:unable|not able)|as an ai\b"
    r"|es tut mir leid|leider kann ich|je suis désolé|je ne peux pas|lo siento|no puedo"
    r"|desculpe|mi dispiace|извините|к сожалению|抱歉|对不起|很抱歉|我无法|申し訳)",
    re.IGNORECASE,
)
# Commands whose first letter JSON reads as a line feed, a carriage return or a tab (\n \r \t).
# (After a backspace or a form feed, \b and \f, any letters make a command.)
COMMANDS = frozenset(
    re.findall(
        r"\w+",
        """
        nabla natural ncong ne nearrow neg neq newcommand newline nexists ngeq ngeqq ngeqslant ngtr
        ni nleftarrow nleftrightarrow nleq nleqq nleqslant nless nmid nolimits nonumber normalfont
        normalsize not notag notin nparallel nprec npreceq nrightarrow nshortmid nshortparallel nsim
        nsubset nsubseteq nsucc nsucceq nsupseteq ntriangleleft ntrianglelefteq ntriangleright
        ntrianglerighteq nu nvdash nwarrow
        raggedright raisebox rangle rbrace rbrack rceil real ref renewcommand rfloor rgroup rho
        right rightarrow rightarrowtail rightharpoondown rightharpoonup rightleftarrows
        rightleftharpoons rightrightarrows rightsquigarrow rightthreetimes risingdotseq rlap rm
        rmoustache root rtimes rule rvert
        tag tan tanh tau tbinom tensor text textasciitilde textbf textbackslash textit textnormal
        textrm textsc textsf textstyle texttt textup tfrac therefore theta thickapprox thicksim
        thinspace tilde times tiny to top triangle triangledown triangleleft trianglelefteq
        triangleq triangleright trianglerighteq twoheadleftarrow twoheadrightarrow
        """,
    )
)
_BROKEN = re.compile(r"([\b\f\t\r]|\n)([a-zA-Z]+)")
# Behind their first letter, these commands are never a word; and these are always one.
_NO_WORDS = {"abla", "atural", "cong", "earrow", "eq", "geq", "leq", "onumber", "otin",
             "subseteq", "supseteq", "vdash", "warrow"}  # fmt: skip
_WORDS = {"an", "o", "op", "oot"}
_ESCAPE = {"\b": "b", "\f": "f", "\n": "n", "\r": "r", "\t": "t"}
# A piece of at most 60 characters that follows itself at least four times.
_LOOP = re.compile(r"(.{2,60}?)\1{4,}", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


class ParseError(ValueError):
    """A reply that cannot be used; `reason` is short and countable."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def restore_latex(text: str) -> str:
    r"""Puts back the backslash of commands that some JSON reader turned into control characters.

    A backspace or a form feed before letters can be nothing else; a tab, a line feed or a carriage
    return only where a known command results and what follows is no word by itself (`\theta`,
    `\nabla`, `\rho`), and never in a fenced block of code. Control characters that are left are
    dropped, except tabs and line breaks.
    """

    def mend(match: re.Match[str]) -> str:
        broken, rest = match[1], match[2]
        whole = _ESCAPE[broken] + rest
        unsure = (broken == "\n" and rest not in _NO_WORDS) or rest in _WORDS
        certain = broken in "\b\f" or (whole in COMMANDS and not unsure)
        return f"\\{whole}" if certain else match[0]

    text = fences.outside(text.replace("\r\n", "\n"), lambda prose: _BROKEN.sub(mend, prose))
    return _CONTROL.sub("", text.replace("\r", "\n"))


def body(text: str, finish_reason: str) -> str:
    """The reply without its reasoning and outer fence, LaTeX mended.

    Reasoning may be closed, closed without having been opened (the template opened it), or never
    closed. Raises ParseError: `refusal`, `truncated` in the middle of reasoning, `empty`, `too
    long`.
    """
    if finish_reason == "refusal":
        raise ParseError(REFUSAL)
    rest = fences.unwrapped(_without_thoughts(text))
    if len(rest) > LONGEST:
        raise ParseError(TOO_LONG)
    # A lone surrogate is no text: nothing could store it.
    rest = restore_latex(rest).encode("utf-8", "ignore").decode("utf-8").strip()
    if not rest:
        raise ParseError(TRUNCATED if finish_reason == "length" else EMPTY)
    return rest


def _without_thoughts(text: str) -> str:
    kept: list[str] = []
    place, opened = 0, None
    for mark in _THOUGHT.finditer(text):
        if not mark[1]:
            opened = mark.start() if opened is None else opened
            continue
        if opened is None:
            kept.clear()
        else:
            kept.append(text[place:opened])
        place, opened = mark.end(), None
    return "".join([*kept, text[place:opened]])


def is_refusal(text: str) -> bool:
    """Whether a short text begins as refusals do."""
    return len(text) < 800 and _REFUSAL.match(text) is not None


def unusable(text: str, finish_reason: str) -> ParseError:
    """The reason for a reply that holds nothing of what was asked for."""
    if is_refusal(text):
        return ParseError(REFUSAL)
    return ParseError(TRUNCATED if finish_reason == "length" else OFF_FORMAT)


def normal(text: str) -> str:
    """A text for comparing: letters and digits only, caseless."""
    return " ".join(re.findall(r"[^\W_]+", text.casefold()))


def is_placeholder(text: str) -> bool:
    """Whether a text is a slot of a template (`[the question]`, `...`) and not its content."""
    bare = text.strip(" \n*_`\"'")
    return bool(re.fullmatch(r"[.…]+|(?:\[[^\[\]]*\]|\([^()]*\)|\{[^{}]*\}|<[^<>]*>)[.…?]*", bare))


def is_copy(text: str, prompt: str, size: int = 8, share: float = 0.8) -> bool:
    """Whether a text stands in the prompt, or most of its runs of words do.

    Case, punctuation and blanks do not count, and fenced code only where there is nothing else: an
    answer may show the code of its question again, mended.
    """
    if normal(prose := fences.prose(text)):
        text, prompt = prose, fences.prose(prompt)
    wanted, shown = normal(text), normal(prompt)
    if not wanted or f" {wanted} " in f" {shown} ":
        return bool(wanted)
    runs, known = _runs(wanted.split(), size), set(_runs(shown.split(), size))
    return len(runs) >= size and sum(run in known for run in runs) >= share * len(runs)


def repeats(text: str, size: int = 6, share: float = 0.5) -> bool:
    """Whether a text is a loop: one piece again and again, or mostly what it said before.

    Code says similar things again and again: there it takes 30 lines, two thirds said before.
    """
    prose = fences.prose(text)
    if any(len(match[0]) >= 100 for match in _LOOP.finditer(prose)):
        return True
    words = re.findall(r"\w+|[^\w\s]", prose)
    grams = _runs(words, size)
    if len(grams) >= 30 and len(set(grams)) < (1 - share) * len(grams):
        return True
    lines = [line for line in fences.code(text) if len(normal(line)) >= 8]
    return len(lines) >= 30 and 3 * len(set(lines)) < len(lines)


def _runs(words: list[str], size: int) -> list[tuple[str, ...]]:
    return [tuple(words[n : n + size]) for n in range(len(words) - size + 1)]
