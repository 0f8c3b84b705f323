"""Communities of the concept graph: Leiden in GDS, weighted by co-occurrence.

Topics and points are in one graph: pairs that meet, and what a topic covers.
"""

from typing import TYPE_CHECKING

from kgsynth.concepts.arrays import Concepts
from kgsynth.concepts.gds import obstacle, projection, ranked_nodes
from kgsynth.errors import KgsynthError
from kgsynth.store import Store

if TYPE_CHECKING:
    from kgsynth.concepts.walk import Columns


def read_communities(store: Store, concepts: Concepts) -> "Columns":
    """The community that each concept has in the graph, -1 for one that has none."""
    import numpy as np

    found = np.full(len(concepts), -1, dtype=np.int64)
    for page in store.pages("read/communities", size=20_000):
        for row in page:
            ids, numbers = zip(*row["concepts"], strict=True)
            columns = concepts.columns(ids)
            found[columns[columns >= 0]] = np.array(numbers)[columns >= 0]
    return found


def communities(
    store: Store, concepts: Concepts, *, relationships: int, gamma: float, seed: int
) -> "Columns":
    """The community of each concept, -1 for one that was merged into another.

    Numbered from 0 by size, the largest first, equals by their first concept. A larger `gamma`
    gives more and smaller ones. Memory: 16 bytes a concept here, and a projection of as many
    `relationships` in GDS. Raises KgsynthError where GDS is missing or its heap too small.
    (Leiden: Traag, Waltman and van Eck 2019; `gds.leiden`, relationshipWeightProperty.)
    """
    import numpy as np

    kept = np.flatnonzero(concepts.is_representative())
    found = np.full(len(concepts), -1, dtype=np.int64)
    if not len(kept):
        return found
    if reason := obstacle(store, len(kept), 2 * relationships):
        raise KgsynthError(f"{reason}: communities need GDS.")
    with projection(
        store,
        "communities",
        "gds/community-graph",
        nodes=len(kept),
        relationships=2 * relationships,
        instead="gds",
        ids=[concepts.ids[column] for column in kept.tolist()],
    ) as (projected, _):
        nodes = ranked_nodes(projected)
        packed = projected.read("gds/leiden", gamma=gamma, seed=seed)[0]["communities"]
    table = np.array(packed, dtype=np.int64).reshape(len(packed), 2)
    of_node = np.full(int(table[:, 0].max()) + 1, -1, dtype=np.int64)
    of_node[table[:, 0]] = table[:, 1]
    _, first, number, size = np.unique(
        of_node[nodes], return_index=True, return_inverse=True, return_counts=True
    )
    rank = np.empty(len(size), dtype=np.int64)
    rank[np.lexsort((first, -size))] = np.arange(len(size))
    found[kept] = rank[number]
    return found
