"""libvirt's history to the ledger files of `matrix/libvirt/ledger`."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

from ....driver.errors import TargetError
from ....harvest.archive import is_repository, open_source
from ....harvest.git import Release, Repository, Source, version_key
from ....harvest.kinds import Kind, harvest_kind, write_changed
from ....harvest.releases import (
    DOCUMENTED,
    NO_COMMIT,
    Progress,
    merge_releases,
    read_releases,
    render_releases,
)
from . import drivers, formats, headers, symbols
from .between import Between

_DRIVERS = "libvirt-driver"
_LIBRARY = re.compile(r"(?:^|/)libvirt\.so\.0\.(\d+)\.(\d+)$")
_VERSION = re.compile(
    r"^[ \t]*version: '(\d+\.\d+\.\d+)'|AC_INIT\(\[libvirt\], \[(\d+\.\d+\.\d+)\]", re.MULTILINE
)
_NEWS = re.compile(r"^v(\d+\.\d+\.\d+) \((\d{4}-\d\d-\d\d)\)$", re.MULTILINE)


def harvest(repos: Sequence[str | Path], out_dir: str | Path, progress: Progress) -> None:
    """Bring the ledger in `out_dir` up to every release that the sources have or tell of.

    A source is a git repository with upstream's tags, the source of one release (a tarball or folder), or
    the folder to which the packages of one release were unpacked. A release that only the newest source's
    news name is `documented`: the sources before and after it stand for it, and symbol versions and headers
    say more. Raises TargetError, DataError and OSError.
    """
    out = Path(out_dir)
    out.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        trees: dict[str, Source] = {}
        found: dict[str, Release] = {}
        for source in repos:
            for release, tree in _open(source, stack):
                if release.version not in found:
                    found[release.version], trees[release.version] = release, tree
        known = read_releases(out / "releases.txt")
        told = [Release(version=version, date=day, commit=DOCUMENTED) for version, day in _read_news(trees)]
        releases = merge_releases(known, (*found.values(), *told))
        anew = {one.version for one in known if one.commit == DOCUMENTED} & trees.keys()
        documented = [one.version for one in releases if one.commit == DOCUMENTED]
        everything = {**trees, **dict(_stand_between(documented, trees))}
        names = [one.version for one in known]
        # What is first seen after a gap may be older; so may what the first schema has.
        gaps = {two.version for one, two in pairwise(releases) if one.commit == DOCUMENTED != two.commit}
        for kind in _kinds(trees):
            # Packages tell nothing of drivers: what is known of them goes on.
            if (
                kind.name == _DRIVERS
                and (out / f"{_DRIVERS}.txt").exists()
                and not any(map(drivers.has_drivers, trees.values()))
            ):
                continue
            bounded = gaps if kind == formats.KIND else frozenset()
            harvest_kind(kind, out, names, everything, progress, again=anew, bounded=bounded)
    write_changed(out / "releases.txt", render_releases(releases))
    progress(f"releases.txt: {len(releases)} releases, {len(releases) - len(known)} of them new")


def _kinds(trees: Mapping[str, Source]) -> tuple[Kind, ...]:
    ordered = [trees[name] for name in sorted(trees, key=version_key, reverse=True)]
    newest = next(iter(ordered), None)
    source = next(filter(drivers.has_drivers, ordered), None)
    return (
        Kind(
            name="libvirt-function",
            covers="complete",
            note=symbols.NOTE,
            make_reader=lambda: symbols.Reader(newest),
        ),
        Kind(
            name=_DRIVERS,
            covers="partial",
            note=drivers.NOTE,
            make_reader=lambda: drivers.Reader(newest, source),
        ),
        Kind(name="libvirt-constant", covers="complete", note=headers.NOTE, make_reader=headers.Reader),
        formats.KIND,
    )


def _open(source: str | Path, stack: ExitStack) -> Iterator[tuple[Release, Source]]:
    """The releases of one source, each with its files."""
    if is_repository(source):
        repository = stack.enter_context(Repository(str(source)))
        yield from ((release, repository.tree(release.commit)) for release in repository.tagged())
        return
    tree = stack.enter_context(open_source(source))
    version = _read_version(tree)
    if version is None:
        raise TargetError(str(source), "neither libvirt's source nor its unpacked packages")
    day = dict(_read_news({version: tree})).get(version, "-")
    yield Release(version=version, date=day, commit=NO_COMMIT), tree


def _read_version(tree: Source) -> str | None:
    for path in ("meson.build", "configure.ac"):
        found = tree.read(path)
        if found and (told := _VERSION.search(found[1].decode(errors="replace"))):
            return told[1] or told[2]
    for path in tree.list_blobs():
        if told := _LIBRARY.search(path):
            return f"{int(told[1]) // 1000}.{int(told[1]) % 1000}.{told[2]}"
    return None


def _read_news(trees: Mapping[str, Source]) -> list[tuple[str, str]]:
    """Every release that the news of the newest source name, with its day."""
    for version in sorted(trees, key=version_key, reverse=True):
        tree = trees[version]
        for path, blob in tree.list_blobs().items():
            if path == "NEWS.rst" or path.endswith("/NEWS.gz"):
                data = tree.content(blob)
                text = gzip.decompress(data) if path.endswith(".gz") else data
                return _NEWS.findall(text.decode(errors="replace"))
    return []


def _stand_between(names: Iterable[str], trees: Mapping[str, Source]) -> Iterator[tuple[str, Source]]:
    """For each release without a source the nearest ones on both sides."""
    ordered = sorted(trees, key=version_key)
    for name in names:
        older = [one for one in ordered if version_key(one) < version_key(name)]
        newer = [one for one in ordered if version_key(one) > version_key(name)]
        # After the newest source nothing tells what came: such a release has no tree.
        if newer:
            yield name, Between(older=trees[(older or newer)[-1 if older else 0]], newer=trees[newer[0]])
