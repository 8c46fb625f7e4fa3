"""KVM as the engine sees it: the kernel's own device, and the kernel's version."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...conditions.kind import View
from ...data import Catalog
from ...driver import system
from ...facts.forms import is_number
from ...facts.machine import kernel_release, kvm_extension
from ...upstream.history import History
from ...versions import Version, parse_linux
from ..protocol import Hypervisor, Listed, Sort, harvest_of, scanner_of
from . import probe

_MOST_CAPABILITIES = 1024


def _identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    release = kernel_release(view.facts)
    try:
        return parse_linux(release)[0] if release else None, release
    except ValueError:
        return None, release


def _find() -> Iterable[str]:
    return ("kvm",) if system.is_there("/dev/kvm") or system.is_folder("/sys/module/kvm") else ()


def _list_shown(view: View, history: History, release: Version) -> Iterator[Listed]:
    named: dict[int, str] = {}
    # A number that was given twice is what the release has it for.
    for atom in sorted(history.ledger("cap") or (), key=lambda one: release not in one.parsed_ranges):
        named.setdefault(int(atom.type) if atom.type.isdigit() else -1, atom.name)
    found = (
        named.get(number, f"KVM_CAP_{number}")
        for number in range(_MOST_CAPABILITIES)
        if any(kvm_extension(view.facts, number, on) for on in ("device", "vm"))
    )
    yield Listed(ledger="cap", kind="capability", names={name: {} for name in found})


HYPERVISOR = Hypervisor(
    name="kvm",
    sorts=(
        Sort(
            name="kvm",
            identity=("KVM_GET_API_VERSION", "uname", "os-release", "cpu"),
            claims=lambda text: text == "kvm",
            find=_find,
            ask=lambda asking: probe.ask([*(probe.everything() if asking.whole else ()), *asking.questions]),
        ),
    ),
    forms={"KVM_CHECK_EXTENSION": is_number, "KVM_GET_API_VERSION": is_number},
    identify=_identify,
    list_shown=_list_shown,
    scanner=scanner_of(__package__),
    harvest=harvest_of(__package__),
    package="linux",
)
