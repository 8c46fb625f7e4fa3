"""Hosts made of a release's ledgers: one only says which release it is, another shows all that upstream had.

Whatever such a host has enabled, its release must have: nothing of a later one can be seen on it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from hostmaker import introspect
from virtgate.ask.answering import wanted_questions
from virtgate.ask.opened import open_catalog
from virtgate.facts import Facts
from virtgate.hypervisors.cloud_hypervisor import view as cloud_hypervisor
from virtgate.hypervisors.firecracker import view as firecracker
from virtgate.hypervisors.libvirt import view as libvirt
from virtgate.hypervisors.qemu.view import DEVICES, TYPES, property_questions
from virtgate.upstream.history import History
from virtgate.versions import Version

Answers = dict[str, Any]
# QMP is whole, and there for whoever asks, since 0.14.
_FIRST_TO_TELL = (0, 14, 0)


class Shown:
    """What the ledgers have of one release."""

    def __init__(self, history: History, version: Version) -> None:
        self.history = history
        self.version = version
        self._bit = 1 << history.place_of(version)

    def types(self, kind: str) -> dict[str, str]:
        """Every element of a kind with its type."""
        ledger = self.history.ledger(kind)
        return {
            atom.name: atom.type
            for atom in ledger or ()
            if self.history.mask_of_ranges(atom.ranges) & self._bit
        }

    def grouped(self, kind: str) -> dict[str, list[str]]:
        """What is directly inside each element of a kind, by its name."""
        found: dict[str, list[str]] = {}
        for name in self.types(kind):
            head, _, rest = name.partition(".")
            found.setdefault(head, []).extend([rest.removesuffix("?")] if rest else [])
        return found


def make_host(hypervisor: str, sort: str, version: Version, history: History) -> Facts:
    """A host of an upstream release, of one of the sorts."""
    name = history.name_of(version)
    if sort == "claimed":
        return _facts(hypervisor, {}, {"release": name})
    said = _SAYING[hypervisor](version, name, history)
    shown = _SHOWING[hypervisor](Shown(history, version), said) if sort == "shown" else {}
    return _facts(hypervisor, said | shown, {})


def sorts_of(hypervisor: str) -> tuple[str, ...]:
    """How a host tells its release: claimed by who asks, said by itself, or shown with its interface."""
    return ("claimed", "said", "shown") if hypervisor in _SHOWING else ("claimed", "said")


def _facts(hypervisor: str, returned: Mapping[str, Any], claims: Mapping[str, str]) -> Facts:
    return Facts(
        hypervisor=hypervisor,
        target="made",
        via="made",
        claims=claims,
        answers={asked: {"return": value} for asked, value in returned.items()},
    )


def _say_qemu(version: Version, name: str, _: History) -> Answers:
    banner = {"--version": f"QEMU emulator version {name}, Copyright (c) 2003-2008 Fabrice Bellard"}
    if version.release < _FIRST_TO_TELL:
        return banner
    numbers = dict(zip(("major", "minor", "micro"), version.release, strict=False))
    return banner | {"query-version": {"qemu": numbers, "package": ""}}


def _say_kvm(_: Version, name: str, __: History) -> Answers:
    return {"uname": {"sysname": "Linux", "release": name, "version": "#1", "machine": "x86_64"}}


def _number_xen(name: str) -> dict[str, str]:
    major, minor, *rest = name.split(".", 2)
    return {"xen_major": major, "xen_minor": minor, "xen_extra": "".join(f".{one}" for one in rest)}


def _say_xen(_: Version, name: str, __: History) -> Answers:
    return {"xl info": _number_xen(name)}


def _say_xend(_: Version, name: str, __: History) -> Answers:
    return {"xend node": _number_xen(name)}


def _say_xapi(_: Version, name: str, history: History) -> Answers:
    """A numbered toolstack says its number, an older one the product that it was sold as."""
    product = next((one for one in history.products if one.code_name == name), None)
    if product is None:
        told = {"xapi_build": name, "product_brand": "XenServer"}
        return {"xapi host": {"software_version": told}}
    number = next((word for word in product.title.split() if word[0].isdigit()), "")
    told = {"product_brand": "XenServer", "product_version": f"{number}.0"}
    return {"xapi host": {"API_version": product.api, "software_version": told}}


def _say_cloud_hypervisor(_: Version, name: str, __: History) -> Answers:
    return {cloud_hypervisor.VERSION: f"cloud-hypervisor v{name}"}


def _say_firecracker(_: Version, name: str, __: History) -> Answers:
    return {firecracker.BANNER: f"Firecracker v{name}"}


def _say_libvirt(_: Version, name: str, __: History) -> Answers:
    return {libvirt.LIBRARY: {"version": name, "package": ""}}


def _show_qemu(shown: Shown, said: Answers) -> Answers:
    if "query-version" not in said:
        return {}
    graph = shown.history.graph(shown.version)
    types, members = shown.types("qom"), shown.grouped("qom")
    names = [{"name": name} for name, kind in types.items() if kind == "type"]
    machines = [one["name"].removesuffix("-machine") for one in names if one["name"].endswith("-machine")]
    options = shown.grouped("option")
    answers = {
        TYPES: names,
        DEVICES: names,
        "query-machines": [{"name": name} for name in machines],
        "query-command-line-options": [
            {"option": option, "parameters": [{"name": name} for name in inner]}
            for option, inner in options.items()
        ],
        "block-formats": {"rw": list(shown.types("block-driver"))},
        "query-target": {"arch": "x86_64"},
        "query-kvm": {"enabled": True, "present": True},
        "modules": [],
    }
    for kind, inner in members.items():
        if inner:
            answers[property_questions(kind)[1]] = [{"name": name} for name in inner]
    return answers | ({} if graph is None else {"query-qmp-schema": introspect(graph)})


def _show_kvm(shown: Shown, _: Answers) -> Answers:
    numbers = {kind for kind in shown.types("cap").values() if kind.isdigit()}
    asked = (text for text in wanted_questions(open_catalog(None), "kvm") if text.startswith("KVM_CHECK_EXT"))
    return {text: int(text.split()[1] in numbers) for text in asked}


def _show_xen(shown: Shown, said: Answers) -> Answers:
    numbers = said["xl info"]
    branch = f"{numbers['xen_major']}.{numbers['xen_minor']}"
    tokens = {f"{kind}s": " ".join(shown.types(f"{kind.replace('_', '-')}")) for kind in _TOKENS}
    return {
        "xl info": numbers | tokens,
        "libxl library": {"soname": f"libxenlight.so.{branch}"},
        "libxl functions": list(shown.types("libxl-function")),
        "hypfs /buildinfo/config": "".join(f"{name}=y\n" for name in shown.types("xen-config")),
        "hypfs /params": list(shown.types("xen-option")),
        "file /proc/xen/capabilities": "control_d\n",
    }


_TOKENS = ("xen_cap", "virt_cap")


def _show_xend(shown: Shown, _: Answers) -> Answers:
    classes = list(shown.types("device-class"))
    return {"xend source": {"operations": shown.grouped("op"), "device-classes": classes}}


def _show_cloud_hypervisor(shown: Shown, said: Answers) -> Answers:
    banner, features = said[cloud_hypervisor.VERSION], json.dumps(list(shown.types("cargo-feature")))
    return {
        cloud_hypervisor.VERSION: f"{banner}\nEnabled features: {features}\n",
        cloud_hypervisor.HELP: _help(shown.types("cli")),
    }


def _show_firecracker(shown: Shown, _: Answers) -> Answers:
    return {firecracker.HELP: _help(shown.types("cli")), firecracker.MACHINE: "x86_64"}


def _show_libvirt(shown: Shown, _: Answers) -> Answers:
    return {
        libvirt.FUNCTIONS: list(shown.types("libvirt-function")),
        libvirt.SCHEMAS: list(shown.types("libvirt-xml")),
    }


def _help(options: Iterable[str]) -> str:
    return "".join(f"    {option} <value>\n" for option in options if option.startswith("--"))


_SAYING: Mapping[str, Callable[[Version, str, History], Answers]] = {
    "qemu": _say_qemu,
    "kvm": _say_kvm,
    "xen": _say_xen,
    "xend": _say_xend,
    "xapi": _say_xapi,
    "cloud_hypervisor": _say_cloud_hypervisor,
    "firecracker": _say_firecracker,
    "libvirt": _say_libvirt,
}
_SHOWING: Mapping[str, Callable[[Shown, Answers], Answers]] = {
    "qemu": _show_qemu,
    "kvm": _show_kvm,
    "xen": _show_xen,
    "xend": _show_xend,
    "cloud_hypervisor": _show_cloud_hypervisor,
    "firecracker": _show_firecracker,
    "libvirt": _show_libvirt,
}
