"""xend as the engine sees it: the older toolstack of a Xen host."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ...conditions.kind import View
from ...data import Catalog
from ...facts.forms import mapping
from ...upstream.history import History
from ...versions import Version, parse_release
from ..protocol import Hypervisor, Listed, Sort, harvest_of
from ..xen.identify import is_control_domain, read_version
from ..xen.view import XenView
from . import probe
from .conditions import KINDS
from .view import XendView

# xen@d9e6579356ed gave the first number, after 3.0.2, xen@44755869f74b the second. 4 was never raised again
# (xen@9919a2345ec6), so that it bounds nothing.
_LAST_OF_FORMAT = {"2": parse_release("3.0.3"), "3": parse_release("3.0.4")}
_UNBOUNDED = "4"
_LAST_WITHOUT = parse_release("3.0.2")


def _fields(view: View) -> Mapping[str, str]:
    return {**view.on(XenView).fields, **view.on(XendView).fields}


def _identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    version, package = read_version(_fields(view))
    return _bound_by_format(version, view), package


def _bound_by_format(version: Version | None, view: View) -> Version | None:
    """The version, or the last whose xend gave this number of its configuration's format.

    The node's version is the hypervisor's, which a vendor may have newer than its xend. Of one that must have
    given a number and gave none that is known, nobody knows the xend.
    """
    number = view.on(XendView).fields.get("xend_config_format", "")
    if version is None or number == _UNBOUNDED:
        return version
    last = _LAST_OF_FORMAT.get(number)
    if last is None:
        return version if version.release <= _LAST_WITHOUT.release else None
    return last if version.release > last.release else version


def _prints(_target: str) -> Iterator[tuple[str, str]]:
    yield from (("stat", f"/{name}") for name in (probe.HTTP_SOCKET, probe.RPC_SOCKET))
    yield from (("tree", folder) for folder in probe.find_sources())


def _list_shown(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    own = view.on(XendView)
    if own.operations is not None:
        names = {
            # `dev=mac` is a kind of value, which nobody leaves out.
            name: {one.removesuffix("?"): None if "=" in one else one.endswith("?") for one in arguments}
            for name, arguments in own.operations.items()
        }
        yield Listed(ledger="op", kind="operation", names=names, whole=True)
    if own.device_classes is not None:
        classes: Mapping[str, Mapping[str, bool | None]] = {one: {} for one in own.device_classes}
        yield Listed(ledger="device-class", kind="class", names=classes, whole=True)


HYPERVISOR = Hypervisor(
    name="xend",
    sorts=(
        Sort(
            name="xend",
            identity=(*probe.IDENTITY, "os-release"),
            claims=lambda text: text == "xend" or text.startswith(probe.PREFIX),
            find=lambda: ("xend",) if probe.is_here() else (),
            ask=lambda asking: probe.ask(asking.target, None if asking.whole else asking.questions),
            prints=_prints,
            is_remote=lambda text: text.startswith(probe.PREFIX),
        ),
    ),
    lookups=XendView,
    forms={"xend source": mapping(operations=mapping()), "xend node": mapping()},
    kinds=KINDS,
    identify=_identify,
    fields=_fields,
    is_control_domain=is_control_domain,
    list_shown=_list_shown,
    harvest=harvest_of(__package__),
)
