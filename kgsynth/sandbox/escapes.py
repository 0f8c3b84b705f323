"""A program for the sandbox: tries to get out of it and prints, as JSON, what was open."""

import json
import os
import resource
import socket
import sys
from collections.abc import Callable

asked = json.load(sys.stdin)


def start_process() -> None:
    """Leaves no second program behind, should it succeed."""
    if not os.fork():
        os._exit(0)


ways: dict[str, Callable[[], object]] = {
    "reads files": lambda: os.open(asked["secret"], os.O_RDONLY),
    "lists folders": lambda: os.listdir(os.path.dirname(asked["secret"])),
    "writes files": lambda: os.open(asked["secret"] + ".copy", os.O_CREAT | os.O_WRONLY),
    "reads the environment of its parent": lambda: os.open(
        f"/proc/{asked['parent']}/environ", os.O_RDONLY
    ),
    "opens sockets": socket.socket,
    "starts processes": start_process,
    "starts programs": lambda: os.execv(sys.executable, [sys.executable, "-c", ""]),
    "signals its parent": lambda: os.kill(asked["parent"], 0),
    "takes memory": lambda: bytearray(asked["memory"]),
    "raises its limits": lambda: resource.setrlimit(resource.RLIMIT_CPU, (3600, 3600)),
}
found = [f"sees {name}" for name in os.environ if name in asked["environment"]]
for name, way in ways.items():
    try:
        way()
    except (OSError, ValueError, MemoryError):
        continue
    found.append(name)
print(json.dumps(found))
