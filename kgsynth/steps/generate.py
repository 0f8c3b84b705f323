"""`generate METHOD`: a model writes questions. A method is one prompt file in `prompts/question/`.

The prompt's front matter names its `source` (what is shown to the model, `kgsynth.calls.sources`),
how many questions a reply holds at `most`, and whether it `extracts` questions from what it is
shown; so a further question style is a further file and no code.
"""

from functools import partial
from typing import Any

from kgsynth import assets, config
from kgsynth.calls.job import Job, run_job
from kgsynth.calls.journal import Journal
from kgsynth.calls.pending import Pending, Shard
from kgsynth.calls.projector import Destination
from kgsynth.calls.rounds import run_rounds
from kgsynth.calls.sources import SOURCES, Personas, Source
from kgsynth.calls.tasks import Item, make_task
from kgsynth.calls.until import Until
from kgsynth.copies import exact
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import content_id, normalise_name
from kgsynth.models import Response
from kgsynth.parse import clean
from kgsynth.parse import questions as parse_questions
from kgsynth.store import Row, Store


def methods() -> list[str]:
    """The names of the question methods there are prompts for."""
    names = (name.removeprefix("question/") for name in assets.names("prompts", "question"))
    return sorted(name for name in names if "." not in name)


def parse(
    item: Item, reply: Response, key: str, *, method: str, prompt: assets.Prompt
) -> list[Row]:
    """Questions of one answer as rows of `write/questions`, unusable ones with their reason.

    A concept that the model named counts as tested only when it is one of the source's; where the
    source asks for all of its concepts, all count. Where the
    prompt extracts questions, those that stand in the source are `original`, whatever the model
    says of them. Raises ParseError when no question is usable.
    """
    by_name: dict[str, str] = item.context["by_name"]
    extracts = bool(prompt.meta.get("extracts"))
    # What may be taken over word for word is no copy of the prompt.
    shown = dict.fromkeys(item.inputs, "") if extracts else item.inputs
    found = parse_questions(
        reply.text,
        reply.finish_reason,
        prompt=prompt.shown(shown),
        limit=int(prompt.meta["most"]),
    )
    rows: list[Row] = []
    for place, question in enumerate(found):
        named = {
            by_name[name] for name in map(normalise_name, question.concepts) if name in by_name
        }
        tested = item.context.get("tests") or named
        stands_there = extracts and clean.is_copy(question.text, item.context["text"])
        said = {"level": question.level, "subject": question.subject}
        rows.append(
            {
                "id": content_id("Question", method, item.source, key, place),
                "call": key,
                "item": place,
                "status": "rejected" if question.reason else "pending",
                "reason": question.reason,
                "sources": [
                    {"id": id_, "role": role}
                    for id_, role in zip(item.used, item.context["roles"], strict=False)
                ],
                "concepts": sorted(tested),
                "persona": item.context.get("persona"),
                "properties": {
                    "text": question.text,
                    "method": method,
                    "origin": "original" if stands_there else question.origin or "created",
                    "domain": item.context["domain"],
                    "textKey": exact.text_key(question.text),
                    "words": len(question.text.split()),
                    **item.context.get("kept", {}),
                    **{name: value for name, value in said.items() if value},
                },
            }
        )
    return rows


def reject_copies(store: Store, rows: list[Row]) -> None:
    """Rejects rows whose text stands in the graph or earlier in the page."""
    rows = [row for row in rows if row["status"] != "rejected"]
    keys = sorted({row["properties"]["textKey"] for row in rows})
    first = {
        found["key"]: (found["id"], found["text"])
        for found in store.read("read/question-copies", keys=keys)
    }
    for row in rows:
        properties = row["properties"]
        holder, text = first.setdefault(properties["textKey"], (row["id"], properties["text"]))
        if holder != row["id"]:
            row["status"], row["reason"] = "rejected", exact.COPY
            properties |= {"copyOf": holder, "copyText": text}


def _source(prompt: assets.Prompt) -> Source:
    name = prompt.meta.get("source")
    if name not in SOURCES or "most" not in prompt.meta:
        raise UsageError(
            f"Prompt {prompt.name!r}: the front matter must say most (questions in a reply) and "
            f"source, one of {', '.join(SOURCES)}."
        )
    if unsaid := [key for key in SOURCES[name].said if not prompt.meta.get(key)]:
        raise UsageError(f"Prompt {prompt.name!r}: the front matter must say {', '.join(unsaid)}.")
    return SOURCES[name]


def job(
    domain: str,
    *,
    run: str,
    method: str,
    per_document: int | None = None,
    seed: int = 0,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    **overrides: Any,
) -> Job:
    """Writing questions by a method; `overrides` are settings of the model.

    Raises UsageError when there is no such method, its prompt names no source we know, or
    `per_document` asks for what cannot be (see `generate`).
    """
    if method not in methods():
        raise UsageError(f"There is no method {method!r}: {', '.join(methods())}.")
    prompt = assets.prompt(f"question/{method}", domain)
    source = _source(prompt)
    parameters = {**source.parameters, **{name: prompt.meta.get(name) for name in source.said}}
    if source.again:
        parameters |= {
            "wanted": per_document,
            "most": int(prompt.meta["most"]),
            "unsuitable": clean.UNSUITABLE,
        }
    elif per_document is not None:
        raise UsageError(
            f"{method} asks once about each concept set: for more questions draw more sets "
            "(`kgsynth sample walk --epochs N`). In a recipe of several methods name the one that "
            "is meant: --set generate.METHOD.per_document=N."
        )
    task = make_task("generate", method, prompt, config.model_settings("asker", **overrides))
    if per_document is not None and task.generation.temperature == 0:
        raise UsageError(
            "So many questions a document take several calls, and at temperature 0 all are one: "
            "set --temperature, or temperature in [models.asker]."
        )
    prepared = source.prepare(domain, seed)
    make = partial(_item, source=source, prepared=prepared)
    return Job(
        task,
        Pending(source.pending, source.inputs, make, domain, limit, where, shard, parameters),
        partial(parse, method=method, prompt=prompt),
        Destination("write/questions", run, settle=reject_copies),
    )


def _item(row: Row, ordinal: int, *, source: Source, prepared: Any) -> Item:
    return source.make(row, ordinal, prepared)


def generate(
    store: Store,
    journal: Journal,
    method: str,
    *,
    run: str,
    domain: str = config.DOMAIN,
    per_document: int | None = None,
    seed: int = 0,
    temperature: float | None = None,
    limit: int | None = None,
    where: str | None = None,
    shard: Shard | None = None,
    until: Until | None = None,
    target: int | None = None,
) -> Funnel:
    """Writes questions for every source that this method has not been asked about.

    Once for each, or with `per_document` until each document (or question to vary) has brought so
    many: a reply may bring a few more, raising the number later pays for the new ones only, and
    three times the calls that would do at best are the most. `seed` draws concepts or personas for
    the methods that leave that to us. Stops at `target` kept questions in all.

    `synthllm-level1`, `-level2`: 1-5 questions on a document; `synthllm-level3`: 1-3 questions on
    each grounded concept set; `rephrase`, `persona`: one from a question that level 1 found
    (SynthLLM, section 3.2, appendix B, figures 7 to 9; temperature .75). `gsdp`: one problem on
    each set of knowledge points, without examples (GSDP, section 2.4). Raises UsageError for an
    unknown method, and for `per_document` where it cannot be: at temperature 0, with concept sets.
    """
    todo = job(
        domain,
        run=run,
        method=method,
        per_document=per_document,
        seed=seed,
        temperature=temperature,
        limit=limit,
        where=where,
        shard=shard,
    )
    _write_personas(store, method, domain, seed)
    ask = run_job if per_document is None else run_rounds
    return ask(store, journal, todo, until=until, target=target)


def _write_personas(store: Store, method: str, domain: str, seed: int) -> None:
    """Puts the personas that a method draws from into the graph: calls point at them."""
    drawn = _source(assets.prompt(f"question/{method}", domain)).prepare(domain, seed)
    if isinstance(drawn, Personas):
        source = f"domains/{domain}/personas"
        store.write(
            "write/personas",
            [
                {"id": id_, "text": text, "source": source}
                for id_, text in zip(drawn.ids, drawn.texts, strict=True)
            ],
        )
