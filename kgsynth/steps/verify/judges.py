"""`verify judges`: a panel of models scores questions and answers, and decides jointly.

Every vote is a Verdict of its judge that decides nothing; the joint decision is one more Verdict,
made anew from the stored votes whenever the command is said (GSDP, section 2.5).
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kgsynth import assets, config
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.pending import Pending, Shard, fence, question_text
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.calls.until import Until
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.joint import CRITERIA, PROBLEM, THRESHOLD, joint_scores, kept
from kgsynth.models import Response, model_name
from kgsynth.parse import correctness, score
from kgsynth.progress import progress
from kgsynth.store import Row, Store
from kgsynth.verdicts import verdict, write

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

JUDGES = "judges"
KEPT, LOW, VETO, FEW = "kept", "below threshold", "vetoed", "too few votes"
PAGE = 2_000


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which items a call is about, and who is asked about them."""

    domain: str = config.DOMAIN
    questions: str | None = None
    limit: int | None = None
    where: str | None = None
    shard: Shard | None = None


def problem_item(row: Row, ordinal: int) -> Item:
    """A question as a judge sees it, with the knowledge points it was to use."""
    if names := row["tests"] or row["points"]:
        points = fence("knowledge-points", "\n".join(f"- {name}" for name in names))
    else:
        points = "No knowledge points are given."
    return Item(row["id"], {"question": _problem(row), "points": points}, (row["id"],))


def solution_item(row: Row, ordinal: int) -> Item:
    """An answer as a judge sees it, with its question."""
    inputs = {"question": _problem(row), "solution": fence("solution", row["solution"])}
    return Item(row["id"], inputs, (row["id"], row["question"]))


def _problem(row: Row) -> str:
    return fence("problem", question_text(row))


_ITEMS = {"problem": problem_item, "solution": solution_item}
_READERS = {"problem": score, "solution": correctness}


def parse(
    item: Item, reply: Response, key: str, *, criterion: str, judge: str, model: str
) -> list[Row]:
    """The vote of one reply as a row of `write/verdicts`. Raises ParseError when there is none."""
    said = _READERS[criterion](reply.text, reply.finish_reason)
    label = None if criterion == PROBLEM else "correct" if said.score else "not correct"
    return [
        verdict(
            item.source, JUDGES, label=label, passed=None, score=said.score, reason=said.reason,
            criterion=criterion, model=model, call=key, judge=judge,
        )
    ]  # fmt: skip


def job(
    domain: str,
    *,
    run: str,
    method: str,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """One judge's votes by one criterion; the method names both: `judges solution NAME`.

    Without a name the first judge of the panel; `overrides` are settings of the model. Raises
    UsageError for another criterion, and for a judge that the settings do not list.
    """
    _, criterion, name, *_ = [*method.split(" ", 2), "", ""]
    panel = config.judges(**overrides)
    found = [judge for judge in panel if judge.name == (name or panel[0].name)]
    if criterion not in CRITERIA or not found:
        known = ", ".join(judge.name for judge in panel)
        raise UsageError(
            f"There is no method {method!r} of verify: judges {' | '.join(CRITERIA)} NAME, where "
            f"NAME is one of the panel in kgsynth.toml ({known})."
        )
    judge = found[0]
    prompt = assets.prompt(f"verify/{criterion}", domain)
    task = make_task("verify", f"judges {criterion} {judge.name}", prompt, judge.settings)
    query = f"judge-{criterion}"
    return Job(
        task,
        Pending(f"pending/{query}", f"inputs/{query}", _ITEMS[criterion], domain, limit, where,
                shard, {"method": questions}),
        partial(parse, criterion=criterion, judge=judge.name, model=task.model),
        Destination("write/verdicts", run),
    )  # fmt: skip


def _jobs(run: str, chosen: Chosen, criterion: str, names: tuple[str, ...]) -> list[Job]:
    return [
        job(
            chosen.domain, run=run, method=f"judges {criterion} {name}", limit=chosen.limit,
            questions=chosen.questions, where=chosen.where, shard=chosen.shard,
        )
        for name in names
    ]  # fmt: skip


def judges(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    criterion: str | None = None,
    ask: tuple[str, ...] = (),
    threshold: float = THRESHOLD,
    quorum: int | None = None,
    retries: int = 1,
    decide_only: bool = False,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
) -> Funnel:
    """Asks every judge of the panel for its votes, and decides on questions, then on answers.

    A judge gives a question a score from 0 to 1, an answer 0 or 1. A question is kept where the
    mean, weighted by judge, is `threshold` and more; an answer where no judge votes 0. Answers to a
    question that is rejected are not asked about. A reply that is no vote is asked for again
    `retries` times, then it is null; an item with fewer votes than `quorum` (all of the panel
    unless set) stays pending and is counted. Votes are kept: other weights, another threshold or
    quorum decide anew from them, and only what is missing is asked for (`decide_only`: nothing).

    `criterion` keeps `problem` or `solution`, `ask` asks only those judges, `questions` keeps the
    questions of one method. Of the funnel, in = items whose decision is new or another than
    before. Raises UsageError for an unknown judge or criterion, and a quorum beyond the panel.
    """
    panel = config.judges()
    names = tuple(judge.name for judge in panel)
    if unknown := sorted(set(ask) - set(names)):
        raise UsageError(f"No judge is named {', '.join(unknown)}: {', '.join(names)}.")
    if criterion not in (None, *CRITERIA):
        raise UsageError(f"The criteria are {' and '.join(CRITERIA)}, not {criterion!r}.")
    if quorum is not None and not 1 <= quorum <= len(panel):
        raise UsageError(f"A quorum is 1 to {len(panel)}, the judges of the panel; not {quorum}.")
    chosen = Chosen(domain, questions, limit, where, shard)
    funnel = Funnel("verify judges")
    for each in CRITERIA if criterion is None else (criterion,):
        if not decide_only and not _ask(
            store,
            journal,
            funnel,
            chosen,
            each,
            _jobs(run, chosen, each, ask or names),
            retries,
            until,
        ):
            decide_only = True  # stopped: what is there decides
        _decide(store, funnel, chosen, each, panel, _jobs(run, chosen, each, names), threshold,
                len(panel) if quorum is None else quorum)  # fmt: skip
    return funnel


def ahead(
    store: Store,
    *,
    domain: str = config.DOMAIN,
    criterion: str | None = None,
    ask: tuple[str, ...] = (),
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
) -> list[Row]:
    """How many calls each judge has before it: `criterion, judge, model, pending`.

    Answers count that are not rejected yet; of these, fewer are asked about once their questions
    are judged.
    """
    chosen = Chosen(domain, questions, limit, where, shard)
    names = ask or tuple(judge.name for judge in config.judges())
    return [
        {
            "criterion": each,
            "judge": name,
            "model": todo.task.model,
            "pending": todo.pending.count(store, todo.task),
        }
        for each in (CRITERIA if criterion is None else (criterion,))
        for name, todo in zip(names, _jobs("", chosen, each, names), strict=True)
    ]


def _ask(
    store: Store,
    journal: Journal,
    funnel: Funnel,
    chosen: Chosen,
    criterion: str,
    jobs: list[Job],
    retries: int,
    until: Until | None,
) -> bool:
    """Lets each judge vote, and again where a reply was no vote; False when it was stopped."""
    for todo in jobs:
        for each in _rounds(store, todo, retries):
            done = run_job(store, journal, each, until=until)
            calls = f"{criterion} calls"
            funnel.notes[calls] = funnel.notes.get(calls, 0) + done.taken
            if done.dropped:
                unusable = Counter(funnel.notes.get("no votes", {})) + done.dropped
                funnel.notes["no votes"] = dict(unusable)
            funnel.failures += done.failures
            if "stopped" in done.notes:
                funnel.notes["stopped"] = done.notes["stopped"]
                return False
    return True


def _rounds(store: Store, todo: Job, retries: int) -> Iterator[Job]:
    """The job, then the same about those of its items that have no vote yet, `retries` times."""
    yield todo
    for _ in range(retries):
        failed = store.value("pending/null-votes", task=todo.task.id, retries=retries)
        if not failed:
            return
        # Set aside, a call leaves its item pending, and the next one is another sample.
        store.write("write/retire-calls", [{"id": call} for call in failed])
        yield replace(todo, pending=replace(todo.pending, limit=len(failed)))


def _decide(
    store: Store,
    funnel: Funnel,
    chosen: Chosen,
    criterion: str,
    panel: tuple[config.Judge, ...],
    jobs: list[Job],
    threshold: float,
    quorum: int,
) -> None:
    """Decides on every item that was voted on, and writes what is not decided so already."""
    import numpy as np

    weights = np.array([judge.weight for judge in panel], np.float64)
    columns = {(judge.name, model_name(judge.settings)): place for place, judge in enumerate(panel)}
    few = 0
    with progress(f"verify judges: {criterion}", None, "items") as shown:
        for page in store.pages(
            f"read/votes-{criterion}",
            size=PAGE,
            where=chosen.where,
            domain=chosen.domain,
            method=chosen.questions,
            tasks=[todo.task.id for todo in jobs],
        ):
            votes = matrix(page, columns, len(panel))
            scores = joint_scores(criterion, votes, weights, quorum)
            passed = kept(criterion, scores, threshold)
            rows = []
            for item, given, joint, good in zip(page, votes, scores, passed, strict=True):
                decision = _decision(criterion, panel, given, float(joint), bool(good))
                few += decision["passed"] is None
                if item["decided"] != decision:
                    rows.append(verdict(item["id"], JUDGES, criterion=criterion, **decision))
                    _count(funnel, decision)
            write(store, rows)
            shown.advance(len(page))
    if few:
        funnel.notes[f"{criterion}s with {FEW}"] = few


def matrix(
    page: list[Row], columns: Mapping[tuple[str, str], int], width: int
) -> "NDArray[np.float64]":
    """The votes of a page of items; a judge's column is found by its name and model.

    Of several votes in one column (another prompt, another temperature) the last one counts.
    """
    import numpy as np

    votes = np.full((len(page), width), np.nan)
    for place, item in enumerate(page):
        for judge, model, mark in item["votes"]:
            if (column := columns.get((judge, model))) is not None:
                votes[place, column] = mark
    return votes


def _decision(
    criterion: str,
    panel: tuple[config.Judge, ...],
    given: "NDArray[np.float64]",
    joint: float,
    good: bool,
) -> Row:
    """Score, label, passed and reason of a joint decision; the reason tells the votes."""
    missing = joint != joint  # NaN: too few votes
    failed = LOW if criterion == PROBLEM else VETO
    votes = [
        f"{judge.name} {mark:g}" for judge, mark in zip(panel, given, strict=True) if mark == mark
    ]
    return {
        "score": None if missing else joint,
        "label": FEW if missing else KEPT if good else failed,
        "passed": None if missing else good,
        "reason": ", ".join(votes) or None,
    }


def _count(funnel: Funnel, decision: Row) -> None:
    if decision["passed"] is None:
        return
    funnel.taken += 1
    if decision["passed"]:
        funnel.kept += 1
    else:
        funnel.drop(decision["label"])
