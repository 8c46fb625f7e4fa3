"""The data opened once a process, and kept for the next with what was found of them."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from ..data import Catalog, data_root, load_catalog
from ..driver import cache
from ..driver.errors import UsageError
from ..model import Path as CodePath
from ..upstream.history import History
from ..upstream.standing import Kept, pack_statuses, recall_statuses
from ..versions import Version
from . import compiled

# A machine's emulators are of one release, seldom of two; each costs some milliseconds to read.
_MOST_RELEASES = 4
_STATUSES = "statuses"


@lru_cache(maxsize=4)
def _read_data(root: str, prints: str) -> tuple[Catalog, dict[str, compiled.Memo]]:
    """The catalog below a folder, and what is known of its histories."""
    return compiled.load(root, prints) or (load_catalog(root), {})


def _print_of(root: Path) -> str:
    """What the data below a folder are, in one line that no edit leaves as it is."""
    return " ".join(cache.take_print(f"tree\t{root}/{part}") for part in ("capabilities", "matrix"))


def open_catalog(data: str | None) -> Catalog:
    """The catalog to use; `data` is a folder or None for the installed one. Raises DataError."""
    root = data_root(data)
    return _read_data(str(root), _print_of(root))[0]


@lru_cache(maxsize=16)
def _history(root: str, hypervisor: str, as_of: str | None, prints: str) -> History:
    day = datetime.date.fromisoformat(as_of) if as_of is not None else None
    history = History(Path(root, "matrix", hypervisor, "ledger"), as_of=day)
    memos = _read_data(root, prints)[1]
    if as_of is None and hypervisor in memos:
        history.remember(memos[hypervisor])
    return history


def open_history(catalog: Catalog, hypervisor: str, as_of: str | None = None) -> History:
    """One hypervisor's releases and ledgers. Raises UsageError for a day that is none."""
    check_day(as_of)
    return _history(str(catalog.root), hypervisor, as_of, _print_of(catalog.root))


def check_day(text: str | None) -> None:
    """Raises UsageError for a day that is none."""
    try:
        datetime.date.fromisoformat(text if text is not None else "2000-01-01")
    except ValueError:
        message = f"'{text}' is not a day; write YYYY-MM-DD"
        raise UsageError(message) from None


def recall(catalog: Catalog, history: History, hypervisor: str, release: Version | None) -> None:
    """Take over where the paths stand in a release, where that was found before."""
    if history.as_of is None:
        recall_statuses(_paths(catalog, hypervisor), history, _kept(catalog, hypervisor), release)


def keep_compiled(catalog: Catalog, hypervisor: str, release: Version | None) -> None:
    """Keep the data as they were read, with what was found of one hypervisor's history.

    They are kept already where that has the release; None is for any.
    """
    prints = _print_of(catalog.root)
    memos = _read_data(str(catalog.root), prints)[1]
    kept = _kept(catalog, hypervisor)
    if hypervisor in memos and (release is None or str(release) in kept):
        return
    history = open_history(catalog, hypervisor)
    statuses = pack_statuses(_paths(catalog, hypervisor), history, kept, most=_MOST_RELEASES)
    memos[hypervisor] = {**history.memo(), _STATUSES: statuses}
    compiled.keep(str(catalog.root), prints, catalog, memos)


def _kept(catalog: Catalog, hypervisor: str) -> Kept:
    memos = _read_data(str(catalog.root), _print_of(catalog.root))[1]
    found: Kept = memos.get(hypervisor, {}).get(_STATUSES, {})
    return found


def _paths(catalog: Catalog, hypervisor: str) -> Iterable[CodePath]:
    return (one for paths in catalog.paths.get(hypervisor, {}).values() for one in paths)
