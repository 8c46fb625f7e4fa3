"""The list of a hypervisor's releases, and what products are called: two files beside its ledgers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from .errors import DataError
from .versions import Version, parse_release


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One upstream release: its day and its commit (or `-` where no repository at hand has it)."""

    version: Version
    name: str
    date: datetime.date | None
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One line of products.txt: what upstream calls a product, its API version, and the release that it is.

    `code_name` and `release` are None where there is none.
    """

    code_name: str | None
    api: str
    release: str | None
    title: str


def read_releases(folder: Path) -> tuple[Release, ...]:
    """The releases of a releases.txt in version order; none without the file. Raises DataError."""
    rows = (line.split() for line in _lines(folder / "releases.txt"))
    known = (_read_release(row, at) for at, row in enumerate(rows))
    return tuple(sorted(known, key=lambda one: one.version))


def read_products(folder: Path) -> tuple[Product, ...]:
    """The lines of a products.txt in upstream's order; none where the file is not there."""
    rows = (line.split(maxsplit=3) for line in _lines(folder / "products.txt"))
    return tuple(
        Product(code_name=_known(name), api=api, release=_known(release), title=title)
        for name, api, release, title in (row for row in rows if len(row) == 4)
    )


def find_product(products: Iterable[Product], version: str, api: str | None) -> Product | None:
    """The product of a version that a host says (`8.2.1`), by the number in its title.

    The API version is the second witness. What several products match is the first of them where all have
    one API version, as a hotfix has; else nobody can tell, and it is None.
    """
    branch = version.split(".")[:2]
    titled = [(_number_in(one.title), one) for one in products]
    same = [one for numbers, one in titled if numbers[:2] == branch]
    same = same or [one for numbers, one in titled if numbers == branch[:1]]
    same = [one for one in same if api in {None, one.api}]
    return same[0] if len({one.api for one in same}) == 1 else None


def _number_in(title: str) -> list[str]:
    """The version in `Citrix Hypervisor 8.2 Hotfix 2`, by its numbers; none in `Unreleased`."""
    found = re.search(r"\d+(?:\.\d+)*", title)
    return found[0].split(".") if found else []


def read_code_names(folder: Path) -> dict[str, str]:
    """The numbers that stand for code names in ranges: `0.N.0` for the name in line N of releases.txt."""
    names = (line.split()[0] for line in _lines(folder / "releases.txt"))
    return {name: f"0.{at}.0" for at, name in enumerate(names) if not name[0].isdigit()}


def is_head(release: Release) -> bool:
    """Whether a line is the state of upstream's branch: its number in QEMU has a micro of 50 and more."""
    return release.name[0].isdigit() and len(release.version.release) > 2 and release.version.release[2] >= 50


def _lines(path: Path) -> Iterator[str]:
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        if line.strip() and not line.startswith("#"):
            yield line


def _known(cell: str) -> str | None:
    return None if cell == "-" else cell


def _read_release(row: list[str], place: int) -> Release:
    """One line; a code name, which has no order of its own, takes its place in the file, before numbers."""
    name, day, commit = (*row, "-", "-")[:3]
    try:
        version = parse_release(name)
    except ValueError:
        version = Version(release=(0, place, 0), text=name)
    try:
        date = None if day == "-" else datetime.date.fromisoformat(day)
    except ValueError:
        raise DataError(
            (f"releases.txt: '{day}' of release {name} is no day; YYYY-MM-DD is, or -",)
        ) from None
    return Release(version=version, name=name, date=date, commit=commit)
