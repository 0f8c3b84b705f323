"""Pairs of concepts that may mean the same, found by the embeddings of their names.

The text that is embedded is the normalised name, of which the id is made: however often a concept
is spelled which way, it stays. Embeddings are stored on concepts, for Browser and the vector index,
with the name and model they are of; they are computed once and kept on disk (`kgsynth.vectors`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from kgsynth import config, embed
from kgsynth.concepts import names
from kgsynth.concepts.alike import Alike, alike
from kgsynth.embed import Thresholds
from kgsynth.ids import content_id, normalise_name
from kgsynth.merging.records import Concept
from kgsynth.progress import progress
from kgsynth.store import Row, Store
from kgsynth.vectors import vectors

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE = 5_000
# A transaction of that many embeddings takes some 10 MB.
ROWS = 1_000


@dataclass(slots=True)
class Found:
    """What was found: concepts embedded now, pairs that are the same, pairs to ask about.

    `open` are those that no model said anything of.
    """

    embedded: int = 0
    same: int = 0
    between: int = 0
    open: int = 0


def find(
    store: Store,
    concepts: Sequence[Concept],
    model: str,
    thresholds: Thresholds,
    *,
    dry_run: bool = False,
) -> Found:
    """Brings the embeddings of concepts, and what they say of pairs, to the names and thresholds.

    Of `concepts`, in order of id, pairs of one kind and domain are compared, all of them. At
    `thresholds.same` and above two are SAME_AS each other, from `thresholds.ask` on DISTINCT_FROM
    until a model says otherwise; spellings of one name are one already. What a model or a person
    said stays. Memory: 768 bytes a concept with the bundled model, 16 a pair, and 400 MB.
    """
    import numpy as np

    texts = {content_id("name", one): one for one in map(_text, concepts)}
    keys = [content_id("name", _text(concept)) for concept in concepts]
    held = vectors(keys, lambda some: texts, config.state_folder(), model=model)
    found = Found(embedded=_store(store, concepts, held, model, dry_run=dry_run))
    stored = _stored(store, concepts)
    wanted: list[NDArray[np.int64]] = []
    form = np.unique([names.key(_text(one)) for one in concepts], return_inverse=True)[1]
    with progress("compare", unit="pairs") as shown:
        for every in _pairs(concepts, held, thresholds.ask):
            pairs = every.where(form[every.left] != form[every.right])
            codes = pairs.left * len(concepts) + pairs.right
            same = pairs.similarity >= thresholds.same
            between = ~same & ~np.isin(codes, stored.asked)
            found.same += int(same.sum())
            found.between += int((~same).sum())
            found.open += int(between.sum())
            wanted += [codes[same], -codes[between] - 1]
            new = (same & ~np.isin(codes, stored.embedded)) | (
                between & ~np.isin(-codes - 1, stored.embedded)
            )
            shown.advance(len(codes))
            if new.any() and not dry_run:
                rows = _rows(concepts, pairs.where(new), thresholds.same)
                store.write("merge/alike", rows, size=ROWS, same=thresholds.same)
    known = np.concatenate(wanted) if wanted else np.empty(0, np.int64)
    gone = stored.embedded[~np.isin(stored.embedded, known)]
    if len(gone) and not dry_run:
        _take_back(store, concepts, gone)
    return found


def _text(concept: Concept) -> str:
    return normalise_name(concept.spellings[0])


def _store(
    store: Store,
    concepts: Sequence[Concept],
    held: "NDArray[np.float16]",
    model: str,
    *,
    dry_run: bool,
) -> int:
    """Stores the embeddings that are missing, of another name or of another model; how many."""
    named = embed.name(model)
    stale = [place for place, concept in enumerate(concepts)
             if concept.embedded != (_text(concept), named)]  # fmt: skip
    rows = (
        {"id": concepts[place].id, "name": _text(concepts[place]),
         "embedding": held[place].astype("float32").tolist()}
        for place in stale
    )  # fmt: skip
    if not dry_run:
        store.write("merge/embedded", rows, size=ROWS, model=named)
    return len(stale)


@dataclass(frozen=True, slots=True)
class _Stored:
    """Decisions on pairs as sorted codes, left place * concepts + right place.

    `embedded` are those of embeddings (a pair that waits for the model as -code - 1), `asked` those
    that a model decided.
    """

    embedded: "NDArray[np.int64]"
    asked: "NDArray[np.int64]"


def _stored(store: Store, concepts: Sequence[Concept]) -> _Stored:
    import numpy as np

    place = {concept.id: at for at, concept in enumerate(concepts)}
    embedded: list[int] = []
    asked: list[int] = []
    domain = concepts[0].domain if concepts else None
    for page in store.pages("merge/found", size=PAGE, domain=domain):
        for row in page:
            at = place.get(row["id"])
            for other, same, by, _ in row["decisions"]:
                if at is None or other not in place:
                    continue
                code = at * len(concepts) + place[other]
                if by == "model":
                    asked.append(code)
                else:
                    embedded.append(code if same else -code - 1)
    return _Stored(*(np.unique(np.array(codes, np.int64)) for codes in (embedded, asked)))


def _pairs(
    concepts: Sequence[Concept], held: "NDArray[np.float16]", least: float
) -> Iterator[Alike]:
    """Similar pairs within each kind and domain, as places in `concepts`."""
    import numpy as np

    places = sorted(range(len(concepts)), key=lambda at: (concepts[at].group, at))
    for _, group in groupby(places, key=lambda at: concepts[at].group):
        rows = np.array(list(group), np.int64)
        for pairs in alike(held[rows], least):
            yield Alike(rows[pairs.left], rows[pairs.right], pairs.similarity)


def _rows(concepts: Sequence[Concept], pairs: Alike, same: float) -> Iterator[Row]:
    """Pairs as rows of `merge/alike`, those of one concept together."""
    found = sorted(zip(*(one.tolist() for one in pairs), strict=True))
    for left, group in groupby(found, key=lambda pair: pair[0]):
        row: Row = {"id": concepts[left].id, "same": [], "between": []}
        for _, right, similarity in group:
            row["same" if similarity >= same else "between"].append(
                [concepts[right].id, similarity]
            )
        yield row


def _take_back(store: Store, concepts: Sequence[Concept], codes: "NDArray[np.int64]") -> None:
    """Deletes what embeddings said of pairs, by code."""
    pairs = sorted(
        (*divmod(code if code >= 0 else -code - 1, len(concepts)), code >= 0)
        for code in codes.tolist()
    )

    def rows() -> Iterator[Row]:
        for left, group in groupby(pairs, key=lambda pair: pair[0]):
            row: Row = {"id": concepts[left].id, "same": [], "between": []}
            for _, right, same in group:
                row["same" if same else "between"].append(concepts[right].id)
            yield row

    store.write("merge/unalike", rows(), size=ROWS)
