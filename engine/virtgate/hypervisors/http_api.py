"""An interface that upstream publishes as an OpenAPI file: its conditions, its ledger, and a file as a host.

A running monitor does not say what it takes, so that its release tells it. A builder's own file does say it:
`virtgate diff FILE --claims HYPERVISOR=RELEASE` holds one against upstream's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import Any

from ..conditions.kind import View, shown_in, where_told
from ..driver.errors import UsageError
from ..facts import Facts
from ..facts.lookups import Lookups
from ..harvest.openapi import is_document, list_echoes, list_elements
from ..upstream.history import History
from ..versions import Version, parse_release
from .protocol import Listed

# A hundred times what the largest of upstream's files has.
MOST_ELEMENTS = 50_000
LEDGER = "api"
DOCUMENT = "openapi"


class ApiView(Lookups):
    """Look-ups in an OpenAPI file, where a host is one."""

    @cached_property
    def elements(self) -> Mapping[str, tuple[str, bool]] | None:
        """Each name with its type, and whether it may be left out; None without a file, or with too much."""
        told = self.facts.returned(DOCUMENT)
        if not is_document(told):
            return None
        known = list(islice(list_elements(told), MOST_ELEMENTS + 1))
        # A file that is made to grow tells nothing, rather than a part of it.
        if len(known) > MOST_ELEMENTS:
            return None
        return {name.removesuffix("?"): (type_, name.endswith("?")) for name, type_ in known}

    def listed(self, kind: str, name: str) -> tuple[str, bool] | None:
        """The type of an element of the interface, and whether it may be left out."""
        return (self.elements or {}).get(name) if kind == LEDGER else None


def _elements(view: View) -> Mapping[str, object] | None:
    return view.on(ApiView).elements


API = shown_in(
    _elements,
    LEDGER,
    DOCUMENT,
    hypervisors=("cloud_hypervisor", "firecracker"),
    visible=where_told(_elements),
)
FORMS = {DOCUMENT: is_document}


def list_shown(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    """All that an OpenAPI file has; of what it has not, nothing is there."""
    known = view.on(ApiView).elements
    if known is not None:
        names: Mapping[str, Mapping[str, bool | None]] = {name: {} for name in known if "[" not in name}
        echoes = frozenset(list_echoes(view.facts.returned(DOCUMENT)))
        yield Listed(ledger=LEDGER, kind="element", names=names, whole=True, echoes=echoes)


def takes_api(title: str) -> Callable[[Any], bool]:
    """What knows an OpenAPI file by the title of its interface, a regular expression."""
    return lambda document: is_document(document) and bool(re.fullmatch(title, _title_of(document)))


def _title_of(document: Mapping[str, Any]) -> str:
    info = document.get("info")
    return str(info.get("title", "")) if isinstance(info, Mapping) else ""


def reads_api(hypervisor: str, *, is_dated: bool = True) -> Callable[[str, Any, Mapping[str, str]], Facts]:
    """What takes such a file for a host: of the release that somebody claims, or where it says one of that.

    One that does not say it, for it is not `is_dated`, needs a claim: what reads it raises UsageError.
    """

    def read(path: str, document: Any, claims: Mapping[str, str]) -> Facts:
        if not is_dated and "release" not in claims:
            message = f"{path} does not say of which release it is: say it with --claims {hypervisor}=X.Y"
            raise UsageError(message)
        return Facts(
            hypervisor=hypervisor,
            target=path,
            via=DOCUMENT,
            answers={DOCUMENT: {"return": document}},
            claims=claims,
        )

    return read


def parses_claims(
    hypervisor: str, parse_version: Callable[[str], Version] = parse_release
) -> Callable[[str], dict[str, str] | None]:
    """What reads `HYPERVISOR=RELEASE` or `HYPERVISOR=RELEASE,package=TEXT`; it raises UsageError."""

    def parse(text: str) -> dict[str, str] | None:
        first, _, package = text.partition(",package=")
        name, _, release = first.partition("=")
        if name != hypervisor or not release:
            return None
        try:
            parse_version(release)
        except ValueError as error:
            raise UsageError(str(error)) from None
        return {"release": release, **({"package": package} if package or ",package=" in text else {})}

    return parse
