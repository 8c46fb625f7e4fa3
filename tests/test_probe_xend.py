"""A xend is asked for its node and read as source; what answers instead of one is refused in bounded time."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path
from typing import Any

import pytest

from test_match_xen import matched
from virtgate.ask.targets import Target, ask_facts, find_targets
from virtgate.cli import main
from virtgate.driver.errors import TargetError
from virtgate.facts import http
from virtgate.hypervisors.xen.xl import UNKEPT
from virtgate.hypervisors.xend import probe as xend
from xend_server import ERAS, TOLD, Reply, serving_tcp, serving_unix, write_http, write_rpc

NODE = "xend node"
SOURCE = "xend source"
PACKAGE = "usr/lib/python2.4/site-packages/xen"


def install(root: Path, files: dict[str, str], package: str = PACKAGE) -> None:
    for name, text in files.items():
        path = root / package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


SMALL = {
    "xend/server/SrvDomain.py": """
class SrvDomain(SrvDir):
    def op_pause(self, _1, _2):
        return self.xd.domain_pause(self.dom.domid)
"""
}


@pytest.mark.parametrize("era", ERAS)
def test_what_a_xend_says_of_its_node_tells_which_it_is(era: str) -> None:
    with serving_tcp(write_http(ERAS[era])) as (target, server):
        facts = ask_facts(Target.parse(target), ())
    host = matched("xend", {NODE: facts.returned(NODE)})
    assert (host.version, host.downstream) == TOLD[era]
    assert [one.split(b"\r\n")[0] for one in server.asked] == [b"GET /xend/node HTTP/1.0"]


@pytest.mark.parametrize("era", ERAS)
def test_all_that_is_said_is_kept_but_names_of_its_owners_and_what_changes(era: str) -> None:
    with serving_tcp(write_http(ERAS[era])) as (target, _):
        said = xend.ask(target, None)[NODE]["return"]
    assert said == {name: text for name, text in ERAS[era].items() if name not in UNKEPT}


@pytest.mark.parametrize("era", ERAS)
def test_over_xml_rpc_it_says_the_same(era: str, tmp_path: Path) -> None:
    with serving_unix(tmp_path / xend.RPC_SOCKET, write_rpc(ERAS[era])) as server:
        over_rpc = xend.ask("xend", (), root=str(tmp_path))[NODE]
    with serving_unix(tmp_path / xend.HTTP_SOCKET, write_http(ERAS[era])):
        over_http = xend.ask("xend", (), root=str(tmp_path))[NODE]
    assert over_rpc == over_http
    assert b"<methodName>xend.node.info</methodName>" in server.asked[0]


def close_at_once(_connection: socket.socket) -> None:
    """For a server that hangs up."""


def never_end(connection: socket.socket) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n(node ")
    while True:
        connection.sendall(b"(a b)" * 10_000)


def never_end_the_head(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"X-Header: more\r\n" * 10_000)


def say_nothing(connection: socket.socket) -> None:
    connection.settimeout(20)
    connection.recv(1)


HOSTILE: dict[str, tuple[Reply, str]] = {
    "nothing": (close_at_once, "hangs up before it has answered"),
    "an endless reply": (never_end, "answers without end"),
    "an endless head": (never_end_the_head, "answers without end"),
    "garbage": (os.urandom(300).replace(b"\n", b"x") + b"\n\n", "does not answer as a xend: no HTTP"),
    "a redirect": (
        b"HTTP/1.1 302 Found\r\nLocation: http://example.org/\r\n\r\n",
        "answers with status 302",
    ),
    "half a reply": (
        b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n(node (system Linux)",
        "answers half and hangs up",
    ),
    "an open list": (b"HTTP/1.1 200 OK\r\n\r\n(node (system Linux)", "a list does not end"),
    "a deep list": (b"HTTP/1.1 200 OK\r\n\r\n" + b"(" * 5000, "nested more than 32 deep"),
    "a web page": (b"HTTP/1.1 200 OK\r\n\r\n<html>It works!</html>", "no S-expression|not one list"),
    "another list": (b"HTTP/1.1 200 OK\r\n\r\n(domain (name a))", "no node"),
    "a node of nothing": (b"HTTP/1.1 200 OK\r\n\r\n(node (system Linux))", "no version of Xen"),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "in chunks"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_server_that_is_no_xend_is_refused(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    reply, problem = HOSTILE[kind]
    with serving_tcp(reply) as (target, _):
        with pytest.raises(TargetError, match=problem):
            xend.ask(target, ())
        assert main(["check", "net.hot-unplug", target]) == 1
    assert capsys.readouterr().err.count("\n") <= 1


def test_one_that_says_nothing_is_given_up(tmp_path: Path) -> None:
    started = time.monotonic()
    with serving_unix(tmp_path / xend.HTTP_SOCKET, say_nothing):
        answer = xend.ask("xend", (), root=str(tmp_path))[NODE]
    assert "takes too long" in answer["unanswered"]
    assert time.monotonic() - started < 3 * http.PATIENCE


def write_nested(depth: int) -> bytes:
    """A reply whose one field is a list, deeper than Python prints one."""
    opened, closed = "<value><array><data>", "</data></array></value>"
    field = f"<value><string>xen_major</string></value>{opened * depth}{closed * depth}"
    rows = f"{opened}{opened}{field}{closed}{closed}"
    return f"<methodResponse><params><param>{rows}</param></params></methodResponse>".encode()


@pytest.mark.parametrize(
    "body",
    [
        b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse/>",
        "<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><methodResponse/>".encode("utf-16"),
        write_nested(4000),
        b"<methodResponse><params><param><value><int>1",
        b"<methodResponse><params><param><value><int>1</int></value></param></params></methodResponse>",
        b"\xff\x00garbage",
    ],
)
def test_a_reply_that_is_no_list_over_xml_rpc_is_refused(body: bytes, tmp_path: Path) -> None:
    with serving_unix(tmp_path / xend.RPC_SOCKET, b"HTTP/1.0 200 OK\r\n\r\n" + body):
        answer = xend.ask("xend", (), root=str(tmp_path))[NODE]
    assert "does not answer as a xend" in answer["unanswered"]


@pytest.mark.parametrize(
    "address", ["xend:", "xend:http://", "xend:http://a:99999", "xend:ftp://a", "xend:http://a/b", "xend:a b"]
)
def test_what_is_no_address_is_told(address: str) -> None:
    with pytest.raises(TargetError, match="not the address of a xend"):
        xend.ask(address, ())


def test_where_nobody_listens_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(TargetError, match="cannot be reached: connection refused"):
        xend.ask(f"xend:http://127.0.0.1:{port}", ())


def test_a_machine_without_any_of_it_has_no_xend(tmp_path: Path) -> None:
    assert not xend.is_here(str(tmp_path))
    with pytest.raises(TargetError, match="no xend here"):
        xend.ask("xend", (), root=str(tmp_path))
    assert Target(text="xend", sort="xend") not in find_targets()


@pytest.mark.parametrize(
    "package",
    [
        PACKAGE,
        "usr/lib64/python2.4/site-packages/xen",
        "usr/lib/python2.6/dist-packages/xen",
        "usr/lib/python2.4/vendor-packages/xen",
        "usr/lib/xen-3.2-1/lib/python/xen",
        "usr/lib/python/xen",
    ],
)
def test_a_xend_that_does_not_run_is_here_by_its_source(package: str, tmp_path: Path) -> None:
    install(tmp_path, SMALL, package)
    assert xend.is_here(str(tmp_path))
    answers = xend.ask("xend", None, root=str(tmp_path))
    assert answers[SOURCE]["return"] == {"operations": {"pause": []}, "device-classes": []}
    assert "unanswered" in answers[NODE]


def test_its_source_is_read_only_when_that_is_asked(tmp_path: Path) -> None:
    install(tmp_path, SMALL)
    assert SOURCE not in xend.ask("xend", (), root=str(tmp_path))
    assert SOURCE in xend.ask("xend", (SOURCE,), root=str(tmp_path))


def test_of_two_xends_that_differ_nobody_can_tell_which_runs(tmp_path: Path) -> None:
    install(tmp_path, SMALL)
    install(tmp_path, SMALL, "usr/lib64/python2.4/site-packages/xen")
    assert "return" in xend.ask("xend", None, root=str(tmp_path))[SOURCE]
    other = {"xend/server/SrvDomain.py": "class SrvDomain:\n    def op_reset(self, _1, _2):\n        pass\n"}
    install(tmp_path, other, "usr/lib/xen-4.0/lib/python/xen")
    assert "2 xends that differ" in xend.ask("xend", None, root=str(tmp_path))[SOURCE]["unanswered"]


def test_a_source_that_shows_nothing_is_no_answer(tmp_path: Path) -> None:
    install(tmp_path, {"xend/server/SrvDomain.py": "\x00\x01 not Python ((((" * 1000})
    assert xend.ask("xend", None, root=str(tmp_path))[SOURCE] == {
        "unanswered": "its source shows no operation"
    }


def test_a_remote_xend_has_no_source_and_no_machine() -> None:
    with serving_tcp(write_http(ERAS["3.3"])) as (target, _):
        answers: dict[str, Any] = xend.ask(target, [*xend.IDENTITY, "os-release", SOURCE])
    assert set(answers) == {NODE}


def test_what_a_host_says_of_itself_commands_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    reply = write_http({"system": "Linux", "xen_major": "3", "xen_minor": "3", "xen_extra": ".1@@[31m"})
    with serving_tcp(reply.replace(b"@@", b"\n\x1b")) as (target, _):
        for words in (["probe", target], ["explain", "net.hot-unplug", target], ["gates", target]):
            main(words)
    said = capsys.readouterr().out
    assert "\x1b" not in said
    assert ".1 \ufffd[31m" in said
