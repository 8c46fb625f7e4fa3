"""Ids of capabilities as constants: `virtgate.ids.block.MIRROR` is the text "block.mirror".

An area is a module, loaded when it is named. To a type checker a text that is no id is an error wherever
`Gates` takes one; `Gates.parse` is for a text that comes from elsewhere.
"""

from __future__ import annotations

import sys


def __getattr__(name: str) -> object:
    try:
        __import__(f"virtgate.ids.{name}")
        return sys.modules[f"virtgate.ids.{name}"]
    except ModuleNotFoundError:
        raise AttributeError(f"module 'virtgate.ids' has no attribute '{name}'") from None


def __dir__() -> list[str]:
    import pkgutil

    return [one.name for one in pkgutil.iter_modules(__path__)]
