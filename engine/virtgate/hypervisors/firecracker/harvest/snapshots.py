"""Formats of snapshots, and the static CPU templates of each architecture, in each release's source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ....harvest.git import Readable

PERSIST = "src/vmm/src/persist.rs"
VERSION_MAP = "src/vmm/src/version_map.rs"
_FORMAT = re.compile(r"SNAPSHOT_VERSION: Version = Version::new\((\d+), (\d+), (\d+)\)")
_TARGET = re.compile(
    r'mapping\.insert\(\s*(?:String::from\("(\d+\.\d+\.\d+)"\)|Version::new\((\d+), (\d+), (\d+)\))'
)
# Since 1.4 each architecture has a file; before, the templates were Intel's and AMD's, whatever was built.
TEMPLATES = {
    "aarch64": ("src/vmm/src/cpu_config/aarch64/static_cpu_templates/mod.rs",),
    "x86_64": (
        "src/vmm/src/cpu_config/x86_64/static_cpu_templates/mod.rs",
        "src/vmm/src/vmm_config/machine_config.rs",
        "vmm/src/vmm_config/machine_config.rs",
        "data_model/src/vm/machine_config.rs",
    ),
}
_ENUM = re.compile(r"enum (?:StaticCpuTemplate|C[Pp][Uu]FeaturesTemplate) \{(?P<body>.*?)^\}", re.M | re.S)
_VARIANT = re.compile(r"^ +([A-Z]\w*),", re.MULTILINE)
CUSTOM = "src/vmm/src/cpu_config/{arch}/custom_cpu_template.rs"
_STRUCT = re.compile(r"pub struct CustomCpuTemplate \{(?P<body>.*?)^\}", re.M | re.S)
_FIELD = re.compile(r"^ +pub ([a-z_]+):", re.MULTILINE)
# Places in an enum of which a snapshot keeps the number.
_NO_TEMPLATE = re.compile(r"None|Empty\d*")


class SnapshotReader:
    """Reads the versions of snapshots in one tree after another."""

    def __call__(self, tree: Readable, _release: str) -> Iterator[tuple[str, str]]:
        """`10.0.0` with `format`; `for 0.23.0` with `release`."""
        found = _FORMAT.search(_text(tree, PERSIST))
        if found:
            yield ".".join(found.groups()), "format"
            return
        for one in _TARGET.finditer(_text(tree, VERSION_MAP)):
            yield f"for {one[1] or '.'.join(one.groups()[1:])}", "release"


class TemplateReader:
    """Reads the CPU templates in one tree after another."""

    def __call__(self, tree: Readable, _release: str) -> Iterator[tuple[str, str]]:
        """Each template, and `custom.FIELD` of what a custom one may have, with the architecture."""
        for arch, paths in TEMPLATES.items():
            for path in paths:
                enum = _ENUM.search(_text(tree, path))
                if enum:
                    names = _VARIANT.findall(enum["body"])
                    yield from ((name, arch) for name in names if not _NO_TEMPLATE.fullmatch(name))
                    break
            struct = _STRUCT.search(_text(tree, CUSTOM.format(arch=arch)))
            for field in _FIELD.findall(struct["body"]) if struct else ():
                yield f"custom.{field}", arch


def _text(tree: Readable, path: str) -> str:
    found = tree.read(path)
    return found[1].decode(errors="replace") if found else ""
