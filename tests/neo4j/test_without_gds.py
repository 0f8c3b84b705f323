"""A Neo4j without Graph Data Science: what needs it says so, all else works."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from planted import corpus, plant

from kgsynth import config, schema
from kgsynth.errors import KgsynthError
from kgsynth.server import home, local, ready
from kgsynth.steps.ground import ground
from kgsynth.steps.link import link
from kgsynth.steps.sample import walk
from kgsynth.store import Store, open_store

pytestmark = pytest.mark.neo4j


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A private server that loads no procedure of GDS."""

    def write_conf(own: home.Home, *rest: object) -> None:
        home.write_conf(own, *rest)  # type: ignore[arg-type]
        with (own.conf / "neo4j.conf").open("a") as file:
            file.write("dbms.security.procedures.allowlist=db.*\n")

    def answers(connection: config.Connection) -> bool:
        try:
            with open_store(connection) as store:
                return bool(store.read_text("RETURN true AS up", {}))
        except KgsynthError:
            return False

    project: Path = tmp_path_factory.mktemp("bare")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(local, "write_conf", write_conf)
        patch.setattr(ready, "answers", answers)
        server = local.start(project, heap="512m", pagecache="64m")
        try:
            with open_store(config.Connection(server.uri, server.username, server.password)) as s:
                schema.migrate(s)
                yield s
        finally:
            local.stop(project)


def test_steps_without_gds(bare: Store) -> None:
    plant(bare, corpus(1, 30))
    assert link(bare).kept == 30
    with pytest.raises(KgsynthError, match=r"no Graph Data Science.*--engine client"):
        walk(bare, epochs=1)
    assert walk(bare, epochs=1, engine="client").kept == 12
    with pytest.raises(KgsynthError, match=r"no Graph Data Science.*--engine sparse"):
        ground(bare, engine="gds")
    funnel = ground(bare)
    assert (funnel.notes["engine"], funnel.kept) == ("sparse", 12)
