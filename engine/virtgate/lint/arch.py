"""An interface that upstream builds for one architecture only is a path that names it."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from ..interface import parse_element
from ..model import Element, Path
from ..upstream.history import History
from ..upstream.status import UpstreamStatus, find_status
from .data import Data, locate, positive_leaves

# A build's target, and the architectures that QEMU has binaries of for it.
_BINARIES = {
    "ALPHA": ("alpha",),
    "ARM": ("arm", "aarch64"),
    "HPPA": ("hppa",),
    "I386": ("i386", "x86_64"),
    "LOONGARCH64": ("loongarch64",),
    "M68K": ("m68k",),
    "MIPS": ("mips", "mipsel", "mips64", "mips64el"),
    "PPC": ("ppc", "ppc64"),
    "RISCV": ("riscv32", "riscv64"),
    "S390X": ("s390x",),
    "SH4": ("sh4", "sh4eb"),
    "SPARC": ("sparc", "sparc64"),
}


def find(data: Data) -> Iterator[Problem]:
    """Paths through an element with one target in its build conditions that name none of its architectures.

    Since 10.1 QEMU's schema is one for all targets: that the element is there says nothing any more.
    """
    for path in data.accepted:
        history = data.history(path.hypervisor)
        if history.ledger("qmp") is None:
            continue
        standing = find_status(path, history.last, history, None)
        named = _named(path)
        for element in (one for one in standing.footprint if one.kind == "qmp"):
            binaries = _BINARIES.get(_only_target(element, standing, history) or "", ())
            if binaries and not (named and named <= {*binaries}):
                yield _say(path, element, binaries, named)
                break


def _say(path: Path, element: Element, binaries: tuple[str, ...], named: set[str]) -> Problem:
    told = f"upstream builds '{element}' for {' and '.join(binaries)} only"
    other = sorted(named - {*binaries})
    problem = f"'{path.name}' is for {', '.join(other)}" if named else f"'{path.name}' names no architecture"
    hint = f"usable: {{arch: [{', '.join(binaries)}]}}"
    return locate(path.where, None, f"{problem}; {told}", None if named else hint)


def _named(path: Path) -> set[str]:
    """Every architecture that the path is for."""
    found: set[str] = set()
    for leaf in (*positive_leaves(path.when), *positive_leaves(path.usable)):
        if leaf.kind == "arch":
            name = leaf.terms["name"]
            found |= {name} if isinstance(name, str) else {*name}
    return found


def _only_target(element: Element, standing: UpstreamStatus, history: History) -> str | None:
    """The one target that every build condition of an element asks for, over all releases; else None."""
    ledger = history.ledger("qmp")
    owners = (element.name, parse_element(element.name)[0])
    if ledger is None or not any("[if=" in atom.name for one in owners for atom in ledger.under(one)):
        return None
    targets: set[str] = set()
    for at, version in enumerate(history.versions):
        condition = history.build_condition(element, version) if standing.mask >> at & 1 else None
        for choice in condition.split(" or ") if condition else ():
            targets.add(_target_of(choice))
    return targets.pop() if len(targets) == 1 else None


def _target_of(choice: str) -> str:
    """The target that one of a condition's choices asks for; an empty text where it asks for none."""
    words = choice.split(" and ")
    return next((word.removeprefix("TARGET_") for word in words if word.startswith("TARGET_")), "")
