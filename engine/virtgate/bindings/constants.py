"""The modules of `virtgate.ids`: one for each area, and the stub that editors and type checkers read."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import fill

from ..data import Catalog
from .content import ids_by_area
from .identifiers import lower, upper

FOLDER = "engine/virtgate/ids"
_AREA = '''\
"""Ids of the area `{area}`; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

    Id: TypeAlias = Literal[
{literals}
    ]

{constants}
'''
_STUB = '''\
"""Ids of capabilities by area; computed from the data by `virtgate lint --write-tables`."""

from typing import TypeAlias, TypeVar

{imports}

Id: TypeAlias = (
    {union}
)
# Bounded by it, a parameter is told by its name where a checker would else print a thousand literals.
AnyId = TypeVar("AnyId", bound=Id)
'''


def render_ids(catalog: Catalog) -> Mapping[str, str]:
    """The text of each computed file below `virtgate/ids`, by its name."""
    areas = ids_by_area(catalog)
    modules = [lower(area) for area in areas]
    stub = _STUB.format(
        imports="\n".join(f"from . import {name} as {name}" for name in modules),
        union="\n    | ".join(f"{name}.Id" for name in modules),
    )
    return {
        "__init__.pyi": stub,
        **{f"{lower(area)}.py": _render_area(area, ids) for area, ids in areas.items()},
    }


def _render_area(area: str, ids: tuple[str, ...]) -> str:
    indent = " " * 8
    literals = " ".join(f'"{one}",' for one in ids)
    return _AREA.format(
        area=area,
        # Filled, and not a line each: it is an index for type checkers, and nobody reads it twice.
        literals=fill(literals, 110, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False),
        constants="\n".join(f'{upper(one.partition(".")[2])}: Final = "{one}"' for one in ids),
    )
