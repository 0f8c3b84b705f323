"""`kgsynth db`: the private local Neo4j of a project folder."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, as_lines, domain, dump, show_rows, summary
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.progress import say

if TYPE_CHECKING:
    from kgsynth.server.local import ServerInfo
    from kgsynth.server.shell import Answer
    from kgsynth.store import Store


@click.group()
def db() -> None:
    """The private local Neo4j with GDS and Browser: its data is in .kgsynth/ of the project."""


@db.command()
@click.option("--heap", metavar="SIZE", help="Memory for queries and GDS, as 4g.")
@click.option("--pagecache", metavar="SIZE", help="Memory for the files of the graph, as 2g.")
@as_json
def start(heap: str | None, pagecache: str | None, as_json: bool) -> None:
    """Start the server, or find it running; fetch it first when this machine lacks it.

    \b
    Example:
      kgsynth db start --heap 4g
    """
    from kgsynth.server import local

    server = local.start(config.find_project(), heap=heap, pagecache=pagecache)
    if any(
        wanted and wanted.lower() != runs
        for wanted, runs in [(heap, server.heap), (pagecache, server.pagecache)]
    ):
        say(
            f"It ran already, with heap {server.heap} and page cache {server.pagecache}: "
            "`kgsynth db stop` first to change them."
        )
    show(server, as_json=as_json)


@db.command()
def stop() -> None:
    """Stop the server; the data stays.

    \b
    Example:
      kgsynth db stop
    """
    from kgsynth.server import local

    click.echo("Stopped." if local.stop(config.find_project()) else "It did not run.")


@db.command()
@as_json
@click.pass_context
def status(ctx: click.Context, /, as_json: bool) -> None:
    """Say whether the server runs and how to reach it; exit 1 when it does not run.

    \b
    Example:
      kgsynth db status --json
    """
    from kgsynth.server import local

    project = config.find_project()
    server = local.status(project)
    if server is not None:
        show(server, as_json=as_json)
        return
    if as_json:
        dump({"running": False, "project": str(project)})
    else:
        click.echo(f"No server runs for {project}: start it with `kgsynth db start`.")
    ctx.exit(1)


@db.command()
@click.option(
    "-n",
    "--lines",
    type=click.IntRange(min=0),
    default=50,
    show_default=True,
    help="How many of the last lines.",
)
@click.option("-f", "--follow", is_flag=True, help="Go on with what the server says next.")
def logs(lines: int, follow: bool) -> None:
    """Show the last lines of the server's log.

    \b
    Example:
      kgsynth db logs -n 20 --follow
    """
    from kgsynth.server import serverlog
    from kgsynth.server.home import Home

    log = Home(config.find_project()).log
    if not log.exists():
        raise KgsynthError(
            f"There is no log yet ({log}): start the server with `kgsynth db start`."
        )
    place = log.stat().st_size
    for line in serverlog.last_lines(log, lines):
        click.echo(line)
    while follow:
        time.sleep(0.3)
        if log.stat().st_size < place:  # set aside by a new start
            place = 0
        news = serverlog.tail(log, place)
        place += len(news.encode())
        click.echo(news, nl=False)


@db.command()
@click.option("-c", "--command", help="Run these statements instead of asking for some.")
@as_json
@as_lines
def shell(command: str | None, as_json: bool, as_lines: bool) -> None:
    """A Cypher prompt; or statements from -c or from stdin.

    \b
    Example:
      kgsynth db shell -c 'MATCH (t:Topic) RETURN t.name, t.documentCount LIMIT 5'
    """
    from kgsynth.server import shell as cypher
    from kgsynth.server.home import Home

    def show_answer(answer: "Answer") -> None:
        rows = answer.rows if as_json or as_lines else answer.shown
        if rows or as_json:
            show_rows(rows, as_json=as_json, as_lines=as_lines)
        say(answer.summary)

    with private_store() as store:
        if command is None and sys.stdin.isatty():
            cypher.interact(store, Home(config.find_project()).state / "shell-history", show_answer)
            return
        found, rest = cypher.statements(sys.stdin.read() if command is None else command)
        for statement in [*found, *([rest] if rest else [])]:
            show_answer(cypher.run(store, statement))


@db.command("dump")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the file if it exists.")
def dump_(file: Path, yes: bool) -> None:
    """Write the whole graph into one archive; a running server stops for it and starts again.

    \b
    Example:
      kgsynth db dump graph.dump
    """
    from kgsynth.server import data

    size = data.dump(config.find_project(), file, overwrite=yes)
    click.echo(f"{file}: {size:,} bytes.")


@db.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="Replace the data that is there.")
def load(file: Path, yes: bool) -> None:
    """Replace the graph by an archive of `db dump`; when that fails, the graph stays as it was.

    \b
    Example:
      kgsynth db load graph.dump --yes
    """
    from kgsynth.server import data

    data.load(config.find_project(), file, overwrite=yes)
    click.echo(f"Loaded {file}.")


@db.command()
@click.argument("documents", type=click.Path(exists=True), metavar="DOCUMENTS")
@click.argument("concepts", type=click.Path(exists=True), metavar="CONCEPTS")
@domain
@click.option("--link", is_flag=True, help="All pairs of concepts as well, as `kgsynth link`.")
@click.option(
    "--max-pairs",
    type=click.IntRange(min=1),
    default=50_000_000,
    show_default=True,
    help="Build nothing above so many pairs.",
)
@as_json
@click.pass_context
def build(ctx: click.Context, /, as_json: bool, **given: Any) -> None:
    """Read documents and tags into an empty graph at once, several times as fast as `ingest`.

    The graph is the same as by `ingest documents` and `ingest concepts`.

    \b
    Example:
      kgsynth db build corpus.jsonl.zst tags.jsonl
    """
    from kgsynth.offline.build import build

    if ctx.find_root().obj["connection"]["uri"]:
        raise UsageError(
            "db build fills the private database of this project: leave --uri out, or say "
            "`kgsynth ingest`."
        )
    funnels = build(config.find_project(), **given)
    if as_json:
        dump([funnel.as_row() for funnel in funnels])
    else:
        for funnel in funnels:
            click.echo(summary(funnel))
    if any(funnel.failures for funnel in funnels):
        ctx.exit(1)


@db.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
def wipe(yes: bool) -> None:
    """Delete this project's graph; stored model responses, password and ports stay.

    \b
    Example:
      kgsynth db wipe --yes
    """
    from kgsynth.server import data

    project = config.find_project()
    if not yes:
        if not sys.stdin.isatty():
            raise UsageError(f"wipe deletes the graph of {project}: say --yes to do it.")
        if not click.confirm(f"Delete the graph of {project}?", err=True):
            raise KgsynthError("Nothing was deleted.")
    click.echo("Wiped." if data.wipe(project) else "There was no database.")


def show(server: "ServerInfo", *, as_json: bool) -> None:
    """Prints how to reach the server."""
    if as_json:
        dump({"running": True, **asdict(server)})
        return
    click.echo(
        f"Neo4j {server.version} runs (pid {server.pid}, heap {server.heap}, page cache "
        f"{server.pagecache})."
    )
    for name in ("uri", "username", "password", "browser"):
        click.echo(f"  {name:<9} {getattr(server, name)}")


@contextmanager
def private_store() -> Iterator["Store"]:
    """The graph of the project's running server. Raises KgsynthError when it does not run."""
    from kgsynth.server import local
    from kgsynth.store import open_store

    project = config.find_project()
    if (server := local.status(project)) is None:
        raise KgsynthError(f"No server runs for {project}: start it with `kgsynth db start`.")
    with open_store(server.connection) as store:
        yield store
