"""The upstream release that a text names, and the host that stands for it."""

from __future__ import annotations

from ..data import Catalog
from ..driver.errors import UnknownRelease, UsageError
from ..facts.folders import find_hypervisor
from ..model import Host
from ..upstream.history import History
from ..upstream.releases import add_products, find_sold, near_releases


def check_hypervisor(catalog: Catalog, name: str) -> None:
    """Raises UsageError for a hypervisor that the data do not have."""
    if name not in catalog.upstreams:
        from ..data.forms import near

        hint = near(name, catalog.upstreams)
        known = ", ".join(sorted(catalog.upstreams))
        raise UsageError(f"no hypervisor '{name}'; known are {known}{f'; {hint}' if hint else ''}")


def find_release(catalog: Catalog, history: History, hypervisor: str, text: str) -> str:
    """A release by its full name, a branch by its newest, or a product by the one that it began with.

    Raises UnknownRelease.
    """
    names = tuple(release.name for release in history.releases)
    branch = [name for name in names if name.startswith(f"{text}.")]
    if branch and text not in names and text.count(".") == 1:
        return branch[-1]
    return find_product_release(catalog, history, hypervisor, text)


def find_product_release(catalog: Catalog, history: History, hypervisor: str, text: str) -> str:
    """A release by its own name, or by what is sold with it. Raises UnknownRelease."""
    names = tuple(release.name for release in history.releases)
    if text in names:
        return text
    products = add_products(history.products, catalog.distributions.get(hypervisor, ()))
    also = next((one.release for one in products if one.code_name == text), None) or find_sold(products, text)
    if also in names:
        return also
    raise UnknownRelease(hypervisor, text, names, near_releases(text, names, products))


def find_host(catalog: Catalog, history: History, hypervisor: str, text: str) -> Host:
    """What stands for a host of a release. Raises UnknownRelease.

    A point release that the ledger lacks is judged as a host of that version is: by its branch.
    """
    try:
        return host_of_release(hypervisor, find_release(catalog, history, hypervisor, text))
    except UnknownRelease:
        release = _find_branch(history, hypervisor, text)
        if release is None:
            raise
        return host_of_release(hypervisor, release, text)


def check_released(catalog: Catalog, then: History, now: History, hypervisor: str, text: str) -> None:
    """Raises UsageError for a release that is known now and was not on the day of the other history."""
    try:
        name = find_release(catalog, now, hypervisor, text)
    except UnknownRelease:
        return
    try:
        find_release(catalog, then, hypervisor, text)
    except UnknownRelease:
        raise UsageError(f"{hypervisor} {name} was not yet released on {then.as_of}") from None


def _find_branch(history: History, hypervisor: str, text: str) -> str | None:
    """The release that judges a point release which the ledger lacks; None where it is no such thing."""
    own = find_hypervisor(hypervisor)
    try:
        version = own.parse(text)
    except ValueError:
        return None
    if version.pre or not version.is_point or text != str(version):
        return None
    judging = own.stand_in(version, history)
    is_known = judging in history.versions and judging.branch_parts == version.branch_parts
    return history.name_of(judging) if is_known else None


def host_of_release(hypervisor: str, release: str, version: str | None = None) -> Host:
    """What stands for a host where a release is asked about; `version` is one that it judges in its place."""
    because = "a release was asked for, not a host"
    if version is not None:
        because += f"; {version} is not in the ledger, so that {release} of its branch stands for it"
    return Host(
        hypervisor=hypervisor,
        target=f"{hypervisor}={version or release}",
        version=version or release,
        release=release,
        kind="upstream",
        because=because,
    )
