"""`sample cypher`: concept sets by a query of a person's own."""

from array import array
from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from kgsynth import assets
from kgsynth.concepts.arrays import Concepts, read_concepts
from kgsynth.concepts.sets import write_sets
from kgsynth.funnel import Funnel
from kgsynth.ids import set_id
from kgsynth.progress import progress
from kgsynth.store import Row, Store, batched

STRATEGY = "cypher"
MARK = "RETURN [] AS concepts // own query"
SETS_A_WRITE, IDS_A_READ = 5_000, 50_000
NO_LIST, UNKNOWN, AGAIN = "no list of concepts", "not a topic or knowledge point", "the same again"
REJECTED = "a rejected concept"


def cypher(
    store: Store,
    query: str,
    *,
    parameters: Mapping[str, Any] | None = None,
    sets: int | None = None,
    seed: int = 0,
    domain: str | None = None,
    dry_run: bool = False,
) -> Funnel:
    """Makes a ConceptSet of each row of a query that returns a column `concepts`.

    `concepts` is a list of Concept nodes, or of their ids, in the order that counts; a merged
    concept stands for what it was merged into, and one named twice counts once. The query runs
    once, cannot write, and its text stays on the sets; `$seed` is a parameter of it. Sets that are
    there already are left as they are. At most `sets` are made, those that are there
    included, and only those whose first concept is of `domain`. in = rows, kept = sets that are
    new; `dry_run` writes nothing. Memory: 8 bytes a member, while the query is read. Raises
    UsageError for a query without that column, or with the error that Neo4j names.
    """
    concepts = read_concepts(store)
    funnel = Funnel("sample cypher")
    text = assets.query("read/own-sets").text.replace(MARK, f"{query}\n")
    given = {"seed": seed, **(parameters or {})}
    found: dict[str, array[int]] = {}
    with progress("sample cypher", None, "rows") as bar:
        for row in chain.from_iterable(store.stream_text(text, given)):
            if sets is not None and len(found) >= sets:
                break
            members, reason = _members(concepts, row["ids"])
            if members and domain is not None and concepts.domains[members[0]] != domain:
                reason = f"not of {domain}"
            funnel.taken += 1
            bar.advance(1)
            if reason:
                funnel.drop(reason)
                continue
            id = set_id(STRATEGY, [concepts.ids[column] for column in members], seed, 0, 0)
            if id in found:
                funnel.drop(AGAIN)
            else:
                found[id] = array("q", members)
    before = {
        row["id"]
        for ids in batched(found, IDS_A_READ)
        for row in store.read("read/known-sets", ids=ids)
    }
    new = {id: members for id, members in found.items() if id not in before}
    shown = _with_parameters(query, parameters or {})
    with progress("sample cypher", len(new), "sets") as bar:
        for rows in batched(_rows(concepts, new, shown), SETS_A_WRITE):
            write_sets(store, funnel, rows, strategy=STRATEGY, seed=seed, dry_run=dry_run)
            bar.advance(len(rows))
    if before:
        funnel.drop("there already", len(before))
    return funnel


def _members(concepts: Concepts, ids: Any) -> tuple[list[int], str | None]:
    """Columns of a row's concepts, each once, and why it makes no set."""
    if not ids:
        return [], NO_LIST
    columns = [concepts.column.get(id, -1) for id in ids]
    if min(columns) < 0:
        return [], UNKNOWN
    members = list(dict.fromkeys(int(concepts.representative[column]) for column in columns))
    return ([], REJECTED) if min(members) < 0 else (members, None)


def _with_parameters(query: str, parameters: Mapping[str, Any]) -> str:
    given = [f"// :param {name} => {value!r}" for name, value in sorted(parameters.items())]
    return "\n".join([*given, query])


def _rows(concepts: Concepts, found: Mapping[str, "array[int]"], query: str) -> Iterator[Row]:
    for id, members in found.items():
        yield {
            "id": id,
            "epoch": 0,
            "ordinal": 0,
            "domain": concepts.domains[members[0]],
            "concepts": [concepts.ids[column] for column in members],
            "previous": [None] * len(members),
            "query": query,
        }
