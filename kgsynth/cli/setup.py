"""Setting up: `new`, `init`, `doctor`."""

import shutil
from pathlib import Path
from typing import Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, dump, graph, table
from kgsynth.errors import KgsynthError

TEMPLATE = Path(__file__).parent.parent / "kgsynth.toml"


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
def new(folder: Path) -> None:
    """Make a project folder with a commented kgsynth.toml. What is there stays.

    \b
    Example:
      kgsynth new my-project
    """
    target = folder / config.FILE
    if target.exists():
        click.echo(f"{target} is already there: nothing to do.")
        return
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(TEMPLATE, target)
    except OSError as error:
        raise KgsynthError(f"{folder} cannot be made: {error.strerror}.") from error
    click.echo(f"Made {target}.\nNext: cd {folder} && kgsynth db start")


@click.command()
@as_json
@click.pass_context
def init(ctx: click.Context, /, as_json: bool) -> None:
    """Apply the schema: constraints and indexes; mend what was dropped since.

    Every step applies what is new by itself.

    \b
    Example:
      kgsynth init
    """
    from kgsynth.schema import applied, mend, migrate

    with graph(ctx, schema=False) as store:
        mended = mend(store)
        fresh = migrate(store)
        versions = sorted(applied(store))
    if as_json:
        dump({"applied": fresh, "mended": mended, "versions": versions})
    elif fresh or mended:
        done = {"Applied": fresh, "Mended": mended}
        for what, names in done.items():
            if names:
                click.echo(f"{what} {', '.join(names)}.")
    else:
        click.echo(f"Schema {versions[-1]} is applied: nothing to do.")


def _check(name: str, ok: bool, found: str, mend: str = "") -> dict[str, Any]:
    return {"check": name, "ok": ok, "found": found, "mend": "" if ok else mend}


def _server_checks(ctx: click.Context) -> list[dict[str, Any]]:
    from kgsynth.schema import applied, migrations

    try:
        with graph(ctx, schema=False) as store:
            server = store.read("report/server")[0]
            version, edition = server["version"], server["edition"]
            tested = version.startswith(("2026.", "5.26"))
            checks = [
                _check(
                    "server",
                    tested,
                    f"Neo4j {version} {edition}",
                    "Tested with 2026.x, and 5.26 as far as it goes.",
                )
            ]
            try:
                gds = f"GDS {store.value('server/gds-version')}"
            except KgsynthError:
                gds = ""
            checks.append(
                _check(
                    "gds",
                    bool(gds),
                    gds or "missing",
                    "Install the Graph Data Science plugin, or use --engine client and sparse.",
                )
            )
            missing = {m.version for m in migrations()} - set(applied(store))
            checks.append(
                _check(
                    "schema",
                    not missing,
                    "applied" if not missing else f"missing {', '.join(sorted(missing))}",
                    "kgsynth init",
                )
            )
            offline = [
                row["name"]
                for row in store.read("report/indexes")
                if row["state"] not in ("ONLINE", "POPULATING")
            ]
            checks.append(
                _check(
                    "indexes",
                    not offline,
                    "online" if not offline else f"{', '.join(offline)} not online",
                    "Drop and `kgsynth init`.",
                )
            )
            return checks
    except KgsynthError as error:
        return [_check("server", False, "no answer", str(error))]


def _model_checks() -> list[dict[str, Any]]:
    from kgsynth import models

    checks = []
    for role in config.roles():
        try:
            settings = config.model_settings(role)
            seconds = models.test(settings).seconds
        except KgsynthError as error:
            checks.append(_check(f"model {role}", False, "no answer", str(error)))
        else:
            checks.append(
                _check(
                    f"model {role}",
                    True,
                    f"{models.model_name(settings)} answered in {seconds:.1f} s",
                )
            )
    return checks


def _sandbox_check() -> dict[str, Any]:
    from kgsynth import sandbox

    try:
        layers = " + ".join((*sandbox.best(), "seccomp"))
    except KgsynthError as error:
        return _check("sandbox", False, "none: `verify python` refuses to run", str(error))
    return _check("sandbox", True, f"{layers}; programs may use {', '.join(sandbox.libraries())}")


@click.command()
@click.option("--models/--no-models", default=True, help="One real call per role.")
@as_json
@click.pass_context
def doctor(ctx: click.Context, /, models: bool, as_json: bool) -> None:
    """Check server, GDS, schema, sandbox, models and disk; say how to mend each.

    \b
    Example:
      kgsynth doctor --no-models
    """
    free = shutil.disk_usage(config.find_project()).free / 1e9
    checks = [
        *_server_checks(ctx),
        _sandbox_check(),
        _check("disk", free > 5, f"{free:.0f} GB free", "Free at least 5 GB."),
    ]
    checks += _model_checks() if models else []
    dump(checks) if as_json else click.echo(table(checks, cut=None))
    if not all(check["ok"] for check in checks):
        ctx.exit(1)
