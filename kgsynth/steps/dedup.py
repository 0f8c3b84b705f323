"""`dedup`: copies and near-copies among questions, dropped before money is spent on answers.

Questions of a domain that are not rejected are compared with each other, and with the seed problems
and what is settled in all domains, by the exact Jaccard similarity of their shingles
(`kgsynth.copies.shingles`); MinHash finds what is worth comparing (SynthLLM, section 3.2, removes
duplicates and gives no numbers). What is settled stays: seed problems, questions that a person or
judge accepted, that have an answer or were exported, and those that an earlier `dedup` kept. Of the
others those found in documents come before written ones, then lower ids. Every dropped question is
near to one that stays.

A dropped question keeps the id and the text of the one it was matched with, and how alike they are.
It stays dropped when that one is rejected later: what is wrong with a question is wrong with its
copy. `kgsynth accept ID` takes it back for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgsynth import config
from kgsynth.copies import exact
from kgsynth.copies.minhash import THRESHOLD, Near, Sketches
from kgsynth.funnel import Funnel
from kgsynth.progress import Progress, progress
from kgsynth.store import Row, Store, batched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

PAGE = 5_000
ROWS = 1_000
EXAMPLES = 5
_REASONS = {
    (False, False): exact.NEAR,
    (False, True): exact.COPY,
    (True, False): exact.SEED_NEAR,
    (True, True): exact.SEED_COPY,
}


def dedup(
    store: Store,
    *,
    threshold: float = THRESHOLD,
    domain: str = config.DOMAIN,
    dry_run: bool = False,
) -> Funnel:
    """Drops questions that are at least `threshold` alike to one that stays.

    in = questions not compared before at this threshold or a lower one, kept = those of them that
    stay. No pair below the threshold counts; of the pairs just at it 1% is missed, of those well
    above none. Texts are read by the page, those of candidates a second time. Memory: about 240
    bytes a text, 28 for each band of its sketch (32 at .7) that it shares with another, and 300 MB.
    Raises UsageError for a threshold that is not above 0 and at most 1.
    """
    sketches = Sketches(threshold)
    funnel = Funnel("dedup")
    size = store.read("dedup/size", domain=domain, threshold=threshold)[0]
    if not size["open"]:
        return funnel
    with progress("dedup, reading", size["questions"] + size["problems"], "texts") as shown:
        texts = _read(store, sketches, domain, threshold, shown)
    stays = texts.rank > 0
    funnel.taken = int(stays.sum())
    examples: list[Row] = []
    changed = 0
    with progress("dedup, comparing", unit="copies") as shown:
        for block in sketches.near(texts.rank, lambda numbers: _again(store, texts, numbers)):
            for part in batched(block, ROWS):
                rows = _rows(store, texts, part)
                stays[[near.dropped for near in part]] = False
                for row in rows:
                    funnel.drop(row["reason"])
                if dry_run:
                    examples = sorted([*examples, *rows], key=_likeness)[:EXAMPLES]
                else:
                    written = store.change("dedup/drop", rows=rows, threshold=threshold)
                    changed += len(rows) - written[0]["questions"]
                shown.advance(len(rows))
    funnel.kept = int(stays.sum())
    if not dry_run:
        kept = ({"id": id.decode()} for id in texts.ids[stays].tolist())
        store.write("dedup/keep", kept, threshold=threshold)
    settled = len(texts.rank) - funnel.taken - texts.problems
    funnel.notes |= {"seed problems": texts.problems, "settled questions": settled}
    if changed:
        funnel.notes["judged by somebody else meanwhile, left alone"] = changed
    if examples:
        funnel.notes["examples"] = examples
    return funnel


@dataclass(frozen=True, slots=True)
class _Texts:
    """Texts by number, seed problems first: their ids, and their rank (see `Sketches.near`)."""

    ids: "NDArray[np.bytes_]"
    rank: "NDArray[np.uint8]"
    problems: int


def _read(
    store: Store, sketches: Sketches, domain: str, threshold: float, shown: Progress
) -> _Texts:
    """Sketches of all seed problems and questions, in order of id each."""
    import numpy as np

    ids: list[NDArray[np.bytes_]] = []
    ranks: list[NDArray[np.uint8]] = []

    def add(page: Row, rank: Sequence[int]) -> None:
        sketches.add(page["texts"])
        ids.append(np.array([id.encode() for id in page["ids"]], np.bytes_))
        ranks.append(np.array(rank, np.uint8))
        shown.advance(len(rank))

    for (page,) in store.pages("dedup/problems", size=PAGE):
        add(page, [0] * len(page["ids"]))
    problems = sum(map(len, ranks))
    for (page,) in store.pages("dedup/questions", size=PAGE, domain=domain, threshold=threshold):
        add(page, page["ranks"])
    return _Texts(np.concatenate(ids), np.concatenate(ranks), problems)


def _again(store: Store, texts: _Texts, numbers: "NDArray[np.int64]") -> list[str]:
    """The texts of some numbers; of one that is gone meanwhile the empty text, like no other."""
    wanted = [id.decode() for id in texts.ids[numbers].tolist()]
    found: dict[str, str] = {}
    for part in batched(wanted, PAGE):
        found.update(store.value("dedup/texts", ids=part))
    return [found.get(id, "") for id in wanted]


def _rows(store: Store, texts: _Texts, part: Sequence[Near]) -> list[Row]:
    """Rows of `dedup/drop`."""
    import numpy as np

    pairs = np.array([(near.dropped, near.kept) for near in part], np.int64)
    ids = [id.decode() for id in texts.ids[pairs.T.ravel()].tolist()]
    words = _again(store, texts, pairs.T.ravel())
    rows: list[Row] = []
    for place, near in enumerate(part):
        other = place + len(part)
        same = exact.text_key(words[place]) == exact.text_key(words[other])
        rows.append({
            "id": ids[place], "of": ids[other], "similarity": near.similarity,
            "reason": _REASONS[near.kept < texts.problems, same],
            "text": words[place], "matched": words[other],
        })  # fmt: skip
    return rows


def _likeness(row: Row) -> tuple[float, str]:
    return row["similarity"], row["id"]
