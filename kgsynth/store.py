"""The graph is the hand-over: every read and write of the steps goes through here, by query name.

The only module that imports the neo4j driver (docs: Neo4j Python driver manual, 6.x).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

from kgsynth import __version__, assets
from kgsynth.config import Connection
from kgsynth.errors import KgsynthError, UsageError

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session

Row = dict[str, Any]

# After a full disk the server lives on but takes no transaction until it is restarted.
_WEDGED = (
    "Neo.DatabaseError.Transaction.TransactionCommitFailed",
    "Neo.DatabaseError.Transaction.TransactionStartFailed",
)


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


class Store:
    """A Neo4j database, by query name. Build it with `open_store`."""

    def __init__(self, driver: "Driver", database: str | None) -> None:
        self.driver = driver
        self.database = database

    def read(self, name: str, /, *, where: str | None = None, **parameters: Any) -> list[Row]:
        """All rows of a query that returns scalars, lists and maps.

        `where` is a Cypher predicate on `source`, written by the user, for queries that leave a
        place for one (`AND true // where`).

        Rows come as the driver gives them: its `data()` visits every value of a packed list again.
        """
        query = assets.query(name)
        query.check(set(parameters))
        with self._session("READ") as session:
            return session.execute_read(
                lambda tx: [dict(record) for record in tx.run(_narrowed(query, where), parameters)]
            )

    def read_text(self, text: str, parameters: Row) -> list[Row]:
        """All rows of a Cypher text of the user's own, in a transaction that cannot write."""
        with self._session("READ") as session:
            rows: list[Row] = session.execute_read(lambda tx: tx.run(text, parameters).data())
            return rows

    def write_text(self, text: str, parameters: Row) -> list[Row]:
        """All rows of a Cypher text of the user's own that may write."""
        with self._session("WRITE") as session:
            rows: list[Row] = session.execute_write(lambda tx: tx.run(text, parameters).data())
            return rows

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
        """Writes rows in batches, one managed transaction each; returns the summed counters."""
        total: dict[str, int] = {}
        for batch in batched(rows, size):
            for key, value in self.write_together([Write(name, batch, parameters)]).items():
                total[key] = total.get(key, 0) + value
        return total

    def write_together(self, writes: Sequence[Write]) -> dict[str, int]:
        """Writes all parts in one managed transaction; returns the summed counters.

        The driver may run it more than once: every query must give the same graph when repeated.
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
        with self._session("WRITE") as session:
            return session.execute_write(work)

    def script(self, name: str, /, **parameters: Any) -> list[Row]:
        """Runs a query marked `// auto-commit` (`CALL {} IN TRANSACTIONS`, schema commands)."""
        query = assets.query(name)
        query.check(set(parameters))
        return self.script_text(query.text, parameters)

    def script_text(self, text: str, parameters: Row) -> list[Row]:
        """Runs one Cypher text outside a managed transaction."""
        with self._session("WRITE") as session:
            return session.run(text, parameters).data()

    @contextmanager
    def _session(self, access: str) -> Iterator["Session"]:
        from neo4j import exceptions

        try:
            with self.driver.session(database=self.database, default_access_mode=access) as session:
                yield session
        except exceptions.CypherSyntaxError as error:
            raise UsageError(f"Neo4j does not understand this Cypher: {error.message}") from error
        except exceptions.ServiceUnavailable as error:
            raise KgsynthError(
                f"Neo4j cannot be reached any more: {error}. Start it again and say the same "
                "command; what was written stays."
            ) from error
        except exceptions.DatabaseError as error:
            if error.code in _WEDGED:
                raise KgsynthError(
                    f"Neo4j cannot write ({error.message}): most often its disk is full. Free "
                    "space, restart it (`kgsynth db start`), and say the same command."
                ) from error
            raise
        except exceptions.ClientError as error:
            if error.code == "Neo.ClientError.Statement.AccessMode":
                raise KgsynthError("This query changes the graph: say --write.") from error
            if error.code == "Neo.ClientError.Procedure.ProcedureNotFound":
                raise KgsynthError(
                    f"The server lacks a procedure: {error.message} (`kgsynth doctor` says how to "
                    "add GDS)."
                ) from error
            raise


@contextmanager
def open_store(connection: Connection) -> Iterator[Store]:
    """Connects, checks that the server answers, and closes at the end.

    Raises KgsynthError with what to do when the server cannot be reached or refuses the login.
    """
    import neo4j
    from neo4j import exceptions

    driver = neo4j.GraphDatabase.driver(
        connection.uri,
        auth=(connection.username, connection.password),
        user_agent=f"kgsynth/{__version__}",
        notifications_min_severity="OFF",
        connection_timeout=15,
    )
    with driver:
        try:
            driver.verify_connectivity()
        except exceptions.AuthError:
            raise KgsynthError(
                f"Neo4j at {connection.uri} refuses user {connection.username!r}: "
                "check NEO4J_USERNAME and NEO4J_PASSWORD."
            ) from None
        except (exceptions.ServiceUnavailable, exceptions.DriverError, ValueError) as error:
            raise KgsynthError(f"Neo4j at {connection.uri} does not answer: {error}") from error
        yield Store(driver, connection.database)
