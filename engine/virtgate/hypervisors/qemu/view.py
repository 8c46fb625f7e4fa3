"""Three-valued look-ups in what a QEMU said: True, False, or None where nobody could look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from typing import Any

from ...facts.answers import is_answered
from ...facts.lookups import Lookups
from ...interface import Introspection, parse_element, walk
from ...versions import Version, parse_banner
from .qmp_questions import question

TYPES = "qom-list-types"
DEVICES = question("qom-list-types", {"abstract": False, "implements": "device"})
DEVICES_BARE = question("qom-list-types", {"implements": "device"})
# A question whose text depends on answers: `properties TYPE`, or `properties @MACHINE` through its alias.
# qom-list-types leaves abstract types out; of those that anybody asks for, only machine families are.
ABSTRACT = "-machine"


# Every QMP host has them; until 2.8 (qemu@119ebac1feb2, qemu@94cfd07f26ef) no schema did.
UNTOLD = frozenset({"qmp_capabilities", "device_add"})


# QMP began in what became 0.12 (qemu@9b57c02e3e14).
_FIRST_WITH_QMP = Version(release=(0, 11, 50))


class QemuView(Lookups):
    """Look-ups in one QEMU's facts; builds each index once, when first used."""

    @cached_property
    def graph(self) -> Introspection | None:
        """The host's QMP, or None when its schema was not asked or the host is too old to tell."""
        reply = self.facts.returned("query-qmp-schema")
        try:
            return Introspection.of(reply) if reply is not None else None
        except ValueError:
            return None

    def has_symbol(self, name: str) -> bool | None:
        """Whether a module lies beside the program: then it was built."""
        reply = self.facts.returned("modules")
        return True if isinstance(reply, list) and name in reply else None

    @cached_property
    def predates_qmp(self) -> bool:
        """Whether the banner is of a QEMU from before QMP: it can have no piece of it, whoever built it."""
        banner = self.facts.returned("--version")
        try:
            return isinstance(banner, str) and parse_banner(banner).version < _FIRST_WITH_QMP
        except ValueError:
            return False

    @cached_property
    def commands(self) -> frozenset[str] | None:
        """The names of the commands that the monitor lists; where it was not asked, those of the schema.

        Schemas up to 2.12 list commands that the binary unregistered for its target, and those up to 2.7 lack
        two that it has.
        """
        listed = _names(self.facts.returned("query-commands"))
        if listed is None and self.predates_qmp:
            return frozenset()
        if listed is not None or self.graph is None:
            return listed
        return frozenset(name for name in self.graph.roots() if _is(self.graph, name, "command"))

    @cached_property
    def events(self) -> frozenset[str] | None:
        """The names of the events, from the schema or else from query-events."""
        if self.graph is not None:
            return frozenset(name for name in self.graph.roots() if _is(self.graph, name, "event"))
        return frozenset() if self.predates_qmp else _names(self.facts.returned("query-events"))

    @cached_property
    def types(self) -> frozenset[str] | None:
        """Every QOM type, or None when that was not asked."""
        return frozenset() if self.predates_qmp else _names(self.facts.returned(TYPES))

    @cached_property
    def devices(self) -> frozenset[str] | None:
        """Every device type, or None when neither list was asked."""
        for asked in (DEVICES, DEVICES_BARE):
            if (names := _names(self.facts.returned(asked))) is not None:
                return names
        return self.types

    @cached_property
    def machines(self) -> Mapping[str, Mapping[str, Any]] | None:
        """Machine types by name and by alias."""
        reply = self.facts.returned("query-machines")
        if not isinstance(reply, list):
            return None
        rows = [row for row in reply if isinstance(row, dict) and isinstance(row.get("name"), str)]
        table = {row["alias"]: row for row in rows if isinstance(row.get("alias"), str)}
        return table | {row["name"]: row for row in rows}

    @cached_property
    def options(self) -> Mapping[str, frozenset[str]] | None:
        """Command-line options with their parameters' names."""
        reply = self.facts.returned("query-command-line-options")
        if not isinstance(reply, list):
            return None
        rows = [row for row in reply if isinstance(row, dict) and isinstance(row.get("option"), str)]
        return {row["option"]: _names(row.get("parameters", ())) or frozenset() for row in rows}

    def has_command(self, name: str) -> bool | None:
        """Whether there is such a QMP command."""
        if self.commands is None or (name in UNTOLD and self.is_untold(name)):
            return None
        return name in self.commands

    def is_untold(self, name: str) -> bool:
        """Whether a schema that lacks a command cannot tell, and the monitor was not asked for its list."""
        if self.graph is None or self.graph.root(name) is not None:
            return False
        return "query-commands" not in self.facts.told and self.graph.root("qmp_capabilities") is None

    def has_event(self, name: str) -> bool | None:
        """Whether there is such a QMP event."""
        return None if self.events is None else name in self.events

    def has_element(self, name: str) -> bool | None:
        """Whether a walk through the schema finds this element."""
        if self.graph is None:
            return False if self.predates_qmp else None
        seen = walk(self.graph, name)
        head, steps = parse_element(name)
        if seen is None and self.graph.root(head) is None and self.has_command(head) is not False:
            return None if steps else self.has_command(head)
        if seen is None or seen.root.kind == "event":
            return seen is not None
        return head in (self.commands or ())

    def has_type(self, name: str) -> bool | None:
        """Whether there is such a QOM type."""
        for known in (self.types, self.devices):
            if known is not None and name in known:
                return True
        if self.types is not None:
            return False
        for asked in property_questions(name):
            if is_answered(self.facts.told.get(asked)):
                return self.facts.refusal(asked) is None
        return None

    def has_device(self, name: str) -> bool | None:
        """Whether there is such a device type."""
        if self.devices is None:
            return self.has_type(name)
        return name in self.devices or (self.types is not None and name in self.types)

    def property(self, kind: str, name: str) -> Mapping[str, Any] | bool | None:
        """The description of a type's property; False where type or property is not there."""
        answered = False
        for asked in property_questions(kind):
            reply = self.facts.told.get(asked)
            if reply is None or not is_answered(reply):
                continue
            answered = True
            rows = reply.get("return")
            rows = rows if isinstance(rows, list) else []
            found = next((row for row in rows if isinstance(row, dict) and row.get("name") == name), None)
            if found is not None:
                return found
        if not answered and self.has_type(kind) is False and not kind.endswith(ABSTRACT):
            return False
        return False if answered else None

    def has_machine(self, name: str) -> bool | None:
        """Whether there is such a machine type or alias."""
        return None if self.machines is None else name in self.machines

    def machine_type(self, name: str) -> str | None:
        """The QOM type behind a machine's name or alias."""
        if self.machines is None or name not in self.machines:
            return None
        return f"{self.machines[name]['name']}-machine"

    def has_option(self, name: str, parameter: str | None) -> bool | None:
        """Whether the command line has an option, and a parameter of it."""
        if self.options is None:
            return None
        if name not in self.options:
            # A modular guest, whose types are not asked, shows an option only once its module is loaded.
            return None if self.facts.via == "guest" and self.types is None else False
        # A list without parameters takes any, as that of -drive in 1.6.
        return (
            parameter is None
            or parameter in self.options[name]
            or (None if not self.options[name] else False)
        )

    def has_cpu(self, name: str) -> bool | None:
        """Whether there is such a CPU model."""
        names = _names(self.facts.returned("query-cpu-definitions"))
        return None if names is None else name in names

    def has_row(self, asked: str, key: str | None, name: str) -> bool | None:
        """Whether a query's list has a value, or a row whose `key` has it; False where the query failed."""
        if is_answered(self.facts.told.get(asked)):
            reply = self.facts.returned(asked)
            if not isinstance(reply, list):
                return False
            return any((row.get(key) if isinstance(row, dict) and key else row) == name for row in reply)
        return False if self.has_command(asked) is False else None

    def answers_to(self, command: str) -> bool | None:
        """Whether a query succeeds here."""
        if is_answered(self.facts.told.get(command)):
            return "return" in self.facts.told[command]
        return False if self.has_command(command) is False else None

    def has_accel(self, name: str) -> bool | None:
        """Whether this accelerator is there and, for KVM, works on this machine."""
        reply = self.facts.returned("query-accelerators")
        if name == "kvm":
            state = self.facts.returned("query-kvm")
            # libvirt asks one or the other.
            used = reply.get("enabled") == name if isinstance(reply, dict) else None
            return bool(state.get("enabled")) if isinstance(state, dict) else used
        if isinstance(reply, dict):
            return name in reply.get("present", ())
        if name == "hvf" and self.has_accel("kvm") is False and self._runs_own_processor():
            return True
        # The accelerator's QOM type is compiled in exactly with it. Recordings do not show hvf's, which only
        # a kernel of Apple's can have.
        if self.types is None or f"{name}-accel" in self.types or name != "hvf":
            return None if self.types is None else f"{name}-accel" in self.types
        kernel = self.facts.returned("uname")
        return False if isinstance(kernel, dict) and kernel.get("sysname") != "Darwin" else None

    def _runs_own_processor(self) -> bool:
        """Whether the CPU model `host` works, which before query-accelerators only KVM and HVF give.

        x86 says it of each model; Arm refuses to expand `host` without them, which libvirt asks.
        """
        rows = self.facts.returned("query-cpu-definitions")
        rows = rows if isinstance(rows, list) else []
        host = next((row for row in rows if isinstance(row, dict) and row.get("name") == "host"), None)
        if host is None:
            return False
        lacks = host.get("unavailable-features")
        if isinstance(lacks, list):
            return "kvm" not in lacks
        asked = question("query-cpu-model-expansion", {"type": "full", "model": {"name": "host"}})
        return isinstance(self.facts.returned(asked), dict)

    @cached_property
    def arch(self) -> str | None:
        """The target architecture as query-target names it."""
        reply = self.facts.returned("query-target")
        return reply.get("arch") if isinstance(reply, dict) else None


@lru_cache(maxsize=4096)
def property_questions(kind: str) -> tuple[str, str]:
    """The two questions that list a type's properties: as a device, as any object."""
    arguments = {"typename": kind}
    return question("device-list-properties", arguments), question("qom-list-properties", arguments)


def _names(rows: Any) -> frozenset[str] | None:
    if not isinstance(rows, Iterable) or isinstance(rows, str | bytes):
        return None
    names = (row.get("name") for row in rows if isinstance(row, dict))
    return frozenset(name for name in names if isinstance(name, str))


def _is(graph: Introspection, name: str, kind: str) -> bool:
    root = graph.root(name)
    return root is not None and root.kind == kind
