"""What one build may lack that its release has: by its builder's word, and by upstream's build options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..conditions import KINDS, View, always, footprint, look
from ..model import BuildOption, Built, Downstream, Host, Leaf, Path, Upstream, leaves
from ..upstream.history import History
from ..upstream.status import UpstreamStatus
from .divergent import is_among

_SYMBOL = re.compile(r"(?:CONFIG|CARGO_FEATURE)_\w+")
# What the machine or its system decides; nobody who builds for Linux can choose otherwise.
_OF_SYSTEM = frozenset({"CONFIG_POSIX", "CONFIG_LINUX"})


def find_denial(path: Path, host: Host, downstream: Downstream | None) -> Built | None:
    """What the builder of a host says of a path that its build lacks."""
    return _find(downstream.denies, path, host, downstream) if downstream else None


def find_built(path: Path, host: Host, downstream: Downstream | None) -> Built | None:
    """What the builder of a host says of a path that its build has."""
    return _find(downstream.builds, path, host, downstream) if downstream else None


def may_mean(path: Path, host: Host, downstream: Downstream | None) -> bool:
    """Whether a builder denies a path in some of its packages, and the host does not tell which it is."""
    claims = downstream.denies if downstream else ()
    return any(one.names(path) and one.releases and _version(one, host) is None for one in claims)


def is_declared(path: Path, host: Host, downstream: Downstream | None) -> bool:
    """Whether a builder says that it carried a path back into this version of its package."""
    if downstream is None or host.evr is None:
        return False
    return any(
        one.capability == path.capability
        and one.path in {None, path.name}
        and downstream.compare(host.evr, one.since) >= 0
        for one in downstream.backports
    )


def _find(claims: Iterable[Built], path: Path, host: Host, downstream: Downstream) -> Built | None:
    mine = (one for one in claims if one.names(path))
    return next((one for one in mine if is_among(one.releases, _version(one, host), downstream)), None)


def _version(one: Built, host: Host) -> str | None:
    """What a claim's ranges are about: the package's version, or upstream's where they name no more."""
    names_packages = any("-" in text for text in one.releases)
    return host.evr if host.evr is not None or names_packages else host.version


def build_option(
    path: Path,
    standing: UpstreamStatus,
    history: History,
    upstream: Upstream | None,
    view: View | None = None,
) -> str | None:
    """What a build may leave an unseen path out by; an empty text where nobody says that none can.

    What the host shows, a symbol or a module that it was built with too, is not unseen.
    """
    if path.optional is not None:
        is_shown = view is not None and any(map(view.own.has_symbol, _modules(path)))
        return None if is_shown or not _is_asked(path.optional, standing, history) else path.optional.option
    if path.unconditional:
        return None
    unseen = tuple(one for one in unseeable(path) if view is None or look(one, view) is not True)
    stated = upstream.unconditional if upstream else {}
    if not unseen or any(leaf.kind not in stated for leaf in unseen):
        return ""
    if standing.reference is None:
        return None
    elements = (element for leaf in unseen for element in footprint(leaf))
    found = (history.build_condition(element, standing.reference) or "" for element in elements)
    symbols = (one for text in found for one in _SYMBOL.findall(text) if one not in _OF_SYSTEM)
    return next((one for one in symbols if view is None or view.own.has_symbol(one) is not True), None)


def _is_asked(one: BuildOption, standing: UpstreamStatus, history: History) -> bool:
    """Whether the release that a path is judged by has the option."""
    since = history.version_of(one.since) if one.since else None
    return since is None or standing.reference is None or standing.reference >= since


def _modules(path: Path) -> Iterator[str]:
    return (str(leaf.terms["name"]) for leaf in leaves(path.usable) if leaf.kind == "module")


def unseeable(path: Path) -> Iterator[Leaf]:
    """The leaves of a path's condition that not every host can show."""
    return (leaf for leaf in leaves(path.when) if KINDS[leaf.kind].visible is not always)
