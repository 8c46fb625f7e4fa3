"""Which Firecracker a host is: by the version that it says, and what it has that upstream never had."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...conditions.kind import View
from ...data import Catalog
from ...model import Element
from ...upstream.history import History
from ...versions import Version, parse_release
from .view import FirecrackerView

# The main branch says X.Y.0-dev until X.Y.0 (firecracker's Cargo.toml); a checkout, what git describes.
_BEFORE = re.compile(r"-(?:dev|wip)\b")
_FORM = re.compile(r"v?(?P<number>\d{1,9}\.\d{1,9}\.\d{1,9})(?P<rest>[-+_~]\S*)?")


def parse(text: str) -> Version:
    """A version by its number, `1.12.1`, or of main, `1.13.0-dev`. Raises ValueError."""
    found = _FORM.fullmatch(text.strip())
    if found is None:
        return parse_release(text.strip())
    release = parse_release(found["number"])
    is_before = bool(_BEFORE.match(found["rest"] or ""))
    return Version(release=release.release, pre="pre" if is_before else "", text=text)


def identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    """The version, and what its builder put behind the number."""
    told = view.on(FirecrackerView).build
    if told is None:
        return None, None
    number, rest = told
    return parse(f"{number}{rest}"), rest


def tells_build(view: View, _version: Version | None) -> bool:
    """Whether a number alone can prove upstream's build: where its options or its fields were seen, too."""
    own = view.on(FirecrackerView)
    return own.program_options is not None or bool(own.machine_fields) or own.elements is not None


def find_foreign(view: View, history: History, _release: Version, _snapshot: bool) -> str | None:
    """An option of its program, or an element of its API, that no release of upstream had."""
    for one, word in _shown(view.on(FirecrackerView)):
        if history.mask(one) == 0:
            return f"{word} {one.name}, which no release of upstream has"
    return None


def _shown(own: FirecrackerView) -> Iterator[tuple[Element, str]]:
    for name in sorted(own.program_options or ()):
        yield Element(kind="cli", name=name), "option"
    for name in sorted({*own.machine_fields, *(name for name in own.elements or () if "[" not in name)}):
        yield Element(kind="api", name=name), "element"
