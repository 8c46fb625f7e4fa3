"""The coverage as a document: tables, the statements that no recording can check, and the limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import wrap

from .coverage import MISSES, RESTS, SIGHTS, Check, Coverage, HostCoverage, PathCoverage

_WIDTH = 110
_HEAD = (
    "What has been checked, on what, and what has not: computed from the data and the recordings in "
    "`tests/hosts/` by `PYTHONPATH=engine:tests python -m computed FOLDER`, and committed nowhere."
)
_LEGEND = (
    "*complete*, *superset*, *partial*: its elements stand in a harvested ledger, by the weakest that it "
    "needs: one that has every element of its kind and no other, one that may have more than a build, "
    "one that lacks some",
    "*commit*: its first release was typed, with the commit, because no ledger can tell",
    "*release*: its condition looks at nothing but the release, or the guest's architecture; listed below",
    "*other*: only a fork has it, or upstream rejected it",
    "*seen*: its condition held on at least one recording",
    "*absent*: its condition was looked at on a recording, and held on none",
    "*not asked*: its condition can be looked at, and was on no recording",
    "*unseeable*: no probe can see it: column *release*, old monitor commands, toolstacks that are not "
    "probed",
)
_MEANING = (
    "*target*, *machine*, *build*: the release has the path and the host has not, or cannot use it. Its "
    "guests are of another architecture; its hardware, kernel or permissions lack it; its build, or its "
    "installed packages, do. What belongs to another target and does not say so in its condition counts "
    "as *build*",
    "*besides*: the host has what its release has not: a backport, or something removed and kept",
    "*gates* are whole capabilities, with all that they need: *open* ones are enabled by the release and "
    "disabled on the host, *shut* ones the other way round",
)
_LIMITS = (
    "There are {hosts} recordings, of a few builds of one distribution and of one kernel, and several "
    "are of one build. They say how often a release alone is wrong *there*; of anybody else's builds "
    "they say nothing.",
    "Debian builds with nearly everything on, and backports little. A build that leaves more out, or a "
    "distribution that stays on one release for years, is farther from its release than these; a build of "
    "upstream's own for the target at hand is nearer.",
    "*Seen* means that the condition held once: the interface is there. The function behind it was not used; "
    "nothing here starts a guest and tries.",
    "*Absent* on all is no error, and no proof: the hardware, the package or the architecture may never have "
    "been recorded. A condition that asks for the wrong thing would look the same.",
    "A path that was seen may still have the wrong first release where its ledger is not complete: a "
    "recording of one release says nothing of another.",
    "What rests on a release alone is right of upstream's releases, and a guess about whoever backports or "
    "leaves out.",
)


def render_coverage(coverage: Coverage, titles: Mapping[str, str]) -> str:
    """The document; `titles` are the hypervisors' names."""
    return "\n\n".join((*_blocks(coverage, titles), "")).rstrip("\n") + "\n"


def _blocks(coverage: Coverage, titles: Mapping[str, str]) -> Iterator[str]:
    yield "# Coverage"
    yield _fold(_HEAD)
    yield _summary(coverage)
    yield "## What each path rests on, and where it was seen"
    yield _fold(
        "A path is counted once for what says that upstream has it, and once for what recordings say of it."
    )
    yield _bullets(_LEGEND)
    for hypervisor in sorted(titles, key=lambda one: (one != "qemu", one)):
        paths = [one for one in coverage.paths if one.hypervisor == hypervisor]
        hosts = sum(one.hypervisor == hypervisor for one in coverage.hosts)
        if paths:
            yield f"### {titles[hypervisor]}: {_count(hosts, 'recording')}"
            yield _path_table(paths)
    yield "## How often a release alone would have been wrong"
    yield from _release_blocks(coverage)
    yield "## What rests on a release alone"
    yield from _alone_blocks(coverage)
    yield "## What no recording has"
    yield from _absent_blocks(coverage, titles)
    yield "## What this does not say"
    yield _bullets(text.format(hosts=len(coverage.hosts)) for text in _LIMITS)


def _summary(coverage: Coverage) -> str:
    paths, checks = coverage.paths, _checks(coverage.hosts)
    rests, sights = Counter(one.rests for one in paths), Counter(one.sight for one in paths)
    misses = Counter(one.miss for one in checks)
    wrong = len(checks) - misses[None]
    gates, opened, closed = (
        sum(getattr(one, name) for one in coverage.hosts) for name in ("gates", "opened", "closed")
    )
    ledgered = rests["complete"] + rests["superset"] + rests["partial"]
    told = (
        f"{len({one.capability for one in paths})} capabilities have {len(paths)} paths.",
        f"{ledgered} paths rest on a ledger ({rests['complete']} on complete ones only), "
        f"{rests['commit']} on a",
        f"typed commit, {rests['release']} on a release alone. {sights['present']} were seen on a recording,",
        f"{sights['absent']} were looked for and never found, {sights['unlooked']} were looked for on none,",
        f"and {sights['unseeable']} no probe can see. A driver that went by the release alone would be wrong",
        f"about a path in {wrong} of {len(checks)} cases on these recordings ({_share(wrong, len(checks))});",
        f"one that also knew what each target has, in {wrong - misses['target']}",
        f"({_share(wrong - misses['target'], len(checks))}). About a capability the release alone would be",
        f"wrong in {opened + closed} of {gates} ({_share(opened + closed, gates)}): {opened} times it would",
        f"promise what is not there, {closed} times deny what is.",
    )
    return _fold(" ".join(told))


def _path_table(paths: Sequence[PathCoverage]) -> str:
    areas: dict[str, list[PathCoverage]] = {}
    for one in paths:
        areas.setdefault(one.area, []).append(one)
    head = ("area", "capabilities", "paths", *RESTS[:-1], "other", "seen", "absent", "not asked", "unseeable")
    rows = [_path_row(area, areas[area]) for area in sorted(areas)]
    return _table(head, [*rows, _path_row("all", paths)])


def _path_row(title: str, paths: Sequence[PathCoverage]) -> tuple[object, ...]:
    rests = Counter(one.rests for one in paths)
    sights = Counter(one.sight for one in paths)
    ids = len({one.capability for one in paths})
    return (title, ids, len(paths), *(rests[one] for one in RESTS), *(sights[one] for one in SIGHTS))


def _release_blocks(coverage: Coverage) -> Iterator[str]:
    checked = [one for one in coverage.hosts if not one.newer]
    beyond = [one.name for one in coverage.hosts if one.newer]
    checks = _checks(checked)
    misses = Counter(one.miss for one in checks)
    yield _fold(
        "Each path that can be looked at, held against the release that the recorded host says it is:"
    )
    yield _bullets(_MEANING)
    if beyond:
        yield _fold(f"Beyond the ledger, and so not counted: {', '.join(beyond)}.")
    head = ("recording", "paths", *MISSES, "wrong", "gates", "open", "shut", "wrong gates")
    yield _table(head, [_host_row(one) for one in checked])
    wrong = {(one.capability, one.path) for one in checks if one.miss}
    right = {(one.capability, one.path) for one in checks if one.promised and not one.miss}
    told = ", ".join(f"{misses[miss]} {miss}" for miss in MISSES)
    yield _fold(
        f"Wrong in all: {len(checks) - misses[None]} of {len(checks)} ({told}). {len(wrong)} different "
        f"paths are wrong somewhere, and {len(wrong - right)} of them wherever the release has them. By "
        "area, the worst first:"
    )
    yield _area_table(checks)


def _host_row(one: HostCoverage) -> tuple[object, ...]:
    misses = Counter(check.miss for check in one.checks)
    wrong = len(one.checks) - misses[None]
    return (
        *(one.name, len(one.checks), *(misses[miss] for miss in MISSES), _share(wrong, len(one.checks))),
        *(one.gates, one.opened, one.closed, _share(one.opened + one.closed, one.gates)),
    )


def _area_table(checks: Sequence[Check]) -> str:
    areas: dict[str, list[Check]] = {}
    for one in checks:
        areas.setdefault(one.area, []).append(one)
    rows = []
    for area, group in areas.items():
        misses = Counter(one.miss for one in group)
        wrong = len(group) - misses[None]
        rows.append((wrong / len(group), area, group, misses, wrong))
    ordered = sorted(rows, key=lambda row: (-row[0], row[1]))
    return _table(
        ("area", "cases", *MISSES, "wrong"),
        [
            (area, len(group), *(misses[miss] for miss in MISSES), _share(wrong, len(group)))
            for _, area, group, misses, wrong in ordered
        ],
    )


def _alone_blocks(coverage: Coverage) -> Iterator[str]:
    alone = [one for one in coverage.paths if one.rests == "release"]
    yield _fold(
        f"{len(alone)} paths are concluded from the release, or the guest's architecture, and from "
        "nothing that a probe could see: upstream's introspection does not tell them. On a host whose "
        "builder backports, or leaves out, they may be wrong, and no recording can say so."
    )
    yield "\n".join(
        f"- `{one.capability}` through {one.path}: {one.condition}{_evidence(one)}" for one in alone
    )
    parted = [one for one in coverage.paths if one.parted]
    if parted:
        yield _fold(
            "One way of several, for releases in which nothing could be asked, is a release alone in:"
        )
        yield "\n".join(f"- `{one.capability}` through {one.path}: {one.condition}" for one in parted)
    typed = [one for one in coverage.paths if one.sight == "unseeable" and one.rests != "release"]
    counts = Counter(one.hypervisor for one in typed)
    told = ", ".join(f"{counts[name]} of {name}" for name in sorted(counts))
    yield _fold(
        f"{len(typed)} further paths no probe can see ({told}). They are ledgered or carry a commit, and "
        "a driver meets them only where it already knows the release."
    )


def _absent_blocks(coverage: Coverage, titles: Mapping[str, str]) -> Iterator[str]:
    for hypervisor in sorted(titles, key=lambda one: (one != "qemu", one)):
        for sight, told in (("absent", "looked for and found on none"), ("unlooked", "looked for on none")):
            names = [
                f"{one.capability} ({one.path})"
                for one in coverage.paths
                if one.hypervisor == hypervisor and one.sight == sight
            ]
            if names:
                yield _fold(f"{titles[hypervisor]}, {len(names)} {told}: {', '.join(names)}.")


def _checks(hosts: Iterable[HostCoverage]) -> list[Check]:
    return [check for host in hosts for check in host.checks]


def _evidence(one: PathCoverage) -> str:
    return f" ({', '.join(one.evidence)})" if one.evidence else " (no commit)"


def _share(some: int, of: int) -> str:
    return f"{100 * some / of:.1f} %" if of else "-"


def _count(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _fold(text: str) -> str:
    return "\n".join(wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False))


def _bullets(texts: Iterable[str]) -> str:
    return "\n".join(_fold(f"- {text}").replace("\n", "\n  ") for text in texts)


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table: words on the left, numbers on the right, and nothing for none."""
    lines = [" | ".join(head), "|".join(("---", *("--:" for _ in head[1:])))]
    lines += [" | ".join("" if cell == 0 else str(cell) for cell in row) for row in rows]
    return "\n".join(f"|{line}|" if line.startswith("---") else f"| {line} |" for line in lines)
