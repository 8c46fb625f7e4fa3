"""The schemas of all that programs read: one for every document of `--json`, and one for a recording."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ..data.forms import near
from ..driver.errors import UsageError

FOLDER = Path(__file__).resolve().parent.parent / "schemas" / "output"


def schema_names() -> tuple[str, ...]:
    """The documents that have a schema."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.json")))


def schema_text(name: str) -> str:
    """The schema of one document, as it is shipped. Raises UsageError."""
    if name not in schema_names():
        hint = near(name, schema_names())
        raise UsageError(f"no document '{name}'; {hint or 'there are ' + ', '.join(schema_names())}")
    return (FOLDER / f"{name}.json").read_text(encoding="utf-8")


def schemas_document() -> list[dict[str, Any]]:
    """Each document with its title and the id of its schema."""
    found = ((name, json.loads(schema_text(name))) for name in schema_names())
    return [{"name": name, "title": schema["title"], "id": schema["$id"]} for name, schema in found]
