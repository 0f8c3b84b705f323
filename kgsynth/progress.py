"""Progress on stderr: a bar on a terminal, otherwise one plain line now and then."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

QUIET_SECONDS = 10.0
NOTE_SECONDS = 0.5


class Progress:
    """Counts finished items; `advance(n)` from the thread that opened it.

    On a terminal a bar, with the note on a line of its own below it.
    """

    def __init__(self, label: str, total: int | None, unit: str) -> None:
        from tqdm import tqdm

        self.label, self.total, self.unit = label, total, unit
        self.done, self.started = 0, time.monotonic()
        self.spoken = self.noted = self.started
        self.bar = self.below = None
        if sys.stderr.isatty():
            # A terminal that does not know its width has 80 columns; tqdm would show nothing.
            self.width = shutil.get_terminal_size().columns
            line = partial(tqdm, file=sys.stderr, leave=False, ncols=self.width)
            self.bar = line(total=total, desc=label, unit=f" {unit}")
            self.below = line(bar_format="  {desc}")

    def advance(self, count: int = 1, note: str | Callable[[], str] = "") -> None:
        """Counts `count` more items; `note` says more, and is made only where it is shown."""
        self.done += count
        now = time.monotonic()
        if self.bar is not None and self.below is not None:
            self.bar.update(count)
            if note and now - self.noted >= NOTE_SECONDS:
                self.noted = now
                text = note if isinstance(note, str) else note()
                self.below.set_description_str(text[: self.width - 3])
        elif now - self.spoken >= QUIET_SECONDS:
            self.spoken = now
            of = f" of {self.total:,}" if self.total is not None else ""
            rate = self.done / (now - self.started)
            text = note if isinstance(note, str) else note()
            tail = f", {text}" if text else ""
            if self.total is not None and 0 < self.done < self.total:
                tail += f", {duration((self.total - self.done) / rate)} to go"
            print(
                f"{self.label}: {self.done:,}{of} {self.unit}, {rate:.1f}/s{tail}",
                file=sys.stderr,
                flush=True,
            )

    def close(self) -> None:
        """Takes the bar away."""
        for bar in (self.below, self.bar):
            if bar is not None:
                bar.close()


def duration(seconds: float) -> str:
    """A time for people: `42 s`, `17 min`, `3.5 h`."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"


@contextmanager
def progress(label: str, total: int | None = None, unit: str = "items") -> Iterator[Progress]:
    """Shows progress while the block runs."""
    shown = Progress(label, total, unit)
    try:
        yield shown
    finally:
        shown.close()


def say(text: str) -> None:
    """One line for the person at the terminal, on stderr, above a bar that is there."""
    if sys.stderr.isatty():
        from tqdm import tqdm

        tqdm.write(text, file=sys.stderr)
    else:
        print(text, file=sys.stderr, flush=True)
