"""`verify judge`: one model sees the answers to a question; one that it finds correct is picked.

SynthLLM (section C.3): 8 candidates a question, those judged potentially incorrect are discarded,
one of the rest is drawn. `answer --samples 8 --keep all` keeps the candidates.
"""

from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.pending import Pending, Shard, fence, question_text
from kgsynth.calls.projector import Destination
from kgsynth.calls.tasks import Item, make_task
from kgsynth.calls.until import Until
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id
from kgsynth.models import Response
from kgsynth.parse import ParseError, judgements
from kgsynth.progress import progress
from kgsynth.store import Row, Store
from kgsynth.verdicts import verdict, write

JUDGE = "judge"
PICKED, WRONG, OTHER = "picked", "judged wrong", "another answer was picked"
NOT_ALL = "not each answer judged"
PAGE = 500


def item(row: Row, ordinal: int) -> Item:
    """A question and its candidate answers as the judge sees them, numbered in order of id."""
    listed = [
        fence(f"answer-{place}", answer["text"]) for place, answer in enumerate(row["answers"], 1)
    ]
    inputs = {"question": fence("question", question_text(row)), "answers": "\n\n".join(listed)}
    answers = tuple(answer["id"] for answer in row["answers"])
    return Item(row["id"], inputs, (row["id"], *answers), {"answers": answers})


def parse(item: Item, reply: Response, key: str, *, model: str) -> list[Row]:
    """The judgement on each answer as rows of `write/verdicts`. Raises ParseError if one lacks."""
    said = judgements(reply.text, reply.finish_reason)
    answers = item.context["answers"]
    if set(said) != set(range(1, len(answers) + 1)):
        raise ParseError(NOT_ALL)
    return [
        verdict(
            answer, JUDGE, label="correct" if said[place] else "not correct", passed=None,
            score=float(said[place]), criterion="answers", model=model, call=key, item=place - 1,
        )
        for place, answer in enumerate(answers, 1)
    ]  # fmt: skip


def job(
    domain: str,
    *,
    run: str,
    method: str = JUDGE,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Judging the answers to the questions of a domain; `overrides` are settings of the model."""
    prompt = assets.prompt("verify/answers", domain)
    task = make_task("verify", JUDGE, prompt, config.model_settings("judge", **overrides))
    return Job(
        task,
        Pending("pending/judge-answers", "inputs/judge-answers", item, domain, limit, where, shard,
                {"method": questions}),
        partial(parse, model=task.model),
        Destination("write/verdicts", run),
    )  # fmt: skip


def judge(
    store: Store,
    journal: Journal,
    *,
    run: str,
    domain: str = config.DOMAIN,
    seed: int = 0,
    questions: str | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
) -> Funnel:
    """Lets the role `judge` look at all answers of a question, and keeps one that is not wrong.

    Samples that were outvoted take part where they kept their texts. Of the answers not judged
    wrong one is drawn with the `seed`; the others are rejected, each with its reason. Where all are
    wrong, none is kept. Judgements are stored: another seed draws anew without a call; further
    samples are judged with the ones before. `questions` keeps the questions of one method. Of the
    funnel, in = answers whose decision is new or another than before.
    """
    todo = job(domain, run=run, questions=questions, limit=limit, where=where, shard=shard)
    done = run_job(store, journal, todo, until=until)
    funnel = Funnel("verify judge", failures=done.failures)
    funnel.notes["calls"] = done.taken
    if done.dropped:
        funnel.notes["no judgement"] = dict(done.dropped)
    if "stopped" in done.notes:
        funnel.notes["stopped"] = done.notes["stopped"]
    none = 0
    with progress("verify judge", None, "questions") as shown:
        for page in store.pages(
            "read/judged-answers", size=PAGE, where=where, domain=domain, method=questions
        ):
            rows = []
            for question in page:
                labels = pick(question["answers"], seed)
                none += bool(labels) and PICKED not in labels.values()
                for answer, score, decided in question["answers"]:
                    if (label := labels[answer]) == decided:
                        continue
                    passed = label == PICKED
                    rows.append(verdict(answer, JUDGE, label=label, passed=passed, score=score))
                    funnel.taken += 1
                    funnel.kept += passed
                    if not passed:
                        funnel.drop(label)
            write(store, rows)
            shown.advance(len(page))
    if none:
        funnel.notes["questions without an answer left"] = none
    return funnel


def pick(answers: list[list[Any]], seed: int) -> dict[str, str]:
    """What becomes of each answer `[id, score, ...]` of a question: its label, by id."""
    good = [id_ for id_, score, *_ in answers if score]
    picked = min(good, key=lambda id_: content_id("pick", seed, id_), default=None)
    return {
        id_: PICKED if id_ == picked else OTHER if score else WRONG for id_, score, *_ in answers
    }
