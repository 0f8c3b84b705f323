"""`kgsynth browse`: Neo4j Browser with server and user filled in, a style and saved queries."""

import os
import sys
import textwrap
import webbrowser

import click

from kgsynth import browser, config
from kgsynth.cli.common import as_json, dump, query_parameters, read_parameters

FIRST = "topics"


def _has_display() -> bool:
    """Whether a window can be opened; without one, Python would take a browser of the terminal."""
    return sys.platform in ("darwin", "win32") or any(
        os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY")
    )


@click.command()
@click.argument("query", default=FIRST)
@query_parameters
@click.option("--print", "only_print", is_flag=True, help="Print it all and open nothing.")
@click.option("--address", help="Where the server serves Browser, when not at its usual port.")
@as_json
@click.pass_context
def browse(
    ctx: click.Context, query: str, given: tuple[str, ...], only_print: bool, address: str | None,
    as_json: bool,
) -> None:  # fmt: skip
    """Open Neo4j Browser with server and user filled in and QUERY in its editor.

    QUERY is a query of cypher/explore/ [default: topics], or of another folder by its whole name,
    with parameters set by -p; or `style`, the command for colours and captions, or `as-returned`,
    the one for drawing only what a query returns. The private server does both at every login; its
    password is shown.

    \b
    Example:
      kgsynth browse neighbourhood -p topic=Integration
    """
    from kgsynth.server import local
    from kgsynth.server.connection import find_connection

    connection = find_connection(**ctx.find_root().obj["connection"])
    project = config.find_project()
    server = local.status(project)
    private = server is not None and server.uri == connection.uri
    if query in (commands := browser.commands()):
        text = commands[query]
    else:
        chosen = browser.query(query)
        text = browser.with_values(chosen, read_parameters(given, chosen.parameters))
    if address is None:
        address = server.browser if server and private else browser.guess_browser(connection.uri)
    link = browser.address(address, connection, text)
    style, queries = browser.save(config.state_folder(project) / "browser")
    found = {
        "address": link,
        "username": connection.username,
        "password": connection.password if private else None,
        "query": query,
        "style": str(style),
        "queries": str(queries),
    }
    dump(found) if as_json else _show(found)
    if not only_print and _has_display():
        webbrowser.open(link)


def _show(found: dict[str, str | None]) -> None:
    """The same in words."""
    names = textwrap.fill(", ".join(browser.names()), 98, initial_indent="  ",
                          subsequent_indent="  ", break_on_hyphens=False)  # fmt: skip
    click.echo(
        f"Neo4j Browser  {found['address']}\n"
        f"user           {found['username']}\n"
        f"password       {found['password'] or 'as set on that server'}\n\n"
        f"Log in, then run what the editor holds ({found['query']}) with the blue triangle. "
        f"`kgsynth browse NAME` brings another:\n{names}\n"
        "All of them come under the star of Browser when this file is dropped on its page, once:\n"
        f"  {found['queries']}"
    )
    if found["password"] is None:
        click.echo(f"Colours and captions come with this one:\n  {found['style']}")
