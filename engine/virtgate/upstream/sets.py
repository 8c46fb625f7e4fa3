"""In which releases a ledger has an element, found for all of them at once.

A set of releases is an int with one bit a release, so that a walk through types that changed on the way costs
a few `and`s and not one walk a release.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ..driver.errors import DataError
from ..interface.walk import Step, parse_element
from ..versions import Ranges, Version
from .ledger import Atom, Ledger

_QUICK = {"member", "branch", "value", "return"}
_States = dict[str, int]
# What xend offers to call: an operation over HTTP, or a method over XML-RPC.
CALLED = frozenset({"op", "method"})


class Masks:
    """Finds masks over one list of releases, in version order."""

    def __init__(self, versions: Sequence[Version]) -> None:
        self._numbers = [version.release for version in versions]
        self._known: dict[str, int] = {}
        self._inherited: dict[tuple[str, str, str], int] = {}
        self._edges: dict[tuple[str, str], tuple[tuple[str, int], ...]] = {}

    def of_ranges(self, ranges: str) -> int:
        """The releases in a range text."""
        if ranges not in self._known:
            mask = 0
            for span in _parse(ranges).spans:
                start = bisect_left(self._numbers, span.start.release)
                end = bisect_right(self._numbers, span.limit)
                mask |= (1 << end) - (1 << min(start, end))
            self._known[ranges] = mask
        return self._known[ranges]

    def of_atoms(self, atoms: Sequence[Atom]) -> int:
        """The releases in which any of these lines holds."""
        mask = 0
        for atom in atoms:
            mask |= self.of_ranges(atom.ranges)
        return mask

    def of_walk(self, ledger: Ledger, name: str) -> int | None:
        """The releases in which a walk finds a QMP element; None for steps that ask for flags or kinds."""
        head, steps = parse_element(name)
        if any(step.sort not in _QUICK for step in steps):
            return None
        heads = [atom for atom in ledger.atoms(head) if atom.type in {"command", "event"}]
        whole = self.of_atoms(heads)
        states = self._arguments(ledger, head, whole)
        for step in steps:
            if step.sort == "return":
                states = self._join(ledger.atoms(f"{head}()"), whole)
            else:
                states = self._take(ledger, states, step)
        mask = whole if not steps else 0
        for found in states.values() if steps else ():
            mask |= found
        return mask

    def _arguments(self, ledger: Ledger, head: str, whole: int) -> _States:
        # `any` stands beside named members: what it lets through besides them is nobody's interface.
        atoms = [atom for atom in ledger.atoms(f"{head}.*") if atom.type != "any"]
        states = self._join(atoms, whole)
        named = whole
        for mask in states.values():
            named &= ~mask
        return {**states, f"arguments {head}": named}

    def _join(self, atoms: Sequence[Atom], within: int) -> _States:
        states: _States = {}
        for atom in atoms:
            mask = self.of_ranges(atom.ranges) & within
            if mask:
                states[atom.type] = states.get(atom.type, 0) | mask
        return states

    def _take(self, ledger: Ledger, states: _States, step: Step) -> _States:
        after: _States = {}
        for reference, within in states.items():
            for kind, mask in self._step(ledger, reference, within, step):
                after[kind] = after.get(kind, 0) | mask
        return after

    def _step(self, ledger: Ledger, reference: str, within: int, step: Step) -> Iterator[tuple[str, int]]:
        sort, _, name = reference.strip("[]").partition(" ")
        if sort == "alternate":
            for atom in ledger.under(name):
                if atom.name.startswith(f"{name}|"):
                    mask = self.of_ranges(atom.ranges) & within
                    yield from self._step(ledger, atom.type, mask, step)
        elif step.sort == "value":
            if sort == "enum":
                yield reference, self.of_atoms(ledger.atoms(f"{name}.{step.name}")) & within
        elif step.sort == "member":
            if sort in {"object", "arguments"}:
                yield from self._join(ledger.atoms(f"{name}.{step.name}"), within).items()
        elif sort in {"object", "arguments"}:
            yield from self._branch(ledger, name, within, step.name)

    def _branch(self, ledger: Ledger, name: str, within: int, case: str) -> Iterator[tuple[str, int]]:
        """A branch's type; a value of the tag that has no branch is a branch without members."""
        rest = within
        for kind, mask in self._join(ledger.atoms(f"{name}:{case}"), within).items():
            rest &= ~mask
            yield kind, mask
        for tag in ledger.atoms(f"{name}:"):
            named = ledger.atoms(f"{name}.{tag.type.removeprefix('tag ')}")
            for kind, mask in self._join(named, rest & self.of_ranges(tag.ranges)).items():
                found = self.of_atoms(ledger.atoms(f"{kind.removeprefix('enum ')}.{case}")) & mask
                if found:
                    yield "", found

    def of_call(self, ledger: Ledger, name: str) -> int:
        """The releases in which an operation can be called so: it reads what is sent and demands no more.

        Of one argument, `NAME.ARGUMENT`, those that read it.
        """
        head, *sent = split_call(name)
        called = [atom for atom in ledger.atoms(head) if atom.type in CALLED]
        mask = self.of_atoms(called if called or sent else ledger.atoms(head))
        for one in sent:
            mask &= self.of_atoms(ledger.atoms(one))
        named = {one.removeprefix(f"{head}.").partition("=")[0] for one in sent}
        for _, inner, atom in ledger.inside(head) if sent else ():
            if not (atom.optional or inner in named or "=" in inner or atom.type in CALLED):
                mask &= ~self.of_ranges(atom.ranges)
        return mask

    def of_property(self, ledger: Ledger, name: str) -> int:
        """The releases that list a name; a type's property also through the types it inherits from."""
        owner, inner = _split_owner(ledger, name)
        return self._of_owner(ledger, owner, inner) if inner else self.of_atoms(ledger.atoms(name))

    def _of_owner(self, ledger: Ledger, owner: str, inner: str) -> int:
        key = (ledger.kind, owner, inner)
        if key not in self._inherited:
            mask = self.of_atoms(ledger.atoms(f"{owner}.{inner}"))
            for parent, edge in self._parents(ledger, owner):
                if edge & ~mask:
                    mask |= edge & self._of_owner(ledger, parent, inner)
            self._inherited[key] = mask
        return self._inherited[key]

    def _parents(self, ledger: Ledger, owner: str) -> tuple[tuple[str, int], ...]:
        """The types that a type inherits from, each with the releases in which it does."""
        key = (ledger.kind, owner)
        if key not in self._edges:
            start = len(owner) + 1
            edges = (atom for atom in ledger.under(owner) if atom.name.startswith(f"{owner}<"))
            self._edges[key] = tuple((atom.name[start:], self.of_ranges(atom.ranges)) for atom in edges)
        return self._edges[key]


def split_call(name: str) -> list[str]:
    """The elements of a call `NAME(ARGUMENT,...)`: the operation, and each argument that is sent."""
    head, _, rest = name.partition("(")
    return [head, *(f"{head}.{one}" for one in rest.removesuffix(")").split(",") if one)]


def _parse(ranges: str) -> Ranges:
    """Ranges of a ledger's line. Raises DataError when they are none."""
    try:
        return Ranges.parse(ranges)
    except ValueError as error:
        raise DataError((f"a ledger's line: {error}; 'virtgate lint' says which",)) from None


def _split_owner(ledger: Ledger, name: str) -> tuple[str, str]:
    """A type and the rest of a property's name; both may hold dots (`pc-q35-9.2-machine.acpi`)."""
    at = name.find(".")
    while at > 0 and not ledger.atoms(name[:at]):
        at = name.find(".", at + 1)
    return (name[:at], name[at + 1 :]) if at > 0 else (name, "")
