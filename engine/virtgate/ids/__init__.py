"""Ids of capabilities as constants: `virtgate.ids.block.MIRROR` is the text "block.mirror".

An area is a module: `from virtgate.ids.block import MIRROR` is the same. To a type checker, which reads the
stubs, a text that is no id is an error wherever `Gates` takes one; `Gates.parse` is for other texts.
"""

from __future__ import annotations

import sys

from .names import NAMES


def _spell(name: str) -> str:
    return name.replace(".", "_").replace("-", "_")


class _Area(type(sys)):  # type: ignore[misc]
    """The module of an area, whose constants are made when the first of them is asked for."""

    def __init__(self, area: str) -> None:
        super().__init__(f"{__name__}.{_spell(area)}", f"Ids of the area `{area}`.")
        self._area = area

    def _fill(self) -> None:
        self.__dict__.update(
            {_spell(one).upper(): f"{self._area}.{one}" for one in NAMES[self._area].split()}
        )

    def __getattr__(self, name: str) -> str:
        self._fill()
        try:
            return str(self.__dict__[name])
        except KeyError:
            raise AttributeError(f"module '{self.__name__}' has no attribute '{name}'") from None

    def __dir__(self) -> list[str]:
        self._fill()
        return [name for name in self.__dict__ if name.isupper()]


for _area in map(_Area, NAMES):
    sys.modules[_area.__name__] = globals()[_area.__name__.rpartition(".")[2]] = _area
