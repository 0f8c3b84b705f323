"""`ingest`: documents, problems and concepts tagged elsewhere, from files into the graph.

Input that cannot be used is told with file and line on stderr, counted, and kept in the graph as
`Rejected`; the rest is read. In a funnel: in = kept (new) + already there + duplicate + dropped.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import TypeVar

from kgsynth import config, ids, tags
from kgsynth.behind import Behind
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress, say
from kgsynth.readers import Fault, Item, Record, Skipped, fields, read, storable
from kgsynth.store import Row, Store, Write, batched, in_parts

MAX_BYTES = 5_000_000
CHUNK_RECORDS = 1_000
CHUNK_BYTES = 16_000_000
MESSAGES = 100
TERMS = 1_000
NAMED = 400_000
TOO_LARGE = "too large for the memory of this Neo4j"

NEW = "new"
Found = tuple[fields.Source, str]  # a record that can be written, and what it is to the graph
Taken = TypeVar("Taken", fields.Source, fields.Tagged)


def documents(
    store: Store,
    paths: Sequence[str],
    *,
    domain: str = config.DOMAIN,
    format: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Funnel:
    """Reads documents: one node for each text, whatever files and ids it came under.

    `limit` counts records, `max_bytes` bounds one text. Raises UsageError for a domain that cannot
    be one.
    """
    return _sources(store, "Document", paths, domain, format, limit, dry_run, max_bytes)


def problems(
    store: Store,
    paths: Sequence[str],
    *,
    domain: str = config.DOMAIN,
    format: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    max_bytes: int = MAX_BYTES,
) -> Funnel:
    """Reads seed problems; a `solution` or `answer` becomes an Answer of origin `given`."""
    return _sources(store, "Problem", paths, domain, format, limit, dry_run, max_bytes)


def concepts(
    store: Store,
    paths: Sequence[str],
    *,
    domain: str = config.DOMAIN,
    limit: int | None = None,
    dry_run: bool = False,
) -> Funnel:
    """Reads tags made elsewhere; they take the place of tags given before.

    Two lines for one source count together. Memory: some 100 bytes for each source tagged, and 100
    MB at most for names that are in the graph already.
    """
    report = Report("ingest concepts", domain, None if dry_run else store)
    items = read(paths, required=frozenset(), wanted=frozenset(), max_bytes=MAX_BYTES,
                 kinds=frozenset({"jsonl"}))  # fmt: skip
    seen: set[str] = set()
    named: dict[str, str] = {}
    writing = Behind()
    with progress(report.funnel.step, unit="sources") as shown:
        for chunk in report.chunks(items, fields.tagged, limit):
            rows = _new_tags(store, chunk, domain, seen, report, writing)
            if report.store and rows:
                _name_once(rows, named)
                writing.run(partial(store.write, "write/tags", rows, origin="given"))
            shown.advance(len(chunk))
        writing.wait()
    return report.finish()


class Report:
    """The funnel of one ingest: tells and keeps what was refused (`store` None: a dry run)."""

    def __init__(self, step: str, domain: str, store: Store | None) -> None:
        if reason := tags.refusal(domain):
            raise UsageError(f"{domain!r} cannot be a domain: {reason}.")
        self.funnel = Funnel(step)
        self.domain = domain
        self.store = store
        self.faults: list[Fault] = []
        self.told = 0
        self.skipped: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()

    def chunks(
        self,
        items: Generator[Item, None, None],
        take: Callable[[Record], Taken | Fault],
        limit: int | None,
    ) -> Iterator[list[Taken]]:
        """What was taken from the records, in chunks of bounded memory; faults are told at once."""
        chunk: list[Taken] = []
        size = 0
        with closing(items):
            for item in items:
                if isinstance(item, Skipped):
                    self.skipped[item.kind] += 1
                    continue
                if limit is not None and self.funnel.taken >= limit:
                    break
                self.funnel.taken += 1
                taken = item if isinstance(item, Fault) else take(item)
                if isinstance(taken, Fault):
                    self.fault(taken)
                else:
                    chunk.append(taken)
                    size += taken.record.size
                if len(chunk) + len(self.faults) >= CHUNK_RECORDS or size >= CHUNK_BYTES:
                    yield chunk
                    self.keep()
                    chunk, size = [], 0
        yield chunk
        self.keep()

    def fault(self, fault: Fault, *, part: bool = False) -> None:
        """Counts, tells and remembers something that was refused: a record, or `part` of one."""
        if part:
            self.notes[f"refused: {fault.reason}"] += 1
            self.funnel.failures += 1
        else:
            self.funnel.drop(fault.reason, failure=True)
        self.faults.append(fault)
        self.told += 1
        if self.told <= MESSAGES:
            say(str(fault))

    def count(self, found: Sequence[Found], left: Sequence[Found]) -> None:
        """Counts what was found; what was left out of it is refused."""
        counts = Counter(state for _, state in found)
        counts.subtract(state for _, state in left)
        self.funnel.kept += counts.pop(NEW, 0)
        self.notes.update(+counts)
        for source, _ in left:
            self.fault(source.record.reject(TOO_LARGE))

    def keep(self) -> None:
        """Writes what was refused into the graph."""
        if self.store:
            self.store.write("write/ingest-rejected", map(self._rejected, self.faults))
        self.faults.clear()

    def _rejected(self, fault: Fault) -> Row:
        place = {"source": fault.place.file, "line": fault.place.line}
        what = {"reason": fault.reason, "detail": storable(fault.detail), "raw": fault.raw}
        id = ids.content_id("Rejected", self.funnel.step, *place.values(), *what.values())
        return {"id": id, "properties": {"step": "ingest", "domain": self.domain, **place, **what}}

    def finish(self) -> Funnel:
        """The funnel with its notes."""
        if self.told > MESSAGES:
            say(f"... and {self.told - MESSAGES:,} more: they are Rejected nodes of step ingest.")
        if self.skipped:
            self.funnel.notes["skipped files"] = dict(sorted(self.skipped.items()))
        self.funnel.notes.update(self.notes)
        return self.funnel


def _sources(
    store: Store,
    label: str,
    paths: Sequence[str],
    domain: str,
    format: str | None,
    limit: int | None,
    dry_run: bool,
    max_bytes: int,
) -> Funnel:
    kind = f"{label.lower()}s"
    report = Report(f"ingest {kind}", domain, None if dry_run else store)

    def take(record: Record) -> fields.Source | Fault:
        return fields.source(record, label, domain, max_bytes)

    items = read(paths, required=frozenset(fields.TEXT[label]), wanted=fields.wanted(label),
                 max_bytes=max_bytes, format=format)  # fmt: skip
    with progress(report.funnel.step, unit=kind) as shown:
        for chunk in report.chunks(items, take, limit):
            found = _new_and_known(store, chunk, kind, report)
            left = [] if dry_run else _write(store, found, kind)
            report.count(found, left)
            shown.advance(len(chunk))
    return report.finish()


def _new_and_known(
    store: Store, chunk: list[fields.Source], kind: str, report: Report
) -> list[Found]:
    """The records to write; a record whose id belongs to another text is refused."""
    known: dict[str, set[str]] = {
        row["id"]: set(row["externalIds"])
        for row in store.read(f"read/known-{kind}", ids=sorted({source.id for source in chunk}))
    }
    holder = {
        external: row["id"]
        for row in _given(store, {source.external for source in chunk if source.external})
        if row["problem"] == (kind == "problems")
        for external in row["externalIds"]
    }
    new: set[str] = set()
    found: list[Found] = []
    for source in chunk:
        external = source.external
        if external and holder.setdefault(external, source.id) != source.id:
            report.fault(source.record.reject("id given twice with different text", external))
            continue
        if source.id not in known:
            new.add(source.id)
            found.append((source, NEW))
        elif source.id in new or (external and external not in known[source.id]):
            found.append((source, "duplicate"))
        else:
            found.append((source, "already there"))
        known.setdefault(source.id, set()).update({external} if external else ())
    return found


def _write(store: Store, found: list[Found], kind: str) -> list[Found]:
    """Writes the records; returns those that outgrow the server's memory one by one."""
    return in_parts(
        found, lambda part: store.write_together(_writes([source for source, _ in part], kind))
    )


def _given(store: Store, externals: Iterable[str]) -> Iterator[Row]:
    """Documents and problems that were given one of the ids."""
    for batch in batched(sorted(externals), TERMS):
        quoted = (id.replace("\\", r"\\").replace('"', r"\"") for id in batch)
        yield from store.read("read/external-ids", terms=" ".join(f'"{id}"' for id in quoted))


def _writes(sources: Sequence[fields.Source], kind: str) -> list[Write]:
    """One transaction: the texts, then the solutions that came with them."""
    rows = [
        {"id": source.id, "externalId": source.external, "words": source.words,
         "properties": source.properties}
        for source in sources
    ]  # fmt: skip
    answers = [
        {"id": ids.content_id("Answer", source.id, ids.normalise_text(text)),
         "problem": source.id, "text": text, "final": source.answer}
        for source in sources
        if (text := source.solution or source.answer)
    ]  # fmt: skip
    return [
        Write(f"write/{kind}", sorted(rows, key=_by_id)),
        Write("write/given-answers", sorted(answers, key=_by_id)),
    ]


def _by_id(row: Row) -> str:
    """Rows in order of id: two writers then seldom wait for each other in a circle."""
    return str(row["id"])


def _new_tags(
    store: Store, chunk: list[fields.Tagged], domain: str, seen: set[str], report: Report,
    writing: Behind,
) -> list[Row]:  # fmt: skip
    """Tags of a chunk that differ from what the graph holds, as rows of `write/tags`."""
    named = _named(store, {tagged.external for tagged in chunk})
    rows: dict[str, Row] = {}
    lines: Counter[str] = Counter()
    for tagged in chunk:
        for fault in tagged.faults:
            report.fault(fault, part=True)
        source = _the_source(tagged, named.get(tagged.external, []), domain)
        if isinstance(source, Fault):
            report.fault(source)
            continue
        row = tags.tag_row(source, tagged.topics, tagged.points, domain)
        rows[source] = tags.union(rows[source], row) if source in rows else row
        lines[source] += 1
    if not seen.isdisjoint(rows):
        writing.wait()  # an earlier line for one of these sources may be on its way
    held = tags.held_rows(store.read("read/tags", ids=sorted(rows), origin="given"))
    changed = []
    for source, row in sorted(rows.items()):
        before = held.get(source)
        wanted = tags.union(before, row) if before and source in seen else row
        if before and all(before[part] == wanted[part] for part in ("topics", "points")):
            report.notes["already there"] += lines[source]
        else:
            report.funnel.kept += lines[source]
            changed.append(wanted)
    seen.update(rows)
    return changed


def _name_once(rows: Iterable[Row], named: dict[str, str]) -> None:
    """Leaves out the names of concepts that earlier rows have named: most of what is written."""
    fresh: dict[str, str] = {}
    for row in rows:
        for concept in chain(row["topics"], row["points"]):
            id, name = concept["id"], concept["name"]
            if id in named and named[id] <= name:
                concept["name"] = None
            elif id not in fresh or name < fresh[id]:
                fresh[id] = name
    if len(named) > NAMED:
        named.clear()
    named.update(fresh)


def _named(store: Store, externals: set[str]) -> dict[str, list[Row]]:
    """Documents and problems by the id that a file uses: the node's own, or one that was given."""
    named: dict[str, list[Row]] = {}
    for kind in ("documents", "problems"):
        for row in store.read(f"read/known-{kind}", ids=sorted(externals)):
            named[row["id"]] = [{**row, "problem": kind == "problems"}]
    for row in _given(store, externals - set(named)):
        for external in externals.intersection(row["externalIds"]):
            named.setdefault(external, []).append(row)
    return named


def _the_source(tagged: fields.Tagged, found: list[Row], domain: str) -> str | Fault:
    """The node id that an id names, or why it names none."""
    if not found:
        return tagged.record.reject("unknown id", tagged.external)
    if len(found) > 1:
        nodes = (f"{'Problem' if row['problem'] else 'Document'} {row['id']}" for row in found)
        return tagged.record.reject("id names several sources", ", ".join(nodes))
    if found[0]["domain"] != domain:
        return tagged.record.reject(
            "source of another domain", f"{tagged.external} is in {found[0]['domain']}"
        )
    return str(found[0]["id"])
