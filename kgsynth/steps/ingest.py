"""`ingest`: documents, problems and concepts tagged elsewhere, from files into the graph.

Input that cannot be used is told with file and line on stderr, counted, and kept in the graph as
`Rejected`; the rest is read. In a funnel: in = kept (new) + already there + duplicate + dropped.
"""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import NamedTuple, TypeVar

from kgsynth import config, ids
from kgsynth.behind import Behind
from kgsynth.concepts import tags
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
SMALLEST = 50
TOO_LARGE = "too large for the memory of this Neo4j"

NEW = "new"
Taken = TypeVar("Taken", fields.Source, fields.Tagged)


class Found(NamedTuple):
    """A record that can be written, what it is to the graph, and whether its parts are new."""

    source: fields.Source
    state: str
    split: bool


def documents(
    store: Store,
    paths: Sequence[str],
    *,
    domain: str = config.DOMAIN,
    format: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    max_bytes: int = MAX_BYTES,
    split: int | None = None,
) -> Funnel:
    """Reads documents: one node for each text, whatever files and ids it came under.

    `limit` counts records, `max_bytes` bounds one text. With `split`, a text of more tokens (as
    `readers.parts.tokens` counts them) becomes parts at its headings and paragraphs: each is a
    Document {split, position}, PART_OF the whole, with the id `<id of the whole>#<position>`. The
    whole is set aside (rejected as `split into parts`), so that no step works with it besides its
    parts; one that a person decided on stays as it is. A text that is in the graph in parts of
    another size is refused. Raises UsageError for a domain that cannot be one, or too small a
    `split`.
    """
    if split is not None and split < SMALLEST:
        raise UsageError(f"--split takes at least {SMALLEST} tokens, not {split}.")
    return _sources(store, "Document", paths, domain, format, limit, dry_run, max_bytes, split)


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

    Two lines for one source count together. Memory: some 100 bytes for each source tagged, and at
    most half a gigabyte for names (each is hashed and written once) and what is on its way.
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
        written = [one for one in found if one not in left] if left else found
        counts = Counter(one.state for one in written)
        self.funnel.kept += counts.pop(NEW, 0)
        self.notes.update(counts)
        if parts := [len(one.source.parts) for one in written if one.split]:
            self.notes.update({"split": len(parts), "parts": sum(parts)})
        for one in left:
            self.fault(one.source.record.reject(TOO_LARGE))

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
    split: int | None = None,
) -> Funnel:
    kind = f"{label.lower()}s"
    report = Report(f"ingest {kind}", domain, None if dry_run else store)

    def take(record: Record) -> fields.Source | Fault:
        source = fields.source(record, label, domain, max_bytes)
        return source if split is None or isinstance(source, Fault) else fields.split(source, split)

    items = read(paths, required=frozenset(fields.TEXT[label]), wanted=fields.wanted(label),
                 max_bytes=max_bytes, format=format)  # fmt: skip
    with progress(report.funnel.step, unit=kind) as shown:
        for chunk in report.chunks(items, take, limit):
            found = _new_and_known(store, chunk, kind, split, report)
            left = [] if dry_run else _write(store, found, kind, split)
            report.count(found, left)
            shown.advance(len(chunk))
    return report.finish()


def _new_and_known(
    store: Store, chunk: list[fields.Source], kind: str, split: int | None, report: Report
) -> list[Found]:
    """The records to write.

    Refused are a record whose id belongs to another text, and one in parts of another size.
    """
    rows = store.read(f"read/known-{kind}", ids=sorted({source.id for source in chunk}))
    known = {row["id"]: set(row["externalIds"]) for row in rows}
    sizes = {row["id"]: row["split"] for row in rows if split and row["split"]}
    texts = [one for source in chunk for one in (source, *source.parts)]
    holder = {
        external: row["id"]
        for row in _given(store, {one.external for one in texts if one.external})
        if row["problem"] == (kind == "problems")
        for external in row["externalIds"]
    }
    new: set[str] = set()
    found: list[Found] = []
    for source in chunk:
        external = source.external
        if sizes.get(source.id, split) != split:
            size = f"of {sizes[source.id]:,} tokens, not {split:,}"
            report.fault(source.record.reject("in the graph in parts of another size", size))
            continue
        taken = next((one.external for one in (source, *source.parts)
                      if one.external and holder.setdefault(one.external, one.id) != one.id),
                     None)  # fmt: skip
        if taken:
            report.fault(source.record.reject("id given twice with different text", taken))
            continue
        if source.id not in known:
            new.add(source.id)
            state = NEW
        elif source.id in new or (external and external not in known[source.id]):
            state = "duplicate"
        else:
            state = "already there"
        found.append(Found(source, state, bool(source.parts) and source.id not in sizes))
        if source.parts and split:
            sizes[source.id] = split
        known.setdefault(source.id, set()).update({external} if external else ())
    return found


def _write(store: Store, found: list[Found], kind: str, split: int | None) -> list[Found]:
    """Writes the records; returns those that outgrow the server's memory one by one."""
    return in_parts(
        found,
        lambda some: store.write_together(_writes([one.source for one in some], kind, split)),
    )


def _given(store: Store, externals: Iterable[str]) -> Iterator[Row]:
    """Documents and problems that were given one of the ids."""
    for batch in batched(sorted(externals), TERMS):
        quoted = (id.replace("\\", r"\\").replace('"', r"\"") for id in batch)
        yield from store.read("read/external-ids", terms=" ".join(f'"{id}"' for id in quoted))


def _writes(sources: Sequence[fields.Source], kind: str, split: int | None) -> list[Write]:
    """One transaction: the texts, their parts, and the solutions that came with them."""
    rows = [
        {"id": one.id, "externalId": one.external, "words": one.words,
         "properties": one.properties}
        for source in sources
        for one in (source, *source.parts)
    ]  # fmt: skip
    wholes: list[Row] = [
        {"id": source.id,
         "parts": [[part.id, position] for position, part in enumerate(source.parts)]}
        for source in sources
        if source.parts
    ]  # fmt: skip
    answers = [
        {"id": ids.content_id("Answer", source.id, ids.normalise_text(text)),
         "problem": source.id, "text": text, "final": source.answer}
        for source in sources
        if (text := source.solution or source.answer)
    ]  # fmt: skip
    return [
        Write(f"write/{kind}", sorted(rows, key=_by_id)),
        Write("write/parts", sorted(wholes, key=_by_id), {"split": split}),
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
            if named.get(id) == name:
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
    if found[0].get("split"):
        return tagged.record.reject(
            "source is split into parts", f"tag its parts: {tagged.external}#0, ..."
        )
    if found[0]["domain"] != domain:
        return tagged.record.reject(
            "source of another domain", f"{tagged.external} is in {found[0]['domain']}"
        )
    return str(found[0]["id"])
