"""`run --plan`: calls, tokens, time and cost of a recipe, from counts in the graph and few calls.

How many calls a stage will make follows from what is in the graph and from what the stages before
it will keep; what a call takes is measured (`kgsynth.plan.rehearsal`). What neither the graph nor a
few calls tell is assumed, with a wide range, and said. A second plan, and the run, pay for none of
the measured calls again.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from inspect import signature
from math import inf
from typing import Any

from kgsynth import config, embed
from kgsynth.calls.job import Job
from kgsynth.concepts.combined import SETS
from kgsynth.concepts.linked import NotLinkedError
from kgsynth.joint import PROBLEM, THRESHOLD, joint_scores, kept
from kgsynth.models import model_name
from kgsynth.plan.forecasts import Forecast, costed, free
from kgsynth.plan.ranges import NOTHING, Range, exactly, names_to_come, share
from kgsynth.plan.rehearsal import Measured, StandIns, measured
from kgsynth.recipes import Recipe, Stage
from kgsynth.store import Row, Store

MEASURE = 8
PLANNED = ("tag", "merge", "generate", "verify", "answer")
# What is assumed where nothing was observed. Of questions, the share that is no copy, that stands
# in no benchmark, and that a panel keeps (GSDP, table 4: 27% to 59%, 45% with the panel it takes);
# of pairs of similar names, the share that a model calls the same.
NO_COPY, NO_BENCHMARK = Range(0.7, 0.95, 1), Range(0.9, 0.99, 1)
JUDGED_GOOD, SAME = Range(0.25, 0.45, 1), Range(0, 0.2, 1)
# Half of the points may be set aside, and take their pairs with them.
_GOOD_PAIRS = Range(0.25, 1, 1)
# Items whose votes are read at most, tagged sources whose names are counted at most.
_VOTES, _TAGGED = 2_000, 20_000


@dataclass(slots=True)
class Ahead:
    """What later stages of a recipe will be asked about and is not in the graph yet.

    `unjudged` questions of the graph wait for the judges, who keep the share `good`; `unrated` are
    those that will still be rated before they are answered, `waiting` of them in the graph.
    """

    documents: Range = NOTHING
    sets: Range = NOTHING
    questions: Range = NOTHING
    originals: Range = NOTHING
    answers: Range = NOTHING
    unjudged: int = 0
    good: Range = field(default_factory=lambda: exactly(1))
    unrated: Range | None = None
    waiting: int = 0
    rated: Counter[str] = field(default_factory=Counter)
    stand_ins: StandIns = field(default_factory=StandIns)
    assumed: list[str] = field(default_factory=list)

    def here(self, present: int) -> Range:
        """So many questions of the graph, less what the judges will reject of them."""
        unjudged = min(self.unjudged, present)
        return exactly(present - unjudged) + exactly(unjudged) * self.good


@dataclass(frozen=True, slots=True)
class Planned:
    """One job of a stage: its sources in the graph, calls after the measured ones, one call."""

    todo: Job
    present: int
    left: Range
    measured: Measured


@dataclass(frozen=True, slots=True)
class Plan:
    """Forecasts in the order of the stages, and what was assumed for want of anything better."""

    steps: list[Forecast]
    assumed: list[str]


def forecast(
    recipe: Recipe,
    settled: Sequence[Mapping[str, Any]],
    given: Mapping[str, Any],
    *,
    measure: int = MEASURE,
) -> Plan:
    """Plans a recipe: the steps that read input run, the rest is counted and measured.

    `given` are the arguments that its steps share (`recipes.run_stages`). Raises KgsynthError when
    no model answers.
    """
    ahead = Ahead()
    found: list[Forecast] = []
    for stage, values in zip(recipe.stages, settled, strict=True):
        step = stage.command.partition(" ")[0]
        if not stage.takes_part(values, given):
            continue
        if stage.reads_input:
            if given["inputs"].get(stage.command):
                stage.perform(values, given)
        elif step == "sample":
            growing = any(each.calls.high for each in found)
            ahead.sets = ahead.sets + _sets(stage, values, given, growing=growing)
        elif step == "dedup":
            _drop(ahead, NO_COPY, "of the questions are no copies")
        elif step == "decontaminate":
            _drop(ahead, NO_BENCHMARK, "of the questions stand in no benchmark")
            if not values.get("ask"):
                found.append(free(stage.command))
        elif step in PLANNED:
            todos = stage.jobs(values, given)
            if todos:
                found += _asking(stage, values, given, todos, ahead, measure)
            elif step == "verify":
                found.append(free(stage.command))
    return Plan(found, ahead.assumed)


def left_out(
    recipe: Recipe, settled: Sequence[Mapping[str, Any]], given: Mapping[str, Any]
) -> list[str]:
    """The stages of a recipe that ask a model and are in no forecast."""
    return [
        stage.command
        for stage, values in zip(recipe.stages, settled, strict=True)
        if "journal" in signature(stage.function).parameters
        and stage.command.partition(" ")[0] not in PLANNED
        and stage.takes_part(values, given)
        and (stage.command != "decontaminate" or values.get("ask"))
    ]


def _drop(ahead: Ahead, share: Range, said: str) -> None:
    if ahead.questions.high:
        ahead.questions = ahead.questions * share
        ahead.assumed.append(_said(share, said))


def _said(share: Range, what: str) -> str:
    return f"{share.expected:.0%} ({share.low:.0%} to {share.high:.0%}) {what}"


def _asking(
    stage: Stage,
    values: Mapping[str, Any],
    given: Mapping[str, Any],
    todos: Sequence[Job],
    ahead: Ahead,
    measure: int,
) -> list[Forecast]:
    """The forecasts of a stage's jobs; adds to `ahead` what they will bring."""
    store, journal = given["store"], given["journal"]
    step = stage.command.partition(" ")[0]
    presents = [todo.pending.count(store, todo.task) for todo in todos]
    if step == "merge":
        numbers = _merge(store, values, given, presents, ahead)
    elif step == "answer":
        numbers = _routed(todos, presents, ahead)
    else:
        numbers = [_calls(todo, now, ahead) for todo, now in zip(todos, presents, strict=True)]
    found: list[Forecast] = []
    planned: list[Planned] = []
    for todo, present, calls in zip(todos, presents, numbers, strict=True):
        if not calls.high:
            continue
        one = measured(store, journal, todo, ahead.stand_ins, run=given["run"], present=present,
                       number=measure)  # fmt: skip
        wanted = todo.pending.parameters.get("wanted")
        if wanted and one.items.expected:
            calls = calls * exactly(max(1.0, wanted / one.items.expected))
        name = todo.task.name if step in ("merge", "answer", "verify") else stage.command
        found.append(costed(name, todo, calls, one))
        # What the measured calls brought is in the graph by now.
        done = present - todo.pending.count(store, todo.task) if present else 0
        planned.append(Planned(todo, present, calls.less(done), one))
        ahead.stand_ins.add(step, one.made)
    _add(ahead, stage, values, given, planned)
    return found


def _calls(todo: Job, present: int, ahead: Ahead) -> Range:
    """How many calls a job will make about what is there and what is to come."""
    match todo.pending.inputs:
        case "inputs/concept-set":
            return exactly(present) + ahead.sets
        case "inputs/tagged-document":
            return exactly(present) + ahead.documents
        case "inputs/judge-problem":
            return exactly(present) + ahead.questions
        case "inputs/judge-solution":
            return exactly(present) + ahead.answers
        case "inputs/judge-answers":
            return exactly(present) + ahead.questions
        case "inputs/question" if todo.task.step == "verify":
            return ahead.here(present) + ahead.questions
        case "inputs/question":
            return exactly(present) + ahead.originals
    return exactly(present)


def _routed(todos: Sequence[Job], presents: Sequence[int], ahead: Ahead) -> list[Range]:
    """How many answers each solver will be asked for, by the difficulties it has."""
    numbers: list[Range] = []
    for todo, present in zip(todos, presents, strict=True):
        samples = exactly(todo.pending.parameters["samples"])
        difficulties = todo.pending.parameters["difficulties"]
        if ahead.unrated is None or difficulties is None:
            all_of = difficulties is None or "" in difficulties
            new = ahead.questions * samples if all_of else NOTHING
            numbers.append(ahead.here(present) + new)
            continue
        rated, of = sum(ahead.rated[each] for each in difficulties), ahead.rated.total()
        part = share(rated, of) if of else Range(0, sum(map(bool, difficulties)) / 3, 1)
        if not of:
            kinds = " or ".join(filter(None, difficulties))
            ahead.assumed.append(_said(part, f"of the questions are {kinds}"))
        known = present - ahead.waiting * int(samples.low) if "" in difficulties else present
        numbers.append(exactly(max(0, known)) + ahead.unrated * part * samples)
    return numbers


def _merge(
    store: Store,
    values: Mapping[str, Any],
    given: Mapping[str, Any],
    presents: Sequence[int],
    ahead: Ahead,
) -> list[Range]:
    """How many points, pairs and classes of names the dual filter will ask about."""
    from kgsynth.merging import candidates, records

    quality, _, named = presents
    graph = store.read("report/graph", domain=given["domain"])[0]
    now = graph["knowledgePoints"]
    tagged = store.read("report/points-by-source", domain=given["domain"], limit=_TAGGED)
    points = names_to_come(
        [row["points"] for row in tagged], graph["documents"] + graph["problems"]
    )
    growth = points.each(lambda number: max(1.0, number / now) if now else 1.0)
    model = values.get("embedding") or config.BUNDLED
    limits = embed.thresholds(model, values.get("same"), values.get("ask"))
    compared = [one for one in records.read(store, given["domain"]).values()
                if one.free and one.sources]  # fmt: skip
    found = candidates.Found()
    if compared:
        found = candidates.find(store, compared, model, limits, dry_run=True)
    # Similar pairs grow as the square of the number of names; at least as that number.
    grown = Range(growth.low, growth.expected**2, growth.high**2)
    pairs = exactly(found.open) * grown
    if quality or growth.high > 1:
        pairs = pairs * _GOOD_PAIRS
    new = exactly(found.same if found.embedded else 0) * grown
    classes = (exactly(named) + new + pairs * SAME).each(
        lambda number: min(number, points.high / 2)
    )
    if pairs.high:
        ahead.assumed.append(_said(SAME, "of similar names are the same"))
    return [exactly(quality) + (points.less(now) if now else points), pairs, classes]


def _add(
    ahead: Ahead,
    stage: Stage,
    values: Mapping[str, Any],
    given: Mapping[str, Any],
    planned: Sequence[Planned],
) -> None:
    """Counts what the calls of a stage will bring, given what measured ones brought."""
    for one in planned:
        if stage.command == "tag":
            ahead.documents = one.left
        elif stage.command == "generate":
            ahead.questions = ahead.questions + one.left * one.measured.items
            ahead.originals = one.left * one.measured.originals
        elif stage.command == "answer":
            samples = one.todo.pending.parameters["samples"]
            ahead.answers = ahead.answers + one.left * one.measured.items * exactly(1 / samples)
            if ahead.unrated:  # a question goes one way, where the high values of all ways count it
                most = ahead.unrated.high + sum(each.present for each in planned)
                ahead.answers = ahead.answers.at_most(most)
        elif stage.command == "verify difficulty":
            ahead.unrated = one.left
            ahead.waiting = one.todo.pending.count(given["store"], one.todo.task)
            ahead.rated.update(row["properties"]["label"] for row in one.measured.made)
    if stage.command == "verify difficulty":
        held = given["store"].read(
            "report/difficulties", domain=given["domain"], method=values.get("questions")
        )
        ahead.rated.update({row["difficulty"]: row["number"] for row in held})
    if stage.command == "verify judges" and planned:
        problems = [one for one in planned if one.todo.pending.inputs == "inputs/judge-problem"]
        if problems:
            ahead.unjudged = problems[0].present
            ahead.good = _judged_good(ahead, values, given, problems)
            ahead.questions = ahead.questions * ahead.good


def _judged_good(
    ahead: Ahead,
    values: Mapping[str, Any],
    given: Mapping[str, Any],
    planned: Sequence[Planned],
) -> Range:
    """The share of questions that the panel keeps, by the votes in the graph and in rehearsals."""
    import numpy as np

    from kgsynth.steps.verify.judges import matrix

    panel = config.judges()
    page: list[Row] = given["store"].read(
        "read/votes-problem", after="", limit=_VOTES, domain=given["domain"],
        method=values.get("questions"), tasks=[],
    )  # fmt: skip
    votes: dict[str, list[Any]] = {}
    for row in (row for one in planned for row in one.measured.made):
        said = row["properties"]
        votes.setdefault(row["target"], []).append([said["judge"], said["model"], said["score"]])
    page = [*page, *({"votes": given_votes} for given_votes in votes.values())]
    columns = {(judge.name, model_name(judge.settings)): place for place, judge in enumerate(panel)}
    scores = joint_scores(
        PROBLEM,
        matrix(page, columns, len(panel)),
        np.array([judge.weight for judge in panel], np.float64),
        values.get("quorum") or len(panel),
    )
    decided = int((~np.isnan(scores)).sum())
    if not decided:
        ahead.assumed.append(_said(JUDGED_GOOD, "of the questions pass the judges"))
        return JUDGED_GOOD
    return share(int(kept(PROBLEM, scores, values.get("threshold", THRESHOLD)).sum()), decided)


def _sets(
    stage: Stage, values: Mapping[str, Any], given: Mapping[str, Any], *, growing: bool
) -> Range:
    """How many concept sets the recipe will still draw.

    Of combinations at most so many as there are: they are counted, unless the graph is `growing` or
    not linked as it is (then 0 to as many as are wanted).
    """
    store, domain = given["store"], given["domain"]
    chosen = {
        name: values.get(name, parameter.default)
        for name, parameter in signature(stage.function).parameters.items()
    }
    strategy = stage.command.partition(" ")[2]
    drawn = store.read("report/drawn", domain=domain, strategy=strategy, seed=given["seed"])[0]
    if strategy == "walk":
        return _walks(store, chosen, domain).less(drawn["own"])
    left = inf if chosen.get("all") else max(0.0, float(chosen["sets"] or SETS) - drawn["own"])
    if not left:
        return NOTHING
    exist = None
    if not growing and "count" in chosen:
        with suppress(NotLinkedError):  # the run links first
            exist = stage.perform(values, given, count=True).notes["exist"]
    if exist is None:
        most = left if left < inf else float(SETS)
        return Range(0.0, most, most)
    return exactly(min(left, max(0.0, exist - drawn["sets"])))


def _walks(store: Store, chosen: Mapping[str, Any], domain: str) -> Range:
    """How many walks there will be in all: a number for each topic that is known or to come."""
    graph = store.read("report/graph", domain=domain)[0]
    tagged = store.read("report/topics-by-document", domain=domain, limit=_TAGGED)
    topics = names_to_come([row["topics"] for row in tagged], graph["documents"])
    wanted = topics * exactly(chosen["epochs"] * chosen["sets_per_topic"])
    most = float(chosen["sets"] or inf)
    return wanted.at_most(most)
