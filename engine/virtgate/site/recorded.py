"""Recorded hosts, decided once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from pathlib import Path

from ..ask.answering import answer_recording
from ..data import Catalog
from ..driver.errors import VirtgateError
from ..driver.gates import Gates
from ..driver.policy import Policy
from ..driver.verdict import Verdict, clean
from ..faces.tables import is_no_concern
from ..versions import parse_release
from .addresses import page
from .marks import Mark, mark_of

_RECORDINGS = ("*.json", "*.json.xz", "*.replies", "*.replies.xz")
_NUMBER = re.compile(r"\d+(?:\.\d+)*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One recorded host with its verdicts; `system` is the distribution's release, where it is known.

    `kind` is what hosts have in common that are the same but for their versions.
    """

    name: str
    source: str
    gates: Gates
    verdicts: Mapping[str, Verdict]
    marks: Mapping[str, Mark]
    system: str

    @property
    def hypervisor(self) -> str:
        return str(self.gates.host["hypervisor"])

    @property
    def address(self) -> str:
        return page("host", self.name)

    @property
    def version(self) -> str:
        return self.gates.host.get("version") or ""

    @property
    def kind(self) -> str:
        return f"{self.hypervisor} {self.name.replace(self.version, '')}"

    @property
    def title(self) -> str:
        """`Debian 12 (bookworm): QEMU 7.2.22, x86_64, kvm`."""
        host = self.gates.host
        told = [f"{host.get('title')} {self.version}".strip(), host.get("arch"), host.get("accel")]
        return f"{self.system}: {', '.join(filter(None, told))}"


def read_hosts(
    folders: Iterable[str], catalog: Catalog, data: str | None
) -> Iterator[Recorded | VirtgateError]:
    """Every recording below some folders, each with its verdicts, or why it has none."""
    names: set[str] = set()
    files = ({path for form in _RECORDINGS for path in Path(one).rglob(form)} for one in folders)
    for path in chain.from_iterable(map(sorted, files)):
        try:
            gates = Gates(answer_recording(str(path), Policy(), data=data))
        except VirtgateError as error:
            yield error
            continue
        name = clean(path.parent.name if path.name.startswith("host.") else path.name)
        # Two folders may have a host of one name, and each has a page.
        while name in names:
            name += "-too"
        names.add(name)
        yield _read(name, str(path), gates, catalog)


def _read(name: str, source: str, gates: Gates, catalog: Catalog) -> Recorded:
    verdicts = (gates.verdict(one) for one in gates)
    concern: dict[str, Verdict] = {one.id: one for one in verdicts if not is_no_concern(one)}
    marks = {one: mark_of(verdict.state, verdict.reason) for one, verdict in concern.items()}
    return Recorded(
        name=name,
        source=source,
        gates=gates,
        verdicts=concern,
        marks=marks,
        system=_name_system(gates, catalog),
    )


def _name_system(gates: Gates, catalog: Catalog) -> str:
    """The distribution's release that ships this version, else who built it."""
    host = gates.host
    hypervisor, downstream = str(host.get("hypervisor")), host.get("downstream")
    for one in catalog.distributions.get(hypervisor, ()):
        if one.distribution == downstream and _is_branch(host.get("version") or "", one.ships):
            return f"{one.title} {one.release}"
    known = catalog.downstreams.get(hypervisor, {}).get(downstream or "")
    return known.title if known else "Upstream" if host.get("kind") == "upstream" else "Unknown builder"


def _is_branch(version: str, ships: str) -> bool:
    return version == ships or version.startswith(f"{'.'.join(ships.split('.')[:2])}.")


def neighbours(hosts: Iterable[Recorded]) -> Iterator[tuple[Recorded, Recorded]]:
    """Pairs of hosts that are the same but for their versions, each with the next newer one."""
    for _, same in groupby(sorted(hosts, key=lambda one: one.kind), key=lambda one: one.kind):
        yield from pairwise(sorted(same, key=lambda one: order_version(one.version)))


def order_version(version: str) -> tuple[int, ...]:
    found = _NUMBER.match(version)
    return parse_release(found[0]).release if found and "." in found[0] else ()
