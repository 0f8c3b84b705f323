"""`sample one-hop`: pairs of knowledge points that some source holds both (GSDP, section 2.4)."""

from kgsynth.concepts import combinations, combined
from kgsynth.concepts.linked import Source
from kgsynth.concepts.points import read_points
from kgsynth.funnel import Funnel
from kgsynth.store import Store


def one_hop(
    store: Store,
    *,
    sets: int | None = None,
    all: bool = False,
    repeat: bool = False,
    seed: int = 0,
    domain: str | None = None,
    source: Source | None = None,
    count: bool = False,
    dry_run: bool = False,
) -> Funnel:
    """Draws pairs of knowledge points that share an edge: familiar company, near to the seed data.

    `sets` is how many this seed has in all (1,000 unless said), `all` stores every pair. Each pair
    is there once; with `repeat` as often as sources hold both, told apart by `ordinal`: what is
    drawn then follows the weight, and no pair comes more often than its count (GSDP-One; without,
    GSDP-One-Base). An edge is a pair that `source` holds (documents, problems, both; None: as the
    graph was linked). What is stored is not drawn again, see `kgsynth.concepts.combined.combine`.
    `count` only counts, in the notes; `dry_run` draws but writes nothing. Raises KgsynthError when
    the graph is not linked.
    """
    points = read_points(store, source=source, domain=domain)
    space = combinations.one_hop(points.graph, repeat=repeat)
    return combined.combine(
        store, points, space, sets=sets, all=all, seed=seed, domain=domain, count=count,
        dry_run=dry_run,
    )  # fmt: skip
