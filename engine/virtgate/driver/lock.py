"""Answers kept for as long as a guest lives, and what is otherwise later."""

from __future__ import annotations

from .errors import UnknownCapability, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from typing import Any, Protocol

    from ..ids import Id
    from .verdict import Verdict

    class Gates(Protocol):
        """What is asked of gates here; theirs is the module that knows this one."""

        host: Mapping[str, str | None]

        def parse(self, identifier: str) -> Id: ...
        def verdict(self, identifier: Id) -> Verdict: ...
        def __contains__(self, identifier: object) -> bool: ...
        def __iter__(self) -> Iterator[Id]: ...


_FORMAT = 1


class Change:
    """One capability that is no longer as it was kept: `was` and `now` are states, with the path of each."""

    __slots__ = ("id", "now", "now_path", "reason", "sentence", "was", "was_path")

    def __init__(  # noqa: PLR0917 - the fields in the order of its sentence
        self,
        id: str,  # noqa: A002
        was: str,
        was_path: str | None,
        now: str,
        now_path: str | None,
        reason: str,
        sentence: str,
    ) -> None:
        self.id = id
        self.was = was
        self.was_path = was_path
        self.now = now
        self.now_path = now_path
        self.reason = reason
        self.sentence = sentence

    def __str__(self) -> str:
        was, now = _spell(self.was, self.was_path), _spell(self.now, self.now_path)
        return f"{self.id} was {was} and is {now}: {self.sentence}"

    def __repr__(self) -> str:
        return f"<Change {self}>"


class Lock:
    """The answers of one moment. Immutable, small, and, as text, kept over a restart of who holds it."""

    __slots__ = ("_kept", "host")

    def __init__(self, host: Mapping[str, str | None], kept: Mapping[str, tuple[str, str | None]]) -> None:
        self.host: Mapping[str, str | None] = type(Lock.__dict__)(dict(host))
        self._kept = dict(kept)

    @classmethod
    def of(cls, gates: Gates, identifiers: Iterable[str]) -> Lock:
        """The answers of gates for these ids, or for all. Raises UnknownCapability."""
        verdicts = [gates.verdict(gates.parse(one)) for one in tuple(identifiers) or tuple(gates)]
        return cls(gates.host, {one.id: (one.state, one.path) for one in verdicts})

    @classmethod
    def from_text(cls, text: str) -> Lock:
        """The lock that `to_text` wrote. Raises UsageError for any other text."""
        import json

        try:
            document = json.loads(text)
            kept = {str(name): (str(state), path) for name, (state, path) in document["gates"].items()}
            if document["format"] == _FORMAT and all(
                path is None or isinstance(path, str) for _, path in kept.values()
            ):
                return cls(document["host"], kept)
        except (ValueError, KeyError, TypeError, AttributeError):
            pass
        raise UsageError("not the text of a lock, or of another version's")

    def to_text(self) -> str:
        """One line to keep, for `from_text`."""
        import json

        document: dict[str, Any] = {"format": _FORMAT, "host": dict(self.host), "gates": self._kept}
        return json.dumps(document)

    def enabled(self, identifier: str) -> bool:
        """Whether it was enabled. Raises UnknownCapability for an id that was not kept."""
        return self._at(identifier)[0] == "enabled"

    def path(self, identifier: str) -> str | None:
        """The path that was to be used, or None. Raises UnknownCapability for an id that was not kept."""
        return self._at(identifier)[1]

    def changes(self, gates: Gates) -> tuple[Change, ...]:
        """What these gates answer otherwise, in the order of ids; another reason alone is no change."""
        return tuple(filter(None, (self._change(name, gates) for name in sorted(self._kept))))

    def _change(self, name: str, gates: Gates) -> Change | None:
        was = self._kept[name]
        if name not in gates:
            return Change(name, *was, "unknown", None, "unknown", "the data of now does not know it")
        verdict = gates.verdict(gates.parse(name))
        if was == (verdict.state, verdict.path):
            return None
        return Change(name, *was, verdict.state, verdict.path, verdict.reason, verdict.sentence)

    def _at(self, identifier: str) -> tuple[str, str | None]:
        try:
            return self._kept[identifier]
        except KeyError:
            raise UnknownCapability(str(identifier)) from None

    def __contains__(self, identifier: object) -> bool:
        return identifier in self._kept

    def __iter__(self) -> Iterator[str]:
        return iter(self._kept)

    def __len__(self) -> int:
        return len(self._kept)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Lock) and (self.host, self._kept) == (other.host, other._kept)

    def __hash__(self) -> int:
        return hash(tuple(self._kept.items()))

    def __repr__(self) -> str:
        return f"<Lock of {len(self)} gates of {self.host.get('target')}>"


def _spell(state: str, path: str | None) -> str:
    return f"{state} through {path}" if path else state
