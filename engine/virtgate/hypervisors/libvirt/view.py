"""Three-valued look-ups in what a libvirt said: True, False, or None where nobody could look."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property

from ...facts.lookups import Lookups

LIBRARY = "libvirt library"
FUNCTIONS = "libvirt functions"
SCHEMAS = "libvirt schemas"
DAEMON = "libvirt daemon"
DOMAIN = "libvirt domcapabilities"
# A daemon on this machine, by a URI without a host.
_LOCAL = re.compile(r"[a-z]+(?:\+unix)?:///")
# How facts of a daemon are come by; all others are of the installed library.
VIA_DAEMON = "libvirt-daemon"


class LibvirtView(Lookups):
    """Look-ups in one libvirt's facts; builds each index once, when first used."""

    @property
    def is_daemon(self) -> bool:
        """Whether these facts are of a daemon, with the library that reaches it."""
        return self.facts.via == VIA_DAEMON or DAEMON in self.facts.answers

    @cached_property
    def is_library_told(self) -> bool:
        """Whether the installed library and its schemas tell of what was asked.

        They do of this machine's daemon where the versions are equal: it needs symbols that are named for one
        version (LIBVIRT_PRIVATE_9.0.0), so that both are of one build.
        """
        is_same = self.fields.get("daemon") == self.fields.get("version")
        return not self.is_daemon or (is_same and bool(_LOCAL.match(self.fields.get("uri", ""))))

    @cached_property
    def fields(self) -> Mapping[str, str]:
        """What the library says of itself, and the daemon of itself and of its hypervisor."""
        return {**self.told_fields(LIBRARY), **self.told_fields(DAEMON)}

    @cached_property
    def functions(self) -> frozenset[str] | None:
        """The public functions of the installed libraries."""
        return self.told_names(FUNCTIONS)

    @cached_property
    def documents(self) -> frozenset[str] | None:
        """What the installed schemas allow in a document."""
        return self.told_names(SCHEMAS)

    @cached_property
    def offers(self) -> frozenset[str] | None:
        """What the daemon's hypervisor can give a domain."""
        return self.told_names(DOMAIN)

    def drives(self, driver: str) -> bool | None:
        """Whether this is a daemon with a driver (`qemu`); None where nothing says what it drives."""
        told = self.fields.get("type") if self.is_daemon else None
        return None if told is None else told.lower() == driver

    def has_function(self, name: str) -> bool | None:
        """Whether the installed libraries export a function."""
        return None if self.functions is None else name in self.functions

    def has_in_document(self, path: str) -> bool | None:
        """Whether the installed schemas allow something in a document."""
        return None if self.documents is None else path in self.documents

    def is_offered(self, name: str) -> bool | None:
        """Whether domain capabilities have something; None where they do not speak of its kind."""
        kind = name.rpartition("=")[0]
        told = {one for one in self.offers or () if kind in {one, one.rpartition("=")[0]}}
        return name in told if told else None
