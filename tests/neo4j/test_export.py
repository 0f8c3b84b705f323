"""Exports on a planted graph: forms, splits, card; what `datasets` reads of them."""

import json
import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from pairs import Planted, chained, hexed, many, small, sources_of
from project import Project

from kgsynth.config import Connection
from kgsynth.dataset import splits
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.ids import content_id
from kgsynth.steps.export import export
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

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
        "alpaca": lambda name: {"instruction": f"What is {name}?",
                                "input": "Given 1." if name == "one" else "",
                                "output": f"It is {name}."},
        "pretrain": lambda name: {
            "text": f"Problem:\n{asked[name]}\n\nSolution:\nIt is {name}."},
        "raw": lambda name: {
            "question": f"What is {name}?", "input": "Given 1." if name == "one" else None,
            "answer": f"It is {name}.", **known(name)},
    }  # fmt: skip
    for format, shape in expected.items():
        more = {"format": format, "system": system.get(format)}
        jsonl, parquet, folder = tmp_path / "x.jsonl", tmp_path / "x.parquet", tmp_path / format
        assert export(store, jsonl, **more).kept == 6
        export(store, parquet, **more)
        export(store, folder, **more, bare=True, parquet=format == "raw")
        rows = lines(jsonl)
        assert [list(row) for row in rows] == [[*shape("one"), *ORIGIN]] * 6
        bare = [{name: row[name] for name in row if name not in ORIGIN} for row in rows]
        assert bare == [shape(name) for name in order]
        assert [{name: row[name] for name in ORIGIN} for row in rows][order.index("three")] == {
            "exampleId": content_id("Example", "qa", hexed("three"), hexed("answer to three")),
            "questionId": hexed("three"), "answerId": hexed("answer to three"),
            "documentIds": sorted([hexed("d2"), hexed("d3")]),
            "concepts": ["name of c0", "name of c1"], "tests": [], "method": "level3",
            "run": "run", "questionModel": "asker-model", "answerModel": "solver-model",
        }  # fmt: skip
        assert load("json", data_files=str(jsonl)) == {"train": rows}
        assert load("parquet", data_files=str(parquet)) == {"train": rows}
        assert load(str(folder)) == {"train": bare}


ORIGIN = ("exampleId", "questionId", "answerId", "documentIds", "concepts", "tests", "method",
          "run", "questionModel", "answerModel")  # fmt: skip


def judged(on: str, number: int, passed: bool | None, score: float | None) -> dict[str, Any]:
    return {"on": on, "verifier": "judges", "criterion": "sound", "model": f"judge-{number}",
            "label": "good" if passed else None, "score": score, "passed": passed}  # fmt: skip


def known(name: str) -> dict[str, Any]:
    """What a raw record says of the question, in order."""
    plain = {"final": name, "domain": "mathematics", "level": None, "subject": None,
             "difficulty": None, "origin": None, "status": "pending", "agreement": None,
             "verdicts": []}  # fmt: skip
    return plain | RAW[name]


RAW: dict[str, dict[str, Any]] = {
    "one": {"level": "College", "difficulty": "easy", "origin": "original"},
    "two": {"level": "School", "origin": "created", "agreement": 0.75},
    "three": {"difficulty": "hard"},
    "four": {"difficulty": "hard", "status": "accepted", "final": None, "verdicts": [
        judged("question", 0, True, 0.9), judged("answer", 0, None, None),
        judged("answer", 1, True, 1.0)]},
    "five": {"verdicts": [judged("question", 1, True, 0.95)]},
    "six": {},
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


def test_what_goes_out_and_why_the_rest_does_not(
    store: Store, tmp_path: Path, connection: Connection
) -> None:
    project = Project(tmp_path, connection)
    with pytest.raises(KgsynthError, match="no questions yet"):
        export(store, tmp_path / "none.jsonl")
    small().write(store)
    funnel = export(store, tmp_path / "all.jsonl")
    reasons = {"question rejected: no answer possible": 1, "answer rejected: empty": 1,
               "answers wait for their vote": 1}  # fmt: skip
    assert (funnel.taken, funnel.kept, funnel.dropped) == (9, 6, reasons)
    # Judged good: the question and the answer.
    funnel = export(store, tmp_path / "good.jsonl", status="accepted")
    assert [row["questionId"] for row in lines(tmp_path / "good.jsonl")] == [hexed("four")]
    assert (funnel.taken, funnel.kept) == (9, 1) and funnel.dropped == {
        "question is pending": 6, "answer is pending": 1, "question rejected: no answer possible": 1
    }  # fmt: skip
    funnel = export(store, tmp_path / "two.jsonl", limit=2)
    assert (funnel.taken, funnel.kept, funnel.dropped["beyond --limit"]) == (9, 2, 4)
    # A record that a person rejected stays out; the dataset holds what its file holds.
    record = next(r for r in lines(tmp_path / "all.jsonl") if r["questionId"] == hexed("one"))
    verdict = {"id": "v", "target": record["exampleId"], "status": "rejected", "passed": False}
    store.write("write/verdict", [{**verdict, "reason": "dull"}])
    funnel = export(store, tmp_path / "all.jsonl")
    assert (funnel.kept, funnel.dropped["record rejected"]) == (5, 1)
    held = store.read_text(
        "MATCH (d:Dataset {id: $id})-[:CONTAINS]->(e) RETURN d.counts AS counts, "
        "d.tokens AS tokens, collect(e.id) AS ids", {"id": funnel.notes["dataset"]})  # fmt: skip
    ids = [row["exampleId"] for row in lines(tmp_path / "all.jsonl")]
    assert [(r["counts"], r["tokens"], sorted(r["ids"])) for r in held] == [(5, 35, sorted(ids))]
    # Nothing left: exit 1, with every reason.
    said = run(
        project, "export", "none.jsonl", "--method", "level1", "--status", "accepted", code=1
    )
    assert "5 questions in, 0 kept: 4 question is pending; 1 question rejected" in said
    assert not list(tmp_path.glob("none*")) and not list(tmp_path.glob(".*.part"))


def run(project: Project, *words: str, code: int = 0) -> str:
    """What the command said on stderr."""
    import subprocess

    done = subprocess.run(
        project.command(*words), cwd=project.folder, env=project.env, capture_output=True, text=True
    )
    assert done.returncode == code, done.stderr
    return done.stderr


def test_what_cannot_be_is_refused_before_anything_is_written(store: Store, tmp_path: Path) -> None:
    small().write(store)
    for more, says in (
        ({"split": "train=0.9"}, "not 1"),
        ({"split": "train=0.9,test=0.2"}, "add up to 1.1"),
        ({"split": "a/b=0.5,c=0.5"}, "name=share"),
        ({"split": "a=0.5,a=0.5"}, "name=share"),
        ({"split": "a=0.5,b=half"}, "name=share"),
        ({"split": "a=0.5,b=0.5", "split_by": "nothing"}, "no query named"),
        ({"drop_crossing": True}, "say --split"),
        ({"system": "x", "format": "alpaca"}, "chat and sharegpt"),
        ({"parquet": True}, "by its suffix"),
        ({"format": "csv"}, "no format"),
    ):
        with pytest.raises(UsageError, match=says):
            export(store, tmp_path / "x.jsonl", **more)
    for name, says in (("x.csv", "say a folder"), ("none/x.jsonl", "does not exist")):
        with pytest.raises(UsageError, match=says):
            export(store, tmp_path / name)
    (tmp_path / "README.md").write_text("# My project")
    with pytest.raises(KgsynthError, match="not written by"):
        export(store, tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["README.md"]


# Splits


def split_of(folder: Path) -> dict[str, str]:
    return {row["questionId"]: path.stem for path in folder.glob("*.jsonl") for row in lines(path)}


@pytest.mark.parametrize("by", ["document", "set", "question"])
def test_no_source_is_in_two_splits(store: Store, tmp_path: Path, by: str) -> None:
    import networkx as nx

    planted = many()
    planted.write(store)
    split = {"split": "train=0.8,validation=0.1,test=0.1", "split_by": by}
    funnel = export(store, tmp_path / "a", **split)
    found = split_of(tmp_path / "a")
    assert set(found) == set(planted.questions) and funnel.kept == len(found)
    assert Counter(found.values()) == funnel.notes["splits"]
    sources = sources_of(planted, by)
    holding = defaultdict(set)
    for question, keys in sources.items():
        for key in keys:
            holding[key].add(found[question])
    assert all(len(names) == 1 for names in holding.values())
    assert len(set(found.values())) == 3
    # The parts that were placed are the connected components of questions and sources.
    graph = nx.Graph([(f"q {q}", f"s {key}") for q, keys in sources.items() for key in keys])
    components = list(nx.connected_components(graph))
    card = (tmp_path / "a" / "README.md").read_text()
    largest = max(sum(node.startswith("q ") for node in part) for part in components)
    assert f"{len(components):,} parts, the largest with {largest:,} rows" in card
    # The share of each split is that of a binomial draw over the parts (5 sigma of the rows).
    for name, share in (("train", 0.8), ("validation", 0.1), ("test", 0.1)):
        spread = 5 * (share * (1 - share) * len(found) * largest) ** 0.5
        assert abs(Counter(found.values())[name] - share * len(found)) < spread
    # In the graph stands what stands in the files.
    stored = store.read_text(
        "MATCH (:Dataset {id: $id})-[c:CONTAINS]->(e:Example)-[:HAS_PART]->(q:Question) "
        "RETURN q.id AS id, e.split AS split, c.split AS there",
        {"id": funnel.notes["dataset"]},
    )
    assert {row["id"]: row["split"] for row in stored} == found
    assert all(row["split"] == row["there"] for row in stored)
    # The same seed, the same bytes; another, another split.
    export(store, tmp_path / "b", **split)
    for path in (tmp_path / "a").iterdir():
        assert (
            path.read_bytes() == (tmp_path / "b" / path.name).read_bytes() or path.suffix == ".md"
        )
    export(store, tmp_path / "c", **split, seed=1)
    assert split_of(tmp_path / "c") != found
    # More documents: what was there keeps its split.
    store.script("write/wipe")
    many(40).write(store)
    export(store, tmp_path / "more", **split)
    later = split_of(tmp_path / "more")
    assert len(later) > len(found) and {id_: later[id_] for id_ in found} == found


def test_a_large_component_goes_to_the_largest_split_or_is_cut_or_refused(
    store: Store, tmp_path: Path
) -> None:
    planted = chained()
    planted.write(store)
    chain = {hexed(f"chained {number}") for number in range(60)}
    funnel = export(store, tmp_path / "a", split="test=0.2,train=0.8")
    found = split_of(tmp_path / "a")
    assert {found[id_] for id_ in chain} == {"train"}
    # The others make good for it: half of the 40 that are left, not a fifth (5 sigma).
    assert abs(funnel.notes["splits"]["test"] - 20) < 5 * 10**0.5
    assert "the largest with 60 rows (60.0%)" in (tmp_path / "a" / "README.md").read_text()
    with pytest.raises(KgsynthError, match=r"60.0% of the rows.*may have only 50.0%.*crossing"):
        export(store, tmp_path / "b", split="a=0.5,b=0.5")
    assert not (tmp_path / "b").exists()
    # Each document by itself: what is between is dropped and counted, and no document crosses.
    funnel = export(store, tmp_path / "b", split="a=0.5,b=0.5", drop_crossing=True)
    found = split_of(tmp_path / "b")
    crossing = funnel.dropped["sources in two splits"]
    assert funnel.taken == 100 == funnel.kept + crossing and 5 < crossing < 55
    assert funnel.kept == len(found)
    place: dict[str, set[str]] = defaultdict(set)
    for question, keys in sources_of(planted, "document").items():
        for key in keys:
            place[key] |= {found[question]} if question in found else set()
    assert all(len(names) <= 1 for names in place.values())
    for number in range(60):  # a row that lies between is one whose documents are placed apart
        one, other = (place[hexed(f"d{n}")] for n in (number, number + 1))
        assert hexed(f"chained {number}") in found or not one & other
    # Whatever the rows between are: documents stay where they are for good.
    with pytest.raises(KgsynthError, match=r"would be empty.*--seed"):
        export(store, tmp_path / "c", split="a=0.999,b=0.001", split_by="question")


def test_merged_concepts_make_one_combination(store: Store, tmp_path: Path) -> None:
    planted = Planted()
    for number in range(30):
        planted.sets[hexed(f"s{number}")] = [f"c{number}", "shared"]
        planted.sets[hexed(f"t{number}")] = [f"spelled c{number}", "shared"]
        for source in ("s", "t"):
            planted.question(f"on {source}{number}", "gsdp", [hexed(f"{source}{number}")])
    planted.write(store)
    store.write_text(
        "MATCH (a:Concept) WHERE a.id STARTS WITH 'spelled ' "
        "MATCH (b:Concept {id: substring(a.id, 8)}) CREATE (a)-[:MERGED_INTO]->(b)", {}
    )  # fmt: skip
    export(store, tmp_path / "a", split="a=0.5,b=0.5", split_by="set")
    found = split_of(tmp_path / "a")
    assert all(found[hexed(f"on s{n}")] == found[hexed(f"on t{n}")] for n in range(30))


def test_splits_do_not_depend_on_the_order_of_sources_and_collisions_do_not_leak() -> None:
    plan = splits.Plan({"a": 0.5, "b": 0.5}, "document", False, 3)
    draw = np.random.default_rng(5)
    rows = [[f"s{n}" for n in draw.integers(0, 3_000, size=draw.integers(1, 3))]
            for _ in range(1_500)]  # fmt: skip

    def assigned(order: np.ndarray[Any, Any]) -> dict[int, int]:
        sources = splits.Sources()
        for place in order:
            sources.add(rows[place][::-1] if order[0] else rows[place])
        return dict(zip(order.tolist(), plan.assign(sources).split.tolist(), strict=True))

    forward = assigned(np.arange(1_500))
    assert assigned(np.arange(1_500)[::-1]) == forward
    # Components have few rows here: each split has about half of them (5 sigma).
    counts = Counter(forward.values())
    assert abs(counts[0] - counts[1]) < 5 * (1_500 * 3) ** 0.5


# The card


def table(card: str, head: str) -> list[list[str]]:
    """The rows of the table that starts with these columns."""
    match = re.search(rf"^\| {re.escape(head)}.*\n\|.*---.*\n((?:\|.*\n)*)", card, re.M)
    assert match is not None, head
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            for line in match[1].splitlines()]  # fmt: skip


def test_the_card_says_what_is_there(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small().write(store)
    funnel = export(store, tmp_path / "whole.jsonl", format="raw", licence="CC-BY-4.0")
    card = (tmp_path / "whole.jsonl.card.md").read_text(encoding="utf-8")
    assert funnel.notes["card"] == str(tmp_path / "whole.jsonl.card.md")
    head = front(tmp_path / "whole.jsonl.card.md")
    assert (head["license"], head["language"]) == ("cc-by-4.0", ["en"])
    assert head["size_categories"] == ["n<1K"]
    data_files = [{"split": "train", "path": "whole.jsonl"}]
    assert head["configs"] == [{"config_name": "default", "data_files": data_files}]
    rows = lines(tmp_path / "whole.jsonl")
    assert table(card, "split | rows") == [["all", "6", "42"]]
    assert "Known of no row: subject." in card
    for field in ("method", "origin", "level", "difficulty", "status"):
        counts = Counter(row[field] or "unknown" for row in rows)
        assert {name: int(n) for name, n in table(card, f"{field} | rows")} == counts
    assert table(card, "source | number") == [["concept sets (walk)", "3"], ["documents", "4"]]
    assert sorted(table(card, "source | licence")) == [
        ["documents", r"CC-BY-4.0 \| \<b\>x\</b\>", "1"], ["documents", "CC0-1.0", "2"],
        ["documents", "unknown", "1"]]  # fmt: skip
    of_graph = card[card.index("was made of") :]
    assert table(of_graph, "source | licence") == [["documents", "unknown", "1"]]
    calls = {tuple(row) for row in table(card, "step | role")}
    assert calls == {
        ("answer", "solver", "answer/solve", "hash of solve", "solver-model", "0", "6"),
        *(("generate", "asker", f"question/{m}", f"hash of {m}", "asker-model", "0.75", str(n))
          for m, n in Counter(row["method"] for row in rows).items()),
    }  # fmt: skip
    verdicts = Counter(
        (v["model"], f"{v['on']}s", v["passed"]) for row in rows for v in row["verdicts"]
    )
    assert {tuple(row[2:7]) for row in table(card, "verifier")} == {
        (model, of, *(str(verdicts[model, of, passed]) for passed in (True, False, None)))
        for model, of, _ in verdicts
    }
    assert "9 questions in, 6 kept, 3 dropped" in card
    dropped = {reason: int(count) for reason, count in table(card, "dropped because")}
    assert dropped == funnel.dropped
    assert {row[0]: row[1:4] for row in table(card, "step | in")}["generate"] == ["9", "9", "0"]
    assert [row[0] for row in table(card, "field | type")] == [f"`{name}`" for name in rows[0]]
    assert (
        "kgsynth export whole.jsonl --domain mathematics --format raw --licence CC-BY-4.0" in card
    )
    # Splits: both files and the front matter that finds them, from the folder or with the lines
    # that the card shows.
    load = loader(tmp_path, monkeypatch)
    store.script("write/wipe")
    planted = many()
    planted.write(store)
    export(store, tmp_path / "data", split="train=0.5,test=0.5")
    export(store, tmp_path / "data.parquet", split="train=0.5,test=0.5")
    read = load(str(tmp_path / "data"))
    assert read == {name: lines(tmp_path / "data" / f"{name}.jsonl") for name in ("train", "test")}
    assert 'load_dataset("data")' in (tmp_path / "data" / "README.md").read_text()
    shown = re.search(r"data_files=(\{.*\})", (tmp_path / "data.parquet.card.md").read_text())
    assert shown is not None
    monkeypatch.chdir(tmp_path)
    assert load("parquet", data_files=json.loads(shown[1])) == read
    card = (tmp_path / "data" / "README.md").read_text()
    total = [sum(int(cell.replace(',', '')) for cell in column) for column in
             zip(*(row[1:] for row in table(card, "split | rows")[:2]), strict=True)]  # fmt: skip
    assert [int(cell.replace(",", "")) for cell in table(card, "split | rows")[2][1:]] == total
    assert "No verifier and no person has judged" in card and "language" not in front(
        tmp_path / "data" / "README.md"
    )


def test_a_column_that_is_empty_at_first_has_its_type(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = many()
    last = max(planted.questions)
    for id_, question in planted.questions.items():
        question["answer"]["final"] = "7" if id_ == last else None
        question["answer"]["text"] = "long " * 200
    planted.write(store)
    export(store, tmp_path / "data", format="raw")
    read = loader(tmp_path, monkeypatch)(str(tmp_path / "data"), chunksize=20_000)["train"]
    assert read == lines(tmp_path / "data" / "train.jsonl")
    assert [row["final"] for row in read[-2:]] == [None, "7"]
