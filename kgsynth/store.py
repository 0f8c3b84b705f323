"""The graph is the hand-over: every read and write of the steps goes through here, by query name.

The only module that imports the neo4j driver (docs: Neo4j Python driver manual, 6.x).
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, TypeVar

from kgsynth import __version__, assets
from kgsynth.config import Connection
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.patience import Patience

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

Row = dict[str, Any]
T = TypeVar("T")

PATIENCE = 900.0  # seconds that a call waits for a database that is away
NOTICE = 15.0  # seconds without an answer after which the server is asked whether it is there
# The driver logs every try that failed; what a person needs of it is told by `Outage`.
_SILENT = logging.NullHandler()
CONNECT_SECONDS, PING_SECONDS = 15.0, 10.0
# What the driver repeats by itself (deadlocks, for one); an outage is to be told sooner than 30 s.
DRIVER_SECONDS = 10.0

# After a full disk the server lives on but takes no transaction until it is restarted.
_WEDGED = (
    "Neo.DatabaseError.Transaction.TransactionCommitFailed",
    "Neo.DatabaseError.Transaction.TransactionStartFailed",
)
# The server calls these passing, but the same transaction outgrows the same memory every time.
_MEMORY = (
    "Neo.TransientError.General.MemoryPoolOutOfMemoryError",
    "Neo.TransientError.General.TransactionOutOfMemoryError",
)


class TooLarge(KgsynthError):
    """The server has too little transaction memory for this; a smaller part may fit."""


@dataclass(frozen=True, slots=True)
class Write:
    """One part of a transaction: a query name, its rows (`$rows`) and further parameters."""

    query: str
    rows: Sequence[Row]
    parameters: Row | None = None


def batched(items: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """Lists of at most `size` items."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


_PLACE = "AND true // where"


def _narrowed(query: assets.Query, where: str | None) -> str:
    """The query's text with the user's own predicate on `source` in the place left for one."""
    if where is None:
        return query.text
    if _PLACE not in query.text:
        raise UsageError(f"Query {query.name!r} takes no predicate.")
    return query.text.replace(_PLACE, f"AND ({where}\n)")


def in_parts(items: Sequence[T], write: Callable[[Sequence[T]], object]) -> list[T]:
    """Writes the items, in halves of halves where they are too large to be written together.

    Returns those that are too large alone; all others are written.
    """
    try:
        write(items)
    except TooLarge:
        if len(items) == 1:
            return list(items)
        half = len(items) // 2
        return in_parts(items[:half], write) + in_parts(items[half:], write)
    return []


class Store:
    """A Neo4j database, by query name. Build it with `open_store`.

    Threads may share it. A call waits for a database that is away (stopped, killed, silent, cut
    off) and is repeated when it is back, as long as its patience lasts: every query by name gives
    the same graph when repeated, so a commit whose outcome is unknown is no exception.
    """

    def __init__(self, driver: "Driver", database: str | None, patience: Patience) -> None:
        self.driver = driver
        self.database = database
        self.patience = patience

    def read(self, name: str, /, *, where: str | None = None, **parameters: Any) -> list[Row]:
        """All rows of a query that returns scalars, lists and maps.

        `where` is a Cypher predicate on `source`, written by the user, for queries that leave a
        place for one (`AND true // where`).

        Rows come as the driver gives them: its `data()` visits every value of a packed list again.
        """
        query = assets.query(name)
        query.check(set(parameters))
        text = _narrowed(query, where)
        return self._managed(
            "READ", lambda tx: [dict(record) for record in tx.run(text, parameters)]
        )

    def read_text(self, text: str, parameters: Row) -> list[Row]:
        """All rows of a Cypher text of the user's own, in a transaction that cannot write."""
        return self._managed("READ", lambda tx: tx.run(text, parameters).data())

    def stream_text(self, text: str, parameters: Row, *, size: int = 10_000) -> Iterator[list[Row]]:
        """Pages of a Cypher text of the user's own that cannot write, read once as they come.

        It is not repeated: where the database goes away meanwhile, the error is raised.
        """
        with (
            _explained(),
            self._session("READ", fetch_size=size) as session,
            session.begin_transaction() as transaction,
        ):
            for page in batched(transaction.run(text, parameters), size):
                yield [dict(record) for record in page]

    def write_text(self, text: str, parameters: Row) -> list[Row]:
        """All rows of a Cypher text of the user's own that may write.

        Nothing is known of such a text: where the outcome is unknown, it is not repeated.
        """
        return self._managed("WRITE", lambda tx: tx.run(text, parameters).data(), again=False)

    def change(self, name: str, /, **parameters: Any) -> list[Row]:
        """All rows of a query that writes and says what became of it."""
        query = assets.query(name)
        query.check(set(parameters))
        return self._managed("WRITE", lambda tx: tx.run(query.text, parameters).data())

    def value(self, name: str, /, **parameters: Any) -> Any:
        """The single value of a query that returns one row with one column."""
        rows = self.read(name, **parameters)
        return next(iter(rows[0].values())) if rows else None

    def count(self, name: str, /, *, where: str | None = None, **parameters: Any) -> int:
        """How many rows a read gives, counted on the server."""
        query = assets.query(name)
        query.check(set(parameters))
        rows = self.read_text(
            f"CALL () {{ {_narrowed(query, where)} }} RETURN count(*) AS rows", parameters
        )
        return int(rows[0]["rows"])

    def pages(self, name: str, /, *, size: int, **parameters: Any) -> Iterator[list[Row]]:
        """Pages of a read that is ordered by `id` and takes `$after` and `$limit`.

        Each page starts behind the last id of the page before, so nothing is scanned twice and
        rows that leave the pending ones in between do no harm.
        """
        after = ""
        while rows := self.read(name, after=after, limit=size, **parameters):
            yield rows
            after = rows[-1]["id"]

    def write(
        self, name: str, rows: Iterable[Row], /, *, size: int = 10_000, **parameters: Any
    ) -> dict[str, int]:
        """Writes rows in batches, one managed transaction each; returns the summed counters.

        A batch that outgrows the server's memory is written in parts. Raises TooLarge at the end,
        with all else written, where single rows outgrow it.
        """
        total: dict[str, int] = {}

        def write(batch: Sequence[Row]) -> None:
            for key, value in self.write_together([Write(name, batch, parameters)]).items():
                total[key] = total.get(key, 0) + value

        left = [row for batch in batched(rows, size) for row in in_parts(batch, write)]
        if left:
            raise TooLarge(
                f"{len(left):,} rows of {name} are each too large for the transaction memory of "
                "this Neo4j (all others are written): raise dbms.memory.transaction.total.max."
            )
        return total

    def write_together(self, writes: Sequence[Write]) -> dict[str, int]:
        """Writes all parts in one managed transaction; returns the summed counters.

        It may be run more than once: every query must give the same graph when repeated. Raises
        TooLarge, with nothing written, when it outgrows the server's memory (see `in_parts`).
        """
        prepared: list[tuple[str, Row]] = []
        for part in writes:
            query = assets.query(part.query)
            parameters = {"rows": list(part.rows), **(part.parameters or {})}
            query.check(set(parameters))
            if part.rows:
                prepared.append((query.text, parameters))

        def work(tx: "ManagedTransaction") -> dict[str, int]:
            counters: dict[str, int] = {}
            for text, parameters in prepared:
                summary = tx.run(text, parameters).consume()
                for key, value in vars(summary.counters).items():
                    if isinstance(value, int) and not key.startswith("_"):
                        counters[key] = counters.get(key, 0) + value
            return counters

        if not prepared:
            return {}
        return self._managed("WRITE", work)

    def script(self, name: str, /, **parameters: Any) -> list[Row]:
        """Runs a query marked `// auto-commit` (`CALL {} IN TRANSACTIONS`, schema commands)."""
        query = assets.query(name)
        query.check(set(parameters))
        return self.script_text(query.text, parameters, again=True)

    def script_text(self, text: str, parameters: Row, *, again: bool = False) -> list[Row]:
        """Runs one Cypher text outside a managed transaction.

        `again`: it does no harm when repeated, and is, when the database was away meanwhile.
        """

        def work() -> list[Row]:
            with self._session() as session:
                return session.run(text, parameters).data()

        return self.waiting(work, again=again)

    def _session(self, access: str = "WRITE", **options: Any) -> "Session":
        """A session that sees what the sessions before it wrote, on a cluster too."""
        return self.driver.session(
            database=self.database,
            default_access_mode=access,
            bookmark_manager=self.driver.execute_query_bookmark_manager,
            **options,
        )

    def _managed(
        self, access: str, work: "Callable[[ManagedTransaction], T]", *, again: bool = True
    ) -> T:
        """Runs `work` in a managed transaction; see `waiting` for `again`."""
        from neo4j import exceptions

        def within_memory(tx: "ManagedTransaction") -> T:
            try:
                return work(tx)
            except exceptions.TransientError as error:
                if error.code in _MEMORY:
                    raise _too_large(error) from error
                raise

        def transaction() -> T:
            with self._session(access) as session:
                run = session.execute_read if access == "READ" else session.execute_write
                return run(within_memory)

        return self.waiting(transaction, again=again)

    def waiting(self, work: Callable[[], T], *, again: bool = True) -> T:
        """Runs `work`, and runs it again while the database is away.

        `again` False: only what was surely not carried out is repeated (by the driver). Raises
        KgsynthError with what to do where it is known what the error means.
        """
        with _explained():
            return self.patience.waiting(work, _passing if again else lambda error: False)


def _passing(error: Exception) -> bool:
    """Whether the same call may succeed later."""
    from neo4j import exceptions

    if isinstance(error, exceptions.TransientError) and error.code in _MEMORY:
        return False
    if isinstance(error, exceptions.IncompleteCommit):
        return True
    return isinstance(error, exceptions.DriverError | exceptions.Neo4jError) and (
        error.is_retryable()
    )


def _too_large(error: Exception) -> TooLarge:
    told = _line(getattr(error, "message", error))
    return TooLarge(
        f"Neo4j has too little memory for this transaction ({told}): raise the limit it names, or "
        "the heap."
    )


def _line(error: object) -> str:
    return " ".join(str(error).split())


@contextmanager
def _explained() -> Iterator[None]:
    """Raises errors of the driver as a KgsynthError with what to do, where that is known."""
    from neo4j import exceptions

    try:
        yield
    except exceptions.CypherSyntaxError as error:
        raise UsageError(f"Neo4j does not understand this Cypher: {error.message}") from error
    except (exceptions.ServiceUnavailable, exceptions.SessionExpired) as error:
        raise KgsynthError(
            f"Neo4j cannot be reached any more ({_line(error)}). Start it again and say the same "
            "command; what was written stays."
        ) from error
    except exceptions.TransientError as error:
        if error.code in _MEMORY:
            raise _too_large(error) from error
        raise
    except exceptions.DatabaseError as error:
        if error.code in _WEDGED:
            raise KgsynthError(
                f"Neo4j cannot write ({error.message}): most often its disk is full. Free "
                "space, restart it (`kgsynth db start`), and say the same command."
            ) from error
        raise
    except exceptions.ClientError as error:
        if error.code == "Neo.ClientError.Statement.AccessMode":
            raise KgsynthError(
                "This query changes the graph, and may only read here: `kgsynth cypher --write` "
                "runs it."
            ) from error
        if error.code == "Neo.ClientError.Procedure.ProcedureNotFound":
            raise KgsynthError(
                f"The server lacks a procedure: {error.message} (`kgsynth doctor` says how to "
                "add GDS)."
            ) from error
        raise


def _driver(connection: Connection, seconds: float) -> "Driver":
    """A driver that gives up on a connection that takes longer than that to be made."""
    import neo4j

    logging.getLogger("neo4j").addHandler(_SILENT)
    return neo4j.GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        user_agent=f"kgsynth/{__version__}",
        notifications_min_severity="OFF",
        connection_timeout=seconds,
        connection_acquisition_timeout=seconds,  # bounds the handshake and the login
        max_transaction_retry_time=DRIVER_SECONDS,
    )


def _answers(connection: Connection) -> bool:
    """Whether the server answers over a new connection."""
    from neo4j import exceptions

    with _driver(connection, PING_SECONDS) as driver:
        try:
            driver.verify_connectivity()
        except (exceptions.DriverError, exceptions.Neo4jError):
            return False
    return True


@contextmanager
def open_store(
    connection: Connection, *, patience: float = PATIENCE, notice: float = NOTICE
) -> Iterator[Store]:
    """Connects, checks that the server answers, and closes at the end.

    A server that goes away later is waited for, `patience` seconds; one that is silent is noticed
    `notice` seconds and a ping later. Raises KgsynthError with what to do when the server cannot
    be reached now or refuses the login.
    """
    from neo4j import exceptions

    kept = Patience(patience, notice, lambda: _answers(connection))
    with ExitStack() as stack:
        try:
            driver = stack.enter_context(_driver(connection, CONNECT_SECONDS))
            driver.verify_connectivity()
        except exceptions.AuthError:
            raise KgsynthError(
                f"Neo4j at {connection.uri} refuses user {connection.username!r}: "
                "check NEO4J_USERNAME and NEO4J_PASSWORD."
            ) from None
        except (exceptions.ServiceUnavailable, exceptions.DriverError, ValueError) as error:
            raise KgsynthError(
                f"Neo4j at {connection.uri} does not answer: {_line(error)}"
            ) from error
        stack.enter_context(kept.kept())
        yield Store(driver, connection.database, kept)
