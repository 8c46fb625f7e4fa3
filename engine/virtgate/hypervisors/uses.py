"""How a driver's use of a hypervisor is read: in the driver's source, and in what it sent."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..model import Element
from ..upstream.history import History
from ..versions import Version

if TYPE_CHECKING:
    from ..interface import Graph
    from ..source import Seen, Text, Use
    from ..source.sent import Reader, Sent
    from ..upstream.documented import End


@dataclass(frozen=True, slots=True, kw_only=True)
class UseKind:
    """One kind of name in a driver's source: the ledger that has such names, and what a sentence calls it.

    `also` is another ledger that has the same names, for conditions that ask there.
    `excuse` is why a name that not every release has may stand there all the same. `owner` gives what a name
    is in, by its name: an argument's command, a device's property's device. `never` and `gone` are what is
    said of a name that upstream never had, and of one that it removed.
    """

    ledger: str
    word: str
    also: str | None = None
    excuse: str | None = None
    owner: Callable[[str], str] | None = None
    never: str = "no release of {title} has this {word}"
    gone: str = "upstream removed it in {title} {gone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """How a hypervisor's interface looks in the source of a driver.

    `prepare` takes upstream's history and every text, and gives what finds the uses in one of the texts.
    `kinds` are those of its uses, `kind_of` which one is of a use where its name tells more. `untold` says
    why no ledger can tell of a use that it lacks, `end_of` is the end of one that neither the ledgers nor
    upstream's lists tell of.
    """

    prepare: Callable[[History, Sequence[Text]], Callable[[Text], Iterable[Seen]]]
    kinds: Mapping[str, UseKind]
    kind_of: Callable[[Use], UseKind] | None = None
    untold: Callable[[Use], str | None] = lambda _use: None
    end_of: Callable[[Element], End | None] = lambda _element: None

    def kind_for(self, use: Use) -> UseKind:
        """The kind of one use."""
        return self.kind_of(use) if self.kind_of else self.kinds[use.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """How what a driver sent to a hypervisor is read, and what the ledgers call it.

    `formats` are those in which it is found, `kind` the ledger of what is sent. `spell` gives the elements of
    one command, the command first, from the release's interface and whether any release has an element; where
    there is no such graph, `prepare` makes what does so from upstream's history and the release that counts.
    `may_be` is whether an element can be one, `places` are it and all that it is in, `adds` is another
    element that it stands for. What begins like one of `harmless` only asks.
    """

    formats: Mapping[str, type[Reader]]
    kind: str
    spell: Callable[[Sent, Graph | None, Callable[[Element], bool]], Iterable[Element]] = lambda *_sent: ()
    prepare: Callable[[History, Version | None], Callable[[Sent], Iterable[Element]]] | None = None
    may_be: Callable[[Element], bool] = lambda _element: True
    places: Callable[[str], Sequence[str]] = lambda name: (name,)
    adds: Callable[[Element], Element | None] = lambda _element: None
    harmless: tuple[str, ...] = ()
