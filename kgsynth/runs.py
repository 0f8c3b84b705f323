"""Runs: what was asked for, with which settings; the same command continues the same run."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from kgsynth import __version__
from kgsynth.ids import content_id
from kgsynth.store import Store, Write


def run_id(recipe: str, config: dict[str, Any]) -> str:
    """Id of a run: recipe or step, and the fingerprint of its settings and inputs."""
    return content_id("Run", recipe, config)


def start_run(store: Store, recipe: str, config: dict[str, Any], seed: int | None = None) -> str:
    """Opens or continues a run; returns its id. `config` holds plain JSON values."""
    import json

    id_ = run_id(recipe, config)
    # A file name need not be UTF-8: in JSON its lone surrogates have an escape.
    kept = json.dumps(config, sort_keys=True, ensure_ascii=False).encode(errors="backslashreplace")
    properties = {
        "recipe": recipe,
        "version": __version__,
        "seed": seed,
        "config": kept.decode(),
    }
    store.write_together([Write("write/run", [{"id": id_, "properties": properties}])])
    return id_


@contextmanager
def open_run(
    store: Store, recipe: str, config: dict[str, Any], seed: int | None = None
) -> Iterator[str]:
    """Opens or continues a run and marks it finished when the block ends without an error."""
    id_ = start_run(store, recipe, config, seed)
    yield id_
    store.write_together([Write("write/run-finished", [{"id": id_}])])
