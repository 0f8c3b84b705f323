"""Pending sources as pages of prompt items: found by key, read by the page, never by the corpus."""

import time
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import attrgetter
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple

from kgsynth.calls.leases import Worker
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.ids import content_id
from kgsynth.progress import say
from kgsynth.store import Row, Store

if TYPE_CHECKING:
    from kgsynth.calls.tasks import Item, Task


class Place(NamedTuple):
    """A call that is pending: its source, the ordinal, and the key that it is asked in order of."""

    id: str
    ordinal: int
    key: str


_ALL = 2**31
_LOOK_AGAIN = 2.0
_PATIENCE = 1800.0


@dataclass(frozen=True, slots=True)
class Shard:
    """Part `place` (from 1) of `of` equal parts of all sources, by key: keys begin with a hash.

    Parts are fixed by the keys alone, so machines that take one each need not know of each other.
    `together`: a step ends when the other parts are done too, as a recipe's next step needs.
    """

    place: int
    of: int
    together: bool = False

    @classmethod
    def parse(cls, text: str) -> "Shard":
        """`2/4` is the second of four. Raises UsageError for anything else."""
        place, _, of = text.partition("/")
        if not (place.isdigit() and of.isdigit() and 1 <= int(place) <= int(of)):
            raise UsageError(f"--shard takes i/n with 1 <= i <= n, as 2/4; not {text!r}.")
        return cls(int(place), int(of))

    @property
    def after(self) -> str:
        """Every key of the part sorts behind it."""
        return self._bound(self.place - 1)

    @property
    def until(self) -> str | None:
        """Every key of the part sorts before it; None: there is no end."""
        return None if self.place == self.of else self._bound(self.place)

    def _bound(self, part: int) -> str:
        return f"{part * 16**12 // self.of:012x}" if part else ""


@dataclass(frozen=True, slots=True)
class Pending:
    """Which sources a step asks about: `query` finds their ids, `inputs` reads them.

    `make` turns a row of `inputs` and an ordinal into an item; `where` is a Cypher predicate of the
    user's own, `parameters` are further ones of `query`. A query that asks several times about one
    source gives a row a call, with its `ordinal`, which counts from 0 unless the calls show
    different things (`counted` False); rows are in order of their `key`, which is the id
    unless the query says another. `only`, where given, are the calls to take, in order of key.
    """

    query: str
    inputs: str
    make: Callable[[Row, int], "Item"]
    domain: str
    limit: int | None = None
    where: str | None = None
    shard: Shard | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    only: tuple[Place, ...] | None = None
    counted: bool = True

    def count(self, store: Store, task: "Task") -> int:
        """How many calls are pending, at most `limit`."""
        if self.only is not None:
            return len(self.only)
        shard = self.shard or Shard(1, 1)
        number = self._count(store, task, shard.after)
        if shard.until is not None:
            number -= self._count(store, task, shard.until)
        return number if self.limit is None else min(number, self.limit)

    def _count(self, store: Store, task: "Task", after: str) -> int:
        return store.count(
            self.query,
            where=self.where,
            after=after,
            limit=_ALL,
            task=task.id,
            domain=self.domain,
            **self.parameters,
        )

    def _places(self, store: Store, task: "Task", after: str, limit: int) -> list[Place]:
        """Up to `limit` pending calls behind `after`, all those about one source together.

        Only where one source alone has more than `limit`, some are left for another call.
        """
        if self.only is not None:
            start = bisect_right(self.only, after, key=attrgetter("key"))
            found = list(self.only[start : start + limit + 1])
        else:
            rows = store.read(
                self.query,
                where=self.where,
                after=after,
                limit=limit + 1,
                task=task.id,
                domain=self.domain,
                **self.parameters,
            )
            every = [
                Place(row["id"], row.get("ordinal", 0), row.get("key") or row["id"]) for row in rows
            ]
            end = self.shard.until if self.shard else None
            found = [place for place in every if end is None or place.key < end]
        if len(found) > limit and found[limit].id == found[limit - 1].id:
            cut = found[limit].id
            return [place for place in found if place.id != cut] or found[:limit]
        return found[:limit]

    def pages(
        self, store: Store, task: "Task", worker: Worker, closed: Event
    ) -> Iterator[list["Item"]]:
        """Pages of at most `settings.batch` items, in order of key, each claimed for this process.

        Ends when nothing is pending that another process does not hold; without a limit it waits
        for those: they finish, or fall to this process when the other one is gone. Ends early when
        `closed` is set.
        """
        left = _ALL if self.limit is None else self.limit
        retried = store.value("read/retired-calls", task=task.id)
        told = False
        while True:
            after, elsewhere = (self.shard.after if self.shard else ""), 0
            while (
                left > 0
                and not closed.is_set()
                and (places := self._places(store, task, after, min(task.settings.batch, left)))
            ):
                claimed, held = worker.claim(list(dict.fromkeys(place.id for place in places)))
                elsewhere += held
                if claimed:
                    # Another process may have finished some between the reading and the claim.
                    mine, size = set(claimed), len(places)
                    places_now = self._places(store, task, after, size)
                    claimed_now = [place for place in places_now if place.id in mine]
                    yield self._items(store, task, claimed_now, retried)
                    left -= len(claimed_now)
                after = places[-1].key
            if not elsewhere or self.limit is not None or closed.is_set():
                break
            if not told:
                told = True
                say(f"{task.step}: another kgsynth holds {elsewhere:,} sources; waiting for them.")
            worker.tidy()
            closed.wait(_LOOK_AGAIN)

    def await_others(self, store: Store, task: "Task") -> None:
        """Waits until the other shards are done, where the next step needs them.

        Raises KgsynthError when nobody works on them.
        """
        if self.shard is None or not self.shard.together:
            return
        left, since = -1, time.monotonic()
        while True:
            began = time.monotonic()
            others = self._count(store, task, "") - self.count(store, task)
            if not others:
                return
            if others != left:
                if left < 0:
                    say(f"{task.step}: waiting for {others:,} sources of the other shards.")
                left, since = others, time.monotonic()
            elif time.monotonic() - since > _PATIENCE:
                raise KgsynthError(
                    f"{task.step}: {others:,} sources of other shards are pending, and none was "
                    f"done for {_PATIENCE / 60:.0f} minutes: start those shards (or see there why "
                    "they have no answer), then say the same command again."
                )
            # Counting reads every source: most of the time is left to those who work.
            time.sleep(max(_LOOK_AGAIN, 20 * (time.monotonic() - began)))

    def _items(
        self, store: Store, task: "Task", places: Sequence[Place], retried: int
    ) -> list["Item"]:
        ids = list(dict.fromkeys(place.id for place in places))
        rows = {row["id"]: row for row in store.read(self.inputs, ids=ids)}
        tries = (
            {
                row["id"]: (row["times"], row["least"])
                for row in store.read("read/retries", ids=ids, task=task.id)
            }
            if retried
            else {}
        )
        last = {place.id: place.ordinal for place in places}
        return [
            replace(
                self.make(rows[id_], ordinal),
                ordinal=ordinal,
                last=last[id_] == ordinal,
                attempt=tries.get(id_, (0, 0))[0],
                least=max(tries.get(id_, (0, 0))[1], ordinal if self.counted else 0),
            )
            for id_, ordinal, _ in places
            if id_ in rows
        ]


def fence(label: str, text: str) -> str:
    """A text as data for a prompt: between marks that it cannot forge.

    The marks hold a hash of the text itself, so the same text gives the same prompt, and no text
    can hold the mark that would end it.
    """
    mark = f"{label} {content_id('fence', text)[:16]}"
    return f"<{mark}>\n{text}\n</{mark}>"


def question_text(row: Row) -> str:
    """A question as it is asked: its text, and its input where it has one."""
    return "\n\n".join(part for part in (row["text"], row["input"]) if part)
