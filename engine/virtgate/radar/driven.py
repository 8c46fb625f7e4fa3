"""Where a driver's sources use given elements of an interface."""

from __future__ import annotations

from collections.abc import Iterable

from ..facts.folders import find_hypervisor
from ..model import Element
from ..scan import Use, scan_paths
from ..upstream.history import Histories


class Driven:
    """One driver's uses, by the element that each is of; `unread` are files that could not be read."""

    def __init__(self, paths: Iterable[str], history_of: Histories) -> None:
        """Raises UsageError for a path that is not there; `history_of` gives a hypervisor's history."""
        scan = scan_paths(paths, history_of)
        # What is binary or large is no source of a driver's.
        self.unread = tuple(one for one in scan.skipped if one.why not in {"binary", "large"})
        self._uses: dict[tuple[str, Element], list[Use]] = {}
        for use in scan.uses:
            kind = find_hypervisor(use.hypervisor).scanner().kind_for(use)
            # A condition may ask either ledger for the same name.
            for ledger in filter(None, (kind.ledger, kind.also)):
                element = Element(kind=ledger, name=use.name)
                self._uses.setdefault((use.hypervisor, element), []).append(use)

    def of(self, hypervisor: str, elements: Iterable[Element]) -> tuple[Use, ...]:
        """Every use of any of these elements of a hypervisor, in order of file and line."""
        found = (use for one in elements for use in self._uses.get((hypervisor, one), ()))
        return tuple(sorted(set(found)))
