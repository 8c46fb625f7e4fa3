"""Conditions on a Xen host: what libxl has, what the hypervisor was built with, what it offers."""

from __future__ import annotations

from collections.abc import Mapping

from ..facts.xen import CONFIG, FUNCTIONS, INFO, PARAMETERS
from .kind import Kind, asks, look_never, named, never

_XEN = ("xen",)

KINDS: Mapping[str, Kind] = {
    # A macro and a type are in a header, which a host need not have.
    "libxl": Kind(look=look_never, elements=named("libxl"), hypervisors=_XEN, visible=never),
    "libxl-type": Kind(look=look_never, elements=named("libxl-type"), hypervisors=_XEN, visible=never),
    "libxl-function": Kind(
        look=lambda v, t: v.xen.has_function(t["name"]),
        ask=asks(FUNCTIONS),
        elements=named("libxl-function"),
        hypervisors=_XEN,
    ),
    "virt-cap": Kind(
        look=lambda v, t: v.xen.has_virt_cap(t["name"]),
        ask=asks(INFO),
        elements=named("virt-cap"),
        lack="host",
        hypervisors=_XEN,
    ),
    "xen-config": Kind(
        look=lambda v, t: v.xen.has_config(t["name"]),
        ask=asks(CONFIG),
        elements=named("xen-config"),
        hypervisors=_XEN,
    ),
    "xen-option": Kind(
        look=lambda v, t: v.xen.has_parameter(t["name"]),
        ask=asks(PARAMETERS),
        elements=named("xen-option"),
        hypervisors=_XEN,
        visible=lambda view: view is not None and view.xen.parameters is not None,
    ),
}
