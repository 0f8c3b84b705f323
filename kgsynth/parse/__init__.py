"""From a model's raw reply to what was asked for, or to a reason why it cannot be used.

Questions and answers come in tagged sections, because LaTeX inside JSON breaks; JSON only for
labels, lists and scores. Parsers are pure: raw replies are kept and can be parsed anew at no cost.
`VERSIONS` says which reading a parser is at.
"""

from collections.abc import Callable
from typing import Any

from kgsynth.errors import UsageError
from kgsynth.parse import (
    read_answer,
    read_concepts,
    read_difficulty,
    read_judgement,
    read_passage,
    read_points,
    read_questions,
    read_ratings,
    read_tags,
)
from kgsynth.parse.clean import ParseError, restore_latex
from kgsynth.parse.read_answer import ParsedAnswer, answer
from kgsynth.parse.read_concepts import concept_name, concept_pair, concept_quality
from kgsynth.parse.read_difficulty import difficulty
from kgsynth.parse.read_judgement import Judgement, correctness, judgements, score
from kgsynth.parse.read_passage import passage
from kgsynth.parse.read_points import points
from kgsynth.parse.read_questions import ParsedQuestion, questions
from kgsynth.parse.read_ratings import ratings
from kgsynth.parse.read_tags import LEVELS, ParsedTags, tags

__all__ = [
    "LEVELS",
    "VERSIONS",
    "Judgement",
    "ParseError",
    "ParsedAnswer",
    "ParsedQuestion",
    "ParsedTags",
    "answer",
    "concept_name",
    "concept_pair",
    "concept_quality",
    "correctness",
    "difficulty",
    "judgements",
    "parser",
    "passage",
    "points",
    "questions",
    "ratings",
    "restore_latex",
    "score",
    "tags",
]

VERSIONS = {
    "answer": read_answer.VERSION,
    "concept-name": read_concepts.VERSION,
    "concept-pair": read_concepts.VERSION,
    "concept-quality": read_concepts.VERSION,
    "difficulty": read_difficulty.VERSION,
    "correctness": read_judgement.VERSION,
    "judgements": read_judgement.VERSION,
    "score": read_judgement.VERSION,
    "passage": read_passage.VERSION,
    "points": read_points.VERSION,
    "questions": read_questions.VERSION,
    "ratings": read_ratings.VERSION,
    "tags": read_tags.VERSION,
}
_PARSERS: dict[str, Callable[[str, str], Any]] = {
    "answer": answer,
    "concept-name": concept_name,
    "concept-pair": concept_pair,
    "concept-quality": concept_quality,
    "difficulty": difficulty,
    "correctness": correctness,
    "judgements": judgements,
    "score": score,
    "passage": passage,
    "points": points,
    "questions": questions,
    "ratings": ratings,
    "tags": tags,
    "text": lambda text, _: text,
}


def parser(name: str) -> Callable[[str, str], Any]:
    """The parser that a prompt's `output` names: takes text and finish reason.

    Raises UsageError when there is none of that name.
    """
    if name not in _PARSERS:
        raise UsageError(f"There is no parser {name!r}: {', '.join(sorted(_PARSERS))}.")
    return _PARSERS[name]
