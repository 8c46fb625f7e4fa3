"""What a driver sent to a QMP monitor: the formats it is found in, and its names in the ledgers."""

from __future__ import annotations

from ....interface.walk import places_of
from ....model import Element
from ...uses import Audit
from .libvirt_log import LibvirtLog
from .qemu_trace import QemuTrace
from .spelling import is_element, spell
from .transcript import Transcript


def _adds(element: Element) -> Element | None:
    """The type that is added by `object-add:TYPE`."""
    command, branch, name = element.name.partition(":")
    return Element(kind="qom", name=name) if command == "object-add" and branch else None


AUDIT = Audit(
    formats={"qemu": QemuTrace, "libvirt": LibvirtLog, "transcript": Transcript},
    kind="qmp",
    spell=spell,
    may_be=is_element,
    places=places_of,
    adds=_adds,
    harmless=("query-", "qmp_capabilities"),
)
