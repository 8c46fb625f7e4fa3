"""What has been released and a ledger lacks is told, by a repository, a tarball's name or Debian's lists."""

from __future__ import annotations

import gzip
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from virtgate.cli import main
from virtgate.upstream.history import History

Check = Callable[..., str]
LEDGER = Path(__file__).parents[1] / "matrix" / "qemu" / "ledger"
SOURCES = """\
Package: qemu
Version: 1:10.2.0+ds-1

Package: qemu
Version: 1:99.1.2+ds-3~bpo13+1
Directory: pool/main/q/qemu

Package: qemu
Version: 1:99.2.0~rc1+ds-1

Package: qemu-system-x86
Source: qemu (1:99.1.2+ds-3)
Version: 1:99.1.2+ds-3+b1

Package: qemu-web-desktop
Version: 100.0.1-1
"""


@pytest.fixture
def check(capsys: pytest.CaptureFixture[str]) -> Check:
    def run(*words: str, status: int) -> str:
        assert main(["harvest", words[0], "--check", *words[1:]]) == status
        return "".join(capsys.readouterr())

    return run


def test_a_package_list_tells_each_release_once_and_no_candidate(check: Check, tmp_path: Path) -> None:
    path = tmp_path / "Sources.gz"
    path.write_bytes(gzip.compress(SOURCES.encode()))
    lines = check("qemu", str(path), status=1).splitlines()
    assert lines[0].split() == [
        "99.1.2",
        "not",
        "in",
        "the",
        "ledger",
        "qemu",
        "1:99.1.2+ds-3~bpo13+1",
        str(path),
    ]
    assert lines[1].startswith("1 to harvest; the ledger ends with ")


def test_what_apt_prints_is_read_from_standard_input(
    check,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(SOURCES.replace("99.", "10.")))
    found = json.loads(check("qemu", "-", "--json", status=1))["unknown"]
    assert [(one["release"], one["documented"]) for one in found] == [("10.1.2", False)]


def test_a_repository_s_tags_are_releases_from_the_ledger_s_first_on(check: Check, tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b", *words], check=True
        )

    git("init", "-q")
    git("commit", "-q", "--allow-empty", "-m", "x")
    for tag in ("v0.1.0", "v10.2.0", "v99.0.0", "v99.1.0-rc2", "nonsense"):
        git("tag", tag)
    lines = check("qemu", str(tmp_path), status=1).splitlines()
    assert [line.split()[0] for line in lines] == ["99.0.0", "1"]


def test_a_tarball_s_name_is_enough_and_replaces_documentation(check: Check) -> None:
    assert check("qemu", "qemu-10.2.0.tar.xz", status=0).startswith("0 to harvest")
    releases = History(LEDGER).releases
    for one in [one.name for one in releases if one.is_documented]:
        assert "by its documentation alone" in check("qemu", f"qemu_{one}+ds.orig.tar.xz", status=1)
    assert "is a source of 'xen', not of 'qemu'" in check("qemu", "xen-4.20.0.tar.gz", status=1)
    assert "is no repository, no package list" in check("qemu", "qemu", status=1)


@pytest.mark.parametrize(
    "given",
    [
        "",
        "garbage",
        "\0\udcff",
        "Package: xen\nVersion: 4.20.4-1\n",
        "Package: qemu\nVersion: 99.0.0~rc1-1\n",
    ],
)
def test_what_tells_of_no_release_is_no_all_clear(
    given: str, check: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(given))
    assert "names no release of 'qemu'" in check("qemu", "-", status=1)
    path = tmp_path / "Packages"
    path.write_text(given, errors="surrogateescape")
    assert "names no release of 'qemu'" in check("qemu", str(path), status=1)
    assert "names no release of 'qemu'" in check("qemu", "qemu-99.0.0-rc1.tar.xz", status=1)


def test_a_ledger_of_branches_knows_their_point_releases(check: Check, tmp_path: Path) -> None:
    path = tmp_path / "Sources"
    path.write_text("Package: linux\nVersion: 6.12.48-1\n\nPackage: linux\nVersion: 99.3.4-1~bpo13+1\n")
    assert [line.split()[0] for line in check("kvm", str(path), status=1).splitlines()] == ["99.3.4", "1"]
