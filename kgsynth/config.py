"""Settings: flag > environment > `kgsynth.toml` > recipe > default.

A project folder is the nearest parent that holds `kgsynth.toml`, else the current folder.
"""

import math
import tomllib
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any

from kgsynth.errors import UsageError

FILE = "kgsynth.toml"
ROLES = ("tagger", "asker", "solver", "judge")
PROVIDERS = ("vllm", "openai", "fake", "langchain")
BUNDLED = "bundled"
# A solver may have a table for each: `[models.solver.hard]`.
DIFFICULTIES = ("easy", "medium", "hard")
DOMAIN = "mathematics"


def find_project(start: Path | None = None) -> Path:
    """The project folder: the nearest parent that holds `kgsynth.toml`, else the folder itself."""
    here = (start or Path.cwd()).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / FILE).is_file()), here)


def state_folder(project: Path | None = None) -> Path:
    """`.kgsynth/` of the project: the private server and the store of responses."""
    return (project or find_project()) / ".kgsynth"


def read_toml(project: Path | None = None) -> dict[str, Any]:
    """The settings of the project's `kgsynth.toml`; empty when there is none.

    Raises UsageError with the line when the file is not TOML.
    """
    return _read((project or find_project()) / FILE)


@cache
def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: {error}.") from None


@dataclass(frozen=True, slots=True)
class Connection:
    """Where the graph is. `database` None means the user's home database."""

    uri: str
    username: str
    password: str = field(repr=False)
    database: str | None = None


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """Settings of one role. What a role does not say comes from `[models.default]`.

    `forced_form`: force questions and answers into their tagged form while decoding (on for the
    bundled model; off for models that think first). `price`: `input` and `output` per million
    tokens, `hour` per hour of asking (a GPU's). `concurrency`: requests in
    flight, all addresses together; `timeout`: seconds for one try in all; `attempts`: tries of a
    request that fails by itself (a 429 or a server that is away costs none); `patience`: seconds
    that a run waits while no server answers. `options` go to the provider as they are.
    """

    role: str
    provider: str = "vllm"
    model: str = BUNDLED
    base_url: tuple[str, ...] = ()
    api_key_env: str = "OPENAI_API_KEY"
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int = 2048
    forced_form: bool | None = None
    concurrency: int = 64
    batch: int = 256
    timeout: float = 600.0
    attempts: int = 5
    patience: float = 1800.0
    price: dict[str, float] = field(default_factory=dict, hash=False)
    options: dict[str, Any] = field(default_factory=dict, hash=False)

    @property
    def forces_form(self) -> bool:
        """Whether questions and answers are forced into form."""
        return self.model == BUNDLED if self.forced_form is None else self.forced_form


@dataclass(frozen=True, slots=True)
class Judge:
    """One judge of the panel: its score of a problem counts `weight` times in the mean."""

    name: str
    weight: float
    settings: ModelSettings


def judges(table: dict[str, Any] | None = None, **overrides: Any) -> tuple[Judge, ...]:
    """The panel of judges: the tables of `[[models.judges]]` in order, else the role `judge` alone.

    Each says a `name`, may say a `weight` (1), and takes what it does not say from
    `[models.judge]`, then `[models.default]`. `overrides` as for `model_settings`. Raises
    UsageError for an unknown key, a name that is missing or said twice, and weights that are below
    0 or sum to 0.
    """
    listed = _listed(table)
    if not listed:
        return (Judge("judge", 1.0, model_settings("judge", table, **overrides)),)
    return tuple(
        Judge(name, entry.get("weight", 1), model_settings(f"judge {name}", table, **overrides))
        for name, entry in listed.items()
    )


def roles(table: dict[str, Any] | None = None) -> tuple[str, ...]:
    """All that `model_settings` knows: the roles, and `judge NAME` for each judge of a panel."""
    return (*ROLES, *(f"judge {name}" for name in _listed(table)))


def _listed(table: dict[str, Any] | None) -> dict[str, dict[str, Any]]:
    """The tables of `[[models.judges]]` by name; empty where there are none."""
    models = read_toml().get("models", {}) if table is None else table
    listed = models.get("judges", [])
    if not isinstance(listed, list) or not all(isinstance(entry, dict) for entry in listed):
        raise UsageError("A panel is a list of tables, each under [[models.judges]].")
    found: dict[str, dict[str, Any]] = {}
    for entry in listed:
        name, weight = entry.get("name"), entry.get("weight", 1)
        if not isinstance(name, str) or not name.isprintable() or name != name.strip() or not name:
            raise UsageError('[[models.judges]]: each needs a name of its own, as name = "qwen".')
        if name in found:
            raise UsageError(f"[[models.judges]]: two judges are named {name!r}.")
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not 0 <= weight < math.inf:
            raise UsageError(f"[[models.judges]] {name!r}: weight is a number from 0.")
        found[name] = entry
    if found and not sum(entry.get("weight", 1) for entry in found.values()):
        raise UsageError("[[models.judges]]: the weights sum to 0.")
    return found


def model_settings(
    role: str,
    table: dict[str, Any] | None = None,
    difficulty: str | None = None,
    **overrides: Any,
) -> ModelSettings:
    """Settings of a role: overrides (not None) > `[models.ROLE]` > `[models.default]` > defaults.

    A judge of a panel is the role `judge NAME` (`[[models.judges]]`, before `[models.judge]`).
    `difficulty` takes those of `[models.solver.DIFFICULTY]` before the solver's. `table` is the
    `[models]` table (read from `kgsynth.toml` when None). Raises UsageError for an unknown key or
    provider, and for anything that looks like a key written into the file.
    """
    models = read_toml().get("models", {}) if table is None else table
    kind, _, judge = role.partition(" ")
    merged = {**models.get("default", {}), **models.get(kind, {})}
    if judge:
        own = _listed(models)[judge]
        merged |= {key: own[key] for key in own.keys() - {"name", "weight"}}
    routes = {each: merged.pop(each, {}) for each in DIFFICULTIES if role == "solver"}
    merged |= routes[difficulty] if difficulty else {}
    merged |= {key: value for key, value in overrides.items() if value is not None}
    if "api_key" in merged:
        raise UsageError(
            "kgsynth.toml must not hold an API key: name its variable with api_key_env."
        )
    known = set(ModelSettings.__dataclass_fields__) - {"role"}
    if unknown := sorted(set(merged) - known):
        raise UsageError(
            f"[models.{role}]: unknown setting {', '.join(unknown)}; "
            f"known are {', '.join(sorted(known))}."
        )
    url = merged.get("base_url", ())
    merged["base_url"] = (url,) if isinstance(url, str) else tuple(url)
    if any("@" in one.partition("?")[0] for one in merged["base_url"]):
        raise UsageError(
            f"[models.{role}]: base_url must not hold a user or password: name the variable of an "
            "API key with api_key_env."
        )
    settings = replace(ModelSettings(role), **merged)
    if settings.provider not in PROVIDERS:
        raise UsageError(
            f"[models.{role}]: provider {settings.provider!r} is not one of {', '.join(PROVIDERS)}."
        )
    return settings


def solver_routes(table: dict[str, Any] | None = None) -> tuple[str, ...]:
    """The difficulties whose questions go to a solver of their own (`[models.solver.hard]`)."""
    models = read_toml().get("models", {}) if table is None else table
    return tuple(each for each in DIFFICULTIES if each in models.get("solver", {}))
