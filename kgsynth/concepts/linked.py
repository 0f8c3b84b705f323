"""How `link` made the concept graph, kept in it: whose counts weigh, which pairs are stored.

Whoever reads pairs later has to know the law they follow: pairs that are not stored may be found
through the sources (`pairs`), those that were left out (`min_count`) are gone for the walk.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

from kgsynth.concepts.arrays import Concepts, Holdings
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.progress import say
from kgsynth.store import Store, Write

Source = Literal["documents", "problems", "both"]
SOURCES = ("documents", "problems", "both")
Stored = Literal["all", "topics", "none"]
STORED = ("all", "topics", "none")


class NotLinkedError(KgsynthError):
    """The concept graph is not what the sources hold now: `kgsynth link` makes it so."""


@dataclass(frozen=True, slots=True)
class Linked:
    """Settings of a `link`.

    Weights are ln(count + eps) of the count of `source`. `pairs`: all are stored, only those
    between topics, or none. Pairs of points that fewer than `min_count` of `source` hold are left
    out of the concept graph.
    """

    source: Source = "documents"
    eps: float = 1e-6
    pairs: Stored = "all"
    min_count: int = 1

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise UsageError(f"link counts from {', '.join(SOURCES)}, not from {self.source!r}.")
        if not self.eps > 0:
            raise UsageError(
                f"eps must be above 0, not {self.eps}: a count of 0 has the weight ln(eps)."
            )
        if self.pairs not in STORED:
            raise UsageError(f"link stores pairs of {', '.join(STORED)}, not of {self.pairs!r}.")
        if self.min_count < 1:
            raise UsageError(f"Pairs that are stored were met at least once, not {self.min_count}.")
        if self.min_count > 1 and self.pairs != "all":
            raise UsageError(
                "--min-count leaves out pairs that are stored: a walk through the documents meets "
                "them all. Say --pairs all, or no --min-count."
            )

    def __str__(self) -> str:
        rest = f" --min-count {self.min_count}" if self.min_count > 1 else ""
        return f"--from {self.source} --eps {self.eps:g} --pairs {self.pairs}{rest}"


def read_linked(store: Store) -> Linked | None:
    """How the concept graph was linked last; None before that.

    Raises NotLinkedError where that `link` did not come to its end. One that only brings the counts
    of a whole graph up to date is told of.
    """
    linked, complete, unfinished = _settings(store)
    if not complete:
        raise NotLinkedError(
            f"The last `kgsynth link` did not come to its end: say `kgsynth link {linked}` again."
        )
    if unfinished:
        say(
            "A `kgsynth link` is at work, or was ended before its end: some counts may be of "
            f"before it. If none is running, say `kgsynth link {linked}` again."
        )
    return linked


def read_current(store: Store, concepts: Concepts, domain: str | None) -> Linked:
    """How the concept graph is linked, where that holds for all concepts (of a domain).

    Raises NotLinkedError when concepts came in or were merged since the last `link`.
    """
    mine = concepts.in_domain(domain)
    uncounted = mine & (concepts.stored < 0).any(axis=1)
    merged = mine & ~concepts.is_representative() & (concepts.stored > 0).any(axis=1)
    linked = read_linked(store)
    changed = int((uncounted | merged).sum()) if linked else int(mine.sum())
    if changed:
        raise NotLinkedError(
            f"{changed} concepts are not in the concept graph as they are now: run "
            "`kgsynth link` first."
        )
    return linked or Linked()


def check_counted(concepts: Concepts, documents: Holdings, problems: Holdings) -> None:
    """Raises NotLinkedError where sources came or went since the last `link`."""
    held = (documents.matrix.sum(axis=0), problems.matrix.sum(axis=0))
    differ = (concepts.stored[:, 0] != held[0]) | (concepts.stored[:, 1] != held[1])
    if changed := int((differ & (concepts.stored[:, 0] >= 0)).sum()):
        raise NotLinkedError(
            f"{changed} concepts are held by other sources than were counted: run `kgsynth link` "
            "first."
        )


def described(store: Store) -> str | None:
    """The settings of the last `link` as one would say them; None before that."""
    linked, complete, unfinished = _settings(store)
    if linked is None:
        return None
    if not complete:
        return f"{linked} (did not come to its end)"
    return f"{linked} (another has not come to its end)" if unfinished else str(linked)


def _settings(store: Store) -> tuple[Linked | None, bool, bool]:
    rows = store.read("link/settings")
    if not rows:
        return None, True, False
    complete, unfinished = rows[0].pop("complete"), rows[0].pop("unfinished")
    return Linked(**rows[0]), complete, unfinished


def check_same(store: Store, wanted: Linked, domain: str) -> None:
    """Raises KgsynthError where linking one domain would mix two laws in one graph."""
    kept = read_linked(store)
    if kept not in (None, wanted):
        raise KgsynthError(
            f"The concept graph was linked with {kept}, and one domain of it cannot follow "
            f"another law: say that with --domain {domain}, or {wanted} without --domain."
        )


@contextmanager
def linking(store: Store, linked: Linked, *, whole: bool) -> Iterator[None]:
    """Keeps how the graph is linked: as begun where that changes, as complete when all is done.

    `whole`: all of the graph and not one domain, which leaves it to the whole to be finished.
    """
    settings = {
        "source": linked.source,
        "eps": linked.eps,
        "pairs": linked.pairs,
        "minCount": linked.min_count,
        "whole": whole,
    }
    store.write_together([Write("write/linked", [settings | {"complete": False}])])
    yield
    store.write_together([Write("write/linked", [settings | {"complete": True}])])
