"""Shared fixtures: one real Neo4j for the whole suite, an empty graph for each test."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgsynth import assets, config, schema
from kgsynth.store import Store, open_store


@pytest.fixture(scope="session")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[config.Connection]:
    """The server of NEO4J_URI, else a private one that is started for this test run."""
    if os.environ.get("NEO4J_URI"):
        from kgsynth.server.connection import find_connection

        found = find_connection()
        with open_store(found) as store:
            held = store.read_text("MATCH (n) WHERE NOT n:Migration RETURN count(n) AS n", {})
        if held[0]["n"]:
            pytest.exit(
                f"The graph at NEO4J_URI holds {held[0]['n']:,} nodes, which the tests would "
                "delete: unset it, or name an empty server.", returncode=2,
            )  # fmt: skip
        yield found
        return
    from kgsynth.server import local

    project: Path = tmp_path_factory.mktemp("server")
    server = local.start(project, heap="1g", pagecache="256m")
    try:
        yield config.Connection(server.uri, server.username, server.password)
    finally:
        local.stop(project)


@pytest.fixture(scope="session")
def shared_store(connection: config.Connection) -> Iterator[Store]:
    """A store with the schema applied."""
    with open_store(connection) as store:
        schema.migrate(store)
        yield store


@pytest.fixture
def store(shared_store: Store) -> Store:
    """The store with an empty graph (the schema stays)."""
    shared_store.script("write/wipe")
    return shared_store


@pytest.fixture(autouse=True)
def _fresh_assets() -> Iterator[None]:
    """Files of one test's own folder never reach the next test."""
    yield
    assets.query.cache_clear()
    assets.prompt.cache_clear()


_SKIPPED: list[str] = []


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        _SKIPPED.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI everything is there: a test that was skipped did not pass."""
    if _SKIPPED and os.environ.get("CI"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if _SKIPPED and os.environ.get("CI"):
        terminalreporter.write_line(f"Skipped in CI, which is a failure: {', '.join(_SKIPPED)}")
