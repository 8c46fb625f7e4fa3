"""An exception names a problem that there is, and each rule has only as many as it is allowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import replace

from ..data.exceptions import Excepted, Exceptions
from ..data.forms import near
from ..data.yaml import Problem
from .data import locate

# Names of rules that exceptions may still use.
RENAMED_RULES = {"early": "divergent"}
RULE = "exceptions"


def settle(found: list[Problem], exceptions: Exceptions, rules: Collection[str]) -> list[Problem]:
    """The problems that remain, and what is wrong with the exceptions themselves.

    An exception in a file that is not wholly read is not missed.
    """
    exceptions = _rename_rules(exceptions)
    wanted = {_key(one): one for one in exceptions.rows if one.rule in rules}
    met = set(map(_key, found))
    unread = {one.file for one in found if one.rule not in rules}
    stale = [
        one
        for one in exceptions.rows
        if one.rule not in rules or not (_key(one) in met or one.file in unread)
    ]
    own = (*_find_stale(stale, rules), *_find_miscounted(exceptions))
    return [one for one in found if _key(one) not in wanted] + [replace(one, rule=RULE) for one in own]


def _rename_rules(exceptions: Exceptions) -> Exceptions:
    rows = tuple(replace(one, rule=RENAMED_RULES.get(one.rule, one.rule)) for one in exceptions.rows)
    at_most = {RENAMED_RULES.get(rule, rule): number for rule, number in exceptions.at_most.items()}
    return replace(exceptions, rows=rows, at_most=at_most)


def _key(one: Excepted | Problem) -> tuple[str, str, str]:
    return one.rule, one.file, one.problem


def _find_stale(stale: list[Excepted], rules: Collection[str]) -> Iterator[Problem]:
    for one in stale:
        if one.rule not in rules:
            yield locate(one.where, one.rule, f"'{one.rule}' is no rule of lint", near(one.rule, rules))
        else:
            problem = f"'{one.rule}' finds no such problem in {one.file}: {one.problem}"
            yield locate(one.where, one.problem, problem, "take the exception out, and lower 'at-most'")


def _find_miscounted(exceptions: Exceptions) -> Iterator[Problem]:
    counts = Counter(one.rule for one in exceptions.rows)
    for rule in sorted({*counts, *exceptions.at_most}):
        allowed = exceptions.at_most.get(rule, "0")
        if counts[rule] > int(allowed):
            problem = f"'{rule}' has {counts[rule]} exceptions; 'at-most' allows {allowed}"
            yield locate(
                exceptions.where, allowed, problem, "solve the problem: a number only becomes smaller"
            )
        elif counts[rule] < int(allowed):
            problem = f"'{rule}' has {counts[rule]} exceptions and 'at-most' allows {allowed}"
            hint = f'write {rule}: "{counts[rule]}"' if counts[rule] else f"take '{rule}' out of 'at-most'"
            yield locate(exceptions.where, allowed, problem, hint)
