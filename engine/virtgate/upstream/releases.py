"""The list of a hypervisor's releases, and what products are called: two files beside its ledgers."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ..driver.errors import DataError
from ..model import Shipped
from ..versions import Version, parse_release


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One upstream release: its day and its commit (or `-` where no repository at hand has it).

    Where nobody had its source, the commit is `documented`: its documentation and the source before it
    stand for it, and its day may be a later one's.
    """

    version: Version
    name: str
    date: datetime.date | None
    commit: str

    @property
    def is_documented(self) -> bool:
        """Whether documentation stands for its source."""
        return self.commit == "documented"


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


def add_products(products: tuple[Product, ...], shipped: Iterable[Shipped]) -> tuple[Product, ...]:
    """What upstream calls products, and what else is sold under numbers of its own.

    None where a release is itself the product.
    """
    own = (
        Product(code_name=None, api="", release=one.first or one.ships, title=f"{one.title} {one.release}")
        for one in shipped
    )
    return (*products, *own) if products else ()


def find_product(
    products: Iterable[Product], version: str, api: str | None = None, brand: str = ""
) -> Product | None:
    """The product of a version that a host says (`8.2.1`), by the number in its title.

    The API version is the second witness. Of several the host is at least the first: what a later one of the
    same number has, a hotfix may have brought. XenServer 8 calls itself 8.4.0, and no other brand is meant.
    """
    wanted = version.split(".")
    titled = [(_number_in(one.title), one) for one in products]
    for length in range(len(wanted), 0, -1) if all(map(str.isdigit, wanted[:2])) else ():
        for numbers, one in titled:
            is_brand = length > 1 or one.title.lower().startswith(brand.lower())
            if numbers == wanted[:length] and is_brand and api in {None, one.api}:
                return one
    return None


def find_sold(products: Iterable[Product], text: str) -> str | None:
    """The release that a product is, by its whole title, its title without the brand, or its version."""
    known = tuple(one for one in products if one.release is not None and _number_in(one.title))
    wanted = text.strip().lower()
    for one in known:
        if wanted in {one.title.lower(), _without_brand(one.title).lower()}:
            return one.release
    brand, _, number = wanted.rpartition(" ")
    is_brand = any(
        one.title.lower() == f"{brand} {_without_brand(one.title)}".strip().lower() for one in known
    )
    found = find_product(known, number, brand=brand) if is_brand or not brand else None
    return found.release if found else None


def near_releases(text: str, names: Iterable[str], products: Iterable[Product]) -> tuple[str, ...]:
    """Names of releases and of products that look like a text; of a bare number its newest branches."""
    wanted = re.sub(r"^[a-z]+-?(?=\d)", "", text.strip().lower())
    known = tuple(names)
    below = [name.split(".") for name in known if wanted.isdigit() and name.startswith(f"{wanted}.")]
    if below:
        return tuple(dict.fromkeys(".".join(name[:2]) for name in below))[-3:]
    numbers = {_without_brand(one.title): one.title for one in products if one.release is not None}
    titles = {title.lower(): title for title in numbers.values()}
    words = {**numbers, **titles, **{name: name for name in known}}
    from difflib import get_close_matches

    close = get_close_matches(wanted, list(words), n=5)
    return tuple(dict.fromkeys(words[word] for word in close))[:3]


def _without_brand(title: str) -> str:
    """`6.5 SP1` of `XenServer 6.5 SP1`."""
    return re.sub(r"^\D+", "", title)


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
            (f"releases.txt: '{day}' of release {name} is not a day; write YYYY-MM-DD, or -",)
        ) from None
    return Release(version=version, name=name, date=date, commit=commit)
