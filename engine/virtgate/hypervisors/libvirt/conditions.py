"""Conditions on libvirt: what its library exports, its documents may hold, and its hypervisor offers."""

from __future__ import annotations

from collections.abc import Mapping

from ...conditions.kind import Kind, Terms, View, asks, ledger_only, look_release, named
from ...model import Leaf
from .view import DAEMON, DOMAIN, FUNCTIONS, SCHEMAS, LibvirtView

_LIBVIRT = ("libvirt",)


def _is_seen(view: View | None) -> bool:
    """Whether a probe can see the interface: that of a daemon of another build it cannot."""
    return view is None or view.on(LibvirtView).is_library_told


def _is_function_seen(view: View | None) -> bool:
    """A daemon of QEMU's implements what its release does; of another nobody says which functions it has."""
    return _is_seen(view) or (view is not None and view.on(LibvirtView).drives("qemu") is not True)


def _look_function(view: View, terms: Terms) -> bool | None:
    own = view.on(LibvirtView)
    found = own.has_function(terms["name"]) if own.is_library_told else None
    return None if found and own.is_daemon and own.drives("qemu") is not True else found


def _look_client(view: View, terms: Terms) -> bool | None:
    """Beside a daemon the client's library must have the function too; alone it was looked at already."""
    own = view.on(LibvirtView)
    return own.has_function(terms["name"]) if own.is_daemon else True


def _look_driver(view: View, terms: Terms) -> bool | None:
    """Another driver than the daemon's is not there; of its own the release tells what it implements."""
    is_driven = view.on(LibvirtView).drives(terms["name"].partition("/")[0])
    return None if is_driven else is_driven


def _look_document(view: View, terms: Terms) -> bool | None:
    own = view.on(LibvirtView)
    return own.has_in_document(terms["name"]) if own.is_library_told else None


def _look_offer(view: View, terms: Terms) -> bool | None:
    """A daemon's hypervisor must offer it; a library alone drives none, so that nothing is in its way."""
    own = view.on(LibvirtView)
    return own.is_offered(terms["name"]) if own.is_daemon else True


KINDS: Mapping[str, Kind] = {
    "libvirt-function": Kind(
        look=_look_function,
        ask=asks(FUNCTIONS),
        elements=named("libvirt-function"),
        hypervisors=_LIBVIRT,
        visible=_is_function_seen,
        implies=lambda terms: Leaf(kind="client-function", terms={"name": terms["name"]}),
    ),
    # A constant is in a header, which a host need not have.
    "libvirt-constant": ledger_only("libvirt-constant", *_LIBVIRT),
    "libvirt-xml": Kind(
        look=_look_document,
        ask=asks(SCHEMAS),
        elements=named("libvirt-xml"),
        hypervisors=_LIBVIRT,
        visible=_is_seen,
    ),
    "libvirt-driver": Kind(
        look=_look_driver,
        ask=asks(DAEMON),
        elements=named("libvirt-driver"),
        lack="host",
        hypervisors=_LIBVIRT,
        visible=lambda view: view is not None and view.on(LibvirtView).drives("qemu") is False,
    ),
    # What a driver does with an element that the schema had before; the last resort.
    "release": Kind(look=look_release, lack="host", circumstance=True, hypervisors=_LIBVIRT),
    "client-function": Kind(look=_look_client, ask=asks(FUNCTIONS), lack="host", hypervisors=_LIBVIRT),
    "domain-capability": Kind(look=_look_offer, ask=asks(DOMAIN), lack="host", hypervisors=_LIBVIRT),
}
