"""What every TARGET enables through one path, and who keeps each other thing out.

Recordings of hosts that call themselves the same are told apart by the names that were given here.
Exit 0 when every target was answered, 1 when one could not be asked, 2 for wrong usage.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence

from ..driver.errors import UsageError
from ..driver.gates import Gates
from ..faces import Paint, columns, gates_document
from ..faces.documents import host_document
from ..faces.tables import host_line
from ..fleet.denominator import common_answers, keepers
from . import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The verb's arguments."""
    shared.add_target(parser, many=True)
    shared.add_deciding(parser)


def run(options: argparse.Namespace) -> int:
    """Run the verb."""
    if options.release:  # one host more, where other verbs take it in a host's place
        options.target, options.release = [*options.target, options.release], None
    found = shared.find_gates(options)
    all_gates = list(shared.only_gates(found))
    answered = [(text, gates) for text, gates in found if isinstance(gates, Gates)]
    if len(all_gates) < 2:
        if len(found) >= 2:
            return 1
        message = f"a common denominator is of two targets or more; {len(found)} given"
        raise UsageError(message)
    names = _name_hosts(found)
    joined = Gates(common_answers(all_gates, names), all_gates[0].policy)
    kept: dict[str, Mapping[int, str]] = {
        name: _keepers(name, all_gates) for name in joined if not joined.enabled(name)
    }
    if options.json:
        document = gates_document(joined, (joined.verdict(name) for name in joined))
        for gate in document["gates"]:
            gate["kept_out_by"] = [names[at] for at in kept.get(gate["id"], {})]
        document["hosts"] = [
            {**host_document(gates.host, text), "name": name}
            for (text, gates), name in zip(answered, names, strict=True)
        ]
        shared.print_json(document)
    else:
        print("\n".join(_common_lines(joined, kept, all_gates, names)))
    return 0 if len(all_gates) == len(found) else 1


def _name_hosts(found: Sequence[shared.Found]) -> list[str]:
    """What each host is called: by itself, or, where two call themselves the same, by what was given here."""
    told = [(text, str(gates.host["target"])) for text, gates in found if isinstance(gates, Gates)]
    are_apart = len({target for _, target in told}) == len(told)
    return [target if are_apart else text for text, target in told]


def _keepers(name: str, all_gates: Sequence[Gates]) -> Mapping[int, str]:
    """The hosts that keep a capability out, by their place, with the reason."""
    reasons = {
        id(gates): "not in its data" if verdict is None else verdict.reason
        for gates, verdict in keepers(name, all_gates)
    }
    return {at: reasons[id(gates)] for at, gates in enumerate(all_gates) if id(gates) in reasons}


def _common_lines(
    joined: Gates, kept: Mapping[str, Mapping[int, str]], all_gates: Sequence[Gates], names: Sequence[str]
) -> Iterator[str]:
    paint = Paint(sys.stdout)
    shared_ids = [name for name in joined if joined.enabled(name)]
    yield paint(f"enabled on all {len(all_gates)}: {len(shared_ids)}", "bold")
    for gates, name in zip(all_gates, names, strict=True):
        told = host_line(gates).removeprefix(f"{gates.host['target']}: ")
        yield paint(f"  {name}: {told}", "dim")
    yield from (f"+ {line}" for line in columns([(name, joined.path(name) or "") for name in shared_ids]))
    # What nobody has divides nobody, and would bury what does.
    divided = {name: who for name, who in kept.items() if len(who) < len(all_gates)}
    yield paint(f"kept out by some: {len(divided)}", "bold")
    groups: dict[tuple[int, ...], list[str]] = {}
    for name, who in divided.items():
        groups.setdefault(tuple(who), []).append(name)
    width = max(map(len, divided), default=0)
    for places, ids in sorted(groups.items(), key=lambda group: (len(group[0]), group[0])):
        yield paint(_group_title(places, names, len(ids)), "bold")
        rows = [(f"- {name:<{width}}", _cell(name, kept[name], all_gates)) for name in ids]
        yield from columns(rows, width=shared.terminal_width())
    yield f"on none of them: {len(kept) - len(divided)}"


def _group_title(who: tuple[int, ...], names: Sequence[str], count: int) -> str:
    if not who:
        return f"by none alone, as each has another path: {count}"
    return f"by {' and '.join(names[at] for at in who)}: {count}"


def _cell(name: str, who: Mapping[int, str], all_gates: Sequence[Gates]) -> str:
    """The reasons, once where all have the same; where none keeps it out, each host's own path."""
    if not who:
        return "; ".join(str(gates.path(gates.parse(name))) for gates in all_gates)
    reasons = dict.fromkeys(who.values())
    return "; ".join(reasons if len(reasons) == 1 else who.values())
