"""Pairs compared by worker processes that have so much time and memory for each, and no more.

A computer algebra system can be made to work for ever (`9^{9^{9^9}}`), and the usual time limits
stand on a signal that threads cannot have; so a worker that takes too long is killed and renewed.
"""

import atexit
import json
import os
import time
from collections import deque
from collections.abc import Iterable, Iterator
from functools import cache
from multiprocessing.connection import wait
from threading import Lock
from types import TracebackType

from kgsynth import child
from kgsynth.equivalence.compare import Judgement, judge, quick
from kgsynth.errors import KgsynthError

SECONDS = 10.0  # for one pair
MEMORY = 2**30  # address space of a worker; where the system heeds the limit (Linux)
STARTS_IN = 180.0  # seconds; loading sympy takes 3 on an idle machine
LIFE = 2_000  # pairs that a worker judges before another takes its place: sympy's caches grow
AHEAD = 1_000  # pairs that are read before the first of them is judged
TOO_SLOW = Judgement(None, "took too long")
TOO_LARGE = Judgement(None, "took too much memory")
Pair = tuple[str, str]
Slot = list[Judgement | None]  # of one: where a pair's judgement goes


class Pool:
    """Worker processes that start when a pair needs one, and end with the pool.

    `workers` of them at most (as many as there are cores unless said); each has `seconds` and
    `memory` bytes for a pair, and holds about 150 MB.
    """

    def __init__(
        self, *, workers: int | None = None, seconds: float = SECONDS, memory: int = MEMORY
    ) -> None:
        self.most, self.seconds, self.memory = workers or os.cpu_count() or 1, seconds, memory
        self._workers: list[_Worker] = []

    def __enter__(self) -> "Pool":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the workers."""
        while self._workers:
            self._workers.pop().end()

    def many(self, pairs: Iterable[Pair]) -> Iterator[Judgement]:
        """Judgements of pairs (reference, answer), in their order; at most AHEAD are held."""
        held: deque[Slot] = deque()  # in order
        for reference, answer in pairs:
            slot: Slot = [quick(reference, answer)]
            held.append(slot)
            if slot[0] is None:
                self._give((reference, answer), slot)
            yield from self._ready(held, AHEAD)
        yield from self._ready(held, 1)

    def _ready(self, held: deque[Slot], most: int) -> Iterator[Judgement]:
        """Judgements at the front; where `most` or more are held, waits for those in front."""
        while held:
            judged = held[0][0]
            if judged is not None:
                held.popleft()
                yield judged
            elif len(held) >= most:
                self._collect()
            else:
                return

    def _give(self, pair: Pair, slot: Slot) -> None:
        while True:
            idle = next((worker for worker in self._workers if worker.slot is None), None)
            if idle is None and len(self._workers) < self.most:
                idle = _Worker(self.seconds, self.memory)
                self._workers.append(idle)
            if idle is not None:
                return idle.take(pair, slot)
            self._collect()

    def _collect(self) -> None:
        """Waits until at least one worker has an answer or has run out of time."""
        busy = [worker for worker in self._workers if worker.slot is not None]
        left = min(worker.deadline for worker in busy) - time.monotonic()
        ready = wait([worker.pipe for worker in busy], max(left, 0))
        for worker in busy:
            if worker.pipe in ready:
                worker.hear()
            elif time.monotonic() >= worker.deadline:
                worker.late()


def equivalent_many(
    pairs: Iterable[Pair],
    *,
    workers: int | None = None,
    seconds: float = SECONDS,
    memory: int = MEMORY,
) -> Iterator[Judgement]:
    """Judgements of pairs (reference, answer), in their order, by a `Pool` of their own.

    Never raises for what a text says: what takes longer than `seconds`, or more than `memory`
    bytes, has no judgement (`equal` None), and the rest goes on.
    """
    with Pool(workers=workers, seconds=seconds, memory=memory) as pool:
        yield from pool.many(pairs)


_LOCK = Lock()


@cache
def _standing() -> Pool:
    pool = Pool(workers=1)
    atexit.register(pool.close)
    return pool


def equivalent(reference: str, answer: str) -> Judgement:
    """Whether two final answers say the same mathematically; never raises for what they say.

    Where a look is not enough, one process answers for all calls; the first waits seconds for its
    start. Threads may call it. Of many pairs take `equivalent_many`.
    """
    if (judged := quick(reference, answer)) is not None:
        return judged
    with _LOCK:
        return next(_standing().many([(reference, answer)]))


class _Worker:
    """A child process, and the slot that its present pair's judgement goes into."""

    def __init__(self, seconds: float, memory: int) -> None:
        self.seconds, self.memory = seconds, memory
        self.ready, self.judged = False, 0
        self.slot: Slot | None = None
        self.pair: Pair = ("", "")
        self._start()

    def take(self, pair: Pair, slot: Slot) -> None:
        """Begins with a pair; its time runs from when the child has loaded what it needs."""
        self.pair, self.slot = pair, slot
        if self.ready:
            self._send()

    def hear(self) -> None:
        """Takes what the child says: that it is ready, or a judgement."""
        assert self.slot is not None
        try:
            said = json.loads(self.pipe.recv_bytes())
        except (EOFError, OSError):
            if not self.ready:
                raise KgsynthError(
                    "The process that compares answers does not start: "
                    "`python -c 'import latex2sympy2_extended'` says why."
                ) from None
            self._settle(TOO_LARGE)
            self._renew()
            return
        if not self.ready:
            self.ready = True
            self._send()
            return
        judged = Judgement(said["equal"], said["reason"])
        self._settle(judged)
        self.judged += 1
        if judged == TOO_LARGE or self.judged >= LIFE:
            self._renew()

    def late(self) -> None:
        """Kills the child, which took too long, and starts another."""
        if not self.ready:
            raise KgsynthError(
                f"The process that compares answers has not started in {STARTS_IN:.0f} seconds: "
                "the machine has too much to do."
            )
        self._settle(TOO_SLOW)
        self._renew()

    def _send(self) -> None:
        self.deadline = time.monotonic() + self.seconds
        try:
            self.pipe.send_bytes(json.dumps(self.pair).encode())
        except OSError:  # it died while idle: the pipe's end says so to `hear`
            self.ready = True

    def _settle(self, judged: Judgement) -> None:
        assert self.slot is not None
        self.slot[0], self.slot = judged, None

    def _renew(self) -> None:
        self.end()
        self._start()

    def _start(self) -> None:
        self.child = child.start(__name__, self.memory)
        self.pipe = self.child.pipe
        self.ready, self.judged = False, 0
        self.deadline = time.monotonic() + STARTS_IN

    def end(self) -> None:
        """Kills the child."""
        self.child.end()


def _serve() -> None:
    """The child: judges one pair after the other until its parent is gone."""
    import latex2sympy2_extended  # noqa: F401  (loaded before the first pair's time runs)

    pipe = child.parent()
    pipe.send_bytes(b"{}")
    while True:
        try:
            reference, answer = json.loads(pipe.recv_bytes())
        except EOFError:
            return
        try:
            judged = judge(reference, answer)
        except MemoryError:
            judged = TOO_LARGE
        except RecursionError:
            judged = Judgement(None, "nested too deep")
        except Exception as error:  # of sympy, which raises any kind for an odd expression
            judged = Judgement(None, f"cannot be compared ({type(error).__name__})")
        pipe.send_bytes(json.dumps({"equal": judged.equal, "reason": judged.reason}).encode())


if __name__ == "__main__":
    _serve()
