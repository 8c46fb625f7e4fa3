"""Which hypervisor a host is, which upstream release it is judged by, and who built it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from .catalog import Catalog
from .conditions import View, look
from .facts import Facts
from .facts.machine import kernel_release, os_release
from .foreign import find_foreign
from .history import History
from .model import Downstream, Host, HostKind, Upstream
from .releases import Product, Release, add_products, find_product
from .versions import (
    Version,
    clean_package,
    parse_banner,
    parse_linux,
    parse_qemu,
    parse_release,
    parse_xen,
    stand_in,
)

Fit = Literal["release", "snapshot", "misfit"]

# QMP is whole, and there for whoever asks, since 0.14: a query for each thing that the monitor shows.
_FIRST_TO_TELL = Version(release=(0, 14, 0))
# xen@d9e6579356ed gave the first number, xen@44755869f74b the second.
_LAST_OF_FORMAT = {"2": parse_release("3.0.3"), "3": parse_release("3.0.4")}
_NUMBERS = ("major", "minor", "micro")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CHANGESET = re.compile(
    r"[A-Z][a-z]{2} (?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) \d\d:\d\d:\d\d (?P<year>\d{4})\b"
)
_WITH_CONTROL_DOMAIN = {"xen", "xend", "xapi"}


def match_host(facts: Facts, catalog: Catalog, history: History) -> Host:
    """What the facts say that the host is; a version that cannot be read leaves `release` None."""
    version, package = _told_version(facts, catalog, history)
    upstream = catalog.upstreams.get(facts.hypervisor)
    if version is None:
        release = None
    elif version.is_ambiguous:
        release = _find_target(version, _told_fields(facts).get("xen_changeset", ""), upstream, history)
    else:
        release = _stand_in(version, facts, history)
    newer = _is_newer(release, history)
    view = View(facts, _spell(release, facts, history) if release else None)
    downstream, evr, because = _find_downstream(view, package, catalog)
    fit = _fit(version, release, package) if facts.hypervisor == "qemu" else "release"
    own = release is not None and fit != "misfit" and _is_own_build(version, package, catalog, facts)
    snapshot = bool(version and (version.is_snapshot or version.pre)) or (own and fit == "snapshot")
    foreign = None
    if own and release is not None and not newer and not downstream:
        foreign = find_foreign(view.qemu, history, release, is_snapshot=snapshot)
    kind = _kind(downstream, own, foreign, facts)
    return Host(
        hypervisor=facts.hypervisor,
        target=facts.target,
        version=_spell(version, facts, history) if version else None,
        release=_spell(release, facts, history) if release else None,
        kind=kind,
        downstream=downstream.name if downstream else None,
        evr=evr,
        driver=downstream.driver if downstream else None,
        package=package,
        newer=newer,
        snapshot=snapshot,
        accel=_accel(view) if facts.hypervisor == "qemu" else None,
        arch=view.qemu.arch if facts.hypervisor == "qemu" else None,
        because=(because or _why(kind, package, foreign)) + _stray(view),
    )


def _stand_in(version: Version, facts: Facts, history: History) -> Version:
    """The release that judges a version; XenAPI's numbers follow each other whatever their branch."""
    last = history.last
    if facts.hypervisor != "xapi" or last is None or version > last:
        return stand_in(version, history.versions)
    return max((one for one in history.versions if one <= version), default=version)


def _spell(version: Version, facts: Facts, history: History) -> str:
    return history.name_of(version) if facts.hypervisor == "xapi" else str(version)


def _told_version(facts: Facts, catalog: Catalog, history: History) -> tuple[Version | None, str | None]:
    if "release" in facts.claims:
        return _parse(facts.hypervisor, facts.claims["release"]), facts.claims.get("package")
    if facts.hypervisor == "kvm":
        release = kernel_release(facts)
        try:
            return parse_linux(release)[0] if release else None, release
        except ValueError:
            return None, release
    if facts.hypervisor in {"xen", "xend"}:
        version, package = _told_by_xen(_told_fields(facts))
        return _bound_by_format(version, facts), package
    if facts.hypervisor == "xapi":
        products = add_products(history.products, catalog.distributions.get("xapi", ()))
        return _told_by_xapi(View(facts), products, history)
    reply = facts.returned("query-version")
    if isinstance(reply, dict) and isinstance(reply.get("qemu"), dict | str):
        said = reply["qemu"]
        # 0.12 said it in one text (qemu@b73e06943b20).
        numbers = said if isinstance(said, str) else ".".join(str(said.get(key)) for key in _NUMBERS)
        return _parse("qemu", numbers), clean_package(str(reply.get("package") or ""))
    banner = facts.returned("--version")
    try:
        told = parse_banner(banner) if isinstance(banner, str) else None
    except ValueError:
        told = None
    return (told.version, told.package) if told else (None, None)


def _told_fields(facts: Facts) -> Mapping[str, str]:
    """What a host says of itself in words of its own: of `xl info`, xend's node, a product, or its help."""
    view = View(facts)
    told = {
        # Where a program lies, and what it prints when asked for help.
        "qemu": {"usage": f"{facts.target}\n{facts.returned('-help') or ''}"},
        "xen": view.xen.fields,
        "xend": {**view.xen.fields, **view.xend.fields},
        "xapi": view.xapi.fields,
    }
    return told.get(facts.hypervisor, {})


def _told_by_xen(fields: Mapping[str, str]) -> tuple[Version | None, str | None]:
    """Xen's version, and what its builder put behind it."""
    parts = [fields.get(f"xen_{name}") for name in ("major", "minor", "extra")]
    if None in parts:
        return None, None
    try:
        return parse_xen("{}.{}{}".format(*parts))[0], parts[2]
    except ValueError:
        return None, parts[2]


def _told_by_xapi(
    view: View, products: Iterable[Product], history: History
) -> tuple[Version | None, str | None]:
    """The toolstack's own number, where releases have numbers; else the code name of the product."""
    fields = view.xapi.fields
    package = " ".join(fields.get(f"product_{name}", "") for name in ("brand", "version")).strip() or None
    numbered = next((one.version for one in history.releases if one.name[0].isdigit()), None)
    build = _parse("xapi", view.xapi.build or "")
    if build is not None and numbered is not None and build >= numbered:
        return build, package
    number, brand = (fields.get(f"product_{name}", "") for name in ("version", "brand"))
    product = find_product(products, number, view.xapi.api_version, brand)
    if product is None or product.release is None:
        return None, package
    try:
        return history.version_of(product.release), package
    except ValueError:
        # On the day that is asked for, that release was not made.
        return None, package


def _find_target(
    version: Version, changeset: str, upstream: Upstream | None, history: History
) -> Version | None:
    """The release that a snapshot led to whose name others had too; None where its changeset does not tell.

    The development tree became the first release after that day that was made of it: a branch's first, and of
    3.0 each.
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
    """The day in what xen/Makefile has Mercurial say: `Tue Oct 10 12:00:00 2006 +0100 11774:8cf0dd2c9d3b`."""
    found = _CHANGESET.match(changeset.strip())
    if found is None or found["month"] not in _MONTHS:
        return None
    return f"{found['year']}-{_MONTHS.index(found['month']) + 1:02}-{int(found['day']):02}"


def _bound_by_format(version: Version | None, facts: Facts) -> Version | None:
    """The version, or the last whose xend gave this number of its configuration's format.

    The node's version is the hypervisor's, which a vendor may have newer than its xend. 4 was never raised
    again (xen@9919a2345ec6), so that it bounds nothing.
    """
    last = _LAST_OF_FORMAT.get(View(facts).xend.fields.get("xend_config_format", ""))
    return last if version is not None and last is not None and version.release > last.release else version


def _parse(hypervisor: str, text: str) -> Version | None:
    try:
        return parse_qemu(text) if hypervisor == "qemu" else parse_release(text)
    except ValueError:
        return None


def _find_downstream(
    view: View, package: str | None, catalog: Catalog
) -> tuple[Downstream | None, str | None, str]:
    """Who built it: by the package string, else by a marker, else by its machine types' names.

    A Xen host is one system with its control domain: who that says it is comes last.
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
    machines = view.qemu.machines or {}
    for downstream in known:
        for name in machines:
            if any(re.search(pattern, name) for pattern in downstream.machines):
                return downstream, None, f"it has machine type {name}"
    return _find_by_system(view.facts, known)


def _find_by_system(facts: Facts, known: Iterable[Downstream]) -> tuple[Downstream | None, str | None, str]:
    """Who built it, by the fields that tell it; a Xen host else by the os-release of its control domain."""
    fields, system = _told_fields(facts), os_release(facts) or {}
    for downstream in known:
        lines = {name: _find_line(wanted, fields.get(name, "")) for name, wanted in downstream.says.items()}
        if lines and None not in lines.values():
            told = ", ".join(f"{name} is '{line}'" for name, line in lines.items())
            return downstream, None, f"its {told}"
    if facts.hypervisor not in _WITH_CONTROL_DOMAIN or View(facts).xen.is_dom0 is False:
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


def _is_own_build(version: Version | None, package: str | None, catalog: Catalog, facts: Facts) -> bool:
    """Whether the package string is what upstream's own build says.

    It proves nothing alone: not a claim without one, and not a QEMU whose interface nobody saw, unless it is
    so old that there is no more to see than the banner, in which every fork of its day had its name.
    """
    upstream = catalog.upstreams.get(facts.hypervisor)
    if facts.claims and package is None:
        return False
    is_old = version is not None and version < _FIRST_TO_TELL
    if facts.hypervisor == "qemu" and View(facts).qemu.commands is None and not is_old:
        return False
    patterns = upstream.package if upstream else ()
    return any(re.search(pattern, package or "") for pattern in patterns)


def _fit(version: Version | None, release: Version | None, package: str | None) -> Fit:
    """Whether what git says of a QEMU's source can be so of its version, which stands in a file of it.

    A tag behind the version is of a checkout that lacks the tags since, or of one between releases.
    """
    try:
        tag = parse_qemu(package or "")
    except ValueError:
        return "release"
    if version is None or release is None:
        return "misfit"
    if tag > version and not (tag.pre and tag.release == release.release):
        return "misfit"
    return "snapshot" if tag.pre or tag < version else "release"


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
    return f"nobody known calls a build '{package}'" if package else "nothing says who built it"


def _stray(view: View) -> str:
    """What to know of a control domain whose library is not its hypervisor's."""
    name = view.xen.stray_library if view.facts.hypervisor == "xen" else None
    return f"; its {name} is of another release than the hypervisor" if name else ""


def _accel(view: View) -> str | None:
    told = view.facts.returned("accel")
    if isinstance(told, dict) and told.get("used"):
        return str(told["used"])
    enabled = view.qemu.has_accel("kvm")
    return None if enabled is None else "kvm" if enabled else "tcg"


def _is_newer(release: Version | None, history: History) -> bool:
    known = history.versions
    if not known:
        return history.as_of is not None and release is not None
    return bool(release and release > known[-1] and release.branch != known[-1].branch)
