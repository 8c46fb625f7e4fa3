"""What hosts have in common, as text and as a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..fleet.questions import Group
from ..fleet.sharing import Alike, Shared
from .documents import FORMAT
from .fleets import Answer, group_lines, indented
from .paint import Paint
from .tables import PAGE, columns

_FEW = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Upgraded:
    """What hosts would have in common after an upgrade of those below a release, which are `hosts`."""

    release: str
    hosts: int
    shared: Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One hypervisor's hosts, and what they have in common now and after an upgrade."""

    hypervisor: str
    several: Sequence[Alike]
    shared: Shared
    upgraded: Upgraded | None = None

    @property
    def hosts(self) -> int:
        """How many hosts there are."""
        return sum(len(one.names) for one in self.several)

    @property
    def freed(self) -> list[str]:
        """What only the upgrade would make common."""
        return (
            [one for one in self.upgraded.shared.enabled if one not in self.shared.enabled]
            if self.upgraded
            else []
        )

    @property
    def lost(self) -> list[str]:
        """What the upgrade would end."""
        return (
            [one for one in self.shared.enabled if one not in self.upgraded.shared.enabled]
            if self.upgraded
            else []
        )


def show_shared(fleet: str, sections: Sequence[Section], paint: Paint) -> Answer:
    """What the hosts of a FLEET have in common, by hypervisor."""
    return Answer(
        document={"format": FORMAT, "fleet": fleet, "hypervisors": [_document(one) for one in sections]},
        head=("hypervisor", "id", "path", "kept_out_by"),
        rows=[
            *(
                (one.hypervisor, name, path, 0)
                for one in sections
                for name, path in one.shared.enabled.items()
            ),
            *(
                (one.hypervisor, name, None, _count(one.several, division.places))
                for one in sections
                for division in one.shared.divided
                for name in division.reasons
            ),
        ],
        lines=[line for one in sections for line in _lines(one, paint)],
    )


def _document(section: Section) -> dict[str, Any]:
    told: dict[str, Any] = {
        "hypervisor": section.hypervisor,
        "hosts": section.hosts,
        "enabled": [{"id": name, "path": path} for name, path in section.shared.enabled.items()],
        "divided": [
            {
                "hosts": _count(section.several, division.places),
                "groups": [
                    {"hypervisor": one.of[0], "build": " ".join(one.of[1:]), "hosts": one.hosts}
                    for one in find_builds(section.several, division.places)
                ],
                "capabilities": [
                    {"id": name, "reasons": list(dict.fromkeys(reasons))}
                    for name, reasons in division.reasons.items()
                ],
            }
            for division in section.shared.divided
        ],
        "nowhere": list(section.shared.nowhere),
    }
    if section.upgraded is not None:
        upgraded = {"release": section.upgraded.release, "hosts": section.upgraded.hosts}
        told["upgraded"] = {**upgraded, "freed": section.freed, "lost": section.lost}
    return told


def _count(several: Sequence[Alike], places: Iterable[int]) -> int:
    return sum(len(several[at].names) for at in places)


def find_builds(several: Sequence[Alike], places: Iterable[int]) -> list[Group]:
    """The hosts at these places by hypervisor, release, and who built it; most first."""
    counts: Counter[tuple[str, ...]] = Counter()
    for at in places:
        one = several[at]
        counts[tuple(filter(None, (one.hypervisor, one.release, one.downstream)))] += len(one.names)
    return [
        Group(of=of, hosts=hosts) for of, hosts in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    ]


def _lines(section: Section, paint: Paint) -> Iterator[str]:
    several = section.several
    yield paint(f"{section.hypervisor}: {section.hosts} host{'s' * (section.hosts != 1)}", "bold")
    yield from group_lines(find_builds(several, range(len(several))), "  ")
    yield from shared_lines(several, section.shared, paint)
    if section.upgraded is not None:
        release, hosts = section.upgraded.release, section.upgraded.hosts
        title = f"with {section.hypervisor} {release} on the {hosts} that are older"
        yield paint(f"{title}: {len(section.freed)} freed, {len(section.lost)} lost", "bold")
        for mark, names in (("+", section.freed), ("-", section.lost)):
            yield from indented(f"{mark} {', '.join(names)}", "") if names else ()


def shared_lines(several: Sequence[Alike], shared: Shared, paint: Paint) -> Iterator[str]:
    """What is common, then what is not by who keeps it out: by their names where they are few."""
    hosts = sum(len(one.names) for one in several)
    yield paint(f"enabled on all {hosts}: {len(shared.enabled)}", "bold")
    yield from (f"+ {line}" for line in columns(list(shared.enabled.items()), width=PAGE))
    yield from divided_lines(several, shared, paint)


def divided_lines(several: Sequence[Alike], shared: Shared, paint: Paint) -> Iterator[str]:
    """What some hosts keep out, and how much none has."""
    divided = [name for one in shared.divided for name in one.reasons]
    yield paint(f"kept out by some: {len(divided)}", "bold")
    width = max(map(len, divided), default=0)
    for division in shared.divided:
        yield from _title(several, division.places, len(division.reasons), paint)
        rows = [(f"- {name:<{width}}", _cell(reasons)) for name, reasons in division.reasons.items()]
        yield from columns(rows, width=PAGE)
    yield f"on none of them: {len(shared.nowhere)}"


def _title(several: Sequence[Alike], places: Sequence[int], count: int, paint: Paint) -> Iterator[str]:
    # Each host enables it through a path of its own, and a driver would have to write all of them.
    if not places:
        yield paint(f"by none alone, as each has another path: {count}", "bold")
        return
    names = [name for at in places for name in several[at].names]
    title = f"by {' and '.join(names)}: {count}"
    if len(names) <= _FEW and (len(title) <= PAGE or len(several) <= 2 * _FEW):
        yield paint(title, "bold")
    else:
        yield paint(f"by {len(names)} hosts: {count}", "bold")
        yield from group_lines(find_builds(several, places), "    ")


def _cell(reasons: Sequence[str]) -> str:
    """The reasons, each once where they are the same for all, or where hosts are many."""
    apart = dict.fromkeys(reasons)
    # One reason a host, in the hosts' order, while they are few enough to be counted off.
    return "; ".join(apart if len(apart) == 1 or len(reasons) > _FEW else reasons)


def sections_of(several: Iterable[Alike]) -> Mapping[str, list[Alike]]:
    """Hosts by their hypervisor; the one that most run comes first."""
    found: dict[str, list[Alike]] = {}
    for one in several:
        found.setdefault(one.hypervisor, []).append(one)
    # The name breaks a tie, so that the same fleet gives the same text.
    order = sorted(found, key=lambda name: (-sum(len(one.names) for one in found[name]), name))
    return {name: found[name] for name in order}
