"""What a host's interface is where it has no graph: names, each of a kind that a ledger knows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass

from ..conditions import View
from ..facts.machine import kvm_extension
from ..history import History
from ..versions import Version

# Each name with its parts: whether a call can do without one, or None for what is no argument.
Parts = Mapping[str, bool | None]
Names = Mapping[str, Parts]
_MOST_CAPABILITIES = 1024
_CALLS = frozenset({"op", "method"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """The names of one ledger's kind that a host shows; of a `whole` list nothing else is there."""

    ledger: str
    kind: str
    names: Names
    whole: bool = False


def list_shown(view: View, history: History, release: Version) -> Iterator[Listed]:
    """What a host shows, a kind at a time; nothing for a hypervisor that shows none of its interface."""
    lister = _LISTERS.get(view.facts.hypervisor)
    if lister is not None:
        yield from lister(view, history, release)


def list_upstream(history: History, kind: str, release: Version) -> Names:
    """What a release has of one flat ledger's kind."""
    found: dict[str, dict[str, bool | None]] = {}
    for atom in history.ledger(kind) or ():
        if "[" in atom.name or release not in atom.parsed_ranges:
            continue
        if kind != "op" or atom.type in _CALLS:
            found.setdefault(atom.name, {})
        else:
            head, _, part = atom.name.rpartition(".")
            found.setdefault(head, {})[part] = _is_optional(part, atom.optional)
    return found


def _list_xen(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    kinds = (
        ("libxl-function", "function", view.xen.functions, True),
        ("xen-config", "symbol", view.xen.config, True),
        ("xen-option", "parameter", view.xen.parameters, False),
        ("xen-cap", "interface", _words(view.xen.fields.get("xen_caps")), False),
        ("virt-cap", "token", _words(view.xen.fields.get("virt_caps")), False),
    )
    for ledger, kind, names, whole in kinds:
        if names is not None:
            # libxlutil's functions, which hosts show too, are in no ledger.
            known = _bare(one for one in names if not one.startswith("xlu_"))
            yield Listed(ledger=ledger, kind=kind, names=known, whole=whole)


def _list_xend(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    if view.xend.operations is not None:
        names = {
            name: {one.removesuffix("?"): _is_optional(one, one.endswith("?")) for one in arguments}
            for name, arguments in view.xend.operations.items()
        }
        yield Listed(ledger="op", kind="operation", names=names, whole=True)
    if view.xend.device_classes is not None:
        classes = _bare(view.xend.device_classes)
        yield Listed(ledger="device-class", kind="class", names=classes, whole=True)


def _list_kvm(view: View, history: History, release: Version) -> Iterator[Listed]:
    named: dict[int, str] = {}
    # A number that was given twice is what the release has it for.
    for atom in sorted(history.ledger("cap") or (), key=lambda one: release not in one.parsed_ranges):
        named.setdefault(int(atom.type) if atom.type.isdigit() else -1, atom.name)
    found = [
        named.get(number, f"KVM_CAP_{number}")
        for number in range(_MOST_CAPABILITIES)
        if any(kvm_extension(view.facts, number, on) for on in ("device", "vm"))
    ]
    yield Listed(ledger="cap", kind="capability", names=_bare(found))


def _list_xapi(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    """The fields of the host's own record, which only a session shows."""
    # The probe makes API_version of two fields.
    names = (f"host.{name}" for name in view.xapi.record if name != "API_version")
    yield Listed(ledger="xenapi", kind="field", names=_bare(names))


def _bare(names: Iterable[str]) -> Names:
    return {name: {} for name in names}


def _words(text: str | None) -> frozenset[str] | None:
    return None if text is None else frozenset(text.split())


def _is_optional(part: str, marked: bool) -> bool | None:
    """Whether an argument may be left out; `dev=mac` is a kind of value, which nobody leaves out."""
    return None if "=" in part else marked


_LISTERS: Mapping[str, Callable[[View, History, Version], Iterator[Listed]]] = {
    "xen": _list_xen,
    "xend": _list_xend,
    "kvm": _list_kvm,
    "xapi": _list_xapi,
}
