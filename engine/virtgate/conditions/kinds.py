"""Every kind of condition by its name in the YAML: the machine's, and those of each hypervisor's folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cached_property

from ..facts.folders import all_hypervisors
from . import machine
from .kind import Kind, Terms, View


class _Kinds(Mapping[str, Kind]):
    """The kinds, gathered when one is first asked for."""

    @cached_property
    def _known(self) -> dict[str, Kind]:
        known = dict(machine.KINDS)
        for own in all_hypervisors().values():
            for name, kind in own.kinds.items():
                known[name] = _join(known[name], kind) if name in known else kind
        return known

    def __getitem__(self, name: str) -> Kind:
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


KINDS: Mapping[str, Kind] = _Kinds()


def _join(one: Kind, other: Kind) -> Kind:
    """A kind that two hypervisors have: each looks in its own way, and both mean the same ledger."""

    def own(view: View) -> Kind:
        return other if view.facts.hypervisor in other.hypervisors else one

    def is_visible(view: View | None) -> bool:
        return one.visible(None) or other.visible(None) if view is None else own(view).visible(view)

    def ask(terms: Terms) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*one.ask(terms), *other.ask(terms))))

    if one is other:
        return one
    return replace(
        one,
        look=lambda view, terms: own(view).look(view, terms),
        differ=lambda view, terms: own(view).differ(view, terms),
        ask=ask,
        visible=one.visible if one.visible is other.visible else is_visible,
        hypervisors=(*one.hypervisors, *other.hypervisors),
    )
