"""What an answer to each question looks like: one that looks otherwise, or is empty, tells nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

Form = Callable[[Any], bool]
UNTOLD: Mapping[str, Any] = MappingProxyType({"unanswered": "the answer cannot be read"})


def take_answers(answers: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """The answers to questions as they may be looked at: what is malformed or empty counts as unanswered.

    Whoever looks an answer up need not look again whether a row is a row and a name is text.
    """
    return {asked: reply if _is_told(asked, reply) else UNTOLD for asked, reply in answers.items()}


def _is_told(asked: str, reply: Any) -> bool:
    if not isinstance(reply, Mapping):
        return False
    if "return" in reply:
        return "error" not in reply and form_of(asked)(reply["return"])
    error = reply.get("error")
    if error is None:
        return "unanswered" in reply
    return isinstance(error, Mapping) and all(isinstance(text, str) for text in error.values())


def form_of(asked: str) -> Form:
    """What the answer to a question must look like."""
    return FORMS.get(asked) or FORMS.get(asked.partition(" ")[0], is_something)


def is_something(value: Any) -> bool:
    """Anything but nothing: an empty answer says neither yes nor no."""
    return value is not None and value not in ("", [], {})


def is_text(value: Any) -> bool:
    """A text with something in it."""
    return isinstance(value, str) and bool(value)


def is_number(value: Any) -> bool:
    """A whole number; true and false are none."""
    return isinstance(value, int) and not isinstance(value, bool)


def are_texts(value: Any) -> bool:
    """A list of texts, which may be empty where there are none."""
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def are_some_texts(value: Any) -> bool:
    """A list of texts that cannot be empty on any host."""
    return bool(value) and are_texts(value)


def rows(*keys: str, empty: bool = False) -> Form:
    """A list of mappings in which each of the keys is a text."""

    def look(value: Any) -> bool:
        if not isinstance(value, list) or not (value or empty):
            return False
        return all(
            isinstance(row, dict) and all(isinstance(row.get(key), str) for key in keys) for row in value
        )

    return look


def mapping(**forms: Form) -> Form:
    """A mapping with something in it, in which each of the keys has its form, and none has nothing."""

    def look(value: Any) -> bool:
        if not isinstance(value, dict) or not value or None in value.values():
            return False
        return all(key in value and form(value[key]) for key, form in forms.items())

    return look


def _may_have(**forms: Form) -> Form:
    """A mapping in which a key that is there has its form."""

    def look(value: Any) -> bool:
        return isinstance(value, dict) and all(
            form(value[key]) for key, form in forms.items() if key in value
        )

    return look


def _all_of(*forms: Form) -> Form:
    return lambda value: all(form(value) for form in forms)


def _is_flag(value: Any) -> bool:
    return isinstance(value, bool)


def _are_options(value: Any) -> bool:
    named = rows("name", empty=True)
    return rows("option")(value) and all(named(row.get("parameters", [])) for row in value)


_PROPERTIES = rows("name", empty=True)
_VERSION = mapping(qemu=mapping(major=is_number, minor=is_number, micro=is_number))

FORMS: Mapping[str, Form] = MappingProxyType(
    {
        # QMP, by the schema of its commands.
        "query-version": _all_of(_VERSION, _may_have(package=lambda value: isinstance(value, str))),
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
        "query-kvm": mapping(enabled=_is_flag),
        "query-target": mapping(arch=is_text),
        "query-sev-capabilities": mapping(pdh=is_text, cbitpos=is_number),
        # 6.2 gave flags only (qemu@0205c4fa1ea3); all later ones have these two besides.
        "query-sgx-capabilities": mapping(sgx=_is_flag, flc=_is_flag),
        # A machine.
        "uname": mapping(release=is_text),
        "os-release": mapping(),
        "node": mapping(exists=_is_flag),
        "file": is_text,
        "KVM_CHECK_EXTENSION": is_number,
        "KVM_GET_API_VERSION": is_number,
        # A QEMU's files, and what it was started with.
        "--version": is_text,
        "modules": are_texts,
        "libraries": are_texts,
        "block-formats": mapping(rw=are_texts),
        "accel": mapping(),
        # Xen, xend and XenAPI.
        "xl": mapping(),
        "libxl functions": are_some_texts,
        "libxl library": mapping(soname=is_text),
        "hypfs /buildinfo/config": is_text,
        "hypfs /params": are_some_texts,
        "folder": are_texts,
        "xend source": mapping(operations=mapping()),
        "xend node": mapping(),
        "xapi": mapping(),
    }
)
