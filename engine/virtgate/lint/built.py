"""Of what no probe sees it is said whether a build may lack it, and what builders say can be read."""

from __future__ import annotations

from collections.abc import Iterator

from ..data.forms import near
from ..data.yaml import Problem
from ..decide.builder import build_option, unseeable
from ..model import Built, Downstream, Path
from ..upstream.status import is_visible
from .data import Data, locate
from .divergent import check_ranges


def find(data: Data) -> Iterator[Problem]:
    """Paths that say nothing, too much or the needless; claims of builders about nothing, or in no range."""
    for path in data.paths():
        if not (path.rejected or path.fork):
            yield from _check_path(path, data)
    for table in data.catalog.downstreams.values():
        for downstream in table.values():
            for key, claims in (("builds", downstream.builds), ("denies", downstream.denies)):
                for one in claims:
                    yield from _check_claim(key, one, downstream, data)


def _check_path(path: Path, data: Data) -> Iterator[Problem]:
    told = path.optional is not None or bool(path.unconditional)
    if path.optional is not None and path.unconditional:
        problem = f"'{path.name}' is both 'optional' and 'unconditional'"
        yield locate(path.where, None, problem, "a build can be without it, or it cannot")
    unseen = not is_visible(path) or any(unseeable(path))
    if told and not unseen:
        problem = f"a probe sees '{path.name}', so no file needs to say whether a build may lack it"
        yield locate(path.where, None, problem, "leave 'optional' and 'unconditional' out")
    if not told and unseen and not _is_known(path, data):
        problem = f"no probe sees '{path.name}' on every host, and no file says whether a build may lack it"
        hint = "'optional' with upstream's build option, or 'unconditional', with the commit that shows it"
        yield locate(path.where, None, problem, hint)


def _is_known(path: Path, data: Data) -> bool:
    """Whether anything says so; not asked of a hypervisor of which nothing is said at all."""
    upstream = data.catalog.upstreams.get(path.hypervisor)
    if upstream is None or not upstream.unconditional or data.ledger_problems(path.hypervisor):
        return True
    return build_option(path, data.standing(path), data.history(path.hypervisor), upstream) != ""


def _check_claim(key: str, one: Built, downstream: Downstream, data: Data) -> Iterator[Problem]:
    known = data.catalog.paths.get(downstream.hypervisor, {})
    for name in one.paths:
        capability, _, path = name.partition("/")
        paths = [each.name for each in known.get(capability, ())]
        what = f"'{downstream.name}' {key} '{name}'"
        if not paths:
            problem = f"{what}, which {downstream.hypervisor} has no path for"
            yield locate(one.where, name, problem, near(capability, known))
        elif path and path not in paths:
            problem = f"{what}, and '{path}' is none of the paths of '{capability}'"
            yield locate(one.where, name, problem, near(path, paths))
        elif not one.because:
            hint = "paths, because and evidence; releases where it is not true of all"
            yield locate(one.where, name, f"{what} and gives no 'because'", hint)
    yield from check_ranges(f"'{key}' of '{downstream.name}'", one.where, one.releases, [downstream])
    if one.releases and downstream.versions is None:
        problem = f"'{key}' of '{downstream.name}' has 'releases', and it has no version to compare"
        hint = "it takes 'versions' and a 'package' with a group evr"
        yield locate(one.where, one.releases[0], problem, hint)
