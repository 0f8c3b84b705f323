"""What judges say: a score from 0 to 1, correct or not, which of several answers are correct.

A reply that says nothing readable, or two things, is no vote: it raises ParseError and is never
guessed at (design.md, law 4).
"""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kgsynth.parse import clean, read_tags
from kgsynth.parse.clean import ParseError

VERSION = 1
RANGE, TWO_SCORES, BOTH = "out of range", "two scores", "says both"
TWICE = "two judgements of one answer"


def _list(words: str) -> list[str]:
    return words.split()


def _any(words: Iterable[str]) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


_SCORES = _list("""
    score evaluationscore finalscore overallscore totalscore rating note bewertung punktzahl
    puntuación puntaje pontuação punteggio 分数 得分 评分 总分 スコア 点数 評価 оценка балл
""")
_TRUE = _list("""
    true yes correct right valid wahr richtig korrekt ja vrai correcte oui verdadero cierto correcto
    correcta sí verdadeiro correto sim vero corretto sì 正确 正確 对 是 真 正しい はい верно
    правильно да истина
""")
_FALSE = _list("""
    false no incorrect wrong invalid falsch inkorrekt nein faux fausse incorrecte non falso
    incorrecto incorrecta incorreto não errado scorretto errato 错误 錯誤 不正确 不正確 不对 错 否
    假 誤り 正しくない いいえ неверно неправильно нет ложь
""")
# What a judgement is called: names that say "it is right", and names that say "it is wrong".
_RIGHT = _list("""
    correct iscorrect correctness solutioncorrect answer judgement judgment verdict conclusion
    decision result evaluation finalanswer finaljudgement finaljudgment finalverdict antwort urteil
    ergebnis korrekt richtig réponse verdicto veredicto respuesta resposta risposta jugement 判断
    结论 答案 正确 判定 結論 ответ вывод вердикт
""")
_WRONG = ("incorrect", "isincorrect", "wrong", "iswrong", "potentiallyincorrect")
_REASONS = ("reason", "explanation", "reasoning", "analysis", "comment", "justification")
_PLACES = ("answer", "number", "index", "id", "candidate", "answernumber", "solution", "n")

# Bounded: a reply of nothing but blanks must not take for ever.
_DRESS = r"[\s*_`\"'#>|]{0,12}"
_NUMBER = r"(?P<number>[+-]?(?:\d{1,20}(?:[.,]\d{1,20})?|[.,]\d{1,20}))"
# On another scale only where it is said: 9/10, 4 out of 5, 90%. No range (0.8-0.9), no date.
_MARK = (
    rf"{_NUMBER}(?:\s{{0,3}}(?P<percent>[%％])"
    r"|\s{0,3}(?:/|out of|von|sur|de|su|из)\s{0,3}(?P<of>\d{1,20}(?:[.,]\d{1,20})?))?"
    r"(?![\d%％/])(?![.,:]\d)(?!\s{0,3}[-–~]\s{0,3}[.,]?\d)"
)
_SAID_MARK = re.compile(rf"{_DRESS}{_MARK}", re.IGNORECASE)
_BARE_MARK = re.compile(rf"{_DRESS}{_MARK}[\s*_`\"'.。!]{{0,12}}", re.IGNORECASE)
_IN_BRACKETS = r"(?:[(（\[][^()（）\[\]\n]{0,60}[)）\]])?"
_COLON = r"(?:[:：=|]|(?<=\s)[-–—])"
_LABELLED_SCORE = re.compile(
    rf"^{_DRESS}(?:(?:the|my|final|overall|evaluation|total)\s){{0,3}}(?:{_any(_SCORES)})"
    rf"{_DRESS}{_IN_BRACKETS}{_DRESS}{_COLON}{_DRESS}{_MARK}",
    re.IGNORECASE | re.MULTILINE,
)
_SPOKEN_SCORE = re.compile(
    rf"(?<!\w)(?:{_any(_SCORES)}){_DRESS}{_IN_BRACKETS}{_DRESS}"
    rf"(?:{_COLON}|is\b|of\b|would be\b|ist\b|de\b|为|是){_DRESS}{_MARK}",
    re.IGNORECASE,
)
_NOT = r"(?:not|nicht|pas|n['’]est pas|no es|não é|non è|не)\s"
_WORD = rf"(?P<negated>{_NOT})?(?P<word>{_any([*_TRUE, *_FALSE])})的?(?![\w’'-])"
# Behind the word, something takes it back.
_HEDGE = re.compile(
    r"[^.!?。！？\n]{0,80}?\b(?:but|except|however|although|apart from|or|partly|partially|mostly"
    r"|aber|bis auf|mais|sauf|pero|salvo|mas|но)\b|\s{0,3}[/|]\s{0,3}\w",
    re.IGNORECASE,
)
_SAID_WORD = re.compile(rf"{_DRESS}{_WORD}", re.IGNORECASE)
_FIRST_LINE = re.compile(
    rf"\A{_DRESS}{_WORD}[\s*_`\"']{{0,12}}(?:[.。!！,，;:：\n]|\Z)", re.IGNORECASE
)
_LABELLED_WORD = re.compile(
    rf"^{_DRESS}(?:(?:the|my|final|overall|is|solution)\s){{0,4}}"
    rf"(?P<label>{_any([*_RIGHT, *_WRONG])})\??{_DRESS}{_COLON}{_DRESS}{_WORD}",
    re.IGNORECASE | re.MULTILINE,
)
_SPOKEN_WORD = re.compile(
    r"(?:\b(?:the|this|that|die|diese|la|cette|esta|a|данное)\s(?:(?:provided|given|proposed|final"
    r"|overall|whole)\s)?(?:solution|answer|lösung|antwort|réponse|solución|solução|soluzione"
    r"|решение)|该?(?:解答|解法|答案))\s?(?:is|ist|est|es|é|è|是|为)?\s?(?:(?:therefore|thus|also)\s)?"
    rf"{_WORD}",
    re.IGNORECASE,
)
_LISTED = re.compile(
    rf"^{_DRESS}(?:[-•]\s)?(?:(?:answer|candidate|solution|antwort|réponse|respuesta|答案|解答|ответ)"
    rf"\s?)?[#(\[]?(?P<place>\d{{1,3}})[)\]]?{_DRESS}(?:is\b|[:：=|.)–—-]){_DRESS}"
    rf"(?:(?:is|correct|judgement|verdict)\s?[:=]?\s?)?{_WORD}",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A judge's vote: a score from 0 to 1 (correct is 1, not correct 0), and its reason if any."""

    score: float
    reason: str | None = None


def score(text: str, finish_reason: str = "stop") -> Judgement:
    """A score from 0 to 1 (GSDP, prompt A.5).

    Reads a JSON object (in a fence, in prose, one level deep), else a line `Score: 0.9`, else a
    sentence, else a number alone. `9/10`, `4 out of 5` and `90%` say their scale; a bare number is
    on the scale that was asked for. Raises ParseError: `empty`, `truncated`, `refusal`, `off
    format`, `out of range`, and `two scores` where they differ.
    """
    reply = clean.body(text, finish_reason)
    for found in (_objects(reply, _mark_in), _marks(_LABELLED_SCORE, reply),
                  _marks(_SPOKEN_SCORE, reply), _bare(reply)):  # fmt: skip
        if found:
            if any(mark is None or not 0 <= mark <= 1 for mark, _ in found):
                raise ParseError(RANGE)
            if len({mark for mark, _ in found}) > 1:
                raise ParseError(TWO_SCORES)
            mark, reason = found[-1]
            assert mark is not None
            return Judgement(mark, reason)
    raise clean.unusable(reply, finish_reason)


def correctness(text: str, finish_reason: str = "stop") -> Judgement:
    """Correct (score 1) or not (0) (GSDP, prompt A.6).

    Reads a JSON object, else a line `Answer: True`, else a first word, else a sentence `the
    solution is correct`. Raises ParseError: `empty`, `truncated`, `refusal`, `off format`, and
    `says both` where it is taken back or contradicted.
    """
    reply = clean.body(text, finish_reason)
    for found in (_objects(reply, _verdict_in), _words(_LABELLED_WORD, reply),
                  _words(_FIRST_LINE, reply), _words(_SPOKEN_WORD, reply)):  # fmt: skip
        if found:
            if len({said for said, _ in found}) > 1 or found[-1][0] is None:
                raise ParseError(BOTH)
            said, reason = found[-1]
            return Judgement(float(bool(said)), reason)
    raise clean.unusable(reply, finish_reason)


def judgements(text: str, finish_reason: str = "stop") -> dict[int, bool]:
    """Which of several numbered answers are correct (SynthLLM, section C.3), by their number.

    Reads `{"answers": [{"answer": 1, "correct": true}, ...]}`, `{"1": true, ...}`, else lines
    `Answer 1: correct`. Raises ParseError: `empty`, `truncated`, `refusal`, `off format`, `says
    both`, and `two judgements of one answer` where they differ.
    """
    reply = clean.body(text, finish_reason)
    found = [pair for value in read_tags.objects(reply) for pair in _numbered(value)]
    found = found or [
        (int(match["place"]), _said(match, reply)) for match in _LISTED.finditer(reply)
    ]
    if not found:
        raise clean.unusable(reply, finish_reason)
    if finish_reason == "length":
        raise ParseError(clean.TRUNCATED)
    judged: dict[int, bool] = {}
    for place, said in found:
        if said is None:
            raise ParseError(BOTH)
        if judged.setdefault(place, said) != said:
            raise ParseError(TWICE)
    return judged


def _bare(reply: str) -> list[tuple[float | None, str | None]]:
    match = _BARE_MARK.fullmatch(reply)
    return [(_scaled(match), None)] if match else []


def _marks(pattern: re.Pattern[str], reply: str) -> list[tuple[float | None, str | None]]:
    return [(_scaled(match), None) for match in pattern.finditer(reply)]


def _words(pattern: re.Pattern[str], reply: str) -> list[tuple[bool | None, str | None]]:
    found: list[tuple[bool | None, str | None]] = []
    for match in pattern.finditer(reply):
        said = _said(match, reply)
        label = match.groupdict().get("label")
        found.append((not said if said is not None and label and label.casefold() in _WRONG
                      else said, None))  # fmt: skip
    return found


def _said(match: re.Match[str], text: str) -> bool | None:
    """What a match of `_WORD` says; None where the words behind it take it back."""
    if _HEDGE.match(text, match.end()):
        return None
    said = match["word"].casefold() in _TRUE
    return not said if match["negated"] else said


def _objects(reply: str, read: Any) -> list[tuple[Any, str | None]]:
    """What `read` finds in each object of the reply, or in an object in it, with its reason."""
    found = []
    for value in read_tags.objects(reply):
        inner = [entry for entry in value.values() if isinstance(entry, dict)]
        for one in (value, *inner):
            if said := list(read(one)):
                found += [(each, _reason(one) or _reason(value)) for each in said]
                break
    return found


def _mark_in(value: dict[str, Any]) -> Iterator[float | None]:
    for key, entry in value.items():
        if _bare_key(key) not in _SCORES:
            continue
        if isinstance(entry, bool):
            yield None
        elif isinstance(entry, int | float):
            yield float(entry) if math.isfinite(entry) else None
        elif isinstance(entry, str):
            match = _SAID_MARK.match(entry)
            yield _scaled(match) if match else None
        elif not isinstance(entry, dict):
            yield None


def _verdict_in(value: dict[str, Any]) -> Iterator[bool | None]:
    for key, entry in value.items():
        name = _bare_key(key)
        if name not in _RIGHT and name not in _WRONG:
            continue
        for said in _truths(entry):
            yield not said if name in _WRONG and said is not None else said


def _truths(entry: Any) -> list[bool | None]:
    """What an entry says, if it is a judgement: the answer 42 under `answer` is none."""
    if isinstance(entry, bool):
        return [entry]
    if isinstance(entry, int | float) and entry in (0, 1):
        return [bool(entry)]
    if isinstance(entry, str) and (match := _SAID_WORD.match(entry)):
        return [_said(match, entry)]
    return []


def _numbered(value: dict[str, Any]) -> Iterator[tuple[int, bool | None]]:
    """(number, correct) of an object: a list of objects, or numbers as keys."""
    for key, entry in value.items():
        place = re.fullmatch(r"\D{0,12}(\d{1,3})", key)
        said = list(_verdict_in(entry)) if isinstance(entry, dict) else _truths(entry)
        if place and said:
            yield from ((int(place[1]), one) for one in said)
        elif isinstance(entry, dict):
            yield from _numbered(entry)
        elif isinstance(entry, list):
            for one in entry:
                if isinstance(one, dict) and (number := _place_in(one)) is not None:
                    rest = {k: v for k, v in one.items() if _bare_key(k) not in _PLACES}
                    yield from ((number, said) for said in _verdict_in(rest))


def _place_in(value: dict[str, Any]) -> int | None:
    for key, entry in value.items():
        if _bare_key(key) in _PLACES and not isinstance(entry, bool):
            match = re.fullmatch(r"\D{0,12}(\d{1,3})", str(entry))
            if match:
                return int(match[1])
    return None


def _bare_key(key: str) -> str:
    return "".join(letter for letter in key.casefold() if letter.isalpha())


def _reason(value: dict[str, Any]) -> str | None:
    said = [entry for key, entry in value.items() if _bare_key(key) in _REASONS]
    return (
        clean.restore_latex(said[0]).strip() or None if said and isinstance(said[0], str) else None
    )


def _scaled(match: re.Match[str]) -> float | None:
    """The number of a match of `_MARK` on the scale from 0 to 1; None where there is no such."""
    value = float(match["number"].replace(",", "."))
    if match["percent"]:
        return value / 100
    if match["of"] is None:
        return value
    of = float(match["of"].replace(",", "."))
    return value / of if of > 0 else None
