"""`reparse`: a better parser reads the stored responses again. Nothing is asked.

The raw text of every response is in the journal; parsing is a pure function with a version
(`kgsynth.parse.VERSIONS`), and each call says which version read it.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from kgsynth import config, jobs, parse
from kgsynth.calls.job import Job
from kgsynth.calls.journal import Journal
from kgsynth.calls.projector import read_reply
from kgsynth.progress import progress
from kgsynth.store import Row, Store, Write

PAGE = 200
GONE = "not there any more, read anew"
STALE = "made of a text that was read anew"
EXAMPLES = 3


@dataclass(slots=True)
class Change:
    """What reading one step's replies again came to; `examples` are (before, after)."""

    step: str
    method: str
    calls: int = 0
    not_stored: int = 0
    same: int = 0
    changed: int = 0
    new: int = 0
    gone: int = 0
    now_kept: int = 0
    now_rejected: int = 0
    examples: list[tuple[str, str]] = field(default_factory=list)

    def as_row(self) -> Row:
        """The counts as plain JSON values."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


def reparse(
    store: Store,
    journal: Journal,
    *,
    domain: str = config.DOMAIN,
    step: str | None = None,
    method: str | None = None,
    where: str | None = None,
    everything: bool = False,
    dry_run: bool = False,
) -> list[Change]:
    """Reads replies again that an older parser read, and writes what changes.

    `everything` takes those of the present parser too; `where` is a Cypher predicate on `call` and
    `source`. An item that is no longer there, and whatever was made of a text that changed, is
    rejected with the reason; a person's verdict on an item that reads as before stays. Responses
    that are not in this project's journal are counted and left alone.
    """
    changes: dict[tuple[str, str], Change] = {}
    with progress("reparse", None, "calls") as shown:
        for page in store.pages(
            "pending/parsed-calls",
            size=PAGE,
            where=where,
            domain=domain,
            step=step,
            method=method,
            versions=parse.VERSIONS,
            everything=everything,
        ):
            ordered = sorted(page, key=_group)
            for (name, way, seed), rows in groupby(ordered, key=_group):
                change = changes.setdefault((name, way), Change(name, way))
                todo = jobs.job(name, way, domain, **jobs.drawn(seed))
                writes = _read(store, journal, todo, list(rows), change)
                if not dry_run:
                    store.write_together(writes)
            shown.advance(len(page))
    return [changes[key] for key in sorted(changes)]


def _group(row: Row) -> tuple[str, str, int]:
    return row["step"], row["method"], row["seed"]


def _read(
    store: Store, journal: Journal, todo: Job, rows: list[Row], change: Change
) -> list[Write]:
    kept = journal.find(row["id"] for row in rows)
    sources = sorted({row["source"] for row in rows})
    inputs = {found["id"]: found for found in store.read(todo.pending.inputs, ids=sources)}
    calls: list[Row] = []
    refused: list[Row] = []
    anew: list[tuple[Row, list[Row]]] = []
    for row in rows:
        change.calls += 1
        if row["id"] not in kept or row["source"] not in inputs:
            change.not_stored += 1
            continue
        item = todo.pending.make(inputs[row["source"]], row["ordinal"])
        found, bad = read_reply(todo.task, todo.parse, item, row["id"], kept[row["id"]])
        refused += bad
        anew.append((row, found))
    if todo.destination.settle is not None:
        todo.destination.settle(store, [output for _, found in anew for output in found])
    touched: list[Row] = []
    version = parse.VERSIONS[todo.task.prompt.meta["output"]]
    for row, found in anew:
        touched += _compare(row, found, change)
        good = sum(output.get("status") != "rejected" for output in found)
        status = "ok" if good else "rejected"
        change.now_kept += row["status"] == "rejected" and good > 0
        change.now_rejected += row["status"] == "ok" and not good
        calls.append({"id": row["id"], "status": status, "items": good, "parserVersion": version})
    outputs = [output for _, found in anew for output in found]
    return [
        Write("write/reread-calls", calls),
        Write(todo.destination.into, outputs, todo.destination.parameters),
        Write("write/reread-items", touched, {"reason": STALE}),
        Write("write/rejected", refused),
    ]


def _compare(row: Row, found: list[Row], change: Change) -> list[Row]:
    """Counts what is the same and what is not; rows of `write/reread-items`."""
    before = {name: (text, reason) for name, text, reason in _before(row)}
    after = {name: (text, output) for name, text, output in _after(row, found)}
    touched: list[Row] = []
    for name in sorted(before.keys() | after.keys()):
        old, new = before.get(name), after.get(name)
        if old is not None and new is not None and old[0] == new[0]:
            change.same += 1
            if old[1] != GONE:
                continue
        elif old is not None and new is not None:
            change.changed += 1
        elif new is not None:
            change.new += 1
        elif old is None or old[1] == GONE:
            continue
        else:
            change.gone += 1
        texts = (old[0] if old else "", new[0] if new else "")
        if len(change.examples) < EXAMPLES and texts[0] != texts[1]:
            change.examples.append(texts)
        if row["step"] == "tag":
            continue
        output = new[1] if new else {"status": "rejected", "reason": GONE}
        touched.append(
            {
                "id": name,
                "status": output.get("status"),
                "reason": output.get("reason"),
                "changed": old is not None and texts[0] != texts[1],
            }
        )
    return touched


def _before(row: Row) -> Iterator[tuple[str, str, str | None]]:
    if row["tags"] is not None:
        if row["status"] == "ok":
            held = row["tags"]
            yield row["source"], _tags(held["level"], held["subject"], held["tags"]), None
        return
    for item in row["items"]:
        yield item["id"], _text(item), item["reason"]


def _after(row: Row, found: list[Row]) -> Iterator[tuple[str, str, Row]]:
    for output in found:
        held = output["properties"]
        if row["tags"] is not None:
            listed = [[one["id"], one["names"], None] for one in output["topics"]]
            listed += [[one["id"], one["names"], one["topics"]] for one in output["points"]]
            yield output["source"], _tags(held["level"], held["subject"], listed), output
        else:
            yield output["id"], _text(held), output


def _text(item: Row) -> str:
    """What an item says: a text with its final answer, or the label or score of a verdict."""
    if item.get("criterion"):
        return f"{item['criterion']}: {item.get('label') or item.get('score')}"
    return f"{item['text']}\n[{item['final']}]" if item.get("final") else str(item["text"])


def _tags(level: str | None, subject: str | None, tags: list[list[object]]) -> str:
    return json.dumps([level, subject, sorted(tags, key=str)], ensure_ascii=False)
