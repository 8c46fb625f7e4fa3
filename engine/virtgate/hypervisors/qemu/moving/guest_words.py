"""A guest's parts, read from the command line that starts it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from ....driver.errors import UsageError
from ...moves import Guest, Part
from .domain import read_domain

# The option that names each kind of part, and the key of the option's value that says which it is.
_KINDS: Mapping[str, tuple[str, str]] = {
    "machine": ("machine", "type"),
    "M": ("machine", "type"),
    "cpu": ("cpu", "model"),
    "device": ("device", "driver"),
    "accel": ("accel", "accel"),
    "netdev": ("netdev", "type"),
    "nic": ("netdev", "type"),
    "chardev": ("chardev", "backend"),
    "object": ("object", "qom-type"),
    "blockdev": ("blockdev", "driver"),
    "fsdev": ("fsdev", "fsdriver"),
    "virtfs": ("fsdev", "fsdriver"),
    "tpmdev": ("tpmdev", "type"),
    "audiodev": ("audiodev", "driver"),
}
_FLAGS = frozenset({"enable-kvm", "no-user-config", "nodefaults", "S", "daemonize", "snapshot"})
# Twice what Linux takes as a word; `shlex` takes time by the square of that.
_LONGEST = 1 << 18
_OPTION = re.compile(r"--?([A-Za-z][\w-]*)$")
# A comma that is doubled stands for itself.
_COMMA = re.compile(r"(?<!,),(?!,)")


def read_guest(text: str) -> Guest:
    """The guest of a command line or of a domain's XML. Raises UsageError for what is neither."""
    if text.lstrip().startswith("<"):
        return read_domain(text)
    if len(text) > _LONGEST:
        raise UsageError(f"the guest's command line has more than {_LONGEST} characters")
    try:
        words = shlex.split(text.replace("\\\n", " "), comments=False)
    except ValueError as error:
        raise UsageError(f"the guest's command line cannot be read: {str(error).lower()}") from None
    parts = tuple(_parts(words))
    if not any(_OPTION.match(word) for word in words):
        hint = "give a QEMU command line, a libvirt domain's XML, or a file with one"
        raise UsageError(f"'{text[:60]}' is no guest: {hint}")
    return Guest(parts=_expanded(parts))


def _parts(words: Sequence[str]) -> Iterator[Part]:
    rest = iter(words)
    for word in rest:
        option = _OPTION.match(word)
        if option is None or option[1] in _FLAGS:
            if option is not None and option[1] == "enable-kvm":
                yield Part(kind="accel", name="kvm")
            continue
        if option[1] in _KINDS:
            kind, key = _KINDS[option[1]]
            yield _part(kind, key, next(rest, ""))
        elif option[1] == "drive":
            yield from _drive(_options("file", next(rest, "")))


def _part(kind: str, key: str, value: str) -> Part:
    if value.startswith("{"):
        return _json_part(kind, key, value)
    options = _options(key, value)
    name = options.pop(key, "")
    return Part(kind=kind, name=name, options=MappingProxyType(options))


def _json_part(kind: str, key: str, value: str) -> Part:
    import json

    try:
        document = json.loads(value)
    except ValueError as error:
        raise UsageError(f"a {kind} of the guest is no JSON: {error}") from None
    flat = {name: str(one).lower() if isinstance(one, bool) else str(one) for name, one in document.items()}
    name = flat.pop(key, "")
    return Part(kind=kind, name=name, options=MappingProxyType(flat))


def _options(first: str, value: str) -> dict[str, str]:
    """The keys of an option's value; the first may leave its key out, and `+x` and `-x` are switches."""
    found: dict[str, str] = {}
    for at, word in enumerate(one.replace(",,", ",") for one in _COMMA.split(value) if one):
        key, equals, given = word.partition("=")
        if not equals and at == 0:
            key, given = first, word
        elif not equals and word[0] in "+-":
            key, given = word[1:], "on" if word[0] == "+" else "off"
        elif not equals:
            given = "on"
        found[key] = given
    return found


def _drive(options: Mapping[str, str]) -> Iterator[Part]:
    for key in ("format", "driver"):
        if key in options:
            yield Part(kind="blockdev", name=options[key])
    bus = options.get("if", "none")
    if bus == "virtio":
        yield Part(kind="device", name="virtio-blk-pci")


def _expanded(parts: Sequence[Part]) -> tuple[Part, ...]:
    """The parts, and the accelerator that a machine names by itself."""
    named = [one.options["accel"] for one in parts if one.kind == "machine" and "accel" in one.options]
    return (*parts, *(Part(kind="accel", name=one.split(":")[0]) for one in named))


def has_option(part: Part, name: str, value: str) -> bool:
    """Whether a part has an option at a value; a processor's may have `_` for `-`, and `on` may be `true`."""
    same = {"true": "on", "yes": "on", "false": "off", "no": "off"}
    given = {key.replace("_", "-"): one for key, one in part.options.items()}.get(name.replace("_", "-"))
    return given is not None and same.get(given, given) == value
