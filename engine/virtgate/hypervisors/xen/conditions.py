"""Conditions on a Xen host: what libxl has, what the hypervisor was built with, what it offers."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import Kind, Terms, View, asks, ledger_only, named, shown_in
from ...model import Element, Leaf
from ...versions import parse_release, parse_xen
from .view import CONFIG, FOLDER, FUNCTIONS, IN_SYSFS, INFO, LIBRARY, PARAMETERS, XenView

_XEN = ("xen",)
# Since when virt_caps has a word at all: an older `xl info` says nothing by not printing it.
TOLD_SINCE = {
    "pv": "4.12.0",
    "pv_directio": "4.12.0",
    "hap": "4.13.0",
    "shadow": "4.13.0",
    "iommu_hap_pt_share": "4.13.0",
    "vmtrace": "4.15.0",
    "vpmu": "4.16.0",
    "gnttab-v1": "4.16.0",
    "gnttab-v2": "4.16.0",
}


def _look_virt_cap(view: View, terms: Terms) -> bool | None:
    told = view.on(XenView).words("virt_caps")  # only libxl tells them
    found = None if told is None else terms["name"] in told
    since = TOLD_SINCE.get(terms["name"])
    if found or since is None or view.release is None:
        return found
    try:
        return None if parse_xen(view.release)[0] < parse_release(since) else found
    except ValueError:
        return None


def _look_library(view: View, _terms: Terms) -> bool | None:
    if view.facts.returned(LIBRARY) is None or "xen_major" not in view.on(XenView).fields:
        return None
    return view.on(XenView).stray_library is None


# The hypervisor refuses the toolstack's calls of any other release (XEN_SYSCTL_INTERFACE_VERSION and
# XEN_DOMCTL_INTERFACE_VERSION, which every release raises).
_FITTING = Leaf(kind="libxl-library", terms={"name": "of the hypervisor's release"})


def _imply_fitting(_terms: Terms) -> Leaf:
    return _FITTING


def _name_key(terms: Terms) -> tuple[Element, ...]:
    """A key, or with a point an option of a device that stands under one."""
    ledger = "xl-cfg-option" if "." in terms["name"] else "xl-cfg"
    return (Element(kind=ledger, name=terms["name"]),)


KINDS: Mapping[str, Kind] = {
    "libxl-library": Kind(look=_look_library, ask=asks(LIBRARY, INFO), lack="host", hypervisors=_XEN),
    # A macro and a type are in a header, which a host need not have.
    "libxl": ledger_only("libxl", *_XEN, implies=_imply_fitting),
    "libxl-type": ledger_only("libxl-type", *_XEN, implies=_imply_fitting),
    # What xl takes in a guest's configuration: it ignores a key that it does not know.
    "xl-cfg": ledger_only("xl-cfg", *_XEN, elements=_name_key, implies=_imply_fitting),
    "libxl-function": shown_in(
        lambda view: view.on(XenView).functions,
        "libxl-function",
        FUNCTIONS,
        hypervisors=_XEN,
        implies=_imply_fitting,
    ),
    "xen-cap": shown_in(
        lambda view: view.on(XenView).words("xen_caps"),
        "xen-cap",
        *(INFO, f"file {FOLDER}/{IN_SYSFS['xen_caps']}"),
        lack="host",
        hypervisors=_XEN,
    ),
    "virt-cap": Kind(
        look=_look_virt_cap, ask=asks(INFO), elements=named("virt-cap"), lack="host", hypervisors=_XEN
    ),
    "xen-config": shown_in(lambda view: view.on(XenView).config, "xen-config", CONFIG, hypervisors=_XEN),
    "xen-option": Kind(
        look=lambda v, t: v.on(XenView).has_parameter(t["name"]),
        ask=asks(PARAMETERS),
        elements=named("xen-option"),
        hypervisors=_XEN,
        visible=lambda view: view is not None and view.on(XenView).parameters is not None,
    ),
}
