"""The data as they were last read, kept so that they need not be read again until they change.

It stands to the YAML as a `.pyc` to its source: in the user's own folder, believed only when nobody else
could have written it, when this version of ours did, and when no file of the data has changed since.
"""

from __future__ import annotations

import copyreg
import io
import pickle
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ..data import Catalog
from ..driver import cache

Memo = Mapping[str, Any]
_OTHERS = {("pathlib", "PosixPath"), ("builtins", "frozenset"), ("copyreg", "_reconstructor")}


def freeze(values: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    """A mapping that cannot change; a name for what has none when it is read back."""
    return MappingProxyType(values)


def _thaw(values: MappingProxyType[Any, Any]) -> tuple[Any, tuple[dict[Any, Any]]]:
    return freeze, (dict(values),)


copyreg.pickle(MappingProxyType, _thaw)


class _Reader(pickle.Unpickler):
    """Reads back what `keep` wrote: records of this package, paths and frozen sets."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("virtgate.") or (module, name) in _OTHERS:
            return super().find_class(module, name)
        message = f"{module}.{name} is nothing that is kept"
        raise pickle.UnpicklingError(message)


def load(root: str, prints: str) -> tuple[Catalog, dict[str, Memo]] | None:
    """The catalog below a folder, and what was found of its histories; None when nothing of it is kept."""
    data = cache.read_private_bytes(cache.compiled_name(root))
    if data is None:
        return None
    try:
        stamp, catalog, memos = _Reader(io.BytesIO(data)).load()
    except Exception:
        return None
    if stamp != _stamp(prints) or not isinstance(catalog, Catalog) or not isinstance(memos, dict):
        return None
    return catalog, memos


def keep(root: str, prints: str, catalog: Catalog, memos: dict[str, Memo]) -> None:
    """Keep them for the next time; where nothing can be kept, nothing is."""
    data = pickle.dumps((_stamp(prints), catalog, memos), protocol=5)
    cache.write_private_bytes(cache.compiled_name(root), data)


def _stamp(prints: str) -> tuple[str, str, str]:
    """Our format, what the data were, and what the code was that read them."""
    return cache.FORMAT, prints, cache.take_print(f"tree\t{cache.package_root()}")
