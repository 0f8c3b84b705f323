"""Exports on a planted graph: forms, splits, card; what `datasets` reads of them."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
import yaml
from project import Project

from kgsynth.config import Connection
from kgsynth.dataset import splits
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.ids import content_id
from kgsynth.steps.export import export
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

PLANT = """
UNWIND $documents AS row CREATE (d:Document {id: row.id}) SET d += row
WITH count(*) AS n
UNWIND $parts AS row
MATCH (d:Document {id: row[0]}) MATCH (w:Document {id: row[1]}) CREATE (d)-[:PART_OF]->(w)
WITH count(*) AS n
UNWIND $concepts AS id CREATE (:Concept:KnowledgePoint {id: id, name: 'name of ' + id, domain: 'mathematics'})
WITH count(*) AS n
MATCH (d:Document) WITH d MATCH (c:Concept) WHERE c.id IN d.points CREATE (d)-[:MENTIONS]->(c)
"""
SETS = """
UNWIND $sets AS row
CREATE (s:ConceptSet {id: row.id, strategy: row.strategy, domain: 'mathematics'})
WITH s, row UNWIND range(0, size(row.concepts) - 1) AS n
MATCH (c:Concept {id: row.concepts[n]}) CREATE (s)-[:SAMPLED {position: n}]->(c)
"""
QUESTIONS = """
MERGE (r:Run {id: 'run'}) SET r.startedAt = datetime()
WITH r UNWIND $questions AS row
CREATE (q:Question {id: row.id}) SET q += row.set, q.domain = 'mathematics'
CREATE (k:Call {id: 'asked ' + row.id, step: 'generate', role: 'asker', method: q.method,
  prompt: 'question/' + q.method, promptHash: 'hash of ' + q.method, model: 'asker-model',
  temperature: 0.75, status: 'ok'})-[:PART_OF]->(r)
CREATE (q)-[:PRODUCED_BY]->(k)
CREATE (a:Answer {id: row.answer.id})-[:ANSWERS]->(q) SET a += row.answer
CREATE (a)-[:GENERATED_FROM]->(q)
CREATE (l:Call {id: 'answered ' + row.id, step: 'answer', role: 'solver', method: '',
  prompt: 'answer/solve', promptHash: 'hash of solve', model: 'solver-model', temperature: 0.0,
  status: 'ok'})-[:PART_OF]->(r)
CREATE (a)-[:PRODUCED_BY]->(l)
"""
FROM = """
UNWIND $links AS row
MATCH (q:Question {id: row[0]})
CALL (row) {
  MATCH (n:Document {id: row[1]}) RETURN n
  UNION ALL MATCH (n:ConceptSet {id: row[1]}) RETURN n
  UNION ALL MATCH (n:Question {id: row[1]}) RETURN n
}
CREATE (q)-[:GENERATED_FROM]->(n)
"""
TESTS = "UNWIND $tests AS row MATCH (q:Question {id: row[0]}) MATCH (c:Concept {id: row[1]}) CREATE (q)-[:TESTS]->(c)"
JUDGED = """
UNWIND $verdicts AS row
CALL (row) { MATCH (n:Question {id: row.of}) RETURN n UNION MATCH (n:Answer {id: row.of}) RETURN n }
CREATE (v:Verdict {id: row.id})-[:JUDGES]->(n) SET v += row.set
"""


def hexed(name: str) -> str:
    return content_id("test", name)


class Planted:
    """Questions with their sources, as they are written into the graph."""

    def __init__(self) -> None:
        self.documents: dict[str, dict[str, Any]] = {}
        self.parts: list[tuple[str, str]] = []
        self.sets: dict[str, list[str]] = {}
        self.questions: dict[str, dict[str, Any]] = {}
        self.origins: dict[str, list[str]] = defaultdict(list)
        self.tests: dict[str, list[str]] = defaultdict(list)
        self.verdicts: list[dict[str, Any]] = []

    def question(
        self, name: str, method: str, sources: list[str], *, answer: dict[str, Any] | None = None,
        **properties: Any,
    ) -> str:
        id_ = hexed(name)
        self.questions[id_] = {
            "id": id_,
            "set": {"text": f"What is {name}?", "method": method, "status": "pending",
                    "tokens": 5, **properties},
            "answer": {"id": hexed(f"answer to {name}"), "text": f"It is {name}.",
                       "final": name, "status": "pending", "tokens": 7, "origin": "generated",
                       **(answer or {})},
        }  # fmt: skip
        self.origins[id_] = sources
        return id_

    def write(self, store: Store) -> None:
        concepts = sorted({c for members in self.sets.values() for c in members})
        concepts += [c for found in self.tests.values() for c in found if c not in concepts]
        store.write_text(
            PLANT,
            {"documents": [{"id": id_, "domain": "mathematics", **more}
                           for id_, more in self.documents.items()],
             "parts": self.parts, "concepts": sorted(set(concepts))},
        )  # fmt: skip
        store.write_text(
            SETS,
            {"sets": [{"id": id_, "strategy": "walk", "concepts": members}
                      for id_, members in self.sets.items()]},
        )  # fmt: skip
        store.write_text(QUESTIONS, {"questions": list(self.questions.values())})
        links = [[id_, source] for id_, found in self.origins.items() for source in found]
        store.write_text(FROM, {"links": links})
        tests = [[id_, concept] for id_, found in self.tests.items() for concept in found]
        store.write_text(TESTS, {"tests": tests})
        store.write_text(JUDGED, {"verdicts": self.verdicts})


def small() -> Planted:
    """Level 1 and 3 and a rewording, known licences and unknown ones, a book in two parts."""
    planted = Planted()
    licences = ["CC0-1.0", "CC0-1.0", None, "CC-BY-4.0 | <b>x</b>"]
    for number, licence in enumerate(licences):
        more = {"licence": licence, "language": "en"} if licence else {}
        planted.documents[hexed(f"d{number}")] = more
    planted.documents[hexed("book")] = {"licence": "CC0-1.0", "status": "rejected"}
    planted.parts = [(hexed("d0"), hexed("book")), (hexed("d1"), hexed("book"))]
    planted.sets = {hexed("s0"): ["c0", "c1"], hexed("s1"): ["c1", "c0"], hexed("s2"): ["c2", "c1"]}
    d, s = [hexed(f"d{n}") for n in range(4)], [hexed(f"s{n}") for n in range(3)]
    planted.question("one", "level1", [d[0]], origin="original", level="College",
                     difficulty="easy", input="Given 1.")  # fmt: skip
    two = planted.question("two", "level1", [d[1]], origin="created", level="School",
                           answer={"agreement": 0.75, "votes": 3, "samples": 4})  # fmt: skip
    planted.question("three", "level3", [s[0], d[2], d[3]], difficulty="hard")
    planted.question("four", "level3", [s[1], d[2]], difficulty="hard", status="accepted",
                     answer={"status": "accepted", "final": None})  # fmt: skip
    planted.question("five", "level3", [s[2], d[3]], status="accepted")
    planted.question("six", "rephrase", [two])
    planted.question("bad", "level1", [d[0]], status="rejected", reason="no answer possible",
                     answer={"status": "accepted"})  # fmt: skip
    planted.question("worse", "level1", [d[0]], answer={"status": "rejected", "reason": "empty"})
    planted.question("waits", "level1", [d[0]], answer={"samples": 4})
    planted.tests[hexed("two")] = ["c7"]
    for number, (of, passed, score) in enumerate(
        [("four", True, 0.9), ("answer to four", True, 1.0), ("answer to four", None, None),
         ("five", True, 0.95)]
    ):  # fmt: skip
        planted.verdicts.append(
            {"id": hexed(f"v{number}"), "of": hexed(of),
             "set": {"verifier": "judges", "criterion": "sound", "model": f"judge-{number % 2}",
                     "label": "good" if passed else None, "passed": passed, "score": score}}
        )  # fmt: skip
    return planted


GOING = ("one", "two", "three", "four", "five", "six")


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def front(card: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load(card.read_text(encoding="utf-8").split("---\n")[1])
    return found


def test_every_form_is_exact_and_parquet_and_datasets_hold_the_same(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small().write(store)
    load = loader(tmp_path, monkeypatch)
    order = sorted(GOING, key=hexed)
    asked = {name: f"What is {name}?" for name in GOING} | {"one": "What is one?\n\nGiven 1."}
    system = {"chat": "Think.", "sharegpt": "Think."}
    expected: dict[str, Any] = {
        "chat": lambda name: {"messages": [
            {"role": "system", "content": "Think."},
            {"role": "user", "content": asked[name]},
            {"role": "assistant", "content": f"It is {name}."}]},
        "sharegpt": lambda name: {"conversations": [
            {"from": "system", "value": "Think."},
            {"from": "human", "value": asked[name]},
            {"from": "gpt", "value": f"It is {name}."}]},
        "alpaca": lambda name: {"instruction": f"What is {name}?", "output": f"It is {name}.",
                                "input": "Given 1." if name == "one" else ""},
        "pretrain": lambda name: {
            "text": f"Problem:\n{asked[name]}\n\nSolution:\nIt is {name}."},
    }  # fmt: skip
    for format, shape in expected.items():
        for bare in (True, False):
            for place in (tmp_path / f"{format}.jsonl", tmp_path / f"{format}.parquet",
                          tmp_path / f"{format} {bare}"):  # fmt: skip
                funnel = export(store, place, format=format, bare=bare, system=system.get(format))
                assert funnel.kept == 6
            rows = lines(tmp_path / f"{format}.jsonl")
            assert [{n: row[n] for n in shape("one")} for row in rows] == [shape(n) for n in order]
            assert [set(row) == set(shape("one")) for row in rows] == [bare] * 6
            parquet = pl.read_parquet(tmp_path / f"{format}.parquet").to_dicts()
            assert parquet == rows == lines(tmp_path / f"{format} {bare}" / "train.jsonl")
            assert load("json", data_files=str(tmp_path / f"{format}.jsonl"))["train"] == rows
            assert load("parquet", data_files=str(tmp_path / f"{format}.parquet"))["train"] == rows
            assert load(str(tmp_path / f"{format} {bare}"))["train"] == rows
    first = next(row for row in rows if row["questionId"] == hexed("three"))
    assert {name: first[name] for name in first if name != "text"} == {
        "exampleId": content_id("Example", "qa", hexed("three"), hexed("answer to three")),
        "questionId": hexed("three"), "answerId": hexed("answer to three"),
        "documentIds": sorted([hexed("d2"), hexed("d3")]),
        "concepts": ["name of c0", "name of c1"], "tests": [], "method": "level3", "run": "run",
        "questionModel": "asker-model", "answerModel": "solver-model",
    }  # fmt: skip


def loader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`datasets.load_dataset` without network or cache: the rows of each split."""
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_DATASETS_OFFLINE", "1")
    import datasets

    datasets.disable_progress_bars()

    def load(*arguments: Any, **more: Any) -> dict[str, list[dict[str, Any]]]:
        found = datasets.load_dataset(*arguments, cache_dir=str(tmp_path / "cache"), **more)
        return {name: part.to_list() for name, part in found.items()}

    return load
