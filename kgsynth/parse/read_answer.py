r"""A worked solution and its final answer, out of a tagged section or what is written instead."""

import re
from dataclasses import dataclass

from kgsynth.parse import clean, fences
from kgsynth.parse.clean import ParseError

VERSION = 4

_SOLUTION = re.compile(r"<\s*solution\s*>(.*?)(</\s*solution\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_ANSWER_TAG = re.compile(r"<\s*(?:final[_ ]?)?answer\s*>(.*?)(?:</\s*(?:final[_ ]?)?answer\s*>|\Z)",
                         re.DOTALL | re.IGNORECASE)  # fmt: skip
_FINAL_LINE = re.compile(
    r"(?:^|[.!?]\s+)[ \t]*[#>*_]*[ \t]*(?:(?:the |my |our )?final (?:answer|result)|(?:the )?answer"
    r"|最终答案|答案|antwort|endergebnis|respuesta(?: final)?|réponse(?: finale)?|ответ)[*_]*"
    rf"[ \t]*(?:is[ \t]*[:：]?|[:：])[*_]*(?:\s*(?={fences.MARK})|[ \t]*\n?[ \t]*)(\S.*)$",
    re.IGNORECASE | re.MULTILINE,
)
_TAG = re.compile(r"</?\s*(?:solution|(?:final[_ ]?)?answer)\s*>", re.IGNORECASE)
_BLOCK = re.compile(r"\s*(`{3,}|~{3,})[^\n]*\n(.*?)\n?[ \t]*\1[`~]*\s*", re.DOTALL)
_INLINE_CODE = re.compile(r"(`+)\s*([^`]+?)\s*\1[.。]?")
# Brackets hold a result, `[1, 2]`, unless their words say that one belongs there.
_SLOT = re.compile(
    r"[.…]{2}|…|\b(?:answer|result|solution|value|number|output|your|insert|here)\b", re.IGNORECASE
)
_BRACE = re.compile(r"\\boxed\s*\{|(?<!\\)[{}]")


@dataclass(frozen=True, slots=True)
class ParsedAnswer:
    """A solution as written; `final` is its final answer, None where it names none."""

    text: str
    final: str | None


def answer(text: str, finish_reason: str = "stop", *, prompt: str = "") -> ParsedAnswer:
    r"""The worked solution and its final answer.

    Reads the `<solution>` section; a missing closing tag is no fault where the model ended by
    itself. Without a section the whole reply counts when it names a final answer. That is the last
    of `Final answer: ...`, `\boxed{...}` and `<answer>`; a solution without one (a proof) is kept.
    Fenced code stays as it was written and names no answer, but it may be one: `Final answer:`
    before a block makes the code of the block the final answer.
    `prompt` is what the model saw: a text that stands in it, nearly word for word, is no solution.

    Raises ParseError: `empty`, `truncated`, `off format`, `refusal`, `copies the prompt`, `repeats
    itself`.
    """
    reply = clean.body(text, finish_reason)
    section = _SOLUTION.search(reply)
    if section is None:
        if finish_reason == "length" or _final(reply) is None:
            raise clean.unusable(reply, finish_reason)
        body = reply
    else:
        if finish_reason == "length" and not section[2]:
            raise ParseError(clean.TRUNCATED)
        body = section[1]
    final = _tagged(body) or _tagged(reply) or _final(body) or _final(reply)
    body = fences.outside(body, lambda prose: _TAG.sub("", prose)).strip()
    if not clean.normal(body):
        raise ParseError(clean.EMPTY)
    worked = fences.outside(body, lambda prose: _FINAL_LINE.sub("", prose))
    if clean.is_placeholder(body) or (prompt and clean.is_copy(worked, prompt)):
        raise ParseError(clean.COPY)
    if clean.is_refusal(body):
        raise ParseError(clean.REFUSAL)
    if clean.repeats(body):
        raise ParseError(clean.REPEATS)
    if final is not None and final not in body:
        body = f"{body}\n\nFinal answer: {final}"
    return ParsedAnswer(body, final)


def _tagged(text: str) -> str | None:
    """What stands between the first `<answer>` tags outside of code."""
    shown, blocks = fences.hide(text)
    found = _ANSWER_TAG.search(shown)
    return _tidy(fences.show(found[1], blocks)) if found else None


def _final(text: str) -> str | None:
    """The final answer that is named last in a text, outside of code."""
    shown, blocks = fences.hide(text)
    named = [(match.start(), match[1]) for match in _FINAL_LINE.finditer(shown)]
    boxed = max(_boxed(shown), default=None)
    named += [(boxed[0], shown[boxed[1] : boxed[2]])] if boxed else []
    return _tidy(fences.show(max(named)[1], blocks)) if named else None


def _boxed(text: str) -> list[tuple[int, int, int]]:
    r"""Every `\boxed{...}` with balanced braces: its start, and start and end of its content."""
    found: list[tuple[int, int, int]] = []
    opened: list[re.Match[str]] = []
    for mark in _BRACE.finditer(text):
        if mark[0] != "}":
            opened.append(mark)
        elif opened and len((begin := opened.pop())[0]) > 1:
            found.append((begin.start(), begin.end(), mark.start()))
    return found


def _tidy(final: str) -> str | None:
    """A final answer without its decoration: bold, a box, dollar signs, the full stop, fences."""
    if match := _BLOCK.fullmatch(final) or _INLINE_CODE.fullmatch(final.strip()):
        return match[2] if match[2].strip() else None
    last = None
    while final != last:
        last = final
        final = final.strip().strip("*_`").strip().rstrip(".。").strip()
        for pattern in (r"\$\$(.*)\$\$", r"\$([^$]*)\$", r"\\\((.*)\\\)", r"\\\[(.*)\\\]"):
            if match := re.fullmatch(pattern, final, re.DOTALL):
                final = match[1]
        boxes = _boxed(final)
        if len(boxes) == 1 and final.startswith("\\boxed") and final.endswith("}"):
            final = final[boxes[0][1] : boxes[0][2]]
    return None if not final or (clean.is_placeholder(final) and _SLOT.search(final)) else final
