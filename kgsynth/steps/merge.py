"""`merge`: concepts that are one concept under several spellings, by rule.

Free concepts of one kind and domain whose names are spellings of one name (`names.key`) are merged
into the one that most sources use. Classes are made anew each time from what the sources say, so
the graph does not depend on how often, in which order or in which steps it was merged. What a
person, a model or an embedding decided stands: their MERGED_INTO is followed, and concepts
DISTINCT_FROM each other stay apart.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kgsynth.concepts import names
from kgsynth.errors import KgsynthError
from kgsynth.funnel import Funnel
from kgsynth.progress import progress
from kgsynth.store import Row, Store

PAGE = 5_000
_WEIGHT = {"person": 0, "model": 1, "embedding": 2}


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept as its sources spell it: `uses` counts sources by spelling.

    `decided` is the id that somebody merged it into, `ruled` holds those that a rule merged it
    into, with the reason; `fixed` means that it belongs to a taxonomy.
    """

    id: str
    group: tuple[str, ...]
    fixed: bool
    name: str
    aliases: list[str] | None
    uses: dict[str, int]
    sources: int
    decided: str | None
    ruled: dict[str, str]
    apart: frozenset[str]

    @property
    def spellings(self) -> list[str]:
        """All spellings, the most used first, equals by code points; its name without sources."""
        uses = self.uses
        return sorted(uses, key=lambda spelling: (-uses[spelling], spelling)) or [self.name]


def merge(store: Store, *, domain: str | None = None, dry_run: bool = False) -> Funnel:
    """Merges spellings of one concept by rule and names every concept (all domains for None).

    in = concepts outside a taxonomy, kept = those that stand for themselves; none of both where
    nothing changes. Memory: about 1 KB a concept. Raises KgsynthError when decisions run in a
    circle.
    """
    funnel = Funnel("merge")
    concepts: dict[str, Concept] = {}
    with progress("merge", unit="concepts") as shown:
        for page in store.pages("merge/concepts", size=PAGE, domain=domain):
            concepts.update((row["id"], _concept(row)) for row in page)
            shown.advance(len(page))
    forest, kept_apart = _forest(concepts)
    into = {id: end for id, end in forest.items() if concepts[id].decided is None}
    wanted = {(id, other, _reason(concepts[id], concepts.get(other))) for id, other in into.items()}
    present = {(id, *rule) for id, concept in concepts.items() for rule in concept.ruled.items()}
    new, gone = wanted - present, {rule for rule in present if into.get(rule[0]) != rule[1]}
    named = list(_names(store, concepts, forest))
    if not dry_run:
        store.write("merge/unmerged", _rows(gone))
        store.write("merge/merged", _rows(new))
        store.write("merge/names", named)
    funnel.notes = {"merged now": len(new), "taken back": len(gone), "named now": len(named)}
    if kept_apart:
        funnel.notes["kept apart by DISTINCT_FROM"] = kept_apart
    if not (new or gone or named):
        return funnel
    free = sum(not concept.fixed for concept in concepts.values())
    decided = sum(not concepts[id].fixed for id in forest.keys() - into.keys())
    funnel.taken, funnel.kept = free, free - len(into) - decided
    for reason, count in (("another spelling", len(into)), ("merged by decision", decided)):
        if count:
            funnel.drop(reason, count)
    return funnel


def _concept(row: Row) -> Concept:
    others = sorted((_WEIGHT.get(by, len(_WEIGHT)), id) for id, by, _ in row["decisions"]
                    if by != "rule")  # fmt: skip
    return Concept(
        id=row["id"],
        group=(*sorted(row["kinds"]), row["domain"] or ""),
        fixed=row["fixed"],
        name=row["name"],
        aliases=row["aliases"],
        uses=dict(row["spellings"]),
        sources=row["sources"],
        decided=others[0][1] if others else None,
        ruled={id: why or "" for id, by, why in row["decisions"] if by == "rule"},
        apart=frozenset(row["apart"]),
    )


def _classes(concepts: dict[str, Concept]) -> list[list[Concept]]:
    """Free concepts of which two or more share a spelling's key, in order of their lowest id."""
    first: dict[tuple[str, ...], str] = {}
    parent: dict[str, str] = {}
    for id in sorted(concepts):
        concept = concepts[id]
        if not concept.fixed:
            for form in {names.key(spelling) for spelling in concept.spellings}:
                one, other = sorted((_end(parent, first.setdefault((*concept.group, form), id)),
                                     _end(parent, id)))  # fmt: skip
                if one != other:
                    parent[other] = one
    classes: dict[str, list[Concept]] = defaultdict(list)
    for id in sorted({*parent, *parent.values()}):
        classes[_end(parent, id)].append(concepts[id])
    return [classes[id] for id in sorted(classes)]


def _forest(concepts: dict[str, Concept]) -> tuple[dict[str, str], int]:
    """Which concept is merged into which, decisions included; how many classes were kept apart.

    Of a class, concepts that others were merged into by decision come first, then those with most
    sources, then by name; the first that nothing keeps it apart from takes a concept in.
    """
    forest = {id: concept.decided for id, concept in concepts.items() if concept.decided}
    targets = frozenset(forest.values())
    united: dict[str, set[str]] = {}
    for id in forest:
        united.setdefault(_end(forest, id), set()).add(id)

    def apart(one: str, other: str) -> bool:
        there = united.get(other, set()) | {other}
        return any(concepts[id].apart & there
                   for id in united.get(one, set()) | {one} if id in concepts)  # fmt: skip

    split = 0
    for members in _classes(concepts):
        ends = {_end(forest, concept.id) for concept in members}
        own = {concept.id: concept for concept in members if concept.id in ends}
        heads = sorted(ends - own.keys())
        ranked = sorted(own.values(), key=lambda concept: (concept.id not in targets,
                        -concept.sources, concept.spellings[0], concept.id))  # fmt: skip
        for concept in ranked:
            head = next((head for head in heads if not apart(concept.id, head)), None)
            if head is None:
                split += bool(heads)
                heads.append(concept.id)
                continue
            forest[concept.id] = head
            united.setdefault(head, set()).update(united.pop(concept.id, set()), {concept.id})
    return forest, split


def _end(forest: dict[str, str], id: str) -> str:
    """The end of the chain of merges that starts at a concept."""
    start, steps = id, 0
    while id in forest:
        id, steps = forest[id], steps + 1
        if steps > len(forest):
            raise KgsynthError(f"Concept {start} is merged in a circle: delete one of its "
                               "MERGED_INTO relationships.")  # fmt: skip
    return id


def _reason(concept: Concept, into: Concept | None) -> str:
    """In what two merged concepts differ, by the most used spellings that are one name."""
    others = into.spellings if into else []
    spelled = [
        (one, other)
        for one in concept.spellings
        for other in others
        if names.key(one) == names.key(other)
    ]
    return names.differences(*spelled[0]) if spelled else "by way of a decision"


def _rows(rules: set[tuple[str, str, str]]) -> list[Row]:
    return [{"id": id, "into": into, "reason": reason} for id, into, reason in sorted(rules)]


def _names(store: Store, concepts: dict[str, Concept], forest: dict[str, str]) -> Iterator[Row]:
    """Names and aliases that differ from what the graph holds.

    A concept is named by its most used spelling, unless something was generated from it; the
    aliases of one that stands for others hold their spellings too.
    """
    free = [concept for concept in concepts.values() if not concept.fixed]
    renamed = [concept.id for concept in free if concept.name != concept.spellings[0]]
    used = {row["id"] for row in store.read("merge/used", ids=renamed)}
    spellings: dict[str, set[str]] = defaultdict(set)
    for concept in free:
        spellings[concept.id].update(concept.spellings)
        spellings[_end(forest, concept.id)].update(concept.spellings)
    for concept in free:
        name = concept.name if concept.id in used else concept.spellings[0]
        aliases = sorted(spellings[concept.id] - {name})
        if (name, aliases) != (concept.name, concept.aliases):
            yield {"id": concept.id, "name": name, "aliases": aliases}
