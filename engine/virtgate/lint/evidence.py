"""No claim without evidence: a fork's own path, and one that upstream keeps stable."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.yaml import Problem
from .data import Data, locate


def find(data: Data) -> Iterator[Problem]:
    """Claims without a commit, and releases of upstream's whose commits are all of a fork's repository.

    That whatever else must have evidence has it, the schemas say.
    """
    for path in data.paths():
        hint = "evidence: [repository@hash]"
        if path.fork and not path.evidence:
            yield locate(
                path.where, path.fork, f"no 'evidence' says that {path.fork} has '{path.name}'", hint
            )
        if path.stable and not path.evidence:
            yield locate(
                path.where, None, f"no 'evidence' says that upstream keeps '{path.name}' stable", hint
            )
        upstream = data.catalog.upstreams.get(path.hypervisor)
        for key, stated in (("since", path.since), ("until", path.until)):
            if stated is None or upstream is None or not stated.evidence:
                continue
            if all(text.partition("@")[0] in upstream.foreign for text in stated.evidence):
                problem = (
                    f"'{key}' of '{path.name}' has evidence of a fork only: {', '.join(stated.evidence)}"
                )
                yield locate(
                    stated.where, stated.evidence[0], problem, "name the commit that upstream merged"
                )
