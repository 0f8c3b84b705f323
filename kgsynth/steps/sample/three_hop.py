"""`sample three-hop`: a core point and another three edges away (GSDP, section 2.4)."""

from kgsynth.concepts import combinations, combined
from kgsynth.concepts.linked import Source
from kgsynth.concepts.points import read_points
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.store import Store


def three_hop(
    store: Store,
    *,
    sets: int | None = None,
    all: bool = False,
    cores: int | None = None,
    seed: int = 0,
    domain: str | None = None,
    source: Source | None = None,
    count: bool = False,
    dry_run: bool = False,
) -> Funnel:
    """Draws pairs of a core point and another whose shortest path has exactly three edges.

    Core points are the `cores` with the most edges (ties: lower id first), which get `core` true;
    the paper names no number, ours is one for every 1,000 points that meet another, begun ones
    counted. A pair of two core points is there once. `sets` is how many this seed has in all (1,000
    unless said), `all` stores every pair. An edge is a pair that `source` holds (documents,
    problems, both; None: as the graph was linked). What is stored is not drawn again, see
    `kgsynth.concepts.combined.combine`.
    `count` only counts, in the notes; `dry_run` draws but writes nothing. Raises KgsynthError when
    the graph is not linked.
    """
    if cores is not None and cores < 1:
        raise UsageError("Three hops need at least one core point.")
    points = read_points(store, source=source, domain=domain)
    core = combinations.core_points(points.graph, cores)
    space = combinations.three_hop(points.graph, core)
    if not (count or dry_run):
        ids = [points.concepts.ids[points.concepts.topics + point] for point in core.tolist()]
        store.change("write/core-points", ids=ids, domain=domain)
    return combined.combine(
        store, points, space, sets=sets, all=all, seed=seed, domain=domain, count=count,
        dry_run=dry_run, cores=len(core),
    )  # fmt: skip
