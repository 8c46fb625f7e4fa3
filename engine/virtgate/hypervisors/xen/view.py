"""Three-valued look-ups in what a Xen host said: True, False, or None where nobody could look."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from ...facts.lookups import Lookups
from ...facts.machine import file_text

INFO = "xl info"
FUNCTIONS = "libxl functions"
LIBRARY = "libxl library"
STORE = "xenstore domid"
CONFIG = "hypfs /buildinfo/config"
CHANGESET = "hypfs /buildinfo/changeset"
PARAMETERS = "hypfs /params"
FOLDER = "/sys/hypervisor"
# What the hypervisor shows in sysfs is what `xl info` prints under these names.
IN_SYSFS = {
    "xen_major": "version/major",
    "xen_minor": "version/minor",
    "xen_extra": "version/extra",
    "xen_caps": "properties/capabilities",
    "xen_changeset": "properties/changeset",
    "cc_compiler": "compilation/compiler",
    "cc_compile_by": "compilation/compiled_by",
    "cc_compile_date": "compilation/compile_date",
}
DOM0 = "/proc/xen/capabilities"
FEATURES = f"{FOLDER}/properties/features"
BUILD_ID = f"{FOLDER}/properties/buildid"
INITIAL = f"{FOLDER}/start_flags/initdomain"  # Linux 6.12
# XENFEAT_dom0 in xen/include/public/features.h, since 4.2.0 (xen@ec029aaa9a36).
_DOM0_BIT = 11
_FIRST_WITH_DOM0_BIT = (4, 2)


class XenView(Lookups):
    """Look-ups in one Xen host's facts; builds each index once, when first used."""

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What the host says of itself, by the names of `xl info`; from sysfs where that was not run."""
        told = {name: file_text(self.facts, f"{FOLDER}/{path}") for name, path in IN_SYSFS.items()}
        found = {name: text for name, text in told.items() if isinstance(text, str)}
        found.update(self.told_fields(INFO))
        # `xl info` prints the kernel's release beside Xen's own words; without xl uname has it.
        kernel = self.facts.returned("uname")
        if "release" not in found and isinstance(kernel, Mapping):
            found["release"] = str(kernel.get("release"))
        return found

    @cached_property
    def is_dom0(self) -> bool | None:
        """Whether these facts are of the control domain and not of some guest."""
        told = file_text(self.facts, DOM0)
        if isinstance(told, str):
            return "control_d" in told
        flag = file_text(self.facts, INITIAL)
        if isinstance(flag, str):
            return flag == "1"
        bits = file_text(self.facts, FEATURES)
        try:
            is_set = bool(int(bits, 16) >> _DOM0_BIT & 1) if isinstance(bits, str) else None
            release = (int(self.fields["xen_major"]), int(self.fields["xen_minor"]))
        except (ValueError, KeyError):
            return None
        return None if is_set is False and release < _FIRST_WITH_DOM0_BIT else is_set

    @cached_property
    def stray_library(self) -> str | None:
        """The name of a libxenlight that is of another release than the hypervisor; None where it fits.

        Its name has had the release since 4.3.0 (tools/libxl/Makefile, MAJOR); older ones are not judged.
        """
        told = self.facts.returned(LIBRARY)
        name = told.get("soname") if isinstance(told, Mapping) else None
        of = str(name).rpartition(".so.")[2]
        here = ".".join(self.fields.get(part, "") for part in ("xen_major", "xen_minor"))
        return str(name) if name and of.startswith("4.") and of != here else None

    @cached_property
    def functions(self) -> frozenset[str] | None:
        """The functions that the installed libxenlight exports."""
        return self.told_names(FUNCTIONS)

    @cached_property
    def parameters(self) -> frozenset[str] | None:
        """The run-time parameters that hypfs shows; a boot option need not be one."""
        return self.told_names(PARAMETERS)

    @cached_property
    def config(self) -> frozenset[str] | None:
        """The symbols that the hypervisor was configured with, from the configuration in hypfs."""
        text = self.facts.returned(CONFIG)
        if not isinstance(text, str):
            return None
        pairs = (line.strip().partition("=") for line in text.splitlines())
        return frozenset(name for name, equals, value in pairs if equals and value != "n")

    def words(self, field: str) -> frozenset[str] | None:
        """The words of what the host says of itself under a name: `hvm-3.0-x86_64` of xen_caps."""
        told = self.fields.get(field)
        return None if told is None else frozenset(told.split())

    def has_parameter(self, name: str) -> bool | None:
        """Whether hypfs shows a parameter; what it does not show may be a boot option all the same."""
        return True if self.parameters is not None and name in self.parameters else None
