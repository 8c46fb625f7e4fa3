"""The names that others give are those of the edition asked for, or of the newest that drives such a host."""

from __future__ import annotations

import json
import lzma
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

import virtgate
from virtgate.ask.naming import name_present, parse_naming
from virtgate.ask.opened import open_catalog
from virtgate.cli import main
from virtgate.data import Catalog
from virtgate.driver.errors import TargetError, UsageError
from virtgate.driver.gates import Gates, load_gates, open_gates
from virtgate.model import Edition
from virtgate.versions import Constraint, parse_release

HOSTS = Path(__file__).parent / "hosts"
RECORDED = sorted(path.name for path in HOSTS.glob("qemu-*"))
LISTS = {
    path.stem: frozenset(path.read_text().split())
    for path in sorted((Path(__file__).parent / "libvirt" / "flags").glob("*.txt"))
}
FLAG = re.compile(r"<flag name='([^']+)'/>")
EMULATOR = re.compile(r"<emulator>([^<]+)</emulator>")
# What libvirt 12.9 asks a QEMU, beside what types have: its log of 64 of them has no other question.
ASKED_BY_LIBVIRT = {
    "qom-list-types",
    "query-accelerators",
    "query-command-line-options",
    "query-cpu-definitions",
    "query-kvm",
    "query-machines",
    "query-qmp-schema",
    "query-target",
    "query-version",
}
# libvirt gives these without a look in some edition; of other architectures they are never true.
BY_ARCHITECTURE = {
    "aes-key-wrap": {"s390x"},
    "dea-key-wrap": {"s390x"},
    "gic-version": {"aarch64"},
    "loadparm": {"s390x"},
    "machine-vmport-opt": {"i386", "x86_64"},
}


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return open_catalog(None)


@pytest.fixture(scope="module")
def editions(catalog: Catalog) -> list[Edition]:
    return [one for one in catalog.vocabularies["qemu"] if one.who == "libvirt"]


@pytest.fixture(scope="module", params=RECORDED)
def gates(request: pytest.FixtureRequest) -> Gates:
    return load_gates(HOSTS / request.param / "host.json.xz")


def drives(edition: Edition, gates: Gates) -> bool:
    release = parse_release(str(gates.host["release"]))
    return bool(Constraint.parse(edition.drives).accepts(release))


@cache
def names_of(gates: Gates, wanted: str) -> frozenset[str]:
    catalog = open_catalog(None)
    return frozenset(name_present(gates, parse_naming(wanted, catalog), catalog).given)


def test_an_edition_gives_only_names_that_it_knows(
    gates: Gates, catalog: Catalog, editions: list[Edition]
) -> None:
    for edition in editions:
        asked = f"libvirt@{edition.release}"
        if not drives(edition, gates):
            with pytest.raises(TargetError, match="does not drive"):
                names_of(gates, asked)
            continue
        names = names_of(gates, asked)
        assert names <= edition.names
        assert [name for name, other in edition.unless.items() if {name, other} <= names] == []


def test_no_edition_since_9_gives_a_name_to_an_architecture_that_cannot_have_it(
    gates: Gates, catalog: Catalog, editions: list[Edition]
) -> None:
    for edition in editions:
        if parse_release(edition.release) < parse_release("9.0") or not drives(edition, gates):
            continue
        given = names_of(gates, f"libvirt@{edition.release}")
        wrong = {name for name, archs in BY_ARCHITECTURE.items() if gates.host["arch"] not in archs}
        assert given & wrong == set()


def test_without_an_edition_the_newest_that_drives_the_host_is_asked(
    gates: Gates, catalog: Catalog, editions: list[Edition]
) -> None:
    newest = [one for one in editions if drives(one, gates)][-1]
    assert names_of(gates, "libvirt") == names_of(gates, f"libvirt@{newest.release}")


def test_between_two_editions_the_older_is_asked(catalog: Catalog) -> None:
    gates = load_gates(HOSTS / "qemu-7.2.22_x86_64+debian" / "host.json.xz")
    assert names_of(gates, "libvirt@9.5") == names_of(gates, "libvirt@9.0.0")
    assert names_of(gates, "libvirt@99.0") == names_of(gates, "libvirt")


def test_a_name_that_was_dropped_is_one_of_older_editions_only(catalog: Catalog) -> None:
    gates = load_gates(HOSTS / "qemu-7.2.22_x86_64+debian" / "host.json.xz")
    assert "blockdev" in names_of(gates, "libvirt@7.0")
    assert "blockdev" not in names_of(gates, "libvirt@9.0")
    assert "acpi-index" in names_of(gates, "libvirt@9.0")


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ("libvirt@6.10", "no known edition of libvirt is 6.10 or older; the oldest known is 7.0.0"),
        ("libvirt@9", "'9' is not a release"),
        ("libvirt@", "'' is not a release"),
        ("librivt", "no names are known from 'librivt'; known are libvirt"),
    ],
)
def test_what_names_no_edition_is_refused(wanted: str, told: str, catalog: Catalog) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        parse_naming(wanted, catalog)


def test_a_host_that_the_edition_does_not_drive_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = (str(HOSTS / f"qemu-{name}_x86_64+debian" / "host.json.xz") for name in ("5.2.0", "7.2.22"))
    assert main(["gates", old, new, "--alias", "libvirt@11.3"]) == 1
    out, err = capsys.readouterr()
    assert "vnc" in out.splitlines()
    assert "libvirt does not drive QEMU 5.2.0: 11.3.0 drives >=6.2" in err
    assert main(["gates", "--release", "qemu=0.12", "--alias", "libvirt"]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert "libvirt does not drive QEMU 0.12.5: no known edition does" in err


def test_what_libvirt_asks_the_kernel_counts_where_somebody_could_look(
    catalog: Catalog, tmp_path: Path
) -> None:
    """Without an answer the type is enough: libvirt's own recordings have it from any host."""
    text = lzma.decompress((HOSTS / "qemu-11.1.3_x86_64+debian+kvm" / "host.json.xz").read_bytes())
    document = json.loads(text)
    for told, is_given in ((None, True), ({"return": "Y\n"}, True), ({"return": "N\n"}, False)):
        answers = {**document["answers"]}
        if told is not None:
            answers["file /sys/module/kvm_intel/parameters/tdx"] = told
        path = tmp_path / "host.json"
        path.write_text(json.dumps({**document, "answers": answers}))
        assert ("tdx-guest" in names_of(load_gates(path), "libvirt@12.8")) is is_given


def test_what_libvirt_asks_is_enough_for_its_names(
    gates: Gates, catalog: Catalog, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """A host that libvirt recorded answers less than we ask: nothing of TPMs, and of KVM by one query."""
    name = request.node.callspec.params["gates"]
    document = json.loads(lzma.decompress((HOSTS / name / "host.json.xz").read_bytes()))
    document["answers"] = {
        asked: answer
        for asked, answer in document["answers"].items()
        if asked in ASKED_BY_LIBVIRT or "-list-properties " in asked or asked.startswith("file ")
    }
    if "return" in document["answers"].get("query-accelerators", {}):
        document["answers"].pop("query-kvm", None)
    path = tmp_path / "host.json"
    path.write_text(json.dumps(document))
    less, all_of_them = (names_of(one, "libvirt") for one in (load_gates(path), gates))
    # A guest that runs was not asked for its types, which libvirt asks of a QEMU that waits.
    assert less <= all_of_them if "qom-list-types" not in document["answers"] else less == all_of_them


@cache
def names_of_release(release: str) -> frozenset[str]:
    """libvirt's names of what upstream's release can have, whatever the target and the build."""
    gates = virtgate.release("qemu", release)
    return frozenset(
        name
        for identifier in gates
        for path in gates.verdict(identifier).paths
        if path.state != "disabled" or path.reason == "broken"
        for name in path.aliases.get("libvirt", ())
    )


@pytest.mark.parametrize("recorded", LISTS)
def test_libvirts_recordings_of_upstreams_releases_have_nothing_unknown_or_too_early(
    recorded: str, editions: list[Edition]
) -> None:
    """The flags are those of libvirt's own tests (libvirt@01cb769a183e)."""
    release, _, _ = recorded.partition("_")
    (edition,) = (one for one in editions if one.release == "12.8.0")
    assert LISTS[recorded] <= edition.names
    assert LISTS[recorded] - edition.assumed.keys() <= names_of_release(release)


@pytest.mark.parametrize("target", ["aarch64", "s390x", "x86_64"])
def test_what_came_and_went_between_two_of_libvirts_recordings_did_so_in_upstreams_releases(
    target: str,
) -> None:
    """One machine asked builds of one configuration, so that only the release differs."""
    recorded = sorted(
        (name for name in LISTS if name.endswith(f"_{target}")),
        key=lambda name: parse_release(name.split("_")[0]),
    )
    for older, newer in pairwise(recorded):
        either = LISTS[older] | LISTS[newer]
        before, after = (names_of_release(name.split("_")[0]) for name in (older, newer))
        assert either & (after - before) == LISTS[newer] - LISTS[older], newer
        assert either & (before - after) == LISTS[older] - LISTS[newer], newer


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that an unprivileged user can write to, which pytest's own is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o777)
        yield folder


def test_libvirt_itself_gives_the_same_names(
    shared_folder: Path, catalog: Catalog, require: Callable[[object, str], None]
) -> None:
    """This machine's libvirt, without a daemon, asks every QEMU that it finds, as nobody if this is root."""
    virsh = shutil.which("virsh")
    require(virsh, "no virsh here")
    user = "nobody" if os.geteuid() == 0 else None
    root = shared_folder / "libvirt"
    asked = [str(virsh), "-c", f"qemu:///embed?root={root}", "capabilities"]
    kept = {"PATH": os.environ["PATH"], "HOME": str(shared_folder), "LC_ALL": "C.UTF-8"}
    done = subprocess.run(asked, user=user, env=kept, cwd="/", capture_output=True, timeout=300, check=False)
    require(done.returncode == 0, f"libvirt has no QEMU driver here: {done.stderr.decode()}")
    version = subprocess.check_output([str(virsh), "--version"], text=True).strip()
    told = [path.read_text() for path in root.glob("cache/qemu/capabilities/*.xml")]
    assert told
    for text in told:
        (emulator,) = EMULATOR.findall(text)
        names = names_of(open_gates(emulator), f"libvirt@{version}")
        # Nobody may not open KVM.
        assert names - {"kvm"} == set(FLAG.findall(text)) - {"kvm"}, emulator
