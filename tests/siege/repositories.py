"""Repositories that name a program wherever git would run one: none of them may run.

`find_run(folder)` makes each of them, reads it in every way there is and yields the setting and what was run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

from virtgate.driver.errors import TargetError
from virtgate.harvest.git import Repository

ME = ("-c", "user.name=n", "-c", "user.email=e@x")
HOOKS = ("post-checkout", "reference-transaction", "post-index-change", "fsmonitor-watchman", "pre-auto-gc")
SIGNATURE = "gpgsig -----BEGIN {0} SIGNATURE-----\n \n c2ln\n -----END {0} SIGNATURE-----\n"
# Each as git-config(1) has it; PROGRAM is one that leaves a mark.
SETTINGS: dict[str, dict[str, str]] = {
    "signatures": {"log.showSignature": "true", "gpg.program": "PROGRAM"},
    "x509 signatures": {"log.showSignature": "true", "gpg.format": "x509", "gpg.x509.program": "PROGRAM"},
    "ssh signatures": {
        "log.showSignature": "true",
        "gpg.format": "ssh",
        "gpg.ssh.program": "PROGRAM",
        "gpg.ssh.allowedSignersFile": "/dev/null",
    },
    "textconv": {"diff.evil.textconv": "PROGRAM", "diff.evil.cachetextconv": "false"},
    "external diff": {"diff.external": "PROGRAM", "diff.evil.command": "PROGRAM"},
    "filters": {f"filter.evil.{one}": "PROGRAM" for one in ("clean", "smudge", "process", "required")},
    "merge drivers": {"merge.evil.driver": "PROGRAM %A", "log.diffMerges": "remerge"},
    "fsmonitor": {"core.fsmonitor": "PROGRAM", "core.fsmonitorHookVersion": "2", "status.showStash": "true"},
    "hooks elsewhere": {"core.hooksPath": "HOOKS"},
    "pagers": {
        "core.pager": "PROGRAM",
        **{f"pager.{one}": "PROGRAM" for one in ("log", "cat-file", "ls-tree")},
    },
    "aliases": {
        f"alias.{one}": "!PROGRAM" for one in ("log", "rev-parse", "cat-file", "ls-tree", "rev-list")
    },
    "editors": {"core.editor": "PROGRAM", "sequence.editor": "PROGRAM", "core.askPass": "PROGRAM"},
    "remote helper": {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": "ext::PROGRAM",
        "protocol.ext.allow": "always",
    },
    "ssh command": {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": "ssh://nowhere/x",
        "core.sshCommand": "PROGRAM",
        "protocol.ssh.allow": "always",
    },
    "upload pack": {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": ".",
        "remote.origin.uploadpack": "PROGRAM",
        "protocol.file.allow": "always",
    },
    "git proxy": {
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.url": "git://nowhere/x",
        "core.gitProxy": "PROGRAM",
        "protocol.git.allow": "always",
    },
    "credentials": {"credential.helper": "!PROGRAM", "uploadpack.packObjectsHook": "PROGRAM"},
    "alternates": {"core.alternateRefsCommand": "PROGRAM"},
    "submodules": {"diff.submodule": "diff", "submodule.recurse": "true", "status.submoduleSummary": "true"},
    "trailers": {"trailer.x.command": "PROGRAM", "trailer.x.cmd": "PROGRAM", "tar.x.command": "PROGRAM"},
}


def find_run(folder: Path, share: int = 1) -> Iterator[tuple[str, str]]:
    """Each setting that had its program run, and where it stood; nothing when all is well.

    Every `share`th of them is tried.
    """
    template = make_template(folder / "template")
    tried = [(name, place) for place in PLACES for name in SETTINGS]
    for name, place in tried[::share]:
        mark = folder / "mark"
        path = folder / "one"
        shutil.copytree(template, path, symlinks=True)
        PLACES[place](path, name, mark)
        read_all(path)
        if mark.exists():
            mark.unlink()
            yield name, place
        shutil.rmtree(path)


def make_template(path: Path) -> Path:
    """A repository with a signed commit, a merge, attributes, hooks, a submodule and a missing object."""
    git(path.parent, "init", "-q", "-b", "main", str(path))
    git(path, "remote", "add", "origin", "/nonexistent")
    (path / ".gitattributes").write_text("* diff=evil filter=evil merge=evil\n", encoding="utf-8")
    for name in ("VERSION", "capabilities/a.yaml", "sub/f"):
        (path / name).parent.mkdir(exist_ok=True)
        (path / name).write_text("1.0.0\n", encoding="utf-8")
    git(path / "sub", "init", "-q")
    git(path / "sub", "add", "f")
    git(path / "sub", *ME, "commit", "-qm", "sub")
    git(path, "add", ".")
    git(path, *ME, "commit", "-qm", "one")
    git(path, "tag", "v1.0.0")
    for branch, text in (("other", "b\n"), ("main", "c\n")):
        git(path, "checkout", "-q", "-B", branch, "v1.0.0")
        (path / "capabilities/a.yaml").write_text(text, encoding="utf-8")
        (path / "VERSION").write_text("1.0.50\n", encoding="utf-8")
        git(path, *ME, "commit", "-qam", branch)
    git(path, *ME, "merge", "-q", "-s", "ours", "-m", "merge", "other")
    head = git(path, "rev-parse", "HEAD")
    for kind in ("PGP", "SSH", "SIGNED MESSAGE"):
        head = _signed(path, head, SIGNATURE.format(kind) if kind != "SIGNED MESSAGE" else _cms())
    git(path, "update-ref", "refs/heads/main", head)
    (path / ".git/info/attributes").write_text("* diff=evil filter=evil merge=evil\n", encoding="utf-8")
    (path / ".git/objects/info/alternates").write_text(f"{path}/sub/.git/objects\n", encoding="utf-8")
    return path


def _cms() -> str:
    return SIGNATURE.format("X").replace("X SIGNATURE", "SIGNED MESSAGE")


def _signed(path: Path, parent: str, signature: str) -> str:
    """A commit on top of another with a signature, and with one line of the data taken away."""
    (path / "capabilities/a.yaml").write_text(f"{len(signature)}\n", encoding="utf-8")
    git(path, "add", "capabilities")
    tree = git(path, "write-tree")
    who = "n <e@x> 1700000000 +0000"
    text = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n{signature}\nsigned\n"
    return git(path, "hash-object", "-t", "commit", "-w", "--stdin", given=text)


def plant_in_config(path: Path, name: str, mark: Path) -> None:
    """In the repository's own configuration, its submodule's, and as its hooks."""
    program = path / "program"
    program.write_text(f"#!/bin/sh\necho ran >>{mark}\nexit 0\n", encoding="utf-8")
    program.chmod(0o755)
    for one in HOOKS:
        for top in (path, path / "sub"):
            (top / ".git/hooks").mkdir(exist_ok=True)
            shutil.copy(program, top / ".git/hooks" / one)
    for key, value in SETTINGS[name].items():
        told = value.replace("PROGRAM", str(program)).replace("HOOKS", str(path / ".git/hooks"))
        for top in (path, path / "sub"):
            git(top, "config", key, told)
    if name == "submodules":
        git(path / "sub", "config", "diff.external", str(program))
    with (path / ".git/config").open("a", encoding="utf-8") as config:
        config.write("[core]\n\trepositoryformatversion = 1\n")


def plant_by_include(path: Path, name: str, mark: Path) -> None:
    """In a file of the work tree that the configuration includes."""
    plant_in_config(path, name, mark)
    config = path / ".git/config"
    shutil.copy(config, path / "more")
    config.write_text(
        "[core]\n\trepositoryformatversion = 1\n[include]\n\tpath = ../more\n", encoding="utf-8"
    )


def plant_elsewhere(path: Path, name: str, mark: Path) -> None:
    """In another folder, which a `.git` file names."""
    plant_in_config(path, name, mark)
    (path / ".git").rename(path / "elsewhere")
    (path / ".git").write_text("gitdir: elsewhere\n", encoding="utf-8")


PLACES: dict[str, Callable[[Path, str, Path], None]] = {
    "config": plant_in_config,
    "include": plant_by_include,
    "elsewhere": plant_elsewhere,
}


def read_all(path: Path) -> None:
    """Everything that is ever asked of a repository; a refusal is as good as an answer."""
    missing = "1" * 40
    asked: list[Callable[[Repository], object]] = [
        lambda one: one.top(),
        lambda one: one.releases(),
        lambda one: list(one.tags("v*")),
        lambda one: one.messages("capabilities/a.yaml"),
        lambda one: one.head("main"),
        lambda one: one.nearest("main", ["capabilities/*"]),
        lambda one: one.find_commit("v1.0.0"),
        lambda one: (one.blob("main:VERSION"), one.blob(missing), one.blob(f"main:{missing}")),
        lambda one: one.upstream_of(one.branch() or "main"),
        lambda one: one.symbolic("refs/remotes/origin/HEAD"),
        lambda one: one.merge_base("main", "other"),
        lambda one: one.is_in("v1.0.0", "main"),
        lambda one: one.day_of("main"),
        lambda one: list(one.removed_lines("main", "capabilities")),
        lambda one: list(one.walk(["main", "other"], ["capabilities/*"])),
        lambda one: list(one.walk(["main"], ["**"], main_line=True)),
        lambda one: one.list_blobs("main"),
        lambda one: one.list_blobs("main", "capabilities"),
    ]
    try:
        with Repository(path) as repository:
            for ask in asked:
                try:
                    ask(repository)
                except TargetError:
                    continue
    except TargetError:
        return


def git(folder: Path, *words: str, given: str | None = None) -> str:
    """What git prints, with no configuration of the caller's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    environment = {**kept, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    return subprocess.run(
        ["git", "-C", str(folder), *words],
        input=given,
        env=environment,
        check=True,
        text=True,
        capture_output=True,
    ).stdout.strip()
