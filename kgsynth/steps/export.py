"""`export`: question-answer pairs as training records, each with the ids of its whole origin."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from itertools import repeat
from pathlib import Path

from kgsynth import assets, config
from kgsynth.dataset import card, formats, splits
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.progress import progress
from kgsynth.readers import storable
from kgsynth.store import Row, Store, Write, batched

PAGE = 1_000
ROW_GROUP = 10_000  # of a Parquet file: some 40 MB of text
SUFFIXES = (".jsonl", ".parquet")
WHOLE = "train"  # what `datasets` calls the rows of a data set without splits
CROSSING = "sources in two splits"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an export goes: a file with the card beside it, or a folder that holds both."""

    path: Path
    suffix: str
    is_folder: bool

    @property
    def card(self) -> Path:
        """`README.md`, which the Hugging Face hub reads, or `FILE.card.md` beside a file."""
        return (
            self.path / "README.md"
            if self.is_folder
            else self.path.with_name(f"{self.path.name}.card.md")
        )

    def file(self, split: str | None) -> Path:
        """The file of a split, or of all rows (None)."""
        if self.is_folder:
            return self.path / f"{split or WHOLE}{self.suffix}"
        return self.path.with_stem(f"{self.path.stem}-{split}") if split else self.path


def export(
    store: Store,
    file: Path,
    *,
    format: str = "chat",
    system: str | None = None,
    status: str | None = None,
    domain: str = config.DOMAIN,
    method: str | None = None,
    run: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    bare: bool = False,
    parquet: bool = False,
    split: str | None = None,
    split_by: str = "document",
    drop_crossing: bool = False,
    seed: int = 0,
    licence: str = "unknown",
) -> Funnel:
    """Writes the pairs that are not rejected (`status="accepted"`: only those judged good).

    `file` is JSONL or Parquet by suffix, or a folder. With `split` (`train=0.9,test=0.1`) each
    split is a file, and no source (`split_by`: a query of `cypher/split/`) stands in two of them.
    Files appear whole or not at all, ordered by question id, with a data set card. Records become
    `Example` nodes, the selection a `Dataset` that contains them. Memory: by the page, and with
    `split` about 60 bytes a source of a row. Raises UsageError for a format, file or split that
    cannot be, KgsynthError when nothing is left to export or the rows cannot be split so.
    """
    if format not in formats.FORMATS:
        raise UsageError(f"There is no format {format!r}: {', '.join(formats.FORMATS)}.")
    if system is not None and format not in formats.WITH_SYSTEM:
        raise UsageError(f"--system: only {' and '.join(formats.WITH_SYSTEM)} have such a message.")
    plan = _plan(split, split_by, drop_crossing, seed)
    place = _place(file, parquet)
    selection: Row = {
        "status": status,
        "domain": domain,
        "method": method,
        "run": run,
        "limit": limit,
        "where": where,
    }
    shape: Row = {"format": format, "system": system, "bare": bare}
    dataset = content_id("Dataset", selection, shape, plan and asdict(plan))
    about: Row = {
        "name": storable(place.path.stem),
        "selection": json.dumps({**selection, "split": plan and asdict(plan)}, sort_keys=True),
        "seed": plan and plan.seed,
        "format": format,
    }
    with ExitStack() as stack:
        whole = _temporary(stack, place.path.with_name(f"{place.path.name}.rows"))
        read, sources = _read(store, whole, selection, shape, plan)
        funnel = _funnel(store, selection, read)
        assigned = plan.assign(sources) if plan else None
        files = {name: place.file(name) for name in (plan.shares if plan else [None])}
        if place.is_folder:
            place.path.mkdir(exist_ok=True)
        parts = {name: _temporary(stack, path) for name, path in files.items()}
        _write_dataset(store, dataset, about)
        store.script("write/dataset-empty", dataset=dataset)
        counts, tokens = _distribute(store, whole, parts, assigned, dataset, read)
        funnel.kept = sum(counts.values())
        if crossing := read - funnel.kept:
            funnel.drop(CROSSING, crossing)
        columns = formats.columns(format, bare)
        if place.suffix == ".parquet":
            for part in parts.values():
                _to_parquet(part, columns)
        _write_dataset(store, dataset, about | {"counts": funnel.kept, "tokens": tokens})
        described = _temporary(stack, place.card)
        described.write_text(
            card.written(
                store,
                dataset,
                card.Facts(
                    name=about["name"],
                    domain=domain,
                    format=format,
                    columns=columns,
                    folder=place.path.name if place.is_folder else None,
                    files={name or WHOLE: path.name for name, path in files.items()},
                    licence=licence,
                    command=_command(file, selection | shape, plan, licence, parquet),
                    funnel=funnel,
                    plan=plan,
                    assigned=assigned,
                ),
            ),
            encoding="utf-8",
        )
        for name, part in parts.items():
            os.replace(part, files[name])
        os.replace(described, place.card)
    funnel.notes |= {
        "file": storable(str(file)),
        "splits": {name: count for name, count in counts.items() if name},
        "card": storable(str(place.card)),
        "format": format,
        "dataset": dataset,
        "answerTokens": tokens,
    }
    return funnel


def _plan(split: str | None, by: str, drop_crossing: bool, seed: int) -> splits.Plan | None:
    """Raises UsageError for shares or sources that cannot be."""
    if split is None:
        if drop_crossing:
            raise UsageError("--drop-crossing says how rows are split: say --split.")
        return None
    assets.query(f"split/{by}")
    return splits.Plan(splits.read_shares(split), by, drop_crossing, seed)


def _place(file: Path, parquet: bool) -> Place:
    """Raises UsageError for a file that cannot be, KgsynthError for a card that is not ours."""
    path = file.absolute()
    if path.suffix in SUFFIXES:
        place = Place(path, path.suffix, False)
    elif not path.suffix or path.is_dir():
        place = Place(path, ".parquet" if parquet else ".jsonl", True)
    else:
        raise UsageError(f"{file.name}: say a folder, or a file in {' or '.join(SUFFIXES)}.")
    if parquet and place.suffix != ".parquet":
        raise UsageError(f"{file.name}: --parquet is for a folder; a file says it by its suffix.")
    if not path.parent.is_dir():
        raise UsageError(f"The folder {file.parent} does not exist.")
    if place.card.exists() and card.MARK not in place.card.read_text("utf-8", errors="replace"):
        raise KgsynthError(f"{place.card} was not written by `kgsynth export`: say another place.")
    return place


def _temporary(stack: ExitStack, path: Path) -> Path:
    """A file beside that path which is gone at the end, unless it took a name by then."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    stack.callback(temporary.unlink, missing_ok=True)
    return temporary


def _statuses(selection: Row) -> list[str]:
    return [selection["status"]] if selection["status"] else ["pending", "accepted"]


def _chosen(selection: Row) -> Row:
    names = ("domain", "run", "method", "where")
    return {"statuses": _statuses(selection), **{name: selection[name] for name in names}}


def _pages(store: Store, selection: Row) -> Iterator[list[Row]]:
    left = selection["limit"] if selection["limit"] is not None else 2**31
    for page in store.pages("read/export", size=PAGE, **_chosen(selection)):
        yield page[:left]
        left -= len(page)
        if left <= 0:
            return


def _read(
    store: Store, whole: Path, selection: Row, shape: Row, plan: splits.Plan | None
) -> tuple[int, splits.Sources]:
    """Writes all records as lines for `_distribute`; their number, and their sources for a split.

    A line is what the graph needs to know of a record, a tab, the record.
    """
    sources = splits.Sources()
    read = 0
    with whole.open("w", encoding="utf-8") as out, progress("export, reading") as shown:
        for page in _pages(store, selection):
            if plan is not None:
                ids = [row["id"] for row in page]
                found = dict(store.value(f"split/{plan.by}", ids=ids))
                for id_ in ids:
                    sources.add(found[id_])
            for row in page:
                row["exampleId"] = content_id("Example", "qa", row["id"], row["answerId"])
                node = {
                    "id": row["exampleId"],
                    "question": row["id"],
                    "answer": row["answerId"],
                    "tokens": row["answerTokens"],
                }
                record = formats.record(row, **shape)
                out.write(f"{json.dumps(node)}\t{json.dumps(record, ensure_ascii=False)}\n")
            read += len(page)
            shown.advance(len(page))
    return read, sources


def _funnel(store: Store, selection: Row, read: int) -> Funnel:
    """What came in and was dropped so far, by reason. Raises KgsynthError when nothing is left."""
    funnel = Funnel("export")
    rows = store.read("report/export", **_chosen(selection))
    for row in rows:
        if row["reason"] is not None:
            funnel.drop(row["reason"], row["questions"])
        elif row["questions"] > read and selection["limit"] is not None:
            funnel.drop("beyond --limit", row["questions"] - read)
    funnel.taken = read + funnel.dropped.total()
    if not read:
        if not funnel.taken:
            raise KgsynthError(
                "Nothing to export: there are no questions yet, or none of this choice "
                "(`kgsynth generate METHOD`)."
            )
        reasons = "; ".join(f"{count:,} {why}" for why, count in funnel.dropped.most_common())
        raise KgsynthError(f"Nothing to export: {funnel.taken:,} questions in, 0 kept: {reasons}.")
    return funnel


def _distribute(
    store: Store,
    whole: Path,
    parts: Mapping[str | None, Path],
    assigned: splits.Assigned | None,
    dataset: str,
    rows: int,
) -> tuple[dict[str | None, int], int | None]:
    """Writes records into the file of their split, and into the graph; rows and answer tokens.

    Tokens are None where none were counted.
    """
    names = list(parts)
    counts = dict.fromkeys(names, 0)
    tokens: int | None = None
    nodes: list[Row] = []
    places = repeat(0, rows) if assigned is None else assigned.split
    with ExitStack() as stack:
        lines = stack.enter_context(whole.open(encoding="utf-8", newline="\n"))
        shown = stack.enter_context(progress("export, writing", rows))
        outs = [stack.enter_context(parts[name].open("w", encoding="utf-8")) for name in names]
        for line, place in zip(lines, places, strict=True):
            if place != splits.CROSSING:
                node, record = line.split("\t", 1)
                outs[place].write(record)
                counts[names[place]] += 1
                nodes.append(json.loads(node) | {"split": names[place]})
                if nodes[-1]["tokens"] is not None:
                    tokens = (tokens or 0) + nodes[-1]["tokens"]
            if len(nodes) == PAGE:
                store.write("write/examples", nodes, dataset=dataset)
                nodes = []
            shown.advance()
        store.write("write/examples", nodes, dataset=dataset)
    return counts, tokens


def _to_parquet(path: Path, columns: formats.Columns) -> None:
    """Turns the JSONL file into Parquet in place, by the row group."""
    import pyarrow as pa
    from pyarrow import parquet

    schema = formats.schema(columns)
    target = path.with_suffix(".parquet.part")
    try:
        with (
            path.open(encoding="utf-8", newline="\n") as lines,
            parquet.ParquetWriter(target, schema, compression="zstd") as out,
        ):
            for group in batched(lines, ROW_GROUP):
                out.write_table(pa.Table.from_pylist([json.loads(x) for x in group], schema))
        os.replace(target, path)
    finally:
        target.unlink(missing_ok=True)


def _write_dataset(store: Store, id_: str, properties: Row) -> None:
    store.write_together([Write("write/dataset", [{"id": id_, "properties": properties}])])


def _command(
    file: Path, given: Row, plan: splits.Plan | None, licence: str, parquet: bool
) -> list[str]:
    """The command that makes this export."""
    options = {**given, "licence": None if licence == "unknown" else licence, "parquet": parquet}
    if plan is not None:
        options |= {
            "split": ",".join(f"{name}={share:g}" for name, share in plan.shares.items()),
            "split_by": plan.by,
            "drop_crossing": plan.drop_crossing,
            "seed": plan.seed,
        }
    words = ["kgsynth", "export", file.name]
    for name, value in options.items():
        flag = f"--{name.replace('_', '-')}"
        if value is True:
            words.append(flag)
        elif value is not None and value is not False:
            words += [flag, str(value)]
    return words
