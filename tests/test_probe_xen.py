"""A Xen host asked: a control domain as recorded, what of it can be missing, and who is none."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import xenhost
from virtgate.ask.fingerprint import host_prints
from virtgate.ask.targets import Target
from virtgate.cli import main
from virtgate.driver.errors import TargetError
from virtgate.facts import Facts, write_recording
from virtgate.facts.recording import read_recording
from virtgate.hypervisors.xen import probe as xen
from virtgate.hypervisors.xen import xenstore, xl
from virtgate.hypervisors.xen.view import XenView

Answer = dict[str, Any]

DOMID = 2, b"0"  # XS_READ's reply


@pytest.fixture
def dom0(tmp_path: Path) -> Path:
    """A control domain's files and programs, as Debian 12's were recorded."""
    xenhost.lay_out(tmp_path, xenhost.recorded())
    return tmp_path


def ask(top: Path, *questions: str) -> dict[str, Answer]:
    return xen.ask(questions, root=str(top))


def refusal(answer: Answer) -> tuple[str, str]:
    return answer["error"]["class"], answer["error"]["desc"]


def test_a_control_domain_says_again_what_was_recorded(dom0: Path) -> None:
    told = xenhost.recorded().answers
    with xenhost.Store(dom0, xenhost.message(*DOMID)):
        answers = xen.ask(None, root=str(dom0))
    # What is the machine's own, and what a made file cannot be, is not compared.
    of_xen = [one for one in told if one in xen.TOOLS or one.partition(" ")[2].startswith("/sys/hypervisor")]
    assert len(of_xen) > 20
    assert {one: answers[one] for one in of_xen} == {one: told[one] for one in of_xen}
    assert answers["folder /sys/bus/xen-backend/drivers"]["return"] == ["vbd", "vif"]


def test_what_names_the_machine_or_does_not_last_is_left_out(dom0: Path) -> None:
    told = "host                   : mine\nfree_memory            : 370\nxen_major              : 4\n"
    xenhost.put_program(dom0, "usr/lib/xen-4.17/bin/xl", told)
    assert ask(dom0)["xl info"] == {"return": {"xen_major": "4"}}
    kept = set(xenhost.recorded().returned("xl info"))
    assert kept.isdisjoint(xl.UNKEPT)
    assert {"virt_caps", "xen_version", "cc_compile_domain", "build_id"} <= kept


def test_the_uuid_of_a_domain_is_not_asked_for() -> None:
    assert not [one for one in xen.everything() if "uuid" in one]


def test_the_tools_of_the_running_release_come_first(dom0: Path) -> None:
    xenhost.put_program(dom0, "usr/sbin/xl", "xen_major              : 3\n")
    xenhost.put_library(dom0, "4.20", ["libxl_of_another_release"])
    answers = ask(dom0, "libxl functions")
    assert answers["xl info"]["return"]["xen_major"] == "4"
    assert answers["libxl library"] == {"return": {"soname": "libxenlight.so.4.17", "version": "4.17.0"}}
    assert "libxl_of_another_release" not in answers["libxl functions"]["return"]


def test_a_library_of_another_release_is_told(dom0: Path) -> None:
    for path in dom0.glob("usr/lib/*/libxenlight.so.4.17*"):
        path.unlink()
    xenhost.put_library(dom0, "4.20", ["libxl_ctx_alloc", "libxl__internal", "main"])
    answers = ask(dom0, "libxl functions")
    assert answers["libxl functions"] == {"return": ["libxl_ctx_alloc"]}
    assert view(answers).stray_library == "libxenlight.so.4.20"
    assert XenView(xenhost.recorded()).stray_library is None


def view(answers: dict[str, Answer]) -> XenView:
    return XenView(Facts(hypervisor="xen", target="xen", via="xen", answers=answers))


@pytest.mark.parametrize(
    ("missing", "asked", "kind"),
    [
        ("usr/lib/xen-4.17/bin/xl", "xl info", "ENOENT"),
        ("usr/sbin/xenhypfs", "hypfs /params", "ENOENT"),
        ("usr/lib/x86_64-linux-gnu/libxenlight.so.4.17", "libxl functions", "ENOENT"),
        ("dev/xen/privcmd", "xl info", "ENODEV"),
        ("dev/xen/xenbus", "xenstore domid", "ENOENT"),
    ],
)
def test_a_source_that_is_not_there_says_so(dom0: Path, missing: str, asked: str, kind: str) -> None:
    (dom0 / missing).unlink()
    found, sentence = refusal(ask(dom0, asked)[asked])
    assert found == kind
    assert " here" in sentence


def test_a_hypervisor_that_hides_its_configuration_refuses(dom0: Path) -> None:
    text = "could not read: No such file or directory\n"
    xenhost.put_program(dom0, "usr/sbin/xenhypfs", text, then="exit 3")
    kind, sentence = refusal(ask(dom0, "hypfs /buildinfo/config")["hypfs /buildinfo/config"])
    assert kind == "ENOENT"
    assert sentence.startswith("xenhypfs cat ends with status 3: could not read")


def test_a_plain_user_is_told_to_ask_as_root(dom0: Path) -> None:
    for name in ("privcmd", "xenbus"):
        (dom0 / "dev/xen" / name).chmod(0 if os.geteuid() else 0o600)
    answers = as_nobody(dom0, lambda: ask(dom0, "xenstore domid", "libxl functions"))
    for asked in ("xl info", "xenstore domid"):
        kind, sentence = refusal(answers[asked])
        assert kind == "EACCES"
        assert sentence.endswith("; ask as root")
    assert answers["libxl functions"]["return"]
    assert view(answers).fields["xen_extra"] == ".7"


def as_nobody(top: Path, work: Callable[[], dict[str, Answer]]) -> dict[str, Answer]:
    """What an unprivileged user gets; as one already, what this user gets."""
    if os.geteuid() != 0:
        return work()
    for folder in (top, *top.parents):  # pytest's own folders are private to root
        if folder.stat().st_mode & 0o005 != 0o005:
            folder.chmod(0o755)
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            os.write(writer, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, encoding="utf-8") as file:
        text = file.read()
    os.waitpid(child, 0)
    return json.loads(text)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root lends its rights")
def test_root_runs_no_tool_that_somebody_else_could_have_written(dom0: Path) -> None:
    (dom0 / "usr/lib/xen-4.17/bin/xl").chmod(0o777)
    assert refusal(ask(dom0)["xl info"]) == (
        "EPERM",
        "xl cannot be run: not root's own, so root does not run it",
    )


@pytest.mark.parametrize(
    ("prints", "then", "expected"),
    [
        ("", "exec sleep 60", {"unanswered": "xl info does not end within 0.5 s"}),
        ("", "exec yes", {"unanswered": "xl info prints more than 262144 bytes"}),
        ("\x01garbage: \x02\n::\n", "exit 0", {"unanswered": "xl info prints nothing that can be read"}),
        ("", "exit 0", {"unanswered": "xl info prints nothing that can be read"}),
        (
            "xc: error: Could not obtain handle on privileged command interface: Permission denied\n",
            "exit 1",
            {
                "error": {
                    "class": "EACCES",
                    "desc": "xl info ends with status 1: xc: error: Could not obtain handle on privileged"
                    " command interface: Permission denied",
                }
            },
        ),
        (
            "half a li",
            "kill -9 $$",
            {"error": {"class": "EIO", "desc": "xl info ends with signal 9: half a li"}},
        ),
    ],
    ids=["hangs", "never ends", "garbage", "silent", "fails", "dies"],
)
def test_an_xl_that_misbehaves_is_bounded(dom0: Path, prints: str, then: str, expected: Answer) -> None:
    xenhost.put_program(dom0, "usr/lib/xen-4.17/bin/xl", prints, then=then)
    assert xl.ask_info(str(dom0), "4.17", patience=0.5 if "sleep" in then else 10) == expected


def test_what_xl_says_besides_is_not_a_field(dom0: Path) -> None:
    said = "libxl: error: libxl.c:1: no matter\nxen_extra              : .7\n"
    xenhost.put_program(dom0, "usr/lib/xen-4.17/bin/xl", said)
    assert ask(dom0)["xl info"] == {"return": {"xen_extra": ".7"}}


def test_a_library_that_is_none_is_refused(dom0: Path) -> None:
    (dom0 / "usr/lib/x86_64-linux-gnu/libxenlight.so.4.17.0").write_bytes(b"\x7fELF" + bytes(100))
    kind, sentence = refusal(ask(dom0, "libxl functions")["libxl functions"])
    assert kind == "ENOEXEC"
    assert sentence == "libxenlight.so.4.17 is not an ELF file"


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (xenhost.message(*DOMID), {"return": "0"}),
        (
            xenhost.message(16, b"ENOENT\0"),
            {"error": {"class": "ENOENT", "desc": "xenstored refuses to read domid: ENOENT"}},
        ),
        (xenhost.message(2, b"0", request=7), {"unanswered": "what answers is not a xenstored"}),
        (xenhost.message(2, b"", length=1 << 30), {"unanswered": "what answers is not a xenstored"}),
        (xenhost.message(2, b"0", length=9), {"unanswered": "xenstored hangs up in the middle of a reply"}),
        (b"", {"unanswered": "xenstored hangs up in the middle of a reply"}),
        (None, {"unanswered": "xenstored gives no answer within 0.5 s"}),
    ],
)
def test_xenstored_is_asked_for_one_number(tmp_path: Path, reply: bytes | None, expected: Answer) -> None:
    with xenhost.Store(tmp_path, reply) as store:
        assert xenstore.ask(str(tmp_path), patience=0.5) == expected
    assert store.requests == [xenhost.message(2, b"domid\0")]


def test_before_any_module_the_hypervisor_is_known(dom0: Path) -> None:
    (dom0 / "proc/xen/capabilities").unlink()
    (dom0 / "dev/xen/privcmd").unlink()
    answers = ask(dom0)
    assert view(answers).fields["xen_minor"] == "17"
    assert view(answers).is_dom0 is True  # by the feature bit
    assert refusal(answers["xl info"])[0] == "ENODEV"


def make_guest(top: Path, features: str = "000026f0") -> None:
    """A guest that has Xen's tools installed all the same."""
    (top / "proc/xen/capabilities").write_bytes(b"")
    (top / "sys/hypervisor/properties/features").write_text(features)


def test_a_guest_is_refused_the_control_domains_tools(dom0: Path) -> None:
    make_guest(dom0)
    answers = ask(dom0, *xen.TOOLS)
    assert {refusal(answers[one]) for one in xen.TOOLS} == {("EPERM", xen.A_GUEST)}
    assert view(answers).fields["xen_minor"] == "17"


@pytest.mark.parametrize("flag", [None, "0"])
def test_a_guest_without_xenfs_is_known_all_the_same(dom0: Path, flag: str | None) -> None:
    make_guest(dom0)
    (dom0 / "proc/xen/capabilities").unlink()
    if flag:
        xenhost.write(dom0, "/sys/hypervisor/start_flags/initdomain", flag.encode())
        (dom0 / "sys/hypervisor/properties/features").unlink()
    assert view(ask(dom0)).is_dom0 is False


def test_a_machine_without_xen_says_why(tmp_path: Path) -> None:
    with pytest.raises(TargetError, match=r"no /sys/hypervisor, so this kernel was not started by Xen$"):
        ask(tmp_path)


def test_tools_without_the_hypervisor_are_seen(tmp_path: Path) -> None:
    xenhost.put_library(tmp_path, "4.17", ["libxl_ctx_alloc"])
    with pytest.raises(TargetError, match="its tools are installed, boot the machine with the hypervisor"):
        ask(tmp_path)


def test_another_hypervisor_below_is_named(tmp_path: Path) -> None:
    xenhost.write(tmp_path, "/sys/hypervisor/type", b"zvm\n")
    with pytest.raises(TargetError, match="/sys/hypervisor/type says 'zvm'"):
        ask(tmp_path)


def test_a_kernel_without_the_sysfs_is_known_by_proc_xen(tmp_path: Path) -> None:
    xenhost.write(tmp_path, "/proc/xen/capabilities", b"control_d\n")
    answers = ask(tmp_path)
    assert view(answers).is_dom0 is True
    assert refusal(answers["xl info"])[0] == "ENODEV"


@pytest.mark.parametrize("kind", ["pv", "pvh"])
def test_a_recorded_guest_has_nothing_to_drive(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    recording = str(xenhost.ROOT / "xen" / f"guest-{kind}.json.xz")
    guest = read_recording(recording)
    assert guest.returned("file /sys/hypervisor/guest_type") == f"{kind.upper()}\n"
    assert {answer["error"]["desc"] for one, answer in guest.answers.items() if one in xen.TOOLS} == {
        xen.A_GUEST
    }
    assert (XenView(guest).is_dom0, XenView(guest).fields["xen_minor"]) == (False, "17")
    assert main(["gates", recording]) == 1
    assert "this is a guest of Xen 4.17.7, not its control domain" in capsys.readouterr().err


@pytest.mark.parametrize("verb", [["gates"], ["check", "block.discard"], ["explain", "block.discard"]])
def test_a_guest_has_nothing_to_drive(
    dom0: Path, verb: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    make_guest(dom0)
    recording = str(dom0 / "guest.json")
    answers = xen.ask(None, root=str(dom0))
    write_recording(Facts(hypervisor="xen", target="xen", via="xen", answers=answers), recording)
    assert main([*verb, recording]) == 1
    told = capsys.readouterr()
    assert told.err.count("\n") == 1
    assert (
        "this is a guest of Xen 4.17.7, not its control domain: guests cannot be driven from here" in told.err
    )


def test_kept_answers_hang_on_xens_tools_and_on_who_asks() -> None:
    prints = host_prints(Target.parse("xen"), ())
    assert {
        ("text", "/proc/xen/capabilities"),
        ("text", "/proc/sys/kernel/random/boot_id"),
        ("access", "/dev/xen/privcmd"),
        ("stat", "/run/xenstored/socket"),
        ("environment", "PATH"),
    } <= set(prints)
