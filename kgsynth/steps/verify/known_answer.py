"""`verify known-answer`: the final answer says what is known of the question, or something else.

(Lecture L1; SynthLLM, appendix C.3; CCS, section C.3.) Compared is mathematically, by
`kgsynth.equivalence`: whatever is in doubt gives a verdict that decides nothing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from kgsynth import config
from kgsynth.equivalence import Judgement, Pool
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.store import Row, Store
from kgsynth.verdicts import verdict, write

VERIFIER = "known-answer"
SAME, OTHER = "says the known answer", "another answer"
# Comparisons that say nothing of the answer.
NO_FINAL, SLOW, UNREAD, DOUBT = (
    "no final answer",
    "took too long or too much memory",
    "cannot be read",
    "in doubt",
)
UNKNOWN = "answers to questions without a known answer"
QUERY = "pending/verify-known-answer"
PAGE, _ALL = 2_000, 2**31


def known_answer(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    method: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    again: bool = False,
    seconds: float = 10.0,
    workers: int | None = None,
) -> Funnel:
    """Compares the final answer of each answer with what is known of its question.

    Known is the question's `reference`, else the final answers that came with it or with the seed
    problem; to say one of several is right. A verdict keeps the reference: with another one the
    answer is compared anew. `again` takes those once more of which nothing could be said; `method`
    keeps the questions of one method. in = answers compared, those in doubt too. Bounds: `seconds`
    and 1 GB for a pair, `workers` processes (a core each).
    """
    funnel = Funnel("verify known-answer")
    undecided: Counter[str] = Counter()
    chosen = {"domain": domain, "method": method, "again": again}
    count = store.count(QUERY, where=where, after="", limit=_ALL, known=True, **chosen)
    without = store.count(QUERY, where=where, after="", limit=_ALL, known=False, **chosen)
    total = count if limit is None else min(limit, count)
    with (
        progress("verify known-answer", total, "answers") as bar,
        Pool(workers=workers, seconds=seconds) as pool,
    ):
        for rows in _pages(store, where, limit, **chosen):
            verdicts = [_verdict(row, *found) for row, found in compared(pool, rows)]
            write(store, verdicts)
            for row in verdicts:
                label, passed = row["properties"]["label"], row["properties"]["passed"]
                if passed is None:
                    undecided[label] += 1
                elif passed:
                    funnel.kept += 1
                else:
                    funnel.drop(label)
            funnel.taken += len(rows)
            bar.advance(len(rows))
    if without:
        funnel.notes[UNKNOWN] = without
        if funnel.nothing_to_do:
            funnel.notes["stopped"] = f"nothing to compare ({without:,} {UNKNOWN})"
    if undecided:
        funnel.notes["not judged"] = dict(undecided.most_common())
    return funnel


def _pages(
    store: Store, where: str | None, limit: int | None, **chosen: object
) -> Iterator[list[Row]]:
    after, left = "", _ALL if limit is None else limit
    while left and (
        rows := store.read(
            QUERY, where=where, after=after, limit=min(PAGE, left), known=True, **chosen
        )
    ):
        yield rows
        after, left = rows[-1]["id"], left - len(rows)


def compared(pool: Pool, rows: list[Row]) -> Iterator[tuple[Row, tuple[str, Judgement]]]:
    """Each row of the query with a label and what the comparison says; equal pairs once."""
    pairs = {(final, row["final"]): None for row in rows if row["final"] for final in row["finals"]}
    found = dict(zip(pairs, pool.many(pairs), strict=True))
    for row in rows:
        if not row["final"]:
            yield row, (NO_FINAL, Judgement(None, "the answer names none"))
            continue
        yield row, _any(found[final, row["final"]] for final in row["finals"])


def _any(found: Iterable[Judgement]) -> tuple[str, Judgement]:
    """To say one of the known answers is right; to say none is wrong, where none is in doubt."""
    judged = sorted(found, key=lambda j: (j.equal is not True, j.equal is not None))
    first = judged[0]
    if first.equal is not None:
        return SAME if first.equal else OTHER, first
    if first.reason.startswith("took"):
        return SLOW, first
    return UNREAD if "cannot be read" in first.reason else DOUBT, first


def _verdict(row: Row, label: str, judged: Judgement) -> Row:
    return verdict(
        row["id"], VERIFIER, label=label, passed=judged.equal, reason=judged.reason,
        reference=row["reference"],
    )  # fmt: skip
