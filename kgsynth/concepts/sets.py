"""Concept sets that were drawn go into the graph, or in a dry run before a person's eyes."""

from kgsynth.funnel import Funnel
from kgsynth.store import Row, Store

EXAMPLES = 5


def write_sets(
    store: Store, funnel: Funnel, rows: list[Row], *, strategy: str, seed: int, dry_run: bool
) -> None:
    """Writes concept sets and counts them as kept.

    In a dry run nothing is written, and the names of the first ones are noted as `examples`.
    """
    if dry_run:
        shown = funnel.notes.setdefault("examples", [])
        new = rows[: EXAMPLES - len(shown)]
        ids = list({id for row in new for id in row["concepts"]})
        names = {row["id"]: row["name"] for row in store.read("inputs/concept", ids=ids)}
        shown += [[names[id] for id in row["concepts"]] for row in new]
    else:
        store.write("write/concept-sets", rows, strategy=strategy, seed=seed)
    funnel.kept += len(rows)
