"""A site's policy from its file: words of the table, and what is said of single capabilities."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from ..data import Catalog
from ..data.forms import find_form_problems, near
from ..data.yaml import MOST_BYTES, Block, Problem, Text, read
from ..driver import system
from ..driver.errors import DataError, UsageError, say_why
from ..driver.policy import Policy, Rule


def read_policy(path: str) -> Policy:
    """The policy in a file. Raises UsageError where it cannot be read, DataError with all that is wrong."""
    try:
        with system.open_regular(path) as file:
            text = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise UsageError(f"cannot read the policy {path}: {say_why(error)}") from None
    found: list[Problem] = []
    block = read(text, path, found)
    if block is not None:
        found += find_form_problems("policy", block, path)
        found += _find_odd_days(block, path)
    if found or block is None:
        raise DataError(tuple(map(str, sorted(found))))
    rows = block.get(Text("capabilities"), {})
    return Policy(
        refuse=_texts(block.get(Text("refuse"))),
        allow=_texts(block.get(Text("allow"))),
        rules=[_rule(name, row, path) for name, row in rows.items()],
    )


def _texts(value: Any) -> tuple[str, ...]:
    return () if value is None else (str(value),) if isinstance(value, str) else tuple(map(str, value))


def _rule(name: Text, row: Block, path: str) -> Rule:
    verb = "allow" if Text("allow") in row else "refuse"
    until = row.get(Text("until"))
    return Rule(
        verb=verb,
        capability=str(name),
        paths=_texts(row.get(Text("paths"))),
        why=str(row[Text(verb)]),
        until=None if until is None else str(until),
        where=f"{path}:{name.line}",
    )


def _find_odd_days(block: Block, path: str) -> Iterator[Problem]:
    """Days that have the form of one and are none, as 30 February."""
    rows = block.get(Text("capabilities"))
    for row in rows.values() if isinstance(rows, Block) else ():
        until = row.get(Text("until")) if isinstance(row, Block) else None
        if isinstance(until, Text):
            try:
                datetime.date.fromisoformat(until)
            except ValueError:
                yield Problem(file=path, line=until.line, problem=f"'until' is '{until}', which is no day")


def check_rules(policy: Policy, catalog: Catalog) -> None:
    """Raises UsageError for a rule on what the data do not know: it would do nothing."""
    for rule in policy.rules:
        row = catalog.find(rule.capability)
        if row is None:
            hint = near(rule.capability, catalog.capabilities)
            raise UsageError(f"{rule.where}: no capability '{rule.capability}'{f'; {hint}' if hint else ''}")
        known = {one.name for hypervisor in catalog.paths for one in catalog.paths_of(hypervisor, row.id)}
        for name in rule.paths:
            if name not in known:
                message = f"{rule.where}: {row.id} has no path '{name}'; it has {', '.join(sorted(known))}"
                raise UsageError(message)
