"""The data set card: what is in an export and where it comes from, read from the graph.

Front matter as the Hugging Face hub and `datasets` read it (hub documentation, dataset cards),
then tables for people. Words that come from documents or models are data here, never Markdown.
"""

import json
import re
import shlex
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from kgsynth import __version__, funnels
from kgsynth.dataset.formats import Columns, features
from kgsynth.dataset.splits import Assigned, Plan
from kgsynth.funnel import Funnel
from kgsynth.store import Row, Store

MARK = "<!-- written by kgsynth export; the next export to this place writes it anew -->"
MOST = 20  # values of a field that are listed
_SIZES = ((1e3, "n<1K"), (1e4, "1K<n<10K"), (1e5, "10K<n<100K"), (1e6, "100K<n<1M"),
          (1e7, "1M<n<10M"), (1e8, "10M<n<100M"))  # fmt: skip
_FIELDS = {
    "messages": "the question, and the answer to it",
    "conversations": "the question, and the answer to it",
    "instruction": "the question",
    "input": "what the question is about, where it stands apart",
    "output": "the answer",
    "text": "the problem and its solution",
    "question": "the question",
    "answer": "the answer",
    "final": "the final answer alone, where it was found",
    "domain": "the domain of the concept graph",
    "level": "school level, as the model named it",
    "subject": "subject, as the model named it",
    "difficulty": "difficulty, as it was rated",
    "origin": "`original`: found in a document; `created`: new",
    "status": "`accepted`: question and answer were judged good; `pending`: not judged",
    "agreement": "share of the sampled answers that agree with this one",
    "verdicts": "what each verifier said; `passed` is null where it decided nothing",
    "exampleId": "this record in the graph: `kgsynth trace ID` shows all it comes from",
    "questionId": "the question in the graph",
    "answerId": "the answer in the graph",
    "documentIds": "the documents that the question comes from",
    "concepts": "the concepts of the set that the question was asked for",
    "tests": "the concepts that the question tests",
    "method": "how the question was made",
    "run": "the run that asked for it",
    "questionModel": "the model that wrote the question",
    "answerModel": "the model that wrote the answer",
}


_KINDS = defaultdict(
    lambda: "source of that kind",
    document="document",
    set="combination of concepts",
    question="question, with all that was made from it,",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the graph does not know of an export."""

    name: str
    domain: str
    format: str
    columns: Columns
    folder: str | None
    files: dict[str, str]
    licence: str
    command: Sequence[str]
    funnel: Funnel
    plan: Plan | None
    assigned: Assigned | None


def written(store: Store, dataset: str, facts: Facts) -> str:
    """The card of a dataset, as it stands in the graph now."""
    fields = store.read("report/dataset", dataset=dataset)
    sources = store.read("report/dataset-sources", dataset=dataset)
    tagged = store.read("report/tagged-sources", domain=facts.domain)
    walked = any(row["source"] == "concept sets" for row in sources)
    blocks = [
        _front(facts, sources),
        MARK,
        f"# {_plain(facts.name)}",
        f"{facts.funnel.kept:,} question-answer pairs in the form `{facts.format}`, written by "
        f"kgsynth {__version__} through a concept graph.",
        f"```python\n{_loading(facts)}\n```",
        "## Rows",
        *_rows(facts, fields),
        "## What is in it",
        *_fields(fields),
        "## Where it comes from",
        *_sources(sources, facts.licence),
        *(_graph(tagged) if walked else ()),
        "## Models and prompts",
        *_calls(store.read("report/dataset-calls", dataset=dataset)),
        "## Verdicts",
        *_verdicts(store.read("report/dataset-verdicts", dataset=dataset)),
        "## Funnel",
        *_funnel(facts.funnel, funnels.whole(store, facts.domain)),
        "## Fields",
        _table(
            ("field", "type", "what it is"),
            [
                (f"`{name}`", f"`{_type(type_)}`", _FIELDS[name])
                for name, type_ in facts.columns.items()
            ],
        ),
        "## How it was made",
        f"```sh\n{shlex.join(facts.command)}\n```",
    ]
    return "\n\n".join(blocks) + "\n"


def _front(facts: Facts, sources: Sequence[Row]) -> str:
    import yaml

    rows = facts.funnel.kept
    languages = sorted({r["language"].lower() for r in sources if _is_language(r["language"])})
    tasks = ["text-generation"] + (["question-answering"] if facts.format != "pretrain" else [])
    front: Row = {
        "pretty_name": facts.name,
        "license": facts.licence.lower(),
        **({"language": languages} if languages else {}),
        "task_categories": tasks,
        "size_categories": [next((name for most, name in _SIZES if rows < most), "n>100M")],
        "tags": ["synthetic", "kgsynth"],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": s, "path": path} for s, path in facts.files.items()],
            }
        ],
        "dataset_info": {"features": features(facts.columns)},
    }
    return f"---\n{yaml.safe_dump(front, sort_keys=False, allow_unicode=True)}---"


def _is_language(name: str | None) -> bool:
    return name is not None and re.fullmatch(r"[A-Za-z]{2,3}", name) is not None


def _loading(facts: Facts) -> str:
    if facts.folder is not None:
        what = json.dumps(facts.folder, ensure_ascii=False)
    else:
        kind = "parquet" if next(iter(facts.files.values())).endswith(".parquet") else "json"
        what = f'"{kind}", data_files={json.dumps(facts.files, ensure_ascii=False)}'
    return f"from datasets import load_dataset\n\ndataset = load_dataset({what})"


def _rows(facts: Facts, fields: Sequence[Row]) -> Iterable[str]:
    parts = [row for row in fields if row["field"] == "split"]
    counted = sum(row["counted"] for row in parts)
    total = {name: sum(row[name] for row in parts) for name in ("examples", "answerTokens")}
    lines = [
        (row["value"] or "all", row["examples"], row["answerTokens"] if counted else None)
        for row in [*parts, *([{"value": None, **total}] if len(parts) > 1 else [])]
    ]
    yield _table(("split", "rows", "answer tokens"), lines)
    yield "Tokens are those that the models which wrote the answers counted" + (
        f", of {counted:,} rows." if counted < facts.funnel.kept else "."
    )
    if facts.plan is not None and facts.assigned is not None:
        yield _splitting(facts.plan, facts.assigned, facts.funnel)


def _splitting(plan: Plan, assigned: Assigned, funnel: Funnel) -> str:
    asked = ", ".join(f"{name} {share:g}" for name, share in plan.shares.items())
    head = f"Split by {_plain(plan.by)} with seed {plan.seed} ({asked}): no {_KINDS[plan.by]} "
    if plan.drop_crossing:
        return head + (
            f"stands in two splits. Each of the {assigned.parts:,} was placed by itself, "
            "and rows between splits were dropped (see the funnel)."
        )
    return head + (
        "stands in two splits. Rows that share one, directly or through others, stayed together: "
        f"{assigned.parts:,} parts, the largest with {assigned.largest:,} rows "
        f"({assigned.largest / funnel.kept:.1%})."
    )


def _fields(fields: Sequence[Row]) -> Iterable[str]:
    unknown = []
    for name in ("method", "origin", "level", "subject", "difficulty", "status"):
        rows = [row for row in fields if row["field"] == name]
        if [row["value"] for row in rows] == [None]:
            unknown.append(name)
            continue
        lines = [(row["value"], row["examples"]) for row in rows[:MOST]]
        if more := rows[MOST:]:
            lines.append((f"({len(more):,} others)", sum(row["examples"] for row in more)))
        yield _table((name, "rows"), lines)
    if unknown:
        yield f"Known of no row: {', '.join(unknown)}."


def _sources(sources: Sequence[Row], licence: str) -> Iterable[str]:
    if not sources:
        yield "No document, problem or concept set is known that these questions come from."
        return
    yield _table(("source", "number"), _summed(sources, _kind))
    texts = [row for row in sources if row["source"] != "concept sets"]
    if texts:
        yield "Licences of the documents and problems:"
        yield _table(("source", "licence", "number"), _summed(texts, _licence))
    if licence == "unknown":
        yield "What licence this data set may have was not said (`kgsynth export --licence`)."


def _kind(row: Row) -> tuple[Any, ...]:
    return (row["source"] if row["kind"] is None else f"{row['source']} ({row['kind']})",)


def _licence(row: Row) -> tuple[Any, ...]:
    return (row["source"], row["licence"])


def _summed(rows: Iterable[Row], key: Any) -> list[tuple[Any, ...]]:
    """The numbers of rows with one key summed, in order of first appearance."""
    found: dict[tuple[Any, ...], int] = {}
    for row in rows:
        found[key(row)] = found.get(key(row), 0) + row["number"]
    return [(*one, number) for one, number in found.items()]


def _graph(tagged: Sequence[Row]) -> Iterable[str]:
    yield "The concept graph that the concept sets were drawn from was made of:"
    yield _table(("source", "licence", "number"), _summed(tagged, _licence))


def _calls(rows: Sequence[Row]) -> Iterable[str]:
    names = ("step", "role", "prompt", "promptHash", "model", "temperature", "items")
    heads = ("step", "role", "prompt", "prompt hash", "model", "temperature", "items")
    yield _table(heads, [tuple(row[name] for name in names) for row in rows])


def _verdicts(rows: Sequence[Row]) -> Iterable[str]:
    if not rows:
        yield "No verifier and no person has judged these questions and answers."
        return
    names = ("verifier", "criterion", "model", "of", "passed", "failed", "undecided", "meanScore")
    heads = (*names[:-1], "mean score")
    yield _table(heads, [tuple(row[name] for name in names) for row in rows])


def _funnel(funnel: Funnel, whole: Sequence[Row]) -> Iterable[str]:
    yield (
        f"This export: {funnel.taken:,} questions in, {funnel.kept:,} kept, "
        f"{funnel.dropped.total():,} dropped."
    )
    if funnel.dropped:
        yield _table(("dropped because", "questions"), funnel.dropped.most_common())
    yield (
        "The whole flow behind it (model steps count calls, and a call may bring several items; "
        "all of the domain, also what this export left out):"
    )
    lines = [
        (row["step"], row["in"], row["kept"], row["dropped"],
         "; ".join(f"{count:,} {why}" for why, count in row["reasons"].items()))
        for row in whole
    ]  # fmt: skip
    yield _table(("step", "in", "kept", "dropped", "reasons"), lines)


def _type(type_: Any) -> str:
    if isinstance(type_, list):
        return f"list of {_type(type_[0])}"
    return "{" + ", ".join(type_) + "}" if isinstance(type_, dict) else str(type_)


def _table(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    lines = [names, ["---"] * len(names), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return "unknown"
    if isinstance(value, float):
        return f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else _plain(value)


def _plain(text: str) -> str:
    """Words as they are: no Markdown, no HTML, one line."""
    line = " ".join(text.split())[:300]
    return re.sub(r"([\\*_\[\]<>|~$#&])", r"\\\1", line)
