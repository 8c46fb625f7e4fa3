"""What a QEMU's answers look like, by the schema of its QMP commands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from ...facts.forms import (
    Form,
    all_of,
    are_some_texts,
    are_texts,
    is_flag,
    is_number,
    is_something,
    is_text,
    mapping,
    may_have,
    rows,
)


def _are_options(value: Any) -> bool:
    named = rows("name", empty=True)
    return rows("option")(value) and all(named(row.get("parameters", [])) for row in value)


_PROPERTIES = rows("name", empty=True)
_NUMBERS = mapping(major=is_number, minor=is_number, micro=is_number)


FORMS: Mapping[str, Form] = MappingProxyType(
    {
        "query-version": all_of(
            # 0.12 said the three numbers in one text (qemu@b73e06943b20).
            mapping(qemu=lambda value: is_text(value) or _NUMBERS(value)),
            may_have(package=lambda value: isinstance(value, str)),
        ),
        "query-qmp-schema": rows("name", "meta-type"),
        "query-commands": rows("name"),
        "query-events": rows("name"),
        "qom-list-types": rows("name"),
        "qom-list-properties": _PROPERTIES,
        "device-list-properties": _PROPERTIES,
        "query-machines": rows("name"),
        "query-cpu-definitions": rows("name"),
        "query-migrate-capabilities": rows("capability"),
        "query-command-line-options": _are_options,
        "query-tpm-models": are_texts,
        "query-tpm-types": are_texts,
        "query-accelerators": mapping(present=are_some_texts),
        "query-kvm": mapping(enabled=is_flag),
        "query-target": mapping(arch=is_text),
        "query-sev-capabilities": mapping(pdh=is_text, cbitpos=is_number),
        # 6.2 gave flags only (qemu@0205c4fa1ea3); all later ones have these two besides.
        "query-sgx-capabilities": mapping(sgx=is_flag, flc=is_flag),
        "--version": is_text,
        "modules": are_texts,
        "block-formats": mapping(rw=are_texts),
        "accel": all_of(is_something, may_have(used=is_text)),
    }
)
