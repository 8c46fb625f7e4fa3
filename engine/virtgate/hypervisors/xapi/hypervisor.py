"""XenAPI as the engine sees it: the toolstack of XenServer and XCP-ng."""

from __future__ import annotations

from collections.abc import Iterator

from ...conditions.kind import View, ledger_only
from ...data import Catalog
from ...facts.forms import mapping
from ...upstream.history import History
from ...upstream.releases import add_products, find_product
from ...versions import Version, parse_release, stand_in
from ..protocol import Hypervisor, Listed, Sort, harvest_of, scanner_of
from ..xen.identify import is_control_domain
from . import probe
from .view import INVENTORY, XapiView


def _identify(view: View, catalog: Catalog, history: History) -> tuple[Version | None, str | None]:
    """The toolstack's own number, where releases have numbers; else the code name of the product."""
    own, fields = view.on(XapiView), view.on(XapiView).fields
    number, brand = (fields.get(f"product_{name}", "") for name in ("version", "brand"))
    package = f"{brand} {number}".strip() or None
    numbered = next((one.version for one in history.releases if one.name[0].isdigit()), None)
    # A numbered release is told by the toolstack itself; a product may ship several of them.
    build = _parse(own.build or "")
    if build is not None and numbered is not None and build >= numbered:
        return build, package
    products = add_products(history.products, catalog.distributions.get("xapi", ()))
    product = find_product(products, number, own.api_version, brand)
    if product is None or product.release is None:
        return None, package
    try:
        return history.version_of(product.release), package
    except ValueError:
        # On the day that is asked for, that release was not made.
        return None, package


def _parse(text: str) -> Version | None:
    try:
        return parse_release(text)
    except ValueError:
        return None


def _stand_in(version: Version, history: History) -> Version:
    """The newest release up to a version: numbers follow each other whatever their branch."""
    last = history.last
    # Beyond the ledger, as for any hypervisor: the newest release stands in.
    if last is None or version > last:
        return stand_in(version, history.versions)
    return max((one for one in history.versions if one <= version), default=version)


def _list_shown(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    """The fields of the host's own record, which only a session shows."""
    # The probe makes API_version of two fields.
    names = (f"host.{name}" for name in view.on(XapiView).record if name != "API_version")
    yield Listed(ledger="xenapi", kind="field", names={name: {} for name in names})


HYPERVISOR = Hypervisor(
    name="xapi",
    sorts=(
        Sort(
            name="xapi",
            identity=(*probe.IDENTITY, "os-release"),
            claims=lambda text: text == "xapi",
            find=lambda: ("xapi",) if probe.is_here() else (),
            ask=lambda asking: probe.ask(None if asking.whole else asking.questions),
            prints=lambda _target: (("text", INVENTORY),),
        ),
    ),
    lookups=XapiView,
    forms={"xapi": mapping()},
    kinds={"xenapi": ledger_only("xenapi", "xapi")},
    identify=_identify,
    stand_in=_stand_in,
    spell=lambda version, history: history.name_of(version),
    is_control_domain=is_control_domain,
    list_shown=_list_shown,
    scanner=scanner_of(__package__),
    harvest=harvest_of(__package__),
    package="xen-api",
)
