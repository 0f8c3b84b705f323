"""Neo4j Browser: addresses that open it ready for use, kgsynth's style and its saved queries.

What Browser 5.24 takes was found by trying; tests/browser holds it to that.

- An address: `dbms=bolt://USER@HOST:PORT` fills in the login form, never the password (which
  Browser asks for once and keeps); `cmd=edit&arg=TEXT` fills the editor and runs nothing. `&` and
  `#` end the text even where they are encoded; the server answers addresses of 20 kB, not of 30.
- A database other than the user's own (`db=NAME`, `:use NAME`): not on a 2026 server, where this
  Browser finds no databases; its list of labels stays empty there too. Queries are not affected.
- A style: a `.grass` file dropped on the page, or `:style`, followed by the rules as GraSS or JSON.
- Saved queries: a `.zip` dropped on the page, one folder of favourites for each of its folders
  (dropped twice, all are there twice). There is no command for them and no address.
- `browser.post_connect_cmd` of the server: run after every login, parted at each `;`, so a style
  must be JSON there. Both commands leave a frame on the screen; `clear` behind them would take the
  frame of `:style` away, and with it the result of whoever was quick to run a query.
- `:param a => 1; MATCH ...` in one go: lists what it ran and draws nothing. So parameters are
  written into the text as values.
- A guide (`:guide URL`): from hosts that the server allows (localhost), with CORS; it is gone when
  the page is loaded again. It would need a server of its own; nothing here uses it.
"""

import json
import re
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from kgsynth import assets
from kgsynth.assets import Query
from kgsynth.config import Connection, find_project
from kgsynth.errors import KgsynthError, UsageError

STYLE = "kgsynth.grass"
QUERIES = "kgsynth-queries.zip"
FOLDERS = {"explore": "kgsynth", "sample": "kgsynth sampling"}  # of cypher/ -> in Browser
# Browser draws all relationships between the nodes of a result, returned or not, unless told.
AS_RETURNED = "config autoComplete: false"
LONGEST_ADDRESS = 16_000
_PLAIN = "/:@,*=()"  # left as they are, so that an address can be read
_RULE = re.compile(r"^\s*([^\s{]+)\s*\{\s*\n(.*?)\n\s*\}", re.DOTALL | re.MULTILINE)
# A parameter, or anything a dollar sign stands for itself in: strings, names, comments.
_PARAMETER = re.compile(r"""'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`|//[^\n]*|\$(\w+)""")
# Backslashes before a `u`: in JSON, where they come in pairs and begin escapes too, and plain.
_BACKSLASHES = re.compile(r"((?:\\\\)+)u|\\.")
_KEY_BACKSLASHES = re.compile(r"(\\+)u")
_PARAMETER_LINE = re.compile(r"^// :param .*\n", re.MULTILINE)


def style_file(project: Path | None = None) -> Path:
    """The style: `kgsynth.grass` beside `kgsynth.toml` where there is one, else kgsynth's."""
    own = (project or find_project()) / STYLE
    return own if own.is_file() else Path(__file__).parent / STYLE


def style_command(project: Path | None = None) -> str:
    """The Browser command that sets the style, on one line and without a semicolon.

    Raises KgsynthError when the file holds no rule.
    """
    path = style_file(project)
    rules = {}
    for selector, body in _RULE.findall(path.read_text(encoding="utf-8")):
        lines = (line.strip().removesuffix(";").partition(":") for line in body.splitlines())
        rules[selector] = {key.strip(): value.strip(" \"'") for key, _, value in lines if value}
    if not rules:
        raise KgsynthError(f"{path} holds no rule such as `node.Topic {{ ... }}` over several "
                           "lines: export one with `:style` in Browser.")  # fmt: skip
    return f":style {json.dumps(rules, separators=(',', ':'))}"


def post_connect_command(project: Path) -> str:
    """What Browser does after every login to a private server: sets the style, draws as returned.

    Raises KgsynthError when the project's own style holds no rule.
    """
    return f"{style_command(project).removeprefix(':')}; {AS_RETURNED}"


def literal(value: Any) -> str:
    r"""A JSON value in Cypher's spelling, which differs from JSON in the keys of maps.

    Cypher reads `\u0022` anywhere, behind another backslash too, before it looks for the end of a
    string or name: backslashes before `u` are written as such escapes themselves.
    """
    if isinstance(value, dict):
        pairs = (f"`{_key(key)}`: {literal(item)}" for key, item in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    return _BACKSLASHES.sub(_escaped, json.dumps(value, ensure_ascii=False))


def _key(key: str) -> str:
    return _KEY_BACKSLASHES.sub(_escaped, key).replace("`", "``")


def _escaped(match: re.Match[str]) -> str:
    return r"\u005c" * len(match[1]) + "u" if match[1] else match[0]


def with_values(query: Query, values: dict[str, Any] | None = None) -> str:
    """The text with its parameters written as values, those of the header where none is given.

    Each value is followed by the parameter's name as a comment. Raises UsageError for a parameter
    that the query does not take.
    """
    given = {**query.parameters, **(values or {})}
    query.check(set(given))

    def value(match: re.Match[str]) -> str:
        name = match[1]
        return match[0] if name is None else f"{literal(given[name])} /* {name} */"

    return _PARAMETER.sub(value, _PARAMETER_LINE.sub("", query.text))


def commands() -> dict[str, str]:
    """Commands of Browser that are worth having beside the queries, by name."""
    return {
        "style": f"// Colours and captions of kgsynth\n{style_command()}",
        "as-returned": f"// Draw only what a query returns\n:{AS_RETURNED}",
    }


def names() -> list[str]:
    """The queries to look with (`explore/` left out of their names) and the commands."""
    queries = [name for folder in FOLDERS for name in assets.names("cypher", folder)]
    return [name.removeprefix("explore/") for name in queries] + list(commands())


def query(name: str) -> Query:
    """The query of that name, of `cypher/explore/` where no folder is named.

    Raises UsageError when there is none.
    """
    return assets.query(name if "/" in name else f"explore/{name}")


def saved_queries() -> dict[str, str]:
    """Texts of the favourites, the user's own queries among them, by folder and file name."""
    found = {
        f"{shown}/{name.partition('/')[2].replace('/', '-')}": with_values(assets.query(name))
        for folder, shown in FOLDERS.items()
        for name in assets.names("cypher", folder)
    }
    return found | {f"{FOLDERS['explore']}/{name}": text for name, text in commands().items()}


def save(folder: Path) -> tuple[Path, Path]:
    """Writes the style and the saved queries into a folder, to be dropped on the page.

    Raises KgsynthError when the folder cannot be written.
    """
    style, queries = folder / STYLE, folder / QUERIES
    try:
        folder.mkdir(parents=True, exist_ok=True)
        style.write_bytes(style_file().read_bytes())
        with zipfile.ZipFile(queries, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, text in saved_queries().items():
                archive.writestr(zipfile.ZipInfo(f"{name}.cypher"), text)  # always the same bytes
    except OSError as error:
        raise KgsynthError(f"{folder} cannot be written: {error.strerror}.") from error
    return style, queries


def guess_browser(uri: str) -> str:
    """Where a server usually serves Browser: Aura at its own address, others at port 7474 or 7473.

    `uri` is a Neo4j address (`bolt`, `neo4j`, with `+s` or `+ssc` for TLS).
    """
    parts = urlsplit(uri)
    host = parts.hostname or "localhost"
    host = f"[{host}]" if ":" in host else host
    if host.endswith(".databases.neo4j.io"):
        return f"https://{host}/browser/"
    return (
        f"https://{host}:7473/browser/" if "+" in parts.scheme else f"http://{host}:7474/browser/"
    )


def address(browser: str, connection: Connection, text: str | None = None) -> str:
    """The address of Browser with server and user filled in, and a text in the editor.

    Raises UsageError for a text that an address cannot carry (see the module's docstring).
    """
    parts = urlsplit(connection.uri)
    user = quote(connection.username, safe="")
    dbms = f"{parts.scheme.removesuffix('sc')}://{user}@{parts.netloc.rpartition('@')[2]}"
    result = f"{browser}?dbms={quote(dbms, safe=_PLAIN)}"
    if connection.database:
        result += f"&db={quote(connection.database, safe='')}"
    if text is None:
        return result
    if found := sorted(set("&#") & set(text)):
        raise UsageError(f"Browser's address cannot carry {' or '.join(found)} in a query: save it "
                         "as a favourite instead.")  # fmt: skip
    result += f"&cmd=edit&arg={quote(text, safe=_PLAIN)}"
    if len(result) > LONGEST_ADDRESS:
        raise UsageError(f"The query is too long for an address ({len(result):,} characters, at "
                         f"most {LONGEST_ADDRESS:,}): save it as a favourite instead.")  # fmt: skip
    return result
