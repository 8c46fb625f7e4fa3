"""Conditions on a QEMU: its QMP, its types and their properties, its options, its accelerators."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from ...conditions.kind import Kind, Terms, View, asks, is_one_of, ledger_only, named
from ...conditions.machine_obstacles import GIVE_KVM, KVM
from ...conditions.obstacle import Obstacle, no_permission
from ...model import Element
from ...versions import Constraint, parse_qemu
from .qmp_questions import PROPERTIES
from .view import DEVICES, TYPES, QemuView

SCHEMA = ("query-qmp-schema",)
# Why a QEMU that could have used KVM runs without it: nothing of the machine's.
_NOT_WANTED = {"not asked for", "the guest was started without it"}
# What a host too old for introspection (before 2.5) is asked instead.
_COMMANDS = (*SCHEMA, "query-commands")
_EVENTS = (*SCHEMA, "query-events")


def _look_release(view: View, terms: Terms) -> bool | None:
    if view.release is None:
        return None
    return Constraint.parse(terms["name"]).accepts(parse_qemu(view.release))


def _look_property(view: View, terms: Terms) -> bool | None:
    kind, name = terms["name"].rsplit(".", 1)
    found = view.on(QemuView).property(kind, name)
    return None if found is None else found is not False


def _look_default(view: View, terms: Terms) -> bool | None:
    kind, name = terms["property"].rsplit(".", 1)
    found = view.on(QemuView).property(kind, name)
    if found is None or found is False:
        return found
    if not isinstance(found, Mapping) or "default-value" not in found:
        return None
    return is_one_of(found["default-value"], terms["is"])


def _look_machine_property(view: View, terms: Terms) -> bool | None:
    named, name = terms["name"].rsplit(".", 1)
    machine = view.machine or named
    known = view.on(QemuView).has_machine(machine)
    if not known:
        return known
    found = view.on(QemuView).property(view.on(QemuView).machine_type(machine) or "", name)
    return None if found is None else found is not False


def _look_option(view: View, terms: Terms) -> bool | None:
    name, _, parameter = terms["name"].partition(".")
    return view.on(QemuView).has_option(name, parameter or None)


def _look_capability(view: View, terms: Terms) -> bool | None:
    found = view.on(QemuView).has_row("query-migrate-capabilities", "capability", terms["name"])
    return view.on(QemuView).has_element(_migration(terms["name"])) if found is None else found


def _look_returned(view: View, terms: Terms) -> bool | None:
    succeeded = view.on(QemuView).answers_to(terms["query"])
    if not succeeded:
        return succeeded
    value = view.facts.returned(terms["query"])
    for step in terms["member"].split("."):
        if not isinstance(value, Mapping) or step not in value:
            return False
        value = value[step]
    return is_one_of(value, terms["is"]) if "is" in terms else True


def _look_module(view: View, terms: Terms) -> bool | None:
    refused = view.facts.refusal("modules")
    if refused is not None:
        # A build without modules has everything built in, so none can be missing.
        return True if refused.get("class") == "NotModular" else None
    reply = view.facts.returned("modules")
    if not isinstance(reply, list):
        return None
    if terms["name"] in reply:
        return True
    # Before 6.1 a modular build had much built in that later ones have in modules (qemu@5ebbfecc3e6f).
    is_listed = view.release is not None and Constraint.parse(">=6.1").accepts(parse_qemu(view.release))
    return False if is_listed else None


def _look_driver(view: View, terms: Terms) -> bool | None:
    reply = view.facts.returned("block-formats")
    return terms["name"] in reply.get("rw", ()) if isinstance(reply, dict) else None


def _look_arch(view: View, terms: Terms) -> bool | None:
    return None if view.on(QemuView).arch is None else is_one_of(view.on(QemuView).arch, terms["name"])


def _look_accel(view: View, terms: Terms) -> bool | None:
    found = [view.on(QemuView).has_accel(name) for name in _names(terms)]
    return True if True in found else None if None in found else False


def _names(terms: Terms) -> tuple[str, ...]:
    return terms["name"] if isinstance(terms["name"], tuple) else (terms["name"],)


def _accel_obstacle(view: View, terms: Terms) -> Obstacle | None:
    """What keeps a QEMU that has KVM from using it."""
    told = view.facts.returned("accel")
    state = view.facts.returned("query-kvm")
    if "kvm" not in _names(terms) or not isinstance(told, dict) or not isinstance(state, dict):
        return None
    why = told.get("kvm")
    if not state.get("present") or state.get("enabled") or not isinstance(why, str) or why in _NOT_WANTED:
        return None
    granted = {
        "query-kvm": {"return": {**state, "enabled": True}},
        "accel": {"return": {"used": "kvm", "kvm": None}},
    }
    if "permission denied" in why.lower():
        group = told.get("group")
        return no_permission(KVM, why, group if isinstance(group, str) else None, granted)
    return Obstacle(sort="firmware", place=KVM, why=why, remedy=GIVE_KVM, granted=granted)


def _migration(name: str) -> str:
    return f"migrate-set-capabilities.capabilities.capability={name}"


def _qmp(form: str) -> Callable[[Terms], tuple[Element, ...]]:
    return lambda terms: (Element(kind="qmp", name=form.format(**terms)),)


def _qom(terms: Terms) -> tuple[Element, ...]:
    return (Element(kind="qom", name=terms["name"]),)


def _ask_property(terms: Terms) -> tuple[str, ...]:
    name = terms.get("name") or terms["property"]
    return TYPES, DEVICES, f"{PROPERTIES}{name.rsplit('.', 1)[0]}"


def _ask_machine_property(terms: Terms) -> tuple[str, ...]:
    machine = terms["name"].rsplit(".", 1)[0]
    return "query-machines", f"{PROPERTIES}@{machine}"


# Where nobody asked for TPMs, as libvirt 12.8 does not, the types tell: the queries themselves list them.
_TPM_TYPES = {"tpm-tis": ("tpm-tis", "tpm-tis-device", "tpm-tis-i2c")}


def _look_tpm(asked: str, prefix: str) -> Callable[[View, Terms], bool | None]:
    def look(view: View, terms: Terms) -> bool | None:
        qemu, name = view.on(QemuView), prefix + terms["name"]
        told = qemu.has_row(asked, None, terms["name"])
        if told is None and qemu.types is not None:
            return not qemu.types.isdisjoint(_TPM_TYPES.get(name, (name,)))
        return told

    return look


_KINDS: Mapping[str, Kind] = {
    "command": Kind(
        look=lambda v, t: v.on(QemuView).has_command(t["name"]), ask=asks(*_COMMANDS), elements=named("qmp")
    ),
    "event": Kind(
        look=lambda v, t: v.on(QemuView).has_event(t["name"]), ask=asks(*_EVENTS), elements=named("qmp")
    ),
    "qmp": Kind(
        look=lambda v, t: v.on(QemuView).has_element(t["name"]), ask=asks(*SCHEMA), elements=named("qmp")
    ),
    "object": Kind(look=lambda v, t: v.on(QemuView).has_type(t["name"]), ask=asks(TYPES), elements=_qom),
    "qom": Kind(look=lambda v, t: v.on(QemuView).has_type(t["name"]), ask=asks(TYPES), elements=_qom),
    "device": Kind(look=lambda v, t: v.on(QemuView).has_device(t["name"]), ask=asks(TYPES), elements=_qom),
    "property": Kind(look=_look_property, ask=_ask_property, elements=_qom),
    "property-default": Kind(
        # No ledger knows defaults, and the property may be older: only a typed `since` tells.
        look=_look_default,
        ask=_ask_property,
        keys=("property", "is"),
        narrows=("is",),
    ),
    "machine": Kind(look=lambda v, t: v.on(QemuView).has_machine(t["name"]), ask=asks("query-machines")),
    "machine-property": Kind(look=_look_machine_property, ask=_ask_machine_property),
    "cpu": Kind(look=lambda v, t: v.on(QemuView).has_cpu(t["name"]), ask=asks("query-cpu-definitions")),
    "option": Kind(look=_look_option, ask=asks("query-command-line-options"), elements=named("option")),
    "migration-capability": Kind(
        look=_look_capability,
        ask=asks("query-migrate-capabilities", *SCHEMA),
        elements=lambda t: (Element(kind="qmp", name=_migration(t["name"])),),
    ),
    "tpm-model": Kind(
        look=_look_tpm("query-tpm-models", ""),
        ask=asks("query-tpm-models", *_COMMANDS, TYPES),
        elements=_qmp("query-tpm-models()={name}"),
    ),
    "tpm-backend": Kind(
        look=_look_tpm("query-tpm-types", "tpm-"),
        ask=asks("query-tpm-types", *_COMMANDS, TYPES),
        elements=_qmp("query-tpm-types()={name}"),
    ),
    "accel": Kind(
        look=_look_accel,
        ask=asks("query-kvm", "query-accelerators", "query-cpu-definitions", TYPES, "uname"),
        lack="host",
        many="any",
        obstacle=_accel_obstacle,
    ),
    "arch": Kind(look=_look_arch, ask=asks("query-target"), lack="host", many="any", circumstance=True),
    "release": Kind(look=_look_release, ask=asks("query-version"), lack="host", circumstance=True),
    "answers": Kind(
        look=lambda v, t: v.on(QemuView).answers_to(t["name"]),
        ask=lambda t: (t["name"], *_COMMANDS),
        elements=named("qmp"),
        lack="host",
    ),
    "returns": Kind(
        look=_look_returned,
        ask=lambda t: (t["query"], *_COMMANDS),
        elements=lambda t: (Element(kind="qmp", name=f"{t['query']}().{t['member']}"),),
        lack="host",
        keys=("query", "member"),
        optional=("is",),
        narrows=("is",),
    ),
    "module": Kind(look=_look_module, ask=asks("modules")),
    "block-driver": Kind(look=_look_driver, ask=asks("block-formats"), elements=named("block-driver")),
    "command-line": ledger_only("command-line"),
    "hmp": ledger_only("hmp"),
}

KINDS: Mapping[str, Kind] = {name: replace(kind, hypervisors=("qemu",)) for name, kind in _KINDS.items()}
