"""A release is read from a repository, a tarball or a folder alike; without any, from its documentation."""

from __future__ import annotations

import gzip
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from virtgate.driver.errors import TargetError
from virtgate.harvest.git import Repository
from virtgate.harvest.releases import read_releases
from virtgate.hypervisors.qemu.harvest import KINDS, harvest
from virtgate.upstream.ledger import Ledger

OWN_KINDS = [kind for kind in KINDS if kind.name in {"qmp", "documented"}]
SCHEMA = """\
{'enum': 'Mode', 'data': ['old', {'name': 'shy', 'if': 'CONFIG_SHY'}]}
{'struct': 'Told', 'data': {'*size': 'uint64'}}
{'command': 'ask', 'data': {'mode': 'Mode'}, 'returns': ['Told'], 'allow-oob': true}
{'command': 'gone', 'features': ['deprecated']}
"""
REFERENCE = """\
<html><body>
<dl class="qapi enum"><dt id="enum-Mode">Enum <span class="sig-name">Mode</span> (Since: 5.0)<a>#</a></dt>
<dd><p>Ways.</p><dl class="field-list simple"><dt>Values:</dt><dd><ul>
<li><p><strong>old</strong> – as ever</p></li><li><p><strong>shy</strong> – quietly</p></li>
<li><p><strong>bold</strong> – loudly (since 11.1)</p></li>
<li><p><strong>odd</strong> – Not documented</p></li>
</ul></dd></dl></dd></dl>
<dl class="qapi object"><dt>Object <span class="sig-name">Told</span></dt><dd><dl><dt>Members:</dt><dd>
<ul><li><p><strong>size</strong> (<span>int</span>, <em>optional</em>) – how much</p></li></ul></dd></dl>
</dd></dl>
<dl class="qapi command"><dt>Command <span class="sig-name">ask</span></dt><dd><dl><dt>Arguments:</dt><dd>
<ul><li><p><strong>mode</strong> (Mode) – how</p></li></ul></dd>
<dt>Return:</dt><dd>[Told] – all</dd></dl></dd></dl>
<dl class="qapi command"><dt>Command <span class="sig-name">fresh</span> (Since: 11.1)</dt><dd>
<div class="qapi-infopip qapi-ifcond">Availability: CONFIG_NEW</div><dl><dt>Arguments:</dt><dd>
<ul><li><p>The members of Told.</p></li></ul></dd></dl></dd></dl>
<p>This documentation is for QEMU version 11.1.3.</p></body></html>
"""
DEPRECATED = "<h2>QMP commands<a>\uf0c1</a></h2><h3><code>ask</code> (since 11.1)<a>\uf0c1</a></h3>"
CHANGES = """\
qemu (1:11.1.3+ds-1) unstable; urgency=medium

 -- A <a@b>  Thu, 29 Oct 2026 09:59:36 +0300

qemu (1:11.1.0+ds-2) unstable; urgency=medium

 -- A <a@b>  Tue, 18 Aug 2026 12:34:54 +0300

qemu (1:11.1.0+ds-1) unstable; urgency=medium

 -- A <a@b>  Thu, 13 Aug 2026 09:16:49 +0300
"""


class Upstream:
    """A repository of QEMU in small, made for a test."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()
        self.git("init", "-q", "-b", "master")

    def commit(self, version: str, schema: str = SCHEMA) -> None:
        (self.path / "qapi").mkdir(exist_ok=True)
        (self.path / "qapi" / "qapi-schema.json").write_text(schema)
        (self.path / "VERSION").write_text(f"{version}\n")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", version)

    def git(self, *words: str) -> None:
        identity = ("-c", "user.name=a", "-c", "user.email=a@b")
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", "-C", str(self.path), *identity, *words], check=True, env=environment)


@pytest.fixture
def upstream(tmp_path: Path) -> Upstream:
    return Upstream(tmp_path / "upstream")


@pytest.fixture
def documentation(tmp_path: Path) -> Path:
    folder = tmp_path / "documentation"
    pages = {"interop/qemu-qmp-ref": REFERENCE, "about/deprecated": DEPRECATED, "about/removed-features": ""}
    for name, text in pages.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    (folder / "changelog.Debian.gz").write_bytes(gzip.compress(CHANGES.encode()))
    return folder


def run(out: Path, *sources: Path, head: str | None = None) -> dict[str, dict[str, str]]:
    """The ledgers, each as names with their ranges."""
    harvest(sources, out, lambda _: None, OWN_KINDS, head=head)
    ledgers = {kind.name: Ledger.read(out / f"{kind.name}.txt") for kind in OWN_KINDS}
    return {name: {atom.written_name: atom.ranges for atom in one} for name, one in ledgers.items()}


def told(out: Path) -> list[tuple[str, str]]:
    return [(one.version, one.commit) for one in read_releases(out / "releases.txt")]


def test_a_tarball_and_a_folder_say_what_the_repository_does(upstream: Upstream, tmp_path: Path) -> None:
    upstream.commit("10.2.0")
    folder, tarball = tmp_path / "unpacked", tmp_path / "qemu.tar.xz"
    upstream.git("worktree", "add", "-q", str(folder))
    (folder / ".git").unlink()
    (folder / "escape").symlink_to("/etc/passwd")
    with tarfile.open(tarball, "w:xz") as archive:
        archive.add(folder, arcname="qemu-10.2.0")
    expected = run(tmp_path / "a", upstream.path)
    for source in (folder, tarball):
        out = tmp_path / f"of-{source.name}"
        assert run(out, source) == expected
        assert told(out) == [("10.2.0", "-")]
        # A repository that has it knows its commit besides.
        assert run(out, upstream.path) == expected
        assert told(out) == told(tmp_path / "a")


def test_what_is_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.tar.gz").write_bytes(b"no archive")
    (tmp_path / "empty").mkdir()
    for name in ("x.tar.gz", "empty", "missing"):
        with pytest.raises(TargetError):
            run(tmp_path / "out", tmp_path / name)


def test_a_stable_branch_has_point_releases_and_a_fork_has_none(upstream: Upstream) -> None:
    upstream.commit("8.0.0")
    upstream.git("branch", "stable-8.0")
    # Neither is upstream's: on its main branch VERSION never names a point release.
    upstream.commit("8.0.7")
    upstream.commit("8.1.0")
    upstream.git("checkout", "-q", "stable-8.0")
    upstream.commit("8.0.1")
    upstream.commit("8.2.1")
    upstream.git("checkout", "-q", "master")
    with Repository(upstream.path) as repository:
        assert [one.version for one in repository.releases()] == ["8.0.0", "8.0.1", "8.1.0"]


def test_documentation_stands_for_a_release_until_a_source_comes(
    upstream: Upstream, documentation: Path, tmp_path: Path
) -> None:
    upstream.commit("11.0.0")
    upstream.commit("11.0.50")
    found = run(tmp_path / "out", upstream.path, documentation, head="master")
    assert told(tmp_path / "out")[1:] == [("11.1.0", "documented"), ("11.1.3", "documented")]
    assert [one.date for one in read_releases(tmp_path / "out" / "releases.txt")][1:] == [
        "2026-08-13",
        "2026-10-29",
    ]
    assert found["documented"] == {"ask": "11.1.0.."}
    # What the source says beyond the page stays, what the page lacks is gone, and what it dates has its day.
    assert found["qmp"] == {
        "Mode": "11.0.0..",
        "Mode.bold": "11.1.0..",
        "Mode.odd": "<=11.1.3",
        "Mode.old": "11.0.0..",
        "Mode.shy": "11.0.0..",
        "Mode.shy[if=CONFIG_SHY]": "11.0.0..",
        "Told": "11.0.0..",
        "Told.size?": "11.0.0..",
        "ask": "11.0.0..",
        "ask()": "11.0.0..",
        "ask.mode": "11.0.0..",
        "ask[allow-oob]": "11.0.0..",
        "fresh": "11.1.0..",
        "fresh.size?": "11.1.0..",
        "fresh[if=CONFIG_NEW]": "11.1.0..",
        "gone": "11.0.0..11.0",
        "gone[deprecated]": "11.0.0..11.0",
    }
    upstream.commit("11.1.0", SCHEMA + "{'command': 'fresh', 'data': 'Told'}")
    again = run(tmp_path / "out", upstream.path)
    assert [commit for _, commit in told(tmp_path / "out")][2:] == ["documented"]
    assert "fresh[if=CONFIG_NEW]" in again["qmp"] and again["qmp"]["gone"] == "11.0.0..11.1.0"


def test_documentation_without_the_source_before_it_is_refused(documentation: Path, tmp_path: Path) -> None:
    with pytest.raises(TargetError, match="needs a repository and --head"):
        run(tmp_path / "out", documentation)
