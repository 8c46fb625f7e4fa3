"""`virtgate review` of all shipped data: after a one-line edit, and where QEMU's newest release comes."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from pathlib import Path

from measure import Place, Row, in_turns, timed

LEDGER = "matrix/qemu/ledger"
PATHS = "matrix/qemu/block.yaml"
EDIT = ("when: {command: blockdev-mirror}", "when: {qmp: blockdev-mirror.copy-mode}")


def lay_out(root: Path, folder: Path) -> None:
    """A repository of three commits: before QEMU's newest release, with it, and with one line edited."""
    for name in ("capabilities", "matrix", "tests/hosts"):
        shutil.copytree(root / name, folder / name)
    lines = (root / LEDGER / "releases.txt").read_text(encoding="utf-8").splitlines()
    newest = re.escape([line.split()[0] for line in lines if not line.startswith("#")][-1])
    for path in (folder / LEDGER).glob("*.txt"):
        text = re.sub(rf" \| {newest}\.\.$", "", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
        path.write_text(re.sub(rf"^(?:{newest} .*|.*  {newest}\.\.)\n", "", text, flags=re.MULTILINE))
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "before")
    shutil.copytree(root / LEDGER, folder / LEDGER, dirs_exist_ok=True)
    commit(folder, "release")
    text = (folder / PATHS).read_text(encoding="utf-8")
    assert EDIT[0] in text
    (folder / PATHS).write_text(text.replace(*EDIT), encoding="utf-8")
    commit(folder, "edit")


def commit(folder: Path, name: str) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", name)
    git(folder, "tag", name)


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=bench", "-c", "user.email=bench@example.org")
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True)


def measure(place: Place) -> list[Row]:
    folder = place.scratch / "reviewed"
    lay_out(place.root, folder)
    virtgate = [place.python, "-I", "-m", "virtgate", "review", "--data", str(folder)]
    spans = {"a one-line edit of them": "release..edit", "QEMU's newest release": "before..release"}
    budgets = dict(zip(spans, (2.0, 3.0), strict=True))
    runs = {
        what: lambda span=span: timed([*virtgate, span], place.environment()) for what, span in spans.items()
    }
    rounds = max(3, place.rounds // 3)
    found = {what: statistics.median(times) for what, times in in_turns(runs, rounds).items()}
    return [
        Row(
            what=f"all shipped data and recorded hosts reviewed: {what}",
            ours=f"{took:.2f} s",
            budget=f"at most {budgets[what]:.0f} s",
            met=took <= budgets[what],
            beside="alone",
            runs=rounds,
        )
        for what, took in found.items()
    ]
