"""Where a project keeps its server: folders, what is remembered across restarts, the settings."""

import json
import os
import secrets
import socket
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from random import SystemRandom

from kgsynth.browser import post_connect_command
from kgsynth.config import state_folder
from kgsynth.errors import KgsynthError

# Below the range from which Linux and macOS draw ports for outgoing connections, so that a port
# remembered from yesterday is seldom taken today.
PORTS = range(17_000, 27_000)
JVM_OPTIONS = (
    "-XX:+UseG1GC",
    "-XX:-OmitStackTraceInFastThrow",
    "-XX:+DisableExplicitGC",
    # A server out of memory that lingers answers nothing and cannot be stopped: it must end.
    "-XX:+ExitOnOutOfMemoryError",
    "--add-opens=java.base/java.nio=ALL-UNNAMED",
    "--add-opens=java.base/java.io=ALL-UNNAMED",
    "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
    "--enable-native-access=ALL-UNNAMED",
    "-Djdk.nio.maxCachedBufferSize=1024",
    "-Dio.netty.tryReflectionSetAccessible=true",
    "-Dio.netty.leakDetection.level=DISABLED",
    "-Dlog4j2.disable.jmx=true",
)


@dataclass(frozen=True, slots=True)
class Identity:
    """What a project's server keeps across restarts."""

    bolt_port: int
    http_port: int
    password: str = field(repr=False)
    username: str = "neo4j"


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one project's server, all below `.kgsynth/`."""

    project: Path

    @property
    def state(self) -> Path:
        """`.kgsynth/` of the project."""
        return state_folder(self.project)

    @property
    def folder(self) -> Path:
        """Neo4j's own home."""
        return self.state / "neo4j"

    @property
    def data(self) -> Path:
        """The databases and their transaction logs."""
        return self.folder / "data"

    @property
    def conf(self) -> Path:
        """The folder of `neo4j.conf`, written anew at every start."""
        return self.folder / "conf"

    @property
    def log(self) -> Path:
        """What the server says: its user log and everything on its stdout and stderr."""
        return self.folder / "logs" / "server.log"

    @property
    def debug_log(self) -> Path:
        """What Neo4j writes for its developers, as JSON lines."""
        return self.log.with_name("debug.log")

    @property
    def pid_file(self) -> Path:
        """Process id of the server that was started last, with its memory settings."""
        return self.folder / "server.pid"

    @property
    def identity_file(self) -> Path:
        """Ports and password, readable by their owner only."""
        return self.state / "server.json"

    @property
    def lock_file(self) -> Path:
        """Held while the server is started, stopped or its data moved."""
        return self.state / "server.lock"

    def make(self) -> None:
        """Makes the folders. Raises KgsynthError when the project folder cannot be written."""
        try:
            for folder in (self.state, self.folder, self.conf, self.log.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise KgsynthError(
                f"Cannot write to {self.project} ({error.strerror}): choose a project folder of "
                "your own, with space in it."
            ) from error


def read_identity(home: Home) -> Identity | None:
    """What was remembered; None before the first start.

    Raises KgsynthError when the file is damaged.
    """
    try:
        return Identity(**json.loads(home.identity_file.read_text(encoding="utf-8")))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError):
        raise KgsynthError(f"{home.identity_file} is damaged: restore it (it holds the password), "
                           f"or delete it and {home.data} to begin anew.") from None  # fmt: skip


def ensure_identity(home: Home) -> Identity:
    """What was remembered, with other ports where those are taken; made at the first start."""
    known = read_identity(home)
    if known is None:
        known = Identity(free_port(), free_port(), secrets.token_hex(16))
    if not is_free(known.bolt_port):
        known = replace(known, bolt_port=free_port())
    if not is_free(known.http_port) or known.http_port == known.bolt_port:
        known = replace(known, http_port=free_port())
    write_private(home.identity_file, json.dumps(asdict(known), indent=1))
    return known


def is_free(port: int) -> bool:
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        # As servers do: a connection that lingers after a stop does not make the port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """A port nothing listens on. Raises KgsynthError when none is left."""
    tries = SystemRandom().sample(PORTS, 200)
    if (port := next(filter(is_free, tries), None)) is None:
        raise KgsynthError(f"No free port on 127.0.0.1 between {PORTS[0]} and {PORTS[-1]}.")
    return port


def write_private(path: Path, text: str) -> None:
    """Writes a file that only its owner may read, whole or not at all."""
    temporary = path.with_name(path.name + ".tmp")
    temporary.unlink(missing_ok=True)
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    temporary.replace(path)


def write_conf(home: Home, identity: Identity, plugins: Path, heap: str, pagecache: str) -> None:
    """Writes `neo4j.conf` (settings reference: Neo4j Operations Manual, configuration)."""
    settings: list[tuple[str, str]] = [
        ("server.default_listen_address", "127.0.0.1"),
        *listening("bolt", identity.bolt_port),
        *listening("http", identity.http_port),
        ("server.directories.plugins", str(plugins)),
        ("server.memory.heap.initial_size", heap),
        ("server.memory.heap.max_size", heap),
        ("server.memory.pagecache.size", pagecache),
        ("dbms.security.procedures.unrestricted", "gds.*"),
        ("dbms.usage_report.enabled", "false"),
        ("client.allow_telemetry", "false"),
        ("browser.post_connect_cmd", post_connect_command(home.project)),
        # Neither talks to anything outside, nor believes headers of a proxy that is not there.
        ("dbms.fleet_manager.enabled", "false"),
        ("server.fleet_discovery.enabled", "false"),
        ("server.http.x_forward.enabled", "false"),
        ("internal.server.bolt.thread_pool_shutdown_wait_time", "1s"),
        ("internal.server.bolt.connection_shutdown_wait_time", "1s"),
        # By default two days of logs are kept and 256 MB per database are set aside at once. They
        # must be set aside: on a full disk a log that grows as it is written ends torn, and the
        # database never starts again.
        ("db.tx_log.rotation.retention_policy", "1 files"),
        ("db.tx_log.rotation.size", "32m"),
        ("db.tx_log.preallocate", "true"),
        *(("server.jvm.additional", option) for option in JVM_OPTIONS),
    ]
    write_private(home.conf / "neo4j.conf", as_properties(settings))


def listening(connector: str, port: int) -> list[tuple[str, str]]:
    """Listen and advertised address of a connector; Browser reads the advertised one."""
    address = f"127.0.0.1:{port}"
    return [
        (f"server.{connector}.enabled", "true"),
        (f"server.{connector}.listen_address", address),
        (f"server.{connector}.advertised_address", address),
    ]


def as_properties(settings: Iterable[tuple[str, str]]) -> str:
    """Lines `key=value`; a backslash in a value is doubled, as the format wants it."""
    return "".join(f"{key}={value}\n".replace("\\", "\\\\") for key, value in settings)
