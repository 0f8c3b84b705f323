"""Recipes: a paper's pipeline as the calls of the steps in order, with that paper's numbers.

A recipe is one module here that defines `RECIPE`. Its stages are commands of the CLI, and its
settings the parameters of the step functions; `--set step.name=value` and `kgsynth.toml` override
them. Temperatures stand in the prompts.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from inspect import signature
from pkgutil import iter_modules
from typing import Any

from kgsynth import config
from kgsynth.calls.until import Until
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel


@dataclass(frozen=True, slots=True)
class Stage:
    """One call of a step: its command (`sample walk`) and the paper's settings.

    `needs` names a setting without which the stage is left out.
    """

    command: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    needs: str | None = None

    @property
    def function(self) -> Callable[..., Funnel]:
        """The step function: `sample walk` is `kgsynth.steps.sample.walk`, `tag` is `tag.tag`."""
        module, _, name = self.command.partition(" ")
        found: Callable[..., Funnel] = getattr(
            import_module(f"kgsynth.steps.{module}"), (name or module).replace("-", "_")
        )
        return found

    @property
    def writes_items(self) -> bool:
        """Whether the step writes items that a target can count."""
        return "target" in signature(self.function).parameters

    @property
    def reads_input(self) -> bool:
        """Whether the step takes the paths that the user named."""
        return self.command.startswith("ingest ")

    def perform(self, settings: Mapping[str, Any], given: Mapping[str, Any], **more: Any) -> Funnel:
        """Calls the step with its settings and those of the given arguments that it takes."""
        known = signature(self.function).parameters
        arguments = {name: value for name, value in given.items() if name in known}
        if self.reads_input:
            arguments["paths"] = list(given["inputs"][self.command])
        return self.function(**{**arguments, **settings, **more})

    def covers(self, key: str) -> bool:
        """Whether a setting's step name (`sample`, `sample.walk`) means this stage."""
        whole = self.command.replace(" ", ".").replace("-", "_")
        return key.replace("-", "_") in (self.command.split(" ")[0], whole)


@dataclass(frozen=True, slots=True)
class Recipe:
    """A pipeline: name, source, what it does in a line, stages in order."""

    name: str
    paper: str
    about: str
    stages: tuple[Stage, ...]


def names() -> list[str]:
    """The names of all recipes."""
    return sorted(module.name.replace("_", "-") for module in iter_modules(__path__))


def load(name: str) -> Recipe:
    """The recipe of that name. Raises UsageError when there is none."""
    if name not in names():
        raise UsageError(f"There is no recipe {name!r}: {', '.join(names())}.")
    module = import_module(f"kgsynth.recipes.{name.replace('-', '_')}")
    recipe: Recipe = module.RECIPE
    return recipe


def settle(
    recipe: Recipe, toml: Mapping[str, Any], sets: Sequence[tuple[str, Any]]
) -> list[dict[str, Any]]:
    """Settings of every stage: recipe < kgsynth.toml < `--set`.

    Raises UsageError for a setting that no stage takes, before anything is done.
    """
    settled: list[dict[str, Any]] = []
    used: set[str] = set()
    for stage in recipe.stages:
        known = set(signature(stage.function).parameters)
        values = dict(stage.settings)
        for key, value in [*_from_toml(toml), *sets]:
            step, _, name = key.rpartition(".")
            if stage.covers(step) and name in known:
                values[name] = value
                used.add(key)
        settled.append(values)
    for key, _ in sets:
        if key not in used:
            raise UsageError(
                f"--set {key}: recipe {recipe.name} has no such step or setting "
                f"(`kgsynth recipes {recipe.name}` lists them)."
            )
    return settled


def _from_toml(toml: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for step, table in toml.items():
        if isinstance(table, dict) and step not in ("models", "db"):
            for name, value in table.items():
                if isinstance(value, dict):
                    yield from ((f"{step}.{name}.{inner}", v) for inner, v in value.items())
                else:
                    yield f"{step}.{name}", value


def fingerprint(
    recipe: Recipe, settled: Sequence[Mapping[str, Any]], inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """What makes a run that run: stages with their settings, models of the roles, inputs."""
    models = {role: config.model_settings(role) for role in config.roles()}
    return {
        "stages": [
            {"command": stage.command, **values}
            for stage, values in zip(recipe.stages, settled, strict=True)
        ],
        "models": {role: [chosen.provider, chosen.model] for role, chosen in models.items()},
        **inputs,
    }


def run_stages(
    recipe: Recipe,
    settled: Sequence[Mapping[str, Any]],
    given: Mapping[str, Any],
    *,
    target: int | None = None,
) -> Iterator[Funnel]:
    """Runs the stages in order and yields the funnel of each as it ends.

    `given` holds the arguments that steps share, by name (`store`, `journal`, `domain`, `run`,
    `seed`, `file`, `against`, `shard`, `until`), and `inputs`: the paths of each ingest command.
    With `target`, the stages that write items take turns until the last of them has kept so many.
    """
    stages = [
        (stage, values)
        for stage, values in zip(recipe.stages, settled, strict=True)
        if (not stage.reads_input or given["inputs"].get(stage.command))
        and (stage.needs is None or values.get(stage.needs) or given.get(stage.needs))
    ]
    writers = [place for place, (stage, _) in enumerate(stages) if stage.writes_items]
    ended: int | None = None
    for place, (stage, values) in enumerate(stages):
        # With the budget used up, later stages would build on a part; what is there is exported.
        if ended is not None and not (stage.command == "export" and ended in writers):
            continue
        if target is None or not writers[0] <= place <= writers[-1]:
            funnel = stage.perform(values, given)
            yield funnel
            if stage.command.startswith("tag") and funnel.failures:
                raise KgsynthError(
                    f"{funnel.failures:,} sources could not be tagged, and concept sets drawn "
                    "now would lack them: see the reasons above, then say the same command again."
                )
        elif place == writers[-1]:
            chain = [
                (one.writes_items, partial(one.perform, settings, given))
                for one, settings in stages[writers[0] : place + 1]
            ]
            yield from _towards(target, chain, given["until"])
        if ended is None and given["until"].reached:
            ended = place


def _towards(
    target: int, chain: Sequence[tuple[bool, Callable[..., Funnel]]], until: Until
) -> Iterator[Funnel]:
    """Performs stages that feed each other until the last one has kept `target` items.

    `chain` says of each stage whether it writes items. Each round asks the earlier writers for as
    many more as the last one lacks, given what share of them it kept so far; it ends early when a
    round has nothing left to ask.
    """
    wanted = target
    while True:
        funnels = [
            perform(target=wanted) if writes else perform() for writes, perform in chain[:-1]
        ]
        yield from funnels
        last = chain[-1][1](target=target)
        yield last
        lacking = last.notes.get("lacking", target)
        taken = sum(funnel.taken for funnel in [*funnels, last])
        # With nothing taken, the earlier stages may have been at their own target all the same.
        exhausted = not taken and not any("stopped" in funnel.notes for funnel in funnels)
        if not lacking or exhausted or until.reached:
            return
        share = last.notes["items"] / last.taken if last.taken else 1.0
        wanted += math.ceil(lacking / max(share, 0.05))
