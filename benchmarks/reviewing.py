"""`virtgate review` of all shipped data: after a one-line edit, and where QEMU's newest release comes."""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from pathlib import Path

from measure import Place, Row, in_turns, timed
from reading import CURVE, curve_row, multiply

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
    edit(folder)


def edit(folder: Path) -> None:
    text = (folder / PATHS).read_text(encoding="utf-8")
    assert EDIT[0] in text
    (folder / PATHS).write_text(text.replace(*EDIT), encoding="utf-8")
    commit(folder, "edit")


def lay_out_many(root: Path, folder: Path, times: int) -> int:
    """A repository of a one-line edit in data that are several times as many; how many bytes they have."""
    size = multiply(root, folder, times)
    shutil.copytree(root / "tests/hosts", folder / "tests/hosts")
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "release")
    edit(folder)
    return size


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

    def review(folder: Path, span: str) -> float:
        words = [place.python, "-I", "-m", "virtgate", "review", "--data", str(folder), span]
        return timed(words, place.environment())

    spans = {"a one-line edit of them": "release..edit", "QEMU's newest release": "before..release"}
    budgets = dict(zip(spans, (2.0, 3.0), strict=True))
    runs = {what: lambda span=span: review(folder, span) for what, span in spans.items()}
    rounds = max(3, place.rounds // 3)
    found = {what: statistics.median(times) for what, times in in_turns(runs, rounds).items()}
    many = {times: place.scratch / f"reviewed-{times}" for times in CURVE}
    sizes = [lay_out_many(place.root, many[times], times) for times in CURVE]
    grown = [size / sizes[0] for size in sizes]
    line = spans["a one-line edit of them"]
    larger = {str(times): lambda times=times: review(many[times], line) for times in CURVE}
    curve = [statistics.median(times) for times in in_turns(larger, 3).values()]
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
    ] + [curve_row("a one-line edit of all data and recorded hosts reviewed", curve, grown, 3)]
