"""What others call what a host has: the names of one of their editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..data import Catalog
from ..driver.errors import TargetError, UsageError
from ..driver.gates import Gates
from ..model import Edition
from ..versions import Constraint, Version, parse_release


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Who is asked for names, and the edition that was asked for, if any."""

    who: str
    edition: Version | None
    editions: tuple[Edition, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names of what is there, and of what nobody could look for; both sorted."""

    given: tuple[str, ...]
    unseen: tuple[str, ...]


def parse_naming(text: str, catalog: Catalog) -> Naming:
    """The naming of `libvirt` or `libvirt@9.0`.

    Raises UsageError: a slip of the pen must not look like a host that has nothing.
    """
    who, at, wanted = text.partition("@")
    paths = (path for support in catalog.paths.values() for paths in support.values() for path in paths)
    known = sorted({name for path in paths for name in path.aliases})
    if who not in known:
        raise UsageError(f"no names are known from '{who}'; known are {', '.join(known)}")
    editions = tuple(one for rows in catalog.vocabularies.values() for one in rows if one.who == who)
    return Naming(who=who, edition=_parse_edition(who, wanted, editions) if at else None, editions=editions)


def _parse_edition(who: str, wanted: str, editions: tuple[Edition, ...]) -> Version:
    try:
        release = parse_release(wanted)
    except ValueError as error:
        raise UsageError(str(error)) from None
    oldest = min(editions, key=_age, default=None)
    if oldest is None or release < _age(oldest):
        known = f"the oldest known is {oldest.release}" if oldest else "none of it is known"
        raise UsageError(f"no known edition of {who} is {wanted} or older; {known}")
    return release


def name_present(gates: Gates, naming: Naming, catalog: Catalog) -> Names:
    """What a host has, by its names. Raises TargetError when no edition drives such a host."""
    edition = _choose(gates, naming, catalog)
    found: dict[bool | None, set[str]] = {True: set(), False: set(), None: set()}
    for identifier in gates:
        for path in gates.verdict(identifier).paths:
            names = path.aliases.get(naming.who, ())
            found[path.present].update(name for name in names if _is_seen(edition, name, path.name))
    for name, terms in edition.assumed.items() if edition else ():
        found[_is_assumed(terms, gates)].add(name)
    given = found[True]
    if edition:
        given &= edition.names
        given -= {name for name, other in edition.unless.items() if other in given}
        given -= {
            name for name, one in edition.without.items() if gates.verdict(gates.parse(one)).present is False
        }
    unseen = found[None] & edition.names if edition else found[None]
    return Names(given=tuple(sorted(given)), unseen=tuple(sorted(unseen - given)))


def _is_seen(edition: Edition | None, name: str, path: str) -> bool:
    """Whether an edition goes by this path for this name."""
    return edition is None or (name not in edition.assumed and path == edition.by.get(name, path))


def _is_assumed(terms: Mapping[str, Any], gates: Gates) -> bool | None:
    arch, release = gates.host["arch"], gates.host["release"]
    fits = [
        None if arch is None else arch in terms.get("arch", (arch,)),
        None if release is None else _accepts(terms.get("release", ">=0.0"), release),
    ]
    return False if False in fits else None if None in fits else True


def _choose(gates: Gates, naming: Naming, catalog: Catalog) -> Edition | None:
    """The nearest edition at or below the one asked, or else the newest that drives hosts of this age.

    None for a hypervisor of which no edition speaks, where every name is as good as another.
    """
    hypervisor, release = gates.host["hypervisor"], gates.host["release"]
    mine = [one for one in catalog.vocabularies.get(hypervisor or "", ()) if one.who == naming.who]
    asked = [one for one in mine if naming.edition is None or _age(one) <= naming.edition]
    if not asked:
        return None
    newest = max(asked, key=_age)
    able = [one for one in asked if release is None or _drives(one, release)]
    if not able or (naming.edition and newest not in able):
        title = gates.host["title"] or hypervisor
        told = f"{newest.release} drives {newest.drives}" if naming.edition else "no known edition does"
        raise TargetError(
            gates.host["target"] or "", f"{naming.who} does not drive {title} {release}: {told}"
        )
    return max(able, key=_age)


def _age(edition: Edition) -> Version:
    return parse_release(edition.release)


def _drives(edition: Edition, release: str) -> bool:
    return _accepts(edition.drives, release) is not False


def _accepts(constraint: str, release: str) -> bool | None:
    return Constraint.parse(constraint).accepts(parse_release(release))
