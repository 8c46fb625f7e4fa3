"""Which upstream release a host is judged by, and who built it; the same rules for every hypervisor."""

from __future__ import annotations

import re
from collections.abc import Iterable

from .conditions import View, look
from .data import Catalog
from .facts import Facts
from .facts.folders import find_hypervisor
from .facts.machine import os_release
from .model import Downstream, Host, HostKind, Upstream
from .upstream.history import History
from .upstream.releases import Release
from .versions import Version

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CHANGESET = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) \d\d:\d\d:\d\d (?P<year>\d{4})\b"
)


def match_host(facts: Facts, catalog: Catalog, history: History) -> Host:
    """The host that the facts describe; `release` is None when the version cannot be read."""
    own = find_hypervisor(facts.hypervisor)
    version, package = _told_version(facts, catalog, history)
    release = _judging(version, facts, catalog, history)
    newer = _is_newer(release, history)
    view = View(facts, own.spell(release, history) if release else None)
    downstream, evr, because = _find_downstream(view, package, catalog)
    fit = own.fit(version, release, package)
    built = release is not None and fit != "misfit" and _is_own_build(version, package, catalog, view)
    snapshot = bool(version and (version.is_snapshot or version.pre)) or (built and fit == "snapshot")
    foreign = None
    if built and release is not None and not newer and not downstream:
        foreign = own.find_foreign(view, history, release, snapshot)
    kind = _kind(downstream, built, foreign, facts)
    return Host(
        hypervisor=facts.hypervisor,
        target=facts.target,
        version=own.spell(version, history) if version else None,
        release=own.spell(release, history) if release else None,
        kind=kind,
        downstream=downstream.name if downstream else None,
        evr=evr,
        driver=downstream.driver if downstream else None,
        package=package,
        newer=newer,
        snapshot=snapshot,
        accel=own.accel(view),
        arch=own.arch(view),
        because=(because or _why(kind, package, foreign)) + own.note(view),
    )


def _told_version(facts: Facts, catalog: Catalog, history: History) -> tuple[Version | None, str | None]:
    """The version and the package string, from the caller's claims or from the host's answers."""
    own = find_hypervisor(facts.hypervisor)
    if "release" not in facts.claims:
        version, package = own.identify(View(facts), catalog, history)
        return version, package
    try:
        return own.parse(facts.claims["release"]), facts.claims.get("package")
    except ValueError:
        return None, facts.claims.get("package")


def _judging(version: Version | None, facts: Facts, catalog: Catalog, history: History) -> Version | None:
    """The release that a version is judged by."""
    own = find_hypervisor(facts.hypervisor)
    if version is None or not version.is_ambiguous:
        found: Version | None = version and own.stand_in(version, history)
        return found
    changeset = own.fields(View(facts)).get("xen_changeset", "")
    return _find_target(version, changeset, catalog.upstreams.get(facts.hypervisor), history)


def _find_target(
    version: Version, changeset: str, upstream: Upstream | None, history: History
) -> Version | None:
    """The release that an ambiguous snapshot led to; None where its changeset does not say.

    Several development trees called themselves alike. Each became the next release that was cut from it
    after the changeset's day: the first release of a branch, or any release of 3.0.
    """
    known = upstream.snapshots if upstream else ()
    said = next((one for one in known if one.says == f"{version.branch}-{version.pre}"), None)
    if said is None:
        return None
    day = _day_of(changeset)
    if day is not None and not said.first <= day < said.end:
        return None
    made = [one for one in history.releases if not one.version.is_point or one.version.branch == "3.0"]
    targets = [_first_after(one, made) for one in ((said.first, said.end) if day is None else (day,))]
    return targets[0] if len(set(targets)) == 1 else None


def _first_after(day: str, made: Iterable[Release]) -> Version | None:
    dated = [one for one in made if one.date is not None and one.date.isoformat() >= day]
    return min(dated, key=lambda one: str(one.date)).version if dated else None


def _day_of(changeset: str) -> str | None:
    """The day in a changeset of xen/Makefile: `Tue Oct 10 12:00:00 2006 +0100 11774:8cf0dd2c9d3b`."""
    found = _CHANGESET.match(changeset.strip())
    if found is None or found["month"] not in _MONTHS:
        return None
    return f"{found['year']}-{_MONTHS.index(found['month']) + 1:02}-{int(found['day']):02}"


def _find_downstream(
    view: View, package: str | None, catalog: Catalog
) -> tuple[Downstream | None, str | None, str]:
    """Who built it, by the package string, else by a marker, else by the names of its machine types.

    The operating system comes last, and only where it and the hypervisor are one product.
    """
    known = catalog.downstreams.get(view.facts.hypervisor, {}).values()
    for downstream in known if package else ():
        for pattern in downstream.package:
            found = re.search(pattern, package or "")
            if found:
                evr = found.groupdict().get("evr")
                return downstream, evr, f"its package string is '{package}'"
    for downstream in known:
        for marker in downstream.markers:
            if look(marker, view):
                return downstream, None, f"it has {marker}"
    machines = view.own.machines or {}
    for downstream in known:
        for name in machines:
            if any(re.search(pattern, name) for pattern in downstream.machines):
                return downstream, None, f"it has machine type {name}"
    return _find_by_system(view, known)


def _find_by_system(view: View, known: Iterable[Downstream]) -> tuple[Downstream | None, str | None, str]:
    """Who built it, by the fields that say so, else by the os-release of its control domain."""
    own = find_hypervisor(view.facts.hypervisor)
    fields, system = own.fields(view), os_release(view.facts) or {}
    for downstream in known:
        lines = {name: _find_line(wanted, fields.get(name, "")) for name, wanted in downstream.says.items()}
        if lines and None not in lines.values():
            told = ", ".join(f"{name} is '{line}'" for name, line in lines.items())
            return downstream, None, f"its {told}"
    if not own.is_control_domain(view):
        return None, None, ""
    for downstream in known:
        wanted = downstream.os_release
        if wanted and all(system.get(key) in _as_texts(value) for key, value in wanted.items()):
            told = ", ".join(f"{key} is '{system[key]}'" for key in wanted)
            return downstream, None, f"the {told} in its os-release"
    return None, None, ""


def _find_line(patterns: Iterable[str], text: str) -> str | None:
    """The line of a text in which one of the patterns is found."""
    for pattern in patterns:
        if found := re.search(pattern, text):
            end = text.find("\n", found.end())
            return text[text.rfind("\n", 0, found.start()) + 1 : None if end < 0 else end]
    return None


def _as_texts(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,)


def _is_own_build(version: Version | None, package: str | None, catalog: Catalog, view: View) -> bool:
    """Whether the package string is that of upstream's own build; a claim without one does not count."""
    upstream = catalog.upstreams.get(view.facts.hypervisor)
    if view.facts.claims and package is None:
        return False
    if not find_hypervisor(view.facts.hypervisor).tells_build(view, version):
        return False
    patterns = upstream.package if upstream else ()
    return any(re.search(pattern, package or "") for pattern in patterns)


def _kind(downstream: Downstream | None, own: bool, foreign: str | None, facts: Facts) -> HostKind:
    if downstream is not None:
        return downstream.kind
    if facts.via == "none":
        return "upstream"
    return "upstream" if own and foreign is None else "unproven"


def _why(kind: str, package: str | None, foreign: str | None) -> str:
    if foreign is not None:
        return f"it has {foreign}"
    if kind == "upstream":
        return "its package string is upstream's own, and nothing foreign was seen"
    return f"no known builder uses the package string '{package}'" if package else "nothing says who built it"


def _is_newer(release: Version | None, history: History) -> bool:
    known = history.versions
    if not known:
        return history.as_of is not None and release is not None
    return bool(release and release > known[-1] and release.branch != known[-1].branch)
