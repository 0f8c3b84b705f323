"""What `neo4j-admin database import` says of itself while it runs, as progress."""

import re
from collections.abc import Iterable
from contextlib import ExitStack

from kgsynth.progress import progress

# It prints `(2/4) Relationship import 2026-01-01 10:00:00.000+0000`, then rows of dots that end in
# `45% \u2206404ms [2s 244ms]`.
_SAID = re.compile(r"\((?P<number>\d/\d)\) (?P<stage>[A-Z][a-z ]+) \d|(?P<percent>\d+)% \u2206")


def show(lines: Iterable[str]) -> None:
    """Shows the stages of an import, and how far each is, until it ends."""
    shown = None
    with ExitStack() as bars:
        for said in filter(None, map(_SAID.search, lines)):
            if said["stage"]:
                bars.close()
                label = f"import {said['number']}, {said['stage'].lower()}"
                shown = bars.enter_context(progress(label, total=100, unit="%"))
            elif shown:
                shown.advance(int(said["percent"]) - shown.done)
