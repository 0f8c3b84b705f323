"""Similar pairs among concepts, and the classes made of them: ours beside scikit-learn.

Drawn vectors of 384 dimensions in half precision, as `merge` keeps them, ten to a cluster; two of a
cluster have a cosine of .56 to .96. Ours finds all pairs from .70 on in blocks; scikit-learn
(`NearestNeighbors.radius_neighbors`, brute, cosine) does so on a sample of the rows. Classes are
cliques of all pairs that were found, each being the same with a chance of .8.
"""

from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.sides import Row, against, side
from kgsynth.concepts.alike import alike
from kgsynth.concepts.classes import cliques

ASK, SAME, WIDTH, CLUSTER = 0.7, 0.9, 384, 10
SAMPLE = 500
Pairs = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]


def vectors(number: int) -> NDArray[np.float16]:
    draw = np.random.default_rng(0)
    centres = _unit(draw.normal(size=(-(-number // CLUSTER), WIDTH)).astype(np.float32))
    weight = draw.uniform(0.75, 0.98, size=(number, 1)).astype(np.float32)
    noise = _unit(draw.normal(size=(number, WIDTH)).astype(np.float32))
    centre = centres[draw.permutation(number) // CLUSTER]
    noise = _unit(noise - (noise * centre).sum(axis=1, keepdims=True) * centre)
    return (weight * centre + np.sqrt(1 - weight**2) * noise).astype(np.float16)


def _unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def ours(held: NDArray[np.float16]) -> Pairs:
    found = list(alike(held, ASK))
    return tuple(np.concatenate([getattr(pairs, name) for pairs in found])
                 for name in ("left", "right", "similarity"))  # type: ignore[return-value] # fmt: skip


def theirs(held: NDArray[np.float16], rows: int) -> int:
    from sklearn.neighbors import NearestNeighbors

    index = NearestNeighbors(radius=1 - ASK, metric="cosine", algorithm="brute", n_jobs=-1)
    index.fit(held.astype(np.float32))
    near = index.radius_neighbors(held[:rows].astype(np.float32), return_distance=False)
    return sum(map(len, near)) - rows


def classes(pairs: Pairs) -> int:
    says = np.random.default_rng(1).random(len(pairs[0])) < 0.8
    ids = [f"{place:032x}" for place in range(int(pairs[1].max()) + 1)]
    columns = zip(*(column.tolist() for column in (*pairs, says)), strict=True)
    return len(cliques(((ids[one], ids[other], same, similarity)
                        for one, other, similarity, same in columns), {}, {}))  # fmt: skip


def measure(size: int) -> list[Row]:
    """Ours, scikit-learn on a sample, and the classes; pairs are counted and compared."""
    held = vectors(size)
    rows = min(SAMPLE, size)
    done, pairs = side("kgsynth, pairs", partial(ours, held), size, "concepts")
    their, number = side("scikit-learn, pairs", partial(theirs, held, rows), rows, "concepts", size)
    mine = int((pairs[0] < rows).sum() + (pairs[1] < rows).sum())
    assert abs(mine - number) <= 0.01 * number, (mine, number)  # those just at the threshold
    made, found = side("kgsynth, classes", partial(classes, pairs), size, "concepts")
    same = int((pairs[2] >= SAME).sum())
    found_pairs = {"pairs": f"{len(pairs[0]):,}", "the same": f"{same:,}"}
    compared = against([done | found_pairs, their], ours=0)
    return [*compared, made | {"classes": found}]
