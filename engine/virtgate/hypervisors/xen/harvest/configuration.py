"""The keys of a guest's configuration file that each release's xl reads, with the options of its devices."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.csource import strip_comments
from ....harvest.kinds import Kind, file_reader

# Where xl reads them: since 4.9, before, and in 4.0.
SOURCES = ("tools/xl/xl_parse.c", "tools/libxl/xl_cmdimpl.c", "tools/libxl/xl.c")
_KEY = re.compile(
    r"\bxlu_cfg_(?:get|replace)_(?P<how>string|bounded_long|long|list_as_string_list|list|defbool)\s*"
    r'\(\s*\w+\s*,\s*"(?P<name>\w+)"'
)
_TYPES = {"long": "number", "bounded_long": "number", "defbool": "boolean", "list_as_string_list": "list"}
_FUNCTION = re.compile(r"^(?:static )?(?:int|void|bool)\s+(?P<name>parse_\w+)\s*\(", re.MULTILINE)
_OPTION = re.compile(r'\bMATCH_OPTION\(\s*"(?P<name>[\w-]+)"')
# What a function that reads one device's options is called, and the key that such devices stand under.
_DEVICES = {
    "parse_nic_config": "vif",
    "parse_vdispl_config": "vdispl",
    "parse_vkb_config": "vkb",
    "parse_virtio_config": "virtio",
    "parse_usbctrl_config": "usbctrl",
    "parse_usbdev_config": "usbdev",
    "parse_vtpm_config": "vtpm",
    "parse_pvcallsif_config": "pvcalls",
    "parse_vsnd_card_config": "vsnd",
}
_DEPRECATED = re.compile(r'\\"(\w+)\\" (?:option )?is deprecated')


def list_keys(text: str) -> Iterator[tuple[str, str]]:
    """The keys that a source reads, and a flag for those of which it warns."""
    keys = {(found["name"], _TYPES.get(found["how"], found["how"])) for found in _KEY.finditer(text)}
    yield from keys
    names = {name for name, _ in keys}
    yield from ((f"{name}[deprecated]", "flag") for name in _DEPRECATED.findall(text) if name in names)


def list_options(text: str) -> Iterator[tuple[str, str]]:
    """The options of each kind of device that a source reads one by one."""
    functions = list(_FUNCTION.finditer(text))
    for at, function in enumerate(functions):
        device = _DEVICES.get(function["name"])
        end = functions[at + 1].start() if at + 1 < len(functions) else len(text)
        for option in _OPTION.finditer(text, function.end(), end) if device else ():
            yield f"{device}.{option['name']}", "option"


KINDS = (
    Kind(
        name="xl-cfg",
        covers="complete",
        note="the keys that xl's source reads from a guest's configuration",
        make_reader=lambda: file_reader(SOURCES, lambda text: list_keys(strip_comments(text))),
    ),
    Kind(
        name="xl-cfg-option",
        covers="complete",
        note="the options that xl's source reads of each device in such a list (vif.mac), not what libxlutil"
        " reads of disks and PCI devices; before 4.6.0 it compared them one by one: <=",
        make_reader=lambda: file_reader(SOURCES, lambda text: list_options(strip_comments(text))),
        # The first release in which the source names them by one macro.
        oldest="4.6.0",
    ),
)
