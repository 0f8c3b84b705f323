"""A Cypher prompt for the private server, and the reading of several statements from one text."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgsynth.errors import KgsynthError
from kgsynth.progress import say
from kgsynth.server.home import write_private

if TYPE_CHECKING:
    from neo4j import graph

    from kgsynth.store import Store

HELP = """\
Cypher over several lines, ended by ;      Ctrl-C drops what is typed or stops a running query
:help  this text      :quit  leave (or Ctrl-D)
"""
SHOWN = 200

# One statement: anything outside strings, quoted names and comments up to a semicolon.
STATEMENT = re.compile(
    r"""(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*(?:\n|\Z)|/\*.*?\*/"""
    r"""|[^;'"`/]|/(?![/*]))*+;""",
    re.DOTALL,
)
EMPTY = re.compile(r"(?:\s|//[^\n]*(?:\n|\Z)|/\*.*?\*/)*", re.DOTALL)


def statements(text: str) -> tuple[list[str], str]:
    """Complete statements of a text without their semicolons, and what is left behind them."""
    found, place = [], 0
    while match := STATEMENT.match(text, place):
        found.append(match[0][:-1].strip())
        place = match.end()
    rest = text[place:]
    return [one for one in found if not EMPTY.fullmatch(one)], "" if EMPTY.fullmatch(rest) else rest


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement gave: rows as plain values, the same rows for reading, and a summary."""

    rows: list[dict[str, Any]]
    shown: list[dict[str, str]]
    summary: str


def run(store: "Store", text: str, limit: int | None = None) -> Answer:
    """Runs one statement in a transaction of its own and keeps at most `limit` rows.

    Raises KgsynthError with the server's words when it refuses the statement.
    """
    from neo4j.exceptions import Neo4jError

    begin = time.monotonic()
    try:
        with store.driver.session(database=store.database) as session:
            result = session.run(text)
            records = list(islice(result, limit))
            more = result.peek() is not None
            counters = result.consume().counters
    except Neo4jError as error:
        raise KgsynthError(error.message or str(error)) from error
    changes = [
        f"{count} {name.replace('_', ' ')}"
        for name, count in vars(counters).items()
        if isinstance(count, int) and not isinstance(count, bool) and count
    ]
    size = f"{'the first ' * more}{len(records)} row{'s' * (len(records) != 1)}"
    summary = ", ".join([size, *changes, f"{1000 * (time.monotonic() - begin):.0f} ms"])
    shown = [{key: readable(value) for key, value in dict(record).items()} for record in records]
    return Answer([record.data() for record in records], shown, summary)


def readable(value: Any) -> str:
    """A value in Cypher's own notation."""
    from neo4j.graph import Node, Path, Relationship

    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Node):
        labels = "".join(f":{label}" for label in sorted(value.labels))
        return f"({' '.join(filter(None, [labels, properties(value)]))})"
    if isinstance(value, Relationship):
        return f"[{' '.join(filter(None, [':' + value.type, properties(value)]))}]"
    if isinstance(value, Path):
        return path(value)
    if isinstance(value, list):
        return f"[{', '.join(map(quoted, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {quoted(item)}' for key, item in value.items())}}}"
    return str(value)


def quoted(value: Any) -> str:
    """A value inside another one: texts in quotes."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else readable(value)


def properties(entity: "graph.Entity") -> str:
    """The properties of a node or relationship as a map, empty when it has none."""
    return readable(dict(entity.items())) if len(entity) else ""


def path(value: "graph.Path") -> str:
    """A path from its first node to its last, with the direction of each relationship."""
    text = readable(value.nodes[0])
    for before, step, after in zip(value.nodes, value.relationships, value.nodes[1:], strict=False):
        left, right = ("-", "->") if step.start_node == before else ("<-", "-")
        text += f"{left}{readable(step)}{right}{readable(after)}"
    return text


def interact(store: "Store", history: Path, show: Callable[[Answer], None]) -> None:
    """Reads statements at a prompt until `:quit` or the end of the input."""
    with line_editing(history):
        say(f"Cypher at {store.driver.get_server_info().address}; :help tells more, :quit leaves.")
        buffer = ""
        while True:
            try:
                line = input("   ...> " if buffer else "neo4j> ")
                if not buffer and line.strip().rstrip(";") in (":quit", ":exit"):
                    return
                if not buffer and line.strip() == ":help":
                    say(HELP)
                    continue
                found, buffer = statements(f"{buffer}{line}\n")
                for statement in found:
                    show(run(store, statement, SHOWN))
            except EOFError:
                say("")
                return
            except KeyboardInterrupt:
                say("")
                buffer = ""
            except KgsynthError as error:
                say(str(error))


@contextmanager
def line_editing(history: Path) -> Iterator[None]:
    """Line editing with a history that lasts, where Python has readline."""
    try:
        import readline
    except ImportError:
        yield
        return
    if history.exists():
        readline.read_history_file(history)
    readline.set_history_length(1000)
    try:
        yield
    finally:
        write_private(history, "")
        readline.write_history_file(history)
