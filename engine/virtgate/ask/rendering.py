"""Decisions as the plain rows that gates hold and the cache keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..conditions import View, look
from ..data import Catalog
from ..decide import Decision, PathDecision
from ..decide.sentences import Speaker, evidence_of
from ..driver import cache
from ..facts import Facts
from ..model import Host, leaves
from ..upstream.history import History
from ..upstream.status import first_ranges

# The reasons that a builder's own line may stand behind.
_CLAIMED = frozenset({"not-built", "release"})
_FOUND = {True: "yes", False: "no", None: "not seen"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One host's facts, what it was taken for, and every decision."""

    facts: Facts | None
    host: Host
    decisions: Mapping[str, Decision]
    catalog: Catalog
    history: History
    view: View | None


def render(
    judged: Judged, *, fingerprint: list[str] | None = None, key: cache.Key | None = None
) -> cache.Answers:
    """Decisions as the rows that gates are made of."""
    speaker = Speaker(judged.catalog, judged.host, judged.history, hostless=judged.facts is None)
    gates = [_render_gate(judged, speaker, one) for one in judged.decisions.values()]
    return cache.Answers(host=_render_host(judged), gates=gates, fingerprint=fingerprint, key=key)


def _render_host(judged: Judged) -> list[tuple[str, str]]:
    host = judged.host
    fields = (
        *("hypervisor", "target", "version", "release", "kind", "downstream", "evr"),
        *("package", "driver", "accel", "arch", "because"),
    )
    rows = [(name, clean(str(getattr(host, name) or ""))) for name in fields]
    return [*rows, ("title", clean(judged.catalog.upstreams[host.hypervisor].title))]


def _render_gate(judged: Judged, speaker: Speaker, decision: Decision) -> str:
    capability = judged.catalog.capabilities[decision.capability]
    head = [
        *(decision.capability, decision.state, decision.reason, decision.path or ""),
        *(_spell(decision.present), capability.title, speaker.remedy(decision) or "", speaker.gate(decision)),
        *([" ".join(capability.formerly)] if capability.formerly else ()),
    ]
    rows = ["\t".join(map(clean, head))]
    for one in decision.paths:
        aliases = " ".join(f"{who}={','.join(names)}" for who, names in sorted(one.path.aliases.items()))
        ranges = first_ranges(one.standing, judged.history)
        repository = judged.catalog.upstreams[one.path.hypervisor].repository
        said = one.claim.evidence if one.claim and one.reason in _CLAIMED else ()
        evidence = "; ".join((*evidence_of(one.path, one.standing, judged.history, repository), *said))
        row = [
            *(one.path.name, one.state, one.reason, _spell(one.present), aliases),
            *(ranges, str(one.path.where), evidence, _seen(judged, one), speaker.path(one)),
        ]
        rows.append("\t".join(map(clean, row)))
    return "\n".join(rows)


def _seen(judged: Judged, one: PathDecision) -> str:
    """Every leaf that was looked at, with what was found, and what who built it says."""
    view = judged.view
    if view is None:
        return ""
    found = [
        f"{leaf}: {_FOUND[look(leaf, view)]}" for leaf in (*leaves(one.path.when), *leaves(one.path.usable))
    ]
    if one.claim is not None and one.reason in _CLAIMED:
        found.append(f"its builder's own line: {_FOUND[not one.case.denied]}")
    return "; ".join(dict.fromkeys(found))


def _spell(present: bool | None) -> str:
    return "null" if present is None else str(present).lower()


def clean(text: str) -> str:
    """Text in one line without the marks that part rows and columns, and without a terminal's commands."""
    if text.isprintable():
        return text
    return " ".join("".join(one if one.isprintable() or one.isspace() else "\ufffd" for one in text).split())
