"""toyvisor as the engine sees it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Mapping

from ...conditions.kind import Kind, View, asks, named
from ...data import Catalog
from ...driver import system
from ...driver.errors import TargetError
from ...facts import Answer
from ...facts.forms import are_some_texts, is_text
from ...upstream.history import History
from ...versions import Version, parse_release
from ..protocol import Asking, Hypervisor, Listed, Sort, harvest_of, scanner_of
from .view import FEATURES, VERSION, ToyView

PREFIX = "toy:"


def _find() -> Iterable[str]:
    binary = shutil.which("toyvisor")
    return (f"{PREFIX}{binary}",) if binary else ()


def _ask(asking: Asking) -> Mapping[str, Answer]:
    binary = asking.target.removeprefix(PREFIX)
    answers: dict[str, Answer] = {}
    for asked in dict.fromkeys((*asking.questions, *((FEATURES,) if asking.whole else ()))):
        if asked not in {VERSION, FEATURES}:
            continue
        try:
            status, text = system.run_untrusted([binary, asked.partition(" ")[2]], timeout=5.0)
        except OSError as error:
            raise TargetError(asking.target, (error.strerror or str(error)).lower()) from None
        said = text.decode(errors="replace").strip()
        if status == 0:
            answers[asked] = {"return": said.splitlines() if asked == FEATURES else said}
    if VERSION not in answers:
        raise TargetError(asking.target, "does not say its version")
    return answers


def _prints(target: str) -> Iterator[tuple[str, str]]:
    binary = target.removeprefix(PREFIX)
    yield "stat", binary
    yield "stat", os.path.realpath(binary)


def _identify(view: View, _catalog: Catalog, _history: History) -> tuple[Version | None, str | None]:
    told = view.on(ToyView).banner
    return (parse_release(told[0]), told[1]) if told else (None, None)


def _list_shown(view: View, _history: History, _release: Version) -> Iterator[Listed]:
    listed = view.facts.returned(FEATURES)
    if isinstance(listed, list):
        yield Listed(ledger="feature", kind="feature", names={one: {} for one in listed}, whole=True)


HYPERVISOR = Hypervisor(
    name="toyvisor",
    sorts=(
        Sort(
            name="toyvisor",
            identity=(VERSION,),
            claims=lambda text: text.startswith(PREFIX),
            find=_find,
            ask=_ask,
            prints=_prints,
        ),
    ),
    lookups=ToyView,
    forms={VERSION: is_text, FEATURES: are_some_texts},
    kinds={
        "toy-feature": Kind(
            look=lambda view, terms: view.on(ToyView).has_feature(terms["name"]),
            ask=asks(FEATURES),
            elements=named("feature"),
            hypervisors=("toyvisor",),
        )
    },
    identify=_identify,
    list_shown=_list_shown,
    scanner=scanner_of(__package__),
    harvest=harvest_of(__package__),
)
