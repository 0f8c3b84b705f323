"""`export`: question-answer pairs as training records, each with the ids of its whole origin."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

from kgsynth import config
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.progress import progress
from kgsynth.readers import storable
from kgsynth.store import Row, Store, Write

PAGE = 1_000
# What is stored as CONTAINS relationships; a larger dataset keeps its selection only.
CONTAINS_LIMIT = 100_000
SUFFIXES = (".jsonl", ".parquet")


def _asked(row: Row) -> str:
    return "\n\n".join(part for part in (row["question"], row["input"]) if part)


def chat(row: Row) -> Row:
    """Messages with roles, as chat templates of transformers and TRL read them."""
    return {
        "messages": [
            {"role": "user", "content": _asked(row)},
            {"role": "assistant", "content": row["answer"]},
        ]
    }


def alpaca(row: Row) -> Row:
    """Instruction, input and output (Stanford Alpaca)."""
    return {"instruction": row["question"], "input": row["input"] or "", "output": row["answer"]}


def sharegpt(row: Row) -> Row:
    """Conversations with `from` and `value`."""
    return {
        "conversations": [
            {"from": "human", "value": _asked(row)},
            {"from": "gpt", "value": row["answer"]},
        ]
    }


def pretrain(row: Row) -> Row:
    """One text, `Problem:` and `Solution:` (GSDP, appendix E)."""
    return {"text": f"Problem:\n{_asked(row)}\n\nSolution:\n{row['answer']}"}


def raw(row: Row) -> Row:
    """Question, answer and final answer in fields of their own."""
    return {
        name: row[name]
        for name in ("question", "input", "answer", "final", "domain", "level", "subject")
    }


FORMATS: dict[str, Callable[[Row], Row]] = {
    function.__name__: function for function in (chat, alpaca, sharegpt, pretrain, raw)
}
_ORIGIN = (
    "questionId",
    "answerId",
    "documentIds",
    "concepts",
    "tests",
    "method",
    "run",
    "questionModel",
    "answerModel",
)


def _record(row: Row, format: str, bare: bool) -> Row:
    shaped = FORMATS[format](row)
    if bare:
        return shaped
    origin = {name: row["id"] if name == "questionId" else row[name] for name in _ORIGIN}
    return {**shaped, "exampleId": row["exampleId"], **origin}


def export(
    store: Store,
    file: Path,
    *,
    format: str = "chat",
    status: str | None = None,
    domain: str = config.DOMAIN,
    method: str | None = None,
    run: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    bare: bool = False,
) -> Funnel:
    """Writes the pairs that are not rejected (`status="accepted"`: only those judged good).

    JSONL or Parquet by suffix; the file appears whole or not at all, ordered by question id.
    Records become `Example` nodes, the selection a `Dataset`. Raises UsageError for a format or
    suffix that is not known, KgsynthError when nothing is left to export.
    """
    if format not in FORMATS:
        raise UsageError(f"There is no format {format!r}: {', '.join(FORMATS)}.")
    if file.suffix not in SUFFIXES:
        raise UsageError(f"{file.name}: the file must end in {' or '.join(SUFFIXES)}.")
    if not file.absolute().parent.is_dir():
        raise UsageError(f"The folder {file.parent} does not exist.")
    selection: dict[str, Any] = {
        "status": status,
        "domain": domain,
        "method": method,
        "run": run,
        "limit": limit,
        "where": where,
    }
    dataset = content_id("Dataset", selection, format, bare)
    funnel = Funnel("export")
    temporary = file.with_name(f".{file.name}.{os.getpid()}.part")
    written: list[str] = []
    tokens = 0
    try:
        with temporary.open("w", encoding="utf-8") as out, progress("export", None) as shown:
            for page in _pages(store, selection):
                rows = [
                    row | {"exampleId": content_id("Example", "qa", row["id"], row["answerId"])}
                    for row in page
                ]
                for row in rows:
                    _write_line(out, _record(row, format, bare))
                store.write(
                    "write/examples",
                    [
                        {
                            "id": row["exampleId"],
                            "question": row["id"],
                            "answer": row["answerId"],
                            "tokens": row["answerTokens"],
                        }
                        for row in rows
                    ],
                )
                written += [row["exampleId"] for row in rows]
                tokens += sum(row["answerTokens"] or 0 for row in rows)
                shown.advance(len(rows))
        funnel.taken = store.value("report/questions", domain=domain, run=run, method=method)
        funnel.kept = len(written)
        if not written:
            raise KgsynthError(_nothing(funnel.taken))
        if file.suffix == ".parquet":
            _to_parquet(temporary)
        os.replace(temporary, file)
    finally:
        temporary.unlink(missing_ok=True)
    without = funnel.taken - funnel.kept
    if without:
        funnel.drop("rejected, or without an answer", without)
    _store_dataset(store, dataset, file, selection, format, written, tokens)
    funnel.notes |= {
        "file": storable(str(file)),
        "format": format,
        "dataset": dataset,
        "answerTokens": tokens,
    }
    return funnel


def _nothing(questions: int) -> str:
    if not questions:
        return "Nothing to export: there are no questions yet (`kgsynth generate METHOD`)."
    return (
        f"Nothing to export: none of {questions} questions has an answer that may go out "
        "(`kgsynth status` shows why)."
    )


def _pages(store: Store, selection: Row) -> Iterator[list[Row]]:
    status = selection["status"]
    statuses = [status] if status else ["pending", "accepted"]
    left = selection["limit"] if selection["limit"] is not None else 2**31
    for page in store.pages(
        "read/export",
        size=PAGE,
        statuses=statuses,
        where=selection["where"],
        **{name: selection[name] for name in ("domain", "run", "method")},
    ):
        yield page[:left]
        left -= len(page)
        if left <= 0:
            return


def _write_line(out: IO[str], record: Row) -> None:
    import json

    out.write(json.dumps(record, ensure_ascii=False) + "\n")


def _to_parquet(path: Path) -> None:
    """Turns the JSONL file into Parquet in place, streamed."""
    import polars as pl

    target = path.with_suffix(".parquet.part")
    try:
        pl.scan_ndjson(path, infer_schema_length=None).sink_parquet(target)
        os.replace(target, path)
    finally:
        target.unlink(missing_ok=True)


def _store_dataset(
    store: Store,
    id_: str,
    file: Path,
    selection: Row,
    format: str,
    examples: list[str],
    tokens: int,
) -> None:
    import json

    properties = {
        "name": storable(file.stem),
        "selection": json.dumps(selection, sort_keys=True),
        "seed": None,
        "format": format,
        "counts": len(examples),
        "tokens": tokens,
    }
    store.write_together([Write("write/dataset", [{"id": id_, "properties": properties}])])
    if len(examples) <= CONTAINS_LIMIT:
        store.write("write/dataset-examples", [{"id": id_} for id_ in examples], dataset=id_)
