"""`select` by rules on a real server: what goes, why, and what brings it back."""

import json
from pathlib import Path
from typing import Any

import pytest
from project import Project

from kgsynth.config import Connection
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.funnels import whole
from kgsynth.selection import rules
from kgsynth.steps import ingest, select
from kgsynth.store import Store

pytestmark = pytest.mark.neo4j

PROSE = "A prime number has exactly two divisors, and every number is a product of primes. "
TEXTS = {
    "long": PROSE * 4,
    "copy": (PROSE * 4).upper().replace(",", ";"),
    "short": "Two is prime.",
    "german": "Eine Primzahl hat genau zwei Teiler, und Zahlen sind Produkte von Primzahlen. " * 4,
    "letter": PROSE * 3 + "Write to jane.doe@example.org or call +49 30 901820, she knows. ",
    "formula": "$$a^2 + b^2 = c^2$$ " * 20,
    "advert": PROSE * 3 + "Click here to subscribe to our newsletter! ",
}  # fmt: skip


def read_in(store: Store, folder: Path, names: list[str] | None = None) -> None:
    file = folder / "texts.jsonl"
    lines = [json.dumps({"id": name, "text": TEXTS[name]}) for name in names or sorted(TEXTS)]
    file.write_text("\n".join(lines) + "\n")
    ingest.documents(store, [str(file)])


def state(store: Store) -> dict[str, Any]:
    rows = store.read_text(
        "MATCH (d:Document) RETURN d.externalIds[0] AS name, d.status AS status, "
        "d.reason AS reason", {})  # fmt: skip
    return {row["name"]: row["reason"] or row["status"] for row in rows}


ALL: dict[str, Any] = {
    "min_words": 10, "languages": ("en",), "not_match": r"(?i)click here", "copies": "exact",
}  # fmt: skip


def test_every_rule_has_its_reason_and_again_changes_nothing(store: Store, tmp_path: Path) -> None:
    read_in(store, tmp_path)
    funnel = select.plain(store, **ALL)
    assert (funnel.taken, funnel.kept) == (7, 3)
    assert dict(funnel.dropped) == {
        rules.SHORT: 1, rules.LANGUAGE: 1, rules.UNWANTED: 1, rules.EXACT: 1,
    }  # fmt: skip
    found = state(store)
    assert found["short"] == rules.SHORT and found["german"] == rules.LANGUAGE
    assert found["advert"] == rules.UNWANTED
    # A formula has no language: what cannot be told rejects nothing.
    assert found["letter"] == found["formula"] == "pending"
    assert {found["long"], found["copy"]} == {"pending", rules.EXACT}
    again = select.plain(store, **ALL)
    assert again.nothing_to_do and not again.dropped and state(store) == found


def test_which_copy_stays_does_not_depend_on_the_order(store: Store, tmp_path: Path) -> None:
    read_in(store, tmp_path)
    select.plain(store, **ALL)
    first = state(store)
    original = store.read_text(
        "MATCH (d:Document {reason: 'exact copy'}) MATCH (o:Document {id: d.copyOf}) "
        "RETURN o.externalIds[0] AS name, o.status AS status", {})  # fmt: skip
    assert original[0]["name"] in ("long", "copy") and original[0]["status"] == "pending"
    store.script("write/wipe")
    for name in reversed(sorted(TEXTS)):
        read_in(store, tmp_path, [name])
    select.plain(store, **ALL)
    assert state(store) == first


def test_near_copies_know_their_original(store: Store, tmp_path: Path) -> None:
    words = (Path(__file__).parents[1] / "data" / "labelled.jsonl").read_text(encoding="utf-8")
    first, second = (json.loads(line)["text"] for line in words.splitlines()[:2])
    file = tmp_path / "near.jsonl"
    texts = {"a": first, "b": first.replace("when it is zero", "if it is zero"), "c": second}
    file.write_text("\n".join(json.dumps({"id": i, "text": t}) for i, t in texts.items()) + "\n")
    ingest.documents(store, [str(file)])
    funnel = select.plain(store, copies="exact")
    assert funnel.nothing_to_do
    funnel = select.plain(store, copies="near")
    assert funnel.dropped == {rules.NEAR: 1} and funnel.kept == 2
    (row,) = store.read_text(
        "MATCH (d:Document {reason: 'near copy'}) MATCH (o:Document {id: d.copyOf}) "
        "RETURN d.externalIds[0] AS copy, o.externalIds[0] AS original, o.status AS status, "
        "d.similarity AS similarity, d.id > o.id AS later", {})  # fmt: skip
    assert {row["copy"], row["original"]} == {"a", "b"} and row["status"] == "pending"
    assert row["later"] and 0.7 <= row["similarity"] < 1
    assert select.plain(store, copies="near").nothing_to_do
    select.plain(store, copies="near", similarity=0.99)
    assert set(state(store).values()) == {"pending"}


def test_a_looser_rule_brings_back_and_other_rules_stand(store: Store, tmp_path: Path) -> None:
    read_in(store, tmp_path)
    select.plain(store, **ALL)
    funnel = select.plain(store, min_words=1)
    assert funnel.notes["brought back"] == 1
    found = state(store)
    assert found["short"] == "pending" and found["german"] == rules.LANGUAGE


def test_a_person_decides(store: Store, tmp_path: Path, connection: Connection) -> None:
    read_in(store, tmp_path)
    project = Project(tmp_path, connection)
    ids = {
        row["name"]: row["id"]
        for row in store.read_text("MATCH (d:Document) RETURN d.externalIds[0] AS name, "
                                   "d.id AS id", {})
    }  # fmt: skip
    project.run(project.command("accept", ids["short"]))
    project.run(project.command("reject", ids["letter"], "--reason", "not mine"))
    # In Browser: the later one of the two copies.
    later = max(ids["long"], ids["copy"])
    store.write_text("MATCH (d:Document {id: $id}) SET d.status = 'accepted'", {"id": later})
    funnel = select.plain(store, **ALL)
    found = state(store)
    assert found["short"] == "accepted" and found["letter"] == "not mine"
    kept, gone = ("long", "copy") if ids["long"] == later else ("copy", "long")
    assert found[kept] == "accepted" and found[gone] == rules.EXACT
    assert funnel.notes["a person decided"] == 2


def test_personal_data_is_nowhere_and_does_not_come_back(store: Store, tmp_path: Path) -> None:
    read_in(store, tmp_path)
    funnel = select.plain(store, mask=True, min_words=1)
    assert funnel.notes["masked"] == {"e-mail": 1, "phone": 1}
    again = select.plain(store, mask=True, min_words=1)
    assert again.nothing_to_do
    read_in(store, tmp_path)  # the same file once more
    (row,) = store.read_text(
        "MATCH (d:Document) WHERE d.masked > 0 RETURN d.text AS text, d.masked AS masked, "
        "properties(d) AS everything", {})  # fmt: skip
    assert "Write to [e-mail] or call [phone], she knows." in row["text"] and row["masked"] == 2
    everything = json.dumps(row["everything"], default=str)
    assert "jane" not in everything and "901820" not in everything
    assert store.value("report/graph", domain="mathematics") == len(TEXTS)


def test_masked_is_only_what_was_chosen(store: Store, tmp_path: Path) -> None:
    letter, file = TEXTS["letter"], tmp_path / "letters.jsonl"
    file.write_text("".join(json.dumps({"id": i, "text": f"{i}: {letter}"}) + "\n" for i in "ab"))
    ingest.documents(store, [str(file)])
    chosen = "'a' IN source.externalIds"
    funnel = select.plain(store, mask=True, where=chosen, dry_run=True)
    assert funnel.notes["masked documents"] == 1
    funnel = select.plain(store, mask=True, where=chosen)
    assert funnel.notes["masked documents"] == funnel.kept == 1
    rows = store.read_text(
        "MATCH (d:Document) RETURN d.externalIds[0] AS name, d.text AS text, d.masked AS masked "
        "ORDER BY name", {})  # fmt: skip
    assert [(row["name"], row["masked"]) for row in rows] == [("a", 2), ("b", None)]
    assert "jane" not in rows[0]["text"] and rows[1]["text"] == f"b: {letter}"


def test_a_dry_run_shows_and_writes_nothing(
    store: Store, tmp_path: Path, connection: Connection
) -> None:
    read_in(store, tmp_path)
    project = Project(tmp_path, connection)
    rules_ = ["--plain", "--min-words", "10", "--not-match", "Click here", "--mask"]
    said = project.run(project.command("select", *rules_, "--dry-run"))
    assert rules.SHORT in said and "Two is prime." in said and "Nothing was written" in said
    assert set(state(store).values()) == {"pending"}
    out = json.loads(project.run(project.command("select", *rules_, "--dry-run", "--json")))
    assert sorted(row["reason"] for row in out["changes"]) == [rules.SHORT, rules.UNWANTED]
    out = json.loads(project.run(project.command("select", *rules_, "--json")))
    assert out["in"] == 7 and out["kept"] == 5 and out["masked"] == {"e-mail": 1, "phone": 1}
    assert "nothing to do" in project.run(project.command("select", *rules_))
    (row,) = [one for one in whole(store, "mathematics") if one["step"] == "select"]
    assert (row["in"], row["kept"], row["dropped"]) == (7, 5, 2)
    # Nothing kept: the funnel, and exit code 1.
    project.run(project.command("select", "--plain", "--match", "no text says this"), code=1)


def test_wrong_usage_is_told(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read_in(store, tmp_path)
    with pytest.raises(UsageError, match="at least one rule"):
        select.plain(store)
    with pytest.raises(UsageError, match="xx"):
        select.plain(store, languages=("xx",))
    with pytest.raises(UsageError, match="Not a regular expression"):
        select.plain(store, match="(")
    monkeypatch.setattr(rules, "PATTERN_SECONDS", 0.2)
    endless = tmp_path / "endless.jsonl"
    endless.write_text(json.dumps({"text": "a" * 60 + "!"}) + "\n")
    ingest.documents(store, [str(endless)])
    with pytest.raises(KgsynthError, match="repeats"):
        select.plain(store, match=r"^(a|aa)+$")
    assert set(state(store).values()) == {"pending"}
