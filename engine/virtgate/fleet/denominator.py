"""What several hosts have in common: a capability counts where all of them enable one path of it."""

from __future__ import annotations

from collections.abc import Sequence

from ..driver import cache
from ..driver.gates import Gates
from ..driver.verdict import PathVerdict, Verdict, write_block


def common_answers(all_gates: Sequence[Gates], hosts: Sequence[str] | None = None) -> cache.Answers:
    """The answers that hold on every one of these hosts; `hosts` are their names, else their targets are."""
    hosts = hosts or [str(gates.host.get("target")) for gates in all_gates]
    names = sorted({name for gates in all_gates for name in gates})
    targets = " & ".join(hosts)
    hypervisors = {str(gates.host.get("hypervisor")) for gates in all_gates}
    host = [
        ("hypervisor", hypervisors.pop() if len(hypervisors) == 1 else ""),
        ("target", targets),
        ("kind", "common"),
        ("because", "the common denominator of several hosts"),
    ]
    return cache.Answers(host=host, gates=[_join(name, all_gates, hosts) for name in names])


def _join(name: str, all_gates: Sequence[Gates], hosts: Sequence[str]) -> str:
    verdicts = [gates.verdict(gates.parse(name)) if name in gates else None for gates in all_gates]
    known = [verdict for verdict in verdicts if verdict is not None]
    kept_out = [(host, verdict) for host, verdict in zip(hosts, verdicts, strict=True) if not verdict]
    one = None if kept_out else _shared_path(known)
    if one is None:
        state, reason, sentence = _refusal(kept_out)
    else:
        state, reason, sentence = "enabled", one.reason, f"{one.name} is enabled on all of them"
    common = Verdict(
        id=name,
        state=state,
        reason=reason,
        path=one.name if one else None,
        present=one.present if one else None,
        title=known[0].title,
        # What would help differs from host to host.
        remedy=None,
        sentence=sentence,
        formerly=known[0].formerly,
        paths=(one,) if one else (),
    )
    return write_block(common)


def _shared_path(verdicts: Sequence[Verdict]) -> PathVerdict | None:
    name = shared_path([[row.name for row in one.paths if row.state == "enabled"] for one in verdicts])
    return next((row for row in verdicts[0].paths if row.name == name), None)


def shared_path(paths: Sequence[Sequence[str]]) -> str | None:
    """The first host's preferred path among those that every host enables."""
    common = set.intersection(*map(set, paths))
    return next((path for path in paths[0] if path in common), None)


def _refusal(kept_out: list[tuple[str, Verdict | None]]) -> tuple[str, str, str]:
    for host, verdict in kept_out:
        if verdict is None:
            return "unknown", "unknown", f"{host} was asked with data that does not know it"
        return verdict.state, verdict.reason, f"{host}: {verdict.sentence}"
    return "disabled", "unsupported", "each of them enables it, and no path of it is enabled on all of them"
