"""Arguments for a command, made from what the QEMU says of it and from a table of values."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

_STEP = re.compile(r"([.:=]?)([^.:=\[\]?()]+)")
PLAIN = {"string": "trial", "int": 1, "number": 1, "boolean": True, "null": None, "value": {}}


def steps_of(element: str) -> list[tuple[str, str]]:
    """The steps of `blockdev-add:rbd.encrypt=x`: a sign (none, `.`, `:` or `=`) and a name each."""
    name, mark, value = element.partition("=")
    steps = [(sign, text) for sign, text in _STEP.findall(name)]
    return steps + ([("=", value)] if mark else [])


class Builder:
    """The smallest arguments that reach an element.

    A value is looked up by `command.member`, then by `member`, then made from the member's type. What the
    schema does not have is sent all the same, so that QEMU itself says whether it knows it.
    """

    def __init__(
        self, schema: list[dict[str, Any]], values: Mapping[str, Any], always: Collection[str] = ()
    ) -> None:
        self._always = always
        self._types = {entry["name"]: entry for entry in schema}
        self._values = values

    def has(self, command: str) -> bool:
        return command in self._types

    def build(self, element: str) -> tuple[str, dict[str, Any]]:
        """The command of an element and its arguments."""
        (_, command), *steps = steps_of(element)
        entry = self._types.get(command)
        if entry is None:
            return command, self._unknown(command, steps)
        return command, self._object(command, entry["arg-type"], steps, 0)

    def _unknown(self, command: str, steps: list[tuple[str, str]]) -> Any:
        if not steps:
            return {} if "." not in command else "trial"
        (sign, name), *rest = steps
        if sign == "=":
            return name
        if sign == ":":
            return self._unknown(command, rest)
        return {name: self._value(command, name, rest) if rest else self._known(command, name, "trial")}

    def _value(self, command: str, name: str, rest: list[tuple[str, str]]) -> Any:
        return self._unknown(f"{command}.{name}", rest)

    def _known(self, command: str, name: str, otherwise: Any) -> Any:
        return self._values.get(f"{command}.{name}", self._values.get(name, otherwise))

    def _object(self, place: str, kind: str, steps: list[tuple[str, str]], depth: int) -> dict[str, Any]:
        entry = self._types[kind]
        members = {member["name"]: member for member in entry.get("members", ())}
        built: dict[str, Any] = {}
        tag, branch = entry.get("tag"), None
        if steps and steps[0][0] == ":":
            branch, steps = steps[0][1], steps[1:]
        if tag is not None:
            branch = branch or (steps[1][1] if steps[:1] == [(".", tag)] and len(steps) > 1 else None)
            branch = branch or self._known(place, tag, self._first(members[tag]["type"]))
            built[tag] = branch
            place = f"{place}:{branch}"
            variant = next((v["type"] for v in entry["variants"] if v["case"] == branch), None)
            if variant is not None:
                wanted = steps[0][1] if steps and steps[0][0] == "." else None
                inner = wanted not in members
                built |= self._object(place, variant, steps if inner else [], depth)
                if inner:
                    steps = []
        wanted = steps[0][1] if steps and steps[0][0] == "." else None
        for name, member in members.items():
            if name == wanted:
                built[name] = self._member(place, member, steps[1:], depth)
            elif "default" not in member and name not in built:
                built[name] = self._member(place, member, [], depth)
            elif name not in built and (key := f"{place}.{name}") in self._always:
                built[name] = self._values[key]
        if wanted is not None and wanted not in members:
            built |= self._unknown(place, steps)
        return built

    def _member(self, place: str, member: dict[str, Any], steps: list[tuple[str, str]], depth: int) -> Any:
        name, inner = member["name"], f"{place}.{member['name']}"
        if not steps:
            for key in (inner, f"{place.partition(':')[0]}.{name}", name):
                if key in self._values:
                    return self._values[key]
        return self._make(inner, member["type"], steps, depth)

    def _make(self, place: str, kind: str, steps: list[tuple[str, str]], depth: int) -> Any:
        if steps and steps[0][0] == "=":
            return steps[0][1]
        entry = self._types[kind]
        if depth > 6:
            return {}
        if entry["meta-type"] == "builtin":
            return PLAIN[entry["json-type"]]
        if entry["meta-type"] == "enum":
            return self._first(kind)
        if entry["meta-type"] == "array":
            return [self._make(place, entry["element-type"], steps, depth + 1)]
        if entry["meta-type"] == "alternate":
            kinds = [member["type"] for member in entry["members"]]
            objects = [one for one in kinds if self._types[one]["meta-type"] == "object"]
            simple = [one for one in kinds if one not in objects]
            return self._make(place, (objects if steps and objects else simple or kinds)[0], steps, depth + 1)
        return self._object(place, kind, steps, depth + 1)

    def _first(self, kind: str) -> str:
        entry = self._types[kind]
        values = entry.get("values") or [member["name"] for member in entry["members"]]
        return str(values[0])
