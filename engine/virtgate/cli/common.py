"""What every TARGET enables through one path, and who keeps each other thing out.

Exit 0 when every target was answered, 1 when one could not be asked, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys

from ..denominator import common_answers, keepers
from ..errors import UsageError
from ..faces import Paint, columns, gates_document
from ..faces.documents import host_document
from ..gates import Gates
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    shared.add_target(parser, many=True)
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    found = shared.find_gates(options)
    all_gates = list(shared.only_gates(found))
    if len(all_gates) < 2:
        if len(found) >= 2:
            return 1
        message = f"a common denominator is of two targets or more; {len(found)} given"
        raise UsageError(message)
    joined = Gates(common_answers(all_gates), all_gates[0].policy)
    if options.json:
        document = gates_document(joined, (joined.verdict(name) for name in joined))
        for gate in document["gates"]:
            gate["kept_out_by"] = [gates.host["target"] for gates, _ in keepers(gate["id"], all_gates)]
        document["hosts"] = [host_document(gates.host) for gates in all_gates]
        shared.print_json(document)
    else:
        _print_common(joined, all_gates)
    return 0 if len(all_gates) == len(found) else 1


def _print_common(joined: Gates, all_gates: list[Gates]) -> None:
    paint = Paint(sys.stdout)
    names = [str(gates.host["target"]) for gates in all_gates]
    shared_ids = [name for name in joined if joined.enabled(name)]
    print(paint(f"enabled on all {len(all_gates)}: {len(shared_ids)}", "bold"))
    rows = [(name, joined.path(name) or "") for name in shared_ids]
    print("\n".join(f"+ {line}" for line in columns(rows)))
    kept = {name: keepers(name, all_gates) for name in joined if not joined.enabled(name)}
    # What nobody has divides nobody, and would bury what does.
    divided = {name: who for name, who in kept.items() if len(who) < len(all_gates)}
    print(paint(f"kept out by some: {len(divided)}", "bold"))
    cells = [
        (
            name,
            "; ".join(
                f"{gates.host['target']}: {'not in its data' if verdict is None else verdict.reason}"
                for gates, verdict in who
            )
            or joined.verdict(name).sentence,
        )
        for name, who in divided.items()
    ]
    width = shared.terminal_width()
    lines = columns([(f"- {name}", text) for name, text in cells], width=width)
    print("\n".join(lines))
    print(f"on none of {', '.join(names)}: {len(kept) - len(divided)}")
