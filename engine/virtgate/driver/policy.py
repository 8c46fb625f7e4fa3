"""What the caller adds to the table: what it refuses although upstream has it, and what it allows."""

from __future__ import annotations

import os

from .errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

REFUSABLE = frozenset({"deprecated", "backports"})
ALLOWABLE = frozenset({"unstable", "unreleased"})


class Rule:
    """What a site says of one capability: `verb` is allow or refuse, `why` its reason, `until` the last day.

    `paths` are those that are meant, none for all; `where` is its line in the policy's file.
    """

    __slots__ = ("capability", "paths", "until", "verb", "where", "why")

    def __init__(
        self, *, verb: str, capability: str, paths: tuple[str, ...], why: str, until: str | None, where: str
    ) -> None:
        self.verb = verb
        self.capability = capability
        self.paths = paths
        self.why = why
        self.until = until
        self.where = where

    def is_of(self, path: str) -> bool:
        """Whether a path is meant."""
        return not self.paths or path in self.paths

    def __str__(self) -> str:
        told = (getattr(self, name) for name in ("where", "verb", "capability", "paths", "until", "why"))
        return repr(tuple(told))


class Policy:
    """`refuse` any of deprecated, backports; `allow` any of unstable, unreleased. Raises UsageError.

    `from_file` reads a site's, which can say something of single capabilities, too.
    """

    __slots__ = ("allow", "refuse", "rules")

    def __init__(self, *, refuse: object = (), allow: object = (), rules: Iterable[Rule] = ()) -> None:
        self.refuse = _check(refuse, REFUSABLE, "refuse")
        self.allow = _check(allow, ALLOWABLE, "allow")
        self.rules = tuple(rules)

    @classmethod
    def from_file(cls, path: str | os.PathLike[str]) -> Policy:
        """The policy in a YAML file (docs/drivers.md). Raises UsageError, DataError."""
        from ..ask.site_policy import read_policy

        return read_policy(os.fspath(path))

    def __str__(self) -> str:
        words = f"refuse={','.join(sorted(self.refuse))} allow={','.join(sorted(self.allow))}"
        return " ".join((words, *map(str, self.rules)))

    def __repr__(self) -> str:
        rules = f", {len(self.rules)} rules" if self.rules else ""
        return f"Policy(refuse={sorted(self.refuse)}, allow={sorted(self.allow)}{rules})"

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
        raise UsageError(f"cannot {what} '{word}'; {' and '.join(sorted(known))} can be")
    return taken
