"""What a release's documentation lists as deprecated or removed becomes lines of a ledger."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

from virtgate.harvest.git import Repository
from virtgate.hypervisors.qemu.harvest.documentation import make_reader
from virtgate.model import Element
from virtgate.upstream.documented import find_documented, read_headings
from virtgate.upstream.history import History
from virtgate.upstream.ledger import Ledger

LEDGER = Path(__file__).parent.parent / "matrix" / "qemu" / "ledger" / "documented.txt"

DEPRECATED = """\
Deprecated features
===================

System emulator command line arguments
--------------------------------------

``-old`` switch (since 6.0)
'''''''''''''''''''''''''''

It says why.

QEMU Machine Protocol (QMP) commands
------------------------------------

``old-command`` (since 7.1)
'''''''''''''''''''''''''''
"""
REMOVED = """\
QEMU Machine Protocol (QMP) commands
------------------------------------

``older-command`` (removed in 5.2)
''''''''''''''''''''''''''''''''''
"""
TEXINFO = """\
@appendix Deprecated features
@section Build options
@subsection A thing without a release
@section System emulator command line arguments
@subsection -no-kvm (since 1.3.0)
@section Device options
@subsection Block device options
@subsubsection "backing": "" (since 2.12.0)
@appendix Other
@subsection not one (since 2.0)
"""


def commit(folder: Path, files: dict[str, str]) -> str:
    def git(*words: str) -> str:
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        run = subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)
        return run.stdout.decode().strip()

    git("init", "-q")
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    git("add", "-A")
    git("commit", "-qm", "x")
    return git("rev-parse", "HEAD")


def read(folder: Path, files: dict[str, str]) -> list[tuple[str, str]]:
    head = commit(folder, files)
    with Repository(str(folder)) as repository:
        return sorted(make_reader()(repository.tree(head), "8.0.0"))


def test_headings_say_since_when_and_in_which_section(tmp_path: Path) -> None:
    files = {"docs/about/deprecated.rst": DEPRECATED, "docs/about/removed-features.rst": REMOVED}
    assert read(tmp_path, files) == [
        ("-old switch", "deprecated since 6.0: System emulator command line arguments"),
        ("old-command", "deprecated since 7.1: QEMU Machine Protocol (QMP) commands"),
        ("older-command", "removed in 5.2: QEMU Machine Protocol (QMP) commands"),
    ]


def test_texinfo_counts_in_its_appendix_only(tmp_path: Path) -> None:
    assert read(tmp_path, {"qemu-deprecated.texi": TEXINFO}) == [
        ('"backing": ""', "deprecated since 2.12.0: Device options"),
        ("-no-kvm", "deprecated since 1.3.0: System emulator command line arguments"),
        ("A thing without a release", "deprecated: Build options"),
    ]


def test_a_heading_may_say_its_release_in_several_ways(tmp_path: Path) -> None:
    told = {
        "``pc-0.10`` up to ``pc-1.3`` (removed in 4.0 up to 6.0)": (
            "pc-0.10 up to pc-1.3",
            "removed in 4.0 up to 6.0",
        ),
        "``-smp`` (invalid topologies) (removed 5.2)": ("-smp (invalid topologies)", "removed in 5.2"),
        "A thing (x86, removed in 8.0)": ("A thing (x86)", "removed in 8.0"),
        "virtiofsd": ("virtiofsd", "removed"),
    }
    text = "Tools\n-----\n\n" + "".join(f"{one}\n{chr(39) * len(one)}\n\n" for one in told)
    expected = sorted((name, f"{how}: Tools") for name, how in told.values())
    assert read(tmp_path, {"docs/about/removed-features.rst": text}) == expected


def test_every_heading_of_every_release_is_read_into_elements_or_said_to_be_none() -> None:
    history = History(LEDGER.parent)
    found = list(find_documented("qemu", history))
    assert [one.heading for one in found if not one.elements and not one.about] == []
    table = read_headings(LEDGER.parent.parent / "headings.txt")
    assert table.keys() <= {one.heading for one in found}
    unknown = [
        f"{heading}: {element}"
        for heading, told in table.items()
        for element in (() if isinstance(told, str) else told)
        # A value that comes from a list of types is in no ledger, and its option is.
        if not history.mask(element)
        and not history.mask(replace(element, name=element.name.partition("=")[0]))
    ]
    assert unknown == []
    # What is about no element of an interface is the smaller part.
    assert len([one for one in found if one.elements]) > 220 > 2 * len([one for one in found if one.about])


def test_what_went_release_by_release_is_gone_when_the_last_of_it_is() -> None:
    found = {one.heading: one for one in find_documented("qemu", History(LEDGER.parent))}
    gone = found["pc-0.10 up to pc-i440fx-2.3"]
    assert gone.removed == "9.0.0"
    assert Element(kind="qom", name="pc-i440fx-2.3-machine") in gone.elements


def test_the_shipped_ledger_has_what_upstream_says_of_well_known_ends() -> None:
    ledger = Ledger.read(LEDGER)
    assert [atom.ranges for atom in ledger.atoms("-no-acpi")] == ["8.0.0..8.2", "9.0.0.."]
    assert ledger.atoms("drive-backup")[0].type.startswith("deprecated since 6.2: ")
    assert ledger.problems() == ()
