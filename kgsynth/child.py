"""A Python process of its own for work that may hang, fill the memory or crash.

It has so much memory and no more. Its parent waits at the pipe between them as long as it likes,
then kills it and starts another.
"""

import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True, slots=True)
class Child:
    """The process, and our end of the pipe."""

    process: subprocess.Popen[bytes]
    pipe: Connection

    def end(self) -> None:
        """Kills the process."""
        self.pipe.close()
        self.process.kill()
        self.process.wait()


def start(module: str, memory: int) -> Child:
    """Runs a module as a program, which calls `parent` to be given its end of the pipe.

    `memory` bounds its address space in bytes, where the system heeds the limit (Linux).
    """
    ours, its = socket.socketpair()
    with its:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(its.fileno()), str(memory)],
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is the parent's to handle
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
    return Child(process, Connection(ours.detach()))


def parent() -> Connection:
    """In the child: its end of the pipe; from here on its memory is bounded."""
    import resource

    descriptor, memory = map(int, sys.argv[1:])
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return Connection(descriptor)
