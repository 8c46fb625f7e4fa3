"""A bare reply to query-qmp-schema, with what its owner claims it is from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import RecordingError, UsageError
from .held import Facts


def is_schema(document: Any) -> bool:
    """Whether a JSON value is a reply to query-qmp-schema, with its envelope or without."""
    body = document.get("return") if isinstance(document, dict) else document
    return isinstance(body, list) and bool(body) and isinstance(body[0], dict) and "meta-type" in body[0]


def read_schema(path: str, document: Any, claims: Mapping[str, str]) -> Facts:
    """The facts in such a reply: nothing but the schema was looked at.

    `claims` has `release`, and `package` where the owner vouches for the build. Raises UsageError without.
    """
    if "release" not in claims:
        message = f"{path} is a bare schema: say what it is from with --claims qemu=X.Y.Z"
        raise UsageError(message)
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
