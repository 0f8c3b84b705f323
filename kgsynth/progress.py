"""Progress on stderr: a bar on a terminal, otherwise one plain line now and then."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

QUIET_SECONDS = 10.0


class Progress:
    """Counts finished items; `advance(n)` from the thread that opened it."""

    def __init__(self, label: str, total: int | None, unit: str) -> None:
        from tqdm import tqdm

        self.label, self.total, self.unit = label, total, unit
        self.done, self.started = 0, time.monotonic()
        self.spoken = self.started
        self.bar = (
            tqdm(total=total, desc=label, unit=f" {unit}", file=sys.stderr, leave=False)
            if sys.stderr.isatty()
            else None
        )

    def advance(self, count: int = 1, note: str = "") -> None:
        """Counts `count` more items; `note` is shown behind the numbers."""
        self.done += count
        if self.bar is not None:
            if note:
                self.bar.set_postfix_str(note, refresh=False)
            self.bar.update(count)
        elif time.monotonic() - self.spoken >= QUIET_SECONDS:
            self.spoken = time.monotonic()
            of = f" of {self.total}" if self.total is not None else ""
            rate = self.done / (self.spoken - self.started)
            tail = f", {note}" if note else ""
            print(
                f"{self.label}: {self.done}{of} {self.unit}, {rate:.1f}/s{tail}",
                file=sys.stderr,
                flush=True,
            )


@contextmanager
def progress(label: str, total: int | None = None, unit: str = "items") -> Iterator[Progress]:
    """Shows progress while the block runs."""
    shown = Progress(label, total, unit)
    try:
        yield shown
    finally:
        if shown.bar is not None:
            shown.bar.close()


def say(text: str) -> None:
    """One line for the person at the terminal, on stderr."""
    print(text, file=sys.stderr, flush=True)
