"""The `kgsynth` command. Commands are loaded when they are called: `--help` stays fast."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from importlib import import_module
from types import FrameType
from typing import Any

import click

from kgsynth import __version__
from kgsynth.errors import KgsynthError, UsageError

# Command -> module and attribute, with the line shown in `--help`; in the order of the work.
COMMANDS: dict[str, tuple[str, str]] = {
    "new": ("setup:new", "Make a project folder with a commented kgsynth.toml."),
    "models": ("models:models", "Make the bundled models ready, and test one call per role."),
    "db": ("db:db", "The private local Neo4j with GDS and Browser."),
    "doctor": ("setup:doctor", "Check server, GDS, schema, models and disk; say how to mend each."),
    "init": ("setup:init", "Apply the schema: constraints and indexes."),
    "ingest": ("ingest:ingest", "Read documents, problems, or concepts tagged elsewhere."),
    "select": ("select:select", "Reject documents that are not worth working with."),
    "tag": ("tag:tag", "Let a model name what documents and problems are about."),
    "merge": ("merge:merge", "Unite concepts that mean the same; set bad knowledge points aside."),
    "link": ("link:link", "Count co-occurrences into the concept graph."),
    "sample": ("sample:sample", "Draw concept sets from the concept graph."),
    "ground": ("steps:ground", "Find the documents nearest to each concept set."),
    "generate": ("steps:generate", "Let a model write questions."),
    "dedup": ("dedup:dedup", "Drop copies and near-copies among questions."),
    "decontaminate": ("decontaminate:decontaminate", "Drop items that are in a benchmark."),
    "answer": ("steps:answer", "Let a model answer the questions."),
    "verify": ("verify:verify", "Judge what was written, and accept or reject it."),
    "retry": ("again:retry", "Ask again about chosen failures."),
    "reparse": ("again:reparse", "Read stored replies with the present parser; ask nothing."),
    "try": ("look:try_", "Make one call and write nothing."),
    "accept": ("look:accept", "Accept an item: a person's verdict."),
    "reject": ("look:reject", "Reject an item: a person's verdict."),
    "export": ("export:export", "Write training data as JSONL or Parquet."),
    "run": ("run:run", "Run a recipe: a paper's whole pipeline."),
    "recipes": ("run:recipes", "List the recipes, or show one."),
    "status": ("look:status", "Show the funnel and what it cost."),
    "trace": ("trace:trace", "Show the whole lineage of one item."),
    "cypher": ("look:cypher", "Run a query of cypher/ or of your own."),
    "prompt": ("look:prompt", "Show a prompt with its inputs."),
    "browse": ("browse:browse", "Open the graph in Neo4j Browser."),
}


# Rows are many and hold no cycles: by default (700) the collector visits them all again and again,
# which takes half of the time of `ingest concepts`.
COLLECT = 50_000


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names in the order of the work, not of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name][0].partition(":")
        command = getattr(import_module(f"kgsynth.cli.{module}"), attribute)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Lists the commands without importing one."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(
    cls=Lazy,
    context_settings={
        "help_option_names": ["-h", "--help"],
        "auto_envvar_prefix": "KGSYNTH",
        "max_content_width": 100,
    },
)
@click.version_option(__version__, prog_name="kgsynth")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
@click.option("--uri", help="Neo4j address (NEO4J_URI).")
@click.option("--username", help="Neo4j user (NEO4J_USERNAME).")
@click.option("--password", help="Neo4j password (better: NEO4J_PASSWORD).")
@click.option("--database", help="Neo4j database (NEO4J_DATABASE).")
@click.pass_context
def root(ctx: click.Context, /, debug: bool, **connection: str | None) -> None:
    """Documents and seed problems in, verified training data out, through a graph in Neo4j.

    \b
    First steps:
      kgsynth new my-project && cd my-project
      kgsynth db start
      kgsynth run synthllm-level3 documents.jsonl
    """
    from kgsynth.config import read_toml

    ctx.obj = {"debug": debug, "connection": connection}
    if "NO_COLOR" in os.environ:
        ctx.color = False
    name = str(ctx.invoked_subcommand)
    command = root.get_command(ctx, name)
    below = command.list_commands(ctx) if isinstance(command, click.Group) else []
    ctx.default_map = {name: _defaults(read_toml(), name, below)}


def _defaults(settings: dict[str, Any], name: str, below: Sequence[str]) -> dict[str, Any]:
    """Settings of kgsynth.toml as click defaults: `[link] eps = 0.01` is `kgsynth link --eps`.

    What stands above all tables holds for every command, also those `below` a group.
    """

    def table(found: Any) -> dict[str, Any]:
        return found if isinstance(found, dict) else {}

    def plain(found: dict[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in found.items() if not isinstance(value, dict)}

    own = table(settings.get(name)) if name != "models" else {}
    shared = plain(settings)
    each = {one: {**shared, **plain(table(own.get(one)))} for one in below}
    return {**shared, **plain(own), **each}


def _terminated(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    """Entry point. Exit codes: 0 done, 1 failed, 2 wrong usage, 130 / 143 stopped by a signal."""
    gc.set_threshold(COLLECT)
    signal.signal(signal.SIGTERM, _terminated)
    debug = "--debug" in sys.argv or bool(os.environ.get("KGSYNTH_DEBUG"))
    try:
        code = root.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("Stopped.", err=True)
        code = 130
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except KeyboardInterrupt:
        click.echo("Stopped. Say the same command again to go on.", err=True)
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 1
    except KgsynthError as error:
        if debug:
            raise
        click.echo(f"Error: {error}", err=True)
        code = 2 if isinstance(error, UsageError) else 1
    except Exception as error:
        if debug:
            raise
        line = " ".join(str(error).split())[:500]
        click.echo(f"Error: {type(error).__name__}: {line} (--debug shows where)", err=True)
        code = 1
    sys.exit(code or 0)
