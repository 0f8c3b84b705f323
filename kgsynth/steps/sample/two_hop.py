"""`sample two-hop`: pairs of knowledge points with a neighbour in common (GSDP, section 2.4)."""

from kgsynth.concepts import combinations, combined
from kgsynth.concepts.linked import Source
from kgsynth.concepts.points import read_points
from kgsynth.funnel import Funnel
from kgsynth.store import Store


def two_hop(
    store: Store,
    *,
    sets: int | None = None,
    all: bool = False,
    seed: int = 0,
    domain: str | None = None,
    source: Source | None = None,
    count: bool = False,
    dry_run: bool = False,
) -> Funnel:
    """Draws pairs of knowledge points that never meet but have a neighbour in common.

    Their shortest path has exactly two edges; pairs are drawn alike, however many such paths join
    them. `sets` is how many this seed has in all (1,000 unless said), `all` stores every pair. An
    edge is a pair that `source` holds (documents, problems, both; None: as the graph was linked).
    What is stored is not drawn again, see `kgsynth.concepts.combined.combine`.
    `count` only counts, in the notes; `dry_run` draws but writes nothing. Raises KgsynthError when
    the graph is not linked.
    """
    points = read_points(store, source=source, domain=domain)
    space = combinations.two_hop(points.graph)
    return combined.combine(
        store, points, space, sets=sets, all=all, seed=seed, domain=domain, count=count,
        dry_run=dry_run,
    )  # fmt: skip
