r"""One spelling for what is one thing on paper: Unicode, LaTeX dress, boxes, number formats.

Nothing here changes a value. What has more than one reading is left for `leaves` to refuse.
"""

import re
import unicodedata
from fractions import Fraction

from kgsynth.ids import normalise_text

_SUPER = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ", "0123456789+-n", strict=True))
_SUB = dict(zip("₀₁₂₃₄₅₆₇₈₉ₙ", "0123456789n", strict=True))
_RAISED = re.compile(f"[{''.join(_SUPER)}]+")
_LOWERED = re.compile(f"[{''.join(_SUB)}]+")
_VULGAR = re.compile("[\u00bc-\u00be\u2150-\u215e]")
_SIGNS = str.maketrans({
    "−": "-", "–": "-", "—": "-", "﹣": "-", "×": r"\cdot ", "·": r"\cdot ", "⋅": r"\cdot ",
    "∙": r"\cdot ", "÷": "/", "∕": "/", "⁄": "/", "π": r"\pi ", "θ": r"\theta ", "α": r"\alpha ",
    "β": r"\beta ", "λ": r"\lambda ", "φ": r"\phi ", "∞": r"\infty ", "≤": r"\le ", "≥": r"\ge ",
    "≠": r"\ne ", "≈": r"\approx ", "∪": r"\cup ", "∩": r"\cap ", "∈": r"\in ", "∅": r"\emptyset ",
    "±": r"\pm ", "∓": r"\mp ", "°": r"^{\circ}", "ℝ": r"\mathbb{R}", "∖": r"\setminus ",
    "⟨": r"\langle ", "⟩": r"\rangle ", "，": ",", "∶": ":", "€": "EUR ", "£": "GBP ",
    "“": "", "”": "", "`": "", "～": "~",
})  # fmt: skip
_COMMANDS = [
    (re.compile(pattern), new)
    for pattern, new in (
        (r"\\[dtc]frac(?![a-zA-Z])", r"\\frac"),
        (r"\\(?:left|right|[bB]igg?[lr]?|displaystyle|textstyle|limits)(?![a-zA-Z])\.?", ""),
        (r"(?<!\\)\\(?:[,;:!> ]|quad(?![a-zA-Z])|qquad(?![a-zA-Z]))|(?<!\\)~|&nbsp;", " "),
        (r"\{,\}", ","),
        (r"\\(?:leq|leqslant|le)(?![a-zA-Z])|<=|=<", r"\\le "),
        (r"\\(?:geq|geqslant|ge)(?![a-zA-Z])|>=", r"\\ge "),
        (r"\\(?:neq|ne)(?![a-zA-Z])|!=", r"\\ne "),
        (r"\\lt(?![a-zA-Z])", "<"),
        (r"\\gt(?![a-zA-Z])", ">"),
        (r"\\(?:times|ast)(?![a-zA-Z])|(?<![*])[*](?![*])", r"\\cdot "),
        (r"\*\*(?=[\d({\[-])", "^"),
        (r"\\div(?![a-zA-Z])", "/"),
        (r"\\(?:varnothing)(?![a-zA-Z])", r"\\emptyset "),
        (r"\\(?:lbrace|rbrace)(?![a-zA-Z])", lambda m: r"\{" if "l" in m[0] else r"\}"),
        (r"\\(?:lvert|rvert|vert|mid)(?![a-zA-Z])", "|"),
        (r"\\R(?![a-zA-Z])|\\mathbf\{R\}|\\Bbb\{?R\}?", r"\\mathbb{R}"),
        (r"\\(?:simeq|thickapprox)(?![a-zA-Z])", r"\\approx "),
        (r"\^\s*\\circ(?![a-zA-Z])|\^\{\s*\\circ\s*\}|\\degree(?![a-zA-Z])", r"^{\\circ}"),
        (r"\\(?:mathrm|operatorname|rm)\s*\{([a-zA-Z])\}", r"\1"),
        (r"\\(?:text(?:normal|bf|it|rm|sf|tt)?|mathrm|mathbf|mathit|mathsf|operatorname|mbox|hbox"
         r"|boldsymbol|bf|rm)\s*\{([^{}]*)\}", r" \1 "),
        (r"\\%|(?<=\d)\s*(?:percent|per cent|pct)\b", "%"),
        (r"\bdegrees?\b(?!\s*(?:[CF]\b|[Cc]elsius|[Ff]ahrenheit))", r"^{\\circ}"),
    )
]  # fmt: skip
_WHOLE = [
    re.compile(pattern, re.DOTALL)
    for pattern in (
        r"\$\$(.*)\$\$", r"\$([^$]*)\$", r"\\\((.*)\\\)", r"\\\[(.*)\\\]", r"\*\*(.*)\*\*",
        r"(?i:(?:the\s+)?(?:final\s+)?answer(?:\s+is)?\s*[:=]?\s+|(?:thus|so|hence|therefore),?\s+)(.+)",
    )
]  # fmt: skip
_BOX = re.compile(r"\\(?:boxed|fbox)\s*\{")
_DOLLARS = re.compile(r"^([-+]?)\s*(?:\\\$|\$|USD)\s*([-+]?[\d.,]+)")
_CURRENCY = re.compile(r"^([-+]?)\s*(EUR|GBP)\s*([-+]?[\d.,]+)\s*$")
_MONEY = {"EUR": "euros", "GBP": "pounds sterling"}


def tidy(text: str) -> str:
    """The text in one spelling; equal results mean that two answers say the same.

    Blanks stay only between two letters or digits: `1 1/2` is not `11/2`.
    """
    text = _VULGAR.sub(_vulgar, normalise_text(text))
    text = _RAISED.sub(lambda m: "^{" + "".join(_SUPER[c] for c in m[0]) + "}", text)
    text = _LOWERED.sub(lambda m: "_{" + "".join(_SUB[c] for c in m[0]) + "}", text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    text = re.sub(r"√\s*(\d+|[a-zA-Z])", r"\\sqrt{\1}", text).replace("√", r"\sqrt ")
    text = _bare(text)
    for pattern, new in _COMMANDS:
        text = pattern.sub(new, text)
    text = _bare(text)
    text = _CURRENCY.sub(lambda m: f"{m[1]}{m[3]} {_MONEY[m[2]]}", text.replace("$", " "))
    text = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"(?<![A-Za-z0-9]) | (?![A-Za-z0-9])", "", text)


def _bare(text: str) -> str:
    """The text without what only dresses it: a box, dollar signs, bold, `The answer is`, a stop."""
    last = None
    while text != last:  # it only gets shorter, but once for dollars
        last = text
        text = text.strip().strip('"').strip()
        text = text if re.search(r"\.\.\.?$", text) else text.rstrip(".。;,").strip()
        if text.count("$") % 2 or re.match(r"[-+]?\\\$", text):
            text = _DOLLARS.sub(r"\1\2 dollars", text)
        for pattern in _WHOLE:
            if match := pattern.fullmatch(text):
                text = match[1]
        if (box := _BOX.match(text)) and closing(text, box.end() - 1) == len(text) - 1:
            text = text[box.end() : -1]
    return text


def closing(text: str, opening: int) -> int:
    """The place of the bracket that closes the one at `opening`; -1 where none does."""
    depth = 0
    for place in range(opening, len(text)):
        if text[place] in "([{":
            depth += 1
        elif text[place] in ")]}":
            depth -= 1
            if not depth:
                return place
    return -1


def _vulgar(match: re.Match[str]) -> str:
    value = Fraction(unicodedata.numeric(match[0])).limit_denominator(10)
    return rf"\frac{{{value.numerator}}}{{{value.denominator}}}"


_THOUSANDS = re.compile(
    r"(?<![\d.,])\d{1,3}(?:,\d{3})+(?![\d,])|(?<![\d.,])\d{1,3}(?: \d{3})+(?![\d,])"
)
_PLAIN = re.compile(
    r"([-+]?)(\d+(?:\.\d*)?|\.\d+)(?:[eE]([-+]?\d{1,3})|\\cdot ?10\^(?:\{([-+]?\d{1,3})\}|(\d)))?"
)
_FRACTION = re.compile(
    r"([-+]?)(?:(\d{1,30})(?: |(?=\\)))?"
    r"(?:\\frac\{([-+]?\d{1,30})\}\{(\d{1,30})\}|\\frac(\d)(\d)|(\d{1,30})/(\d{1,30}))"
)
_REPEATING = re.compile(r"([-+]?)(\d+)\.(\d*)\\(?:overline|bar|dot)\{(\d+)\}")


def number(text: str) -> Fraction | None:
    r"""The exact value of a tidy text that is one plain number, else None.

    `1,234`, `0.5`, `\frac{1}{2}`, `1 1/2`, `2.5e-3`, `2.5\cdot10^{-3}`, `50%`, `0.\overline{3}`.
    """
    percent = text.endswith("%")
    value = _number(text.removesuffix("%"))
    return value / 100 if percent and value is not None else value


def _number(text: str) -> Fraction | None:
    if _THOUSANDS.fullmatch(text.lstrip("+-").partition(".")[0]):
        text = text.replace(",", "").replace(" ", "")
    if len(text) > 400:
        return None
    if match := _PLAIN.fullmatch(text):
        power = match[3] or match[4] or match[5] or "0"
        return Fraction(match[1] + match[2]) * Fraction(10) ** int(power)
    if match := _REPEATING.fullmatch(text):
        whole, fixed, period = match[2], match[3], match[4]
        nines = Fraction(int(period), (10 ** len(period) - 1) * 10 ** len(fixed))
        value = Fraction(f"{whole}.{fixed or 0}") + nines
        return -value if match[1] == "-" else value
    if match := _FRACTION.fullmatch(text):
        top, bottom = int(match[3] or match[5] or match[7]), int(match[4] or match[6] or match[8])
        if not bottom or (match[2] and not 0 < top < bottom):
            return None  # `3\frac{5}{2}` is a product or a slip
        value = int(match[2] or 0) + Fraction(top, bottom)
        return -value if match[1] == "-" else value
    return None


def decimals(text: str) -> int:
    """How many digits a tidy number has behind its point; 0 for what is no decimal."""
    match = re.fullmatch(r"[-+]?[\d,]*\.(\d+)", text)
    return len(match[1]) if match else 0
