"""What an edit says: the fields of a record that differ, each as one short text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import Any

from ..model import Backport, Branch, Capability, Defect, Divergent, Leaf, Path, Stated, Where

_NONE = "nothing"
# How a field is called in the YAML, where that is another name.
_KEYS = {
    "marker": "visible",
    "by": "in",
    "os_release": "os-release",
    "authority": "upstream",
}
# What says which record it is, or follows from another field.
_PASSED = {"name", "id", "capability", "hypervisor", "area", "where"}


def is_same(one: Any, other: Any) -> bool:
    """Whether two records say the same, wherever they stand."""
    return bool(one == other or _plain(one) == _plain(other))


def path_edits(before: Sequence[Path], after: Sequence[Path]) -> Iterator[str]:
    """What differs between the paths of one capability on one hypervisor."""
    old, new = ({path.name: path for path in paths} for paths in (before, after))
    yield from (f"path {name} is gone" for name in old if name not in new)
    yield from (f"path {name} is new: {new[name].when}" for name in new if name not in old)
    for name in old:
        if name in new:
            yield from (f"{name}: {text}" for text in record_edits(old[name], new[name]))
    kept = [[name for name in names if name in old and name in new] for names in (old, new)]
    if kept[0] != kept[1]:
        yield f"order {', '.join(old)} -> {', '.join(new)}"


def row_edits(before: Capability, after: Capability) -> Iterator[str]:
    """What differs between two rows."""
    if before.id != after.id:
        yield f"was called {before.id}"
    yield from record_edits(before, after)


def record_edits(before: Any, after: Any) -> Iterator[str]:
    """What differs between two records of one kind, field by field, but for where they stand."""
    for one in fields(before):
        if one.name not in _PASSED:
            old, new = getattr(before, one.name), getattr(after, one.name)
            if not is_same(old, new):
                yield from _field(_KEYS.get(one.name, one.name.replace("_", "-")), old, new)


def _field(name: str, old: Any, new: Any) -> Iterator[str]:
    if isinstance(old, frozenset) and isinstance(new, frozenset):
        yield from _listed(name, tuple(sorted(old)), tuple(sorted(new)))
    elif isinstance(old, tuple) and isinstance(new, tuple):
        yield from _listed(name, old, new)
    elif isinstance(old, Mapping) and isinstance(new, Mapping):
        for key in dict.fromkeys((*old, *new)):
            if not is_same(old.get(key, ()), new.get(key, ())):
                yield from _field(f"{name} {key}", old.get(key, ()), new.get(key, ()))
    else:
        yield f"{name} {_spell(old)} -> {_spell(new)}"


def _listed(name: str, old: tuple[Any, ...], new: tuple[Any, ...]) -> Iterator[str]:
    """What differs between two lists; of a record that is in both under one name, its fields."""
    gone = [one for one in old if not any(is_same(one, other) for other in new)]
    come = [one for one in new if not any(is_same(one, other) for other in old)]
    for one in list(gone):
        named = _named(one)
        other = next((each for each in come if named is not None and _named(each) == named), None)
        if other is not None:
            gone.remove(one)
            come.remove(other)
            yield from (f"{name} of {named}: {text}" for text in record_edits(one, other))
    told = [f"{mark}{_spell(one)}" for mark, ones in (("-", gone), ("+", come)) for one in ones]
    if told:
        yield f"{name} {', '.join(told)}"
    elif not come and is_same(sorted(map(str, old)), sorted(map(str, new))):
        yield f"{name} in another order"


def _named(record: Any) -> str | None:
    """What tells a record from others in its list."""
    match record:
        case Divergent():
            return f"{_spell(record.by)} ({record.when})"
        case Backport():
            return f"{record.capability}{f' through {record.path}' if record.path else ''}"
        case Defect():
            return str(record.releases)
    return None


def _spell(value: Any) -> str:
    match value:
        case None | ():
            return _NONE
        case bool():
            return "yes" if value else "no"
        case Leaf() | Branch():
            return str(value)
        case tuple():
            return ", ".join(map(_spell, value))
        case Mapping():
            return ", ".join(f"{key} {_spell(inner)}" for key, inner in value.items())
        case Backport():
            return f"{_named(value)} from {value.since} ({_spell(value.evidence)})"
        case Stated():
            day = f", accepted {value.accepted}" if value.accepted else ""
            bound = "<=" if value.is_bounded else ""
            return f"{bound}{value.release}{day} ({_spell(value.evidence)})"
    if is_dataclass(value):
        told = ((_KEYS.get(one.name, one.name), getattr(value, one.name)) for one in fields(value))
        return "(" + "; ".join(f"{key} {_spell(one)}" for key, one in told if _is_told(key, one)) + ")"
    return str(value)


def _is_told(key: str, value: Any) -> bool:
    return key not in _PASSED and bool(value)


def _plain(value: Any) -> Any:
    """A record as plain values that compare without the places where they stand."""
    if isinstance(value, Where):
        return None
    if isinstance(value, str):
        return str(value)
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, frozenset):
        return sorted(map(str, value))
    if isinstance(value, Iterable):
        return [_plain(inner) for inner in value]
    if is_dataclass(value):
        return [_plain(getattr(value, one.name)) for one in fields(value) if one.name not in {"where"}]
    return value
