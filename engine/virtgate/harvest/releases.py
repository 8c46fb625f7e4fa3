"""The releases a ledger was harvested from, and presence in them as ranges."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from ..errors import DataError
from ..ledger import Atom
from .git import Release, version_key

COMMIT_DIGITS = 12


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
    if problems:
        raise DataError(tuple(problems))
    return sort_releases(found)


def render_releases(releases: Iterable[Release]) -> str:
    """The text of a releases.txt."""
    lines = [
        f"{release.version:<10}  {release.date}  {release.commit[:COMMIT_DIGITS]}\n"
        for release in sort_releases(releases)
    ]
    return "# release, date, commit\n" + "".join(lines)


def sort_releases(releases: Iterable[Release]) -> tuple[Release, ...]:
    """The releases in version order."""
    return tuple(sorted(releases, key=lambda release: version_key(release.version)))


def merge_atoms(
    old: Iterable[Atom], known: Sequence[str], fresh: Mapping[str, Iterable[tuple[str, str]]]
) -> list[Atom]:
    """The atoms of all releases: those `known` to the old atoms, and `fresh` ones with (name, type) pairs.

    Names are written ones, with `?` where optional. A fresh release that is known already is replaced.
    """
    releases = sorted({*known, *fresh}, key=version_key)
    bit = {version: 1 << index for index, version in enumerate(releases)}
    keep = sum(bit[version] for version in known if version not in fresh)
    expand = _Expander(known, bit)
    presence: dict[tuple[str, str], int] = {}
    for atom in old:
        if mask := expand(atom.ranges) & keep:
            key = (atom.written_name, atom.type)
            presence[key] = presence.get(key, 0) | mask
    for version, pairs in fresh.items():
        for pair in pairs:
            presence[pair] = presence.get(pair, 0) | bit[version]
    render = _Renderer(releases)
    return [
        Atom(name=name.removesuffix("?"), optional=name.endswith("?"), type=type_, ranges=render(mask))
        for (name, type_), mask in presence.items()
    ]


def render_ranges(present: Iterable[str], releases: Sequence[str]) -> str:
    """The ranges that hold exactly these of the releases, which are in version order."""
    wanted = set(present)
    return _Renderer(releases)(sum(1 << i for i, version in enumerate(releases) if version in wanted))


def is_within(version: str, ranges: str) -> bool:
    """Whether ranges' text holds a release."""
    return any(_is_in_item(version_key(version), item) for item in ranges.split(" | "))


def _is_in_item(version: tuple[int, ...], item: str) -> bool:
    first, dots, last = item.removeprefix("<=").partition("..")
    if not dots:
        return version == version_key(first)
    if version < version_key(first):
        return False
    end = version_key(last) if last else ()
    # A branch, `2.7`, is two numbers and ends with its last point release.
    return not end or version <= end or (len(end) == 2 and version[:2] == end)


class _Expander:
    """Ranges' text to a mask over the known releases; equal texts are read once."""

    def __init__(self, known: Sequence[str], bit: Mapping[str, int]) -> None:
        self._known = known
        self._bit = bit
        self._seen: dict[str, int] = {}

    def __call__(self, ranges: str) -> int:
        if ranges not in self._seen:
            self._seen[ranges] = sum(self._bit[v] for v in self._known if is_within(v, ranges))
        return self._seen[ranges]


class _Renderer:
    """A mask over releases to ranges' text; equal masks are written once."""

    def __init__(self, releases: Sequence[str]) -> None:
        self._releases = releases
        self._branches = [version_key(version)[:2] for version in releases]
        self._seen: dict[int, str] = {}

    def __call__(self, mask: int) -> str:
        if mask not in self._seen:
            self._seen[mask] = " | ".join(self._items(mask))
        return self._seen[mask]

    def _items(self, mask: int) -> list[str]:
        items, index, count = [], 0, len(self._releases)
        while index < count:
            if not mask >> index & 1:
                index += 1
                continue
            end = index
            while end + 1 < count and mask >> (end + 1) & 1 and self._may_continue(index, end + 1):
                end += 1
            items.append(self._item(index, end))
            index = end + 1
        return items

    def _may_continue(self, first: int, next_: int) -> bool:
        """A run that begins at a point release ends with its branch: it implies nothing about the next."""
        return self._opens_branch(first) or self._branches[first] == self._branches[next_]

    def _opens_branch(self, index: int) -> bool:
        return version_key(self._releases[index])[2:] == (0,)

    def _item(self, first: int, last: int) -> str:
        start = self._releases[first]
        ends_branch = last + 1 == len(self._releases) or self._branches[last] != self._branches[last + 1]
        if last + 1 == len(self._releases) and self._opens_branch(first):
            return f"{start}.."
        if first == last and not (ends_branch and self._opens_branch(first)):
            return start
        if ends_branch:
            return f"{start}..{'.'.join(map(str, self._branches[last]))}"
        return f"{start}..{self._releases[last]}"


Progress = Callable[[str], None]
