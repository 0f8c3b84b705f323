"""`merge --dual-filter`: planted similarities, a scripted model, a real server; and once all real.

The model's answers are a function of what two names mean, written down below, so that what has to
come out is known: chains fall apart, order does not count, people win.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kgsynth import config, embed, ids
from kgsynth.calls.journal import open_journal
from kgsynth.concepts import tags
from kgsynth.concepts.names import key as names_key
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnel import Funnel
from kgsynth.ids import normalise_name
from kgsynth.merging import calibration
from kgsynth.retry import counts, failures, retry
from kgsynth.runs import open_run
from kgsynth.steps.link import link
from kgsynth.steps.merge import merge, undo
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

PAIRS = Path(__file__).parents[2] / "examples" / "mathematics" / "concept-pairs.jsonl"
ARITHMETIC, PROGRESSION, CONSTANT = (
    "Arithmetic sequence", "Arithmetic progression", "Sequence with constant differences",
)  # fmt: skip
GEOMETRIC, PYTHAGORAS, THEOREM = (
    "Geometric sequence", "Pythagorean theorem", "Theorem of Pythagoras",
)  # fmt: skip
QUADRATICS, QUADRATIC, DEGREE = (
    "Quadratic equations", "quadratic equation", "Equation of second degree",
)  # fmt: skip
VAGUE, LIMIT = "Mathematical techniques", "Limit of a sequence"
SIMILAR = {
    (ARITHMETIC, PROGRESSION): 0.85, (PROGRESSION, CONSTANT): 0.80, (ARITHMETIC, CONSTANT): 0.75,
    (ARITHMETIC, GEOMETRIC): 0.80, (PROGRESSION, GEOMETRIC): 0.72, (CONSTANT, GEOMETRIC): 0.71,
    (PYTHAGORAS, THEOREM): 0.95, (QUADRATICS, QUADRATIC): 0.97, (QUADRATICS, DEGREE): 0.78,
    (QUADRATIC, DEGREE): 0.79, (VAGUE, LIMIT): 0.80, (LIMIT, PYTHAGORAS): 0.65,
    (LIMIT, THEOREM): 0.62, (VAGUE, PYTHAGORAS): 0.5, (VAGUE, THEOREM): 0.5,
}  # fmt: skip
NAMES = sorted({name for pair in SIMILAR for name in pair})
# Sources by number: the knowledge points of each.
PLANTED = [
    [ARITHMETIC, GEOMETRIC, QUADRATICS], [PROGRESSION, PYTHAGORAS, VAGUE], [ARITHMETIC, THEOREM],
    [CONSTANT, DEGREE, THEOREM], [QUADRATIC, LIMIT, GEOMETRIC], [QUADRATICS, CONSTANT, LIMIT],
]  # fmt: skip
REPLIES = """
import json, pathlib

SURE, STOP, ANSWERED = (pathlib.Path(FOLDER) / name for name in ("sure", "stop", "answered.log"))
BAD = {"mathematical techniques": "vague"}
SAME = [{"arithmetic sequence", "arithmetic progression"},
        {"arithmetic progression", "sequence with constant differences"},
        {"quadratic equation", "equation of second degree"},
        {"quadratic equations", "equation of second degree"}]
BEST = {"arithmetic progression", "quadratic equation", "quadratic equations"}

def inner(text):
    return text.split("\\n", 1)[1].rsplit("\\n", 1)[0]

def reply(call):
    if call.prompt == "merge/quality":
        name = inner(call.inputs["name"]).casefold()
        return json.dumps({"reason": "as said", "verdict": BAD.get(name, "good")})
    if call.prompt == "merge/same":
        pair = {inner(call.inputs[side]).casefold() for side in ("first", "second")}
        return json.dumps({"reason": "as said", "same": pair in SAME})
    assert call.prompt == "merge/name", call.prompt
    names = [line[2:] for line in inner(call.inputs["names"]).splitlines()]
    best = [name for name in names if name.casefold() in BEST]
    return json.dumps({"reason": "as said", "name": (best or ["The theorem of Pythagoras"])[0]})

def unsure(call):
    if "Geometric" in str(call.inputs) and call.prompt == "merge/same" and not SURE.exists():
        return "Hard to say."
    return reply(call)

def deny(call):
    if call.prompt == "merge/quality":
        return '{"reason": "as said", "verdict": "good"}'
    return '{"reason": "as said", "same": false, "name": "any"}'

def kind(call):
    if call.prompt == "merge/quality":
        return '{"reason": "as said", "verdict": "good"}'
    if "constant differences" in str(call.inputs):
        return '{"reason": "as said", "same": false}'
    return reply(call)

def stops(call):
    if len(ANSWERED.read_text().splitlines()) == int(STOP.read_text()):
        raise KeyboardInterrupt
    with ANSWERED.open("a") as log:
        log.write(f"{call.prompt} {call.digest}\\n")
    return reply(call)
"""


def vectors() -> dict[str, np.ndarray]:
    """Vectors of unit length with the planted similarities."""
    gram = np.eye(len(NAMES))
    for (one, other), value in SIMILAR.items():
        i, j = NAMES.index(one), NAMES.index(other)
        gram[i, j] = gram[j, i] = value
    root = np.linalg.cholesky(gram)
    return {normalise_name(name): root[place] for place, name in enumerate(NAMES)}


@dataclass
class Setting:
    """A project folder with the scripted model, and the store."""

    folder: Path
    store: Store
    at_once: int = 2

    def model(self, name: str = "reply") -> None:
        script, log = self.folder / "replies.py", self.folder / "calls.log"
        script.write_text(REPLIES.replace("FOLDER", repr(str(self.folder))))
        (self.folder / "kgsynth.toml").write_text(
            f'[models.default]\nprovider = "fake"\nmodel = "{self.folder.name}-{name}"\n'
            f"batch = {self.at_once}\nconcurrency = {self.at_once}\n"
            f'options = {{ script = "{script}:{name}", log = "{log}" }}\n'
        )

        config._read.cache_clear()

    def asked(self) -> Counter[str]:
        log = self.folder / "calls.log"
        lines = log.read_text().splitlines() if log.exists() else []
        return Counter(json.loads(line)["prompt"] for line in lines)

    def merge(self, **settings: Any) -> Funnel:
        settings = {"domain": "mathematics", "same": 0.9, "ask": 0.7, **settings}
        with (
            open_journal(self.folder / ".kgsynth") as journal,
            open_run(self.store, "merge", settings) as run,
        ):
            return merge(self.store, journal, run=run, dual_filter=True, **settings)


@pytest.fixture
def setting(tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch) -> Setting:
    monkeypatch.chdir(tmp_path)
    known = vectors()
    monkeypatch.setattr(
        embed, "encode", lambda texts, model: np.array([known[t] for t in texts], np.float32)
    )
    made = Setting(tmp_path, store)
    made.model()
    return made


def point(name: str) -> str:
    return ids.concept_id("KnowledgePoint", name, "mathematics")


def plant(store: Store, numbers: list[int]) -> None:
    for number in numbers:
        store.write("write/documents", [
            {"id": f"d{number}", "externalId": None, "words": 1,
             "properties": {"text": str(number), "domain": "mathematics"}}])  # fmt: skip
        row = tags.tag_row(f"d{number}", {}, PLANTED[number], "mathematics")
        store.write("write/tags", [row], origin="given")


def merged(store: Store) -> dict[str, tuple[str, str]]:
    """By spelled name: what each is merged into, and by whom."""
    spelled = {point(name): name for name in NAMES}
    rows = store.read_text("MATCH (a)-[m:MERGED_INTO]->(b) "
                           "RETURN a.id AS a, b.id AS b, m.decidedBy AS by", {})  # fmt: skip
    assert len({row["a"] for row in rows}) == len(rows), "each into one"
    return {spelled[row["a"]]: (spelled[row["b"]], row["by"]) for row in rows}


WANTED = {
    ARITHMETIC: (PROGRESSION, "model"),
    PYTHAGORAS: (THEOREM, "embedding"),
    QUADRATIC: (QUADRATICS, "rule"),
    DEGREE: (QUADRATICS, "model"),
}


def get(store: Store, name: str, id: str | None = None) -> dict[str, Any]:
    found = store.read_text("MATCH (c:Concept {id: $id}) RETURN properties(c) AS c",
                            {"id": id or point(name)})  # fmt: skip
    return dict(found[0]["c"])


def linked(store: Store) -> tuple[dict[tuple[str, str], Any], dict[str, Any]]:
    """All pairs of the concept graph with their counts, and the counts of all concepts."""
    pairs = store.read_text("MATCH (a)-[r:CO_OCCURS_WITH|COVERS]->(b) "
                            "RETURN a.id AS a, b.id AS b, properties(r) AS r", {})  # fmt: skip
    counts = store.read_text("MATCH (c:Concept) RETURN c.id AS id, [c.documentCount, "
                             "c.problemCount, c.degree] AS counts", {})  # fmt: skip
    return ({(row["a"], row["b"]): row["r"] for row in pairs},
            {row["id"]: row["counts"] for row in counts})  # fmt: skip


def concepts(store: Store) -> tuple[list[Any], list[Any]]:
    """Concepts with all they hold, and all that is between them and documents."""
    nodes = store.read_text("MATCH (c:Concept) RETURN c {.*, createdAt: null} AS c, labels(c) AS l "
                            "ORDER BY c.id", {})  # fmt: skip
    links = store.read_text(
        "MATCH (a:Concept|Document)-[r]->(b:Concept|Document) RETURN a.id AS a, type(r) AS type, "
        "r {.*, createdAt: null} AS r, b.id AS b ORDER BY a, b, type", {})  # fmt: skip
    return nodes, links


def say(store: Store, one: str, type: str, other: str) -> None:
    """Draws a relationship between two concepts, as a person does in Browser."""
    store.write_text(
        {"SAME_AS": "MATCH (a:Concept {id: $a}), (b:Concept {id: $b}) CREATE (a)-[:SAME_AS]->(b)",
         "DISTINCT_FROM": "MATCH (a:Concept {id: $a}), (b:Concept {id: $b}) "
                          "CREATE (a)-[:DISTINCT_FROM]->(b)"}[type],
        {"a": point(one), "b": point(other)})  # fmt: skip


def test_planted(setting: Setting) -> None:
    store = setting.store
    plant(store, list(range(6)))
    funnel = setting.merge()
    # In the band are 6 pairs of sequences and 2 of quadratics; of the vague point none is asked.
    assert setting.asked() == {"merge/quality": 11, "merge/same": 8, "merge/name": 3}
    assert merged(store) == WANTED
    assert (funnel.taken, funnel.kept) == (11, 6)
    assert funnel.dropped == {
        "another spelling": 1, "the same by embedding": 1, "the same as a model says": 2,
        "quality: vague": 1,
    }  # fmt: skip
    decided = store.read_text(
        "MATCH (a:Concept)-[d:SAME_AS|DISTINCT_FROM]->(b:Concept) "
        "RETURN a.id AS a, b.id AS b, type(d) AS type, d.decidedBy AS by, d.similarity AS value, "
        "d.reason AS reason, COUNT { (call:Call {method: 'same'}) WHERE EXISTS { "
        "(call)-[:USED {position: 0}]->(a) } AND EXISTS { (call)-[:USED {position: 1}]->(b) } "
        "} AS calls", {})  # fmt: skip
    spelled = {point(name): name for name in NAMES}
    assert {frozenset((spelled[row["a"]], spelled[row["b"]])): row["value"] for row in decided} == {
        frozenset(pair): value for pair, value in SIMILAR.items()
        if value >= 0.7 and VAGUE not in pair and pair != (QUADRATICS, QUADRATIC)
    }  # fmt: skip
    for row in decided:
        assert row["a"] < row["b"]
        by_embedding = row["value"] >= 0.9
        assert row["by"] == ("embedding" if by_embedding else "model")
        assert row["reason"] == ("similarity of at least 0.9" if by_embedding else "as said")
        assert row["calls"] == (not by_embedding)
    assert sum(row["type"] == "SAME_AS" for row in decided) == 5
    stands = get(store, THEOREM)
    assert stands["name"] == "The theorem of Pythagoras", "written by the model"
    assert stands["aliases"] == [PYTHAGORAS, THEOREM]
    origin = store.read_text(
        "MATCH (:Concept {id: $id})<-[:JUDGES]-(v:Verdict {label: $name})-[:PRODUCED_BY]->(c:Call) "
        "RETURN c.method AS method", {"id": point(THEOREM), "name": stands["name"]})  # fmt: skip
    assert origin == [{"method": "name"}]
    assert stands["embeddingOf"] == normalise_name(THEOREM)
    assert stands["embeddingModel"] == embed.NAME
    assert np.allclose(stands["embedding"], vectors()[normalise_name(THEOREM)], atol=1e-3)
    assert (get(store, VAGUE)["status"], get(store, VAGUE)["reason"]) == (
        "rejected", "quality: vague")  # fmt: skip

    before, asked = concepts(store), setting.asked()
    again = setting.merge()
    assert again.nothing_to_do and not again.dropped
    assert (concepts(store), setting.asked()) == (before, asked)
    merge(store)
    assert concepts(store) == before, "by rule alone nothing is taken back"


def test_rejected_points_leave_the_links_and_come_back(setting: Setting) -> None:
    store = setting.store
    plant(store, list(range(6)))
    link(store)
    assert get(store, VAGUE)["documentCount"] == 1
    assert point(VAGUE) in {end for pair in linked(store)[0] for end in pair}
    setting.merge()
    link(store)
    assert (get(store, VAGUE)["documentCount"], get(store, VAGUE)["degree"]) == (0, 0)
    without = linked(store)
    assert point(VAGUE) not in {end for pair in without[0] for end in pair}
    store.write("write/verdict", [{"id": "v", "target": point(VAGUE), "status": "accepted",
                                   "passed": True, "reason": None}])  # fmt: skip
    asked = setting.asked()
    setting.merge()
    assert setting.asked() - asked == {"merge/same": 1}, "it is compared with the limit now"
    link(store)
    assert get(store, VAGUE)["status"] == "accepted", "a person's verdict stands"
    assert get(store, VAGUE)["documentCount"] == 1
    assert {pair: row for pair, row in linked(store)[0].items() if point(VAGUE) not in pair} == (
        without[0]
    )
    assert any(point(VAGUE) in pair for pair in linked(store)[0])


def test_undo_restores_every_edge_and_count(setting: Setting) -> None:
    store = setting.store
    setting.model("kind")
    plant(store, list(range(6)))
    merge(store)
    link(store)
    before = linked(store)
    setting.merge()
    link(store)
    assert linked(store) != before
    with pytest.raises(KgsynthError, match=f"not merged.*{point(PYTHAGORAS)}"):
        undo(store, point(THEOREM))
    for name in (ARITHMETIC, PYTHAGORAS, DEGREE):
        undo(store, point(name))
    assert merged(store) == {QUADRATIC: (QUADRATICS, "rule")}
    assert get(store, THEOREM)["name"] == THEOREM
    link(store)
    assert linked(store) == before
    asked = setting.asked()
    setting.merge()
    merge(store)
    assert merged(store) == {QUADRATIC: (QUADRATICS, "rule")}, "it stays undone"
    assert setting.asked() == asked


@pytest.mark.parametrize("seed", range(2))
def test_order_and_steps_do_not_count(setting: Setting, seed: int) -> None:
    store = setting.store
    plant(store, list(range(6)))
    setting.merge()
    expected = concepts(store)
    store.script("write/wipe")
    order = random.Random(seed).sample(range(6), 6)
    for part in (order[:3], order[3:]):
        plant(store, part)
        if seed:
            setting.merge()
    setting.merge()
    assert concepts(store) == expected


def test_people_win(setting: Setting) -> None:
    store = setting.store
    plant(store, list(range(6)))
    say(store, GEOMETRIC, "SAME_AS", ARITHMETIC)
    say(store, THEOREM, "DISTINCT_FROM", PYTHAGORAS)
    setting.merge()
    assert setting.asked()["merge/same"] == 7, "what a person decided is not asked"
    # The model calls the other sequences distinct from the geometric one, so they are from both.
    assert merged(store) == {
        GEOMETRIC: (ARITHMETIC, "rule"), CONSTANT: (PROGRESSION, "model"),
        QUADRATIC: WANTED[QUADRATIC], DEGREE: WANTED[DEGREE],
    }  # fmt: skip
    store.write_text(
        "MATCH ()-[d:SAME_AS|DISTINCT_FROM]->() WHERE d.decidedBy IS NULL DELETE d", {}
    )
    say(store, QUADRATIC, "DISTINCT_FROM", QUADRATICS)
    setting.merge()
    assert merged(store) == {
        ARITHMETIC: WANTED[ARITHMETIC], PYTHAGORAS: WANTED[PYTHAGORAS],
        DEGREE: (QUADRATIC, "model"),
    }  # fmt: skip


def test_what_cannot_be_read_stays_apart_until_it_is_asked_again(setting: Setting) -> None:
    store = setting.store
    plant(store, list(range(6)))
    setting.model("unsure")
    funnel = setting.merge()
    assert funnel.notes["same unusable"] == {"off format": 3}
    assert merged(store) == WANTED
    waiting = "MATCH (:Concept)-[d:DISTINCT_FROM {decidedBy: 'embedding'}]->() RETURN d.reason AS r"
    assert [row["r"] for row in store.read_text(waiting, {})] == ["not asked yet"] * 3
    asked = setting.asked()
    assert setting.merge().nothing_to_do
    assert setting.asked() == asked, "a failure is on record"
    (setting.folder / "sure").touch()
    failed = failures(store, step="merge", method="same")
    assert counts(failed) == {"off format": 3}
    with (
        open_journal(setting.folder / ".kgsynth") as journal,
        open_run(store, "retry", {}) as run,
    ):
        (done,) = retry(store, journal, failed, run=run)
    assert (done.taken, done.kept) == (3, 3)
    assert store.read_text(waiting, {}) == []


def test_a_run_that_is_stopped_goes_on_and_pays_nothing_twice(setting: Setting) -> None:
    store = setting.store
    plant(store, list(range(6)))
    setting.merge()
    expected, asked = concepts(store), setting.asked()
    store.script("write/wipe")
    plant(store, list(range(6)))
    setting.model("stops")
    (setting.folder / "answered.log").touch()
    for stop in (5, 14, 20):
        (setting.folder / "stop").write_text(str(stop))
        with pytest.raises(KeyboardInterrupt):
            setting.merge()
    (setting.folder / "stop").write_text("0")
    setting.merge()
    assert concepts(store) == expected
    log = (setting.folder / "answered.log").read_text().splitlines()
    assert len(set(log)) == asked.total()
    assert len(log) <= asked.total() + 3 * 2, "each stop loses what is in flight, two requests"


def test_thresholds_can_change(setting: Setting) -> None:
    store = setting.store
    plant(store, list(range(6)))
    setting.merge(ask=0.84)
    assert merged(store).keys() == {ARITHMETIC, PYTHAGORAS, QUADRATIC}
    setting.merge(same=0.99)
    assert setting.asked()["merge/same"] == 9
    assert merged(store) == {key: value for key, value in WANTED.items() if key != PYTHAGORAS}
    dry = setting.merge(same=0.79, ask=0.78, dry_run=True)
    assert dry.notes["pairs the same by embedding"] == 5
    setting.merge(same=0.79, ask=0.78)
    assert merged(store)[PYTHAGORAS] == WANTED[PYTHAGORAS]
    assert merged(store)[ARITHMETIC][1] == "embedding"
    setting.merge()
    assert merged(store) == WANTED
    assert setting.asked()["merge/same"] == 9, "what a model said is kept"


def test_another_embedding_model_embeds_anew(setting: Setting) -> None:
    store = setting.store
    plant(store, list(range(6)))
    with pytest.raises(UsageError, match="--calibrate"):
        setting.merge(embedding="other", same=None)
    setting.merge()
    funnel = setting.merge(embedding="other")
    assert funnel.notes["embedded now"] == 10, "all but the rejected one"
    assert get(store, LIMIT)["embeddingModel"] == "other"
    assert merged(store) == WANTED


def test_fixed_kinds_and_domains_stay_apart(setting: Setting) -> None:
    store = setting.store
    plant(store, [1])
    row = tags.tag_row("d1", {THEOREM: []}, [PYTHAGORAS], "mathematics")
    store.write("write/tags", [row], origin="given")
    store.write_text(
        "MATCH (d:Document {id: 'd1'}) CREATE (d)-[:MENTIONS {names: [$name]}]->(:Concept:"
        "KnowledgePoint {id: 'msc', name: $name, scheme: 'MSC', domain: 'mathematics'}), "
        "(d)-[:MENTIONS {names: [$name]}]->(:Concept:KnowledgePoint {id: 'c0de', name: $name, "
        "domain: 'code'}) RETURN 1", {"name": THEOREM})  # fmt: skip
    setting.merge()
    assert merged(store) == {}
    assert setting.asked() == {"merge/quality": 1}, "topics are not judged, nothing is compared"
    assert "embedding" not in get(store, THEOREM, "msc") | get(store, THEOREM, "c0de")


def test_the_bundled_embedding_model_where_it_was_measured(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The numbers in `kgsynth.embed`, and the same pairs through the graph and its vector index."""
    monkeypatch.chdir(tmp_path)
    setting = Setting(tmp_path, store, at_once=64)
    setting.model("deny")
    pairs = calibration.read(PAIRS)
    known = embed.thresholds(config.BUNDLED)
    found = calibration.calibrate(pairs, config.BUNDLED, known)
    assert found.in_force is not None
    assert (found.in_force.merged, found.in_force.asked, found.in_force.apart) == (
        (8, 0), (41, 47), (16, 48))  # fmt: skip
    assert found.suggested.thresholds == embed.Thresholds(same=0.92, ask=0.43)
    pairs = pairs[::5]
    few = calibration.calibrate(pairs, config.BUNDLED, known).in_force
    assert few is not None
    names = sorted({name for one, other, _ in pairs for name in (one, other)})
    store.write("write/documents", [
        {"id": "d", "externalId": None, "words": 1,
         "properties": {"text": "d", "domain": "mathematics"}}])  # fmt: skip
    row = tags.tag_row("d", {}, names, "mathematics")
    store.write("write/tags", [row], origin="given")
    setting.merge(same=None, ask=None)
    rows = store.read_text(
        "MATCH (a:Concept)-[d:SAME_AS|DISTINCT_FROM]->(b:Concept) "
        "RETURN a.id AS a, b.id AS b, d.decidedBy AS by, d.similarity AS value", {})  # fmt: skip
    stored = {frozenset((row["a"], row["b"])): row for row in rows}
    one_name = sum(names_key(one) == names_key(other) for one, other, _ in pairs)
    in_graph = [stored.get(frozenset((point(one), point(other)))) for one, other, _ in pairs]
    by = Counter(row["by"] for row in in_graph if row)
    assert (by["embedding"], by["model"]) == (sum(few.merged) - one_name, sum(few.asked))
    assert not [row for row in rows if row["value"] < known.ask]
    one = next(row for row in rows if row["value"] >= 0.8)
    nearest = store.read_text(
        "MATCH (c:Concept {id: $id}) "
        "CALL db.index.vector.queryNodes('concept_embedding_vector', 9, c.embedding) "
        "YIELD node, score RETURN node.id AS id, 2 * score - 1 AS value",
        {"id": one["a"]},
    )
    near = {row["id"]: row["value"] for row in nearest}
    assert near[one["a"]] == pytest.approx(1, abs=0.01)
    assert near[one["b"]] == pytest.approx(one["value"], abs=0.02)
