"""What takes requests and gives back replies, whoever answers them (see `asking`)."""

import itertools
from abc import ABC, abstractmethod
from dataclasses import dataclass

from kgsynth.errors import KgsynthError
from kgsynth.models.messages import Conversation, Reply
from kgsynth.models.records import Generation, ModelError
from kgsynth.models.watch import Watch


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One endpoint as a live panel shows it.

    `address` holds no secrets; `limit` is how many requests at a time it is given at present;
    `resting` are the seconds for which it is set aside; then how its requests ended so far.
    """

    address: str
    limit: int
    in_flight: int
    resting: float
    ok: int
    limited: int
    failed: int


class Unanswered(KgsynthError):
    """No endpoint answers, for longer than the patience. `failure` is the last one seen."""

    def __init__(self, message: str, failure: ModelError) -> None:
        super().__init__(message)
        self.failure = failure


class Asker(ABC):
    """Takes requests and gives back replies; for one thread. See `asking`."""

    def __init__(self) -> None:
        self._watch = Watch()
        self._asked: dict[int, tuple[int, Conversation]] = {}
        self._count = itertools.count()
        self._ended: dict[int, tuple[Conversation, Reply]] = {}
        self._watched = 0
        self._stop: BaseException | None = None

    @property
    def in_flight(self) -> int:
        """Requests submitted and not yet given back by `arrived`."""
        return len(self._asked)

    @property
    @abstractmethod
    def room(self) -> int:
        """How many more requests can be submitted now; 0: empty it first."""

    @property
    @abstractmethod
    def endpoints(self) -> list[Endpoint]:
        """The state of every endpoint."""

    @abstractmethod
    def _send(self, place: int, conversation: Conversation, generation: Generation) -> None: ...

    @abstractmethod
    def _collect(self, timeout: float | None) -> list[tuple[int, Reply]]: ...

    def submit(self, place: int, conversation: Conversation, generation: Generation) -> None:
        """Hands over one request under a number of the caller's, free among those in flight."""
        if place in self._asked:
            raise ValueError(f"request {place} is in flight already")
        self._asked[place] = next(self._count), conversation
        self._send(place, conversation, generation)

    def arrived(self, timeout: float | None = None) -> list[tuple[int, Reply]]:
        """All replies that are there, waiting `timeout` seconds for the first (None: for ever).

        Every request comes back exactly once, as a Response or as a ModelError that touches no
        other. Empty after the time-out, or when nothing is in flight. Raises KgsynthError when
        going on makes no sense (`Unanswered`, or what `Watch` sees), only after everything that
        arrived before was given back; KeyboardInterrupt and SystemExit of a script likewise.
        """
        if self._stop is not None:
            raise self._stop
        if not self._asked:
            return []
        replies = self._collect(timeout)
        for place, reply in replies:
            number, conversation = self._asked.pop(place)
            self._ended[number] = conversation, reply
        self._look()
        if not replies and self._stop is not None:
            raise self._stop
        return replies

    def _look(self) -> None:
        # In the order of asking: failures come sooner than answers, and would seem to be more.
        while self._watched in self._ended:
            conversation, reply = self._ended.pop(self._watched)
            self._watched += 1
            reason = self._watch.note(tuple(conversation), reply)
            if reason and self._stop is None:
                self._stop = KgsynthError(reason)
