"""What a ledger does not know yet changes no answer about a host that it knows, and grants nothing else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import virtgate
from virtgate.versions import parse_release

ROOT = Path(__file__).parent.parent
CUT = parse_release("10.2.0")


def keep_until_cut(ranges: str) -> Iterator[str]:
    for one in ranges.split(","):
        first, _, last = one.removeprefix("<=").partition("..")
        if parse_release(first) <= CUT:
            yield one.removesuffix(last) if last and parse_release(last) > CUT else one


def cut(path: Path) -> Iterator[str]:
    """A ledger file's lines as they were when the newest release was the one of the cut."""
    for line in path.read_text().splitlines():
        if line.startswith("#") or path.name in {"commits.txt", "reverted.txt"}:
            yield line
        elif path.name == "releases.txt":
            if parse_release(line.split()[0]) <= CUT:
                yield line
        else:
            named, _, ranges = line.rpartition(" ")
            if kept := ",".join(keep_until_cut(ranges)):
                yield f"{named} {kept}"


@pytest.fixture(scope="module")
def cut_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cut")
    for name in ("capabilities", "matrix"):
        shutil.copytree(ROOT / name, folder / name)
    for path in (folder / "matrix" / "qemu" / "ledger").glob("*.txt"):
        path.write_text("\n".join(cut(path)) + "\n")
    return folder


def changes(name: str, cut_data: Path) -> set[tuple[str, str, str, str]]:
    """State and reason by all of the ledger, then by what the cut left, where they differ."""
    path = str(ROOT / "tests" / "hosts" / name / "host.json.xz")
    whole, less = virtgate.load(path), virtgate.load(path, data=cut_data)
    rows = ((whole.verdict(one), less.verdict(one)) for one in whole)
    told = {(before.state, before.reason, after.state, after.reason) for before, after in rows}
    return {one for one in told if one[:2] != one[2:]}


@pytest.mark.parametrize("name", ["qemu-7.2.22_aarch64+debian", "qemu-10.0.13_x86_64+debian+kvm"])
def test_a_host_within_the_cut_is_judged_as_by_all_of_the_ledger(name: str, cut_data: Path) -> None:
    """What came after the cut is not there, and no longer known to be upstream's at all."""
    assert changes(name, cut_data) <= {("disabled", "too-old", "disabled", "unsupported")}


def test_a_host_beyond_the_cut_is_newer_than_the_ledger_and_granted_nothing_more(cut_data: Path) -> None:
    found = changes("qemu-11.1.3_x86_64+debian+kvm", cut_data)
    assert ("enabled", "upstream", "unknown", "newer-than-ledger") in found
    found.discard(("enabled", "deprecated", "enabled", "upstream"))  # deprecated after the cut
    assert {(state, reason) for _, _, state, reason in found} <= {
        ("unknown", "newer-than-ledger"),
        ("unknown", "needs"),
    }
