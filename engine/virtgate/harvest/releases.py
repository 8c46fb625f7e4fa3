"""The releases a ledger was harvested from, and presence in them as ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

from ..driver.errors import DataError
from ..upstream.ledger import Atom
from ..versions import Ranges, parse_release
from .git import Release, version_key

COMMIT_DIGITS = 12
# Of a release that was read from a tarball, and of no repository at hand.
NO_COMMIT = "-"
# Of a release of which nobody had the source; its documentation and the source before it stand for it.
DOCUMENTED = "documented"
HEADER = "# release, date, commit\n"

Progress = Callable[[str], None]


def read_releases(path: Path) -> tuple[Release, ...]:
    """The releases of a releases.txt, in version order; none when the file does not exist.

    Raises DataError. Commits are as long as the file has them.
    """
    if not path.exists():
        return ()
    found, problems = [], []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        fields = line.split()
        if not fields or line.startswith("#"):
            continue
        if len(fields) == 3:
            found.append(Release(version=fields[0], date=fields[1], commit=fields[2]))
        else:
            problems.append(f"{path}:{number}: a line is a release, a date and a commit: '{line}'")
    # All of them at once, for who mends the file.
    if problems:
        raise DataError(tuple(problems))
    return sort_releases(found)


def render_releases(releases: Iterable[Release], header: str = HEADER) -> str:
    """The text of a releases.txt."""
    lines = [
        f"{release.version:<10}  {release.date}  {release.commit[:COMMIT_DIGITS]}\n"
        for release in sort_releases(releases)
    ]
    return header + "".join(lines)


def sort_releases(releases: Iterable[Release]) -> tuple[Release, ...]:
    """The releases in version order."""
    return tuple(sorted(releases, key=lambda release: version_key(release.version)))


def merge_releases(known: Iterable[Release], found: Iterable[Release]) -> tuple[Release, ...]:
    """All releases: a commit counts more than a source without one, and that more than documentation."""
    # Whoever read the source knows more than who read about it.
    worth = {DOCUMENTED: 0, NO_COMMIT: 1}
    best = {one.version: one for one in known}
    for one in found:
        other = best.get(one.version)
        if other is None or worth.get(one.commit, 2) > worth.get(other.commit, 2):
            best[one.version] = one
    return sort_releases(best.values())


def merge_atoms(
    old: Iterable[Atom], known: Sequence[str], fresh: Mapping[str, Iterable[tuple[str, str]]]
) -> list[Atom]:
    """The atoms of all releases: those `known` to the old atoms, and `fresh` ones with (name, type) pairs.

    Names are written ones, with `?` where optional. A fresh release that is known already is replaced.
    """
    releases = sorted({*known, *fresh}, key=version_key)
    bit = {version: 1 << index for index, version in enumerate(releases)}
    keep = sum(bit[version] for version in known if version not in fresh)
    versions = {version: parse_release(version) for version in releases}
    masks: dict[str, int] = {}
    presence: dict[tuple[str, str], int] = {}
    for atom in old:
        if atom.ranges not in masks:
            ranges = atom.parsed_ranges
            masks[atom.ranges] = keep & sum(bit[version] for version in known if versions[version] in ranges)
        key = (atom.written_name, atom.type)
        presence[key] = presence.get(key, 0) | masks[atom.ranges]
    for version, pairs in fresh.items():
        for pair in pairs:
            presence[pair] = presence.get(pair, 0) | bit[version]
    ordered = list(versions.values())

    @cache
    def render(mask: int) -> str:
        return str(Ranges.of([version for i, version in enumerate(ordered) if mask >> i & 1], ordered))

    return [
        Atom(name=name.removesuffix("?"), optional=name.endswith("?"), type=type_, ranges=render(mask))
        for (name, type_), mask in presence.items()
        if mask
    ]
