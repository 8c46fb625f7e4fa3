"""What an upstream calls one of its releases, candidates or snapshots."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NUMBERS = r"[0-9]{1,9}(?:\.[0-9]{1,9}){1,3}"
_QEMU = rf"v?({_NUMBERS})(?:-(rc[0-9]{{1,9}}))?(?:-[0-9]{{1,9}}-g[0-9a-f]{{4,64}})?(?:-dirty)?"
_LINUX = rf"({_NUMBERS})(?:[-~](rc[0-9]{{1,9}})(?![0-9A-Za-z]))?((?:[-+_~][\x21-\x7e]*)?)"
_XEN = rf"({_NUMBERS})(?:-(rc[0-9]{{0,9}}|pre|unstable)(?![0-9A-Za-z]))?((?:[-+_~A-Za-z][\x21-\x7e]*)?)"
# Fedora's package of a candidate of 6.12: 6.12.0-0.rc3.20241018git4d939780b705.33.fc42.
_RPM_CANDIDATE = r"-0\.(rc[0-9]{1,9})[.+-]"
# Ubuntu's build of a candidate of 4.7: 4.7.0-040700rc3-generic.
_MAINLINE_CANDIDATE = r"-0[0-9]{5}(rc[0-9]{1,9})-"
_STAGES = {"unstable": 0, "pre": 1, "rc": 2}
# QEMU's last minor of each major; from 4 on a major is a year of three releases.
_LAST_MINOR = {0: 15, 1: 7, 2: 12, 3: 1}


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Version:
    """One upstream release, release candidate or snapshot, in upstream's order.

    `release` has at least three numbers (`10.2` is 10.2.0) and no needless zeros after them. `pre` is empty,
    `rcN` (Xen has `rc` alone, too), `pre` or `unstable`, and sorts before the release. `product` is who
    numbers so ('qemu', 'linux', 'xen', or nothing where only releases are meant); neither it nor `text`, what
    was read, takes part in comparison. Raises ValueError when `pre` is anything else.
    """

    release: tuple[int, ...] = field(compare=False)
    pre: str = field(default="", compare=False)
    text: str = field(default="", compare=False)
    product: str = field(default="", compare=False)
    _order: tuple[tuple[int, ...], int, int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        release = self.release + (0,) * (3 - len(self.release))
        while len(release) > 3 and not release[-1]:
            release = release[:-1]
        object.__setattr__(self, "release", release)
        stage = self.pre.rstrip("0123456789")
        if self.pre and (stage not in _STAGES or stage not in {"rc", self.pre}):
            raise ValueError(f"{self.pre!r} is not a stage before a release: rcN, pre or unstable is")
        order = (
            (release, _STAGES[stage], int(self.pre[2:] or 0) if stage == "rc" else 0)
            if stage
            else (release, 9, 0)
        )
        object.__setattr__(self, "_order", order)

    @property
    def branch_parts(self) -> tuple[int, ...]:
        """The numbers of the branch: two, but three of Linux 2.6.

        Linux 2.6.3 to 2.6.39 is told from the number alone: QEMU's 2.6 ended with 2.6.2, and its snapshots
        start at 2.6.50.
        """
        is_old_linux = self.release[:2] == (2, 6) and 3 <= self.release[2] < 40
        return self.release[: 3 if is_old_linux else 2]

    @property
    def branch(self) -> str:
        """The branch as text: `8.2` of 8.2.1, `2.6.31` of Linux 2.6.31.5."""
        return ".".join(map(str, self.branch_parts))

    @property
    def is_point(self) -> bool:
        """Whether it is a later release of its branch, not the branch's first; a snapshot is neither."""
        return any(self.release[len(self.branch_parts) :]) and not self.is_snapshot

    @property
    def is_snapshot(self) -> bool:
        """Whether QEMU's own numbering says development (micro 50 to 89) or candidate (90 to 99)."""
        return self.product == "qemu" and 50 <= self.release[2] <= 99

    @property
    def is_ambiguous(self) -> bool:
        """Whether its place among the releases cannot be told.

        Xen's development tree said 3.0-unstable before 3.0.0 and for years after it, and 3.5-unstable became
        4.0.0. Sorting still works, and means nothing.
        """
        return self.product == "xen" and self.pre == "unstable" and self.release[0] == 3

    @property
    def target_release(self) -> Version:
        """The release that a candidate or snapshot is on the way to; any other version is its own.

        By rule alone; `next_release` asks a list of releases first.
        """
        return next_release(self) if self.pre or self.is_snapshot else self

    def __str__(self) -> str:
        return ".".join(map(str, self.release)) + (f"-{self.pre}" if self.pre else "")


def parse_numbers(text: str) -> tuple[int, ...]:
    """The numbers of `8.2.1`; the text must already have that form."""
    return tuple(map(int, text.split(".")))


@lru_cache(maxsize=4096)
def parse_release(text: str) -> Version:
    """A release by its plain number, `8.2.1` or `8.2`, of whichever product.

    Raises ValueError.
    """
    if not re.fullmatch(_NUMBERS, text):
        raise ValueError(
            f"{text[:80]!r} is not a release: two to four numbers with points are, such as 8.2.0"
        )
    return Version(release=parse_numbers(text), text=text)


def parse_qemu(text: str) -> Version:
    """QEMU's version from its number, its tag, or what git describe says of a build.

    Commits after a tag and `-dirty` stay in `.text` only. Raises ValueError.
    """
    match = re.fullmatch(_QEMU, text.strip())
    if not match:
        raise ValueError(
            f"{text[:80]!r} is not a QEMU version: x.y.z is, x.y.z-rcN, or git's vx.y.z-rcN-COMMITS-gHASH"
        )
    return Version(release=parse_numbers(match[1]), pre=match[2] or "", text=text, product="qemu")


def parse_linux(text: str) -> tuple[Version, str]:
    """Linux's version from `uname -r`, and the rest of it: what the distribution calls its build.

    The number is upstream's base; what a distribution put on top it does not say. Raises ValueError.
    """
    match = re.fullmatch(_LINUX, text.strip())
    if not match:
        raise ValueError(
            f"{text[:80]!r} is not a Linux release: x.y.z[-rcN][-BUILD] is, such as 6.1.0-37-amd64"
        )
    candidate = re.match(_RPM_CANDIDATE, match[3]) or re.match(_MAINLINE_CANDIDATE, match[3])
    pre = match[2] or (candidate[1] if candidate else "")
    version = Version(release=parse_numbers(match[1]), pre=pre, text=text, product="linux")
    return version, match[3].removeprefix("-")


def parse_xen(text: str) -> tuple[Version, str]:
    """Xen's version from `xl info` or sysfs's three files put together, and the vendor's extra with its dash.

    `-pre`, `-rcN` and `-unstable` are upstream's and go to the version; see `is_ambiguous`.
    Raises ValueError.
    """
    match = re.fullmatch(_XEN, text.strip())
    if not match:
        raise ValueError(
            f"{text[:80]!r} is not a Xen version: x.y.z[-rcN|-pre|-unstable][-EXTRA] is, such as 4.17.6-pre"
        )
    return Version(release=parse_numbers(match[1]), pre=match[2] or "", text=text, product="xen"), match[3]


def next_release(version: Version, releases: Iterable[Version] = ()) -> Version:
    """The `.0` that comes after the version's branch, or the release that a candidate is a candidate of.

    The first later one among `releases`; beyond them QEMU's habit: x.2 is followed by (x+1).0 since 4.0, and
    before that by what was released.
    """
    if version.pre:
        return Version(release=version.release, product=version.product)
    branch = version.branch_parts
    listed = (known for known in releases if known.branch_parts > branch and _is_first(known))
    return min(listed, default=None) or Version(
        release=_follow(*version.release[:2]), product=version.product
    )


def stand_in(version: Version, releases: Iterable[Version]) -> Version:
    """The release whose facts judge `version`.

    A listed one is its own; a candidate or snapshot is the release it is on the way to; a point release that
    the list lacks is its branch's newest up to it, for a later one may have more; anything else, from before
    or beyond the list, is itself.
    """
    known = frozenset(releases)
    if version.pre or version.is_snapshot:
        version = next_release(version, known)
    if version in known:
        return version
    branch = [other for other in known if other.branch_parts == version.branch_parts]
    return max((other for other in branch if other <= version), default=min(branch, default=version))


def _is_first(version: Version) -> bool:
    return not (version.is_point or version.pre or version.is_snapshot)


def _follow(major: int, minor: int) -> tuple[int, ...]:
    return (major + 1, 0, 0) if minor >= _LAST_MINOR.get(major, 2) else (major, minor + 1, 0)
