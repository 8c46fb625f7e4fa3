"""A guest's parts, read from the XML of a libvirt domain."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from ....driver.errors import UsageError
from ...moves import Guest, Part

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

# What QEMU calls an element's kind: `ELEMENT/@KIND`, as libvirt's driver names it on the command line; `*` is
# the transport of the architecture.
_DEVICES: Mapping[str, str] = {
    **{f"interface/{name}": f"{name}" for name in ("e1000", "e1000e", "rtl8139", "ne2k_pci", "pcnet", "igb")},
    "interface/virtio": "virtio-net-*",
    "disk/virtio": "virtio-blk-*",
    "disk/scsi": "scsi-hd",
    "disk/ide": "ide-hd",
    "disk/sata": "ide-hd",
    "disk/usb": "usb-storage",
    "controller/scsi": "virtio-scsi-*",
    "controller/virtio-serial": "virtio-serial-*",
    "controller/qemu-xhci": "qemu-xhci",
    "controller/nec-xhci": "nec-usb-xhci",
    "controller/ich9-ehci1": "ich9-usb-ehci1",
    "controller/piix3-uhci": "piix3-usb-uhci",
    "video/virtio": "virtio-gpu-*",
    "video/qxl": "qxl-vga",
    "video/vga": "VGA",
    "video/bochs": "bochs-display",
    "video/cirrus": "cirrus-vga",
    "sound/ich6": "intel-hda",
    "sound/ich9": "ich9-intel-hda",
    "sound/ac97": "AC97",
    "sound/virtio": "virtio-sound-pci",
    "memballoon/virtio": "virtio-balloon-*",
    "rng/virtio": "virtio-rng-*",
    "watchdog/i6300esb": "i6300esb",
    "tpm/tpm-tis": "tpm-tis",
    "tpm/tpm-crb": "tpm-crb",
    "input/tablet": "usb-tablet",
    "input/passthrough": "virtio-input-host-pci",
    "vsock/virtio": "vhost-vsock-*",
    "hostdev/pci": "vfio-pci",
    "hostdev/usb": "usb-host",
    "redirdev/usb": "usb-redir",
    "filesystem/virtiofs": "vhost-user-fs-*",
    "filesystem/path": "virtio-9p-*",
    "iommu/intel": "intel-iommu",
    "iommu/virtio": "virtio-iommu-pci",
    "crypto/virtio": "virtio-crypto-*",
    "panic/isa": "pvpanic",
    "memory/nvdimm": "nvdimm",
    "memory/dimm": "pc-dimm",
    "memory/virtio-mem": "virtio-mem-pci",
    "shmem/ivshmem-plain": "ivshmem-plain",
}
_NETWORKS = {"network": "tap", "bridge": "tap", "ethernet": "tap", "direct": "tap", "user": "user"}
_FEATURES = {"require": "on", "force": "on", "disable": "off", "forbid": "off"}
_OFFLOADS = {"tso4": "guest_tso4", "tso6": "guest_tso6", "ecn": "guest_ecn", "ufo": "guest_ufo"}


def read_domain(text: str) -> Guest:
    """The guest of a domain's XML. Raises UsageError for other XML, and for what declares entities."""
    from xml.etree import ElementTree

    if re.search(r"<!(DOCTYPE|ENTITY)", text):
        raise UsageError("the domain's XML declares entities, which are not read")
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - without entities, which are refused above
    except ElementTree.ParseError as error:
        raise UsageError(f"the domain's XML cannot be read: {error}") from None
    domain = root if root.tag == "domain" else root.find("domain")
    if domain is None:
        raise UsageError(f"<{root.tag}> is no libvirt domain")
    return Guest(parts=tuple(_parts(domain)))


def _parts(domain: Element) -> Iterator[Part]:
    kind = domain.find("os/type")
    if kind is not None:
        yield Part(kind="machine", name=kind.get("machine", ""))
    yield Part(kind="accel", name="tcg" if domain.get("type") == "qemu" else domain.get("type", "kvm"))
    transport = "ccw" if kind is not None and kind.get("arch") == "s390x" else "pci"
    yield from _processor(domain.find("cpu"))
    for one in domain.iterfind("devices/*"):
        yield from _device(one, transport)
    if domain.find("launchSecurity") is not None:
        yield Part(kind="object", name=f"{domain.find('launchSecurity').get('type', '')}-guest")  # type: ignore[union-attr]


def _processor(cpu: Element | None) -> Iterator[Part]:
    if cpu is None:
        return
    mode = cpu.get("mode", "custom")
    names = {"host-passthrough": "host", "maximum": "max", "host-model": "host-model"}
    model = names.get(mode) or cpu.findtext("model", "")
    rows = (row for row in cpu.iterfind("feature"))
    features = {row.get("name", ""): _FEATURES.get(row.get("policy", "require"), "on") for row in rows}
    if cpu.get("check", "full" if mode == "custom" else "none") == "full":
        features["enforce"] = "on"
    if model:
        yield Part(kind="cpu", name=model, options=MappingProxyType(features))


def _device(one: Element, transport: str) -> Iterator[Part]:
    name = _DEVICES.get(f"{one.tag}/{_kind_of(one)}")
    if name is not None:
        yield Part(kind="device", name=name.replace("*", transport), options=_options_of(one))
    driver = one.find("driver")
    if one.tag == "disk" and driver is not None and driver.get("type"):
        yield Part(kind="blockdev", name=driver.get("type", ""))
    source = one.find("source")
    if one.tag == "disk" and source is not None and source.get("protocol"):
        yield Part(kind="blockdev", name=source.get("protocol", ""))
    if one.tag == "interface" and one.get("type") in _NETWORKS:
        yield Part(kind="netdev", name=_NETWORKS[one.get("type", "")])
    backend = one.find("backend")
    if one.tag == "tpm" and backend is not None:
        yield Part(kind="tpmdev", name=backend.get("type", ""))
    if one.tag == "filesystem" and name is not None and name.startswith("virtio-9p"):
        yield Part(kind="fsdev", name="local")


def _kind_of(one: Element) -> str:
    """The word by which libvirt tells the kinds of an element apart."""
    target, model, driver = one.find("target"), one.find("model"), one.find("driver")
    if one.tag == "disk":
        return target.get("bus", "") if target is not None else ""
    if one.tag == "hostdev":
        return one.get("type", "")
    if one.tag == "filesystem":
        return driver.get("type", "path") if driver is not None else "path"
    if one.tag in {"interface", "video", "shmem"} and model is not None:
        return model.get("type", "")
    if one.tag in {"input", "redirdev"}:
        return one.get("type", one.get("bus", ""))
    if one.tag == "controller" and one.get("type") in {"scsi", "virtio-serial"}:
        return one.get("type", "")
    return one.get("model", "").removesuffix("-transitional").removesuffix("-non-transitional")


def _options_of(one: Element) -> Mapping[str, str]:
    """The switches of a network card's offloads, which both ends must have alike."""
    found: dict[str, str] = {}
    for end, rest in (("host", {}), ("guest", _OFFLOADS)):
        row = one.find(f"driver/{end}")
        found |= {
            rest.get(key, f"{end}_{key}"): value
            for key, value in (row.attrib if row is not None else {}).items()
        }
    return MappingProxyType(found)
