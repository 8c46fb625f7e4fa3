"""What has been released and a ledger lacks: by a repository's tags, a tarball's name, or package lists."""

from __future__ import annotations

import bz2
import gzip
import lzma
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..driver.errors import TargetError
from ..upstream.history import History
from ..upstream.releases import Release
from ..versions import Version, parse_release
from .archive import is_repository
from .git import Repository

_NUMBERS = r"\d+(?:\.\d+){1,3}"
_TAG = re.compile(rf"refs/tags/(?:v|RELEASE-)?({_NUMBERS})$")
_ARCHIVE = re.compile(
    rf"(?P<name>[a-z][a-z0-9-]*?)[-_]v?(?P<version>{_NUMBERS})(?P<rest>(?:\+[a-z]+)?[.-].*)\b(?:tar|tgz|zip)\b"
)
# A package's version is upstream's with an epoch before it, and what the distribution did to it after it.
_PACKAGED = re.compile(rf"(?:\d+:)?(?P<version>{_NUMBERS})(?P<rest>.*)")
# What is on the way to a release: 11.2.0~rc1+ds-1, 11.2.0-rc1.
_CANDIDATE = re.compile(r"[~-](?:rc|git|pre)")
_UNPACK: Mapping[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.decompress,
    ".xz": lzma.decompress,
    ".bz2": bz2.decompress,
}
STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A release that the ledger lacks, or has by its documentation alone, and what names it where."""

    release: Version
    named: str
    source: str
    is_documented: bool


def check_sources(sources: Sequence[str], package: str, history: History) -> tuple[Found, ...]:
    """What the sources have of a package and a ledger has not, each once, oldest first.

    A ledger without point releases is one of branches. A release before its end counts where it has others
    of the branch. Raises TargetError for what is none of a repository, a package list and an archive's name,
    and for what names no release of the package: that nothing is new there would be no answer.
    """
    known = {one.version: one for one in history.releases if one.name[0].isdigit()}
    branches = {one.branch for one in known}
    has_points = any(one.is_point for one in known)
    found: dict[Version, Found] = {}
    for source in sources:
        told = list(_read(source, package))
        # A wrong folder must not look like a ledger that is up to date.
        if not told:
            raise TargetError(source, f"names no release of '{package}'")
        for text, named in told:
            version = parse_release(text)
            release = known.get(version)
            is_known = release is not None and not _wants_source(release, named)
            is_of_branch = version.branch in branches
            if is_known or (not has_points if is_of_branch else version < max(known)):
                continue
            one = Found(release=version, named=named, source=source, is_documented=release is not None)
            found.setdefault(version, one)
    return tuple(found[version] for version in sorted(found))


def _wants_source(release: Release, named: str) -> bool:
    """Whether a release that documentation stands for is named by what has its source."""
    return release.is_documented and (named.startswith("refs/tags/") or bool(_ARCHIVE.match(named)))


def _read(source: str, package: str) -> Iterator[tuple[str, str]]:
    """The numbers of the package's releases that a source has, each with what names it there."""
    path = Path(source)
    archive = _ARCHIVE.match(path.name)
    if source == STANDARD_INPUT:
        yield from _read_list(_read_standard_input(), package)
    elif is_repository(path):
        yield from _read_repository(source)
    elif archive is not None:
        if archive["name"] != package:
            raise TargetError(source, f"is a source of '{archive['name']}', not of '{package}'")
        if not _CANDIDATE.match(archive["rest"]):
            yield archive["version"], path.name
    elif path.is_file():
        yield from _read_list(_read_text(path), package)
    else:
        raise TargetError(source, "is no repository, no package list and no archive's name")


def _read_repository(source: str) -> Iterator[tuple[str, str]]:
    with Repository(source) as repository:
        for name, _commit, _date in repository.tags("*"):
            if match := _TAG.match(name):
                yield match[1], name


def _read_standard_input() -> str:
    try:
        return sys.stdin.read()
    except UnicodeDecodeError as error:
        raise TargetError(STANDARD_INPUT, str(error)) from None


def _read_text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return _UNPACK.get(path.suffix, bytes)(data).decode(errors="replace")
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise TargetError(str(path), str(error)) from None


def _read_list(text: str, package: str) -> Iterator[tuple[str, str]]:
    """The versions of a package's source in Debian's Sources or Packages, as apt-cache prints them, too."""
    for block in re.split(r"\n\s*\n", text):
        fields = dict(re.findall(r"^(Package|Source|Version): *(\S+)", block, re.MULTILINE))
        match = _PACKAGED.match(fields.get("Version", ""))
        is_its = match is not None and fields.get("Source", fields.get("Package")) == package
        if match is not None and is_its and not _CANDIDATE.match(match["rest"]):
            yield match["version"], f"{package} {fields['Version']}"
