"""Levels 1 and 2, the baselines and sampled answers on a real server; the model is scripted."""

import json
import re
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from project import Project, snapshot

from kgsynth.calls.journal import Journal, open_journal
from kgsynth.calls.sources import personas, tagged_document
from kgsynth.config import Connection
from kgsynth.errors import UsageError
from kgsynth.funnel import Funnel
from kgsynth.reparse import reparse
from kgsynth.runs import start_run
from kgsynth.steps import answer, generate, ingest
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

REPLIES = r"""
import json, re
from kgsynth.models.fake import FakeReply
from kgsynth.models.records import ModelError

def level_one(call):
    text = call.inputs["document"]
    if "unlucky" in text:
        raise ModelError("bad request", "scripted", transient=True)
    if "football" in text:
        return "NOT SUITABLE for creating questions."
    if "?" in text:
        asked = re.search(r"[A-Z][^.?]*\?", text)[0]
        return ("<question>\nOrigin: created\nLevel: High School\nSubject: Number Theory\n"
                f"{asked}\n</question>\n<question>\nOrigin: created\nLevel: college\n"
                f"Subject: Algebra\n"
                f"Which remainder does {call.digest} leave after division by 9?\n</question>")
    return "\n".join(
        f"<question>\nOrigin: original\nWhat is {call.digest} divided by {n}, rounded down?\n"
        "</question>"
        for n in range(2, 2 + call.digest % 5 + 1))

def reply(call):
    name, inputs = call.prompt, call.inputs
    if name == "tag/concepts":
        topics = [{"topic": "Numbers", "concepts": ["Integers", "Primes", "Division"]}]
        return json.dumps({"level": "College", "subject": "Algebra", "topics": topics})
    if name == "question/synthllm-level1":
        return level_one(call)
    if name.startswith("question/synthllm-level2"):
        names = re.findall(r"^- (.*)$", inputs["concepts"], re.M)
        if name.endswith("drawn"):
            lines = re.findall(r"^Question (\d): (.*)$", inputs["concepts"], re.M)
        else:
            lines = [("1", f"{names[0]}; {names[-1]}; Invented concept")]
        return "\n\n".join(
            f"**Question {n}**\nConcepts: {listed}\nCompute {call.digest} times {n}, in words."
            for n, listed in lines)
    if name == "question/rephrase":
        asked = inputs["question"].splitlines()[1]
        return f"<question>\n{asked}\n</question>" if call.digest % 6 == 0 else (
            f"<question>\nSay in other words {call.digest % 9973}: how much is it?\n</question>")
    if name == "question/persona":
        return f"<question>\nI wonder {call.digest}: how many are they in all?\n</question>"
    if name == "question/synthllm-level3":
        return f"<question>\nJoin {call.digest} with its square: what is the sum?\n</question>"
    assert name == "answer/solve", name
    if call.digest % 7 == 0:
        return ""
    final = "" if call.digest % 5 == 0 else f"Final answer: {call.digest % 2}"
    return f"<solution>\nWe count {call.digest} and look at what is left.\n{final}\n</solution>"
"""
DOCUMENTS = [
    "Divisibility. A number is even when 2 divides it. Which even number is prime?",
    "Sums of odd numbers. The sum of the first n odd numbers is n squared, as squares show.",
    "Remainders. Two numbers with one remainder modulo m differ by a multiple of m.",
    "Yesterday's football match was watched by many people and ended in the rain.",
]


@pytest.fixture
def project(
    tmp_path: Path, connection: Connection, store: Store, monkeypatch: pytest.MonkeyPatch
) -> Project:
    project = Project(tmp_path, connection)
    (tmp_path / "replies.py").write_text(REPLIES)
    # A model is made once for the same settings, and its log is in the folder of this test.
    (tmp_path / "kgsynth.toml").write_text(
        f'[models.default]\nprovider = "fake"\nmodel = "{tmp_path.name}"\nbatch = 8\n'
        'options = { script = "replies.py:reply", log = "calls.log" }\n'
    )
    monkeypatch.chdir(tmp_path)
    lines = [f'{{"id": "d{n}", "text": "{text}"}}' for n, text in enumerate(DOCUMENTS)]
    (tmp_path / "few.jsonl").write_text("\n".join(lines) + "\n")
    ingest.documents(store, [tmp_path / "few.jsonl"])
    return project


@pytest.fixture
def journal(project: Project) -> Iterator[Journal]:
    with open_journal(project.folder / ".kgsynth") as journal:
        yield journal


Step = Callable[..., Funnel]


@pytest.fixture
def asks(store: Store, journal: Journal) -> Step:
    run = start_run(store, "test", {})
    return lambda step, *args, **more: step(store, journal, *args, run=run, **more)


def tag(store: Store, folder: Path) -> None:
    (folder / "tags.jsonl").write_text(
        '{"id": "d0", "topics": {"Numbers": ["Even numbers", "Primes"], "Proofs": ["Parity"]},'
        ' "knowledgePoints": ["Division"]}\n'
        '{"id": "d1", "topics": {"Numbers": ["Odd numbers"]}}\n'
    )
    ingest.concepts(store, [folder / "tags.jsonl"])


def read(store: Store, text: str, **parameters: Any) -> list[dict[str, Any]]:
    return store.read_text(text, parameters)


def per_document(store: Store, method: str) -> dict[str, int]:
    rows = read(
        store,
        "MATCH (d:Document) RETURN d.externalIds[0] AS id, COUNT { (d)<-[:GENERATED_FROM]-"
        "(q:Question {method: $method}) WHERE q.status <> 'rejected' } AS number ORDER BY id",
        method=method,
    )
    return {row["id"]: row["number"] for row in rows}


def test_level_1_finds_creates_and_declares(store: Store, asks: Step) -> None:
    funnel = asks(generate.generate, "synthllm-level1")
    assert (funnel.taken, funnel.kept) == (4, 3)
    assert funnel.dropped == {"not suitable for questions": 1}
    rows = read(
        store,
        "MATCH (q:Question)-[g:GENERATED_FROM]->(d:Document) WHERE d.text STARTS WITH 'Div' "
        "RETURN q.text AS text, q.origin AS origin, q.level AS level, q.subject AS subject, "
        "g.role AS role ORDER BY origin",
    )
    # What stands in the document is original, whatever the model says of it.
    assert [row["origin"] for row in rows] == ["created", "original"]
    assert rows[1]["text"] == "Which even number is prime?"
    assert (rows[1]["level"], rows[1]["subject"]) == ("High School", "Number Theory")
    assert (rows[0]["level"], rows[0]["subject"]) == ("College", "Algebra")
    assert {row["role"] for row in rows} == {"reference"}
    assert asks(generate.generate, "synthllm-level1").nothing_to_do


def test_so_many_a_document_and_more_of_them_later(
    store: Store, asks: Step, project: Project
) -> None:
    asks(generate.generate, "synthllm-level1", per_document=8)
    first, asked = per_document(store, "synthllm-level1"), project.asked()
    # d0 brings one new question a call (the other is a copy); 3 * ceil(8 / 5) calls are the most.
    assert first["d3"] == 0 and first["d0"] == 1 + 6
    assert 8 <= first["d1"] < 8 + 5 and 8 <= first["d2"] < 8 + 5
    assert set(asked.values()) == {1}
    assert asks(generate.generate, "synthllm-level1", per_document=8).nothing_to_do
    asks(generate.generate, "synthllm-level1", per_document=30)
    second = per_document(store, "synthllm-level1")
    assert 30 <= second["d1"] < 35 and 30 <= second["d2"] < 35 and second["d3"] == 0
    assert set(project.asked().values()) == {1} and asked <= project.asked()
    for row in read(
        store,
        "MATCH (c:Call)-[:USED]->(d:Document) WITH d, c.ordinal AS ordinal ORDER BY ordinal "
        "RETURN d.externalIds[0] AS id, collect(ordinal) AS ordinals",
    ):
        assert row["ordinals"] == list(range(len(row["ordinals"])))
        assert row["id"] != "d3" or row["ordinals"] == [0]


@pytest.mark.parametrize("number", [None, 8])
def test_a_request_that_always_fails_is_counted_once_and_ends_nothing(
    store: Store, asks: Step, project: Project, number: int | None
) -> None:
    (project.folder / "more.jsonl").write_text('{"id": "d4", "text": "An unlucky text."}\n')
    ingest.documents(store, [project.folder / "more.jsonl"])
    funnel = asks(generate.generate, "synthllm-level1", per_document=number)
    assert (funnel.taken, funnel.failures) == (5, 1)
    assert funnel.dropped["not answered: bad request"] == 1
    assert per_document(store, "synthllm-level1")["d4"] == 0


def test_so_many_a_document_in_one_go_or_in_parts_is_the_same_graph(
    store: Store, asks: Step, project: Project
) -> None:
    asks(generate.generate, "synthllm-level1", per_document=20)
    whole, asked = snapshot(store), project.asked()
    for call in ("MATCH (q:Question) DETACH DELETE q", "MATCH (x:Rejected) DETACH DELETE x",
                 "MATCH (c:Call) DETACH DELETE c"):  # fmt: skip
        store.script_text(call, {}, again=True)
    for number, limit in ((3, None), (20, 2), (20, 1), (11, None), (20, 3), (20, None)):
        asks(generate.generate, "synthllm-level1", per_document=number, limit=limit)
    assert snapshot(store) == whole
    assert project.asked() == asked  # all of it was in the journal


def test_level_2_tests_the_concepts_it_was_shown(
    store: Store, asks: Step, project: Project
) -> None:
    assert asks(generate.generate, "synthllm-level2").nothing_to_do  # nothing is tagged
    tag(store, project.folder)
    funnel = asks(generate.generate, "synthllm-level2")
    assert funnel.taken == funnel.kept == 2
    rows = read(
        store,
        "MATCH (q:Question {method: 'synthllm-level2'})-[:GENERATED_FROM]->(d:Document) "
        "RETURN d.externalIds[0] AS id, COLLECT { MATCH (q)-[:TESTS]->(c) RETURN c.name "
        "ORDER BY c.name } AS names ORDER BY id",
    )
    assert [row["id"] for row in rows] == ["d0", "d1"]
    assert rows[1]["names"] == ["Odd numbers"]
    assert set(rows[0]["names"]) < {"Even numbers", "Primes", "Parity", "Division"}


def test_a_merged_topic_keeps_its_concepts(store: Store, project: Project) -> None:
    tag(store, project.folder)
    store.write_text("MATCH (a:Topic {name: 'Proofs'}), (b:Topic {name: 'Numbers'}) "
                "CREATE (a)-[:MERGED_INTO]->(b) RETURN 1", {})  # fmt: skip
    (id_,) = read(store, "MATCH (d:Document {externalIds: ['d0']}) RETURN d.id AS id")
    (row,) = store.read("inputs/tagged-document", ids=[id_["id"]])
    listed = tagged_document(row, 0, 0).inputs["concepts"].splitlines()
    assert listed[0] == "Topic: Numbers" and listed[-2] == "Further key concepts:"
    assert sorted(listed[1:-2]) == ["- Even numbers", "- Parity", "- Primes"]
    assert listed[-1] == "- Division"


def test_level_2_with_drawn_combinations(store: Store, asks: Step, project: Project) -> None:
    tag(store, project.folder)
    funnel = asks(generate.generate, "synthllm-level2-drawn", per_document=40)
    assert funnel.kept >= 8
    rows = read(
        store,
        "MATCH (q:Question {method: 'synthllm-level2-drawn'})-[:GENERATED_FROM]->(d:Document) "
        "WHERE d.externalIds = ['d0'] AND q.status <> 'rejected' "
        "RETURN COLLECT { MATCH (q)-[:TESTS]->(c) RETURN c.name ORDER BY c.name } AS names, "
        "head(COLLECT { MATCH (q)-[:PRODUCED_BY]->(c) RETURN c.id }) AS call",
    )
    drawn = Counter(tuple(row["names"]) for row in rows)
    # Four points: six pairs, four triples, all of them come up and none twice in a call.
    assert len(drawn) == 10 and {len(names) for names in drawn} == {2, 3}
    by_call = defaultdict(list)
    for row in rows:
        by_call[row["call"]].append(tuple(row["names"]))
    assert all(len(set(names)) == len(names) for names in by_call.values())
    assert asks(generate.generate, "synthllm-level2-drawn", per_document=40).nothing_to_do


def test_baselines_vary_the_questions_that_were_found(
    store: Store, asks: Step, project: Project
) -> None:
    assert asks(generate.generate, "rephrase").nothing_to_do
    asks(generate.generate, "synthllm-level1", per_document=20)
    originals = read(store, "MATCH (q:Question {origin: 'original'}) WHERE q.status <> 'rejected' "
                     "RETURN count(q) AS n")[0]["n"]  # fmt: skip
    funnel = asks(generate.generate, "rephrase")
    assert funnel.taken == originals > 20
    assert 0 < funnel.dropped["copies the prompt"] < originals
    (row,) = read(
        store,
        "MATCH (q:Question {method: 'rephrase'})-[g:GENERATED_FROM]->(o) "
        "RETURN collect(DISTINCT [labels(o)[0], o.origin, o.method, g.role]) AS from",
    )
    assert row["from"] == [["Question", "original", "synthllm-level1", "question"]]
    asks(generate.generate, "persona", per_document=3)
    rows = read(
        store,
        "MATCH (o:Question)<-[:GENERATED_FROM]-(q:Question {method: 'persona'})-[:IN_VOICE_OF]->"
        "(p:Persona) MATCH (q)-[:PRODUCED_BY]->(:Call)-[:USED]->(p) "
        "RETURN o.id AS id, count(q) AS questions, count(DISTINCT p) AS personas",
    )
    assert len(rows) == originals
    assert {(row["questions"], row["personas"]) for row in rows} == {(3, 3)}
    shipped = personas("mathematics", 0)
    assert read(store, "MATCH (p:Persona) RETURN count(p) AS n") == [{"n": len(shipped.ids)}]


def test_a_persona_file_of_ones_own_takes_the_place_of_ours(
    store: Store, asks: Step, project: Project
) -> None:
    own = project.folder / "domains" / "mathematics"
    own.mkdir(parents=True)
    (own / "personas.txt").write_text("# ours\nA baker who counts loaves\n\nA sailor at night\n")
    asks(generate.generate, "synthllm-level1", per_document=10)
    asks(generate.generate, "persona", per_document=2)
    rows = read(
        store, "MATCH (q:Question)-[:IN_VOICE_OF]->(p) RETURN p.text AS text, count(q) AS n"
    )
    assert len({row["n"] for row in rows}) == 1
    assert {row["text"] for row in rows} == {"A baker who counts loaves", "A sailor at night"}


def test_a_reply_that_is_read_again_keeps_the_persona_that_was_drawn(
    store: Store, asks: Step, journal: Journal
) -> None:
    voices = "MATCH (q:Question)-[:IN_VOICE_OF]->(p) RETURN q.id AS id, p.id AS voice ORDER BY id"
    asks(generate.generate, "synthllm-level1", per_document=10)
    asks(generate.generate, "persona", per_document=2, seed=7)
    before = read(store, voices)
    assert before and len({row["id"] for row in before}) == len(before)
    (change,) = reparse(store, journal, method="persona", everything=True)
    assert change.same and not change.changed
    assert read(store, voices) == before


def test_sets_take_no_number_of_questions(asks: Step) -> None:
    with pytest.raises(UsageError, match="sample walk --epochs"):
        asks(generate.generate, "synthllm-level3", per_document=3)


def test_the_domain_of_the_settings_holds_for_every_command(store: Store, project: Project) -> None:
    toml = project.folder / "kgsynth.toml"
    toml.write_text('domain = "code"\n' + toml.read_text() + "\n[sample.walk]\nepochs = 0\n")
    (project.folder / "one.jsonl").write_text('{"id": "c", "text": "A list is a row of values."}\n')
    project.run(project.command("ingest", "documents", "one.jsonl"))
    (row,) = read(store, "MATCH (d:Document {externalIds: ['c']}) RETURN d.domain AS domain")
    assert row["domain"] == "code"
    project.run(project.command("sample", "walk"), code=2)  # it takes epochs = 0 from its table


def test_several_calls_about_a_document_want_a_temperature(asks: Step) -> None:
    for method in ("synthllm-level1", "rephrase"):
        with pytest.raises(UsageError, match="temperature 0 all are one"):
            asks(generate.generate, method, per_document=3, temperature=0)


def test_a_recipe_refuses_before_it_asks(store: Store, project: Project) -> None:
    tag(store, project.folder)
    command = project.command("run", "synthllm", "few.jsonl", "--concepts", "tags.jsonl", "--set")
    project.run([*command, "generate.per_document=2"], code=2)
    project.run([*command, "answer.samples=3"], code=2)
    assert not project.asked()
    project.run([*command, "generate.synthllm-level1.per_document=6"])
    assert max(per_document(store, "synthllm-level1").values()) >= 6
    assert max(per_document(store, "synthllm-level2").values()) < 6


def answers(store: Store) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for row in read(
        store,
        "MATCH (q:Question)<-[:ANSWERS]-(a:Answer)-[:PRODUCED_BY]->(c:Call) "
        "RETURN q.id AS id, c.ordinal AS ordinal, a{.*} AS a ORDER BY id, ordinal",
    ):
        found[row["id"]].append(row["a"] | {"ordinal": row["ordinal"]})
    return found


def expected(samples: list[dict[str, Any]], asked: int) -> tuple[int, int, float] | None:
    """Ordinal of the winner, votes and agreement, counted plainly."""
    finals = [(one["ordinal"], one["final"]) for one in samples if "final" in one]
    if not finals:
        return None
    count = Counter(final for _, final in finals)
    most = max(count.values())
    winner = next(ordinal for ordinal, final in finals if count[final] == most)
    return winner, most, most / asked


def check(store: Store, asked: int, *, texts: bool) -> int:
    decided = 0
    for samples in answers(store).values():
        outcome = expected(samples, asked)
        won = [one for one in samples if one["status"] == "pending"]
        lost = [one for one in samples if one["status"] == "rejected"]
        if outcome is None:
            assert not won and {one["reason"] for one in lost} == {"no final answer to vote on"}
            continue
        assert [(one["ordinal"], one["votes"], one["agreement"]) for one in won] == [outcome]
        assert won[0]["text"].startswith("We count")
        assert {one["reason"] for one in lost} <= {"outvoted"}
        assert all(("text" in one) == texts for one in lost)
        decided += 1
    return decided


def test_the_majority_of_samples_wins(store: Store, asks: Step, project: Project) -> None:
    asks(generate.generate, "synthllm-level1", per_document=20)
    with pytest.raises(UsageError, match="temperature 0"):
        asks(answer.answer, samples=4)
    with pytest.raises(UsageError, match="target"):
        asks(answer.answer, samples=4, temperature=0.7, target=3)
    funnel = asks(answer.answer, samples=4, temperature=0.7)
    questions = len(read(store, "MATCH (q:Question) WHERE q.status <> 'rejected' RETURN q"))
    assert funnel.taken == 4 * questions and funnel.notes["voted"] <= questions
    assert check(store, 4, texts=False) > questions / 2
    lost = read(store, "MATCH (a:Answer {status: 'rejected'}) WHERE a.reason IS NOT NULL "
                       "RETURN a.reason AS reason, count(a) AS n")  # fmt: skip
    assert {row["reason"]: row["n"] for row in lost} == {
        name: funnel.notes[name] for name in ("outvoted", "no final answer to vote on")
    }
    before, asked = snapshot(store), project.asked()
    assert asks(answer.answer, samples=4, temperature=0.7).nothing_to_do
    assert snapshot(store) == before
    # More samples pay for the new ones; who was outvoted may win, with the text it had.
    asks(answer.answer, samples=9, temperature=0.7)
    assert check(store, 9, texts=False) > questions / 2
    new = project.asked() - asked
    assert sum(new.values()) == 5 * questions and asked <= project.asked()


def test_a_winner_never_goes_without_its_text(store: Store, asks: Step, project: Project) -> None:
    asks(generate.generate, "synthllm-level1", per_document=20)
    asks(answer.answer, samples=4, temperature=0.7)
    before = answers(store)
    # The stored responses of the first samples are elsewhere; their numbers are known.
    replies = project.folder / ".kgsynth" / "responses.db"
    away = project.folder / "elsewhere.db"
    with closing(sqlite3.connect(replies)) as sql, closing(sqlite3.connect(away)) as copy, sql:
        sql.backup(copy)
        sql.execute("DELETE FROM response")
    funnel = asks(answer.answer, samples=9, temperature=0.7)
    left = {
        id for id, samples in answers(store).items() if any("votes" not in one for one in samples)
    }
    assert len(left) == funnel.notes["without the text of its winner"] > 0
    for id, samples in answers(store).items():
        assert all("text" in one for one in samples if one["status"] == "pending")
        if id in left:
            assert [one for one in samples if one["ordinal"] < 4] == before[id]
    with closing(sqlite3.connect(replies)) as sql, sql:
        sql.execute("ATTACH ? AS away", (str(away),))
        sql.execute("INSERT OR IGNORE INTO response SELECT * FROM away.response")
    asks(answer.answer, samples=9, temperature=0.7)
    assert check(store, 9, texts=False) > len(left)


def test_the_outvoted_keep_their_texts_where_that_is_asked(store: Store, asks: Step) -> None:
    asks(generate.generate, "synthllm-level1", per_document=5)
    asks(answer.answer, samples=3, temperature=0.7, limit=11)
    waiting = [one for samples in answers(store).values() for one in samples if "votes" not in one]
    assert waiting  # one question's samples are not all there yet
    asks(answer.answer, samples=3, temperature=0.7, keep="all")
    found = [one for samples in answers(store).values() for one in samples]
    assert all("votes" in one for one in found)
    late = [one for one in found if one["status"] == "rejected" and "text" in one]
    assert late and check_texts(late)


def check_texts(found: list[dict[str, Any]]) -> bool:
    return all(re.match(r"We count \d+", one["text"]) for one in found)


def test_only_the_questions_of_one_method(store: Store, asks: Step, project: Project) -> None:
    asks(generate.generate, "synthllm-level1", per_document=5)
    asks(generate.generate, "rephrase")
    funnel = asks(answer.answer, questions="rephrase")
    rows = read(store, "MATCH (:Answer)-[:ANSWERS]->(q) RETURN DISTINCT q.method AS method")
    assert rows == [{"method": "rephrase"}] and funnel.taken > 0
    out = project.run(project.command("export", "data.jsonl", "--method", "rephrase"))
    assert "without an answer" in out or funnel.kept == funnel.taken
    assert {row["method"] for row in project.exported()} == {"rephrase"}
    # Documents are found through the question that was varied.
    assert all(row["documentIds"] for row in project.exported())


RECIPES = {
    "synthllm": {"synthllm-level1", "synthllm-level2", "synthllm-level3"},
    "rephrase": {"rephrase"},
    "persona": {"persona"},
}


@pytest.mark.parametrize("recipe", RECIPES)
def test_a_recipe_planned_run_and_run_again(recipe: str, store: Store, project: Project) -> None:
    tag(store, project.folder)
    concepts = ["--concepts", "tags.jsonl"] if recipe == "synthllm" else []
    command = project.command(
        "run", recipe, "few.jsonl", *concepts, "--out", "data.jsonl", "--json"
    )
    plan = json.loads(project.run([*command, "--plan"]))
    assert all(step["calls"][1] > 0 for step in plan["steps"])
    result = json.loads(project.run(command))
    assert {row["method"] for row in project.exported()} == RECIPES[recipe]
    assert all(row["documentIds"] for row in project.exported())
    asked, before = project.asked(), snapshot(store)
    # What was foretold, from measured calls on all that there was to measure.
    calls = {row["step"]: row["calls"] for row in result["funnel"] if "calls" in row}
    for step in ("generate", "answer"):
        low, _, high = (
            sum(one["calls"][at] for one in plan["steps"] if one["step"].startswith(step))
            for at in range(3)
        )
        assert low * 0.5 <= calls[step] <= high * 2 + 4, (step, low, high, calls)
    project.run(command)
    assert project.asked() == asked and snapshot(store) == before
