"""KVM's capabilities by kernel release, from Linux's history or from others' copies of its header."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from email.utils import parsedate_to_datetime
from functools import cached_property
from pathlib import Path

from ...driver.errors import DataError, TargetError
from ...harvest.archive import is_repository
from ...harvest.git import Message, Release, Repository, version_key
from ...harvest.kinds import write_changed
from ...harvest.releases import (
    COMMIT_DIGITS,
    HEADER,
    NO_COMMIT,
    Progress,
    merge_releases,
    read_releases,
    render_releases,
    sort_releases,
)
from ...upstream.ledger import Atom, Covers, Ledger, render
from ...versions import Ranges, Version, parse_release

COVERS: Covers = "superset"
NOTE = (
    "from Linux's kvm.h and the copies of it in QEMU's and Android's history and in Debian; #if lines are"
    " passed over; <="
    " where no copy of the release before lacks it (its first candidate does not count: more came later);"
    " an end is the release before the first copy without it; what releases.txt has no release of waits"
)
# Where Linux has its header: since 3.7, and before.
_LINUX_PATHS = ("include/uapi/linux/kvm.h", "include/linux/kvm.h")
# Where copies of it are: QEMU's, and Android's C library's, which takes releases and no development tree.
_COPY_PATHS = ("linux-headers/linux/kvm.h", "libc/kernel/uapi/linux/kvm.h")
_CHANGELOG = "usr/share/doc/linux-libc-dev/changelog.Debian.gz"
# An entry of a package of a release, and not of a candidate: its version, and its day.
_PACKAGED = re.compile(r"^linux \((\d+(?:\.\d+)+)(?!~rc)[^)]*\)[^\0]*?^ -- .*?>  (.+)$", re.MULTILINE)

_COMMENT = re.compile(r"/\*(?:[^*]|\*(?!/))*+(?:\*/)?|//[^\n]*")
_DEFINE = re.compile(
    r"^[ \t]*#[ \t]*define[ \t]+(KVM_CAP_\w+)[ \t]+\(?(0[xX][0-9a-fA-F]+|\d+)\)?[uUlL]*[ \t]*$", re.M
)
_KERNEL = r"v?(\d+\.\d+(?:\.\d+)*)(?:-?rc(\d+))?(?![\w.]*\w)"
_IN_SUBJECT = re.compile(rf"(?<![\w.-]){_KERNEL}")
# In a body a bare number may be anything's.
_IN_BODY = re.compile(rf"(?:(?<=[Ll]inux )|(?<![\w.-])(?=v?[\d.]+-?rc)){_KERNEL}")
_IMPORT = re.compile(r"header|linux|kernel", re.I)
_MIXED = re.compile(r"\bnext\b|\bqueue\b|\brevert\b|\bandroid\b|\bhack\b|\bwip\b|\bwith\b|~|\+", re.I)
_PARTIAL = re.compile(r"\bmissing\b|\bpartial", re.I)
# What the merge window and the first candidate lack may still come, as KVM_CAP_SYS_ATTRIBUTES after 5.17-rc1.
_SETTLED_CANDIDATE = 2

Pair = tuple[str, str]


@dataclass(slots=True)
class Evidence:
    """What sources say: pairs by a tag, of a copy, of a settled copy, merged by then."""

    exact: dict[Version, set[Pair]] = field(default_factory=dict)
    seen: dict[Version, set[Pair]] = field(default_factory=dict)
    settled: dict[Version, set[Pair]] = field(default_factory=dict)
    dated: dict[Version, set[Pair]] = field(default_factory=dict)

    @property
    def pairs(self) -> set[Pair]:
        """Every pair that is told of."""
        return set().union(*self.exact.values(), *self.seen.values(), *self.dated.values())

    def state(self, pair: Pair, release: Version) -> bool | None:
        """Whether a release has it; None where no source tells."""
        if release in self.exact:
            return pair in self.exact[release]
        if pair in self.seen.get(release, ()):
            return True
        if release in self.settled:
            return False
        return True if pair in self.dated.get(release, ()) else None

    def drop_unmerged(self) -> None:
        """Forget what only a development tree had: a later copy of a release lacks that name or number."""
        named = set().union(*self.exact.values(), *self.seen.values())
        latest = max((*self.exact, *self.settled), default=None)
        for release in self.dated:
            if latest is not None and release <= latest:
                self.dated[release] &= named


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Bring cap.txt in `out_dir` up to what the repositories tell: Linux's, QEMU's, Android's C library's.

    Linux's tags are exact and add their releases to releases.txt; copies narrow what is known, and need
    that file's dates. What is no repository is Debian's package linux-libc-dev, unpacked, whose release is
    added, too. Raises TargetError, DataError and OSError; files are written whole.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    evidence, releases = Evidence(), Calendar(read_releases(out / "releases.txt"))
    with ExitStack() as stack:
        opened = [stack.enter_context(Repository(str(repo))) for repo in repos if is_repository(repo)]
        packages = [_read_package(Path(repo), evidence) for repo in repos if not is_repository(repo)]
        releases = Calendar(merge_releases(releases.releases, packages))
        linux = [repository for repository in opened if _is_linux(repository)]
        # Releases that a Linux tree adds date the copies of the others.
        for repository in linux:
            releases = Calendar(_read_linux(repository, releases, evidence, progress))
        for repository in opened:
            if repository not in linux:
                _read_copies(repository, releases, evidence, progress)
    evidence.drop_unmerged()
    _write_ledger(out / "cap.txt", evidence, releases, progress)
    _write_releases(out / "releases.txt", releases.releases)


def _read_package(folder: Path, evidence: Evidence) -> Release:
    """The release of an unpacked linux-libc-dev, on the day of its first package; its header is evidence."""
    try:
        header = (folder / "usr/include/linux/kvm.h").read_text(encoding="utf-8")
        log = gzip.decompress((folder / _CHANGELOG).read_bytes()).decode(errors="replace")
    except (OSError, EOFError) as error:
        raise TargetError(str(folder), f"is no repository, and no linux-libc-dev: {error}") from None
    told = _PACKAGED.findall(log)
    if not told:
        raise TargetError(str(folder), "its changelog names no release")
    branch = parse_release(told[0][0]).branch
    days = [day for version, day in told if parse_release(version).branch == branch]
    version, pairs = parse_release(branch), parse_header(header)
    evidence.seen.setdefault(version, set()).update(pairs)
    evidence.settled.setdefault(version, set()).update(pairs)
    return Release(version=branch, date=parsedate_to_datetime(days[-1]).date().isoformat(), commit=NO_COMMIT)


class Calendar:
    """The kernel's releases and their dates."""

    def __init__(self, releases: Iterable[Release]) -> None:
        self.releases = sort_releases(releases)

    @cached_property
    def versions(self) -> tuple[Version, ...]:
        """The releases as values, in order."""
        return tuple(parse_release(release.version) for release in self.releases)

    @cached_property
    def dates(self) -> Mapping[Version, str]:
        """The day of each."""
        return {version: release.date for version, release in zip(self.versions, self.releases, strict=True)}

    def bound(self, date: str) -> Version | None:
        """By which release a development tree of that day is merged for certain: the second one after it."""
        later = [version for version in self.versions if self.dates[version] > date]
        return later[1] if len(later) > 1 else None


def parse_header(text: str) -> set[Pair]:
    """The names and numbers that a kvm.h defines, whatever #if they stand under."""
    return {(name, str(_read_number(number))) for name, number in _DEFINE.findall(_COMMENT.sub(" ", text))}


def _read_number(text: str) -> int:
    return int(text, 16 if text[:2].lower() == "0x" else 10)


def _is_linux(repository: Repository) -> bool:
    tree = repository.tree("HEAD")
    if any(map(tree.read, _COPY_PATHS)):
        return False
    if any(tree.read(path) for path in _LINUX_PATHS):
        return True
    wanted = ", ".join((*_LINUX_PATHS, *_COPY_PATHS))
    raise TargetError(
        repository.path,
        f"neither Linux's history nor one with copies of its header: HEAD has none of {wanted}",
    )


def _read_linux(
    repository: Repository, calendar: Calendar, evidence: Evidence, progress: Progress
) -> Iterator[Release]:
    """Reads every mainline release that is tagged, and gives all releases that are then known."""
    known = {version_key(release.version): release for release in calendar.releases}
    oldest = min(known, default=(2, 6, 20))
    for release in sort_releases(repository.tagged()):
        version = parse_release(release.version)
        key = version.branch_parts
        if version.is_point or key < oldest:
            continue
        found = next(filter(None, map(repository.tree(release.commit).read, _LINUX_PATHS)), None)
        # A tag whose header a partial clone lacks tells nothing; 2.6.20 on, all have one.
        if found is None:
            continue
        evidence.exact[version] = parse_header(found[1].decode(errors="replace"))
        old = known.get(key)
        if old is None or not release.commit.startswith(old.commit):
            date = old.date if old else release.date
            known[key] = Release(version=version.branch, date=date, commit=release.commit[:COMMIT_DIGITS])
        progress(f"{version.branch}: {len(evidence.exact[version])} capabilities")
    yield from known.values()


def _read_copies(repository: Repository, calendar: Calendar, evidence: Evidence, progress: Progress) -> None:
    if not calendar.releases:
        raise DataError(("matrix/kvm/ledger/releases.txt: copies are dated by it, and it has none",))
    blobs: dict[str, set[Pair]] = {}
    messages = (message for path in _COPY_PATHS for message in repository.messages(path))
    for message in sorted(messages, key=lambda one: (one.date, one.commit)):
        found = next(filter(None, map(repository.tree(message.commit).read, _COPY_PATHS)), None)
        if found is None:
            continue
        pairs = blobs.setdefault(found[0], parse_header(found[1].decode(errors="replace")))
        release, is_settled = name_release(message, calendar)
        if release is None:
            bound = calendar.bound(message.date)
            if bound is not None:
                evidence.dated.setdefault(bound, set()).update(pairs)
            progress(
                f"{message.commit[:COMMIT_DIGITS]} of {message.date}: merged by {bound or 'no release yet'}"
            )
            continue
        evidence.seen.setdefault(release, set()).update(pairs)
        if is_settled:
            evidence.settled.setdefault(release, set()).update(pairs)
        progress(f"{message.commit[:COMMIT_DIGITS]} of {message.date}: {release.branch}")


def name_release(message: Message, calendar: Calendar) -> tuple[Version | None, bool]:
    """The release whose header a commit says it imports, and whether the copy is not of its first days.

    None where it names none that is known, or names one and more than it has (`6.15 + kvm/next`).
    """
    subject, _, body = message.text.partition("\n")
    if not _IMPORT.search(subject) or _MIXED.search(subject):
        return None, False
    matches = list(_IN_SUBJECT.finditer(subject))
    for line in body.splitlines() if not matches else ():
        matches += [] if _MIXED.search(line) else _IN_BODY.finditer(line)
    # 4.21-rc1/5.0-rc1: the plan and what it became.
    for match in reversed(matches):
        version = parse_release(".".join(match[1].split(".")[:4]))
        release = parse_release(version.branch)
        if release in calendar.dates:
            is_final = match[2] is None and message.date >= calendar.dates[release]
            is_late = match[2] is not None and int(match[2]) >= _SETTLED_CANDIDATE
            return release, (is_final or is_late) and not _PARTIAL.search(subject)
    return None, False


def narrow(pair: Pair, old: Ranges | None, evidence: Evidence, releases: Sequence[Version]) -> Ranges:
    """The ranges of a pair with what the evidence adds: a tag decides its release, a copy what is open.

    A copy older than an exact beginning refutes it: that had been told from what another copy lacked.
    """
    if old and any(
        pair in evidence.seen.get(release, ()) for release in releases if release < old.spans[0].start
    ):
        old = replace(old, is_bounded=True)
    states = [_old_state(old, release) for release in releases]
    fresh = [evidence.state(pair, release) for release in releases]
    last_seen = max((index for index, state in enumerate(fresh) if state), default=-1)
    is_gone = False
    for index, release in enumerate(releases):
        # That a range goes on is a guess, so an end is believed.
        is_gone = is_gone or (bool(states[index]) and fresh[index] is False and -1 < last_seen < index)
        if release in evidence.exact or (states[index] is None and fresh[index] is not None):
            states[index] = fresh[index]
        elif is_gone:
            states[index] = False
    return _to_ranges(states, old, evidence, releases)


def _old_state(old: Ranges | None, release: Version) -> bool | None:
    if old is None or old.first is None:
        return None
    if release in old:
        return True
    return None if old.is_bounded and release < old.first else False


def _to_ranges(
    states: Sequence[bool | None], old: Ranges | None, evidence: Evidence, releases: Sequence[Version]
) -> Ranges:
    if True not in states:
        return Ranges()
    first = states.index(True)
    if first:
        is_bounded = states[first - 1] is None
    else:
        is_bounded = releases[0] not in evidence.exact and (old is None or old.is_bounded)
    present, is_there = [], False
    for release, state in zip(releases[first:], states[first:], strict=True):
        is_there = is_there if state is None else state
        if is_there:
            present.append(release)
    return Ranges.of(present, releases, is_bounded)


def _write_ledger(path: Path, evidence: Evidence, calendar: Calendar, progress: Progress) -> None:
    old = {(atom.name, atom.type): atom for atom in Ledger.read(path)} if path.exists() else {}
    atoms, narrowed = [], 0
    for pair in old.keys() | evidence.pairs:
        line = old.get(pair)
        ranges = str(narrow(pair, line.parsed_ranges if line else None, evidence, calendar.versions))
        narrowed += line is not None and ranges != line.ranges
        if ranges:
            atoms.append(Atom(name=pair[0], type=pair[1], ranges=ranges))
    write_changed(path, render(atoms, kind="cap", covers=COVERS, note=NOTE))
    progress(f"{path.name}: {len(atoms)} lines, {len(evidence.pairs - old.keys())} new, {narrowed} narrowed")


def _write_releases(path: Path, releases: Sequence[Release]) -> None:
    """The releases, under the header that the file has: it says where its dates are from."""
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    header = text.partition("\n")[0] + "\n" if text.startswith("#") else HEADER
    write_changed(path, render_releases(releases, header))
