"""The data as a package ships them: `compile_data.py OUT` writes what need not be read from YAML again.

With names of hypervisors after OUT: the catalog, and of these alone what is shipped of each.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from itertools import chain
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def write_compiled(out: Path, *only: str) -> None:
    """Write the catalog, and of each hypervisor where every path stands in each of its releases."""
    sys.path.insert(0, str(ROOT / "engine"))
    from virtgate.ask.compiled import CATALOG, Compiled, render
    from virtgate.data import data_root, load_catalog
    from virtgate.driver import system
    from virtgate.model import Element
    from virtgate.model import Path as CodePath
    from virtgate.upstream.history import History
    from virtgate.upstream.standing import Found, pack_statuses
    from virtgate.upstream.status import find_status
    from virtgate.versions import Version

    def remember_flags(history: History, element: Element, last: Version | None) -> None:
        first = history.flagged_since([element], "deprecated", last) if last else None
        if last and first:
            start, end = history.place_of(history.version_of(first)), history.place_of(last)
            for release in history.versions[start:end]:
                history.flagged_since([element], "deprecated", release)

    def find(hypervisor: str, paths: Iterable[CodePath]) -> Found:
        history = History(root / "matrix" / hypervisor / "ledger")
        for release in history.versions:
            for path in paths:
                find_status(path, release, history, None)
        found = pack_statuses(paths, history, None, most=len(history.versions))
        for _, mask, footprint, *_ in filter(None, chain(*(rows for _, rows in found.runs))):
            history.spell(mask)
            for element in footprint:
                history.commit_of(element)
                remember_flags(history, element, history.last_in(history.mask(element) or 0))
        return found  # whose memo is the history's own

    root = data_root()
    catalog, compiled = load_catalog(), Compiled(root, "")
    parts = {CATALOG: catalog}
    for name in only or catalog.paths:
        parts[name] = find(name, [path for paths in catalog.paths[name].values() for path in paths])
    out.mkdir(parents=True, exist_ok=True)
    for part, value in parts.items():
        content = render(value, compiled.content_of(part))
        (out / part).write_bytes(system.seal(part, content))


if __name__ == "__main__":
    write_compiled(Path(sys.argv[1]), *sys.argv[2:])
