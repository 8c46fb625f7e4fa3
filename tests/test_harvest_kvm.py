"""KVM's capabilities from made histories of Linux and of QEMU, and the shipped table."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
from pathlib import Path

import pytest

from virtgate.cli import main
from virtgate.driver.errors import DataError, TargetError
from virtgate.hypervisors.kvm.harvest import harvest, parse_header
from virtgate.upstream.ledger import Ledger

LEDGER = Path(__file__).parents[1] / "matrix" / "kvm" / "ledger"
COPY = "linux-headers/linux/kvm.h"
RELEASES = """# release, date, commit; dates from the calendar of this test
4.14        2017-11-12  -
4.15        2018-01-28  -
4.16        2018-04-01  -
4.17        2018-06-03  -
4.18        2018-08-12  -
5.0         2019-03-03  -
"""
MWAIT = {"KVM_CAP_X86_GUEST_MWAIT": 143}
EXITS = {"KVM_CAP_X86_DISABLE_EXITS": 143}
OLD = {"KVM_CAP_IRQCHIP": 0}
NEW = {"KVM_CAP_NEW": 160}


class Sandbox:
    """A repository made for a test, and a ledger folder beside it."""

    def __init__(self, path: Path) -> None:
        self.path = path / "repository"
        self.ledger = path / "ledger"
        self.path.mkdir(parents=True)
        self.ledger.mkdir()
        (self.ledger / "releases.txt").write_text(RELEASES)
        self._git("init", "-q", "-b", "master")

    def commit(
        self,
        path: str,
        capabilities: dict[str, int],
        *,
        subject: str,
        body: str = "",
        date: str = "2018-02-01",
        tag: str | None = None,
    ) -> None:
        for file in self.path.glob("**/kvm.h"):
            file.unlink()
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("".join(f"#define {name} {number}\n" for name, number in capabilities.items()))
        self._git("add", "-A", date=date)
        self._git("commit", "-q", "--allow-empty", "-m", f"{subject}\n\n{body}", date=date)
        if tag:
            self._git("tag", tag, date=date)

    def harvest(self) -> dict[tuple[str, str], str]:
        harvest([self.path], self.ledger, lambda _text: None)
        ledger = Ledger.read(self.ledger / "cap.txt")
        assert (ledger.kind, ledger.covers, ledger.problems()) == ("cap", "superset", ())
        return {(atom.name, atom.type): atom.ranges for atom in ledger}

    def files(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.ledger.iterdir()}

    def _git(self, *arguments: str, date: str = "2018-01-01") -> None:
        author = {
            f"GIT_{role}_{field}": value
            for role in ("AUTHOR", "COMMITTER")
            for field, value in {"NAME": "a", "EMAIL": "a@b", "DATE": f"{date}T00:00:00Z"}.items()
        }
        environment = {**os.environ, **author, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", "-C", self.path, *arguments], check=True, env=environment)


@pytest.fixture
def sandbox(tmp_path: Path) -> Sandbox:
    return Sandbox(tmp_path)


def make_qemu(sandbox: Sandbox, *copies: tuple[str, str, dict[str, int]]) -> None:
    for subject, date, capabilities in copies:
        sandbox.commit(COPY, capabilities, subject=subject, date=date)


def test_a_header_gives_names_and_numbers_however_they_are_spelled() -> None:
    text = """
#define KVM_CAP_IRQCHIP\t  0
#ifdef __KVM_HAVE_PIT
# define KVM_CAP_PIT 11 /* not
#define KVM_CAP_COMMENTED 12
*/
#endif
  #define KVM_CAP_HEX (0x10)
#define KVM_CAP_USED KVM_CAP_PIT
#define KVM_CAPABLE 3
/* Available with KVM_CAP_X: */
"""
    assert parse_header(text) == {("KVM_CAP_IRQCHIP", "0"), ("KVM_CAP_PIT", "11"), ("KVM_CAP_HEX", "16")}


def make_linux(sandbox: Sandbox) -> None:
    header = "include/uapi/linux/kvm.h"
    sandbox.commit("include/linux/kvm.h", OLD, subject="Linux 4.14", tag="v4.14")
    sandbox.commit(header, OLD, subject="Linux 4.15", tag="v4.15")
    sandbox.commit(header, OLD | MWAIT, subject="Linux 4.16-rc1", tag="v4.16-rc1")
    sandbox.commit(header, OLD | MWAIT, subject="Linux 4.16", tag="v4.16")
    sandbox.commit(header, OLD | MWAIT | NEW, subject="Linux 4.16.1", tag="v4.16.1")
    sandbox.commit(header, OLD | EXITS, subject="Linux 4.17", tag="v4.17")


def test_linux_tags_give_exact_ranges_and_tell_two_names_of_a_number_apart(sandbox: Sandbox) -> None:
    make_linux(sandbox)
    assert sandbox.harvest() == {
        ("KVM_CAP_IRQCHIP", "0"): "4.14.0..",
        ("KVM_CAP_X86_GUEST_MWAIT", "143"): "4.16.0..4.16",
        ("KVM_CAP_X86_DISABLE_EXITS", "143"): "4.17.0..",
    }


def test_a_linux_tag_that_no_list_has_brings_its_date_and_commit(sandbox: Sandbox) -> None:
    make_linux(sandbox)
    sandbox.commit("include/uapi/linux/kvm.h", OLD | NEW, subject="Linux 5.1", date="2019-05-05", tag="v5.1")
    # Of 4.18 and 5.0, in the list, there is no tag.
    assert sandbox.harvest()["KVM_CAP_NEW", "160"] == "<=5.1.0.."
    first, *lines = (sandbox.ledger / "releases.txt").read_text().splitlines()
    assert first == RELEASES.splitlines()[0]
    version, date, commit = lines[-1].split()
    assert (version, date, len(commit)) == ("5.1", "2019-05-05", 12)


def test_linux_decides_over_what_was_bounded_or_guessed(sandbox: Sandbox) -> None:
    make_linux(sandbox)
    (sandbox.ledger / "cap.txt").write_text(
        "# kind: cap\n# covers: superset\n"
        "KVM_CAP_X86_DISABLE_EXITS  143  <=4.18.0..\n"
        "KVM_CAP_X86_GUEST_MWAIT  143  4.17.0..\n"
    )
    found = sandbox.harvest()
    assert found["KVM_CAP_X86_DISABLE_EXITS", "143"] == "4.17.0.."
    assert found["KVM_CAP_X86_GUEST_MWAIT", "143"] == "4.16.0..4.16"


@pytest.mark.parametrize(
    ("subject", "ranges"),
    [
        ("update Linux headers to v4.16", "4.16.0.."),
        ("linux-headers: Update to Linux v4.16-rc3", "4.16.0.."),
        ("linux headers: sync to 4.16rc3", "4.16.0.."),
        ("linux-headers: update against 4.99-rc1/4.16-rc3", "4.16.0.."),
        ("include: update Linux headers to 4.16-rc1/4.99-rc1", "4.16.0.."),
        ("linux-headers: update", "<=4.17.0.."),
        ("linux-headers: update from 4.16 + kvm/next", "<=4.17.0.."),
        ("i386: fix a bug of 4.16", "<=4.17.0.."),
    ],
)
def test_the_subject_of_a_copy_says_its_release_or_the_date_bounds_it(
    sandbox: Sandbox, subject: str, ranges: str
) -> None:
    make_qemu(
        sandbox, ("update Linux headers to 4.15", "2018-01-29", OLD), (subject, "2018-02-20", OLD | NEW)
    )
    assert sandbox.harvest() == {
        ("KVM_CAP_IRQCHIP", "0"): "<=4.15.0..",
        ("KVM_CAP_NEW", "160"): ranges,
    }


def test_a_body_names_the_release_where_the_subject_does_not(sandbox: Sandbox) -> None:
    sandbox.commit(COPY, OLD, subject="linux-headers: update", body="Update against Linux v4.16-rc5.")
    sandbox.commit(COPY, OLD | NEW, subject="linux-headers: update", body='Merge "usb-4.17-rc1" (4.18-rc2)')
    found = sandbox.harvest()
    assert found["KVM_CAP_IRQCHIP", "0"] == "<=4.16.0.."
    assert found["KVM_CAP_NEW", "160"] == "<=4.18.0.."


@pytest.mark.parametrize(
    ("before", "date"),
    [
        ("update Linux headers to 4.14", "2017-12-01"),  # not of the release just before
        ("update Linux headers to 4.15-rc1", "2017-12-01"),  # more comes after it
        ("update Linux headers to 4.15", "2017-12-01"),  # the merge window's: 4.15 is of January
        ("linux-headers: include missing changes from 4.15", "2018-01-29"),
    ],
)
def test_without_a_settled_copy_of_the_release_before_a_range_is_bounded(
    sandbox: Sandbox, before: str, date: str
) -> None:
    make_qemu(sandbox, (before, date, OLD), ("update Linux headers to 4.16-rc3", "2018-02-20", OLD | NEW))
    assert sandbox.harvest()["KVM_CAP_NEW", "160"] == "<=4.16.0.."


def test_copies_tell_a_renumbered_name_and_forget_what_was_never_merged(sandbox: Sandbox) -> None:
    make_qemu(
        sandbox,
        ("linux-headers: update to 4.15-rc9", "2018-01-22", OLD),
        ("linux-headers: update to kvm/next", "2018-02-05", OLD | {"KVM_CAP_NEW": 159}),
        ("linux-headers: update to 4.16-rc5", "2018-03-13", OLD | MWAIT),
        ("linux-headers: update to 4.17-rc6", "2018-06-01", OLD | EXITS | NEW),
    )
    assert sandbox.harvest() == {
        ("KVM_CAP_IRQCHIP", "0"): "<=4.15.0..",
        ("KVM_CAP_NEW", "160"): "4.17.0..",
        ("KVM_CAP_X86_GUEST_MWAIT", "143"): "4.16.0..4.16",
        ("KVM_CAP_X86_DISABLE_EXITS", "143"): "4.17.0..",
    }


@pytest.mark.parametrize(
    ("known", "merged"),
    [
        ("<=4.14.0..", "<=4.14.0.."),
        ("<=5.0.0..", "4.16.0.."),
        ("4.14.0..", "4.14.0.."),
        ("4.16.0..", "4.16.0.."),
        # A copy of 4.16 has what was told to begin after it.
        ("5.0.0..", "4.16.0.."),
        ("<=4.16.0..4.17", "4.16.0..4.17"),
    ],
)
def test_a_copy_narrows_what_is_known_and_never_widens_it(sandbox: Sandbox, known: str, merged: str) -> None:
    make_qemu(
        sandbox,
        ("update Linux headers to 4.15", "2018-01-29", OLD),
        ("update Linux headers to 4.16-rc3", "2018-02-20", OLD | NEW),
    )
    (sandbox.ledger / "cap.txt").write_text(
        f"# kind: cap\n# covers: superset\nKVM_CAP_KEPT  9  <=4.15.0..\nKVM_CAP_NEW  160  {known}\n"
    )
    found = sandbox.harvest()
    assert found["KVM_CAP_NEW", "160"] == merged
    assert found["KVM_CAP_KEPT", "9"] == "<=4.15.0.."


@pytest.mark.parametrize("make", [make_linux, lambda sandbox: make_qemu(sandbox, *TWICE)])
def test_the_same_history_twice_changes_nothing(sandbox: Sandbox, make: object) -> None:
    assert callable(make)
    make(sandbox)
    sandbox.harvest()
    once = sandbox.files()
    sandbox.harvest()
    assert sandbox.files() == once


TWICE = (
    ("linux-headers: update", "2018-01-22", OLD),
    ("linux-headers: update to 4.16-rc5", "2018-03-13", OLD | MWAIT),
    ("linux-headers: update to 4.17-rc6", "2018-06-01", OLD | EXITS),
    ("linux-headers: update from kvm/next", "2018-06-02", OLD | EXITS | NEW),
)


def test_copies_need_dates_and_a_repository_needs_a_header(sandbox: Sandbox) -> None:
    sandbox.commit("elsewhere/kvm.h", OLD, subject="nothing")
    with pytest.raises(TargetError, match=r"neither Linux.s history nor one with copies"):
        sandbox.harvest()
    make_qemu(sandbox, ("linux-headers: update", "2018-01-22", OLD))
    (sandbox.ledger / "releases.txt").unlink()
    with pytest.raises(DataError, match=r"releases\.txt"):
        sandbox.harvest()


def test_the_verb_says_whose_source_it_reads(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["harvest", "vmm", "."]) == 2
    assert re.search("'vmm' cannot be harvested; .*kvm, .*xen and xend can", capsys.readouterr().err)


def test_the_shipped_table_keeps_both_names_of_143() -> None:
    ledger = Ledger.read(LEDGER / "cap.txt")
    mwait, exits = (
        ledger.atoms(f"KVM_CAP_X86_{name}")[0].parsed_ranges for name in ("GUEST_MWAIT", "DISABLE_EXITS")
    )
    assert mwait.ends == "4.16"
    assert (str(exits), exits.is_bounded) == ("4.17.0..", False)


def test_an_unpacked_package_of_debian_s_adds_its_release(sandbox: Sandbox, tmp_path: Path) -> None:
    log = """\
linux (5.2.4-1) unstable; urgency=medium

 -- A <a@example.org>  Wed, 11 Sep 2019 07:56:59 +0100

linux (5.2.1-1) experimental; urgency=medium

 -- A <a@example.org>  Sun, 01 Sep 2019 13:55:46 +0100

linux (5.2~rc7-1~exp1) experimental; urgency=medium

 -- A <a@example.org>  Fri, 16 Aug 2019 04:51:48 +0200
"""
    packages = []
    for version, names in (("5.0", "KVM_CAP_OLD 1"), ("5.2", "KVM_CAP_OLD 1\n#define KVM_CAP_YOUNG 2")):
        folder = tmp_path / version
        for path in ("usr/include/linux", "usr/share/doc/linux-libc-dev"):
            (folder / path).mkdir(parents=True)
        (folder / "usr/include/linux/kvm.h").write_text(f"#define {names}\n")
        text = log if version == "5.2" else log.replace("5.2.", "5.0.")
        (folder / "usr/share/doc/linux-libc-dev/changelog.Debian.gz").write_bytes(
            gzip.compress(text.encode())
        )
        packages.append(folder)
    harvest(packages, sandbox.ledger, lambda _: None)
    assert (sandbox.ledger / "releases.txt").read_text().endswith("5.2         2019-09-01  -\n")
    ledger = Ledger.read(sandbox.ledger / "cap.txt")
    assert [(atom.name, atom.ranges) for atom in ledger] == [
        ("KVM_CAP_OLD", "<=5.0.0.."),
        ("KVM_CAP_YOUNG", "5.2.0.."),
    ]
    with pytest.raises(TargetError, match="no linux-libc-dev"):
        harvest([tmp_path], sandbox.ledger, lambda _: None)
