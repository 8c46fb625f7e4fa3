"""Every path tried on one QEMU, and what the gates say beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from virtgate.data import load_catalog
from virtgate.driver.gates import Gates
from virtgate.model import Branch, Condition, Leaf, Path, leaves

from .lab import Lab
from .outcome import WORKS, Outcome, best, worst

# A gate that is closed for one of these says that QEMU has no such thing.
ABSENT = ("too-old", "not-built", "removed", "unsupported", "divergent")
HAS_NOT = ("refused", "unsupported", "died")
HAS = ("understood", "works")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One path of one host: the gate's answer, and what QEMU did.

    `is_denial` is whether the closed path denies a driver anything: another may be open, and one that is
    bound to releases or machines is closed on others whatever QEMU does.
    """

    name: str
    state: str
    reason: str
    outcome: Outcome
    is_denial: bool

    @property
    def contradiction(self) -> str:
        """How the gate and QEMU differ; empty when they do not."""
        word = self.outcome.word
        if self.state == "enabled" and word in HAS_NOT:
            return "enabled, and QEMU does not do it"
        denied = HAS if self.reason in ABSENT else ("works",) if self.reason == "host-lacks" else ()
        return "denied, and QEMU does it" if self.is_denial and word in denied else ""

    def __str__(self) -> str:
        return f"{self.name}: {self.state}, {self.reason}; {self.outcome}"


def try_paths(lab: Lab, capabilities: Iterable[str] = ()) -> dict[str, Outcome]:
    """What each path of these capabilities, or of all, does; by `capability path`."""
    catalog = load_catalog()
    return {
        f"{capability} {path.name}": _try_path(lab, path)
        for capability in capabilities or catalog.ids("qemu")
        for path in catalog.paths_of("qemu", capability)
        if path.fork is None
    }


def judge(gates: Gates, outcomes: Mapping[str, Outcome]) -> Iterator[Tried]:
    """The gates beside what was tried; a path of either alone is left out."""
    catalog = load_catalog()
    for capability in gates:
        gate = gates.verdict(capability)
        bounded = {one.name for one in catalog.paths_of("qemu", capability) if _is_bounded(one.when)}
        for path in gate.paths:
            name = f"{capability} {path.name}"
            if name in outcomes:
                yield Tried(
                    name=name,
                    state=path.state,
                    reason=path.reason,
                    outcome=outcomes[name],
                    is_denial=gate.state == path.state == "disabled" and path.name not in bounded,
                )


def _try_path(lab: Lab, path: Path) -> Outcome:
    scripts = lab.table["paths"].get(f"{path.capability} {path.name}")
    if scripts is not None:
        return lab.try_scripts(scripts, path.name)
    found = [_try_condition(lab, path.when), *(lab.try_leaf(leaf) for leaf in _sent(path))]
    return worst(one for one in found if one is not None)


def _is_bounded(condition: Condition) -> bool:
    """Whether a host can lack it without lacking anything that is tried."""
    if isinstance(condition, Branch):
        return condition.joint == "not" or any(_is_bounded(part) for part in condition.parts)
    return condition.kind in ("release", "arch", "accel")


def _try_condition(lab: Lab, condition: Condition) -> Outcome | None:
    """What its parts show together; None for one that names nothing to try."""
    if isinstance(condition, Leaf):
        return lab.try_leaf(condition)
    if condition.joint == "not":
        return None
    found = []
    for part in condition.parts:
        outcome = _try_condition(lab, part)
        found += [] if outcome is None else [outcome]
        if condition.joint == "any" and outcome == WORKS:
            break
    return (best if condition.joint == "any" else worst)(found) if found else None


def _sent(path: Path) -> Iterator[Leaf]:
    """What a driver sends and reads besides, by the one command, event or type that the path names."""
    kinds = {"command": "qmp", "event": "qmp", "qmp": "qmp", "object": "property", "device": "property"}
    named = [leaf for leaf in leaves(path.when) if leaf.kind in kinds]
    if len(named) == 1 and named[0].terms["name"] != "device_add":
        whole = named[0].terms["name"]
        for use in path.uses or ():
            command = re.split(r"[.:]", whole)[0]
            name = f"{command}{use}" if use[0] in ".:(" else f"{whole}.{use}"
            yield Leaf(kind=kinds[named[0].kind], terms={"name": name})
