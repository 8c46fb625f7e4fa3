"""A xend, by what it says of its node and by its installed source; no domain is touched."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ...driver import system
from ...driver.errors import TargetError, say_why
from ...facts import machine_probe as machine
from ...facts.http import Connect, Exchange, Mute
from ...facts.machine_probe import Answer
from ..xen.xl import UNKEPT
from .sexpr import parse_sexpr, read_pairs
from .view import NODE, SOURCE

PREFIX = "xend:"
# Where a xend listens (xen/xend/XendOptions.py, XendClient.py); over TCP only where somebody configured it.
HTTP_SOCKET = "var/lib/xend/xend-socket"
RPC_SOCKET = "var/run/xend/xmlrpc.sock"
HTTP_PORT = 8000
# The part of a xend's source that no other package `xen` has.
DOMAIN = "xend/server/SrvDomain.py"
# Where distributions, Debian's own way, upstream's `make install` and Solaris put the package `xen`.
FOLDERS = (
    *(f"usr/lib*/python2.*/{kind}-packages/xen" for kind in ("site", "dist", "vendor")),
    "usr/lib*/python/xen",
    "usr/lib/xen-*/lib/python/xen",
    *(f"usr/local/lib*/python2.*/{kind}-packages/xen" for kind in ("site", "dist")),
)
_VERSION = "file /sys/hypervisor/version"
IDENTITY = (NODE, "uname", *(f"{_VERSION}/{name}" for name in ("major", "minor", "extra")))
MOST_SOURCE = 1 << 20
_ADDRESS = re.compile(r"http://(?P<host>[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::(?P<port>[0-9]{1,5}))?/?")
_GET = "GET /xend/node HTTP/1.0\r\nHost: {host}\r\nAccept: application/sxp\r\nConnection: close\r\n\r\n"
_WHO = "a xend"
_POST = (
    "POST /RPC2 HTTP/1.0\r\nHost: localhost\r\nContent-Type: text/xml\r\n"
    "Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
)


def is_here(root: str = "/") -> bool:
    """Whether this machine has a xend: one of its sockets, or its source."""
    sockets = (Path(root, name) for name in (HTTP_SOCKET, RPC_SOCKET))
    return any(map(system.is_socket, sockets)) or bool(find_sources(root))


def find_sources(root: str = "/") -> tuple[str, ...]:
    """The folders of the package `xen` that a xend is in."""
    found = (path for pattern in FOLDERS for path in Path(root).glob(pattern))
    return tuple(sorted({str(path.resolve()) for path in found if system.is_file(path / DOMAIN)}))


def ask(target: str, questions: Iterable[str] | None, *, root: str = "/") -> dict[str, Answer]:
    """An answer for each question to this machine's xend, or to the one at `xend:http://HOST:PORT`.

    None asks everything. Of a remote one only what it says of its node is known. Raises TargetError where
    nothing could be learned.
    """
    if target.startswith(PREFIX):
        return {NODE: {"return": _ask_remote(target)}}
    if not is_here(root):
        raise TargetError(target, "no xend here: neither a socket of it nor its source")
    asked = [*IDENTITY, *((SOURCE, *machine.everything()) if questions is None else questions)]
    answers = machine.ask(asked, root=root)
    answers[NODE] = _ask_local(root)
    if SOURCE in asked:
        answers[SOURCE] = read_source(find_sources(root))
    return answers


def read_source(folders: Sequence[str]) -> Answer:
    """What the installed source shows; refused where there is none, unanswered where two differ."""
    from .source import FILES, read_device_classes, read_operations

    shown: list[dict[str, Any]] = []
    for folder in folders:
        files = dict(_read_files(folder, FILES))
        operations = read_operations(files)
        classes = list(read_device_classes(files))
        taken = {name: [str(one) for one in arguments] for name, arguments in operations.items()}
        if taken not in [one["operations"] for one in shown]:
            shown.append({"operations": taken, "device-classes": classes})
    if not shown:
        return {"error": {"class": "ENOENT", "desc": "no source of a xend is installed"}}
    if len(shown) > 1:
        return {"unanswered": f"{len(shown)} xends that differ are installed"}
    return {"return": shown[0]} if shown[0]["operations"] else {"unanswered": "its source shows no operation"}


def _read_files(folder: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        try:
            yield name, system.read_text(f"{folder}/{name}", MOST_SOURCE)
        except OSError:
            continue


def _ask_local(root: str) -> Answer:
    """What this machine's xend says of its node, by the first way that gives an answer."""
    top = Path(root)
    ways = (
        (lambda left: system.connect_unix(str(top / HTTP_SOCKET), left), _get_node),
        (lambda left: system.connect_unix(str(top / RPC_SOCKET), left), _call_node),
        (lambda left: system.connect_tcp("localhost", HTTP_PORT, left), _get_node),
    )
    problems = []
    for connect, talk in ways:
        try:
            return {"return": talk(connect)}
        except Mute as error:
            problems.append(str(error))
        except OSError as error:
            problems.append(say_why(error))
    return {"unanswered": "; ".join(dict.fromkeys(problems))}


def _ask_remote(target: str) -> dict[str, str]:
    host, port = parse_address(target)
    try:
        return _get_node(lambda left: system.connect_tcp(host, port, left), f"{host}:{port}")
    except Mute as error:
        raise TargetError(target, str(error)) from None
    except UnicodeError:  # a label of the name is empty, or too long for any resolver
        raise TargetError(target, f"cannot be reached: '{host[:80]}' is no host's name") from None
    except OSError as error:
        raise TargetError(target, f"cannot be reached: {say_why(error)}") from error


def parse_address(target: str) -> tuple[str, int]:
    """Host and port of `xend:http://HOST:PORT`. Raises TargetError."""
    match = _ADDRESS.fullmatch(target.removeprefix(PREFIX))
    port = int(match["port"] or HTTP_PORT) if match else 0
    if match is None or not 0 < port < 1 << 16:
        raise TargetError(target, "not the address of a xend; xend:http://HOST:PORT is")
    return match["host"].strip("[]"), port


def _get_node(connect: Connect, host: str = "localhost") -> dict[str, str]:
    """The node's fields over HTTP: a GET, which xend answers with an S-expression."""
    text = Exchange(connect=connect, who=_WHO).ask(_GET.format(host=host).encode()).decode("utf-8", "replace")
    try:
        head, *rows = parse_sexpr(text)
    except ValueError as error:
        raise Mute(f"does not answer as a xend: {error}") from None
    if head != "node":
        raise Mute("does not answer as a xend: no node")
    return _check_fields(read_pairs(rows))


def _call_node(connect: Connect) -> dict[str, str]:
    """The same over XML-RPC, by the method that `xm info` calls."""
    import xmlrpc.client

    body = xmlrpc.client.dumps((), "xend.node.info")
    reply = Exchange(connect=connect, who=_WHO).ask(_POST.format(length=len(body), body=body).encode())
    # Of UTF-16 every other byte of that is zero.
    if b"<!" in reply.replace(b"\0", b""):
        raise Mute("does not answer as a xend: XML that declares something")
    try:
        ((rows,), _) = xmlrpc.client.loads(reply)
    except Exception as error:
        raise Mute(f"does not answer as a xend: {type(error).__name__}") from None
    if not isinstance(rows, list):
        raise Mute("does not answer as a xend: no list")
    pairs = [row for row in rows if isinstance(row, list) and len(row) == 2]
    flat = [[str(one) for one in row] for row in pairs if all(isinstance(one, str | int) for one in row)]
    return _check_fields(read_pairs([*flat]))


def _check_fields(fields: dict[str, str]) -> dict[str, str]:
    if not {"xen_major", "xen_minor"} & set(fields):
        raise Mute("does not answer as a xend: no version of Xen in its node")
    return {name: text for name, text in fields.items() if name not in UNKEPT}
