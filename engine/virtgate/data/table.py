"""The computed twin of the support files: what each path's `when` means in upstream's releases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..model import Path
from ..upstream.history import History
from ..upstream.status import find_status, first_ranges, upstream_mask
from . import Catalog

HEADER = "# Computed from the support files and the ledger; 'virtgate lint --write-tables' writes it anew.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One path's line: the releases that have it (empty: none, or nobody can tell), and what proves it."""

    capability: str
    path: str
    releases: str
    proof: str

    @property
    def since(self) -> str | None:
        """The first of the releases."""
        return self.releases.removeprefix("<=").split(" ")[0].split("..")[0] or None


def compute_rows(catalog: Catalog, hypervisor: str, history: History) -> Iterator[Row]:
    """Every path of a hypervisor with the upstream releases that have it, in the data's order."""
    for capability, paths in catalog.paths.get(hypervisor, {}).items():
        for path in paths:
            yield compute_row(capability, path, history)


def compute_row(capability: str, path: Path, history: History) -> Row:
    """One path's line."""
    if path.rejected:
        return Row(capability=capability, path=path.name, releases="", proof="rejected")
    if path.fork:
        return Row(capability=capability, path=path.name, releases="", proof=f"fork {path.fork}")
    if not path.is_accepted:
        return Row(capability=capability, path=path.name, releases="", proof="unaccepted")
    standing = find_status(path, None, history, None)
    proof = "stated" if path.since else "ledger"
    if standing.status == "merged":
        return Row(capability=capability, path=path.name, releases="", proof="merged")
    if upstream_mask(path, standing.footprint, history) is None:
        proof = "none"
    elif proof == "ledger" and standing.since and history.is_documented(standing.since):
        proof = "documented"
    releases = first_ranges(standing, history)
    return Row(capability=capability, path=path.name, releases=releases, proof=proof)


def render_tables(catalog: Catalog, hypervisor: str, history: History) -> Mapping[str, str]:
    """The text of each area's table, by area."""
    tables: dict[str, list[str]] = {}
    last = ""
    for row in compute_rows(catalog, hypervisor, history):
        area = row.capability.split(".")[0]
        lines = tables.setdefault(area, [f"{HEADER}area: {area}\ntable:\n"])
        if row.capability != last:
            lines.append(f"  {row.capability}:\n")
            last = row.capability
        lines.append(f"    {row.path}: {{{_render_row(row)}}}\n")
    return {area: "".join(lines) for area, lines in sorted(tables.items())}


def _render_row(row: Row) -> str:
    """`since` alone where that says it all, with the ranges where the path had gaps or an end."""
    cells = []
    if row.releases:
        cells.append(f'since: "{row.since}"')
        if row.releases != f"{row.since}..":
            cells.append(f'releases: "{row.releases}"')
    return ", ".join([*cells, f"proof: {row.proof}"])
