"""Every kind of condition, one row each: how it is looked for, what it asks, what it names, what it lacks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from ..facts import Facts, QemuView
from ..facts.machine import file_text, has_node, kernel_release, kvm_extension, os_release
from ..facts.qemu import DEVICES, PROPERTIES, TYPES
from ..model import Element
from ..versions import Constraint, parse_linux, parse_qemu

Terms = Mapping[str, Any]
SCHEMA = ("query-qmp-schema",)
# What a host too old for introspection (before 2.5) is asked instead.
_COMMANDS = (*SCHEMA, "query-commands")
_EVENTS = (*SCHEMA, "query-events")


class View:
    """One host as conditions see it: its facts, indexed, and the release that it says it is.

    `machine` is the machine type that machine properties are looked for on, in place of the one they name.
    """

    def __init__(self, facts: Facts, release: str | None = None, machine: str | None = None) -> None:
        self.facts = facts
        self.release = release
        self.machine = machine
        self.qemu = QemuView(facts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of condition.

    `look` answers from a view; `ask` gives the questions that takes; `elements` what of upstream's interface
    is meant (ledger's kind and name); `lack` is what a False means; `many` is how a list of names joins.
    """

    look: Callable[[View, Terms], bool | None]
    ask: Callable[[Terms], tuple[str, ...]] = lambda _terms: ()
    elements: Callable[[Terms], tuple[Element, ...]] = lambda _terms: ()
    lack: Literal["build", "host"] = "build"
    many: Literal["all", "any"] = "all"
    keys: tuple[str, ...] = ("name",)
    optional: tuple[str, ...] = ()
    hypervisors: tuple[str, ...] = ("qemu",)
    visible: bool = True


@lru_cache(maxsize=1024)
def constraint(text: str) -> Constraint:
    return Constraint.parse(text)


def _look_release(view: View, terms: Terms) -> bool | None:
    if view.release is None:
        return None
    return constraint(terms["name"]).accepts(parse_qemu(view.release))


def _look_kernel(view: View, terms: Terms) -> bool | None:
    release = kernel_release(view.facts)
    try:
        return constraint(terms["name"]).accepts(parse_linux(release)[0]) if release else None
    except ValueError:
        return None


def _look_property(view: View, terms: Terms) -> bool | None:
    kind, name = terms["name"].rsplit(".", 1)
    found = view.qemu.property(kind, name)
    return None if found is None else found is not False


def _look_default(view: View, terms: Terms) -> bool | None:
    kind, name = terms["property"].rsplit(".", 1)
    found = view.qemu.property(kind, name)
    if found is None or found is False:
        return found
    if not isinstance(found, Mapping) or "default-value" not in found:
        return None
    return _is_one_of(found["default-value"], terms["is"])


def _look_machine_property(view: View, terms: Terms) -> bool | None:
    named, name = terms["name"].rsplit(".", 1)
    machine = view.machine or named
    known = view.qemu.has_machine(machine)
    if not known:
        return known
    found = view.qemu.property(view.qemu.machine_type(machine) or "", name)
    return None if found is None else found is not False


def _look_option(view: View, terms: Terms) -> bool | None:
    name, _, parameter = terms["name"].partition(".")
    return view.qemu.has_option(name, parameter or None)


def _look_capability(view: View, terms: Terms) -> bool | None:
    found = view.qemu.has_row("query-migrate-capabilities", "capability", terms["name"])
    return view.qemu.has_element(_migration(terms["name"])) if found is None else found


def _look_returned(view: View, terms: Terms) -> bool | None:
    succeeded = view.qemu.answers_to(terms["query"])
    if not succeeded:
        return succeeded
    value = view.facts.returned(terms["query"])
    for step in terms["member"].split("."):
        if not isinstance(value, Mapping) or step not in value:
            return False
        value = value[step]
    return _is_one_of(value, terms["is"]) if "is" in terms else True


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
    is_listed = view.release is not None and constraint(">=6.1").accepts(parse_qemu(view.release))
    return False if is_listed else None


def _look_driver(view: View, terms: Terms) -> bool | None:
    reply = view.facts.returned("block-formats")
    return terms["name"] in reply.get("rw", ()) if isinstance(reply, dict) else None


def _look_kvm(view: View, terms: Terms) -> bool | None:
    number = terms.get("number")
    if number is None:
        return None
    value = kvm_extension(view.facts, int(number), terms.get("on", "vm"))
    if value is None:
        return None
    if "bits" in terms:
        wanted = int(terms["bits"], 0)
        return value & wanted == wanted
    return value >= int(terms.get("at-least", "1"))


def _look_parameter(view: View, terms: Terms) -> bool | None:
    path = f"/sys/module/{terms['module']}/parameters/{terms['parameter']}"
    found = file_text(view.facts, path)
    return found if found is None or isinstance(found, bool) else _is_one_of(found, terms["is"])


def _look_sysctl(view: View, terms: Terms) -> bool | None:
    found = file_text(view.facts, _sysctl(terms["name"]))
    return found if found is None or isinstance(found, bool) else _is_one_of(found, terms["is"])


def _look_os_release(view: View, terms: Terms) -> bool | None:
    told = os_release(view.facts)
    return None if told is None else all(_is_one_of(told.get(key), terms[key]) for key in terms)


def _look_never(_view: View, _terms: Terms) -> bool | None:
    return None


def _look_arch(view: View, terms: Terms) -> bool | None:
    return None if view.qemu.arch is None else _is_one_of(view.qemu.arch, terms["name"])


def _look_accel(view: View, terms: Terms) -> bool | None:
    names = terms["name"] if isinstance(terms["name"], tuple) else (terms["name"],)
    found = [view.qemu.has_accel(name) for name in names]
    return True if True in found else None if None in found else False


def _is_one_of(value: Any, wanted: Any) -> bool:
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return text in (wanted if isinstance(wanted, tuple) else (wanted,))


def _sysctl(name: str) -> str:
    return f"/proc/sys/{name.replace('.', '/')}"


def _migration(name: str) -> str:
    return f"migrate-set-capabilities.capabilities.capability={name}"


def _named(kind: str) -> Callable[[Terms], tuple[Element, ...]]:
    return lambda terms: (Element(kind=kind, name=terms["name"]),)


def _qmp(form: str) -> Callable[[Terms], tuple[Element, ...]]:
    return lambda terms: (Element(kind="qmp", name=form.format(**terms)),)


def _qom(terms: Terms) -> tuple[Element, ...]:
    return (Element(kind="qom", name=terms["name"]),)


def _asks(*fixed: str) -> Callable[[Terms], tuple[str, ...]]:
    return lambda _terms: fixed


def _ask_property(terms: Terms) -> tuple[str, ...]:
    name = terms.get("name") or terms["property"]
    return TYPES, DEVICES, f"{PROPERTIES}{name.rsplit('.', 1)[0]}"


def _ask_machine_property(terms: Terms) -> tuple[str, ...]:
    machine = terms["name"].rsplit(".", 1)[0]
    return "query-machines", f"{PROPERTIES}@{machine}"


_row = "query-tpm-models", "query-tpm-types"

KINDS: Mapping[str, Kind] = {
    "command": Kind(
        look=lambda v, t: v.qemu.has_command(t["name"]), ask=_asks(*_COMMANDS), elements=_named("qmp")
    ),
    "event": Kind(look=lambda v, t: v.qemu.has_event(t["name"]), ask=_asks(*_EVENTS), elements=_named("qmp")),
    "qmp": Kind(look=lambda v, t: v.qemu.has_element(t["name"]), ask=_asks(*SCHEMA), elements=_named("qmp")),
    "object": Kind(look=lambda v, t: v.qemu.has_type(t["name"]), ask=_asks(TYPES), elements=_qom),
    "qom": Kind(look=lambda v, t: v.qemu.has_type(t["name"]), ask=_asks(TYPES), elements=_qom),
    "device": Kind(look=lambda v, t: v.qemu.has_device(t["name"]), ask=_asks(TYPES), elements=_qom),
    "property": Kind(look=_look_property, ask=_ask_property, elements=_qom),
    "property-default": Kind(
        look=_look_default,
        ask=_ask_property,
        elements=lambda t: (Element(kind="qom", name=t["property"]),),
        keys=("property", "is"),
    ),
    "machine": Kind(look=lambda v, t: v.qemu.has_machine(t["name"]), ask=_asks("query-machines")),
    "machine-property": Kind(look=_look_machine_property, ask=_ask_machine_property),
    "cpu": Kind(look=lambda v, t: v.qemu.has_cpu(t["name"]), ask=_asks("query-cpu-definitions")),
    "option": Kind(look=_look_option, ask=_asks("query-command-line-options"), elements=_named("option")),
    "migration-capability": Kind(
        look=_look_capability,
        ask=_asks("query-migrate-capabilities", *SCHEMA),
        elements=lambda t: (Element(kind="qmp", name=_migration(t["name"])),),
    ),
    "tpm-model": Kind(
        look=lambda v, t: v.qemu.has_row(_row[0], None, t["name"]),
        ask=_asks(_row[0], *_COMMANDS),
        elements=_qmp("query-tpm-models()={name}"),
    ),
    "tpm-backend": Kind(
        look=lambda v, t: v.qemu.has_row(_row[1], None, t["name"]),
        ask=_asks(_row[1], *_COMMANDS),
        elements=_qmp("query-tpm-types()={name}"),
    ),
    "accel": Kind(
        look=_look_accel,
        ask=_asks("query-kvm", "query-accelerators", TYPES, "uname"),
        lack="host",
        many="any",
    ),
    "arch": Kind(look=_look_arch, ask=_asks("query-target"), lack="host", many="any"),
    "release": Kind(look=_look_release, ask=_asks("query-version")),
    "answers": Kind(
        look=lambda v, t: v.qemu.answers_to(t["name"]),
        ask=lambda t: (t["name"], *_COMMANDS),
        elements=_named("qmp"),
        lack="host",
    ),
    "returns": Kind(
        look=_look_returned,
        ask=lambda t: (t["query"], *_COMMANDS),
        elements=lambda t: (Element(kind="qmp", name=f"{t['query']}().{t['member']}"),),
        lack="host",
        keys=("query", "member"),
        optional=("is",),
    ),
    "module": Kind(look=_look_module, ask=_asks("modules")),
    "block-driver": Kind(look=_look_driver, ask=_asks("block-formats")),
    "kvm": Kind(
        look=_look_kvm,
        ask=lambda t: (f"KVM_CHECK_EXTENSION {t['number']} {t.get('on', 'vm')}",) if "number" in t else (),
        elements=lambda t: (Element(kind="cap", name=t["cap"]),),
        lack="host",
        keys=("cap",),
        optional=("bits", "at-least", "on", "number"),
        hypervisors=("kvm", "qemu"),
    ),
    "kernel": Kind(look=_look_kernel, ask=_asks("uname"), lack="host", hypervisors=("kvm", "qemu", "xen")),
    "module-param": Kind(
        look=_look_parameter,
        ask=lambda t: (f"file /sys/module/{t['module']}/parameters/{t['parameter']}",),
        lack="host",
        keys=("module", "parameter", "is"),
        hypervisors=("kvm", "qemu"),
    ),
    "sysctl": Kind(
        look=_look_sysctl,
        ask=lambda t: (f"file {_sysctl(t['name'])}",),
        lack="host",
        keys=("name", "is"),
        hypervisors=("kvm", "qemu", "xen"),
    ),
    "device-node": Kind(
        look=lambda v, t: has_node(v.facts, t["name"]),
        ask=lambda t: (f"node {t['name']}",),
        lack="host",
        hypervisors=("kvm", "qemu", "xen"),
    ),
    "os-release": Kind(
        look=_look_os_release,
        ask=_asks("os-release"),
        lack="host",
        keys=(),
        optional=("ID", "ID_LIKE", "VERSION_ID", "NAME"),
        hypervisors=("kvm", "qemu", "xen", "xend", "xapi"),
    ),
    "hmp": Kind(look=_look_never, elements=_named("hmp"), visible=False),
    "op": Kind(
        look=_look_never,
        elements=lambda t: (Element(kind="op", name=t.get("op") or t["name"]),),
        keys=("op",),
        optional=("args",),
        hypervisors=("xend",),
        visible=False,
    ),
    "sexpr": Kind(look=_look_never, elements=_named("sexpr"), hypervisors=("xend",), visible=False),
    "xenapi": Kind(look=_look_never, elements=_named("xenapi"), hypervisors=("xapi",), visible=False),
    "libxl": Kind(look=_look_never, elements=_named("libxl"), hypervisors=("xen",), visible=False),
}
