"""Keeps `gates --json` of every recorded host and of some 40 releases, and says what is another today.

Before a change that must change no verdict, `python tests/siege/verdicts.py keep FILE`; after each step of it
`python tests/siege/verdicts.py compare FILE`, which prints what differs and exits with 1 where anything does.

Where ids got new names, `compare FILE --renamed NAMES` reads them from a file, `OLD NEW` a line. One id that
two became has every path of both, with the same said of it; which of them the gate takes may be another.
"""

from __future__ import annotations

import json
import lzma
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import virtgate

ROOT = Path(__file__).parents[2]
RELEASES_OF_A_HYPERVISOR = 9


def decide() -> Iterator[tuple[str, Any]]:
    """Every target's name and what is said of it."""
    for path in sorted(ROOT.glob("tests/*hosts/*/host.json*")):
        yield path.parent.name, tell(virtgate.load(str(path)))
    for ledger in sorted(ROOT.glob("matrix/*/ledger/releases.txt")):
        rows = ledger.read_text(encoding="utf-8").splitlines()
        names = [row.split()[0] for row in rows if row and not row.startswith("#")]
        hypervisor = ledger.parents[1].name
        for name in names[:: max(1, len(names) // RELEASES_OF_A_HYPERVISOR)]:
            yield f"{hypervisor}={name}", tell(virtgate.release(hypervisor, name))


def tell(gates: virtgate.Gates) -> Mapping[str, Any]:
    """What `gates --json` prints of a target, but for where its data stand."""
    return {"host": dict(gates.host), "gates": {one: spell(gates.verdict(one)) for one in gates}}


def spell(verdict: virtgate.Verdict) -> str:
    """All that a verdict says, in one text."""
    paths = [f"{one.name} {one.state} {one.reason} {one.present}: {one.sentence}" for one in verdict.paths]
    said = f"{verdict.state} {verdict.reason} {verdict.path} {verdict.present}: {verdict.sentence}"
    return "\n".join([said, str(verdict.remedy), *paths])


def rename(gates: Mapping[str, str], names: Mapping[str, str]) -> dict[str, list[str]]:
    """What was said of each id of today, in the names of today."""
    old = re.compile(
        rf"(?<![\w.-])({'|'.join(map(re.escape, sorted(names, key=len, reverse=True)))})(?![\w.-]*\w)"
    )
    found: dict[str, list[str]] = {}
    for gate, said in gates.items():
        found.setdefault(names.get(gate, gate), []).append(
            old.sub(lambda name: names[name[0]], said) if names else said
        )
    return found


def is_same(before: list[str], now: str | None) -> bool:
    """Whether today says what was said, of one id or of the several that it was."""
    if len(before) == 1:
        return before[0] == now
    return now is not None and all(part in now for said in before for part in said.split("\n")[2:])


def main(words: list[str]) -> int:
    """Keeps or compares."""
    what, path, *more = words
    names: dict[str, str] = {}
    if more:
        names = dict(line.split() for line in Path(more[1]).read_text(encoding="utf-8").splitlines())  # type: ignore[misc]
    now = json.loads(json.dumps(dict(decide())))
    if what == "keep":
        Path(path).write_bytes(lzma.compress(json.dumps(now).encode()))
        print(f"{len(now)} targets kept")
        return 0
    before = json.loads(lzma.decompress(Path(path).read_bytes()))
    differing = []
    for target, old in before.items():
        then, today = rename(old["gates"], names), now.get(target, {}).get("gates", {})
        differing += [
            f"{target}: {gate}: {then.get(gate)} -> {today.get(gate)}"
            for gate in {**then, **today}
            if gate not in then or not is_same(then[gate], today.get(gate))
        ]
    differing += [f"{one}: its host" for one in before if before[one]["host"] != now.get(one, {}).get("host")]
    print("\n".join(differing))
    print(f"{len(before)} targets compared; {len(differing)} differences")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
