"""`sample cross-community`: pairs of knowledge points that join two communities."""

from kgsynth.concepts import combinations, combined
from kgsynth.concepts.communities import read_communities
from kgsynth.concepts.linked import Source
from kgsynth.concepts.points import read_points
from kgsynth.errors import KgsynthError
from kgsynth.funnel import Funnel
from kgsynth.store import Store


def cross_community(
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
    """Draws pairs of knowledge points that share an edge and lie in different communities.

    They are drawn in turns: in each turn, every two communities that have an edge left between them
    give one, in random order, so that no two large ones take everything. Which one is drawn evenly,
    or with `repeat` by weight: a pair is then there as often as sources hold both, told apart by
    `ordinal`. `sets` is how many this seed has in all (1,000 unless said), `all` stores every pair.
    An edge is a pair that `source` holds (documents, problems, both; None: as the graph was
    linked). What is stored is not drawn again, see `kgsynth.concepts.combined.combine`.
    `count` only counts, in the notes; `dry_run` draws but writes nothing. Raises KgsynthError when
    the graph is not linked, or a point that shares an edge has no community.
    """
    points = read_points(store, source=source, domain=domain)
    community = read_communities(store, points.concepts)[points.concepts.topics :]
    lacking = int((points.graph.sum(axis=1)[community < 0] > 0).sum())
    if lacking:
        raise KgsynthError(
            f"{lacking:,} knowledge points that meet others have no community: run "
            "`kgsynth link --communities` first."
        )
    space = combinations.cross_community(points.graph, community, repeat=repeat)
    return combined.combine(
        store, points, space, sets=sets, all=all, seed=seed, domain=domain, count=count,
        dry_run=dry_run,
    )  # fmt: skip
