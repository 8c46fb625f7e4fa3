"""Decisions as the answers that gates hold and the cache keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..conditions import View, look
from ..data import Catalog
from ..decide import Decision, PathDecision
from ..decide.proof import evidence_of
from ..decide.reasons import Reason
from ..decide.remedies import find_remedy
from ..decide.sentences import Speaker
from ..driver import cache
from ..driver.verdict import PathVerdict, Verdict, clean, write_block
from ..facts import Facts
from ..model import Host, leaves
from ..upstream.history import History
from ..upstream.status import first_ranges

# The reasons that a builder's own line may stand behind.
_CLAIMED = frozenset({Reason.NOT_BUILT, Reason.RELEASE})
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
    verdict = Verdict(
        id=decision.capability,
        state=decision.state,
        reason=str(decision.reason),
        path=decision.path,
        present=decision.present,
        title=capability.title,
        remedy=find_remedy(speaker, decision),
        sentence=speaker.gate(decision),
        formerly=capability.formerly,
        paths=tuple(_render_path(judged, speaker, one) for one in decision.paths),
    )
    return write_block(verdict)


def _render_path(judged: Judged, speaker: Speaker, one: PathDecision) -> PathVerdict:
    repository = judged.catalog.upstreams[one.path.hypervisor].repository
    said = one.claim.evidence if one.claim and one.reason in _CLAIMED else ()
    return PathVerdict(
        name=one.path.name,
        state=one.state,
        reason=str(one.reason),
        present=one.present,
        aliases=one.path.aliases,
        releases=first_ranges(one.standing, judged.history),
        where=str(one.path.where),
        evidence=(*evidence_of(one.path, one.standing, judged.history, repository), *said),
        seen=_seen(judged, one),
        sentence=speaker.path(one),
    )


def _seen(judged: Judged, one: PathDecision) -> str:
    """Every leaf that was looked at, with what was found, and what who built it says."""
    view = judged.view
    if view is None:
        return ""
    found = [
        f"{leaf}: {_FOUND[look(leaf, view)]}" for leaf in (*leaves(one.path.when), *leaves(one.path.usable))
    ]
    if one.claim is not None and one.reason in _CLAIMED:
        found.append(f"what its builder states: {_FOUND[not one.case.denied]}")
    return "; ".join(dict.fromkeys(found))
