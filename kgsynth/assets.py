"""Prompts, Cypher and what a domain is about are files: a user's own folder first, then ours.

A name is the path below `cypher/`, `prompts/` or `domains/` without its suffix (`sample/one-hop`,
`mathematics/syllabi`).
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from kgsynth.errors import UsageError

Kind = Literal["cypher", "prompts", "domains"]
_SUFFIX: dict[Kind, str] = {"cypher": ".cypher", "prompts": ".md", "domains": ".txt"}
_PARAM = re.compile(r"^:param\s+(\w+)\s*=>\s*(.+)$")
_PLACEHOLDER = re.compile(r"\[\[(\w+)\]\]")


def _packaged(kind: Kind) -> Path:
    """The folder of the project: inside the wheel, or at the top level of a checkout."""
    here = Path(__file__).parent
    inside = here / kind
    return inside if inside.is_dir() else here.parent / kind


def folders(kind: Kind) -> list[Path]:
    """Folders that are searched, in order: the user's (beside `kgsynth.toml`), the project's."""
    from kgsynth.config import find_project

    own = find_project() / kind
    packaged = _packaged(kind)
    return [own, packaged] if own.is_dir() and own.resolve() != packaged.resolve() else [packaged]


def names(kind: Kind, below: str = "") -> list[str]:
    """All names of a kind, sorted; `below` keeps one folder."""
    found = {
        path.relative_to(folder).as_posix().removesuffix(_SUFFIX[kind])
        for folder in folders(kind)
        for path in folder.rglob(f"*{_SUFFIX[kind]}")
    }
    return sorted(name for name in found if not below or name.startswith(f"{below}/"))


def _find(kind: Kind, name: str) -> Path | None:
    for folder in folders(kind):
        path = folder / f"{name}{_SUFFIX[kind]}"
        if os.path.isfile(path):  # of any name: one that is too long, or holds a NUL, is no file
            return path
    return None


def domain_lines(domain: str, name: str) -> list[str]:
    """The entries of `domains/DOMAIN/NAME.txt` in order: a line each, without blanks and `#` lines.

    `syllabi` holds what the domain's courses teach, `personas` who may ask. Raises UsageError
    where the domain has no such file, or one without entries.
    """
    path = _find("domains", f"{domain}/{name}")
    if path is None:
        raise UsageError(
            f"Domain {domain!r} has no {name}: write domains/{domain}/{name}.txt beside "
            "kgsynth.toml, one entry a line."
        )
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    entries = [line for line in lines if line and not line.startswith("#")]
    if not entries:
        raise UsageError(f"{path} has no entry: write one a line.")
    return entries


def _unknown(kind: Kind, name: str) -> UsageError:
    from difflib import get_close_matches

    close = get_close_matches(name, names(kind), n=3, cutoff=0.4)
    hint = f" Did you mean {', '.join(close)}?" if close else ""
    noun = {"cypher": "query", "prompts": "prompt", "domains": "domain file"}[kind]
    return UsageError(f"There is no {noun} named {name!r}.{hint}")


@dataclass(frozen=True, slots=True)
class Query:
    """One `.cypher` file: header (title, description, parameters with example values) and text."""

    name: str
    title: str
    description: str
    parameters: dict[str, Any]
    auto_commit: bool
    text: str

    def check(self, given: set[str]) -> None:
        """Raises UsageError when parameters are missing or unknown, before the server sees it."""
        missing, unknown = set(self.parameters) - given, given - set(self.parameters)
        if missing or unknown:
            problems = [f"needs {', '.join(sorted(missing))}"] if missing else []
            problems += [f"does not take {', '.join(sorted(unknown))}"] if unknown else []
            raise UsageError(f"Query {self.name!r} {' and '.join(problems)}.")


def parse_query(name: str, text: str) -> Query:
    """Reads the header of a Cypher text: `// Title`, prose, `// :param name => JSON value`.

    Raises UsageError for a parameter whose example value is not JSON.
    """
    head: list[str] = []
    for line in text.splitlines():
        if not line.startswith("//"):
            break
        head.append(line.removeprefix("//").strip())
    parameters: dict[str, Any] = {}
    prose: list[str] = []
    auto_commit = False
    for line in head[1:]:
        if match := _PARAM.match(line):
            try:
                parameters[match[1]] = json.loads(match[2])
            except json.JSONDecodeError as error:
                raise UsageError(
                    f"Query {name!r}: the value of :param {match[1]} is not JSON ({error})."
                ) from None
        elif line == "auto-commit":
            auto_commit = True
        else:
            prose.append(line)
    return Query(
        name,
        head[0] if head else name,
        "\n".join(prose).strip(),
        parameters,
        auto_commit,
        text.strip().removesuffix(";"),
    )


@cache
def query(name: str) -> Query:
    """The query of that name. Raises UsageError when there is none."""
    path = _find("cypher", name)
    if path is None:
        raise _unknown("cypher", name)
    return parse_query(name, path.read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Prompt:
    """One prompt file: front matter and messages with `[[input]]` placeholders.

    `[[...]]` and not `{...}` or `$...`, so that LaTeX, JSON and code need no escapes.
    """

    name: str
    purpose: str
    paper: str
    inputs: tuple[str, ...]
    meta: dict[str, Any] = field(hash=False)
    messages: tuple[tuple[str, str], ...]

    @property
    def hash(self) -> str:
        """Hash of what the model sees of the template: roles and texts, not the front matter."""
        return hashlib.sha256(json.dumps(self.messages).encode()).hexdigest()[:16]

    def render(self, inputs: dict[str, str]) -> list[tuple[str, str]]:
        """Messages as (role, text). Values are put in as they are and never read as templates.

        Raises UsageError when inputs are missing or unknown.
        """
        if set(inputs) != set(self.inputs):
            raise UsageError(
                f"Prompt {self.name!r} takes {sorted(self.inputs)}, not {sorted(inputs)}."
            )
        return [
            (role, _PLACEHOLDER.sub(lambda match: inputs[match[1]], text))
            for role, text in self.messages
        ]

    def shown(self, inputs: dict[str, str]) -> str:
        """All that the model sees, as one text."""
        return "\n\n".join(text for _, text in self.render(inputs))


def parse_prompt(name: str, text: str) -> Prompt:
    """Reads a prompt file: YAML front matter between `---` lines, then `# system` / `# user`.

    Raises UsageError when a part is missing, or placeholders and declared inputs differ.
    """
    import yaml

    parts = re.match(r"---\n(.*?)\n---\n(.*)", text, re.DOTALL)
    if parts is None:
        raise UsageError(f"Prompt {name!r} has no front matter between two lines of ---.")
    meta = yaml.safe_load(parts[1])
    pieces = re.split(r"^# (system|user|assistant)\s*$", parts[2], flags=re.MULTILINE)
    messages = tuple(
        (role, body.strip()) for role, body in zip(pieces[1::2], pieces[2::2], strict=True)
    )
    if not any(role == "user" for role, _ in messages):
        raise UsageError(f"Prompt {name!r} has no `# user` part.")
    used = {found for _, body in messages for found in _PLACEHOLDER.findall(body)}
    declared = tuple(meta.pop("inputs", []))
    if used != set(declared):
        raise UsageError(
            f"Prompt {name!r} declares inputs {sorted(declared)} but uses {sorted(used)}."
        )
    return Prompt(
        name, str(meta.pop("purpose", "")), str(meta.pop("paper", "")), declared, meta, messages
    )


def variants(name: str, domain: str | None, language: str | None) -> Iterator[str]:
    """Names to try, most special first: `name.domain.language`, `name.domain`, ... `name`."""
    for suffix in (f".{domain}.{language}", f".{domain}", f".{language}", ""):
        if "None" not in suffix.split("."):
            yield f"{name}{suffix}"


@cache
def prompt(name: str, domain: str | None = None, language: str | None = None) -> Prompt:
    """The prompt of that name, in its variant for the domain and language where there is one.

    Raises UsageError when there is none.
    """
    for variant in variants(name, domain, language):
        path = _find("prompts", variant)
        if path is not None:
            return parse_prompt(variant, path.read_text(encoding="utf-8"))
    raise _unknown("prompts", name)
