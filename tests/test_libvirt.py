"""libvirt: its ledger, what a library, a daemon and a hypervisor each lack, and what projects gate on."""

from __future__ import annotations

import json
import lzma
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import virtgate
from elfmaker import EXPORTED, make_library
from virtgate.cli.program import run
from virtgate.driver.errors import TargetError
from virtgate.facts.folders import find_hypervisor
from virtgate.hypervisors.libvirt import library
from virtgate.hypervisors.libvirt.daemon import ask_daemon, ask_domain, check_uri, read_offers
from virtgate.hypervisors.libvirt.harvest.headers import read_header
from virtgate.hypervisors.libvirt.relaxng import read_paths
from virtgate.hypervisors.qemu.elf import read_versions
from virtgate.upstream.history import History
from virtgate.versions import parse_release

ROOT = Path(__file__).parents[1]
HOSTS = Path(__file__).parent / "hosts"
LIBRARIES = sorted(one.name for one in HOSTS.glob("libvirt-*") if not one.name.endswith("+daemon"))
DAEMON = "libvirt-9.0.0_x86_64+debian+daemon"
CONSTANTS = Path(__file__).parent / "libvirt" / "constants.txt"
SCHEMA = '<grammar xmlns="http://relaxng.org/ns/structure/1.0">{}</grammar>'


@cache
def history() -> History:
    return History(ROOT / "matrix" / "libvirt" / "ledger")


def recording(name: str) -> Any:
    return json.loads(lzma.decompress((HOSTS / name / "host.json.xz").read_bytes()))


def gates(tmp_path: Path, document: Any) -> virtgate.Gates:
    file = tmp_path / "host.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return virtgate.load(str(file))


def differences(tmp_path: Path, document: Any, capsys: pytest.CaptureFixture[str]) -> list[tuple[str, ...]]:
    file = tmp_path / "host.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    run(["diff", str(file), "--json"])
    items = json.loads(capsys.readouterr().out)["items"]
    return [(one["kind"], one["name"], one["class"]) for one in items]


@pytest.mark.parametrize("name", LIBRARIES)
def test_a_release_of_upstream_has_what_its_library_and_its_schemas_have(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert differences(tmp_path, recording(name), capsys) == []


def test_what_is_altered_in_a_host_is_the_one_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for question, kind, old, new in (
        ("libvirt functions", "function", "virDomainBackupBegin", "virDomainBackupStart"),
        ("libvirt schemas", "document", "domain/genid", "domain/genuid"),
    ):
        document = recording("libvirt-11.3.0_x86_64+debian")
        names = document["answers"][question]["return"]
        names[names.index(old)] = new
        assert sorted(differences(tmp_path, document, capsys)) == [
            (kind, old, "not-built"),
            (kind, new, "fork-only"),
        ]


def test_what_a_fork_has_for_itself_is_refused_and_so_is_what_upstream_did_differently(
    tmp_path: Path,
) -> None:
    """deepin's realms, which upstream has not, and StarlingX's cachetune, which upstream has otherwise."""
    document = recording("libvirt-9.0.0_x86_64+debian")
    names = document["answers"]["libvirt schemas"]["return"]
    document["answers"]["libvirt library"]["return"] = {"version": "9.10.0", "package": "made"}
    names.append("domain/launchSecurity@type=cca")
    told = gates(tmp_path, document)
    assert (told.host["downstream"], told.verdict("confidential.cca").reason) == ("deepin", "fork-only")

    document["answers"]["libvirt library"]["return"] = {"version": "3.5.0", "package": "made"}
    names[:] = [one for one in names if "cachetune" not in one and "=cca" not in one]
    own = ("", "@cacheId", "@type", "@sizeKiB")
    names += [f"domain/cputune/cachetune{one}" for one in own]
    told = gates(tmp_path, document)
    assert (told.host["downstream"], told.verdict("host.cache.allocate").reason) == ("starlingx", "divergent")


def test_a_function_s_release_is_that_of_its_symbol_version() -> None:
    """The libraries that were recorded export under a version what their release has, and no more."""
    for name in LIBRARIES:
        release = parse_release(name.removeprefix("libvirt-").partition("_")[0])
        ledger = history().ledger("libvirt-function")
        assert ledger is not None
        there = {atom.name for atom in ledger if release in atom.parsed_ranges}
        assert there == set(recording(name)["answers"]["libvirt functions"]["return"])


def test_a_library_says_its_symbol_versions() -> None:
    for bits, order in ((64, "<"), (32, "<"), (64, ">"), (32, ">")):
        image = make_library(
            "libvirt.so.0",
            {"virConnectOpen": EXPORTED, "virDomainSave": EXPORTED, "helper": EXPORTED},
            versions={"virConnectOpen": "LIBVIRT_0.0.3", "virDomainSave": "LIBVIRT_0.1.0"},
            bits=bits,
            order=order,
        )
        assert read_versions(image) == {
            "virConnectOpen": "LIBVIRT_0.0.3",
            "virDomainSave": "LIBVIRT_0.1.0",
            "helper": "libvirt.so.0",
        }


@pytest.mark.parametrize("cut", [0, 3, 70, 200])
def test_a_library_that_is_cut_short_is_refused(cut: int) -> None:
    image = make_library("libvirt.so.0", {"a": EXPORTED}, versions={"a": "LIBVIRT_0.0.3"})
    with pytest.raises(ValueError, match="ELF file"):
        read_versions(image[:-cut] if cut else b"")


def test_an_installed_library_is_read_and_not_run(tmp_path: Path) -> None:
    folder = tmp_path / "usr" / "lib"
    folder.mkdir(parents=True)
    image = make_library(
        "libvirt.so.0", {"virConnectOpen": EXPORTED}, versions={"virConnectOpen": "LIBVIRT_0.0.3"}
    )
    file = folder / "libvirt.so.0.1002.9"
    (folder / "libvirt.so.0").symlink_to(file.name)
    file.write_bytes(image)
    assert library.ask_library(str(tmp_path)) == {"return": {"version": "1.2.9", "package": ""}}
    file.write_bytes(image + b"\0libvirt version: 9.7.0, package: 1.fc39 (Fedora Project)\0")
    assert library.ask_library(str(tmp_path))["return"] == {
        "version": "9.7.0",
        "package": "1.fc39 (Fedora Project)",
    }
    assert library.ask_functions(str(tmp_path)) == {"return": ["virConnectOpen"]}
    assert library.ask_schemas(str(tmp_path))["error"]["class"] == "ENOENT"
    file.write_bytes(b"#!/bin/sh\n")
    assert library.ask_functions(str(tmp_path))["error"]["class"] == "ENOEXEC"
    file.unlink()
    assert library.ask_library(str(tmp_path))["error"]["class"] == "ENOENT"


def test_the_daemon_the_client_and_the_hypervisor_are_told_apart(tmp_path: Path) -> None:
    whole = recording(DAEMON)
    assert gates(tmp_path, whole).verdict("block.backup").reason == "upstream"

    older = recording(DAEMON)
    older["answers"]["libvirt daemon"]["return"]["daemon"] = "5.10.0"
    older["answers"]["libvirt library"]["return"]["version"] = "5.10.0"
    older["answers"]["libvirt functions"]["return"].remove("virDomainBackupBegin")
    assert gates(tmp_path, older).verdict("block.backup").reason == "too-old"

    client = recording(DAEMON)
    client["answers"]["libvirt daemon"]["return"]["uri"] = "qemu+tls://far/system"
    client["answers"]["libvirt functions"]["return"].remove("virDomainBackupBegin")
    told = gates(tmp_path, client).verdict("block.backup")
    assert (told.reason, "client-function virDomainBackupBegin" in told.sentence) == ("host-lacks", True)

    told = gates(tmp_path, whole).verdict("tpm.emulator")
    assert (told.reason, "domain-capability devices/tpm/backendModel=emulator" in told.sentence) == (
        "host-lacks",
        True,
    )


def test_a_daemon_is_one_whatever_its_recording_says_of_how_it_was_asked(tmp_path: Path) -> None:
    whole = gates(tmp_path, recording(DAEMON))
    for via in ("", "x", "libvirt", "none"):
        told = gates(tmp_path, {**recording(DAEMON), "via": via})
        assert [one for one in told if told.enabled(one) and not whole.enabled(one)] == []


def test_another_hypervisor_s_daemon_is_not_taken_for_qemu_s(tmp_path: Path) -> None:
    document = recording(DAEMON)
    document["answers"]["libvirt daemon"]["return"]["type"] = "LXC"
    told = gates(tmp_path, document)
    assert told.verdict("block.mirror").reason == "host-lacks"
    assert told.verdict("block.resize").state == "unknown"


def test_a_daemon_elsewhere_is_not_taken_for_a_build_of_this_machine_s(tmp_path: Path) -> None:
    for uri, kind in (("qemu:///system", "distribution"), ("qemu+tls://far/system", "unproven")):
        document = recording(DAEMON)
        document["answers"]["libvirt daemon"]["return"]["uri"] = uri
        assert gates(tmp_path, document).host["kind"] == kind
    document["answers"]["libvirt daemon"]["return"] |= {"uri": "qemu:///system", "daemon": "9.1.0"}
    assert gates(tmp_path, document).host["kind"] == "unproven"


VIRSH = """#!/bin/sh
[ "$LIBVIRT_AUTOSTART" = 0 ] || exit 1
case "$*" in
  "--connect qemu:///system --readonly version --daemon")
    printf '%s\\n' 'Running hypervisor: QEMU 7.2.22' 'Running against daemon: 9.0.0' ;;
  "--connect qemu:///system domcapabilities")
    echo "<domainCapabilities><arch>x86_64</arch></domainCapabilities>" ;;
  "--connect xen:///system --readonly version --daemon")
    echo "error: failed to connect to the hypervisor"; echo "error: no connection driver available"; exit 1 ;;
  *) echo "error: operation forbidden"; exit 1 ;;
esac
"""


@pytest.fixture
def virsh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A PATH with a virsh that answers as one does; open to any user, for whom root starts it."""
    with tempfile.TemporaryDirectory() as name:
        Path(name).chmod(0o755)
        program = Path(name) / "virsh"
        program.write_text(VIRSH, encoding="utf-8")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{name}:{os.environ['PATH']}")
        yield


@pytest.mark.usefixtures("virsh")
def test_a_daemon_is_asked_read_only_and_nothing_is_started_for_it() -> None:
    assert ask_daemon("libvirt:qemu:///system")["return"] == {
        "uri": "qemu:///system",
        "daemon": "9.0.0",
        "type": "QEMU",
        "hypervisor": "7.2.22",
    }
    assert ask_domain("libvirt:qemu:///system") == {"return": ["arch=x86_64"]}
    assert ask_domain("libvirt:lxc:///system")["error"]["desc"] == "error: operation forbidden"
    with pytest.raises(TargetError, match="no connection driver available"):
        ask_daemon("libvirt:xen:///system")
    with pytest.raises(TargetError, match="does not say its version"):
        ask_daemon("libvirt:lxc:///system")


def test_a_changed_schema_is_noticed(tmp_path: Path) -> None:
    """What an included schema says is part of the answer, so that its file is looked at, too."""
    library_folder, schemas = tmp_path / "usr/lib", tmp_path / "usr/share/libvirt/schemas"
    for folder in (library_folder, schemas):
        folder.mkdir(parents=True)
    (library_folder / "libvirt.so.0").write_bytes(b"")
    for name in ("domain.rng", "domaincommon.rng"):
        (schemas / name).write_text("", encoding="utf-8")
    assert [Path(one).name for one in library.list_schemas(str(tmp_path))] == [
        "domain.rng",
        "domaincommon.rng",
    ]


def test_what_a_daemon_does_not_speak_of_is_unknown(tmp_path: Path) -> None:
    document = recording(DAEMON)
    offers = document["answers"]["libvirt domcapabilities"]["return"]
    document["answers"]["libvirt domcapabilities"]["return"] = [one for one in offers if "tpm" not in one]
    assert gates(tmp_path, document).verdict("tpm.emulator").state == "unknown"


def test_domain_capabilities_are_words() -> None:
    text = """<domainCapabilities><path>/usr/bin/qemu</path><domain>kvm</domain><os supported='yes'>
      <enum name='firmware'/><loader supported='yes'><value>/usr/share/code.fd</value>
      <enum name='secure'><value>no</value></enum></loader></os>
      <cpu><mode name='host-model' supported='no'/></cpu>
      <features><sev supported='no'/></features></domainCapabilities>"""
    assert read_offers(text) == [
        "cpu/host-model=no",
        "domain=kvm",
        "features/sev=no",
        "os/firmware",
        "os/loader/secure",
        "os/loader/secure=no",
        "os/loader=yes",
        "os=yes",
    ]
    with pytest.raises(ValueError, match="no document"):
        read_offers("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>")


@pytest.mark.parametrize("uri", ["qemu:///system", "qemu+tls://host:1/system", "xen:///", "test:///default"])
def test_a_daemon_is_asked_over_a_socket(uri: str) -> None:
    assert check_uri(f"libvirt:{uri}") == uri


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("qemu+ssh://host/system", "would start a program"),
        ("qemu+ext:///system?command=/bin/sh", "is no URI that can be asked"),
        ("qemu+libssh2://host/system", "would start a program"),
        ("qemu:///system?socket=/tmp/x", "is no URI that can be asked"),
        ("qemu:///embed", "not among what can be asked"),
        ("test:///etc/passwd", "not among what can be asked"),
        ("esx://host/", "not among what can be asked"),
        ("-c", "is no URI that can be asked"),
        ("", "is no URI that can be asked"),
    ],
)
def test_what_would_start_or_change_something_is_refused(uri: str, told: str) -> None:
    with pytest.raises(TargetError, match=re.escape(told)):
        check_uri(f"libvirt:{uri}")


def test_a_schema_is_read_by_path_and_once() -> None:
    files = {
        "domain.rng": SCHEMA.format(
            '<start><ref name="domain"/></start><include href="common.rng"/>'
            '<define name="domain"><element name="domain"><ref name="disk"/></element></define>'
        ),
        "common.rng": SCHEMA.format(
            '<define name="disk"><element name="disk"><attribute name="type"><choice><value>file</value>'
            "<value>two words</value></choice></attribute><optional><ref name='disk'/></optional>"
            "</element></define><include href='domain.rng'/>"
        ),
    }
    found = read_paths(lambda name: files[name].encode() if name in files else None)
    assert found == {
        "domain": "element",
        "domain/disk": "element",
        "domain/disk@type": "attribute",
        "domain/disk@type=file": "value",
    }
    files["common.rng"] = "<!DOCTYPE a>" + files["common.rng"]
    with pytest.raises(ValueError, match=r"common\.rng is no document"):
        read_paths(lambda name: files[name].encode() if name in files else None)


def test_a_header_says_since_when_beside_or_above_a_constant() -> None:
    text = """
    typedef enum {
        VIR_A_ONE = 1, /* one (Since: 0.9.4) */
        /* two,
         * Since: 1.0.0
         */
        VIR_A_TWO = VIR_A_ONE << 1,
        VIR_A_THREE,
    # ifdef VIR_ENUM_SENTINELS
        VIR_A_LAST /* (Since: 9.9.9) */
    # endif
    } virA;
    /**
     * VIR_NAME:
     *
     * Since: 2.0.0
     */
    # define VIR_NAME "name"
    """
    assert dict(read_header(text)) == {
        "VIR_NAME": ("macro", "2.0.0"),
        "VIR_A_ONE": ("virA", "0.9.4"),
        "VIR_A_TWO": ("virA", "1.0.0"),
        "VIR_A_THREE": ("virA", None),
    }


def commit(folder: Path, tag: str, files: dict[str, str]) -> None:
    for path, text in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    git = ("git", "-C", str(folder), "-c", "user.name=made", "-c", "user.email=made@example.org")
    for words in (("add", "-A"), ("commit", "-q", "-m", tag), ("tag", tag)):
        subprocess.run([*git, *words], check=True)


def source(version: str, functions: str, constants: str, values: str, news: str = "") -> dict[str, str]:
    schema = SCHEMA.format(
        f'<start><element name="domain"><attribute name="type"><choice>{values}</choice></attribute>'
        "</element></start>"
    )
    return {
        "meson.build": f"project('libvirt', 'c',\n  version: '{version}',\n)\n",
        "src/libvirt_public.syms": functions,
        "include/libvirt/libvirt-domain.h": f"typedef enum {{ {constants} }} virFlags;\n",
        "src/conf/schemas/domain.rng": schema,
        "NEWS.rst": news,
    }


def test_a_release_of_which_only_packages_are_read_ends_no_driver_s_functions(tmp_path: Path) -> None:
    out, functions = tmp_path / "ledger", "LIBVIRT_1.0.0 { global: virConnectOpen; };\n"
    driver = {"src/qemu/qemu_driver.c": "    .connectOpen = qemuConnectOpen, /* 1.0.0 */\n"}
    for version, more in (("1.0.0", driver), ("1.1.0", {})):
        for path, text in {**source(version, functions, "VIR_A", "<value>a</value>"), **more}.items():
            (tmp_path / version / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / version / path).write_text(text, encoding="utf-8")
        find_hypervisor("libvirt").harvest([tmp_path / version], out, lambda _text: None)
    (row,) = (one for one in (out / "libvirt-driver.txt").read_text().splitlines() if one[0] != "#")
    assert row.split() == ["qemu/virConnectOpen", "method", "1.0.0.."]


def test_history_is_harvested_once_and_what_nobody_read_is_documented(tmp_path: Path) -> None:
    folder = tmp_path / "libvirt"
    folder.mkdir()
    subprocess.run(["git", "-C", str(folder), "init", "-q"], check=True)
    first = "LIBVIRT_1.0.0 { global: virConnectOpen; };\n"
    commit(folder, "v1.0.0", source("1.0.0", first, "VIR_A /* (Since: 1.0.0) */", "<value>a</value>"))
    whole = first + "LIBVIRT_1.1.0 { global: virDomainSave; } LIBVIRT_1.0.0;\n"
    whole += "LIBVIRT_1.2.0 { global: virDomainRestore; } LIBVIRT_1.1.0;\n"
    flags = "VIR_A, /* (Since: 1.0.0) */\n VIR_B, /* (Since: 1.1.0) */\n VIR_C /* (Since: 1.2.0) */"
    news = "v1.2.0 (2020-03-01)\nv1.1.0 (2020-02-01)\nv1.0.0 (2020-01-01)\n"
    tarball = tmp_path / "libvirt-1.2.0"
    for path, text in source("1.2.0", whole, flags, "<value>a</value><value>b</value>", news).items():
        (tarball / path).parent.mkdir(parents=True, exist_ok=True)
        (tarball / path).write_text(text, encoding="utf-8")
    out = tmp_path / "ledger"
    harvest = find_hypervisor("libvirt").harvest
    for _ in range(2):
        harvest([folder, tarball], out, lambda _text: None)
        lines = {one.name: one.read_text(encoding="utf-8").splitlines() for one in out.iterdir()}
        rows = {
            name: [re.split(r"  +", one) for one in text if one[0] != "#"] for name, text in lines.items()
        }
        assert [row[0] for row in rows["releases.txt"]] == ["1.0.0", "1.1.0", "1.2.0"]
        assert [row[2] == "documented" for row in rows["releases.txt"]] == [False, True, False]
        assert {row[0]: row[2] for row in rows["libvirt-function.txt"]} == {
            "virConnectOpen": "1.0.0..",
            "virDomainSave": "1.1.0..",
            "virDomainRestore": "1.2.0..",
        }
        assert {row[0]: row[2] for row in rows["libvirt-constant.txt"]} == {
            "VIR_A": "1.0.0..",
            "VIR_B": "1.1.0..",
            "VIR_C": "1.2.0..",
        }
        assert {row[0]: row[2] for row in rows["libvirt-xml.txt"]} == {
            "domain": "1.0.0..",
            "domain@type": "1.0.0..",
            "domain@type=a": "1.0.0..",
            "domain@type=b": "<=1.2.0..",
        }


def rows_of_constants() -> list[list[str]]:
    lines = CONSTANTS.read_text(encoding="utf-8").splitlines()
    rows = ([cell.strip() for cell in line.split("|")] for line in lines if not line.startswith("#"))
    return [[*row, ""][:6] for row in rows]


def test_every_constant_of_the_projects_is_compared_and_every_difference_has_a_reason() -> None:
    since: dict[str, str] = {}
    for file in (ROOT / "matrix" / "libvirt" / "table").glob("*.yaml"):
        for identifier, paths in yaml.safe_load(file.read_text(encoding="utf-8"))["table"].items():
            told = [path["since"] for path in paths.values() if "since" in path]
            if told:
                since[identifier] = min(told, key=lambda text: parse_release(text.removeprefix("<=")))
    for project, constant, says, identifier, ours, why in rows_of_constants():
        if identifier == "-":
            assert why, f"{project} {constant} has neither an id nor a reason"
            continue
        assert since[identifier] == ours, (project, constant, identifier)
        assert (first_release(says) == ours) is not bool(why), (project, constant, says, ours, why)


def first_release(says: str) -> str:
    """The release that a constant says, or that first had the name that it looks for."""
    if says[0].isdigit():
        return says
    kind = "libvirt-constant" if says.startswith("VIR_") else "libvirt-function"
    ledger = history().ledger(kind)
    assert ledger is not None
    return str(min(atom.parsed_ranges.first for atom in ledger.atoms(says)))  # type: ignore[type-var]


def test_the_table_of_constants_is_as_long_as_it_should_be() -> None:
    """All of Nova's that ask for a feature of libvirt's, and what virt-manager ever checked for."""
    rows = rows_of_constants()
    projects = {project: sum(row[0] == project for row in rows) for project in {row[0] for row in rows}}
    assert projects["nova"] >= 65 and projects["virt-manager"] >= 75 and len(rows) >= 160
    assert len({tuple(row[:2]) for row in rows}) == len(rows)


DRIVERS = {
    "driver.py": (
        "import libvirt\n"
        'dom.blockCopy("vda", xml, {}, libvirt.VIR_DOMAIN_BLOCK_COPY_SHALLOW)\n'
        'hasattr(libvirt, "VIR_MIGRATE_ZEROCOPY")\n'
        "libvirt.VIR_MIGRATE_ZEROCOPPY\n"
        "dom.info(); other.create(1)\n",
        {
            ("function", "virDomainBlockCopy", "upstream"),
            ("constant", "VIR_DOMAIN_BLOCK_COPY_SHALLOW", "upstream"),
            ("constant", "VIR_MIGRATE_ZEROCOPY", "newer-than-floor"),
            ("constant", "VIR_MIGRATE_ZEROCOPPY", "never-upstream"),
        },
    ),
    "driver.c": (
        "int f(virDomainPtr d) { return virDomainGraphicsReload(d, 0, VIR_MY_OWN) + virMyHelper(); }\n",
        {
            ("function", "virDomainGraphicsReload", "newer-than-floor"),
            ("function", "virMyHelper", "unledgered"),
            ("constant", "VIR_MY_OWN", "unledgered"),
        },
    ),
    "driver.go": (
        'import "libvirt.org/go/libvirt"\n'
        "func f(d *libvirt.Domain) { d.AbortJobFlags(libvirt.DOMAIN_ABORT_JOB_POSTCOPY) }\n"
        "func g(l *libvirt.Libvirt) { l.DomainBlockCopy(d, libvirt.DomainUndefineKeepTpm) }\n",
        {
            ("function", "virDomainAbortJobFlags", "newer-than-floor"),
            ("constant", "VIR_DOMAIN_ABORT_JOB_POSTCOPY", "newer-than-floor"),
            ("function", "virDomainBlockCopy", "upstream"),
            ("constant", "VIR_DOMAIN_UNDEFINE_KEEP_TPM", "newer-than-floor"),
        },
    ),
    "driver.rs": (
        "fn f() { unsafe { sys::virDomainFDAssociate(p, sys::VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE) } }\n",
        {
            ("function", "virDomainFDAssociate", "newer-than-floor"),
            ("constant", "VIR_DOMAIN_FD_ASSOCIATE_SECLABEL_RESTORE", "newer-than-floor"),
        },
    ),
    "driver.sh": (
        "virsh -c qemu:///system backup-begin vm && virsh --connect=qemu:///system domdirtyrate-calc vm\n"
        "virsh list --all; virsh-wrapper backup-begin vm\n",
        {
            ("virsh", "virDomainBackupBegin", "newer-than-floor"),
            ("virsh", "virDomainStartDirtyRateCalc", "newer-than-floor"),
        },
    ),
}


@pytest.mark.parametrize("name", DRIVERS)
def test_a_driver_s_use_of_it_is_found_in_each_language(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text, expected = DRIVERS[name]
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    run(["scan", str(file), "--floor", "libvirt=5.0", "--json"])
    uses = json.loads(capsys.readouterr().out)["uses"]
    assert {(one["kind"], one["name"], one["verdict"]) for one in uses} == expected


def test_a_floor_says_from_when_on_two_are_both_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["floor", "libvirt", "--for", "block.backup,migration.tls"]) == 0
    assert "6.0.0" in capsys.readouterr().out


@pytest.mark.parametrize("name", [DAEMON, "libvirt-7.0.0_x86_64+debian"])
def test_an_answer_less_enables_nothing(name: str, tmp_path: Path) -> None:
    whole = recording(name)
    told = gates(tmp_path, whole)
    before = {one for one in told if told.enabled(one)}
    silences: tuple[Any, ...] = (
        None,
        {"return": []},
        {"return": {}},
        {"error": {"class": "E", "desc": "no"}},
    )
    for question in [one for one in whole["answers"] if one.startswith("libvirt")]:
        for silence in silences:
            document = recording(name)
            if silence is None:
                del document["answers"][question]
            else:
                document["answers"][question] = silence
            less = gates(tmp_path, document)
            assert {one for one in less if less.enabled(one)} <= before, (question, silence)
