"""A bare reply to query-qmp-schema, with what its owner claims it is from."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ...driver.errors import RecordingError, UsageError
from ...facts.answers import Facts
from ...versions import parse_qemu

# A package string may hold commas and blanks, so it is the rest.
_CLAIM = re.compile(r"qemu=(?P<release>[^\s,]+)(?:[\s,]+package=(?P<package>.*))?")


def is_schema(document: Any) -> bool:
    """Whether a JSON value is a reply to query-qmp-schema, with its envelope or without."""
    body = document.get("return") if isinstance(document, dict) else document
    return isinstance(body, list) and bool(body) and isinstance(body[0], dict) and "meta-type" in body[0]


def read_schema(path: str, document: Any, claims: Mapping[str, str]) -> Facts:
    """The facts in such a reply: nothing but the schema was looked at.

    `claims` has `release`, and `package` where the owner vouches for the build. Raises UsageError without.
    """
    if "release" not in claims:
        raise UsageError(f"{path} is a bare schema: say what it is from with --claims qemu=X.Y.Z")
    body = document["return"] if isinstance(document, dict) else document
    if not all(isinstance(entry, dict) and "meta-type" in entry and "name" in entry for entry in body):
        raise RecordingError(path, "not a reply to query-qmp-schema")
    return Facts(
        hypervisor="qemu",
        target=path,
        via="schema",
        claims=dict(claims),
        answers={"query-qmp-schema": {"return": body}},
    )


def parse_claims(text: str) -> dict[str, str] | None:
    """`qemu=6.2.0`, or `qemu=6.2.0,package=TEXT`, as release and package; else None. Raises UsageError."""
    found = _CLAIM.fullmatch(text.strip())
    if found is None:
        return None
    try:
        parse_qemu(found["release"])
    except ValueError as error:
        raise UsageError(str(error)) from None
    return {key: value for key, value in found.groupdict().items() if value is not None}
