"""What hosts said: recordings, libvirt's replies, bare schemas, and look-ups in three values."""

from __future__ import annotations

import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from virtgate.driver.errors import RecordingError, UsageError
from virtgate.facts import Facts, is_answered, read_recording, write_recording
from virtgate.facts.machine import file_text, has_node, kernel_release, kvm_extension, os_release
from virtgate.facts.recording import read_json
from virtgate.hypervisors.qemu.bare_schema import is_schema, read_schema
from virtgate.hypervisors.qemu.qmp_questions import question
from virtgate.hypervisors.qemu.replies import read_replies
from virtgate.hypervisors.qemu.view import QemuView

REPLIES = """\
{
  "execute": "qmp_capabilities",
  "id": "libvirt-1"
}

{
  "return": {},
  "id": "libvirt-1"
}

{
  "execute": "query-version",
  "id": "libvirt-2"
}

{
  "return": {
    "qemu": {"micro": 0, "minor": 2, "major": 8},
    "package": "v8.2.0"
  },
  "id": "libvirt-7"
}

{
  "execute": "query-kvm",
  "id": "libvirt-3"
}

{
  "return": {"enabled": true, "present": true},
  "id": "libvirt-3"
}

{
  "execute": "device-list-properties",
  "arguments": {"typename": "made-pci"},
  "id": "libvirt-4"
}

{
  "id": "libvirt-4",
  "error": {"class": "DeviceNotFound", "desc": "Device 'made-pci' not found"}
}

{
  "execute": "qmp_capabilities",
  "id": "libvirt-1"
}

{
  "return": {},
  "id": "libvirt-1"
}

{
  "execute": "query-kvm",
  "id": "libvirt-2"
}

{
  "return": {"enabled": false, "present": true},
  "id": "libvirt-2"
}
"""


def facts(answers: dict[str, Any], **more: Any) -> Facts:
    return Facts(**{"hypervisor": "qemu", "target": "made", "via": "binary", "answers": answers, **more})


def view(**returned: Any) -> QemuView:
    """A look at what a QEMU returned; a question's dashes are written as underscores."""
    return QemuView(facts({name.replace("_", "-"): {"return": value} for name, value in returned.items()}))


# libvirt's replies.


@pytest.fixture
def replies(tmp_path: Path) -> Facts:
    path = tmp_path / "made.replies"
    path.write_text(REPLIES)
    return read_replies(str(path))


def test_replies_answer_the_command_before_them_whatever_their_ids(replies: Facts) -> None:
    assert (replies.hypervisor, replies.via) == ("qemu", "libvirt")
    assert replies.returned("query-version")["package"] == "v8.2.0"


def test_the_first_of_two_contradicting_answers_wins(replies: Facts) -> None:
    assert replies.returned("query-kvm") == {"enabled": True, "present": True}


def test_a_refusal_is_an_answer_and_silence_is_none(replies: Facts) -> None:
    asked = question("device-list-properties", {"typename": "made-pci"})
    refused = replies.refusal(asked)
    assert refused is not None
    assert refused["class"] == "DeviceNotFound"
    assert is_answered(replies.answers[asked])
    assert not is_answered(replies.answers.get("query-machines"))
    assert QemuView(replies).has_type("made-pci") is False
    assert QemuView(replies).has_type("other-pci") is None


def test_compressed_replies_are_read_alike(tmp_path: Path, replies: Facts) -> None:
    path = tmp_path / "made.replies.xz"
    path.write_bytes(lzma.compress(REPLIES.encode()))
    assert read_replies(str(path)).answers == replies.answers


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "no reply to query-version in it"),
        ("{}", "no reply to query-version in it"),
        (REPLIES[:300], "not JSON documents: cannot read line 24"),
        ('{"execute": "query-version"}', "no reply to query-version in it"),
        ("[1]", "not a command or a reply: an object is expected"),
        ('{"execute": ["query-version"]} {"return": {}}', "no reply to query-version in it"),
        ("[" * 100_000, "not JSON documents: cannot read line 1"),
    ],
)
def test_replies_that_are_none_say_where_they_end(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "made.replies"
    path.write_text(text)
    with pytest.raises(RecordingError) as caught:
        read_replies(str(path))
    assert caught.value.problem == problem


# Recordings.

RECORDED = facts(
    {
        "query-version": {"return": {"qemu": {"major": 8}, "package": "ü"}},
        "query-kvm": {"error": {"class": "CommandNotFound", "desc": ""}},
        "query-machines": {"unanswered": "took longer than 5 s"},
    },
    claims={"release": "8.2.0"},
    taken="2024-01-01T00:00:00Z",
)

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
NO_SURROGATES = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@pytest.mark.parametrize("name", ["host.json", "host.json.xz"])
def test_a_recording_gives_back_what_was_said_and_is_written_alike(tmp_path: Path, name: str) -> None:
    first, second = tmp_path / name, tmp_path / f"again-{name}"
    write_recording(RECORDED, str(first))
    again = read_recording(str(first))
    assert again == RECORDED
    write_recording(again, str(second))
    assert first.read_bytes() == second.read_bytes()


@given(st.dictionaries(NO_SURROGATES, st.fixed_dictionaries({"return": JSON}), max_size=4))
def test_any_answers_survive_a_recording_byte_for_byte(
    tmp_path_factory: pytest.TempPathFactory, answers: dict[str, Any]
) -> None:
    path = tmp_path_factory.mktemp("recording") / "host.json"
    write_recording(facts(answers), str(path))
    text = path.read_bytes()
    again = read_recording(str(path))
    assert again.answers == answers
    write_recording(again, str(path))
    assert path.read_bytes() == text


def document(**changed: Any) -> str:
    whole = {"format": 1, "hypervisor": "qemu", "target": "made", "via": "binary", "answers": {}}
    return json.dumps({key: value for key, value in {**whole, **changed}.items() if value is not ...})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "not JSON: Expecting value in line 1"),
        (document()[:-1], "not JSON: Expecting ',' delimiter in line 1"),
        ("[]", "not a recording: no 'answers' in it"),
        (document(answers=...), "not a recording: no 'answers' in it"),
        (document(format=2), "format 2; this virtgate reads 1"),
        (document(format=...), "format None; this virtgate reads 1"),
        (document(answers=[]), "'answers' must map questions to answers"),
        (document(answers={"query-version": "8.2"}), "'answers' must map questions to answers"),
        (document(hypervisor=7), "'hypervisor' must be text"),
        (document(target=...), "'target' must be text"),
        (document(via=None), "'via' must be text"),
        (document(claims=["release"]), "'claims' must map words to text"),
        (document(claims={"release": 8}), "'claims' must map words to text"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_recording_that_is_none_says_why(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "host.json"
    path.write_text(text)
    with pytest.raises(RecordingError) as caught:
        read_recording(str(path))
    assert caught.value.problem == problem


def test_a_file_that_cannot_be_read_says_why(tmp_path: Path) -> None:
    garbage, cut, latin = (tmp_path / name for name in ("garbage.json.xz", "cut.json.xz", "latin.json"))
    garbage.write_bytes(b"garbage")
    cut.write_bytes(lzma.compress(b"{}" * 1000)[:-20])
    latin.write_bytes(b'"\xe9"')
    told = {}
    for path in (garbage, cut, latin, tmp_path, tmp_path / "none.json"):
        with pytest.raises(RecordingError) as caught:
            read_json(str(path))
        told[path.name] = caught.value.problem
    assert told == {
        "garbage.json.xz": "not xz, or cut short",
        "cut.json.xz": "not xz, or cut short",
        "latin.json": "not UTF-8",
        tmp_path.name: "is a directory",
        "none.json": "no such file or directory",
    }


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.json.xz"
    path.write_bytes(lzma.compress(b" " * ((64 << 20) + 1), preset=0))
    with pytest.raises(RecordingError, match="more than 67108864 bytes"):
        read_json(str(path))


# Bare schemas.

SCHEMA = [{"name": "stop", "meta-type": "command", "arg-type": "0", "ret-type": "0"}]


@pytest.mark.parametrize("reply", [SCHEMA, {"return": SCHEMA, "id": "libvirt-9"}])
def test_a_bare_schema_is_one_answer_with_claims(reply: Any) -> None:
    assert is_schema(reply)
    found = read_schema("made.json", reply, {"release": "6.2.0"})
    assert found.answers == {"query-qmp-schema": {"return": SCHEMA}}
    assert (found.via, found.claims) == ("schema", {"release": "6.2.0"})
    assert QemuView(found).has_command("stop") is True
    assert QemuView(found).has_type("virtio-net-pci") is None


@pytest.mark.parametrize("reply", [None, 7, [], {}, {"return": []}, [7], [{"name": "stop"}], {"answers": {}}])
def test_what_is_no_schema_is_not_taken_for_one(reply: Any) -> None:
    assert not is_schema(reply)


def test_a_bare_schema_without_a_claim_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="say what it is from with --claims"):
        read_schema("made.json", SCHEMA, {})


def test_a_schema_that_ends_in_something_else_is_refused() -> None:
    with pytest.raises(RecordingError, match="not a reply to query-qmp-schema"):
        read_schema("made.json", [*SCHEMA, {"name": "x"}], {"release": "6.2.0"})


# Look-ups.


def test_a_question_is_spelt_in_one_way() -> None:
    assert question("query-version") == "query-version"
    assert question("qom-list-types", {"implements": "device", "abstract": False}) == (
        'qom-list-types {"abstract":false,"implements":"device"}'
    )


def test_a_command_is_there_if_the_schema_and_the_list_both_have_it() -> None:
    both = view(query_qmp_schema=SCHEMA, query_commands=[{"name": "cont"}])
    assert both.has_command("stop") is False
    assert view(query_qmp_schema=SCHEMA).has_command("stop") is True
    assert view(query_commands=[{"name": "cont"}]).has_command("cont") is True
    assert view().has_command("stop") is None


def test_an_unanswered_question_is_unknown_and_not_a_no() -> None:
    silent = QemuView(
        facts({"query-qmp-schema": {"unanswered": "died"}, "query-balloon": {"unanswered": "died"}})
    )
    assert silent.has_command("stop") is None
    assert silent.answers_to("query-balloon") is None


def test_a_type_is_known_by_either_list_or_by_its_properties() -> None:
    assert view(qom_list_types=[{"name": "disk"}]).has_type("disk") is True
    assert view(qom_list_types=[{"name": "disk"}]).has_type("nic") is False
    listed = {question("qom-list-properties", {"typename": "backend"}): {"return": [{"name": "size"}]}}
    assert QemuView(facts(listed)).has_type("backend") is True
    assert QemuView(facts(listed)).property("backend", "size") == {"name": "size"}
    assert QemuView(facts(listed)).property("backend", "speed") is False
    assert QemuView(facts(listed)).property("other", "size") is None


def test_a_property_of_a_type_that_is_not_there_is_not_there_unless_the_type_is_abstract() -> None:
    known = view(qom_list_types=[{"name": "disk"}])
    assert known.property("nic", "mac") is False
    assert known.property("virt-machine", "its") is None


def test_a_machine_is_known_by_name_and_by_alias() -> None:
    known = view(query_machines=[{"name": "pc-i440fx-8.2", "alias": "pc"}, {"name": "virt-8.2"}])
    assert (known.has_machine("pc"), known.has_machine("virt-8.2"), known.has_machine("virt")) == (
        True,
        True,
        False,
    )
    assert known.machine_type("pc") == "pc-i440fx-8.2-machine"


@pytest.mark.parametrize(
    ("answers", "kvm", "tcg"),
    [
        ({}, None, None),
        ({"query_kvm": {"enabled": True}, "query_accelerators": {"present": ["kvm"]}}, True, False),
        ({"query_kvm": {"enabled": False}, "qom_list_types": [{"name": "tcg-accel"}]}, False, True),
    ],
)
def test_an_accelerator_counts_where_it_works(
    answers: dict[str, Any], kvm: bool | None, tcg: bool | None
) -> None:
    assert (view(**answers).has_accel("kvm"), view(**answers).has_accel("tcg")) == (kvm, tcg)


GARBAGE = [
    None,
    7,
    "text",
    [7],
    [[]],
    [{}],
    [{"name": []}],
    {"name": 7},
    [{"option": []}],
    [{"name": 7, "alias": {}}],
]


@pytest.mark.parametrize("answer", GARBAGE, ids=str)
def test_a_host_that_returns_garbage_ends_no_look_up(answer: Any) -> None:
    asked = (
        *("query-qmp-schema", "query-commands", "query-events", "qom-list-types", "query-machines"),
        *("query-command-line-options", "query-cpu-definitions", "query-kvm", "query-target"),
        *("query-accelerators", "query-tpm-models", "query-migrate-capabilities", "modules", "block-formats"),
        question("qom-list-types", {"implements": "device"}),
        question("device-list-properties", {"typename": "disk"}),
    )
    known = QemuView(facts({text: {"return": answer} for text in asked}))
    known.has_command("stop")
    known.has_event("STOP")
    known.has_element("stop.x")
    known.has_type("disk")
    known.has_device("disk")
    known.property("disk", "size")
    known.has_machine("pc")
    known.machine_type("pc")
    known.has_option("sandbox", "spawn")
    known.has_cpu("host")
    known.has_row("query-tpm-models", None, "tpm-tis")
    known.has_row("query-migrate-capabilities", "capability", "xbzrle")
    known.answers_to("query-kvm")
    known.has_accel("kvm")
    known.has_accel("tcg")
    assert known.arch is None


def test_a_file_is_text_or_not_there_or_unknown() -> None:
    said = facts(
        {
            "file /a": {"return": "Y\n"},
            "file /b": {"error": {"class": "ENOENT", "desc": ""}},
            "file /c": {"error": {"class": "EACCES", "desc": ""}},
            "file /d": {"unanswered": "took too long"},
        }
    )
    assert [file_text(said, f"/{name}") for name in "abcde"] == ["Y", False, None, None, None]


def test_a_node_counts_if_it_can_be_opened() -> None:
    said = facts(
        {
            "node /a": {"return": {"exists": True, "readable": True, "writable": True}},
            "node /b": {"return": {"exists": True, "readable": False, "writable": False}},
            "node /c": {"return": {"exists": False, "readable": False, "writable": False}},
            "node /d": {"error": {"class": "ENOENT", "desc": ""}},
            "node /e": {"error": {"class": "EIO", "desc": ""}},
        }
    )
    assert [has_node(said, f"/{name}") for name in "abcdef"] == [True, False, False, False, None, None]


def test_a_kvm_extension_is_a_number_and_none_where_nobody_could_ask() -> None:
    """A device that is not there, or that this user may not open, has no extension for a driver."""
    said = facts(
        {
            "KVM_CHECK_EXTENSION 1 vm": {"return": 3},
            "KVM_CHECK_EXTENSION 2 vm": {"error": {"class": "ENOENT", "desc": ""}},
            "KVM_CHECK_EXTENSION 3 vm": {"error": {"class": "EACCES", "desc": ""}},
            "KVM_CHECK_EXTENSION 4 vm": {"unanswered": "died"},
        }
    )
    assert [kvm_extension(said, number, "vm") for number in (1, 2, 3, 4, 5)] == [3, 0, 0, None, None]
    assert kvm_extension(said, 1, "device") is None


def test_a_machine_that_was_not_asked_says_nothing() -> None:
    assert (kernel_release(facts({})), os_release(facts({}))) == (None, None)
    assert kernel_release(facts({"uname": {"return": {"release": "6.1.0-37-amd64"}}})) == "6.1.0-37-amd64"
