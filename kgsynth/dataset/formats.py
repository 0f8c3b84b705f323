"""The forms of a training record that trainers read, and the columns of each.

Columns are declared once: Parquet files and the features in a data set card are made from them, so
that a column that is empty at the start of a file has its type all the same.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from kgsynth.store import Row

if TYPE_CHECKING:
    import pyarrow as pa

# A type is a name that `datasets` knows, [type] for a list of it, {field: type} for a struct.
Type = Any
Columns = dict[str, Type]


def asked(row: Row) -> str:
    """The question with its input."""
    return "\n\n".join(part for part in (row["question"], row["input"]) if part)


def chat(row: Row, system: str | None) -> Row:
    """Messages with roles, as chat templates of transformers and TRL read them."""
    messages = [("user", asked(row)), ("assistant", row["answer"])]
    opening = [] if system is None else [("system", system)]
    return {"messages": [{"role": who, "content": text} for who, text in opening + messages]}


def alpaca(row: Row, system: str | None) -> Row:
    """Instruction, input and output (Stanford Alpaca)."""
    return {"instruction": row["question"], "input": row["input"] or "", "output": row["answer"]}


def sharegpt(row: Row, system: str | None) -> Row:
    """Conversations with `from` and `value`."""
    turns = [("human", asked(row)), ("gpt", row["answer"])]
    opening = [] if system is None else [("system", system)]
    return {"conversations": [{"from": who, "value": text} for who, text in opening + turns]}


def pretrain(row: Row, system: str | None) -> Row:
    """One text, `Problem:` and `Solution:` (GSDP, section 3.1)."""
    return {"text": f"Problem:\n{asked(row)}\n\nSolution:\n{row['answer']}"}


def raw(row: Row, system: str | None) -> Row:
    """Question, answer and what is known of both, in fields of their own."""
    return {name: row[name] for name in COLUMNS["raw"]}


FORMATS: dict[str, Callable[[Row, str | None], Row]] = {
    function.__name__: function for function in (chat, alpaca, sharegpt, pretrain, raw)
}
WITH_SYSTEM = ("chat", "sharegpt")
_VERDICT: Columns = {
    "on": "string",
    "verifier": "string",
    "criterion": "string",
    "model": "string",
    "label": "string",
    "score": "float64",
    "passed": "bool",
}
COLUMNS: dict[str, Columns] = {
    "chat": {"messages": [{"role": "string", "content": "string"}]},
    "alpaca": {"instruction": "string", "input": "string", "output": "string"},
    "sharegpt": {"conversations": [{"from": "string", "value": "string"}]},
    "pretrain": {"text": "string"},
    "raw": {
        "question": "string",
        "input": "string",
        "answer": "string",
        "final": "string",
        "domain": "string",
        "level": "string",
        "subject": "string",
        "difficulty": "string",
        "origin": "string",
        "status": "string",
        "agreement": "float64",
        "verdicts": [_VERDICT],
    },
}
ORIGIN: Columns = {
    "exampleId": "string",
    "questionId": "string",
    "answerId": "string",
    "documentIds": ["string"],
    "concepts": ["string"],
    "tests": ["string"],
    "method": "string",
    "run": "string",
    "questionModel": "string",
    "answerModel": "string",
}


def columns(format: str, bare: bool) -> Columns:
    """The columns of a record in order, with their types."""
    return COLUMNS[format] | ({} if bare else ORIGIN)


def record(row: Row, format: str, *, bare: bool, system: str | None) -> Row:
    """A row of `read/export` as one training record, with the ids of its origin unless `bare`."""
    shaped = FORMATS[format](row, system)
    return shaped if bare else shaped | {name: row[name] for name in ORIGIN}


def schema(columns: Columns) -> "pa.Schema":
    """The columns as a Parquet file has them."""
    import pyarrow as pa

    names = {"string": pa.string(), "float64": pa.float64(), "bool": pa.bool_()}

    def typed(type_: Type) -> "pa.DataType":
        if isinstance(type_, list):
            return pa.list_(typed(type_[0]))
        if isinstance(type_, dict):
            return pa.struct([(name, typed(inner)) for name, inner in type_.items()])
        return names[type_]

    return pa.schema([(name, typed(type_)) for name, type_ in columns.items()])


def features(columns: Columns) -> list[Row]:
    """The columns as a card's `dataset_info.features` (Hugging Face `datasets`)."""

    def typed(type_: Type) -> Row:
        if isinstance(type_, list):
            inner = type_[0]
            return {"list": features(inner)} if isinstance(inner, dict) else {"sequence": inner}
        return {"dtype": type_}

    return [{"name": name, **typed(type_)} for name, type_ in columns.items()]
