"""Peers that mean no good: what answers a question of ours, and who asks our server.

Each conversation ends in an answer or in an error of virtgate's own, in time; the server answers others
meanwhile.
"""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from damage import damage_bytes

from virtgate.driver import system
from virtgate.driver.errors import VirtgateError
from virtgate.facts.http import Exchange, Mute
from virtgate.hypervisors.qemu.qmp_client import Client

Say = Callable[[socket.socket, bytes, random.Random], None]
PATIENCE = 0.2
VERSION = b'{"qemu": {"major": 8, "minor": 2, "micro": 0}, "package": ""}'
GREETING = b'{"QMP": {"version": %b, "capabilities": []}}\n' % VERSION
REPLIES = (
    GREETING
    + b'{"return": {}, "id": "0"}\n{"event": "X"}\n'
    + b"".join(b'{"return": [{"name": "x"}], "id": "%d"}\n' % at for at in range(3))
)
BODY = json.dumps({"version": "40.0.0", "pid": 1, "features": ["kvm"]}).encode()
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (
    len(BODY),
    BODY,
)
DOMID = b"\x02\0\0\0\x01\0\0\0\0\0\0\0\x02\0\0\x000\0"
NODE = b"(node (system Linux) (xen_major 3) (xen_minor 4))"


def _silent(peer: socket.socket, whole: bytes, random_: random.Random) -> None:
    del peer, whole, random_
    time.sleep(2 * PATIENCE)


def _dripping(peer: socket.socket, whole: bytes, _: random.Random) -> None:
    until = time.monotonic() + 2 * PATIENCE
    for at in range(len(whole)):
        if time.monotonic() > until:
            return
        peer.sendall(whole[at : at + 1])
        time.sleep(0.01)


def _endless(peer: socket.socket, whole: bytes, random_: random.Random) -> None:
    part = (
        random_.choice((whole, b"x", b"\n", b" ", b"{", b"[],", b"\0", b"HTTP/1.1 200 OK\r\nA: b\r\n")) * 4096
    )
    until = time.monotonic() + 2 * PATIENCE
    while time.monotonic() < until:
        peer.sendall(part)


def _dying(peer: socket.socket, whole: bytes, random_: random.Random) -> None:
    peer.sendall(whole[: random_.randrange(len(whole) + 1)])


def _damaged(peer: socket.socket, whole: bytes, random_: random.Random) -> None:
    peer.sendall(damage_bytes(whole, random_))


def _out_of_order(peer: socket.socket, whole: bytes, random_: random.Random) -> None:
    lines = whole.splitlines(keepends=True)
    random_.shuffle(lines)
    peer.sendall(b"".join(lines))


def _huge(peer: socket.socket, whole: bytes, random_: random.Random) -> None:
    peer.sendall(
        random_.choice((whole[:-1], b"HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n", b""))
        + b"x" * (1 << 20)
    )


# Those that end at once are many; those that keep one waiting are few.
QUICK: tuple[Say, ...] = (_damaged, _dying, _out_of_order)
SLOW: tuple[Say, ...] = (_silent, _dripping, _endless, _huge)


def ask_qmp(peer: socket.socket) -> None:
    """A QMP conversation."""
    client = Client("t", peer, deadline=time.monotonic() + PATIENCE, silence=PATIENCE / 2)
    client.greet()
    list(client.ask(["query-version", "query-x", "query-y"]))


def ask_http(peer: socket.socket) -> None:
    """One HTTP request: Cloud Hypervisor's, Firecracker's and xend's."""
    with contextlib.suppress(Mute, OSError):
        Exchange(connect=lambda _: peer, who="x", patience=PATIENCE).get("/")


def ask_xenstore(peer: socket.socket) -> None:
    """xenstored's protocol."""
    from virtgate.hypervisors.xen import xenstore

    with contextlib.suppress(OSError):
        xenstore._converse(peer.fileno(), PATIENCE)


CONVERSATIONS: dict[str, tuple[Callable[[socket.socket], None], bytes]] = {
    "qmp": (ask_qmp, REPLIES),
    "http": (ask_http, PAGE),
    "xenstore": (ask_xenstore, DOMID),
}


def try_peer(random_: random.Random, slow: float = 0.002) -> None:
    """One conversation with one peer, which is seldom a slow one."""
    say = random_.choice(SLOW if random_.random() < slow else QUICK)
    try_conversation(random_.choice(list(CONVERSATIONS)), say, random_)


def try_conversation(kind: str, say: Say, random_: random.Random) -> None:
    """One conversation. Raises AssertionError where the peer kept it for too long."""
    ask, whole = CONVERSATIONS[kind]
    ours, theirs = system.socket_pair()

    def run() -> None:
        with contextlib.suppress(OSError), theirs:
            say(theirs, whole, random_)

    thread = threading.Thread(target=run, daemon=True)
    started = time.monotonic()
    with ours, contextlib.suppress(VirtgateError):
        (thread.start if say in SLOW else run)()
        ask(ours)
    took = time.monotonic() - started
    if thread.ident is not None:
        thread.join()
    assert took < 5 * PATIENCE + 1, f"{say.__name__} held {kind} for {took:.1f} s"


REQUEST = (
    b"POST /ofrep/v1/evaluate/flags/block.mirror HTTP/1.1\r\nHost: h\r\nContent-Length: 31\r\n\r\n"
    b'{"context": {"target": "x=1.2"}}'
)
REQUESTS = (
    REQUEST,
    b"GET /gates?target=a HTTP/1.1\r\nHost: h\r\nIf-None-Match: *\r\nConnection: close\r\n\r\n",
    b"GET /metrics HTTP/1.0\r\n\r\nGET /healthz HTTP/1.1\r\n\r\n",
    b"HEAD /schema/gates HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
)


class Clients:
    """A server in this process, and clients of it; `ask` is a good one's, and is to be answered."""

    def __init__(self) -> None:
        import asyncio

        from virtgate.driver.gates import release_gates
        from virtgate.serve.hosts import Hosts
        from virtgate.serve.routes import Routes
        from virtgate.serve.server import Server

        self.path = str(Path(tempfile.mkdtemp(), "s"))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.path)
        listener.listen(256)
        ready = threading.Event()

        def run() -> None:
            async def serve() -> None:
                self._loop = asyncio.get_running_loop()
                hosts = Hosts(["x=1.2"], lambda _: release_gates("qemu", "8.2"))
                self._server = Server(Routes(hosts), patience=2.0)
                await self._server.run([listener], ready.set)

            asyncio.run(serve())

        self._thread = threading.Thread(target=run, daemon=True)
        self._thread.start()
        ready.wait()
        self.ask(b"GET /gates HTTP/1.1\r\nConnection: close\r\n\r\n")

    def close(self) -> None:
        """End it."""
        self._loop.call_soon_threadsafe(self._server.stop)
        self._thread.join(10)
        shutil.rmtree(Path(self.path).parent)

    def ask(self, request: bytes, patience: float = 5.0) -> bytes:
        """What a request is answered with, as far as one recv gives it."""
        with system.connect_unix(self.path, patience) as connection:
            connection.sendall(request)
            return connection.recv(65536)

    def try_client(self, random_: random.Random) -> None:
        """A client that sends what is damaged, or dies on the way; at times a good one."""
        request = damage_bytes(random_.choice(REQUESTS), random_)
        try:
            with system.connect_unix(self.path, 5.0) as connection:
                connection.sendall(request)
                if random_.random() < 0.5:
                    connection.shutdown(socket.SHUT_WR)
                    answer = connection.recv(65536)
                    assert b" 500 " not in answer[:40] or b"in the server" not in answer, (request, answer)
        except OSError:
            pass
        if random_.random() < 0.01:
            self.is_well()

    def is_well(self) -> None:
        """Raises AssertionError where a good client is not answered at once."""
        started = time.monotonic()
        answer = self.ask(b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 "), answer
        assert time.monotonic() - started < 2.0, "a good client waited"

    def hold(self, count: int = 60) -> Iterator[socket.socket]:
        """Clients that hold a connection: with nothing said, half a request, or an answer unread."""
        for at in range(count):
            connection = system.connect_unix(self.path, 5.0)
            connection.sendall((b"", REQUEST[:40], REQUESTS[1] * 20, b"A: b\r\n")[at % 4])
            yield connection


def try_held(clients: Clients) -> None:
    """Others are answered while many clients are slow."""
    held: list[Any] = []
    try:
        held.extend(clients.hold())
        for _ in range(20):
            clients.is_well()
    finally:
        for one in held:
            one.close()


CHV = b'{"build_version": "v40.0", "version": "40.0.0", "pid": 7, "features": ["kvm", "io_uring"]}'
FC = b'{"id": "x", "state": "Running", "vmm_version": "1.7.0", "app_name": "Firecracker", "vcpu_count": 1}'


def try_monitor(random_: random.Random) -> None:
    """A Cloud Hypervisor's or a Firecracker's socket that answers with what is damaged; then it is judged."""
    from virtgate.ask.answering import judge
    from virtgate.ask.targets import Target, ask_facts
    from virtgate.driver.policy import Policy

    prefix, body = random_.choice((("chv", CHV), ("fc", FC)))
    path = str(Path(tempfile.gettempdir(), f"m{random_.getrandbits(40):x}"))
    with socket.socket(socket.AF_UNIX) as listener, contextlib.suppress(VirtgateError):
        listener.bind(path)
        listener.listen(8)
        thread = threading.Thread(target=_answer, args=(listener, body, random_), daemon=True)
        thread.start()
        try:
            judge(ask_facts(Target.parse(f"{prefix}:{path}"), ()), Policy())
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            Path(path).unlink()


def _answer(listener: socket.socket, body: bytes, random_: random.Random) -> None:
    """Answer every connection, the body damaged or the whole page, until the listener ends."""
    with contextlib.suppress(OSError):
        while True:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                told = damage_bytes(body, random_) if random_.random() < 0.7 else body
                page = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(told), told)
                connection.sendall(page if random_.random() < 0.7 else damage_bytes(page, random_))
