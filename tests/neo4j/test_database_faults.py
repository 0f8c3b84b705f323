"""The database fails under kgsynth: killed, silent, cut off, out of memory."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from planted import corpus, plant

from kgsynth import schema
from kgsynth.concepts import gds
from kgsynth.config import Connection
from kgsynth.errors import KgsynthError
from kgsynth.ids import content_id
from kgsynth.server import home, local
from kgsynth.steps import ingest
from kgsynth.steps.ground import ground
from kgsynth.steps.link import link
from kgsynth.steps.sample import walk
from kgsynth.store import Row, Store, TooLarge, Write, open_store
from tests.lab.bolt_proxy import BoltProxy, bolt_proxy

pytestmark = pytest.mark.neo4j

SIZES = {"heap": "512m", "pagecache": "64m"}
# As a pool, so that the fault is the same whatever else runs; R11 of the fault matrix.
SETTINGS = "dbms.memory.transaction.total.max=64m\n"


class Server:
    """A private server that tests may kill and hold."""

    def __init__(self, project: Path) -> None:
        self.project = project
        self.connection = self.start()

    def start(self) -> Connection:
        return local.start(self.project, **SIZES).connection

    def process(self) -> psutil.Process:
        info = local.status(self.project)
        assert info is not None
        return psutil.Process(info.pid)

    def kill(self) -> None:
        process = self.process()
        process.kill()
        process.wait(10)

    def through(self, proxy: BoltProxy) -> Connection:
        return Connection(proxy.uri, self.connection.username, self.connection.password)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    project: Path = tmp_path_factory.mktemp("faults")

    def write_conf(own: home.Home, *rest: Any) -> None:
        home.write_conf(own, *rest)
        with (own.conf / "neo4j.conf").open("a") as file:
            file.write(SETTINGS)

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")
        patch.setattr(local, "write_conf", write_conf)
        patch.setattr("kgsynth.store.DRIVER_SECONDS", 1.0)  # what the driver repeats is not told
        patch.setattr("kgsynth.patience.LONGEST_DELAY", 1.0)
        yield Server(project)
        local.stop(project)


@pytest.fixture
def store(server: Server) -> Iterator[Store]:
    with open_store(server.connection) as store:
        store.script("write/wipe")
        schema.mend(store)
        schema.migrate(store)
        yield store


def rejected(number: int, raw: str = "raw") -> Row:
    """A row of write/ingest-rejected."""
    return {"id": content_id("test", number), "properties": {"raw": raw, "number": number}}


def numbers(store: Store) -> list[int]:
    rows = store.read_text("MATCH (x:Rejected) RETURN x.number AS n ORDER BY n", {})
    return [row["n"] for row in rows]


def test_a_silent_server_is_told_and_nothing_is_lost(
    server: Server, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kgsynth.store.PING_SECONDS", 1.0)
    with open_store(server.connection, notice=1.0) as store:
        store.script("write/wipe")
        store.write("write/ingest-rejected", map(rejected, range(100)))
        process = server.process()
        process.suspend()
        thread = threading.Thread(
            target=lambda: store.write("write/ingest-rejected", map(rejected, range(50, 150)))
        )
        try:
            thread.start()
            begin = time.monotonic()
            told = ""
            while "cannot serve" not in told and time.monotonic() - begin < 20:
                time.sleep(0.1)
                told += capfd.readouterr().err
            assert "silent for" in told
        finally:
            process.resume()
        thread.join(60)
        assert numbers(store) == list(range(150))
    assert "Neo4j serves again" in capfd.readouterr().err


def test_a_stalled_link_is_told_and_a_cut_one_is_made_anew(
    server: Server,
    store: Store,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("kgsynth.store.PING_SECONDS", 1.0)
    with (
        bolt_proxy(server.connection.uri) as proxy,
        open_store(server.through(proxy), notice=1.0) as held,
    ):
        held.write("write/ingest-rejected", map(rejected, range(10)))
        proxy.stall()
        threading.Timer(5, proxy.go_on).start()
        held.write("write/ingest-rejected", map(rejected, range(10, 20)))
        told = capfd.readouterr().err.splitlines()
        assert len(told) == 2 and "silent for" in told[0] and "serves again" in told[1]
        before = proxy.connections
        proxy.cut()
        held.write("write/ingest-rejected", map(rejected, range(20, 30)))
        assert proxy.connections > before
    assert numbers(store) == list(range(30))


@pytest.mark.parametrize("moments", [("before",), ("after",), ("after", "before", "after")])
def test_the_link_is_cut_around_the_commit(
    server: Server, store: Store, moments: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    with bolt_proxy(server.connection.uri) as proxy, open_store(server.through(proxy)) as cut:
        cut.write("write/ingest-rejected", map(rejected, range(10)))
        proxy.cut_commits(*moments)
        cut.write("write/ingest-rejected", map(rejected, range(5, 30)))
        assert proxy.cuts == len(moments) and proxy.commits >= 2 + len(moments)
    assert numbers(store) == list(range(30))
    told = capfd.readouterr().err
    assert told.count("cannot serve now") == told.count("serves again") == 1


def test_a_link_cut_at_random_loses_nothing(server: Server, store: Store) -> None:
    with bolt_proxy(server.connection.uri) as proxy, open_store(server.through(proxy)) as cut:
        proxy.cut_at_random(0.02, seed=3)
        for batch in range(40):
            cut.write("write/ingest-rejected", map(rejected, range(batch * 10, batch * 10 + 15)))
        assert proxy.cuts >= 3
    assert numbers(store) == list(range(405))


def test_a_text_of_the_user_s_own_is_not_repeated(server: Server, store: Store) -> None:
    with bolt_proxy(server.connection.uri) as proxy, open_store(server.through(proxy)) as cut:
        proxy.cut_commits("after")
        with pytest.raises(KgsynthError, match="cannot be reached any more"):
            cut.write_text("CREATE (x:Rejected {number: 1})", {})
    assert numbers(store) == [1]


def test_patience_ends(server: Server, store: Store, capfd: pytest.CaptureFixture[str]) -> None:
    with (
        bolt_proxy(server.connection.uri) as proxy,
        open_store(server.through(proxy), patience=2) as cut,
    ):
        proxy.cut_commits(*["before"] * 20)
        begin = time.monotonic()
        with pytest.raises(KgsynthError, match="Start it again and say the same command"):
            cut.write("write/ingest-rejected", [rejected(1)])
        assert 2 <= time.monotonic() - begin < 15
    assert "at most 2 s" in capfd.readouterr().err
    assert numbers(store) == []


def kgsynth(server: Server, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Runs the command line against the server, in its project folder."""
    return subprocess.run(
        [sys.executable, "-m", "kgsynth", *arguments],
        cwd=server.project,
        env={key: value for key, value in os.environ.items() if not key.startswith("NEO4J_")},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_a_dropped_constraint_stops_every_step_until_init_mends_it(
    server: Server, store: Store
) -> None:
    store.script_text("DROP CONSTRAINT rejected_id_unique", {})
    store.script_text("DROP INDEX call_task", {})
    refused = kgsynth(server, "link")
    assert refused.returncode == 1
    (line,) = refused.stderr.splitlines()
    assert "constraint rejected_id_unique is missing" in line
    assert "index call_task is missing" in line and "`kgsynth init` mends it" in line

    # Two nodes of one id, as two writers make them without it: not for a program to choose from.
    store.write_text("UNWIND [1, 2] AS n CREATE (:Rejected {id: 'twice', number: n})", {})
    stuck = kgsynth(server, "init")
    assert stuck.returncode == 1 and "rejected_id_unique cannot be made again" in stuck.stderr
    assert len(stuck.stderr.splitlines()) == 1 and "twice" in stuck.stderr
    store.write_text("MATCH (x:Rejected {number: 2}) DELETE x", {})

    mended = kgsynth(server, "init", "--json")
    assert json.loads(mended.stdout)["mended"] == ["call_task", "rejected_id_unique"]
    assert schema.defects(store) == {}
    assert schema.migrate(store) == []
    assert kgsynth(server, "link").returncode == 0


def test_an_index_that_could_not_be_built_is_built_again(store: Store) -> None:
    store.script_text("DROP INDEX document_domain", {})
    store.write_text("CREATE (:Document {id: 'x', domain: $long})", {"long": "x" * 9_000})
    store.script_text("CREATE INDEX document_domain FOR (n:Document) ON (n.domain)", {})
    with pytest.raises(KgsynthError, match="index document_domain is failed"):
        schema.migrate(store)
    with pytest.raises(KgsynthError, match=r"cannot be mended: index document_domain is failed"):
        schema.mend(store)
    store.script("write/wipe")
    assert schema.mend(store) == ["document_domain"]
    assert schema.migrate(store) == []


LARGE = 40_000_000  # characters: more than the 64 MB of all transactions, with what goes with them


def test_one_row_too_large_for_the_memory_is_left_out_and_told(store: Store) -> None:
    rows = [rejected(number) for number in range(100)]
    rows[37] = rejected(37, "x" * LARGE)
    begin = time.monotonic()
    with pytest.raises(TooLarge, match=r"1 rows of write/ingest-rejected .*all others are written"):
        store.write("write/ingest-rejected", rows)
    assert time.monotonic() - begin < 10
    assert numbers(store) == [number for number in range(100) if number != 37]


def test_what_is_written_together_is_refused_as_a_whole_and_at_once(store: Store) -> None:
    begin = time.monotonic()
    with pytest.raises(TooLarge, match=r"memory .*dbms.memory.transaction.total.max"):
        store.write_together(
            [
                Write("write/ingest-rejected", [rejected(1)]),
                Write("write/ingest-rejected", [rejected(2, "x" * LARGE)]),
            ]
        )
    assert time.monotonic() - begin < 5
    assert numbers(store) == []


def test_a_read_too_large_for_the_memory_ends_at_once(store: Store) -> None:
    huge = "UNWIND range(1, 100000000) AS n RETURN size(collect(n)) AS n"
    begin = time.monotonic()
    with pytest.raises(TooLarge):
        store.read_text(huge, {})
    with pytest.raises(TooLarge):
        store.script_text(huge, {}, again=True)
    assert time.monotonic() - begin < 10


def test_killed_twice_while_two_threads_write_and_one_reads(
    server: Server, store: Store, capfd: pytest.CaptureFixture[str]
) -> None:
    written: list[int] = []
    failures: list[BaseException] = []
    reads = 0
    enough = threading.Event()

    def guarded(work: Any) -> None:
        try:
            work()
        except BaseException as error:
            failures.append(error)

    def write(first: int) -> None:
        for batch in range(100_000):
            if enough.is_set():
                return
            mine = range(first + batch * 100, first + batch * 100 + 100)
            store.write("write/ingest-rejected", map(rejected, mine))
            written.extend(mine)

    def read() -> None:
        nonlocal reads
        while not enough.is_set():
            store.read("report/indexes")
            reads += 1
            time.sleep(0.02)

    works = [lambda: write(0), lambda: write(10_000_000), read]
    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    told = ""
    for kills in (1, 2):
        before = len(written)
        while len(written) < before + 2_000 and not failures:
            time.sleep(0.05)
        server.kill()
        while told.count("cannot serve now") < kills and not failures:
            time.sleep(0.05)
            told += capfd.readouterr().err
        server.start()
    before = reads, len(written)
    while (reads <= before[0] or len(written) <= before[1] + 500) and not failures:
        time.sleep(0.05)
    enough.set()
    for thread in threads:
        thread.join(60)
    assert not failures
    assert numbers(store) == sorted(written)
    told += capfd.readouterr().err
    assert told.count("Neo4j cannot serve now") == told.count("Neo4j serves again") == 2


def test_a_document_too_large_for_the_memory_is_refused_and_the_rest_is_read(
    store: Store, tmp_path: Path
) -> None:
    texts = [f"Document {number} on numbers." for number in range(20)]
    texts[11] = "many words " * (LARGE // 11)
    file = tmp_path / "documents.jsonl"
    file.write_text("".join(json.dumps({"id": f"d{n}", "text": t}) + "\n"
                            for n, t in enumerate(texts)))  # fmt: skip
    begin = time.monotonic()
    funnel = ingest.documents(store, [str(file)], max_bytes=2 * LARGE)
    assert time.monotonic() - begin < 20
    assert (funnel.taken, funnel.kept, funnel.failures) == (20, 19, 1)
    assert funnel.dropped == {"too large for the memory of this Neo4j": 1}
    stored = store.read_text("MATCH (d:Document) RETURN d.text AS text", {})
    assert {row["text"] for row in stored} == {t for t in texts if len(t) < 100}
    (kept,) = store.read_text("MATCH (x:Rejected) RETURN x.reason AS reason, x.line AS line", {})
    assert kept == {"reason": "too large for the memory of this Neo4j", "line": 12}


SETS = """
MATCH (s:ConceptSet)-[r:SAMPLED]->(c)
RETURN s.id AS id, r.position AS position, c.id AS concept ORDER BY id, position
"""
GROUNDINGS = """
MATCH (s:ConceptSet)-[r:GROUNDED_IN]->(d)
RETURN s.id AS id, d.id AS document, r.rank AS rank, r.jaccard AS jaccard ORDER BY id, rank
"""


def test_a_server_killed_in_gds_calls_gives_the_same_sets_and_groundings(
    server: Server,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    plant(store, corpus(5, 40))
    link(store)
    walk(store, epochs=2, seed=7)
    ground(store, engine="gds")
    sets, groundings = store.read_text(SETS, {}), store.read_text(GROUNDINGS, {})
    assert len(sets) > 50 and len(groundings) > 20
    store.write_text("MATCH (s:ConceptSet) DETACH DELETE s", {})

    read = Store.read
    # Before these calls (of a kind, from 1) the server dies, and its projections with it.
    fatal = {("gds/random-walks", 2), ("gds/similar-documents", 1)}
    made: Counter[str] = Counter()

    def deadly(self: Store, name: str, /, **parameters: Any) -> list[Row]:
        made[name] += 1
        if (name, made[name]) in fatal:
            server.kill()
            threading.Timer(1.5, server.start).start()
        return read(self, name, **parameters)

    monkeypatch.setattr(Store, "read", deadly)
    walk(store, epochs=2, seed=7)
    ground(store, engine="gds")
    assert all(made[name] > number for name, number in fatal)
    assert store.read_text(SETS, {}) == sets
    assert store.read_text(GROUNDINGS, {}) == groundings
    assert store.read_text("CALL gds.graph.list() YIELD graphName RETURN graphName", {}) == []
    assert capfd.readouterr().err.count("Neo4j serves again") == 2


def test_a_link_cut_in_gds_calls_gives_the_same_sets_and_groundings(
    server: Server, store: Store
) -> None:
    """The server keeps the projection, finished or not, when a call's answer is lost."""
    plant(store, corpus(5, 20))
    link(store)
    walk(store, epochs=1, seed=7)
    ground(store, engine="gds")
    sets, groundings = store.read_text(SETS, {}), store.read_text(GROUNDINGS, {})
    store.write_text("MATCH (s:ConceptSet) DETACH DELETE s", {})
    with bolt_proxy(server.connection.uri) as proxy, open_store(server.through(proxy)) as cut:
        proxy.cut_at_random(0.04, seed=1)
        walk(cut, epochs=1, seed=7)
        ground(cut, engine="gds")
        assert proxy.cuts >= 2
    assert store.read_text(SETS, {}) == sets
    assert store.read_text(GROUNDINGS, {}) == groundings


def test_an_error_of_gds_is_not_taken_for_a_lost_projection(store: Store) -> None:
    plant(store, corpus(5, 10))
    link(store)
    ids = [row["id"] for row in store.read_text("MATCH (c:Concept) RETURN c.id AS id", {})]
    with gds.projection(
        store, "walk", "gds/walk-graph", nodes=100, relationships=100, instead="client", ids=ids
    ) as (projected, kinds):
        assert kinds == {"TOPICS", "POINTS"}
        with pytest.raises(Exception, match="topK"):
            projected.read("gds/similar-documents", top=-1)
        store.script_text("CALL gds.graph.drop($name)", {"name": projected.name})
        assert len(projected.read("gds/ranks")[0]["nodes"]) == len(ids)
    assert store.read_text("CALL gds.graph.list() YIELD graphName RETURN graphName", {}) == []


def test_a_projection_too_large_for_this_heap_is_refused_with_its_numbers(
    server: Server, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(store, corpus(5, 40))
    link(store)
    # As if the graph held 30 million pairs: by Cypher they would take this server down.
    value = Store.value

    def many(self: Store, name: str, /, **parameters: Any) -> Any:
        return 30_000_000 if name == "link/size" else value(self, name, **parameters)

    monkeypatch.setattr(Store, "value", many)
    begin = time.monotonic()
    with pytest.raises(KgsynthError, match=r"GDS may need [\d,]+ MiB, above 80% of the [\d,]+ MiB"):
        walk(store, epochs=1)
    assert time.monotonic() - begin < 10
    assert walk(store, epochs=1, engine="client").kept > 0
