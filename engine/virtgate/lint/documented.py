"""What upstream's documentation lists as deprecated, and no feature flag can, is typed as `deprecated`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..data.yaml import Problem
from ..model import Element, Path
from ..upstream.documented import End, read_ends
from .data import Data, elements_of, locate, positive_leaves
from .successors import deprecated_since


def find(data: Data) -> Iterator[Problem]:
    """Paths through what a heading of upstream's lists names, whole, in a release that has them.

    QMP is left to its flags, and so is a path that has one.
    """
    ends = {
        name: {} if data.ledger_problems(name) else read_ends(name, data.history(name))
        for name in data.catalog.paths
    }
    for path in data.accepted:
        if path.deprecated is None and deprecated_since(path, data) is None:
            yield from _check(path, ends[path.hypervisor], data)


def _check(path: Path, ends: Mapping[Element, End], data: Data) -> Iterator[Problem]:
    history, mask = data.history(path.hypervisor), data.standing(path).mask
    for leaf in positive_leaves(path.when):
        for element in elements_of(leaf):
            since = ends[element].deprecated if element in ends and element.kind != "qmp" else None
            if since and history.accepted_mask(f">={since}") & mask:
                text = next(iter(leaf.terms.values()), None)
                problem = f"'{path.name}' goes through '{element}', which is documented as deprecated"
                hint = f'deprecated: {{since: "{since}", evidence: [repository@hash]}}'
                yield locate(path.where, text, problem, hint)
                return
