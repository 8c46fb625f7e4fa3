"""Conditions on the machine itself: KVM's extensions, the kernel, its parameters, device nodes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..facts.machine import file_text, has_node, kernel_release, kvm_extension, os_release
from ..model import Element
from ..versions import Constraint, Ranges, Version, parse_linux
from . import machine_obstacles as obstacles
from .kind import Kind, Terms, View, asks, is_one_of


def _look_kernel(view: View, terms: Terms) -> bool | None:
    release = kernel_release(view.facts)
    try:
        return Constraint.parse(terms["name"]).accepts(parse_linux(release)[0]) if release else None
    except ValueError:
        return None


def _look_kvm(view: View, terms: Terms) -> bool | None:
    number = terms.get("number")
    if number is None:
        return None
    value = kvm_extension(view.facts, int(number), terms.get("on", "vm"))
    if value is None:
        return False if obstacles.foreign_machine(view.facts, terms["cap"]) else None
    if "kernels" in terms and (meant := _is_meant(view, terms, value)) is not True:
        return meant
    if "bits" in terms:
        wanted = int(terms["bits"], 0)
        return value & wanted == wanted
    return value >= int(terms.get("at-least", "1"), 0)


def _is_meant(view: View, terms: Terms, value: int) -> bool | None:
    """Whether a number that upstream has used twice is this name's in the host's kernel, by its release.

    A name without bits answers 0 or 1, as KVM_CAP_X86_GUEST_MWAIT did: more is an answer of the other name,
    which a distribution may have early.
    """
    meant = _look_kernel(view, {"name": terms["kernels"]})
    return None if meant and value > 1 and not terms.keys() & {"bits", "at-least"} else meant


def _look_parameter(view: View, terms: Terms) -> bool | None:
    path = f"/sys/module/{terms['module']}/parameters/{terms['parameter']}"
    found = file_text(view.facts, path)
    return found if found is None or isinstance(found, bool) else is_one_of(found, terms["is"])


def _look_sysctl(view: View, terms: Terms) -> bool | None:
    found = file_text(view.facts, _sysctl(terms["name"]))
    return found if found is None or isinstance(found, bool) else is_one_of(found, terms["is"])


def _look_call(view: View, terms: Terms) -> bool | None:
    told = view.facts.returned(f"syscall {terms['name']}")
    return told if isinstance(told, bool) else None


def _look_os_release(view: View, terms: Terms) -> bool | None:
    told = os_release(view.facts)
    return None if told is None else all(is_one_of(told.get(key), terms[key]) for key in terms)


def number_names(names: Iterable[tuple[str, str, Ranges]]) -> Mapping[str, Mapping[str, str]]:
    """What a condition on each KVM capability is to know: its number and, if that was used twice, `kernels`.

    Each comes as its name, its number and the releases that had both. A number is the name's that upstream
    gave it last; before all of them it is the first one's.
    """
    named: dict[str, list[tuple[Version, str]]] = {}
    for name, number, releases in names:
        named.setdefault(number, []).append((releases.spans[0].start, name))
    told: dict[str, Mapping[str, str]] = {}
    for number, ordered in ((number, sorted(firsts)) for number, firsts in named.items()):
        for at, (first, name) in enumerate(ordered):
            bounds = [f">={first}"] if at else []
            bounds += [f"<{after}" for after, _ in ordered[at + 1 : at + 2]]
            told[name] = {"number": number} | ({"kernels": ",".join(bounds)} if bounds else {})
    return told


def _ask_kvm(terms: Terms) -> tuple[str, ...]:
    if "number" not in terms:
        return ()
    asked = f"KVM_CHECK_EXTENSION {terms['number']} {terms.get('on', 'vm')}"
    return (asked, "uname") if "kernels" in terms else (asked,)


def _sysctl(name: str) -> str:
    return f"/proc/sys/{name.replace('.', '/')}"


KINDS: Mapping[str, Kind] = {
    "kvm": Kind(
        look=_look_kvm,
        ask=_ask_kvm,
        elements=lambda t: (Element(kind="cap", name=t["cap"]),),
        lack="host",
        keys=("cap",),
        optional=("bits", "at-least", "on", "number"),
        narrows=("bits", "at-least"),
        obstacle=obstacles.kvm_obstacle,
    ),
    "kernel": Kind(look=_look_kernel, ask=asks("uname"), lack="host", circumstance=True),
    "module-param": Kind(
        look=_look_parameter,
        ask=lambda t: (f"file /sys/module/{t['module']}/parameters/{t['parameter']}",),
        lack="host",
        keys=("module", "parameter", "is"),
        obstacle=obstacles.parameter_obstacle,
    ),
    "sysctl": Kind(
        look=_look_sysctl,
        ask=lambda t: (f"file {_sysctl(t['name'])}",),
        lack="host",
        keys=("name", "is"),
        circumstance=True,
        obstacle=obstacles.sysctl_obstacle,
    ),
    "syscall": Kind(
        look=_look_call,
        ask=lambda t: (f"syscall {t['name']}",),
        lack="host",
        obstacle=obstacles.call_obstacle,
    ),
    "device-node": Kind(
        look=lambda v, t: has_node(v.facts, t["name"]),
        ask=lambda t: (f"node {t['name']}",),
        lack="host",
        circumstance=True,
        obstacle=obstacles.node_obstacle,
    ),
    "os-release": Kind(
        look=_look_os_release,
        ask=asks("os-release"),
        lack="host",
        keys=(),
        optional=("ID", "ID_LIKE", "VERSION_ID", "NAME"),
        circumstance=True,
    ),
}
