"""Which Neo4j to talk to."""

import os

from kgsynth.config import Connection, find_project
from kgsynth.errors import KgsynthError, UsageError
from kgsynth.server import local


def find_connection(
    uri: str | None = None,
    username: str | None = None,
    password: str | None = None,
    database: str | None = None,
) -> Connection:
    """Connection from flags, then NEO4J_* variables, then the project's running private server.

    Raises KgsynthError when nothing is set and no private server runs, UsageError for an address
    with a user or password in it: addresses are shown and logged.
    """
    env = os.environ
    database = database or env.get("NEO4J_DATABASE") or None
    uri = uri or env.get("NEO4J_URI")
    username = username or env.get("NEO4J_USERNAME")
    password = password if password is not None else env.get("NEO4J_PASSWORD")
    if uri and "@" in uri:
        raise UsageError(
            "The Neo4j address must not hold a user or password: take out what stands before @ and "
            "set NEO4J_USERNAME and NEO4J_PASSWORD."
        )
    if uri or password is not None:
        return Connection(
            uri or "neo4j://localhost:7687", username or "neo4j", password or "", database
        )
    project = find_project()
    server = local.status(project)
    if server is None:
        raise KgsynthError(
            f"No Neo4j to talk to: start the private one with `kgsynth db start` (project folder "
            f"{project}), or set NEO4J_URI, NEO4J_USERNAME and NEO4J_PASSWORD."
        )
    return Connection(server.uri, server.username, server.password, database)
