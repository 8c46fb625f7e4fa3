"""What the caller adds to the table: what it refuses although upstream has it, and what it allows."""

from __future__ import annotations

from .errors import UsageError

REFUSABLE = frozenset({"deprecated", "backports"})
ALLOWABLE = frozenset({"unstable", "unreleased"})


class Policy:
    """`refuse` any of deprecated, backports; `allow` any of unstable, unreleased. Raises UsageError."""

    __slots__ = ("allow", "refuse")

    def __init__(self, *, refuse: object = (), allow: object = ()) -> None:
        self.refuse = _check(refuse, REFUSABLE, "refuse")
        self.allow = _check(allow, ALLOWABLE, "allow")

    def __str__(self) -> str:
        return f"refuse={','.join(sorted(self.refuse))} allow={','.join(sorted(self.allow))}"

    def __repr__(self) -> str:
        return f"Policy(refuse={sorted(self.refuse)}, allow={sorted(self.allow)})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Policy) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def _check(words: object, known: frozenset[str], what: str) -> frozenset[str]:
    try:
        taken: frozenset[str] = frozenset((words,) if isinstance(words, str) else words)  # type: ignore[call-overload]
    except TypeError:
        taken = frozenset((repr(words),))
    for word in sorted(taken - known, key=str):
        message = f"cannot {what} '{word}'; {' and '.join(sorted(known))} can be"
        raise UsageError(message)
    return taken
