"""A xend that replays what one of an era says of its node, and servers that are no good.

No answer here was recorded: no xend can be run any more. The fields, their order and the way they are written
are those of upstream's source at that release (tools/python/xen/xend/XendNode.py, sxp.py); versions,
compilers, changesets and kernels are made up to look like a build of that time. No recording keeps `host`.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
import xmlrpc.client
from collections.abc import Callable, Iterator
from pathlib import Path

_MACHINE = {
    "nr_cpus": "2",
    "nr_nodes": "1",
    "sockets_per_node": "1",
    "cores_per_socket": "2",
    "threads_per_core": "1",
    "cpu_mhz": "2327",
    "hw_caps": "bfebfbff:20100000:00000000:00000140:0000e3bd:00000000:00000001",
    "total_memory": "4087",
    "free_memory": "2902",
}
_BUILD = {
    "cc_compile_by": "build",
    "cc_compile_domain": "example.org",
    "cc_compile_date": "Sat Jan 10 12:00:00 GMT 2009",
}


def _node(
    system: str, release: str, version: str, extra: str, changeset: str, compiler: str, **more: str
) -> dict[str, str]:
    major, minor = version.split(".")
    first = {"system": system, "host": "secret.example.org", "release": release, "version": "#1 SMP"}
    xen = {
        "xen_major": major,
        "xen_minor": minor,
        "xen_extra": extra,
        "xen_caps": "xen-3.0-x86_64 xen-3.0-x86_32p hvm-3.0-x86_32 hvm-3.0-x86_32p hvm-3.0-x86_64 ",
        "platform_params": "virt_start=0xffff800000000000",
        "xen_changeset": changeset,
        "cc_compiler": compiler,
    }
    return {**first, "machine": "x86_64", **_MACHINE, **xen, **_BUILD, **more}


ERAS = {
    "3.0.2": _node(
        "Linux",
        "2.6.16-xen",
        "3.0",
        ".2",
        "Thu Apr 13 15:18:37 2006 +0100 9617:5802713c159b",
        "gcc version 4.0.3",
    ),
    "3.0.3 of RHEL 5": _node(
        "Linux",
        "2.6.18-92.el5xen",
        "3.0",
        ".3-64.el5",
        "unavailable",
        "gcc version 4.1.2 20071124 (Red Hat 4.1.2-41)",
        xen_pagesize="4096",
        xend_config_format="2",
    ),
    "3.1": _node(
        "Linux",
        "2.6.18-xen",
        "3.1",
        ".0",
        "Fri May 18 10:25:11 2007 +0100 15042:a5f3ba5fa1d2",
        "gcc version 4.1.2",
        xen_scheduler="credit",
        xen_pagesize="4096",
        xend_config_format="4",
    ),
    "3.1 of Solaris": _node(
        "SunOS",
        "5.11",
        "3.1",
        ".4-xvm",
        "Fri Jan 09 11:02:51 2009 -0800 15904:24a5db4a6a8b",
        "gcc version 3.4.3 (csl-sol210-3_4-20050802)",
        xen_scheduler="credit",
        xen_pagesize="4096",
        xend_config_format="4",
    ),
    "3.3": _node(
        "Linux",
        "2.6.26-xen",
        "3.3",
        ".1",
        "Tue Jan 06 14:22:10 2009 +0000 18546:e8be16bfb5ae",
        "gcc version 4.3.2",
        virt_caps="hvm",
        xen_scheduler="credit",
        xen_pagesize="4096",
        node_to_cpu="node0:0-1",
        node_to_memory="node0:2902",
        xend_config_format="4",
    ),
    "4.1": _node(
        "Linux",
        "3.2.0-4-amd64",
        "4.1",
        ".4",
        "unavailable",
        "gcc version 4.7.2 (Debian 4.7.2-5)",
        virt_caps="hvm",
        xen_scheduler="credit",
        xen_pagesize="4096",
        free_cpus="0",
        xen_commandline="placeholder",
        xend_config_format="4",
    ),
}
# What such a node says that it is.
TOLD = {
    "3.0.2": ("3.0.2", None),
    "3.0.3 of RHEL 5": ("3.0.3", "rhel-5"),
    "3.1": ("3.1.0", None),
    "3.1 of Solaris": ("3.1.4", "solaris"),
    "3.3": ("3.3.1", None),
    "4.1": ("4.1.4", None),
}


def write_http(fields: dict[str, str]) -> bytes:
    """The reply to `GET /xend/node`, as xen/web/http.py writes it."""
    rows = " ".join(f"({name} {_quote(text)})" for name, text in fields.items())
    body = f"(node {rows})".encode()
    head = (
        f"HTTP/1.1 200 OK\r\nServer: xend\r\nContent-Type: application/sxp\r\nContent-Length: {len(body)}\r\n"
    )
    return f"{head}\r\n".encode() + body


def _quote(text: str) -> str:
    """As sxp.show does: plain where it can be, nothing for an empty text, else in quotes."""
    return text if re.fullmatch(r"[A-Za-z0-9._:/~-]*", text) else repr(text)


def write_rpc(fields: dict[str, str]) -> bytes:
    """The reply to `xend.node.info` over XML-RPC."""
    rows = [[name, text] for name, text in fields.items()]
    body = xmlrpc.client.dumps((rows,), methodresponse=True).encode()
    head = f"HTTP/1.0 200 OK\r\nContent-type: text/xml\r\nContent-length: {len(body)}\r\n"
    return f"{head}\r\n".encode() + body


Reply = bytes | Callable[[socket.socket], None]


class Server:
    """Answers every connection in the same way, and keeps what it was asked."""

    def __init__(self, listener: socket.socket, reply: Reply) -> None:
        self._listener = listener
        self._reply = reply
        self.asked: list[bytes] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection, contextlib.suppress(OSError):
                self.asked.append(connection.recv(65536))
                if isinstance(self._reply, bytes):
                    connection.sendall(self._reply)
                else:
                    self._reply(connection)

    def close(self) -> None:
        """End it."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)


@contextlib.contextmanager
def serving_tcp(reply: Reply) -> Iterator[tuple[str, Server]]:
    """A server on this machine, by its TARGET."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = Server(listener, reply)
    try:
        yield f"xend:http://127.0.0.1:{listener.getsockname()[1]}", server
    finally:
        server.close()


@contextlib.contextmanager
def serving_unix(path: Path, reply: Reply) -> Iterator[Server]:
    """A server on a socket in the file system."""
    path.parent.mkdir(parents=True, exist_ok=True)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(path))
    listener.listen()
    server = Server(listener, reply)
    try:
        yield server
    finally:
        server.close()
