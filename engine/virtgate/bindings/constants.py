"""What of `virtgate.ids` is computed: the names of each area, and the stubs for editors and type checkers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from textwrap import fill

from ..data import Catalog
from .content import ids_by_area
from .identifiers import lower, upper

FOLDER = "engine/virtgate/ids"
_NAMES = '''\
"""The ids of each area, without it; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

NAMES = {{
{areas}
}}
'''
_AREA = '''\
"""Ids of the area `{area}`; computed from the data by `virtgate lint --write-tables`."""

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
    names = "\n".join(f'    "{area}": """\n{_fill(map(_within, ids))}\n""",' for area, ids in areas.items())
    return {
        "names.py": _NAMES.format(areas=names),
        "__init__.pyi": stub,
        **{f"{lower(area)}.pyi": _render_area(area, ids) for area, ids in areas.items()},
    }


def _render_area(area: str, ids: tuple[str, ...]) -> str:
    return _AREA.format(
        area=area,
        literals=_fill((f'"{one}",' for one in ids), "    "),
        constants="\n".join(f'{upper(_within(one))}: Final = "{one}"' for one in ids),
    )


def _within(identifier: str) -> str:
    """An id without its area."""
    return identifier.partition(".")[2]


def _fill(words: Iterable[str], indent: str = "") -> str:
    return fill(" ".join(words), 110, initial_indent=indent, subsequent_indent=indent, break_on_hyphens=False)
