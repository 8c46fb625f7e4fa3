"""What of a host's answers was looked at: all that a decision hangs on, and nothing else.

Parts are a tree: the keys that were looked up, each with what was looked at below it. Of a list they are of
every row, or of the rows of one name. Texts and numbers have no parts.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from typing import Any, SupportsIndex

from .answers import Answer, Facts
from .forms import Told

Parts = dict[str, Any]
# No key of JSON that a program writes begins so.
_WHOLE = "\0whole"
_ROWS = "\0*"
_NAMED = "\0="
_EVERY = "\0every question"


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What was looked at: the parts of each question's answer, as a text; of unanswered questions, too."""

    parts: Mapping[str, str]
    print: bytes = field(init=False, compare=False)

    def __post_init__(self) -> None:
        spelled = json.dumps(dict(self.parts), sort_keys=True).encode()
        object.__setattr__(self, "print", blake2b(spelled, digest_size=16).digest())

    @property
    def is_everything(self) -> bool:
        """Whether it was looked at which questions there are, so that one more is another host."""
        return _EVERY in self.parts


class Watch:
    """Notes what is looked at in `facts`, which are those that were given."""

    def __init__(self, facts: Facts) -> None:
        self._parts: dict[str, Parts] = {}
        self.facts = copy(facts)
        object.__setattr__(self.facts, "answers", _Watched(facts.answers, self._parts))
        object.__setattr__(self.facts, "told", _Watched(facts.told, self._parts))

    def looked(self) -> Looked:
        """What was looked at so far."""
        return _spell({asked: _settle(parts) for asked, parts in self._parts.items()})


def join_looked(several: Iterable[Looked]) -> Looked:
    """What was looked at in one host or the other."""
    joined: dict[str, Parts] = {}
    for one in several:
        for asked, text in one.parts.items():
            _merge(joined.setdefault(asked, {}), json.loads(text))
    return _spell(joined)


def digest_part(asked: str, answer: Answer | None, parts: str) -> bytes:
    """What all answers to a question have in common that are the same in these parts, in 16 bytes."""
    told = Told({asked: answer}).get(asked) if answer is not None else None
    shown = [_keep(one, _parse(parts)) for one in ((told,) if told is answer else (told, answer))]
    return blake2b(json.dumps(shown, sort_keys=True).encode(), digest_size=16).digest()


def _spell(parts: Mapping[str, Parts]) -> Looked:
    # A question may come from YAML, as a text that knows its line.
    return Looked(parts={str(asked): json.dumps(parts[asked], sort_keys=True) for asked in sorted(parts)})


@lru_cache(maxsize=4096)
def _parse(text: str) -> Parts:
    parts: Parts = json.loads(text)
    return parts


class _Watched(Mapping[str, Answer]):
    """Answers by question; notes each that is looked up."""

    def __init__(self, answers: Mapping[str, Answer], looked: dict[str, Parts]) -> None:
        self._answers = answers
        self._looked = looked

    def __getitem__(self, asked: str) -> Answer:
        parts = self._looked.setdefault(asked, {})
        answer: Answer = _wrap(self._answers[asked], parts)
        return answer

    def __iter__(self) -> Iterator[str]:
        self._looked.setdefault(_EVERY, {})
        return iter(self._answers)

    def __len__(self) -> int:
        self._looked.setdefault(_EVERY, {})
        return len(self._answers)


def _wrap(value: Any, parts: Parts) -> Any:
    if type(value) is list:
        return _Rows(value, parts)
    return _Keys(value, parts) if isinstance(value, Mapping) else value


class _Keys(dict[str, Any]):
    """A mapping; notes each key that is looked up, and everything where more than one may be."""

    __slots__ = ("_parts",)

    def __init__(self, value: Mapping[str, Any], parts: Parts) -> None:
        super().__init__(value)
        self._parts = parts

    def __getitem__(self, key: str) -> Any:
        parts, value = self._parts.setdefault(key, {}), super().__getitem__(key)
        return value if type(value) in _PLAIN else _wrap(value, parts)

    def get(self, key: str, default: Any = None) -> Any:
        parts, value = self._parts.setdefault(key, {}), super().get(key, default)
        return value if type(value) in _PLAIN else _wrap(value, parts)

    def __bool__(self) -> bool:
        return super().__len__() > 0  # what is empty is kept apart from what is not

    def __contains__(self, key: object) -> bool:
        self._parts.setdefault(str(key), {})
        return super().__contains__(key)


class _Rows(list[Any]):
    """A list; notes what is looked at in its rows, of which there are as many in every host that is alike."""

    __slots__ = ("_parts",)

    def __init__(self, value: list[Any], parts: Parts) -> None:
        super().__init__(value)
        self._parts = parts

    def __iter__(self) -> Iterator[Any]:
        return map(self._row, super().__iter__())

    def __getitem__(self, at: SupportsIndex | slice) -> Any:
        found = super().__getitem__(at)
        return list(map(self._row, found)) if isinstance(at, slice) else self._row(found)

    def _row(self, value: Any) -> Any:
        if type(value) in _PLAIN:
            return value
        return _wrap(value, self._parts.setdefault(_label(value), {}))


_PLAIN = frozenset({str, int, float, bool, type(None)})


def _label(row: Any) -> str:
    name = row.get("name") if isinstance(row, dict) else None
    return f"{_NAMED}{name}" if isinstance(name, str) else _ROWS


def _note_whole(kind: type, method: str) -> None:
    """Let a method that looks at more than one thing note all of them."""
    plain = getattr(kind.__base__, method)

    def look(self: Any, *others: Any, **more: Any) -> Any:
        self._parts[_WHOLE] = {}
        return plain(self, *others, **more)

    setattr(kind, method, look)


for _method in ("__iter__", "__len__", "__eq__", "__ne__", "__or__", "__ror__", "__reversed__", "__repr__"):
    _note_whole(_Keys, _method)
for _method in ("items", "keys", "values", "copy"):
    _note_whole(_Keys, _method)
for _method in ("__contains__", "__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__add__"):
    _note_whole(_Rows, _method)
for _method in ("__mul__", "__rmul__", "__reversed__", "__repr__", "copy", "count", "index"):
    _note_whole(_Rows, _method)


def _settle(parts: Parts) -> Parts:
    """Parts in which what was looked at in several named rows is looked at in all of them."""
    if _WHOLE in parts:
        return {_WHOLE: {}}
    keys = {key: below for key, below in parts.items() if not key.startswith(_NAMED)}
    rows = {key: below for key, below in parts.items() if key.startswith(_NAMED)}
    every: Parts = keys.pop(_ROWS, {})
    counts: dict[str, int] = {}
    for below in rows.values():
        for key in below:
            counts[key] = counts.get(key, 0) + 1
    for below in rows.values():
        _merge(every, {key: part for key, part in below.items() if counts[key] > 1})
    alone = {
        name: own
        for name, below in rows.items()
        if (own := {key: part for key, part in below.items() if counts[key] == 1})
    }
    found = {key: _settle(below) for key, below in {**keys, **alone}.items()}
    return {**found, _ROWS: _settle(every)} if every or _ROWS in parts else found


def _merge(into: Parts, other: Parts) -> None:
    for key, below in other.items():
        _merge(into.setdefault(key, {}), below)


def _keep(value: Any, parts: Parts) -> Any:
    """What of a value is in the parts."""
    if _WHOLE in parts:
        return dict(value) if isinstance(value, Mapping) else value
    if isinstance(value, list):
        return [_keep(row, _parts_of(row, parts)) for row in value]
    if isinstance(value, Mapping):
        return (
            {key: _keep(value[key], parts[key]) for key in sorted(parts) if key in value} if value else None
        )
    return value


def _parts_of(row: Any, parts: Parts) -> Parts:
    """What is looked at in one row of a list."""
    every: Parts = parts.get(_ROWS, {})
    own = parts.get(_label(row))
    if own is None or own is every:
        return every
    both: Parts = json.loads(json.dumps(every))
    _merge(both, own)
    return both
