"""The files that are kept: their names, and how they are dropped."""

from __future__ import annotations

import os

from . import cache

_ENDINGS = (".answers", ".facts", ".compiled")


def kept() -> list[str]:
    """The names of the files that are kept."""
    return sorted(name for name in _list() if name.endswith(_ENDINGS))


def drop() -> int:
    """Drop all that is kept; how many files that was."""
    dropped = 0
    for name in (*kept(), *_cut_short()):
        try:
            os.unlink(os.path.join(cache.folder(), name))
            dropped += name.endswith(_ENDINGS)
        except OSError:
            continue
    return dropped


def _cut_short() -> list[str]:
    """What a writer that was killed left behind."""
    return [name for name in _list() if name.rsplit(".", 2)[0].endswith(_ENDINGS)]


def _list() -> list[str]:
    try:
        return os.listdir(cache.folder())
    except OSError:
        return []
