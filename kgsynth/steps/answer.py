"""`answer`: a model of its own solves every question, once or as the majority of samples."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, Literal

from kgsynth import assets, config
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.pending import Pending, Shard, question_text
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.calls.until import Until
from kgsynth.calls.vote import majority
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.models import Response
from kgsynth.parse import ParseError
from kgsynth.parse import answer as parse_answer
from kgsynth.progress import progress
from kgsynth.store import Row, Store

Keep = Literal["winner", "all"]
KEEP = ("winner", "all")
OUTVOTED, NO_FINAL = "outvoted", "no final answer to vote on"
NO_TEXT = "without the text of its winner"
PAGE = 500


def item(row: Row, ordinal: int) -> Item:
    """A question as the prompt sees it."""
    return Item(row["id"], {"question": question_text(row)}, (row["id"],))


def parse(
    item: Item,
    reply: Response,
    key: str,
    *,
    prompt: assets.Prompt,
    samples: int,
    route: str | None = None,
) -> list[Row]:
    """The solution of one answer as a row of `write/answers`. Raises ParseError when unusable."""
    found = parse_answer(reply.text, reply.finish_reason, prompt=prompt.shown(item.inputs))
    return [
        {
            "id": content_id("Answer", item.source, key, 0),
            "call": key,
            "item": 0,
            "question": item.source,
            "status": "pending",
            "reason": None,
            "properties": {
                "text": found.text,
                "final": found.final,
                "origin": "generated",
                "tokens": reply.output_tokens,
                **({"samples": samples} if samples > 1 else {}),
                **({"route": route} if route else {}),
            },
        }
    ]


def job(
    domain: str,
    *,
    run: str,
    method: str = "",
    prompt: str = "answer/solve",
    samples: int = 1,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Answering the questions of a domain; `overrides` are settings of the model.

    Where the settings route difficulties to solvers of their own, the method is the difficulty,
    and "" takes the rest. Raises UsageError for several samples at temperature 0: all are one.
    """
    settings = config.model_settings("solver", difficulty=method or None, **overrides)
    routes = config.solver_routes()
    rest = [each for each in ("", *config.DIFFICULTIES) if each not in routes]
    chosen = assets.prompt(prompt, domain)
    task = make_task("answer", method, chosen, settings)
    if samples > 1 and task.generation.temperature == 0:
        raise UsageError(
            f"{samples} samples at temperature 0 are one answer: set --temperature, or temperature "
            "in [models.solver]."
        )
    parameters = {
        "samples": samples,
        "method": questions,
        "difficulties": [method] if method else rest if routes else None,
    }
    return Job(
        task,
        Pending("pending/answer", "inputs/question", item, domain, limit, where, shard, parameters),
        partial(parse, prompt=chosen, samples=samples, route=method or None),
        Destination("write/answers", run),
    )


def jobs(domain: str, **settings: Any) -> list[Job]:
    """The job of each route, first that of all who have no solver of their own."""
    return [job(domain, method=route, **settings) for route in ("", *config.solver_routes())]


def answer(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    prompt: str = "answer/solve",
    samples: int = 1,
    keep: Keep = "winner",
    questions: str | None = None,
    temperature: float | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
    target: int | None = None,
) -> Funnel:
    """Answers every question that is not rejected and has no answer from this prompt and model.

    Temperature 0, by the role `solver` (SynthLLM, section 3.3 and appendix B). Of several `samples`
    at a temperature above 0 the majority's final answer wins: its first sample stays, with `votes`
    and `agreement`, the others are rejected as outvoted and lose their text, unless `keep` says
    "all" (for preference pairs). Questions that were rated (`verify difficulty`) go to the solver
    of their difficulty where the settings name one (`[models.solver.hard]`), and the answer says
    its `route` (GSDP, section 2.4). More samples later pay for the new ones, and vote again.
    `questions` keeps the questions of one method. Stops at `target` kept answers. Raises UsageError
    for several samples at temperature 0, or with a target.
    """
    if samples < 1 or keep not in KEEP:
        raise UsageError(f"answer takes at least one sample, and keeps {' or '.join(KEEP)}.")
    if samples > 1 and target is not None:
        raise UsageError("A target counts answers, and of several samples one stays: use a limit.")
    todos = jobs(
        domain,
        run=run,
        prompt=prompt,
        samples=samples,
        questions=questions,
        temperature=temperature,
        where=where,
        shard=shard,
    )
    funnel = Funnel("answer")
    for todo in todos:
        wanted = target
        if target is not None:
            others = [other.task.id for other in todos if other is not todo]
            wanted = target - sum(store.value("read/kept-items", task=task) for task in others)
        part = run_job(store, journal, _at_most(todo, limit, funnel), until=until, target=wanted)
        if samples > 1:
            part.notes |= vote(store, journal, todo, samples=samples, keep=keep)
        funnel.add(part)
        if "lacking" in part.notes:
            funnel.notes["lacking"] = part.notes["lacking"]
    return funnel


def _at_most(todo: Job, limit: int | None, so_far: Funnel) -> Job:
    """The job with what the limit leaves after other routes."""
    left = None if limit is None else max(0, limit - so_far.taken)
    return replace(todo, pending=replace(todo.pending, limit=left))


def vote(store: Store, journal: Journal, todo: Job, *, samples: int, keep: Keep) -> Counter[str]:
    """Lets the samples of each question vote once all of them are there.

    An answer that lost its text in an earlier vote gets it back from the stored responses. Where
    these do not hold it (they are on another machine), the earlier vote stands, and the question
    is `without the text of its winner`. Returns how many questions voted, how many did not for
    that, and how many answers were rejected, by reason.
    """
    told: Counter[str] = Counter()
    with progress("answer: vote", None, "questions") as bar:
        for page in store.pages(
            "pending/votes",
            size=PAGE,
            task=todo.task.id,
            domain=todo.pending.domain,
            samples=samples,
            outvoted=[OUTVOTED, NO_FINAL],
        ):
            decided = [_decided(question, keep) for question in page]
            texts = _texts(journal, [row for one in decided for row in one if row["lacks_text"]])
            whole = [one for one in decided if all(_has_text(row, texts) for row in one)]
            rows = [row for one in whole for row in one]
            store.write("write/votes", [{**row, "text": texts.get(row["call"])} for row in rows])
            told.update({"voted": len(whole), NO_TEXT: len(decided) - len(whole)})
            told.update(row["reason"] for row in rows if row["reason"])
            bar.advance(len(page))
    return +told


def _has_text(row: Row, texts: Mapping[str, str]) -> bool:
    """Whether an answer that wins has its text, or gets it back."""
    return row["status"] != "pending" or not row["lacks_text"] or row["call"] in texts


def _decided(question: Row, keep: Keep) -> list[Row]:
    """Rows of `write/votes` for the samples of a question."""
    answers = question["answers"]
    outcome = majority([answer["final"] for answer in answers])
    rows = []
    for place, answer in enumerate(answers):
        won = outcome is not None and place == outcome.winner
        rows.append(
            {
                "id": answer["id"],
                "call": answer["call"],
                "status": "pending" if won else "rejected",
                "reason": None if won else OUTVOTED if outcome else NO_FINAL,
                "votes": outcome.votes if outcome and won else 0,
                # Of all that were asked, those without a usable reply too.
                "agreement": outcome.votes / question["asked"] if outcome and won else None,
                "bare": not won and keep == "winner",
                "lacks_text": answer["bare"] and (won or keep == "all"),
            }
        )
    return rows


def _texts(journal: Journal, rows: list[Row]) -> dict[str, str]:
    """Texts that an earlier vote took away, read anew from the stored responses."""
    found = {}
    for key, reply in journal.find(row["call"] for row in rows).items():
        with suppress(ParseError):  # by a parser that has changed since
            found[key] = parse_answer(reply.text, reply.finish_reason).text
    return found
