"""Sets the graph's files aside while others take their place, so that a failure can be undone."""

import shutil
from pathlib import Path

from kgsynth.progress import say
from kgsynth.server.home import Home

DATABASE = "neo4j"
PARTS = ("databases", "transactions")


def current(home: Home) -> list[Path]:
    """The folders of the graph: its store and its transaction logs."""
    return [home.data / part / DATABASE for part in PARTS]


def aside(home: Home) -> list[Path]:
    """Where `set_aside` keeps them."""
    return [home.data / "replaced" / part / DATABASE for part in PARTS]


def set_aside(home: Home) -> None:
    """Moves the graph's folders aside. The store goes last: only with it the move is whole.

    Of a folder that is not there an empty one is kept, so that half a first graph can be undone.
    """
    for now, kept in reversed(list(zip(current(home), aside(home), strict=True))):
        kept.parent.mkdir(parents=True, exist_ok=True)
        if now.exists():
            now.rename(kept)
        else:
            kept.mkdir(exist_ok=True)


def put_back(home: Home) -> None:
    """Moves back what was set aside, over whatever took its place."""
    for now, kept in zip(current(home), aside(home), strict=True):
        if kept.exists():
            shutil.rmtree(now, ignore_errors=True)
            now.parent.mkdir(parents=True, exist_ok=True)
            kept.rename(now)
    forget(home)


def forget(home: Home) -> None:
    """Deletes what was set aside: at once, so that half of it is never put back."""
    replaced, discarded = home.data / "replaced", home.data / "discarded"
    shutil.rmtree(discarded, ignore_errors=True)
    if replaced.exists():
        replaced.rename(discarded)
        shutil.rmtree(discarded, ignore_errors=True)


def undo_unfinished_load(home: Home) -> None:
    """Puts the graph back when a load was killed before it was done."""
    shutil.rmtree(home.data / "discarded", ignore_errors=True)
    if any(kept.exists() for kept in aside(home)):
        say("The last load was not finished; the graph from before it is back.")
        put_back(home)
