"""Concepts as `merge` sees them: how sources spell them, and what was decided about them."""

from collections.abc import Iterator
from dataclasses import dataclass

from kgsynth.concepts import names
from kgsynth.progress import progress
from kgsynth.store import Row, Store

PAGE = 5_000
# Who decides merges by itself; whoever else merged two concepts is a person.
RULE, EMBEDDING, MODEL = DERIVED = ("rule", "embedding", "model")
BY_DECISION, BY_PERSON = "by way of a decision", "a person says so"


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept as its sources spell it: `uses` counts sources by spelling.

    `decided` is the id that a person merged it into, `derived` holds (id, by whom, why) of merges
    that `merge` made; `same` and `apart` are the ids that a person called the same or distinct.
    `fixed` means that it belongs to a taxonomy, `rejected` why it is not worth using.
    """

    id: str
    group: tuple[str, ...]
    fixed: bool
    rejected: str | None
    name: str
    aliases: list[str] | None
    uses: dict[str, int]
    sources: int
    embedded: tuple[str | None, str | None]
    decided: str | None
    derived: frozenset[tuple[str, str, str | None]]
    same: frozenset[str]
    apart: frozenset[str]

    @property
    def domain(self) -> str:
        """The domain it belongs to."""
        return self.group[-1]

    @property
    def free(self) -> bool:
        """Whether it may be merged into another: fixed and rejected ones are left alone."""
        return not self.fixed and self.rejected is None

    @property
    def spellings(self) -> list[str]:
        """All spellings, the most used first, equals by code points; its name without sources."""
        uses = self.uses
        return sorted(uses, key=lambda spelling: (-uses[spelling], spelling)) or [self.name]

    @property
    def keys(self) -> list[str]:
        """The forms of its spellings that all spellings of one name share."""
        return sorted({names.key(spelling) for spelling in self.spellings})


def read(store: Store, domain: str | None) -> dict[str, Concept]:
    """All concepts of a domain (of all for None), by id, in order of id. Some 1 KB each."""
    concepts: dict[str, Concept] = {}
    with progress("merge", unit="concepts") as shown:
        for page in store.pages("merge/concepts", size=PAGE, domain=domain):
            concepts.update((row["id"], _concept(row)) for row in page)
            shown.advance(len(page))
    return concepts


def _concept(row: Row) -> Concept:
    people = sorted(id for id, by, _ in row["merges"] if by not in DERIVED)
    return Concept(
        id=row["id"],
        group=(*sorted(row["kinds"]), row["domain"] or ""),
        fixed=row["fixed"],
        rejected=row["rejected"],
        name=row["name"],
        aliases=row["aliases"],
        uses=dict(row["spellings"]),
        sources=row["sources"],
        embedded=(row["embedding_of"], row["embedding_model"]),
        decided=people[0] if people else None,
        derived=frozenset((id, by, why if by == RULE else None)
                          for id, by, why in row["merges"] if by in DERIVED),
        same=frozenset(row["same"]),
        apart=frozenset(row["apart"]),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Decisions:
    """What embeddings and models found of pairs, lower id first.

    `alike` says of pairs that mean the same who found so and how similar they are; `distinct` are
    pairs that a model keeps apart. An embedding that is sure is not overruled by a model that was
    asked when the thresholds were others.
    """

    alike: dict[tuple[str, str], tuple[str, float]]
    distinct: list[tuple[str, str]]

    def found(self) -> Iterator[tuple[str, str, bool, float]]:
        """All of them, for `classes.cliques`."""
        for (one, other), (_, similarity) in self.alike.items():
            yield one, other, True, similarity
        for one, other in self.distinct:
            yield one, other, False, 0.0


def decisions(store: Store, domain: str | None) -> Decisions:
    """What was found of the pairs of a domain (of all for None). Some 200 bytes a pair."""
    alike: dict[tuple[str, str], tuple[str, float]] = {}
    distinct: list[tuple[str, str]] = []
    for page in store.pages("merge/found", size=PAGE, domain=domain):
        for row in page:
            said: dict[str, tuple[bool, str, float]] = {}
            for other, same, by, similarity in row["decisions"]:
                if (same and by == EMBEDDING) or (by == MODEL and other not in said):
                    said[other] = same, by, similarity or 0.0
            for other, (same, by, similarity) in said.items():
                pair = (row["id"], other) if row["id"] < other else (other, row["id"])
                if same:
                    alike[pair] = by, similarity
                else:
                    distinct.append(pair)
    return Decisions(alike, distinct)
