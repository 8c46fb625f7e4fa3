"""libvirt's interface in a driver's source: functions, constants and bindings' methods; virsh's commands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cached_property

from ...source import Seen, Text, Use
from ...upstream.history import History
from ..uses import Scanner, UseKind

# The objects of the bindings: a function begins with its object's name, a method is called by the rest.
_OBJECTS = (
    *("DomainCheckpoint", "DomainSnapshot", "NWFilterBinding", "NetworkPort", "StoragePool"),
    *("StorageVol", "NodeDevice", "Interface", "NWFilter", "Network", "Connect", "Domain", "Secret"),
    *("Stream", "Node"),
)
_FUNCTION = re.compile(r"(?<![\w.])vir[A-Z]\w+(?=\()|(?<![\w.])sys::(?P<sys>vir[A-Z]\w+)")
# The end of an enum, _LAST, counts its values and is none.
_CONSTANT = re.compile(r"(?<!\w)VIR_[A-Z0-9]+_[A-Z0-9_]*[A-Z0-9](?!\w)(?<!_LAST)")
# A name with its module before it is a name of libvirt's, and so is one that Python's module is asked for.
_ITS_OWN = re.compile(r"(?:\blibvirt\.|\bsys::)$")
_ASKED = re.compile(r"\b(?:has|get)attr\(\s*libvirt\s*,\s*[\"']$")
_FAR = 60
_GO = re.compile(r"\blibvirt\.(?P<name>[A-Z][A-Z0-9]*+_[A-Z0-9_]++|[A-Z]++[a-z][A-Za-z0-9]*+)(?!\w|\()")
_METHOD = re.compile(r"\.(?P<name>[A-Za-z][a-z]\w*[A-Z]\w*)\(")
_VIRSH = re.compile(r"(?<![\w/.-])virsh[ \t]+(?P<words>[^|;&\n\"']{1,200})")
_OPTION = re.compile(r"(?<!\S)(?:(?:-c|--connect)(?:\s+|=)\S+|-\S+)")
_ABOUT = re.compile(r"\blibvirt\b")
# Commands of virsh whose name is not their function's.
_COMMANDS = {
    "attach-device": "virDomainAttachDeviceFlags",
    "attach-disk": "virDomainAttachDeviceFlags",
    "attach-interface": "virDomainAttachDeviceFlags",
    "blkdeviotune": "virDomainSetBlockIoTune",
    "blockjob": "virDomainGetBlockJobInfo",
    "checkpoint-create": "virDomainCheckpointCreateXML",
    "checkpoint-create-as": "virDomainCheckpointCreateXML",
    "console": "virDomainOpenConsole",
    "define": "virDomainDefineXML",
    "detach-device": "virDomainDetachDeviceFlags",
    "detach-disk": "virDomainDetachDeviceFlags",
    "domblkthreshold": "virDomainSetBlockThreshold",
    "domcapabilities": "virConnectGetDomainCapabilities",
    "domdirtyrate-calc": "virDomainStartDirtyRateCalc",
    "domfsfreeze": "virDomainFSFreeze",
    "domfsthaw": "virDomainFSThaw",
    "domifaddr": "virDomainInterfaceAddresses",
    "domstats": "virConnectGetAllDomainStats",
    "dump": "virDomainCoreDump",
    "dumpxml": "virDomainGetXMLDesc",
    "guestinfo": "virDomainGetGuestInfo",
    "hypervisor-cpu-baseline": "virConnectBaselineHypervisorCPU",
    "hypervisor-cpu-compare": "virConnectCompareHypervisorCPU",
    "iothreadadd": "virDomainAddIOThread",
    "iothreaddel": "virDomainDelIOThread",
    "migrate-postcopy": "virDomainMigrateStartPostCopy",
    "migrate-setmaxdowntime": "virDomainMigrateSetMaxDowntime",
    "migrate-setspeed": "virDomainMigrateSetMaxSpeed",
    "net-define": "virNetworkDefineXML",
    "nodedev-define": "virNodeDeviceDefineXML",
    "nodedev-detach": "virNodeDeviceDetachFlags",
    "pool-define": "virStoragePoolDefineXML",
    "qemu-monitor-command": "virDomainQemuMonitorCommand",
    "set-lifecycle-action": "virDomainSetLifecycleAction",
    "set-user-password": "virDomainSetUserPassword",
    "snapshot-create": "virDomainSnapshotCreateXML",
    "snapshot-create-as": "virDomainSnapshotCreateXML",
    "snapshot-revert": "virDomainRevertToSnapshot",
    "undefine": "virDomainUndefineFlags",
    "vol-create-from": "virStorageVolCreateXMLFrom",
    "vol-resize": "virStorageVolResize",
}


class _Finder:
    """Finds the names in one text after another, by the ledgers of functions and constants."""

    def __init__(self, history: History) -> None:
        self._history = history

    @cached_property
    def _functions(self) -> Mapping[str, str]:
        """Each function, and each method of a binding that is unmistakable, by how it is written."""
        names = {atom.name for atom in self._history.ledger("libvirt-function") or ()}
        methods: dict[str, set[str]] = {}
        for name in names:
            for spelling in _spell_methods(name):
                methods.setdefault(spelling, set()).add(name)
        # A method that two functions share may be either: nothing is said of it.
        alone = {spelling: min(found) for spelling, found in methods.items() if len(found) == 1}
        return {**alone, **{name: name for name in names}}

    @cached_property
    def _constants(self) -> Mapping[str, str]:
        """Each constant by how C, Python and both of Go's bindings write it."""
        names = {atom.name for atom in self._history.ledger("libvirt-constant") or ()}
        short = {name.removeprefix("VIR_"): name for name in names}
        camel = {"".join(part.capitalize() for part in name.split("_")): full for name, full in short.items()}
        return {**camel, **short, **{name: name for name in names}}

    def __call__(self, text: Text) -> Iterator[Seen]:
        """Every use in a text."""
        code = text.code
        if "vir" not in code and "VIR_" not in code:
            return
        yield from _find_plain(code)
        if _ABOUT.search(code):
            yield from self._find_bound(text)
        if "virsh" in code:
            yield from self._find_commands(code)

    def _find_bound(self, text: Text) -> Iterator[Seen]:
        """What a binding's methods and Go's constants stand for."""
        for match in _METHOD.finditer(text.code):
            if found := self._functions.get(match["name"]):
                yield Seen(kind="function", name=found, at=match.start("name"))
        for match in _GO.finditer(text.code) if text.source.file.endswith(".go") else ():
            if found := self._constants.get(match["name"]):
                yield Seen(kind="constant", name=found, at=match.start("name"))

    def _find_commands(self, code: str) -> Iterator[Seen]:
        for match in _VIRSH.finditer(code):
            words = _OPTION.sub(" ", match["words"]).split()
            name = self._command(words[0]) if words else None
            if name:
                yield Seen(kind="virsh", name=name, at=match.start())

    def _command(self, word: str) -> str | None:
        told = _COMMANDS.get(word)
        method = "".join(part.capitalize() for part in word.split("-"))
        return told or self._functions.get(f"virDomain{method}") or None


def _spell_methods(name: str) -> Iterator[str]:
    """How Python (`blockCopy`) and Go (`BlockCopy`, `DomainBlockCopy`) call a function, where that tells."""
    rest = name.removeprefix("vir")
    yield rest
    thing = next((one for one in _OBJECTS if rest.startswith(one)), "")
    method = rest.removeprefix(thing)
    # `Free`, `Ref` and their like are any object's: two words are a method that is libvirt's.
    if thing and re.match(r"[^a-z0-9]*[a-z0-9].*[A-Z]", method):
        yield from (method, method[0].lower() + method[1:])


def _find_plain(code: str) -> Iterator[Seen]:
    """What is written as the headers have it."""
    for match in _FUNCTION.finditer(code):
        yield Seen(kind="function", name=match["sys"] or match[0], at=match.start())
    for match in _CONSTANT.finditer(code):
        before = code[max(0, match.start() - _FAR) : match.start()]
        yield Seen(kind="constant", name=match[0], at=match.start(), alone=bool(_ASKED.search(before)))


def _untold(use: Use) -> str | None:
    before = use.context.partition(use.name)[0]
    if use.kind == "constant" and (_ITS_OWN.search(before) or _ASKED.search(before)):
        return None
    return "not among libvirt's public names; what begins so may be the source's own"


SCANNER = Scanner(
    prepare=lambda history, _texts: _Finder(history),
    kinds={
        "function": UseKind(ledger="libvirt-function", word="function"),
        "virsh": UseKind(ledger="libvirt-function", word="function"),
        "constant": UseKind(ledger="libvirt-constant", word="constant"),
    },
    untold=_untold,
)
