"""Formats of snapshots, and the static CPU templates of each architecture, in each release's source."""

from __future__ import annotations

import re

from ....harvest.git import Readable
from ....harvest.kinds import Pairs, read_first

PERSIST = "src/vmm/src/persist.rs"
VERSION_MAP = "src/vmm/src/version_map.rs"
# serde took Versionize's place in 1.7, and one number the place of a table (firecracker@4c558fb279f0).
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


def read_snapshots(tree: Readable, _release: str) -> Pairs:
    """The versions of snapshots in a tree: `10.0.0` with `format`; `for 0.23.0` with `release`."""
    found = _FORMAT.search(read_first(tree, [PERSIST]) or "")
    if found:
        yield ".".join(found.groups()), "format"
        return
    for one in _TARGET.finditer(read_first(tree, [VERSION_MAP]) or ""):
        yield f"for {one[1] or '.'.join(one.groups()[1:])}", "release"


def read_templates(tree: Readable, _release: str) -> Pairs:
    """Each CPU template, and `custom.FIELD` of what a custom one may have, with the architecture."""
    for arch, paths in TEMPLATES.items():
        enums = (_ENUM.search(read_first(tree, [path]) or "") for path in paths)
        if enum := next(filter(None, enums), None):
            names = _VARIANT.findall(enum["body"])
            yield from ((name, arch) for name in names if not _NO_TEMPLATE.fullmatch(name))
        struct = _STRUCT.search(read_first(tree, [CUSTOM.format(arch=arch)]) or "")
        for field in _FIELD.findall(struct["body"]) if struct else ():
            yield f"custom.{field}", arch
