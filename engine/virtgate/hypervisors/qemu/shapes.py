"""Values of JSON as the type that is expected of them, or None where they have another."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any


def as_mapping(value: Any) -> Mapping[str, Any]:
    """An object, or an empty one."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any) -> str | None:
    """A string."""
    return value if isinstance(value, str) else None


def as_texts(value: Any) -> tuple[str, ...] | None:
    """A list of strings only."""
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        return None
    return tuple(value)


def as_flag(value: Any) -> bool | None:
    """A boolean."""
    return value if isinstance(value, bool) else None


def as_number(value: Any) -> int | None:
    """A whole number; JSON's booleans are none."""
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def as_length(value: Any) -> int | None:
    """How many bytes a base64 text stands for."""
    try:
        return len(base64.b64decode(value, validate=True)) if isinstance(value, str) else None
    except (binascii.Error, ValueError):
        return None
