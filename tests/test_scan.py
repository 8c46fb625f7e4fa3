"""What a driver's source uses is found by what stands around it, and judged by what upstream had."""

from __future__ import annotations

import io
import json
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from virtgate.ask.opened import open_catalog, open_history
from virtgate.cli import main
from virtgate.data import Catalog
from virtgate.driver.errors import UsageError
from virtgate.model import Element
from virtgate.scan import RULES, Judged, Scan, Use, judge_uses, scan_diff, scan_paths
from virtgate.scan.instead import read_instead
from virtgate.scan.owners import read_owners, read_successors
from virtgate.source.language import LANGUAGES
from virtgate.source.sources import LARGEST
from virtgate.upstream.documented import read_ends
from virtgate.upstream.history import Histories, History

SOURCES = Path(__file__).parent / "scan"
MATRIX = Path(__file__).parents[1] / "matrix"
HYPERVISORS = ", ".join(sorted(one.parent.name for one in MATRIX.glob("*/upstream.yaml")))
CASES = sorted(SOURCES.glob("*/*.uses"))
# What qemu-server sends that only Proxmox VE's QEMU has.
PROXMOX = (
    *("backup", "backup-access-setup", "backup-access-teardown", "backup-cancel", "query-backup"),
    *("query-pbs-bitmap-info", "query-proxmox-support", "query-savevm", "savevm-end", "savevm-start"),
)
# A file of the largest size may take this long; what looks at anything twice takes hours.
PATIENCE = 30.0


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog(None)


@pytest.fixture(scope="module")
def qemu(catalog: Catalog) -> History:
    return open_history(catalog, "qemu")


@pytest.fixture(scope="module")
def history_of(catalog: Catalog) -> Histories:
    return partial(open_history, catalog)


@pytest.fixture(scope="module")
def judge(catalog: Catalog) -> Callable[..., Judged]:
    def one(kind: str, name: str, floor: str | None = None, **marks: bool) -> Judged:
        hypervisor = {"cap": "kvm", "libxl": "xen"}.get(kind, "qemu")
        use = Use(
            file="driver.c",
            line=1,
            hypervisor=hypervisor,
            kind=kind,
            name=name,
            context="",
            **marks,
        )
        floors = {hypervisor: open_history(catalog, hypervisor).version_of(floor)} if floor else {}
        (judged,) = judge_uses([use], catalog, lambda which: open_history(catalog, which), floors)
        return judged

    return one


def told(scan: Scan) -> str:
    return "".join(
        f"{one.line} {one.kind} {one.name}{' (guarded)' if one.guarded else ''}\n" for one in scan.uses
    )


@pytest.mark.parametrize("case", CASES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_a_source_uses_is_found_and_nothing_else(case: Path, history_of: Histories) -> None:
    assert told(scan_paths([str(case.with_suffix(""))], history_of)) == case.read_text(encoding="utf-8")


def test_every_language_has_a_source_and_every_source_a_list() -> None:
    assert {case.parent.name for case in CASES} == {one.name for one in LANGUAGES}
    sources = {path for path in SOURCES.glob("*/*") if path.suffix != ".uses"}
    assert {case.with_suffix("") for case in CASES} == sources


def write(folder: Path, name: str, text: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return str(folder / name)


@pytest.mark.parametrize(
    "text",
    [
        "mon_cmd($vmid, $command, id => 'stop');",
        "print 'mon_cmd', 'stop', 'quit', 'memory';",
        'my $text = "execute";\nmy $quit = "quit";',
        "find('.', '-name', 'x', '-quit');",
    ],
)
def test_a_word_without_a_context_is_nothing(text: str, tmp_path: Path, history_of: Histories) -> None:
    assert scan_paths([write(tmp_path, "a.pm", text)], history_of).uses == ()


def test_a_source_learns_its_own_functions_from_its_other_files(
    tmp_path: Path, history_of: Histories
) -> None:
    write(tmp_path, "a.pm", "sub ours {\n my ($self, $word) = @_;\n my $x = { execute => $word };\n}\n")
    write(tmp_path, "b.pm", "sub b {\n $qmp->ours('not-upstream');\n}\n")
    assert told(scan_paths([str(tmp_path)], history_of)) == "2 command not-upstream\n"


def test_a_plain_name_counts_in_its_own_folder_only(tmp_path: Path, history_of: Histories) -> None:
    for folder in ("monitor", "other"):
        (tmp_path / folder).mkdir()
    code = "func (m *M) Run(cmd string) {\n\tm.send(request{Execute: cmd})\n}\n"
    write(tmp_path, "monitor/a.go", code + 'func A() {\n\tm.Run("no-such-command")\n}\n')
    write(tmp_path, "other/b.go", 'func B() {\n\tx.Run("no-command")\n}\n')
    assert told(scan_paths([str(tmp_path)], history_of)) == "5 command no-such-command\n"


def test_every_new_sender_of_a_round_is_learned(tmp_path: Path, history_of: Histories) -> None:
    senders = "".join(
        f"def sender_{one}(self, word):\n    return self.qmp.execute(word)\n\n" for one in "abcde"
    )
    calls = "".join(f"    vm.sender_{one}('no-{one}')\n" for one in "abcde")
    write(tmp_path, "a.py", f"{senders}def use(vm):\n{calls}")
    assert {one.name for one in scan_paths([str(tmp_path)], history_of).uses} == {
        f"no-{one}" for one in "abcde"
    }


def test_arguments_are_followed_into_another_file_of_the_package(
    tmp_path: Path, history_of: Histories
) -> None:
    (tmp_path / "other").mkdir()
    call = 'package p\n\nfunc a(qmp *M) {\n\targs := arguments()\n\tqmp.Run("migrate", args, nil)\n}\n'
    write(tmp_path, "a.go", call)
    write(tmp_path, "other/a.go", call)
    body = 'return map[string]any{"uri": uri, "blk": true}'
    write(tmp_path, "b.go", f"package p\n\nfunc arguments() map[string]any {{\n\t{body}\n}}\n")
    found = [
        (one.file.removeprefix(str(tmp_path)), one.name)
        for one in scan_paths([str(tmp_path)], history_of).uses
    ]
    assert found == [
        ("/a.go", "migrate.blk"),
        ("/a.go", "migrate.uri"),
        ("/a.go", "migrate"),
        ("/other/a.go", "migrate"),
    ]


PACKAGE = {
    "go": (
        'package p\n\nconst dev = "virtio-blk-pci,scsi=off"\n\n'
        'func fs() string {\n\treturn "proxy,id=f"\n}\n',
        "package p\n\nfunc f(args []string) []string {\n"
        '\treturn append(args, "-nodefaults", "-device", dev, "-fsdev", fs())\n}\n',
    ),
    "py": (
        'DEV = "virtio-blk-pci,scsi=off"\n\n\n'
        'def fs():\n    told = "proxy"\n    told += ",id=f"\n    return told\n',
        'def f(cmd):\n    cmd += ["-nodefaults", "-device", DEV, "-fsdev", fs()]\n',
    ),
    "pm": (
        'our $DEV = "virtio-blk-pci,scsi=off";\n\n'
        'sub fs {\n    my ($x) = @_;\n    return "proxy,id=$x";\n}\n',
        "sub f {\n    my ($cmd) = @_;\n"
        "    push @$cmd, '-nodefaults', '-device', $DEV, '-fsdev', fs('f');\n}\n",
    ),
    "c": (
        '#define DEV "virtio-blk-pci,scsi=off"\n\n'
        'static char *fs(void)\n{\n    return g_strdup("proxy,id=f");\n}\n',
        "void f(virCommand *cmd)\n{\n"
        '    virCommandAddArgList(cmd, "-nodefaults", "-device", DEV, "-fsdev", fs(), NULL);\n}\n',
    ),
}


@pytest.mark.parametrize("suffix", PACKAGE)
def test_constants_and_functions_are_followed_into_another_file_of_the_package(
    suffix: str, tmp_path: Path, history_of: Histories
) -> None:
    (tmp_path / "other").mkdir()
    told, used = PACKAGE[suffix]
    write(tmp_path, f"a.{suffix}", told)
    write(tmp_path, f"b.{suffix}", used)
    write(tmp_path, f"other/b.{suffix}", used)
    found = {
        (str(Path(one.file).relative_to(tmp_path)), one.name)
        for one in scan_paths([str(tmp_path)], history_of).uses
        if one.kind in {"property", "suboption"}
    }
    assert found == {(f"b.{suffix}", "virtio-blk-pci.scsi"), (f"b.{suffix}", "fsdev=proxy")}


# What is judged, and how.


@pytest.mark.parametrize(
    ("kind", "name", "verdict", "level", "sentence"),
    [
        ("command", "query-status", "upstream", None, "upstream's since QEMU 0.12.0"),
        (
            "command",
            "savevm-start",
            "never-upstream",
            "error",
            "no release of QEMU has this command; it is Proxmox VE's own",
        ),
        ("command", "no-such-command", "never-upstream", "error", "no release of QEMU has this command"),
        (
            "command",
            "__com.redhat_qxl_screendump",
            "never-upstream",
            "error",
            "no release of QEMU has this command; it is Red Hat Enterprise Linux 7 and later, and rebuilds"
            " and CentOS, the Virtualization SIG's qemu-kvm-ev's own",
        ),
        (
            "command",
            "__org.example_do",
            "never-upstream",
            "error",
            "no release of QEMU has this command; it is org.example's own",
        ),
        (
            "command",
            "cpu-add",
            "removed",
            "error",
            "upstream removed it in QEMU 5.2.0; use device_add (since QEMU 0.13.0)",
        ),
        (
            "argument",
            "block-commit.no-such",
            "never-upstream",
            "error",
            "no release of QEMU has this argument",
        ),
        ("argument", "blockdev-add.pool", "upstream", None, "upstream's since QEMU 2.9.0"),
        (
            "command",
            "drive-backup",
            "deprecated",
            "warning",
            "deprecated since QEMU 6.2; use blockdev-backup (since QEMU 2.3.0); ask for block.backup",
        ),
        ("argument", "eject.device", "deprecated", "warning", "deprecated since QEMU 2.8"),
        (
            "command",
            "x-debug-query-block-graph",
            "unstable",
            "warning",
            "upstream calls it unstable and may change it in any release",
        ),
        ("event", "BLOCK_JOB_READY", "upstream", None, "upstream's since QEMU 1.3.0"),
        ("event", "NO_EVENT", "never-upstream", "error", "no release of QEMU has this event"),
        ("device", "virtio-blk-pci", "upstream", None, "upstream's since QEMU 0.12.0"),
        (
            "option",
            "no-hpet",
            "removed",
            "error",
            "upstream removed it in QEMU 9.0.0"
            "; use -machine hpet=off (since QEMU 5.2.0)"
            "; ask for machine.hpet",
        ),
        (
            "option",
            "loadstate",
            "never-upstream",
            "error",
            "no release of QEMU has this option; it is Proxmox VE's own",
        ),
        ("machine", "pc-1.0-machine", "removed", "error", "upstream removed it in QEMU 6.0.0"),
        ("property", "virtio-blk-pci.vectors", "upstream", None, "upstream's since QEMU 0.12.0"),
        (
            "parameter",
            "spice.password",
            "removed",
            "error",
            "upstream removed it in QEMU 8.0.0"
            "; use -object secret with password-secret= (since QEMU 6.0.0)"
            "; ask for display.spice.password-secret",
        ),
        (
            "suboption",
            "fsdev=proxy",
            "removed",
            "error",
            "upstream removed it in QEMU 9.2.0"
            "; use -fsdev local, or virtiofsd with -device vhost-user-fs-pci (since QEMU 4.2.0)"
            "; ask for devices.virtiofs.hot-plug",
        ),
        (
            "suboption",
            "net.vlan",
            "removed",
            "error",
            "upstream removed it in QEMU 3.0.0; use -netdev with -device NIC,netdev= (since QEMU 0.12.0)",
        ),
        (
            "suboption",
            "numa.mem",
            "removed",
            "error",
            "upstream removed it in QEMU 5.1.0"
            "; use memdev= with -object memory-backend-ram (since QEMU 2.1.0)"
            "; ask for memory.backend.ram",
        ),
        ("value", "netdev_add:dgram", "upstream", None, "upstream's since QEMU 7.2.0"),
        ("hmp", "info block", "upstream", None, "upstream's since QEMU 0.9.0 or earlier"),
        ("command", "guest-ping", "unledgered", None, "the guest agent's; no ledger has its commands"),
        ("cap", "KVM_CAP_NOBODYS", "never-upstream", "error", "no release of KVM has this constant"),
        ("libxl", "libxl_domain_pause", "upstream", None, "upstream's since Xen 4.0.0"),
        (
            *("libxl", "libxl_for_each_set_bit", "unledgered", None),
            "not among libxl's functions; its macros and inline functions are in no ledger",
        ),
        ("libxl", "LIBXL_HAVE_NOTHING", "never-upstream", "error", "no release of Xen has this libxl name"),
    ],
)
def test_a_use_is_judged_by_what_upstream_had(
    judge: Callable[..., Judged], kind: str, name: str, verdict: str, level: str | None, sentence: str
) -> None:
    judged = judge(kind, name)
    assert (judged.verdict, judged.level, judged.sentence) == (verdict, level, sentence)


def test_proxmox_ves_own_commands_are_named_as_its_own(
    tmp_path: Path, catalog: Catalog, history_of: Histories
) -> None:
    text = "".join(f"mon_cmd($vmid, '{name}');\n" for name in PROXMOX)
    uses = scan_paths([write(tmp_path, "a.pm", text)], history_of).uses
    judged = list(judge_uses(uses, catalog, history_of))
    assert [one.use.name for one in judged] == list(PROXMOX)
    assert {(one.verdict, one.owner) for one in judged} == {("never-upstream", "Proxmox VE")}


def test_a_floor_finds_what_came_after_it(judge: Callable[..., Judged]) -> None:
    late = judge("command", "block-job-change", "6.2.0")
    assert (late.verdict, late.level) == ("newer-than-floor", "warning")
    assert late.sentence == "came with QEMU 8.2.0, after the floor 6.2.0"
    assert judge("command", "block-job-change", "8.2.0").verdict == "upstream"


def test_what_is_newer_than_the_floor_may_still_lack_what_a_driver_gives_it(
    judge: Callable[..., Judged],
) -> None:
    assert judge("argument", "object-add:tdx-guest.no-such", "6.2.0").verdict == "never-upstream"


def test_a_check_makes_what_is_newer_a_note(judge: Callable[..., Judged]) -> None:
    late = judge("command", "block-job-change", "6.2.0", guarded=True)
    assert (late.level, late.is_finding) == ("note", False)
    assert late.sentence.endswith("; a check stands before it")


def test_a_name_in_a_table_asks_and_an_event_is_waited_for(judge: Callable[..., Judged]) -> None:
    assert judge("command", "block-job-change", "6.2.0", alone=True).level == "note"
    assert judge("event", "DEVICE_UNPLUG_GUEST_ERROR", "6.0.0").level == "note"
    assert judge("event", "MEM_UNPLUG_ERROR", "9.2.0").level == "note"
    assert judge("libxl", "LIBXL_HAVE_VNUMA", "4.1.0").sentence.endswith("; it only asks")
    assert judge("command", "query-cpus", alone=True).level == "error"


def test_what_is_gone_before_the_floor_is_dead_whatever_is_checked(judge: Callable[..., Judged]) -> None:
    assert judge("option", "no-hpet", guarded=True).level == "note"
    assert judge("option", "no-hpet", "8.2.0", guarded=True).level == "note"
    assert judge("option", "no-hpet", "8.2.0").level == "warning"
    assert judge("option", "no-hpet", "9.1.0", guarded=True).level == "error"


def test_an_argument_is_silent_where_its_command_says_all_or_takes_all(catalog: Catalog) -> None:
    uses = [
        Use(file="a", line=1, hypervisor="qemu", kind="argument", name=name, context="")
        for name in ("no-such-command.id", "cpu-add.id", "device_add.a-property-of-the-device")
    ]
    assert list(judge_uses(uses, catalog, lambda name: open_history(catalog, name))) == []


def test_a_heading_names_an_element_only_where_it_is_one(qemu: History) -> None:
    documented = read_ends("qemu", qemu)
    assert documented[Element(kind="qmp", name="block-commit.top")].deprecated == "3.1"
    assert documented[Element(kind="qmp", name="nbd-server-remove")].deprecated == "5.2"
    # Only the empty string is deprecated there.
    assert Element(kind="qmp", name="blockdev-add.backing") not in documented
    listed = [one for one, end in documented.items() if one.kind == "qmp" and end.removed is None]
    unknown = [one for one in listed if not qemu.mask(one)]
    assert unknown == []


def test_no_owner_has_what_upstream_has_unless_it_was_early(catalog: Catalog, qemu: History) -> None:
    owners = read_owners(catalog, "qemu")
    assert owners[Element(kind="qmp", name="backup-access-setup")] == "Proxmox VE"
    assert not any(qemu.mask(one) for one in owners if one.kind == "option")
    assert read_successors(catalog, "qemu")[Element(kind="qmp", name="drive-backup")] == "blockdev-backup"


def test_what_a_test_makes_up_or_records_is_a_note(catalog: Catalog) -> None:
    def level(file: str, kind: str, name: str) -> str | None:
        use = Use(file=file, line=1, hypervisor="qemu", kind=kind, name=name, context="")
        (judged,) = judge_uses([use], catalog, lambda which: open_history(catalog, which))
        return judged.level

    for file in ("src/tests/a.c", "qmp_test.go", "test_qmp.py", "qmp.t", "qmp.spec.ts"):
        assert level(file, "command", "no-such-command") == "note"
        assert level(file, "option", "no-hpet") == "error"
    assert level("tests/guest.json", "option", "no-hpet") == "note"
    assert level("attest/a.c", "command", "no-such-command") == "error"


def test_what_to_write_instead_is_there_and_what_it_replaces_ends(catalog: Catalog, qemu: History) -> None:
    instead, ends = read_instead(catalog, "qemu", qemu), read_ends("qemu", qemu)
    newest = 1 << len(qemu.versions) - 1
    for line in (MATRIX / "qemu/instead.txt").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            kind, _, name = line.partition("  ")[0].partition(":")
            ending = Element(kind=kind, name=name)
            told, mask = instead[ending], qemu.mask(ending) or 0
            is_flagged = bool(mask) and qemu.flagged_since([ending], "deprecated") is not None
            assert ending in ends or is_flagged or (mask and not mask & newest), line
            assert told.element is None or (qemu.mask(told.element) or 0) & newest, line


def test_a_sentence_says_whether_the_floor_has_the_other_way(judge: Callable[..., Judged]) -> None:
    sentence = judge("option", "runas", "8.2").sentence
    assert "use -run-with user= (since QEMU 9.1.0), which the floor 8.2" in sentence
    assert " lacks; ask for security.run-as" in sentence
    assert " has; ask for" in judge("option", "runas", "9.1").sentence
    assert "use blockdev-change-medium, and" in judge("command", "change").sentence


# A diff: only what is added counts.

DIFF = """\
diff --git a/src/driver.pm b/src/driver.pm
--- a/src/driver.pm
+++ b/src/driver.pm
@@ -10,5 +10,6 @@ sub start {
     mon_cmd($vmid, 'savevm-start');
     mon_cmd(
         $vmid,
-        'query-savevm',
+        'savevm-end',
+        noerr => 1,
     );
@@ -40,2 +41,3 @@
 # text
+mon_cmd($vmid, 'backup-cancel');
 # --- text
diff --git a/gone.pm b/gone.pm
--- a/gone.pm
+++ /dev/null
@@ -1 +0,0 @@
-mon_cmd($vmid, 'savevm-start');
"""


def test_only_the_added_lines_of_a_diff_count_by_their_new_numbers(
    history_of: Histories,
) -> None:
    scan = scan_diff(DIFF, history_of)
    assert [(one.file, one.line, one.name) for one in scan.uses] == [
        ("src/driver.pm", 13, "savevm-end"),
        ("src/driver.pm", 42, "backup-cancel"),
    ]
    assert (scan.files, scan.lines) == (("src/driver.pm",), 3)


def test_a_file_that_a_diff_names_in_gits_quotes_has_its_own_name(
    history_of: Histories,
) -> None:
    diff = '--- /dev/null\n+++ "b/gr\\303\\274n.pm"\n@@ -0,0 +1 @@\n+mon_cmd($vmid, "no-such-command");\n'
    assert [one.file for one in scan_diff(diff, history_of).uses] == ["grün.pm"]


def test_a_diff_with_odd_numbers_and_names_is_read_or_refused(history_of: Histories) -> None:
    use = '+mon_cmd($vmid, "drive-mirrorx");\n'
    for count in ("9" * 200, "9" * 6000):
        with pytest.raises(UsageError, match="no file has so many lines"):
            scan_diff(f"--- a/x.pm\n+++ b/x.pm\n@@ -1 +1,{count} @@\n{use}", history_of)
    odd = '"b/\\q\\x\\9\\400\\\\.pm"'
    assert scan_diff(f"--- a/x.pm\n+++ {odd}\n@@ -1 +1,1 @@\n{use}", history_of).uses


def test_a_diff_of_nothing_is_no_mistake_and_another_text_is(history_of: Histories) -> None:
    assert scan_diff("", history_of).uses == ()
    assert scan_diff("diff --git a/x b/x\nold mode 100644\nnew mode 100755\n", history_of).uses == ()
    with pytest.raises(UsageError, match="no unified diff"):
        scan_diff("mon_cmd($vmid, 'no-such-command');\n", history_of)


@pytest.mark.parametrize("cut", range(0, len(DIFF), 23))
def test_a_torn_diff_is_read_as_far_as_it_goes(cut: int, history_of: Histories) -> None:
    try:
        scan_diff(DIFF[:cut], history_of)
    except UsageError:
        assert "+++" not in DIFF[:cut]


# Files that were not meant to be read.

HOSTILE = {
    "quotes": '"' * LARGEST,
    "escaped-quotes": '"\\' * (LARGEST // 2),
    "open-comments": "/*" * (LARGEST // 2),
    "word": "a" * LARGEST,
    "qmp": "qmp" * (LARGEST // 3),
    "brackets": "mon_cmd(" * (LARGEST // 8),
    "executes": '{"execute":"stop","arguments":{' * (LARGEST // 31),
    "options": "'-device'," * (LARGEST // 10),
    "functions": "sub a{my(" * (LARGEST // 9),
    "members": "libxl_domain_config d; d" + ".a" * (LARGEST // 2),
    "triples": '"""' * (LARGEST // 3) + '"',
    "pod": "\n=pod" * (LARGEST // 5),
    "lines": "if ? && version\n" * (LARGEST // 16),
    "names": "mon_cmd($a, $b ? 'x' : 'y');" * (LARGEST // 28),
    "events": '"event":"A_B",' * (LARGEST // 14),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("suffix", [".c", ".pm", ".py", ".go", ".sh"])
def test_no_file_takes_long_whatever_is_open_in_it(
    suffix: str, tmp_path: Path, history_of: Histories
) -> None:
    for name, text in HOSTILE.items():
        path = write(tmp_path, name + suffix, text[: LARGEST // 4])
        start = time.process_time()
        scan_paths([path], history_of)
        assert time.process_time() - start < PATIENCE / 8, name


# What leaves an expression, an object or a declaration open: an eighth of the largest size tells as much.
OPEN = {
    "open-options": '"-device",(' * (LARGEST // 11),
    "followed": 'x = "a"; f("-device", x);' * (LARGEST // 26),
    "drivers": '{"driver":"e1000-82540em",' * (LARGEST // 26),
    "expressions": '"-device "+x+' * (LARGEST // 13),
    "spaces": "libxl_ctx" + " " * (LARGEST - 9),
    "sessions": "xapi" + "session" * (LARGEST // 7 - 1),
    "machines": '"machine":"pc-1.0",' * (LARGEST // 19),
    "typed": "qmp::migrate{" * (LARGEST // 13),
}


def test_what_is_left_open_in_an_expression_is_read_once(tmp_path: Path, history_of: Histories) -> None:
    for name, text in OPEN.items():
        path = write(tmp_path, f"{name}.go", text[: LARGEST // 8])
        start = time.process_time()
        scan_paths([path], history_of)
        assert time.process_time() - start < PATIENCE / 8, name


def test_what_is_no_text_is_passed_over_and_counted(tmp_path: Path, history_of: Histories) -> None:
    (tmp_path / "binary.c").write_bytes(b'qmp("x");\0')
    (tmp_path / "large.c").write_bytes(b" " * (LARGEST + 1))
    (tmp_path / "latin.pm").write_bytes(b"# \xe9\xff\nmon_cmd($vmid, 'no-such-command');\n")
    (tmp_path / "empty.c").write_bytes(b"")
    (tmp_path / "outside.c").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "fifo.c")
    scan = scan_paths([str(tmp_path)], history_of)
    assert [(Path(one.file).name, one.why) for one in scan.skipped] == [
        ("binary.c", "binary"),
        ("fifo.c", "no regular file"),
        ("large.c", "large"),
    ]
    assert told(scan) == "2 command no-such-command\n"


def test_a_folder_is_read_without_what_is_anothers_or_excluded(tmp_path: Path, history_of: Histories) -> None:
    for folder in (".git", "vendor", "src", "tests"):
        (tmp_path / folder).mkdir()
        write(tmp_path, f"{folder}/a.pm", "mon_cmd($vmid, 'no-such-command');\n")
    (tmp_path / "loop").symlink_to(tmp_path)
    files = [Path(one.file).parent.name for one in scan_paths([str(tmp_path)], history_of).uses]
    assert files == ["src", "tests"]
    left = scan_paths([str(tmp_path)], history_of, exclude=["tests"]).uses
    assert [Path(one.file).parent.name for one in left] == ["src"]


# The verb.


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "src").mkdir()
    write(
        tmp_path,
        "src/driver.pm",
        "sub a {\n    mon_cmd($vmid, 'savevm-start');\n    mon_cmd($vmid, 'query-status');\n}\n",
    )
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    status = main(["scan", *words])
    out, err = capsys.readouterr()
    return status, out, err


FOUND = (
    "src/driver.pm:2: error: command savevm-start: no release of QEMU has this command;"
    " it is Proxmox VE's own [never-upstream]\n"
)


def test_a_finding_is_one_line_and_exit_1(driver: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "src") == (1, FOUND, "1 file, 4 lines, 2 uses: 1 finding (1 never-upstream)\n")


def test_all_lists_what_is_upstreams_too(driver: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "src", "--all")
    assert out == FOUND + "src/driver.pm:3: command query-status: upstream's since QEMU 0.12.0\n"


@pytest.mark.parametrize(
    ("file", "text", "line"),
    [
        ("a.py", 'qmp.execute("drive-backup")', 'if gates.enabled("block.backup"):'),
        ("a.pm", "mon_cmd($vmid, 'drive-backup');", "if ($gates->enabled(Virtgate::Block::BACKUP)) {"),
        ("a.go", 'qmp.Run("drive-backup", nil)', "if gates.Enabled(virtgate.BlockBackup) {"),
        ("a.ts", 'qmp.execute("drive-backup")', 'if (gates.enabled("block.backup")) {'),
        ("a.rs", 'qmp.execute("drive-backup");', "if gates.enabled(block::BACKUP) {"),
        (
            "a.c",
            'qemuMonitorJSONMakeCommand("drive-backup", NULL);',
            "if (vg_enabled(gates, VG_BLOCK_BACKUP))",
        ),
        (
            "a.sh",
            'echo \'{"execute": "drive-backup"}\'',
            'if virtgate check --quiet block.backup "$QEMU"; then',
        ),
    ],
)
def test_a_suggestion_asks_in_the_drivers_language(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], file: str, text: str, line: str
) -> None:
    _, out, _ = run(capsys, write(tmp_path, file, text + "\n"), "--suggest")
    assert out.splitlines()[1] == f"    {line}"


def test_a_comment_with_a_reason_accepts_one(driver: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        driver,
        "src/driver.pm",
        "# virtgate: accept savevm-start we ship our own QEMU\nmon_cmd($vmid, 'savevm-start');\n"
        "mon_cmd($vmid, 'savevm-end'); # virtgate: accept savevm-end\n"
        "# virtgate: accept no-such-command it was here once\n",
    )
    status, out, err = run(capsys, "src")
    assert (status, out.count("\n")) == (1, 1)
    assert err.splitlines()[1:] == [
        "src/driver.pm:3: 'virtgate: accept savevm-end' gives no reason, and accepts nothing",
        "src/driver.pm:4: 'virtgate: accept no-such-command' has no such finding beside it",
    ]


def test_a_baseline_accepts_todays_findings_and_tells_stale_lines(
    driver: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(capsys, "src", "--baseline", "known.txt", "--write-baseline")[0] == 0
    assert (driver / "known.txt").read_text(encoding="utf-8").splitlines()[1:] == [
        "src/driver.pm: savevm-start"
    ]
    assert run(capsys, "src", "--baseline", "known.txt")[:2] == (0, "")
    monkeypatch.chdir(driver / "src")
    assert run(capsys, "driver.pm", "--baseline", "../known.txt")[:2] == (0, "")
    write(driver, "src/driver.pm", "mon_cmd($vmid, 'backup-cancel');\n")
    status, out, err = run(capsys, ".", "--baseline", "../known.txt")
    assert status == 1
    assert "backup-cancel" in out
    assert err.splitlines()[-1] == "../known.txt:2: 'savevm-start' is no longer found in src/driver.pm"


def test_a_baseline_counts_for_a_diff_by_the_names_in_it(
    driver: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(driver, "known.txt", "src/driver.pm: savevm-end\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(DIFF.encode())))
    status, out, _ = run(capsys, "-", "--baseline", "known.txt")
    assert (status, out.count("\n")) == (1, 1)
    assert out.startswith("src/driver.pm:42: error: command backup-cancel: ")


def test_json_has_every_use_with_every_key(driver: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "src", "--json")
    document = json.loads(out)
    assert (status, document["format"], document["files"], document["lines"]) == (1, 1, 1, 4)
    first, second = document["uses"]
    assert set(first) == set(second)
    assert (first["name"], first["verdict"], first["owner"], first["accepted"]) == (
        *("savevm-start", "never-upstream", "Proxmox VE"),
        False,
    )
    assert (second["verdict"], second["level"], second["since"], second["gone"]) == (
        *("upstream", None, "0.12.0"),
        None,
    )


def test_sarif_has_what_is_reported(driver: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, "src", "--format", "sarif")
    (result,) = json.loads(out)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("never-upstream", "error")
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}
    assert [one["id"] for one in json.loads(out)["runs"][0]["tool"]["driver"]["rules"]] == list(RULES)


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["no-such-folder"], "no-such-folder: no such file or folder"),
        (["-", "src"], "'-' reads a diff from standard input; do not name a PATH with it"),
        (["src", "--write-baseline"], "--write-baseline writes to the FILE of --baseline; name one"),
        (["src", "--baseline", "nothing.txt"], "nothing.txt: No such file or directory"),
        (["src", "--baseline", "src"], "src: Is a directory"),
        (["src", "--floor", "6.2"], "'6.2' is not a release; write HYPERVISOR=RELEASE, such as qemu=8.2"),
        (
            ["src", "--floor", "quemu=6.2"],
            f"no hypervisor 'quemu'; known are {HYPERVISORS}; nearest: qemu",
        ),
        (["src", "--floor", "qemu=60"], "no release '60' of qemu; known are 0.9.0 to 11.1.3"),
        (
            ["src", "--baseline", "src/driver.pm"],
            "src/driver.pm:1: 'sub a {' is no line of a baseline; FILE: NAME is",
        ),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    driver: Path, capsys: pytest.CaptureFixture[str], words: list[str], problem: str
) -> None:
    assert run(capsys, *words)[::2] == (2, f"virtgate: {problem}\n")


def test_what_cannot_be_read_is_told_and_exit_1(driver: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(driver, "notes.txt", "text")
    write(driver, "src/driver.pm", "")
    (driver / "binary.c").write_bytes(b"\0")
    status, out, err = run(capsys, "src", "notes.txt", "binary.c")
    assert (status, out) == (1, "")
    assert err.splitlines()[:2] == ["notes.txt: in no language that is read", "passed over: 1 binary"]
