"""What an answer to each question looks like: one that looks otherwise, or is empty, tells nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from .folders import all_hypervisors

Form = Callable[[Any], bool]
UNTOLD: Mapping[str, Any] = MappingProxyType({"unanswered": "the answer cannot be read"})


class Told(Mapping[str, Mapping[str, Any]]):
    """The answers to questions as they may be looked at: what is malformed or empty counts as unanswered.

    Whoever looks an answer up need not look again whether a row is a row and a name is text. The form of each
    is looked at when it is first asked for: a recording has hundreds, and few are needed for one capability.
    """

    def __init__(self, answers: Mapping[str, Any]) -> None:
        self._answers = answers
        self._looked: dict[str, Mapping[str, Any]] = {}

    def __getitem__(self, asked: str) -> Mapping[str, Any]:
        if asked not in self._looked:
            reply = self._answers[asked]
            self._looked[asked] = reply if _is_told(asked, reply) else UNTOLD
        return self._looked[asked]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def _is_told(asked: str, reply: Any) -> bool:
    if not isinstance(reply, Mapping):
        return False
    if "return" in reply:
        return "error" not in reply and form_of(asked)(reply["return"])
    error = reply.get("error")
    if error is None:
        return "unanswered" in reply
    return isinstance(error, Mapping) and all(isinstance(text, str) for text in error.values())


def form_of(asked: str) -> Form:
    """What the answer to a question must look like."""
    known = all_forms()
    return known.get(asked) or known.get(asked.partition(" ")[0], is_something)


@cache
def all_forms() -> Mapping[str, Form]:
    """The form of each question's answer, by the question or by its first word."""
    own = (one.forms for one in all_hypervisors().values())
    return MappingProxyType({asked: form for forms in (FORMS, *own) for asked, form in forms.items()})


def is_something(value: Any) -> bool:
    """Anything but nothing: an empty answer says neither yes nor no."""
    return value is not None and value not in ("", [], {})


def is_text(value: Any) -> bool:
    """A text with something in it."""
    return isinstance(value, str) and bool(value)


def is_number(value: Any) -> bool:
    """A whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def are_texts(value: Any) -> bool:
    """A list of texts, which may be empty where there are none."""
    return isinstance(value, list) and _are_all(str, value)


def are_some_texts(value: Any) -> bool:
    """A list of texts that cannot be empty on any host."""
    return bool(value) and are_texts(value)


def rows(*keys: str, empty: bool = False) -> Form:
    """A list of mappings in which each of the keys is a text."""

    def look(value: Any) -> bool:
        if not isinstance(value, list) or not (value or empty) or not _are_all(dict, value):
            return False
        try:
            return all(_are_all(str, map(itemgetter(key), value)) for key in keys)
        except KeyError:
            return False

    return look


def _are_all(kind: type[Any], values: Iterable[Any]) -> bool:
    """Whether all are of a kind; a host says a hundred thousand rows, of a handful of types."""
    return all(issubclass(one, kind) for one in {*map(type, values)})


def mapping(**forms: Form) -> Form:
    """A mapping with something in it, in which each of the keys has its form, and none has nothing."""

    def look(value: Any) -> bool:
        if not isinstance(value, dict) or not value or None in value.values():
            return False
        return all(key in value and form(value[key]) for key, form in forms.items())

    return look


def may_have(**forms: Form) -> Form:
    """A mapping in which a key that is there has its form."""

    def look(value: Any) -> bool:
        return isinstance(value, dict) and all(
            form(value[key]) for key, form in forms.items() if key in value
        )

    return look


def all_of(*forms: Form) -> Form:
    return lambda value: all(form(value) for form in forms)


def is_flag(value: Any) -> bool:
    return isinstance(value, bool)


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "uname": mapping(release=is_text),
        "os-release": mapping(),
        "node": mapping(exists=is_flag),
        "file": is_text,
        "folder": are_texts,
        "libraries": are_texts,
    }
)
