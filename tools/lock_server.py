"""Write kgsynth/server/artifacts.json: every jar of the private server, pinned by hash.

For maintainers, after changing a version below; needs Maven (`mvn`) and a network:

    .venv/bin/python tools/lock_server.py

Maven itself decides which jars a runtime needs, because a resolver that reads scopes loosely
brings test libraries along. What the server already has is left out of the plugin folder.
"""

import hashlib
import json
import sys
from pathlib import Path

from jgo.maven import Dependency, MavenContext
from jgo.maven._resolver import MvnResolver
from jgo.util.mvn import ensure_maven_available

VERSIONS = {"neo4j": "2026.08.1", "browser": "5.24.0", "gds": "2.26.0"}
ROOTS = {
    "lib": [
        "org.neo4j:neo4j:{neo4j}",
        "org.neo4j.app:neo4j-server:{neo4j}",
        "org.neo4j.client:neo4j-browser:{browser}",
    ],
    "plugins": [
        "org.neo4j.gds:proc:{gds}",
        "org.neo4j.gds:opengds-extension:{gds}",
        "org.neo4j.gds:proc-sysinfo:{gds}",
    ],
}
TARGET = Path(__file__).parents[1] / "kgsynth" / "server" / "artifacts.json"


def main() -> None:
    context = MavenContext(resolver=MvnResolver(ensure_maven_available()))
    jars: dict[tuple[str, str, str], dict[str, object]] = {}
    server: set[tuple[str, str]] = set()
    for folder, roots in ROOTS.items():
        wanted = [context.create_dependency(root.format(**VERSIONS)) for root in roots]
        inputs, transitive = context.resolver.resolve(wanted)
        found = [dep for dep in [*inputs, *transitive] if project_of(dep) not in server]
        for dep in found:
            jars[(folder, *coordinate_of(dep).split(":", 1))] = describe(folder, dep)
        server |= {project_of(dep) for dep in found}
        print(f"{folder}: {len(found)} jars", file=sys.stderr)
    lines = ",\n".join("  " + json.dumps(jars[key]) for key in sorted(jars))
    versions = json.dumps(VERSIONS)
    TARGET.write_text(f'{{"versions": {versions},\n "jars": [\n{lines}\n]}}\n', encoding="utf-8")
    print(TARGET)


def project_of(dep: Dependency) -> tuple[str, str]:
    """Group and artifact: two groups share artifact names, so neither is enough alone."""
    return dep.groupId, dep.artifactId


def coordinate_of(dep: Dependency) -> str:
    """`group:artifact:version[:classifier]`."""
    parts = (dep.groupId, dep.artifactId, dep.version, dep.classifier)
    return ":".join(part for part in parts if part)


def describe(folder: str, dep: Dependency) -> dict[str, object]:
    """One entry of the lock: the file Maven fetched, checked against its published sha1."""
    path = dep.artifact.resolve()
    content = path.read_bytes()
    published = path.with_name(path.name + ".sha1").read_text(encoding="ascii").split()[0]
    if hashlib.sha1(content, usedforsecurity=False).hexdigest() != published:
        raise SystemExit(f"{path.name} differs from its published sha1: delete it and run again")
    return {
        "jar": coordinate_of(dep),
        "folder": folder,
        "size": len(content),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


if __name__ == "__main__":
    main()
