"""Moves guests between real QEMUs in both directions, and holds virtgate's answer against what QEMU did.

    python tests/move_trial.py RECORDING=PROGRAM RECORDING=PROGRAM...

Each PROGRAM is the QEMU that the recording is of. Every pair of them, in both directions, moves a guest with
each machine type, each CPU model and each of some migration capabilities that either end has. Exit 1 where
they disagree. `docs/migrating.md` tells what came of it.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import permutations
from pathlib import Path

from moved_guest import End, Moved, move
from virtgate.ask.opened import open_catalog
from virtgate.hypervisors.moves import End as Side
from virtgate.hypervisors.moves import Guest
from virtgate.hypervisors.qemu.moving import MOVER
from virtgate.hypervisors.qemu.view import QemuView
from virtgate.migrate.answer import Answer, judge_move, open_ends

CAPABILITIES = (
    "auto-converge",
    "multifd",
    "postcopy-ram",
    "xbzrle",
    "zero-blocks",
    "compress",
    "switchover-ack",
)
Pair = tuple[str, str]


def main(words: Sequence[str]) -> int:
    """Run it all."""
    programs = dict(word.rpartition("=")[::2] for word in words)
    counts: Counter[tuple[str, str, str, str, str]] = Counter()
    disagreements = 0
    for source, destination in permutations(programs, 2):
        ends = open_ends(open_catalog(None), source, destination, Guest())
        pair = (programs[source], programs[destination])
        for about, name, arguments, capabilities in _tries(ends):
            answer = _answer(ends, arguments, capabilities)
            done = try_move(pair, arguments, answer)
            agrees = {"yes": bool(done), "no": not done}.get(answer.state)
            word = {True: "agrees", False: "DISAGREES", None: "says unknown"}[agrees]
            versions = (str(ends[0].host.version), str(ends[1].host.version))
            counts[*versions, about, answer.state, "moved" if done else "refused"] += 1
            if agrees is not True:
                disagreements += agrees is False
                why = next((one.sentence for one in answer.points if one.state == answer.state), "")
                print(
                    word,
                    *versions,
                    about,
                    name,
                    answer.state,
                    why,
                    "|",
                    done.step,
                    done.told[:300],
                    flush=True,
                )
    for key, count in sorted(counts.items()):
        print(*key, count)
    print(sum(counts.values()), "moves,", disagreements, "disagreements")
    return 1 if disagreements else 0


def _tries(ends: tuple[Side, Side]) -> Iterator[tuple[str, str, list[str], tuple[str, ...]]]:
    machines = [set(end.view.on(QemuView).machines or {}) for end in ends if end.view]
    for name in sorted(machines[0] | machines[1]):
        if name.startswith(("pc-", "q35", "pc")):
            yield "machine", name, ["-machine", name], ()
    models = [end.view.facts.returned("query-cpu-definitions") for end in ends if end.view]
    for name in sorted({one["name"] for rows in models for one in rows}):
        yield "cpu", name, ["-machine", "pc-i440fx-7.2", "-cpu", f"{name},enforce"], ()
    for name in CAPABILITIES:
        yield "capability", name, ["-machine", "pc-i440fx-7.2"], (name,)


def _answer(ends: tuple[Side, Side], arguments: Sequence[str], capabilities: Sequence[str]) -> Answer:
    guest = MOVER.read_guest(" ".join(("qemu-system-x86_64", *arguments)))
    return judge_move(open_catalog(None), ends, guest, capabilities)


def try_move(programs: Pair, arguments: Sequence[str], answer: Answer) -> Moved:
    """Start the guest on both with what the answer says to set, and move it.

    Where the answer is no, what both ends are asked for is what it says for other hosts: the same on both.
    """
    disk = "file={0}/boot.img,format=raw,if=none,id=disk,file.locking=off"
    asked = {part.name for part in answer.guest.of("capability")}
    machine = answer.guest.first("machine")
    words = list(arguments)
    if machine is not None:
        words[words.index("-machine") + 1] = machine.name
    with tempfile.TemporaryDirectory(prefix="move") as folder:
        command = [*words, "-drive", disk.format(folder), "-device", "ide-hd,drive=disk"]
        ends = [
            End(program=program, arguments=command, capabilities=_switched(answer, which, asked))
            for program, which in zip(programs, ("source", "destination"), strict=True)
        ]
        return move(*ends, Path(folder))


def _switched(answer: Answer, which: str, asked: set[str]) -> list[str]:
    """The migration capabilities that the answer switches on, or, where it refuses them, those asked for."""
    start = "migrate-set-capabilities "
    told = [text.removeprefix(start) for text in answer.settings(which) if text.startswith(start)]  # type: ignore[arg-type]
    return [name for text in told for name in text.split(",")] if answer.state == "yes" else sorted(asked)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
