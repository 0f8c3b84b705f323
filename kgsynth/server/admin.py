"""Neo4j's own admin command, run with the pinned jars on a stopped server."""

import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import IO

from kgsynth.errors import KgsynthError
from kgsynth.server import process, serverlog
from kgsynth.server.home import JVM_OPTIONS, Home, write_private

FAILED = re.compile(r"Failed to \w+ database '\w+': (.+)")
HINT = "Run with '--verbose' for a more detailed error message."
MAIN = "org.neo4j.cli.AdminTool"
THROUGHPUT = ("-XX:-UseG1GC", "-XX:+UseParallelGC")  # nobody waits for an answer: pauses do no harm


def run(
    home: Home,
    jars: Path,
    *arguments: str,
    stdin: IO[bytes] | None = None,
    stdout: IO[bytes] | None = None,
    folder: Path | None = None,
    heap: str | None = None,
    heard: Callable[[Iterable[str]], None] | None = None,
) -> None:
    """Runs `neo4j-admin ARGUMENTS` (Operations Manual, Neo4j Admin) and waits for its end.

    It runs in `folder`, with at most `heap` of Java's memory where that is said.
    `heard` takes the lines that it prints, to the end, while it runs.
    Raises KgsynthError with the reason it printed when it fails.
    """
    command = [
        str(process.java()),
        *JVM_OPTIONS,
        *([f"-Xmx{heap}", *THROUGHPUT] if heap else []),
        "-cp",
        process.class_path(jars),
        MAIN,
        *arguments,
    ]
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            command,
            env=os.environ | {"NEO4J_HOME": str(home.folder), "NEO4J_CONF": str(home.conf)},
            cwd=folder,
            stdin=stdin or subprocess.DEVNULL,
            stdout=stdout or (subprocess.PIPE if heard else subprocess.DEVNULL),
            stderr=errors,
            encoding="utf-8",
            errors="replace",
        ) as running,
    ):
        try:
            if heard and running.stdout:
                heard(running.stdout)
            running.wait()
        except BaseException:
            running.kill()
            raise
        errors.seek(0)
        said = errors.read().decode(errors="replace").replace(HINT, "")
    if running.returncode:
        told = FAILED.search(said)
        reason = told[1].strip() if told else serverlog.reason(said)
        raise KgsynthError(f"neo4j-admin {' '.join(arguments[:2])} failed: {reason}")


def set_password(home: Home, jars: Path, password: str) -> None:
    """Sets the password of a database that was never started.

    By way of an argument file: other users of the machine see the command lines of all processes.
    """
    file = home.conf / "password"
    write_private(file, password)
    try:
        run(home, jars, "dbms", "set-initial-password", f"@{file}")
    finally:
        file.unlink()
