"""Compares upstream's own development snapshots with the ledger: nothing on them may be called a fork's.

`python tests/siege/snapshots.py DIR` reads the schema of every 40th merge (`--every N`) of a clone of QEMU
and compares a host that shows it. The exit status is 1 where anything is called fork-only or divergent.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostmaker import introspect
from virtgate.ask.answering import judge
from virtgate.ask.opened import open_catalog
from virtgate.conditions import View
from virtgate.diff import Item, diff_host
from virtgate.driver.policy import Policy
from virtgate.facts import Facts
from virtgate.harvest.git import Repository, Tree, is_development, read_version
from virtgate.hypervisors.qemu.harvest.qmp import Reader
from virtgate.interface import Graph
from virtgate.upstream.history import History

MERGES = ("--grep=^Merge tag 'pull-", "--grep=^Merge remote-tracking branch 'remotes/")
WRONG = {"fork-only", "divergent"}


def read_graph(repository: Repository, commit: str, version: str) -> Graph:
    """QMP as the schema of a commit has it."""
    lines = (f"{name}  {kind}  {version}..\n" for name, kind in Reader()(Tree(repository, commit), version))
    with tempfile.TemporaryDirectory() as name:
        Path(name, "releases.txt").write_text(f"{version}  2000-01-01  {commit[:12]}\n", encoding="utf-8")
        text = "".join(["# kind: qmp\n# covers: complete\n", *sorted(lines)])
        Path(name, "qmp.txt").write_text(text, encoding="utf-8")
        history = History(Path(name))
        graph = history.graph(history.versions[0])
    assert graph is not None
    return graph


def find_wrong(repository: Repository, commit: str, version: str) -> Iterator[Item]:
    """What upstream's own snapshot is said to have of a fork's."""
    series = version.rpartition(".")[0]
    numbers = dict(zip(("major", "minor", "micro"), map(int, version.split(".")), strict=True))
    returned = {
        "query-version": {"qemu": numbers, "package": f"v{series}.0-1-g{commit[:10]}"},
        "query-qmp-schema": introspect(read_graph(repository, commit, f"{series}.0")),
        "query-target": {"arch": "x86_64"},
    }
    answers = {asked: {"return": value} for asked, value in returned.items()}
    facts = Facts(hypervisor="qemu", target="made", via="made", claims={}, answers=answers)
    judged = judge(facts, Policy())
    against = judged.history.version_of(judged.host.release or "")
    view = View(facts, judged.host.release)
    for item in diff_host(open_catalog(None), judged.host, judged.history, view, against):
        if item.category in WRONG:
            yield item


def main() -> int:
    """Prints each finding and their number."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone")
    parser.add_argument("--every", type=int, default=40)
    options = parser.parse_args()
    listed = ["git", "-C", options.clone, "log", "--all", "--merges", "--format=%H", *MERGES]
    merges = subprocess.run(listed, capture_output=True, text=True, check=True).stdout.split()
    looked = found = 0
    with Repository(options.clone) as repository:
        for commit in merges[:: options.every]:
            blob = Tree(repository, commit).read("VERSION")
            version = read_version(blob[1]) if blob else ""
            if not is_development(version) or Tree(repository, commit).read("qapi/introspect.json") is None:
                continue
            looked += 1
            for item in find_wrong(repository, commit, version):
                found += 1
                print(f"{version} {commit[:12]}: {item.category} {item.kind} {item.name}", flush=True)
    print(f"{looked} snapshots, {found} found")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
