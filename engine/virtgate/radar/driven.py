"""Where a driver's sources use given elements of an interface."""

from __future__ import annotations

from collections.abc import Iterable

from ..model import Element
from ..scan import Names, Use, scan_paths
from ..upstream.history import History

_KINDS = {"command": "qmp", "argument": "qmp", "event": "qmp", "device": "qom"}


class Driven:
    """One driver's uses, by the element that each is of; `unread` are files that could not be read."""

    def __init__(self, paths: Iterable[str], qemu: History) -> None:
        """Raises UsageError for a path that is not there; `qemu` tells what a name is."""
        scan = scan_paths(paths, Names.of(qemu))
        # What is binary or large is no source of a driver's.
        self.unread = tuple(one for one in scan.skipped if one.why not in {"binary", "large"})
        self._uses: dict[tuple[str, Element], list[Use]] = {}
        for use in scan.uses:
            element = Element(kind=_KINDS.get(use.kind, use.kind), name=use.name)
            self._uses.setdefault((use.hypervisor, element), []).append(use)

    def of(self, hypervisor: str, elements: Iterable[Element]) -> tuple[Use, ...]:
        """Every use of any of these elements of a hypervisor, in order of file and line."""
        found = (use for one in elements for use in self._uses.get((hypervisor, one), ()))
        return tuple(sorted(set(found)))
