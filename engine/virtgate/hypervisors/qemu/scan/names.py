"""The names that upstream ever had, by kind: what a literal must be to be taken for one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ....upstream.history import History

_NO_DEVICE = ("-machine", "-cpu")
# What every device is, and none can be created as.
_ABSTRACT = frozenset({"device"})

_SHORTEST = 3
# Options of QEMU's that many programs have.
_COMMON = frozenset(
    {"acpi", "append", "audio", "boot", "clock", "compat", "curses", "debugcon", "dump", "enable-kvm", "help"}
    | {"initrd", "kernel", "memory", "monitor", "name", "nographic", "option-rom", "parallel", "pidfile"}
    | {"portrait", "rotate", "serial", "show-cursor", "singlestep", "snapshot", "spice", "startdate", "tftp"}
    | {"trace", "uuid", "version", "watchdog", "localtime", "runas", "chroot", "daemonize", "trace-file"}
    | {"redir", "balloon", "bios", "cpu", "display", "full-screen", "semihosting"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Every name of each kind, whichever release had it.

    `telling` are the commands whose name alone is taken for one: words joined by hyphens; `telling_options`
    those options that no other program is likely to have. `mangled` are the commands as Rust has them.
    """

    commands: frozenset[str]
    events: frozenset[str]
    hmp: frozenset[str]
    options: frozenset[str]
    devices: frozenset[str]
    telling: frozenset[str]
    telling_options: frozenset[str]
    mangled: Mapping[str, str]

    @classmethod
    def of(cls, history: History) -> Names:
        """The names in QEMU's ledgers."""
        commands = _heads(history, "qmp", "command")
        options = _heads(history, "option", "option")
        return cls(
            commands=commands,
            events=_heads(history, "qmp", "event"),
            hmp=_heads(history, "hmp", "command"),
            options=options,
            devices=frozenset(
                name for name in _heads(history, "qom", "type") - _ABSTRACT if not name.endswith(_NO_DEVICE)
            ),
            telling=frozenset(name for name in commands if "-" in name),
            mangled={name.replace("-", "_"): name for name in sorted(commands)},
            telling_options=frozenset(one for one in options - _COMMON if len(one) > _SHORTEST),
        )


def _heads(history: History, kind: str, type_: str) -> frozenset[str]:
    ledger = history.ledger(kind)
    return frozenset(atom.name for atom in ledger.heads() if atom.type == type_) if ledger else frozenset()
