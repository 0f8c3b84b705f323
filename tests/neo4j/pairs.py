"""Question-answer pairs with their sources, planted for exports."""

from collections import defaultdict
from typing import Any

from kgsynth.ids import content_id
from kgsynth.store import Store

PLANT = """
UNWIND $documents AS row CREATE (d:Document {id: row.id}) SET d += row
WITH count(*) AS n
UNWIND $parts AS row
MATCH (d:Document {id: row[0]}) MATCH (w:Document {id: row[1]}) CREATE (d)-[:PART_OF]->(w)
WITH count(*) AS n
UNWIND $concepts AS id
CREATE (:Concept:KnowledgePoint {id: id, name: 'name of ' + id, domain: 'mathematics'})
WITH count(*) AS n
MATCH (d:Document) WHERE d.tagged IS NOT NULL
MATCH (c:Concept {id: d.tagged}) CREATE (d)-[:MENTIONS]->(c)
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
TESTS = """
UNWIND $tests AS row
MATCH (q:Question {id: row[0]}) MATCH (c:Concept {id: row[1]}) CREATE (q)-[:TESTS]->(c)
"""
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
        self,
        name: str,
        method: str,
        sources: list[str],
        *,
        answer: dict[str, Any] | None = None,
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
        more = {"licence": licence, "language": "en"} if licence else {"tagged": "c0"}
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


def many(more: int = 0) -> Planted:
    """Questions on 100 books of two documents (and on `more` others) and on sets with two of them;
    rewordings; questions that come from a set alone. Components have at most a few books."""
    planted = Planted()
    for book in range(100 + more):
        for part in range(2):
            id_ = hexed(f"book {book} part {part}")
            planted.documents[id_] = {}
            planted.parts.append((id_, hexed(f"book {book}")))
            asked = planted.question(f"{book} {part}", "level1", [id_])
            if book % 5 == 0:
                planted.question(f"again {book} {part}", "rephrase", [asked])
        planted.documents[hexed(f"book {book}")] = {}
        if book % 4 == 0:
            members = [f"c{book}", f"c{book + 1}"]
            planted.sets[hexed(f"set {book}")] = members
            planted.sets[hexed(f"same {book}")] = members[::-1]
            for source in (f"set {book}", f"same {book}"):
                planted.question(f"of {source}", "gsdp", [hexed(source)])
            pair = [hexed(f"book {book} part 0"), hexed(f"book {book + 1} part 1")]
            planted.sets[hexed(f"pair {book}")] = [*members, "c999"]
            planted.question(f"on {book}", "level3", [hexed(f"pair {book}"), *pair])
    return planted


def sources_of(planted: Planted, by: str) -> dict[str, set[str]]:
    """What must not be in two splits, by question; found without the queries."""
    whole = dict(planted.parts)

    def found(id_: str) -> set[str]:
        origins = planted.origins[id_]
        if any(origin in planted.questions for origin in origins):
            return set().union(*(found(origin) for origin in origins))
        books = {whole.get(o, o) for o in origins if o in planted.documents}
        combination = {" ".join(sorted(planted.sets[o])) for o in origins if o in planted.sets}
        if by == "question":
            return {id_}
        return (books or combination) if by == "document" else (combination or books)

    return {id_: found(id_) for id_ in planted.questions}


def chained() -> Planted:
    """60 questions that each share a document with the next, and 40 on documents of their own."""
    planted = Planted()
    for number in range(101):
        planted.documents[hexed(f"d{number}")] = {}
    for number in range(60):
        planted.sets[hexed(f"s{number}")] = [f"c{number}", f"c{number + 1}"]
        pair = [hexed(f"s{number}"), hexed(f"d{number}"), hexed(f"d{number + 1}")]
        planted.question(f"chained {number}", "level3", pair)
    for number in range(40):
        planted.question(f"alone {number}", "level1", [hexed(f"d{61 + number}")])
    return planted
