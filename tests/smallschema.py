"""One small interface that has everything: every kind of type, and each way to be inside another."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

NAMES = st.from_regex(r"(__com\.redhat_)?[a-z][a-z0-9_+-]{0,6}", fullmatch=True)


def builtin(name: str, kind: str) -> dict[str, Any]:
    return {"name": name, "meta-type": "builtin", "json-type": kind}


def object_type(name: str, /, **members: Any) -> dict[str, Any]:
    """An object; a member is a type's name, one with a `?` behind it is optional."""
    rows = [
        {"name": key.replace("_", "-"), "type": kind.rstrip("?")}
        | ({"default": None} if kind.endswith("?") else {})
        for key, kind in members.items()
    ]
    return {"name": name, "meta-type": "object", "members": rows}


def command(name: str, arguments: str = "empty", returns: str = "empty") -> dict[str, Any]:
    return {"name": name, "meta-type": "command", "arg-type": arguments, "ret-type": returns}


SCHEMA: list[dict[str, Any]] = [
    *map(builtin, ("str", "int", "number", "bool", "null"), ("string", "int", "number", "boolean", "null")),
    builtin("any", "value"),
    object_type("empty"),
    command("mirror", "mirror-arg", "[job]"),
    object_type(
        "mirror-arg", device="str", sync="sync", speed="int?", rate="number?", target="target?", tags="[str]?"
    ),
    {
        "name": "sync",
        "meta-type": "enum",
        "values": ["top", "full"],
        "members": [{"name": "top"}, {"name": "full"}],
    },
    object_type("target", file="str", options="options?"),
    object_type("options", cache="bool?"),
    {"name": "[str]", "meta-type": "array", "element-type": "str"},
    {"name": "[job]", "meta-type": "array", "element-type": "job"},
    object_type("job", id="str", detail="detail", error="str?", share="number"),
    object_type("detail", offset="int"),
    command("add", "node"),
    {
        **object_type("node", driver="driver", name="str?", backing="ref?"),
        "tag": "driver",
        "variants": [{"case": "file", "type": "file"}, {"case": "raw", "type": "empty"}],
    },
    {"name": "driver", "meta-type": "enum", "values": ["file", "raw"]},
    object_type("file", filename="str", locking="bool?"),
    {
        "name": "ref",
        "meta-type": "alternate",
        "members": [{"type": "str"}, {"type": "node"}, {"type": "null"}],
    },
    {"name": "READY", "meta-type": "event", "arg-type": "job"},
]
EVERYTHING = (
    *("mirror", "mirror.device", "mirror.sync", "mirror.sync=top", "mirror.speed", "mirror.rate"),
    *("mirror.target", "mirror.target.file", "mirror.target.options.cache", "mirror.tags"),
    *("mirror()", "mirror().id", "mirror().detail.offset", "mirror().error", "mirror().share"),
    *("add", "add.driver", "add:file", "add:file.filename", "add:file.locking", "add:raw", "add.name"),
    *(
        "add.backing",
        "add.backing|null",
        "add.backing|string",
        "add.backing|object",
        "add.backing:file.filename",
    ),
    *("READY", "READY.id", "READY.detail", "READY.detail.offset"),
)

Schema = list[dict[str, Any]]
