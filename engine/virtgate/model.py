"""The frozen nouns that every room shares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal

from .versions import compare_deb, compare_rpm

HostKind = Literal["upstream", "distribution", "fork", "product", "unproven"]

NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """A place in the data: the file, relative to its root, and the line."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}"


# What a ledger adds to a condition, and no YAML says.
_COMPUTED = ("number", "kernels")


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One thing to be seen on a host: a condition's kind and what it names.

    `terms` holds the words of the YAML by key; a kind written as one scalar has the key `name`.
    """

    kind: str
    terms: Mapping[str, Any]

    def __str__(self) -> str:
        (_, first), *rest = self.terms.items()
        more = (f"{key} {_spell(value, key)}" for key, value in rest if key not in _COMPUTED)
        return ", ".join((f"{self.kind} {_spell(first)}", *more))


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Several conditions joined: `all` of them, `any` of them, or `not` the only one."""

    joint: Literal["all", "any", "not"]
    parts: tuple[Condition, ...]

    def __str__(self) -> str:
        if self.joint == "not":
            return f"not ({self.parts[0]})"
        return (" and " if self.joint == "all" else " or ").join(
            f"({part})" if isinstance(part, Branch) and len(part.parts) > 1 else str(part)
            for part in self.parts
        )


Condition = Leaf | Branch


def leaves(condition: Condition | None) -> Iterator[Leaf]:
    """Every leaf of a condition, in the order written."""
    if isinstance(condition, Leaf):
        yield condition
    elif condition is not None:
        for part in condition.parts:
            yield from leaves(part)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Element:
    """One piece of a hypervisor's interface by its ledger's kind and its name there."""

    kind: str
    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A release typed by hand, which the ledger cannot know, with what proves it.

    `is_bounded` says that it was that release or an earlier one: nobody knows which. `accepted` is the day of
    the commit as YYYY-MM-DD where it is known.
    """

    release: str
    is_bounded: bool = False
    evidence: tuple[str, ...]
    accepted: str | None = None
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergent:
    """A shape that shipped elsewhere before upstream did the thing differently."""

    when: Condition
    by: tuple[str, ...]
    releases: tuple[str, ...] = ()
    differs: str
    evidence: tuple[str, ...] = ()
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """Releases in which a path is there and does not work.

    `releases` is a range text; `fixed` the first release that works, `witness` a condition that shows it.
    """

    releases: str
    fixed: str | None
    witness: Condition | None
    packages: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    evidence: tuple[str, ...]
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecation:
    """What documentation, not a feature flag, says of a path's end."""

    since: str | None
    removed: str | None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildOption:
    """The option of upstream's build system by which a build lacks a path, and its first release."""

    option: str
    since: str | None = None
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """One concrete interface that delivers a capability.

    `when` is presence; `usable` is what must hold besides before a driver can rely on it. `is_accepted` says
    that what stands behind it is of a repository in which upstream accepts. `fork` names the
    only downstream that has the path, `rejected` says that upstream refused it, `is_last` that nothing
    succeeds it, `stable` that upstream keeps what its name calls unstable. Of what no probe can see,
    `optional` names what a build may leave it out by, and `unconditional` the commits that show it cannot.
    """

    name: str
    capability: str
    hypervisor: str
    when: Condition
    usable: Condition | None = None
    uses: tuple[str, ...] | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    rejected: bool = False
    fork: str | None = None
    since: Stated | None = None
    until: Stated | None = None
    divergent: tuple[Divergent, ...] = ()
    broken: tuple[Defect, ...] = ()
    deprecated: Deprecation | None = None
    successor: str | None = None
    is_last: bool = False
    unstable: bool = False
    stable: bool = False
    marker: bool = True
    optional: BuildOption | None = None
    unconditional: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    is_accepted: bool = True
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """A thing that a driver may ask for, named without a hypervisor; `formerly` are its ids of before."""

    id: str
    area: str
    title: str
    needs: tuple[str, ...] = ()
    formerly: tuple[str, ...] = ()
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Backport:
    """A path that a downstream declares from a package version on."""

    capability: str
    path: str | None
    since: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """What a downstream builds with, or without: `paths` are capabilities, or CAPABILITY/PATH.

    `releases` are ranges of its own versions, none for all; `because` is the line of its own that says so.
    """

    paths: tuple[str, ...]
    releases: tuple[str, ...] = ()
    because: str
    evidence: tuple[str, ...]
    where: Where

    def names(self, path: Path) -> bool:
        """Whether this is said of a path."""
        return bool({path.capability, f"{path.capability}/{path.name}"} & {*self.paths})


@dataclass(frozen=True, slots=True, kw_only=True)
class Downstream:
    """Who ships a hypervisor changed, and how a host is known to be theirs.

    `package` are regular expressions on the binary's own package string, with a group `evr`; `driver` is the
    one that a separate product wants; `elements` name what else it has of its own, which no verdict asks for.
    """

    name: str
    hypervisor: str
    kind: Literal["distribution", "fork", "product"]
    title: str
    package: tuple[str, ...] = ()
    markers: tuple[Condition, ...] = ()
    elements: tuple[Condition, ...] = ()
    machines: tuple[str, ...] = ()
    os_release: Mapping[str, Any] = field(default_factory=lambda: NOTHING)
    says: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    versions: Literal["deb", "rpm"] | None = None
    packages: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    backports: tuple[Backport, ...] = ()
    builds: tuple[Built, ...] = ()
    denies: tuple[Built, ...] = ()
    driver: str | None = None
    where: Where

    def compare(self, left: str, right: str) -> int:
        """Two versions of its packages by the rules that it declares; Debian's where it declares none."""
        return (compare_rpm if self.versions == "rpm" else compare_deb)(left, right)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which of the names in `aliases` one release of somebody's knows, and which hosts it drives.

    Most names are those of paths that are present. `assumed` are given by a host's architecture (`arch`) and
    `release` alone, without a look at it; `by` says of a name with several paths which one it goes by,
    `unless` which other name takes its place, and `without` the capability without which it is not given.
    """

    who: str
    release: str
    drives: str
    names: frozenset[str]
    assumed: Mapping[str, Mapping[str, Any]]
    by: Mapping[str, str]
    unless: Mapping[str, str]
    without: Mapping[str, str]
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """The release of a hypervisor that one release of a distribution ships, with what shows it.

    `first` is the release that it began with, where it moves within its own release. Days are YYYY-MM-DD:
    `until` ends what everybody gets, `extended` what some get beyond it.
    """

    distribution: str
    title: str
    release: str
    ships: str
    first: str | None = None
    until: str | None
    extended: str | None
    evidence: tuple[str, ...]
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """Which `ends` of a migration switch a capability on, and which others they switch on with it.

    `known` says that the other end must have it, too.
    """

    ends: Literal["both", "source", "destination"]
    known: bool
    also: tuple[str, ...]
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakage:
    """What keeps guests from moving between two ends: each end's terms, the guest's, and settings that help.

    With `may` nobody can see whether it happens.
    """

    title: str
    ends: Mapping[str, Mapping[str, Any]]
    guest: Mapping[str, tuple[str, ...]]
    settings: Mapping[str, tuple[str, ...]]
    may: bool
    evidence: tuple[str, ...]
    where: Where


@dataclass(frozen=True, slots=True, kw_only=True)
class Moves:
    """What a guest's migration needs of its ends, and what breaks it, each by its name."""

    carried: Mapping[str, Carried]
    breakages: Mapping[str, Breakage]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What a development tree said of itself from one day until another, while it led to several releases."""

    says: str
    first: str
    end: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Upstream:
    """The authority over one hypervisor: who accepts, and in which repositories.

    `accepted` are the repositories whose history says what upstream accepted; the others are forks', and
    evidence only. `package` are regular expressions on what upstream's own build calls itself.
    `unconditional` are the kinds of conditions of which no option of its build leaves anything out, with the
    commits that show it.
    """

    hypervisor: str
    title: str
    authority: str
    repositories: Mapping[str, str]
    accepted: frozenset[str]
    package: tuple[str, ...] = ()
    unstable_prefix: str | None = None
    snapshots: tuple[Snapshot, ...] = ()
    unconditional: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: NOTHING)
    where: Where

    @property
    def foreign(self) -> frozenset[str]:
        """The repositories in which upstream accepts nothing: evidence of what forks did."""
        return frozenset(self.repositories) - self.accepted

    @property
    def repository(self) -> str:
        """The first that is declared: the one that the ledgers are harvested from."""
        return next(iter(self.repositories))


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """What one host is: its hypervisor, its version, and who built it.

    `release` is the upstream release it is judged by (its branch's newest up to it for an unknown point
    release, the next release for a snapshot); `newer` says that its branch is beyond the ledger.
    """

    hypervisor: str
    target: str
    version: str | None
    release: str | None
    kind: HostKind
    downstream: str | None = None
    evr: str | None = None
    driver: str | None = None
    package: str | None = None
    newer: bool = False
    snapshot: bool = False
    accel: str | None = None
    arch: str | None = None
    because: str = ""


def _spell(value: Any, key: str = "") -> str:
    """A term's words: one of them will do, but of arguments each is meant."""
    joint = " and " if key in {"args", "sends"} else " or "
    return joint.join(map(str, value)) if isinstance(value, tuple) else str(value)
