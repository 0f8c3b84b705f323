"""A TCP proxy before Bolt that cuts connections around COMMIT or at random, stalls, and counts.

Point a driver at `uri`: a `bolt://` address, for a routing driver would go round the proxy.
"""

import random
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from urllib.parse import urlsplit

# One chunk of two bytes (structure without fields, signature 0x12) and the end of the message.
COMMIT = bytes.fromhex("0002b0120000")
LOGIN = 10  # pieces of data in which a connection is made, about
Moment = Literal["before", "after"]


class BoltProxy:
    """One listening socket before one server; faults are ordered from the test's thread."""

    def __init__(self, target: str) -> None:
        address = urlsplit(target)
        self._target = (address.hostname or "", address.port or 7687)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.uri = f"bolt://127.0.0.1:{self._listener.getsockname()[1]}"
        self.connections = 0
        self.commits = 0
        self.cuts = 0
        self._cut_commits: list[Moment] = []
        self._chance = 0.0
        self._random = random.Random()
        self._open = threading.Event()
        self._open.set()
        self._lock = threading.Lock()
        self._pairs: list[_Pair] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_commits(self, *moments: Moment) -> None:
        """The next commits are cut: before the server saw them, or after it answered them."""
        with self._lock:
            self._cut_commits += moments

    def cut_at_random(self, chance: float, seed: int = 0) -> None:
        """From now on each piece of data is lost with this chance, and its connection with it.

        Logins are spared: the driver leaks the socket of one that is cut, and warnings are errors.
        """
        with self._lock:
            self._chance, self._random = chance, random.Random(seed)

    def cut(self) -> None:
        """Cuts all connections now."""
        with self._lock:
            pairs = list(self._pairs)
        for pair in pairs:
            pair.close()

    def stall(self) -> None:
        """Holds all data back until `go_on`; connections stay."""
        self._open.clear()

    def go_on(self) -> None:
        self._open.set()

    def close(self) -> None:
        self._listener.close()
        self.go_on()
        self.cut()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                try:
                    server = socket.create_connection(self._target, timeout=10)
                except OSError:
                    client.close()
                    continue
                server.settimeout(None)
                pair = _Pair(client, server)
                with self._lock:
                    self.connections += 1
                    self._pairs.append(pair)
                threading.Thread(target=self._to_server, args=(pair,), daemon=True).start()
                threading.Thread(target=self._to_client, args=(pair,), daemon=True).start()

    def _to_server(self, pair: "_Pair") -> None:
        seen = b""
        with pair.closing():
            while data := pair.client.recv(1 << 16):
                self._open.wait()
                moment = None
                if COMMIT in (seen := seen[-len(COMMIT) + 1 :] + data):
                    seen = b""
                    moment = self._commit()
                if moment == "before" or self._unlucky(pair):
                    return
                pair.reply_is_lost = moment == "after"
                pair.server.sendall(data)

    def _to_client(self, pair: "_Pair") -> None:
        with pair.closing():
            while data := pair.server.recv(1 << 16):
                self._open.wait()
                if pair.reply_is_lost or self._unlucky(pair):
                    return
                pair.client.sendall(data)

    def _commit(self) -> Moment | None:
        with self._lock:
            self.commits += 1
            if not self._cut_commits:
                return None
            self.cuts += 1
            return self._cut_commits.pop(0)

    def _unlucky(self, pair: "_Pair") -> bool:
        with self._lock:
            pair.pieces += 1
            unlucky = pair.pieces > LOGIN and self._random.random() < self._chance
            self.cuts += unlucky
            return unlucky


class _Pair:
    """The two sockets of one connection."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.reply_is_lost = False
        self.pieces = 0

    @contextmanager
    def closing(self) -> Iterator[None]:
        """Runs one direction; its end is the end of both."""
        try:
            with suppress(OSError):
                yield
        finally:
            self.close()

    def close(self) -> None:
        for end in (self.client, self.server):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()


@contextmanager
def bolt_proxy(target: str) -> Iterator[BoltProxy]:
    """A proxy before the server at this `bolt://` address."""
    proxy = BoltProxy(target)
    try:
        yield proxy
    finally:
        proxy.close()
