"""The lock of the server's jars."""

import json

import pytest

from kgsynth.server import artifacts, fetch


def test_lock_holds_each_file_once_and_knows_what_it_is() -> None:
    jars = artifacts.jars()
    assert len({jar.path for jar in jars}) == len(jars) > 300
    assert all(jar.size > 0 and len(jar.sha256) == 64 for jar in jars)
    assert {jar.folder for jar in jars} == {"lib", "plugins"}


def test_lock_holds_the_versions_it_names() -> None:
    coordinates = {jar.coordinate for jar in artifacts.jars()}
    versions = artifacts.versions()
    assert f"org.neo4j.app:neo4j-server:{versions['neo4j']}" in coordinates
    assert f"org.neo4j.client:neo4j-browser:{versions['browser']}" in coordinates
    assert f"org.neo4j.gds:proc:{versions['gds']}" in coordinates
    assert f"org.neo4j.gds:opengds-extension:{versions['gds']}" in coordinates


def test_equal_artifact_names_of_two_groups_are_two_files() -> None:
    paths = [jar.path for jar in artifacts.jars() if ":annotations:" in jar.coordinate]
    assert sorted(path.split("/")[1].split("annotations")[0] for path in paths) == [
        "org.neo4j.",
        "org.neo4j.gds.",
    ]


def test_no_test_library_and_no_registry_host_in_the_lock() -> None:
    groups = {jar.coordinate.split(":")[0] for jar in artifacts.jars()}
    assert not groups & {"junit", "org.mockito", "org.hamcrest", "net.bytebuddy"}
    assert "://" not in artifacts.LOCK.read_text(encoding="utf-8")


def test_plugins_bring_nothing_that_the_server_has() -> None:
    def names(folder: str) -> set[tuple[str, ...]]:
        return {
            tuple(jar.coordinate.split(":")[:2]) for jar in artifacts.jars() if jar.folder == folder
        }

    assert not names("lib") & names("plugins")


def test_lock_is_what_the_tool_writes() -> None:
    text = artifacts.LOCK.read_text(encoding="utf-8")
    entries = json.loads(text)["jars"]
    assert len(text.splitlines()) == len(entries) + 3  # a line a jar: a change shows in a diff
    assert [(e["folder"], e["jar"]) for e in entries] == sorted(
        ((e["folder"], e["jar"]) for e in entries),
        key=lambda pair: (pair[0], *pair[1].split(":", 1)),
    )


def test_a_warm_cache_needs_no_network(served: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KGSYNTH_MAVEN_REPO", "http://127.0.0.1:9")
    folder = fetch.ensure_jars()
    assert (folder / artifacts.jars()[0].path).is_file()
