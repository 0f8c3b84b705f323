"""Recipes: a paper's pipeline as the calls of the steps in order, with that paper's numbers.

A recipe is one module here that defines `RECIPE`. Its stages are commands of the CLI, and its
settings the parameters of the step functions; `--set step.name=value` and `kgsynth.toml` override
them. Temperatures stand in the prompts.
"""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from inspect import signature
from pkgutil import iter_modules
from typing import Any

from kgsynth import config, jobs
from kgsynth.calls.job import Job
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.joint import CRITERIA

# Settings of stages that their jobs take.
_OF_JOBS = ("prompt", "temperature", "per_document", "samples", "questions")
# So many times what is lacking is written at most in a round, however few were kept so far.
_MOST = 20


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

    def takes_part(self, settings: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
        """Whether the stage has what it needs."""
        return not self.needs or bool(settings.get(self.needs) or given.get(self.needs))

    def perform(self, settings: Mapping[str, Any], given: Mapping[str, Any], **more: Any) -> Funnel:
        """Calls the step with its settings and those of the given arguments that it takes."""
        known = signature(self.function).parameters
        arguments = {name: value for name, value in given.items() if name in known}
        if self.reads_input:
            arguments["paths"] = list(given["inputs"][self.command])
        return self.function(**{**arguments, **settings, **more})

    def jobs(self, settings: Mapping[str, Any], given: Mapping[str, Any]) -> list[Job]:
        """What the stage asks of models: a job for each kind of question, judge or solver.

        Not those of `decontaminate`, which depend on what it finds.
        """
        step, _, kind = self.command.partition(" ")
        methods = [str(settings.get("method", kind))]
        if step == "merge":
            methods = ["quality", "same", "name"] if settings.get("dual_filter") else []
        elif self.command == "verify judges":
            criteria = [settings["criterion"]] if settings.get("criterion") else CRITERIA
            methods = [f"judges {one} {each.name}" for one in criteria for each in config.judges()]
        elif step == "decontaminate" or "journal" not in signature(self.function).parameters:
            methods = []
        chosen = {name: settings[name] for name in _OF_JOBS if settings.get(name) is not None}
        return [
            job
            for method in methods
            for job in jobs.every(step, method, given["domain"], run=given["run"], **chosen)
        ]

    def covers(self, key: str) -> bool:
        """Whether a step name (`sample`, `sample.walk`, `generate.persona`) means this stage."""
        step = self.command.split(" ")[0]
        meant = (step, self.command.replace(" ", "."), f"{step}.{self.settings.get('method')}")
        return key.replace("-", "_") in [one.replace("-", "_") for one in meant]


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
    With `target`, the stages from the first that writes items to the last before the export take
    turns until so many pairs are kept: answers, or where stages judge those, what is exported. The
    last funnel of the turns then has the notes `target`, `reached` and `ended` (why they ended).
    Raises UsageError for settings that a stage refuses to ask with, before anything is done.
    """
    stages = [
        (stage, values)
        for stage, values in zip(recipe.stages, settled, strict=True)
        if (not stage.reads_input or given["inputs"].get(stage.command))
        and stage.takes_part(values, given)
    ]
    for stage, values in stages:
        stage.jobs(values, given)
    writers = (place for place, (stage, _) in enumerate(stages) if stage.writes_items)
    exports = (place for place, (stage, _) in enumerate(stages) if stage.command == "export")
    first, last = next(writers, len(stages)), next(exports, len(stages)) - 1
    ended: int | None = None
    for place, (stage, values) in enumerate(stages):
        # With the budget used up, later stages would build on a part; what is there is exported.
        if ended is not None and not (stage.command == "export" and first <= ended):
            continue
        if target is None or not first <= place <= last:
            funnel = stage.perform(values, given)
            yield funnel
            if stage.command.startswith("tag") and funnel.failures:
                raise KgsynthError(
                    f"{funnel.failures:,} sources could not be tagged, and concept sets drawn "
                    "now would lack them: see the reasons above, then say the same command again."
                )
        elif place == last:
            export = stages[last + 1][1] if last + 1 < len(stages) else {}
            yield from _towards(target, stages[first : last + 1], export, given)
        if ended is None and given["until"].reached:
            ended = place


def _towards(
    target: int,
    chain: Sequence[tuple[Stage, Mapping[str, Any]]],
    export: Mapping[str, Any],
    given: Mapping[str, Any],
) -> Iterator[Funnel]:
    """Performs stages that feed each other until `target` pairs are kept at their end.

    Each round asks the writers for as many more as are lacking, given what share of what they wrote
    was kept at the end so far; it ends early when a round has nothing left to ask. Where the last
    stage writes, it stops at the target exactly; where others judge what was written, a few pairs
    more may be kept.
    """
    writers = [place for place, (stage, _) in enumerate(chain) if stage.writes_items]
    exact = writers[-1] == len(chain) - 1
    wanted = dict.fromkeys(writers, target)
    written: Counter[int] = Counter()
    before = _at_end(chain, export, given, exact)
    while True:
        funnels: list[Funnel] = []
        for place, (stage, values) in enumerate(chain):
            yield from funnels[-1:]
            more = {"target": wanted[place]} if place in wanted else {}
            funnels.append(stage.perform(values, given, **more))
            if given["until"].reached:
                break
        reached = _at_end(chain, export, given, exact)
        stopped = {
            stage.command
            for place, (stage, _) in enumerate(chain[: len(funnels)])
            if place in wanted and "stopped" in funnels[place].notes
        }
        lacking = max(0, target - reached)
        ended = given["until"].reached
        if ended is None and not lacking:
            ended = "the target is reached"
        elif ended is None and not stopped and not any(funnel.taken for funnel in funnels):
            ended = "nothing is left to ask: all that was read and drawn is used"
        if ended:
            funnels[-1].notes |= {"target": target, "reached": reached, "ended": ended}
        yield funnels[-1]
        if ended:
            return
        for place in writers[: len(writers) - exact]:
            written[place] += funnels[place].notes.get("items", 0)
            # Where a later writer stopped, more than enough waits for it already.
            if not stopped - {one.command for one, _ in chain[: place + 1]}:
                share = (reached - before) / written[place] if written[place] else 1.0
                more_of_it = math.ceil(lacking / min(1.0, max(share, 1 / _MOST)))
                wanted[place] = _kept(*chain[place], given) + more_of_it


def _at_end(
    chain: Sequence[tuple[Stage, Mapping[str, Any]]],
    export: Mapping[str, Any],
    given: Mapping[str, Any],
    exact: bool,
) -> int:
    """How many pairs are kept at the end of a chain: by its last writer, else by the export."""
    if exact:
        return _kept(*chain[-1], given)
    status = export.get("status")
    rows = given["store"].read(
        "report/export",
        where=export.get("where"),
        domain=given["domain"],
        run=export.get("run"),
        method=export.get("method"),
        statuses=[status] if status else ["pending", "accepted"],
    )
    return sum(row["questions"] for row in rows if row["reason"] is None)


def _kept(stage: Stage, settings: Mapping[str, Any], given: Mapping[str, Any]) -> int:
    """How many items of a stage that writes are not rejected."""
    tasks = [job.task.id for job in stage.jobs(settings, given)]
    return sum(given["store"].value("read/kept-items", task=task) for task in tasks)
