"""A plan of upgrades, as text, as a table and as a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..fleet.plan import Plan, Upgrade
from .documents import FORMAT, pick
from .fleets import Answer, indented


def show_plan(fleet: str, ids: Sequence[str], plan: Plan, *, hosts: bool) -> Answer:
    """Who must be upgraded to what, by groups."""
    return Answer(
        document={
            "format": FORMAT,
            "fleet": fleet,
            "ids": list(ids),
            "ready": plan.ready,
            "apart": plan.apart,
            "upgrades": [
                {
                    **_document(one, hosts=hosts),
                    "to": one.release,
                    "backport": one.backport,
                    "shipped": _shipped_document(one),
                }
                for one in plan.upgrades
            ],
            "stuck": [_document(one, hosts=hosts) for one in plan.stuck],
        },
        head=("hosts", "hypervisor", "downstream", "from", "to", "package", "lacking"),
        rows=[
            (
                *(len(one.names), one.hypervisor, one.downstream, one.current, one.release),
                *("; ".join(_ways(one)) if one.release else None, _spell(one.lacking)),
            )
            for one in (*plan.upgrades, *plan.stuck)
        ],
        lines=list(_lines(ids, plan, hosts=hosts)),
    )


def _document(one: Upgrade, *, hosts: bool) -> dict[str, Any]:
    told = {
        "hypervisor": one.hypervisor,
        "downstream": one.downstream,
        "from": one.current,
        "hosts": len(one.names),
        "lacking": [{"id": name, "reason": reason} for name, reason in one.lacking.items()],
    }
    return {**told, "names": list(one.names)} if hosts else told


def _shipped_document(one: Upgrade) -> dict[str, Any] | None:
    shipped = one.shipped
    if shipped is None:
        return None
    return {
        "distribution": shipped.title,
        **pick(shipped, "release", "ships", "evidence"),
    }


def _spell(lacking: Mapping[str, str]) -> str:
    return ", ".join(f"{name} ({reason})" for name, reason in lacking.items())


def _ways(one: Upgrade) -> Iterator[str]:
    """How a distribution brings it, as far as the data say."""
    if one.backport is not None:
        yield f"{one.downstream}'s package {one.backport} has it in {one.current} already"
    if one.shipped is not None:
        first = one.shipped.evidence[:1]
        yield f"{one.shipped.title} {one.shipped.release} ships {one.shipped.ships} ({'; '.join(first)})"


def _lines(ids: Sequence[str], plan: Plan, *, hosts: bool) -> Iterator[str]:
    upgraded = sum(len(one.names) for one in plan.upgrades)
    stuck = sum(len(one.names) for one in plan.stuck)
    yield from indented(f"so that every host has {', '.join(ids)}:", "")
    # A capability of QEMU's is nothing that a host of Xen could be upgraded to.
    apart = f", {plan.apart} of other hypervisors" if plan.apart else ""
    yield f"{plan.ready} have it, {upgraded} to be upgraded, {stuck} that no upgrade helps{apart}"
    for one in plan.upgrades:
        yield from indented(f"{_who(one)}: to {one.release} or later", "  ")
        yield from _details(one, hosts=hosts)
        for way in _ways(one):
            yield from indented(way, "      ")
    for host in plan.stuck:
        yield from indented(f"{_who(host)}: no upgrade helps", "  ")
        yield from _details(host, hosts=hosts)


def _who(one: Upgrade) -> str:
    build = " ".join(filter(None, (one.hypervisor, one.current, one.downstream)))
    return f"{len(one.names)} host{'s' * (len(one.names) != 1)} with {build}"


def _details(one: Upgrade, *, hosts: bool) -> Iterator[str]:
    yield from indented(f"lacking {_spell(one.lacking)}", "      ")
    if hosts:
        yield from indented(", ".join(one.names), "      ")
