"""Model calls of a step: what is pending is asked, kept, parsed, and written back with its origin.

One path for every step that asks a model, each part at its own pace:

    read ahead -> render -> key -> journal, or model -> journal -> projector -> graph

A crash anywhere loses at most the requests in flight: a source is pending until its `Call` is in
the graph, and a response that is in the journal is never asked for again (design.md, law 1).
"""

import math
import queue
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial

from kgsynth import models
from kgsynth.calls import leases, stops
from kgsynth.calls.journal import Journal, Kept, Spent, call_key
from kgsynth.calls.pending import Pending
from kgsynth.calls.projector import Asked, Destination, Projector
from kgsynth.calls.tasks import Item, Parse, Task
from kgsynth.calls.until import Until, cost
from kgsynth.errors import KgsynthError
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.models.asker import Asker
from kgsynth.models.asking import asking
from kgsynth.progress import Progress, progress, say
from kgsynth.store import Store

# Sources between the reading and the graph, at most: answers wait there while the database is away.
WINDOW = 8192
_TICK = 0.5
_WAIT = 0.02
_LAST_PAGE = 10.0


class NothingAnsweredError(KgsynthError):
    """All requests of a job failed for passing reasons; their sources stay pending."""


@dataclass(frozen=True, slots=True)
class Job:
    """What a step does with a model: the task, whom it is asked about, where replies go."""

    task: Task
    pending: Pending
    parse: Parse
    destination: Destination


def run_job(
    store: Store,
    journal: Journal,
    job: Job,
    *,
    until: Until | None = None,
    target: int | None = None,
) -> Funnel:
    """Asks about all pending sources and writes what comes back, in the order of the sources.

    A reply that cannot be used becomes a `Rejected` node with its raw text. A request that failed
    for a passing reason is counted, and its source stays pending. Stops early at `target` kept
    items of this task in all, or where `until` says, and tells so in the notes. Returns calls
    taken, calls that ended with a kept item, and drops by reason. Raises KgsynthError when the
    model or the database is gone for good; what was answered until then is in the journal.
    """
    task, pending, run = job.task, job.pending, job.destination.run
    store.script("write/adopt-calls", task=task.id, run=run)
    leases.bury(store)
    funnel = Funnel(task.step)
    total = pending.count(store, task)
    if target is not None:
        target -= store.value("read/kept-items", task=task.id)
        funnel.notes["lacking"] = max(0, target)
    if not total:
        pending.await_others(store, task)
        return funnel
    with ExitStack() as stack:
        worker = stack.enter_context(leases.working(store, task.id))
        shown = stack.enter_context(progress(task.name, total if target is None else None, "calls"))
        projector = Projector(store, task, job.parse, job.destination, worker, funnel)
        pages = stack.enter_context(_read_ahead(partial(pending.pages, store, task, worker)))
        stop = stack.enter_context(stops.listening(store.patience.give_up))
        flow = _Flow(journal, task, run, until or Until(), target, projector, shown)
        try:
            flow.go(stack, pages, stop)
        except KgsynthError:
            flow.release()
            projector.close(stop)
            raise
        projector.close(stop)
        flow.show()
        if stop.asked is not None:
            say(f"{task.step}: {funnel.taken:,} calls done. Say the same command again to go on.")
            stop.leave()
    if not flow.stopped:
        pending.await_others(store, task)
    if funnel.taken and funnel.failures == funnel.taken:
        raise NothingAnsweredError(
            f"{task.model} answered none of {funnel.taken} requests "
            f"({', '.join(funnel.dropped)}): see `kgsynth models test`, then say the same "
            "command again."
        )
    if funnel.taken:
        funnel.notes |= {
            "items": projector.items,
            "model": task.model,
            "outputTokens": projector.tokens,
            "seconds": round(projector.seconds, 1),
        }
    if target is not None:
        funnel.notes["lacking"] = max(0, target - projector.items)
    if flow.stopped:
        funnel.notes["stopped"] = flow.stopped
    return funnel


class _Flow:
    """One task on its way: items in the order of their sources until they are handed on."""

    def __init__(
        self,
        journal: Journal,
        task: Task,
        run: str,
        until: Until,
        target: int | None,
        projector: Projector,
        shown: Progress,
    ) -> None:
        self.journal, self.task, self.run = journal, task, run
        self.until, self.target, self.projector, self.shown = until, target, projector, shown
        self.stopped: str | None = None
        self.order: deque[Asked] = deque()
        self.todo: deque[Asked] = deque()
        self.waiting: dict[str, list[Asked]] = {}
        self.places: dict[int, Asked] = {}
        self.handed = 0
        self.answered = 0
        self.asker: Asker | None = None
        self.paid = Spent()
        self.since = time.monotonic()

    def go(self, stack: ExitStack, pages: "_Ahead", stop: stops.Stop) -> None:
        """Feeds and empties the asker until nothing is left, or something says stop."""
        place, more = 0, True
        while True:
            idle = not self.in_flight
            if more and len(self.todo) < self.task.settings.batch and self._open(stop):
                page = pages.next(_TICK if idle and not self.todo else 0.0)
                more = page is not END
                if isinstance(page, list):
                    self._take(page)
            while self.todo and self._may_ask(stop):
                asker = self._start(stack)
                if not asker.room:
                    break
                asked = self.todo.popleft()
                if not self.in_flight:
                    self.since = time.monotonic()
                self.places[place] = asked
                generation = replace(self.task.generation, seed=asked.sample)
                asker.submit(place, asked.conversation, generation)
                place += 1
            if self.asker is not None and (self.in_flight or not self.asker.room):
                self._keep(self.asker.arrived(_TICK))  # raises where going on makes no sense
            self.release()
            self.show()
            halted = stop.asked is not None or self.stopped is not None
            if stop.overdue or (halted and not self.in_flight):
                return
            if not (more or self.todo or self.order):
                return
            if not self.in_flight and (self.todo or self.order or self._unwritten):
                time.sleep(_WAIT)  # for the projector: what it keeps decides whether one more goes

    @property
    def in_flight(self) -> int:
        """Requests that the model has not answered."""
        return len(self.places)

    def _open(self, stop: stops.Stop) -> bool:
        waiting = len(self.order) + self._unwritten
        return stop.asked is None and self.stopped is None and waiting < WINDOW

    def _may_ask(self, stop: stops.Stop) -> bool:
        """Whether one more request may go out now."""
        if stop.asked is not None or self.stopped is not None:
            return False
        if not self.until.allows(self.in_flight):
            self.stopped = self.until.reached
            return False
        missing = self._missing()
        if not self.in_flight and self.order[0].reply is None:
            # What is answered behind it cannot be handed on before it, and may not be needed.
            return missing > 0
        return missing > (self.in_flight + self.answered) * self._items_a_call()

    def _items_a_call(self) -> float:
        """How many items a call may bring: what it was so far, or the most the prompt asks for."""
        calls = self.projector.funnel.taken
        if calls < 10:
            return float(self.task.prompt.meta.get("most", 1))
        return max(1.0, self.projector.items / calls)

    @property
    def _unwritten(self) -> int:
        """Answered items that the projector has and the graph has not."""
        return self.handed - self.projector.written

    def _missing(self) -> float:
        """How many items the target still lacks if all that is being written is kept."""
        if self.target is None:
            return math.inf
        if self.projector.items >= self.target:
            self.stopped = "the target is reached"
        return self.target - self.projector.items - self._unwritten * self._items_a_call()

    def _start(self, stack: ExitStack) -> Asker:
        if self.asker is None:
            self.asker = stack.enter_context(asking(self.task.chat_model(), report=say))
        return self.asker

    def _take(self, items: Iterable[Item]) -> None:
        """Renders items, gives each its key, and finds what is answered already."""
        task = self.task
        page: list[Asked] = []
        for item in items:
            conversation = task.prompt.render(item.inputs)
            base = content_id("Ask", conversation, *task.determinants())
            page.append(Asked(item, conversation, base, 0, ""))
        asks = [(asked.base, _asker(task, asked.item), asked.item.least) for asked in page]
        samples = self.journal.claim(asks)
        for asked, sample in zip(page, samples, strict=True):
            # A second sample at temperature 0 is the first again, unless it was asked for.
            shared = task.generation.temperature == 0 and not asked.item.attempt
            asked.sample = 0 if shared else sample
            asked.key = call_key(asked.base, asked.sample)
        found = self.journal.find(asked.key for asked in page)
        for asked in page:
            self.order.append(asked)
            if asked.key in found:
                self._settle(asked, found[asked.key])
            elif asked.key in self.waiting:
                self.waiting[asked.key].append(asked)
            else:
                self.waiting[asked.key] = [asked]
                self.todo.append(asked)

    def _keep(self, arrived: list[tuple[int, models.Response | models.ModelError]]) -> None:
        """Puts answers on disk, then gives them to everyone who asked the same."""
        if not arrived:
            return
        answered = [(self.places.pop(place), reply) for place, reply in arrived]
        good = [(a, reply) for a, reply in answered if isinstance(reply, models.Response)]
        now = time.monotonic()
        seconds, self.since = now - self.since, now
        role, price = self.task.settings.role, self.task.settings.price
        kept = self.journal.keep(
            [Kept(a.base, a.sample, a.conversation, reply) for a, reply in good],
            run=self.run, role=role, seconds=seconds,
        )  # fmt: skip
        spent = Spent(
            len(good),
            sum(reply.input_tokens or 0 for _, reply in good),
            sum(reply.output_tokens or 0 for _, reply in good),
            seconds,
        )
        self.paid += spent
        self.until.pay(price, spent)
        replies: dict[str, models.Response | models.ModelError] = {
            a.key: reply for a, reply in answered
        }
        replies |= {a.key: reply for (a, _), reply in zip(good, kept, strict=True)}
        for key, reply in replies.items():
            for asked in self.waiting.pop(key):
                self._settle(asked, reply)
        fatal = [r for _, r in answered if isinstance(r, models.ModelError) and r.fatal]
        if fatal:
            raise fatal[0]

    def _settle(self, asked: Asked, reply: models.Response | models.ModelError) -> None:
        asked.reply = reply
        self.answered += 1

    def release(self) -> None:
        """Hands the answered items at the front on to the graph, no more than the target lacks."""
        ready: list[Asked] = []
        missing = self._missing()
        while self.order and self.order[0].reply is not None and missing > 0:
            ready.append(self.order.popleft())
            missing -= self._items_a_call()
        self.answered -= len(ready)
        self.handed += len(ready)
        self.projector.put(ready)

    def show(self) -> None:
        """Moves the progress to what is written."""
        self.shown.advance(self.projector.written - self.shown.done, self._note)

    def _note(self) -> str:
        """What a person wants to know beside the count: kept, dropped and why, speed, cost."""
        funnel, price = self.projector.funnel, self.task.settings.price
        parts = [f"{self.projector.items:,} items"]
        # A copy: the projector counts on meanwhile.
        if dropped := Counter(dict(funnel.dropped)):
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in dropped.most_common(3))
            parts.append(f"{dropped.total():,} dropped ({reasons})")
        if self.paid.seconds:
            parts.append(f"{self.paid.output_tokens / self.paid.seconds:,.0f} tokens/s")
        if price and self.paid.calls:
            spent = cost(price, self.paid)
            left = max(0, (self.shown.total or 0) - self.shown.done)
            parts.append(f"{spent:.2f} spent, {spent * (1 + left / self.paid.calls):.2f} in all")
        if self.until.budget is not None:
            parts.append(f"{self.until.share:.0%} of the budget")
        if self.asker is not None:
            aside = sum(endpoint.resting > 0 for endpoint in self.asker.endpoints)
            if aside:
                parts.append(f"{aside} of {len(self.asker.endpoints)} servers set aside")
        return " · ".join(parts)


def _asker(task: Task, item: Item) -> str:
    ordinal = f"#{item.ordinal}" if item.ordinal else ""
    again = f"|{item.attempt}" if item.attempt else ""
    return f"{task.step}|{task.method}|{item.source}{ordinal}{again}"


@dataclass(frozen=True, slots=True)
class _End:
    """Nothing more comes."""


END = _End()


# Pages until an event says that no more are wanted.
Pages = Callable[[threading.Event], Iterator[list[Item]]]


class _Ahead:
    """Pages that a thread reads ahead."""

    def __init__(self, pages: Pages) -> None:
        self._queue: queue.Queue[list[Item] | _End | BaseException] = queue.Queue(maxsize=2)
        self._closed = threading.Event()
        self._thread = threading.Thread(
            target=self._read, args=(pages,), name="kgsynth-reader", daemon=True
        )
        self._thread.start()

    def _read(self, pages: Pages) -> None:
        try:
            for page in pages(self._closed):
                if not self._put(page):
                    return
            self._put(END)
        except BaseException as error:
            self._put(error)

    def _put(self, value: list[Item] | _End | BaseException) -> bool:
        while not self._closed.is_set():
            try:
                self._queue.put(value, timeout=_TICK)
                return True
            except queue.Full:
                continue
        return False

    def next(self, timeout: float) -> list[Item] | _End | None:
        """The next page, END, or None when there is none within `timeout` seconds."""
        try:
            value = self._queue.get(timeout=timeout) if timeout else self._queue.get_nowait()
        except queue.Empty:
            return None
        if isinstance(value, BaseException):
            raise value
        return value

    def close(self) -> None:
        """Ends the thread after the page it is reading: what that claims is given back too."""
        self._closed.set()
        self._thread.join(_LAST_PAGE)


@contextmanager
def _read_ahead(pages: Pages) -> Iterator[_Ahead]:
    ahead = _Ahead(pages)
    try:
        yield ahead
    finally:
        ahead.close()
