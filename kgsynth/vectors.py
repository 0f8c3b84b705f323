"""Embeddings of texts by id, kept on disk: a text is embedded once, whatever asks for it later.

Ids are hashes of texts as they were read: where personal data was masked later, the embedding is
still that of the text as it came. One file a chunk below `.kgsynth/embeddings/`, written whole or
not at all: a stopped run goes on where it was.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from kgsynth import embed
from kgsynth.config import BUNDLED
from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id, normalise_text
from kgsynth.progress import progress
from kgsynth.store import batched

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK = 512
# Characters of a text that are embedded: the bundled model reads its first 256 word pieces.
SHOWN = 2_000


def vectors(
    ids: Sequence[str],
    texts: Callable[[Sequence[str]], Mapping[str, str]],
    folder: Path,
    *,
    model: str = BUNDLED,
) -> "NDArray[np.float16]":
    """Embeddings of texts in the order of their ids, one row each, of unit length (float16).

    `texts` gives the texts of some ids, asked for by the chunk and only for what is not kept.
    Memory: 768 bytes a text with the bundled model. Raises KgsynthError where a file cannot be
    read, or the model is missing.
    """
    import numpy as np

    place = folder / "embeddings" / content_id("embedding", embed.name(model), SHOWN)[:16]
    place.mkdir(parents=True, exist_ok=True)
    rows = {id_: row for row, id_ in enumerate(ids)}
    found: NDArray[np.float16] | None = None
    missing = np.ones(len(ids), bool)

    def put(names: Sequence[str], values: "NDArray[np.float16]") -> None:
        nonlocal found
        if found is None:
            found = np.zeros((len(ids), values.shape[1]), np.float16)
        wanted = [(rows[name], at) for at, name in enumerate(names) if name in rows]
        if wanted:
            here, there = map(list, zip(*wanted, strict=True))
            found[here] = values[there]
            missing[here] = False

    for file in sorted(place.glob("*.npz")):
        put(*_read(file))
    with progress("embed", int(missing.sum()), "texts") as shown:
        for chunk in batched([id_ for id_, row in rows.items() if missing[row]], CHUNK):
            given = texts(chunk)
            values = embed.encode([normalise_text(given[id_])[:SHOWN] for id_ in chunk], model)
            kept = values.astype(np.float16)
            _write(place / f"{content_id('chunk', chunk)}.npz", chunk, kept)
            put(chunk, kept)
            shown.advance(len(chunk))
    return found if found is not None else np.zeros((0, 0), np.float16)


def _read(file: Path) -> tuple[list[str], "NDArray[np.float16]"]:
    import numpy as np

    try:
        with np.load(file) as held:
            return [name.decode() for name in held["ids"].tolist()], held["vectors"]
    except (OSError, ValueError, KeyError, BadZipFile) as error:
        raise KgsynthError(
            f"{file} cannot be read ({error}): delete it, its texts are embedded anew."
        ) from error


def _write(file: Path, ids: Sequence[str], values: "NDArray[np.float16]") -> None:
    import numpy as np

    part = file.with_name(f".{file.stem}.{os.getpid()}.part")
    with part.open("wb") as out:
        np.savez(out, ids=np.array([id_.encode() for id_ in ids]), vectors=values)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
