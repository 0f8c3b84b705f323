"""What `neo4j-admin database import` says of itself while it runs, as progress."""

import os
import re
from contextlib import ExitStack
from typing import IO

from kgsynth.progress import progress

# It prints `(2/4) Relationship import 2026-01-01 10:00:00.000+0000`, then rows of dots that end in
# `45% \u2206404ms [2s 244ms]`.
_SAID = re.compile(r"\((?P<number>\d/\d)\) (?P<stage>[A-Z][a-z ]+) \d|(?P<percent>\d+)% \u2206")


def show(printed: IO[bytes]) -> None:
    """Shows the stages of an import, and how far each is, until it ends."""
    heard, shown = "", None
    with ExitStack() as bars:
        while chunk := os.read(printed.fileno(), 65_536):
            heard += chunk.decode(errors="replace")
            end = 0
            for said in _SAID.finditer(heard):
                end = said.end()
                if said["stage"]:
                    bars.close()
                    label = f"import {said['number']}, {said['stage'].lower()}"
                    shown = bars.enter_context(progress(label, total=100, unit="%"))
                elif shown:
                    shown.advance(int(said["percent"]) - shown.done)
            heard = heard[end:]
