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


class Builder:
    """What the builder of one host says of its packages."""

    def __init__(self, host: Host, downstream: Downstream | None) -> None:
        self._host = host
        self._downstream = downstream
        self._denies = downstream.denies if downstream else ()
        self._builds = downstream.builds if downstream else ()
        self._named = frozenset(name for one in (*self._denies, *self._builds) for name in one.paths)

    def find_denial(self, path: Path) -> Built | None:
        """What is said of a path that the build lacks."""
        return self._find(self._denies, path)

    def find_built(self, path: Path) -> Built | None:
        """What is said of a path that the build has."""
        return self._find(self._builds, path)

    def may_deny(self, path: Path) -> bool:
        """Whether a path is denied in some of the packages, and the host does not tell which it is."""
        return any(one.releases and self._version(one) is None for one in self._about(path, self._denies))

    def is_declared(self, path: Path) -> bool:
        """Whether a path is said to be carried back into this version of the package."""
        evr, downstream = self._host.evr, self._downstream
        if downstream is None or evr is None:
            return False
        return any(
            one.capability == path.capability
            and one.path in {None, path.name}
            and downstream.compare(evr, one.since) >= 0
            for one in downstream.backports
        )

    def _about(self, path: Path, claims: Iterable[Built]) -> Iterator[Built]:
        is_named = not self._named.isdisjoint((path.capability, f"{path.capability}/{path.name}"))
        return (one for one in claims if one.names(path)) if is_named else iter(())

    def _find(self, claims: Iterable[Built], path: Path) -> Built | None:
        mine = self._about(path, claims)
        return next(
            (one for one in mine if is_among(one.releases, self._version(one), self._downstream)), None
        )

    def _version(self, one: Built) -> str | None:
        """What a claim's ranges are about: the package's version, or upstream's where they name no more."""
        names_packages = any("-" in text for text in one.releases)
        return self._host.evr if self._host.evr is not None or names_packages else self._host.version


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
