"""What the calls of a job take and give: from those it made, else from a few, else from its prompt.

The few are calls of the run itself where the sources are there, else a rehearsal: what stands for a
source is the concepts of a document or problem, or what an earlier rehearsal brought. All answers
stay in the journal.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kgsynth import models
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal, Kept, call_key
from kgsynth.calls.projector import read_reply
from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.plan.ranges import Range, mean, mean_count
from kgsynth.store import Row, Store

# What is assumed where no call can be measured: tokens of a source beside the prompt, characters a
# token, tokens of a reply (labels in JSON, free text), seconds a token of a reply.
SOURCE = Range(50, 300, 2000)
CHARACTERS = 4
LABELS, TEXT = Range(10, 100, 500), Range(50, 600, 4000)
SECONDS = Range(0.005, 0.02, 0.1)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a call takes and gives: means, and the number of calls that they are known from.

    `made` are the rows that a rehearsal brought, as the step would write them.
    """

    calls: int
    input_tokens: Range
    output_tokens: Range
    seconds: Range
    items: Range
    originals: Range
    made: list[Row] = field(default_factory=list)


@dataclass(slots=True)
class StandIns:
    """Questions and answers of rehearsals, as rows of `inputs/`, for the rehearsals to come."""

    questions: list[Row] = field(default_factory=list)
    answers: list[Row] = field(default_factory=list)

    def add(self, step: str, made: Sequence[Row]) -> None:
        """Takes what a rehearsal of a step wrote."""
        if step == "generate" and made:
            self.questions = [
                {"input": None, "level": None, "subject": None, "points": [], **row["properties"]}
                | {"id": row["id"], "tests": row["names"]}
                for row in made
            ]
        elif step == "answer":
            asked = {row["id"]: row for row in self.questions}
            self.answers += [
                asked[row["question"]]
                | {"id": row["id"], "question": row["question"],
                   "solution": row["properties"]["text"]}
                for row in made
            ]  # fmt: skip

    def rows(self, store: Store, todo: Job, number: int) -> list[Row]:
        """Rows that stand for the sources of a job; none where nothing does."""
        wanted, domain = todo.pending.inputs, todo.pending.domain
        if wanted in ("inputs/question", "inputs/judge-problem"):
            return self.questions[:number]
        if wanted == "inputs/judge-solution":
            return self.answers[:number]
        if wanted == "inputs/judge-answers":
            return [
                {**one, "id": one["question"],
                 "answers": [{"id": one["id"], "text": one["solution"]}]}
                for one in self.answers[:number]
            ]  # fmt: skip
        if wanted == "inputs/concept-set" and todo.pending.query != "pending/generate-points":
            return store.read("inputs/rehearsal-set", domain=domain, limit=number)
        found = store.read("inputs/rehearsal-points", domain=domain, limit=number)
        if wanted == "inputs/concept-set":
            return found
        if wanted == "inputs/concept-pairs":
            return [
                {**one, "domain": domain,
                 "others": [{**other, "ordinal": 0, "similarity": None}]}
                for one, other in (row["concepts"][:2] for row in found)
            ]  # fmt: skip
        if wanted == "inputs/concept-class":
            return [{"id": row["concepts"][0]["id"], "domain": domain, "members": row["concepts"]}
                    for row in found]  # fmt: skip
        return []


def measured(
    store: Store,
    journal: Journal,
    todo: Job,
    stand_ins: StandIns,
    *,
    run: str,
    present: int,
    number: int,
) -> Measured:
    """What the calls of a job take and give; `present` of its sources are in the graph.

    Asks about at most `number` of them, or of what stands for them. Raises KgsynthError when no
    model answers.
    """
    calls = store.read("report/task-calls", task=todo.task.id, limit=1000)
    if len(calls) < number and present:
        few = replace(todo.pending, limit=number - len(calls))
        run_job(store, journal, replace(todo, pending=few))
        calls = store.read("report/task-calls", task=todo.task.id, limit=1000)
    made: list[Row] = []
    if not calls and (rows := stand_ins.rows(store, todo, number)):
        calls, made = _rehearse(journal, todo, rows, run)
    return _means(calls, made) if calls else _assumed(todo)


def _means(calls: Sequence[Row], made: list[Row]) -> Measured:
    return Measured(
        len(calls),
        mean([call["inputTokens"] or 0 for call in calls]),
        mean([call["outputTokens"] or 0 for call in calls]),
        mean([call["seconds"] for call in calls]),
        mean_count([call["items"] for call in calls]),
        mean([call["originals"] for call in calls]),
        made,
    )


def _assumed(todo: Job) -> Measured:
    """What is to be expected of a prompt and model that nothing is known of but their size."""
    prompt = sum(len(text) for _, text in todo.task.prompt.messages) / CHARACTERS
    most, labels = todo.task.generation.max_tokens, todo.task.generation.json_schema
    reply = (LABELS if labels else TEXT).at_most(most)
    taken = SOURCE.each(lambda tokens: tokens + prompt)
    return Measured(0, taken, reply, reply * SECONDS, Range(0, 1, 1), Range(0, 0, 0))


def _rehearse(
    journal: Journal, todo: Job, rows: Sequence[Row], run: str
) -> tuple[list[Row], list[Row]]:
    """Asks about items that stand for sources to come; nothing is written to the graph."""
    task = todo.task
    items = [todo.pending.make(row, 0) for row in rows]
    talks = [task.prompt.render(item.inputs) for item in items]
    bases = [content_id("Ask", talk, *task.determinants()) for talk in talks]
    replies = journal.find(call_key(base, 0) for base in bases)
    first = {base: place for place, base in reversed(list(enumerate(bases)))}
    missing = sorted(place for base, place in first.items() if call_key(base, 0) not in replies)
    if missing:
        for place, reply in models.respond(
            task.chat_model(), [talks[place] for place in missing], task.generation
        ):
            if isinstance(reply, models.ModelError):
                raise KgsynthError(f"{task.model} gave no answer to measure: {reply}")
            base = bases[missing[place]]
            (kept,) = journal.keep(
                [Kept(base, 0, talks[missing[place]], reply)], run=run, role=task.settings.role
            )
            replies[call_key(base, 0)] = kept
    calls: list[Row] = []
    made: list[Row] = []
    for row, item, base in zip(rows, items, bases, strict=True):
        reply = replies[call_key(base, 0)]
        found, _ = read_reply(task, todo.parse, item, call_key(base, 0), reply)
        good = [one for one in found if one.get("status") != "rejected"]
        names = [concept["name"] for concept in row.get("concepts", [])]
        made += [{**one, "names": names} for one in good]
        calls.append(
            {
                "inputTokens": reply.input_tokens,
                "outputTokens": reply.output_tokens,
                "seconds": reply.seconds,
                "items": len(good),
                "originals": sum(one["properties"].get("origin") == "original" for one in good),
            }
        )
    return calls, made
