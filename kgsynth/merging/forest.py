"""Which concept is merged into which: classes, their representatives, names and aliases."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kgsynth.concepts import classes, names
from kgsynth.errors import KgsynthError
from kgsynth.ids import concept_id, normalise_name
from kgsynth.merging.records import BY_DECISION, BY_PERSON, RULE, Concept, Decisions
from kgsynth.store import Row

# Names that a model gave to classes, by the ids of all that belong to the class.
Names = Mapping[frozenset[str], str]


@dataclass(frozen=True, slots=True)
class Forest:
    """`into` is what each concept is merged into, a person's merges included.

    `why` tells (by whom, reason; None: that of the decision on the two) of the merges that are not
    a person's, `titles` are names that a model wrote anew for representatives, `refused` counts
    pairs that a person's DISTINCT_FROM kept from becoming one, `taken` names of other concepts that
    a model wrote for a class.
    """

    into: dict[str, str]
    why: dict[str, tuple[str, str | None]]
    titles: dict[str, str]
    refused: int
    taken: int


def grow(concepts: Mapping[str, Concept], decisions: Decisions, named: Names) -> Forest:
    """Makes the classes anew from the concepts and all decisions.

    Spellings of one name and what a person called the same are one; what embeddings and models
    found is joined in cliques. A class is represented by what a person merged others into, else by
    the member that the model chose, else by the one with most sources, then by name. Raises
    KgsynthError when people merged in a circle.
    """
    into = {id: concept.decided for id, concept in concepts.items() if concept.decided}
    for id in into:
        end(into, id)  # tells of a circle
    apart = {id: concept.apart for id, concept in concepts.items() if concept.apart}
    unit, refused = classes.units(_joined(concepts), apart)
    free = {id for id, concept in concepts.items() if concept.free}
    found = (one for one in decisions.found() if one[0] in free and one[1] in free)
    members = _members(unit, classes.cliques(found, unit, apart))
    targets = frozenset(into.values())
    why: dict[str, tuple[str, str | None]] = {}
    titles: dict[str, str] = {}
    given: set[str] = set()
    taken = 0
    for held in members:
        whole = [concepts[id] for id in held if id in concepts]
        ends = [one for one in whole if one.id not in into]
        if not ends:
            continue
        head, title = _head(whole, ends, targets, named.get(frozenset(held)))
        if title is not None:
            form = concept_id(head.group[0], title, head.domain)
            if form in concepts or form in given:
                taken += 1
            else:
                given.add(form)
                titles[head.id] = title
        for concept in ends:
            if concept.id != head.id and concept.free:
                into[concept.id] = head.id
                why[concept.id] = _why(concept, head, unit, decisions)
    return Forest(into, why, titles, refused, taken)


def _joined(concepts: Mapping[str, Concept]) -> Iterator[tuple[str, str]]:
    """Pairs that are one without a doubt: by a person first, then by rule, each in order of id."""
    for id, concept in concepts.items():
        if concept.decided in concepts:
            yield id, str(concept.decided)
    for id, concept in concepts.items():
        if concept.rejected is None:
            yield from ((id, other) for other in sorted(concept.same)
                        if id < other and other in concepts
                        and concepts[other].rejected is None)  # fmt: skip
    first: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for id, concept in concepts.items():
        if concept.free:
            for form in concept.keys:
                before = first[*concept.group, form]
                yield from ((other, id) for other in before)
                before.append(id)


def _members(unit: Mapping[str, str], cliques: list[list[str]]) -> list[list[str]]:
    """The ids of each class of two or more, sorted, in order of the lowest."""
    held: dict[str, set[str]] = defaultdict(set)
    for id, lowest in unit.items():
        held[lowest].add(id)
    for clique in cliques:
        held[clique[0]] = set().union(*(held.pop(id, {id}) for id in clique))
    return sorted(sorted(ids) for ids in held.values() if len(ids) > 1)


def _head(
    whole: list[Concept], ends: list[Concept], targets: frozenset[str], name: str | None
) -> tuple[Concept, str | None]:
    """The representative of a class, and the name that a model wrote anew for it, if it did."""
    form = normalise_name(name) if name is not None else None
    chosen = {one.id for one in whole
              if form in {normalise_name(spelling) for spelling in one.spellings}}  # fmt: skip
    head = min(ends, key=lambda one: (not one.fixed, one.id not in targets, one.id not in chosen,
                                      -one.sources, one.spellings[0], one.id))  # fmt: skip
    return head, None if chosen or head.fixed else name


def _why(
    concept: Concept, head: Concept, unit: Mapping[str, str], decisions: Decisions
) -> tuple[str, str | None]:
    """By whom a concept is merged into the representative, and in words why."""
    spelled = [
        (one, other)
        for one in concept.spellings
        for other in head.spellings
        if names.key(one) == names.key(other)
    ]
    if spelled:
        return RULE, names.differences(*spelled[0])
    if head.id in concept.same:
        return RULE, BY_PERSON
    pair = (concept.id, head.id) if concept.id < head.id else (head.id, concept.id)
    if pair in decisions.alike:
        return decisions.alike[pair][0], None
    if unit.get(concept.id, concept.id) == unit.get(head.id, head.id):
        return RULE, BY_DECISION
    return RULE, "by way of another spelling"


def end(into: Mapping[str, str], id: str) -> str:
    """The end of the chain of merges that starts at a concept. Raises KgsynthError in a circle."""
    start, steps = id, 0
    while id in into:
        id, steps = into[id], steps + 1
        if steps > len(into):
            raise KgsynthError(f"Concept {start} is merged in a circle: delete one of its "
                               "MERGED_INTO relationships.")  # fmt: skip
    return id


def renamed(concepts: Mapping[str, Concept], forest: Forest, used: frozenset[str]) -> Iterator[Row]:
    """Names and aliases that differ from what the graph holds.

    A concept is named by its most used spelling, or as a model wrote for its class, unless
    something was generated from it (`used`); the aliases of one that stands for others hold their
    spellings too.
    """
    free = [concept for concept in concepts.values() if not concept.fixed]
    spellings: dict[str, set[str]] = defaultdict(set)
    for concept in free:
        spellings[concept.id].update(concept.spellings)
        spellings[end(forest.into, concept.id)].update(concept.spellings)
    for concept in free:
        name = concept.name if concept.id in used else title(concept, forest)
        aliases = sorted(spellings[concept.id] - {name})
        if (name, aliases) != (concept.name, concept.aliases):
            yield {"id": concept.id, "name": name, "aliases": aliases}


def title(concept: Concept, forest: Forest) -> str:
    """The name that a concept is to have."""
    return forest.titles.get(concept.id, concept.spellings[0])
