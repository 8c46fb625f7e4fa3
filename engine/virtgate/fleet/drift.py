"""What changed from one collection of a fleet to a later one, by groups of hosts that changed alike."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from .matching import HOST_FIELDS
from .questions import Fleet

# A capability as it was and as it is: state, reason and path; None where it was not known.
Change = tuple[tuple[str, ...] | None, tuple[str, ...] | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """Hosts that were one thing and are another, and what that did to their capabilities."""

    names: tuple[str, ...]
    before: Mapping[str, str | None]
    after: Mapping[str, str | None]
    changes: Mapping[str, Change]

    def having(self, *, before: bool, after: bool) -> list[str]:
        """The capabilities that were enabled before, and are after, or are not."""
        return [
            name
            for name, (then, now) in self.changes.items()
            if (_is_enabled(then), _is_enabled(now)) == (before, after)
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """How many hosts are as they were, and who is not."""

    same: int
    changed: tuple[Changed, ...]
    gone: tuple[str, ...]
    new: tuple[str, ...]

    @property
    def is_none(self) -> bool:
        """Whether nothing changed."""
        return not (self.changed or self.gone or self.new)


def find_drift(old: Fleet, new: Fleet) -> Drift:
    """What changed. Hosts are the same that have the same name and hypervisor; one with a problem is gone."""
    before, after = _decisions(old), _decisions(new)
    both = [key for key in before if key in after]
    moved: dict[tuple[str, str], list[str]] = {}
    for key in both:
        # A decision's id is a sum of all that it says: equal ids need no look at a thousand verdicts.
        if before[key] != after[key]:
            moved.setdefault((before[key], after[key]), []).append(key[0])
    then, now = _said(old, {one for one, _ in moved}), _said(new, {one for _, one in moved})
    changed = [
        Changed(
            names=tuple(sorted(names)),
            before=then[first][0],
            after=now[second][0],
            changes=_compare(then[first][1], now[second][1]),
        )
        for (first, second), names in moved.items()
    ]
    return Drift(
        same=len(both) - sum(len(one.names) for one in changed),
        changed=tuple(sorted(changed, key=lambda one: (-len(one.names), one.names))),
        gone=tuple(sorted(key[0] for key in before if key not in after)),
        new=tuple(sorted(key[0] for key in after if key not in before)),
    )


def _decisions(fleet: Fleet) -> dict[tuple[str, str], str]:
    rows = fleet.rows("SELECT host, hypervisor, decision FROM members JOIN weights USING (decision)")
    return {(host, hypervisor): decision for host, hypervisor, decision in rows}


_Said = tuple[dict[str, str | None], dict[str, tuple[str, ...]]]


def _said(fleet: Fleet, decisions: set[str]) -> dict[str, _Said]:
    """Who a decision is of, and what it says of each capability."""
    fields = ", ".join(HOST_FIELDS)
    found: dict[str, _Said] = {}
    for decision, name, state, reason, path, *host in fleet.rows(
        f"SELECT decision, id, state, reason, path, {fields} FROM decided "
        "WHERE decision IN (SELECT unnest(?::VARCHAR[])) ORDER BY id",
        [list(decisions)],
    ):
        told = found.setdefault(decision, (dict(zip(HOST_FIELDS, host, strict=True)), {}))[1]
        told[name] = (state, reason, *([path] if path else []))
    return found


def _compare(then: Mapping[str, tuple[str, ...]], now: Mapping[str, tuple[str, ...]]) -> dict[str, Change]:
    return {
        name: (then.get(name), now.get(name))
        for name in sorted({*then, *now})
        if then.get(name) != now.get(name)
    }


def _is_enabled(said: tuple[str, ...] | None) -> bool:
    return said is not None and said[0] == "enabled"
