"""What a QEMU is asked over QMP, and in which order; light, for it is loaded before the rest."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

NEGOTIATION = "qmp_capabilities"
BANNER = "--version"
HELP = "-help"
OPTIONS = "query-command-line-options"
LIBRARIES = "libraries"
PROPERTIES = "properties "
BLOCK_MODULES: Mapping[
    str, tuple[str, ...]
] = {  # a module, and the block drivers in it, as upstream builds it
    "block-blkio": (
        "io_uring",
        "nvme-io_uring",
        "virtio-blk-vfio-pci",
        "virtio-blk-vhost-user",
        "virtio-blk-vhost-vdpa",
    ),
    "block-curl": ("ftp", "ftps", "http", "https"),
    "block-gluster": ("gluster",),
    "block-iscsi": ("iscsi", "iser"),
    "block-nfs": ("nfs",),
    "block-rbd": ("rbd",),
    "block-ssh": ("ssh",),
}


def question(command: str, arguments: Mapping[str, Any] | None = None) -> str:
    """The one canonical text of a QMP question: the command, then its arguments as compact sorted JSON."""
    if not arguments:
        return command
    return f"{command} {json.dumps(arguments, sort_keys=True, separators=(',', ':'), ensure_ascii=False)}"


def parse_question(text: str) -> tuple[str, dict[str, Any]]:
    """A question's command and arguments. Raises ValueError."""
    command, _, arguments = text.partition(" ")
    parsed = json.loads(arguments) if arguments else {}
    if not isinstance(parsed, dict):
        raise ValueError(text)
    return command, parsed


FORMATS = question("human-monitor-command", {"command-line": "drive_add dummy format=help"})
# A driver that is told to open nothing fails for want of a parameter; one that cannot be loaded is not known.
TRIES = {
    driver: question(
        "human-monitor-command",
        {"command-line": f"drive_add dummy if=none,id=virtgate-{driver},driver={driver}"},
    )
    for drivers in BLOCK_MODULES.values()
    for driver in drivers
}


def as_qmp(texts: Iterable[str]) -> Iterator[str]:
    """The QMP questions among these, or that these are made from."""
    for text in texts:
        if text == "accel":
            yield "query-kvm"
        elif text == "block-formats":
            yield FORMATS
            yield from TRIES.values()
        elif text == "modules":
            yield "query-version"  # names one of the folders
        elif text not in {BANNER, HELP, LIBRARIES}:
            yield text


def in_order(texts: Iterable[str]) -> list[str]:
    """Each once, and the options last, whoever asks.

    Listing the types loads every module, and a module brings options (QEMU's ui/spice-core.c registers
    -spice), so that another order would be another answer.
    """
    return sorted(dict.fromkeys(texts), key=lambda text: text == OPTIONS)


def list_ahead(texts: Iterable[str]) -> list[str]:
    """What can be sent to a QEMU of which nothing is known yet, so that all its answers come in one go.

    Of a type that turns out to be no device QEMU says so, and the question is put in the other way.
    """
    known = list(texts)
    made = {"accel", "block-formats", "modules"}
    direct = as_qmp(text for text in known if text in made or text.startswith(("query-", "qom-")))
    types = (text.removeprefix(PROPERTIES) for text in known if text.startswith(PROPERTIES))
    devices = (question("device-list-properties", {"typename": name}) for name in types if name[0] != "@")
    return [*in_order(direct), *devices]


def write_request(text: str) -> bytes:
    """A question as it is sent, with its own text as the id."""
    command, arguments = parse_question(text)
    request: dict[str, Any] = {"execute": command, "id": text}
    if arguments:
        request["arguments"] = arguments
    return json.dumps(request).encode() + b"\n"
