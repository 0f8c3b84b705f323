"""What commands share: options, the store behind a command, and how results are printed."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from kgsynth import assets, config
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.store import Store, open_store

F = TypeVar("F", bound=Callable[..., Any])


def as_json(command: F) -> F:
    """`--json`: the result as one JSON value."""
    return click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")(
        command
    )


def as_lines(command: F) -> F:
    """`--nl`: a listing as one JSON object a line."""
    return click.option("--nl", "as_lines", is_flag=True, help="Print one JSON object a line.")(
        command
    )


def domain(command: F) -> F:
    """`--domain`: which domain's part of the graph, and which prompt variants."""
    from kgsynth.concepts.tags import refusal

    def checked(ctx: click.Context, param: click.Parameter, value: str) -> str:
        if why := refusal(value):
            raise UsageError(f"--domain: {why}.")
        return value

    return click.option(
        "--domain",
        default=config.DOMAIN,
        show_default=True,
        callback=checked,
        help="Domain of the graph and variant of the prompts.",
    )(command)


def limit(command: F) -> F:
    """`--limit`: at most that many sources."""
    return click.option("--limit", type=click.IntRange(min=0), help="At most that many.")(command)


def query_parameters(command: F) -> F:
    """`-p key=value`, as often as there are parameters; read them with `read_parameters`."""
    return click.option(
        "-p",
        "--parameter",
        "given",
        multiple=True,
        metavar="KEY=VALUE",
        help="A parameter; JSON where it is JSON, else text.",
    )(command)


def read_parameters(given: tuple[str, ...], examples: Mapping[str, Any]) -> dict[str, Any]:
    """Values of `-p key=value`: text where the query's example is text, else JSON if it is JSON."""
    values: dict[str, Any] = {}
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"-p takes key=value, not {pair!r}.")
        values[key] = value
        if not isinstance(examples.get(key), str):
            with suppress(json.JSONDecodeError):
                values[key] = json.loads(value)
    return values


def find_query(name: str) -> tuple[assets.Query, bool]:
    """The query of that name, or of a FILE of the user's own (then true): .cypher or .cql.

    Raises UsageError for a name that is not there.
    """
    path = Path(name)
    if path.suffix in (".cypher", ".cql") and path.is_file():
        return assets.parse_query(name, path.read_text(encoding="utf-8")), True
    return assets.query(name), False


def where(command: F) -> F:
    """`--where`: a Cypher predicate of the user's own on `source`."""
    return click.option(
        "--where",
        metavar="PREDICATE",
        help="Only sources for which this Cypher holds, as \"source.level = 'College'\".",
    )(command)


def shard(command: F) -> F:
    """`--shard i/n`: one of n equal parts of the sources, fixed by their ids."""
    from kgsynth.calls.pending import Shard

    return click.option(
        "--shard",
        metavar="I/N",
        callback=lambda ctx, param, value: value if value is None else Shard.parse(value),
        help="Only part I of N of the sources: one part a machine, no coordination.",
    )(command)


def budget(command: F) -> F:
    """`--budget`: stop before that much money, tokens or time is spent."""
    from kgsynth.calls.until import Budget

    return click.option(
        "--budget",
        metavar="AMOUNT",
        callback=lambda ctx, param, value: value if value is None else Budget.parse(value),
        help="Stop there: 12.50$, '2M tokens', 8h or 90min.",
    )(command)


def target(command: F) -> F:
    """`--target`: stop at that many kept items."""
    return click.option(
        "--target", type=click.IntRange(min=1), help="Stop at that many kept items in all."
    )(command)


@contextmanager
def graph(ctx: click.Context, /, *, schema: bool = True) -> Iterator[Store]:
    """The store of this command, its schema applied where a step is going to write."""
    from kgsynth.server.connection import find_connection

    given = ctx.find_root().obj["connection"]
    with open_store(find_connection(**given)) as store:
        if schema:
            from kgsynth.schema import migrate

            migrate(store)
        yield store


def table(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, cut: int | None = 80
) -> str:
    """Rows as a plain text table: numbers to the right, cells cut to `cut` characters."""
    if not rows:
        return ""
    columns = list(columns or rows[0])
    texts = [[_cell(row.get(column), cut) for column in columns] for row in rows]
    widths = [
        max(len(column), *(len(line[place]) for line in texts))
        for place, column in enumerate(columns)
    ]
    numeric = [
        all(isinstance(row.get(column), int | float | None) for row in rows) for column in columns
    ]

    def line(cells: Sequence[str]) -> str:
        aligned = (
            cell.rjust(width) if right else cell.ljust(width)
            for cell, width, right in zip(cells, widths, numeric, strict=True)
        )
        return "  ".join(aligned).rstrip()

    return "\n".join([line(columns), line(["-" * width for width in widths]), *map(line, texts)])


def _cell(value: Any, cut: int | None = 80) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.1f}" if abs(value) >= 0.05 or value == 0 else f"{value:.3g}"
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{value:,}"
    if isinstance(value, dict):
        return ", ".join(f"{_cell(held)} {name}" for name, held in value.items())
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    text = " ".join(text.split())
    return text if cut is None or len(text) <= cut else f"{text[: cut - 1]}…"


def dump(value: Any) -> None:
    """Prints one JSON value on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def show_rows(rows: Sequence[Mapping[str, Any]], *, as_json: bool, as_lines: bool) -> None:
    """Prints a listing in the form that was asked for."""
    if as_lines:
        for row in rows:
            click.echo(json.dumps(row, ensure_ascii=False, default=str))
    elif as_json:
        dump(list(rows))
    else:
        named = [{name: _name(value) for name, value in row.items()} for row in rows]
        click.echo(table(named) or "No rows.")


def _name(value: Any) -> Any:
    """What stands for a node in a table: its name, title or text, else its id."""
    if not isinstance(value, dict) or "id" not in value:
        return value
    return next(value[key] for key in ("name", "title", "text", "id") if value.get(key))


def summary(funnel: Funnel) -> str:
    """One step's counts in words."""
    if funnel.nothing_to_do and not funnel.dropped:
        line = f"{funnel.step}: {funnel.notes.get('stopped', 'nothing to do')}."
    else:
        line = f"{funnel.step}: {funnel.taken:,} in, {funnel.kept:,} kept"
        dropped = sum(funnel.dropped.values())
        line += f", {dropped:,} dropped." if dropped else "."
    details = [f"  dropped {count:,}: {reason}" for reason, count in funnel.dropped.most_common()]
    told = {} if funnel.nothing_to_do and not funnel.dropped else funnel.notes
    notes = [f"  {name}: {_cell(value)}" for name, value in told.items() if value not in ({}, None)]
    return "\n".join([line, *details, *notes])


def show_funnel(ctx: click.Context, /, funnel: Funnel, *, as_json: bool) -> None:
    """Prints a step's result; exits 1 when items failed."""
    if as_json:
        dump(funnel.as_row())
    else:
        click.echo(summary(funnel))
    if funnel.failures:
        ctx.exit(1)
