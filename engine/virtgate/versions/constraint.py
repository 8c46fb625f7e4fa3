"""Comparisons of `release:` and `kernel:` conditions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from operator import eq, ge, gt, le, lt, ne
from typing import TYPE_CHECKING

from .upstream import Version, parse_release

if TYPE_CHECKING:
    from collections.abc import Callable

    _Compare = Callable[[tuple[int, ...], tuple[int, ...]], bool]

_OPERATORS: dict[str, _Compare] = {">=": ge, "<=": le, ">": gt, "<": lt, "==": eq, "!=": ne}
_TERM = r"(>=|<=|==|!=|>|<)\s*([0-9]{1,9}(?:\.[0-9]{1,9}){1,3})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """Comparisons that must all hold, such as `>=8.2, <9.0`.

    A branch is compared as a whole: 8.2.5 is `<=8.2` and `==8.2`, not `>8.2`. A release, `8.2.1`, is compared
    as itself. Candidates and snapshots count as the release they are on the way to: 9.0.0-rc1 and 8.2.50 are
    `>=9.0` and not `<9.0`.
    """

    terms: tuple[tuple[str, str], ...]

    @staticmethod
    def parse(text: str) -> Constraint:
        """The constraint of `>=8.2, <9.0`; operators are >= <= > < == !=. Cached. Raises ValueError."""
        return _parse(text)

    def accepts(self, version: Version) -> bool | None:
        """Whether every comparison holds; None for a version whose place cannot be told."""
        if version.is_ambiguous:
            return None
        release = version.target_release.release
        return all(_holds(release, operator, number) for operator, number in self.terms)

    def __str__(self) -> str:
        return ", ".join(operator + number for operator, number in self.terms)


@lru_cache(maxsize=1024)
def _parse(text: str) -> Constraint:
    return Constraint(terms=tuple(_parse_term(term.strip()) for term in text.split(",")))


def _parse_term(text: str) -> tuple[str, str]:
    match = re.fullmatch(_TERM, text)
    if not match:
        raise ValueError(
            f"{text[:80]!r} is not a comparison: >= <= > < == != and a version are, such as >=8.2"
        )
    return match[1], match[2]


def _holds(release: tuple[int, ...], operator: str, number: str) -> bool:
    version = parse_release(number)
    is_branch = number.count(".") + 1 == len(version.branch_parts)
    parts = version.branch_parts if is_branch else version.release
    return _OPERATORS[operator](release[: len(parts)] if is_branch else release, parts)
