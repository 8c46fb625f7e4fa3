"""The data opened once a process, and kept for the next with what was found of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from weakref import WeakValueDictionary

from ..data import Catalog, data_root
from ..driver import cache
from ..driver.errors import UsageError
from ..model import Path as CodePath
from ..upstream.history import History
from ..upstream.standing import Found, pack_statuses, recall_statuses
from ..versions import Version
from .compiled import CATALOG, Compiled, read_yaml

# A machine's emulators are of one release, seldom of two; each costs some milliseconds to read.
_MOST_RELEASES = 4


class _Opened:
    """The catalog below a folder, and what is known of its histories."""

    def __init__(self, root: Path, prints: str) -> None:
        self.compiled = Compiled(root, prints)
        found = self.compiled.load(CATALOG)
        self.is_kept = found is not None
        self.catalog: Catalog = found or read_yaml(root)
        self._found: dict[str, Found | None] = {}
        _BY_CATALOG[id(self.catalog)] = self

    def found(self, hypervisor: str) -> Found | None:
        """What is known of one hypervisor's history."""
        if hypervisor not in self._found:
            self._found[hypervisor] = self.compiled.load(hypervisor)
        return self._found[hypervisor]

    def keep(self, hypervisor: str, found: Found) -> None:
        """Keep what was found of one, and the catalog where it is not kept."""
        if not self.is_kept:
            self.compiled.keep(CATALOG, self.catalog)
        self.is_kept = True
        self._found[hypervisor] = found
        self.compiled.keep(hypervisor, found)


_open = lru_cache(maxsize=4)(_Opened)
# Whether the data are still the same takes a millisecond to see; who has a catalog goes on with it.
_BY_CATALOG: WeakValueDictionary[int, _Opened] = WeakValueDictionary()


def _open_folder(root: Path) -> _Opened:
    """What is below a folder, as it is now: no edit leaves both of its prints as they are."""
    return _open(
        root, " ".join(cache.take_print(f"tree\t{root}/{part}") for part in ("capabilities", "matrix"))
    )


def _opened(catalog: Catalog) -> _Opened:
    return _BY_CATALOG.get(id(catalog)) or _open_folder(catalog.root)


def open_catalog(data: str | None) -> Catalog:
    """The catalog to use; `data` is a folder or None for the installed one. Raises DataError."""
    return _open_folder(data_root(data)).catalog


@lru_cache(maxsize=16)
def _history(opened: _Opened, hypervisor: str, as_of: str | None) -> History:
    day = datetime.date.fromisoformat(as_of) if as_of is not None else None
    history = History(opened.compiled.root / "matrix" / hypervisor / "ledger", as_of=day)
    found = opened.found(hypervisor) if as_of is None else None
    if found is not None:
        history.remember(found.memo)
    return history


def open_history(catalog: Catalog, hypervisor: str, as_of: str | None = None) -> History:
    """One hypervisor's releases and ledgers. Raises UsageError for a day that is none."""
    check_day(as_of)
    return _history(_opened(catalog), hypervisor, as_of)


def check_day(text: str | None) -> None:
    """Raises UsageError for a day that is none."""
    try:
        datetime.date.fromisoformat(text if text is not None else "2000-01-01")
    except ValueError:
        raise UsageError(f"'{text}' is not a day; write YYYY-MM-DD") from None


def recall(catalog: Catalog, history: History, hypervisor: str, release: Version | None) -> None:
    """Take over where the paths stand in a release, where that was found before."""
    if history.as_of is None:
        known = _opened(catalog).found(hypervisor)
        recall_statuses(_paths(catalog, hypervisor), history, known, release)


def keep_compiled(catalog: Catalog, hypervisor: str, release: Version | None) -> None:
    """Keep the data as they were read, with what was found of one hypervisor's history.

    They are kept already where that has the release; None is for any.
    """
    opened = _opened(catalog)
    known = opened.found(hypervisor)
    is_known = known is not None and (release is None or str(release) in known.releases)
    if is_known or hypervisor in opened.compiled.shipped:
        return
    history = open_history(catalog, hypervisor)
    opened.keep(hypervisor, pack_statuses(_paths(catalog, hypervisor), history, known, most=_MOST_RELEASES))


def _paths(catalog: Catalog, hypervisor: str) -> Iterable[CodePath]:
    return (one for paths in catalog.paths.get(hypervisor, {}).values() for one in paths)
