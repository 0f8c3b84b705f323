"""What is decided on documents: status, reason, and what it rests on."""

from collections import Counter
from collections.abc import Callable, Iterator

from kgsynth.funnel import Funnel
from kgsynth.store import Row

Show = Callable[[Row], None]

PENDING: Row = {"status": "pending", "reason": None, "copyOf": None, "similarity": None}


def outcome(reason: str | None, **properties: object) -> Row:
    """What becomes of a document: rejected for a reason, pending without one."""
    return PENDING if reason is None else {**PENDING, "status": "rejected", "reason": reason,
                                           **properties}  # fmt: skip


class Decided:
    """What is decided on documents; kept in memory is only what differs from a pending one."""

    def __init__(self) -> None:
        self.taken = 0
        self.before: dict[str, Row] = {}
        self.after: dict[str, Row] = {}

    def decide(self, id_: str, before: Row, after: Row) -> None:
        """One more document, as it is and as it is to be."""
        self.taken += 1
        if before != PENDING:
            self.before[id_] = before
        if after != PENDING:
            self.after[id_] = after

    def revise(self, id_: str, after: Row) -> None:
        """A document that was decided on is to be otherwise."""
        self.after[id_] = after

    @property
    def changed(self) -> list[str]:
        """Ids of the documents that become something else, in order."""
        ids = sorted(self.before.keys() | self.after.keys())
        return [i for i in ids if self.before.get(i, PENDING) != self.after.get(i, PENDING)]

    def rows(self) -> Iterator[Row]:
        """What changes, as rows of `write/selection`."""
        for id_ in self.changed:
            after = self.after.get(id_, PENDING)
            rest = {name: value for name, value in after.items() if name not in OWN}
            yield {"id": id_, **{name: after[name] for name in OWN}, "properties": rest}

    def tell(self, funnel: Funnel, show: Show | None) -> None:
        """Counts what was decided, where anything changes, and shows what does."""
        changed = self.changed
        if not changed and not funnel.notes:
            return
        funnel.taken = self.taken
        funnel.dropped = Counter(row["reason"] for row in self.after.values() if row["reason"])
        funnel.kept = self.taken - funnel.dropped.total()
        back = sum(self.after.get(id_, PENDING)["reason"] is None for id_ in changed)
        funnel.notes |= {"rejected now": len(changed) - back, "brought back": back}
        if show is not None:
            for id_ in changed:
                show({"id": id_, **self.after.get(id_, PENDING)})


OWN = ("status", "reason")
