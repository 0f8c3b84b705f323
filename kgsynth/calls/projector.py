"""The projector: kept replies become nodes, in the order of their sources, by one thread.

It is apart from the asking, so that a database that is away for a while keeps no model waiting;
what it has not written yet is in the journal and costs nothing to read again.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kgsynth import models, parse
from kgsynth.calls.leases import Worker
from kgsynth.calls.stops import Stop
from kgsynth.calls.tasks import Item, Parse, Task
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.parse import ParseError
from kgsynth.store import Row, Store, Write, in_parts

RAW_LIMIT = 200_000
BATCH = 500
TOO_LARGE = "too large for the server's transaction memory"

Messages = list[tuple[str, str]]


@dataclass(slots=True)
class Asked:
    """One item on its way: what is asked under which key, and the reply when it is there."""

    item: Item
    conversation: Messages
    base: str
    sample: int
    key: str
    reply: models.Response | models.ModelError | None = None


# An answered item, its output rows, its `Rejected` rows.
Read = tuple[Asked, list[Row], list[Row]]


@dataclass(frozen=True, slots=True)
class Destination:
    """Where the parsed rows go: query, further parameters, run, and who may reject rows before."""

    into: str
    run: str
    parameters: Row | None = None
    settle: Callable[[Store, list[Row]], None] | None = None


class Projector:
    """Writes replies into the graph from a thread of its own; counts them in `funnel`.

    `put` and `close` raise what made the thread stop.
    """

    def __init__(
        self,
        store: Store,
        task: Task,
        parse: Parse,
        destination: Destination,
        worker: Worker,
        funnel: Funnel,
    ) -> None:
        self.store, self.task, self.parse, self.destination = store, task, parse, destination
        self.worker, self.funnel = worker, funnel
        self.written = 0
        self.items, self.tokens, self.seconds = 0, 0, 0.0
        self._failure: BaseException | None = None
        self._queue: queue.SimpleQueue[list[Asked] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="kgsynth-projector", daemon=True)
        self._thread.start()

    def put(self, asked: list[Asked]) -> None:
        """Hands over answered items, in the order of their sources."""
        if self._failure is not None:
            raise self._failure
        if asked:
            self._queue.put(asked)

    def close(self, stop: Stop) -> None:
        """Waits until everything handed over is in the graph, or the grace of `stop` is over."""
        self._queue.put(None)
        while self._thread.is_alive():
            self._thread.join(0.2)  # short, so that a signal is heard
            if stop.overdue:
                stop.leave()
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        try:
            batch: list[Asked] = []
            while (more := self._queue.get()) is not None:
                batch += more
                while not self._queue.empty() and len(batch) < BATCH:
                    if (more := self._queue.get()) is None:
                        self._project(batch)
                        return
                    batch += more
                self._project(batch)
                batch = []
        except BaseException as error:
            self._failure = error

    def _project(self, batch: Sequence[Asked]) -> None:
        """Writes a batch, or its halves where it is more than a transaction may hold."""
        pairs = [(asked, *self._read(asked)) for asked in batch if not _unanswered(asked)]
        if self.destination.settle is not None:
            self.destination.settle(self.store, [row for _, found, _ in pairs for row in found])
        for asked, _, _ in in_parts(pairs, self._write):
            refused = rejected_row(self.task, asked.key, "", TOO_LARGE)
            self._write([(asked, [], [refused])])
        for asked in batch:
            if _unanswered(asked):
                self.funnel.taken += 1
                self.funnel.drop(
                    f"not answered: {getattr(asked.reply, 'reason', '')}", failure=True
                )
                self.written += 1

    def _read(self, asked: Asked) -> tuple[list[Row], list[Row]]:
        assert asked.reply is not None
        return read_reply(self.task, self.parse, asked.item, asked.key, asked.reply)

    def _write(self, pairs: Sequence[Read]) -> None:
        if not pairs:
            return
        calls = [call_row(self.task, asked, found) for asked, found, _ in pairs]
        outputs = [row for _, found, _ in pairs for row in found]
        rejected = [row for _, _, refused in pairs for row in refused]
        leases: list[Row] = [
            {"id": self.worker.lease(asked.item.source)} for asked, _, _ in pairs if asked.item.last
        ]
        self.store.write_together(
            [
                Write("write/calls", calls, {"run": self.destination.run}),
                Write(self.destination.into, outputs, self.destination.parameters),
                Write("write/rejected", rejected),
                Write("lease/release", leases),
            ]
        )
        for call in calls:
            self.funnel.taken += 1
            self.funnel.kept += call["properties"]["status"] == "ok"
            self.tokens += call["properties"]["outputTokens"] or 0
            self.seconds += call["properties"]["seconds"]
        for row in outputs:
            if row.get("status") == "rejected":
                self.funnel.drop(row["reason"])
            else:
                self.items += 1
        for row in rejected:
            self.funnel.drop(row["reason"])
        self.written += len(pairs)


def _unanswered(asked: Asked) -> bool:
    return isinstance(asked.reply, models.ModelError) and asked.reply.transient


def read_reply(
    task: Task, parse: Parse, item: Item, key: str, reply: models.Response | models.ModelError
) -> tuple[list[Row], list[Row]]:
    """Output rows and `Rejected` rows of a reply."""
    try:
        if isinstance(reply, models.ModelError):
            raise ParseError(reply.reason)
        return parse(item, reply, key), []
    except Exception as error:
        # A reply that breaks the parser is one bad reply, kept raw, not a dead run.
        reason = (
            error.reason
            if isinstance(error, ParseError)
            else f"the parser failed ({type(error).__name__})"
        )
        raw = reply.text if isinstance(reply, models.Response) else str(reply)
        return [], [rejected_row(task, key, raw, reason)]


def rejected_row(task: Task, key: str, raw: str, reason: str) -> Row:
    """A reply that could not be used, as a row of `write/rejected`."""
    return {
        "id": content_id("Rejected", key, 0),
        "call": key,
        "raw": raw[:RAW_LIMIT],
        "reason": reason,
        "step": task.step,
        "method": task.method,
    }


def call_row(task: Task, asked: Asked, rows: Sequence[Row]) -> Row:
    """A call with its whole origin as a row of `write/calls`; `rows` are what it gave."""
    answer = asked.reply if isinstance(asked.reply, models.Response) else None
    reader = str(task.prompt.meta["output"])
    return {
        "id": asked.key,
        "used": [{"id": id_, "position": n} for n, id_ in enumerate(asked.item.used)],
        "properties": {
            "task": task.id,
            "step": task.step,
            "role": task.settings.role,
            "method": task.method,
            "prompt": task.prompt.name,
            "promptHash": task.prompt.hash,
            "model": task.model,
            "temperature": task.generation.temperature,
            "maxTokens": task.generation.max_tokens,
            "sample": asked.sample,
            "ordinal": asked.item.ordinal,
            "seed": asked.item.seed,
            "inputTokens": answer.input_tokens if answer else None,
            "outputTokens": answer.output_tokens if answer else None,
            "seconds": answer.seconds if answer else 0.0,
            "finishReason": answer.finish_reason if answer else "error",
            "parser": reader,
            "parserVersion": parse.VERSIONS.get(reader),
            "items": (items := sum(row.get("status") != "rejected" for row in rows)),
            "status": "ok" if items else "rejected",
        },
    }
