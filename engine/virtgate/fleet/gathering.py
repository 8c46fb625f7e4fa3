"""The recordings of a fleet: every one below some folders, and what its host is called."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..driver.errors import UsageError
from ..facts.folders import all_hypervisors

# A folder may hold more than recordings; YAML and text are not taken for any.
_ENDINGS = (".json", ".json.xz")
_OF_ONE_HOST = "host"


def find_recordings(places: Sequence[str]) -> dict[str, str]:
    """Each recording with its host's name: its place below what all the given places have in common.

    `host.json.xz` is called as its folder. Raises UsageError for a place that is not there or cannot be read.
    """
    known = (*_ENDINGS, *(ending for one in all_hypervisors().values() for ending in one.endings))
    found: dict[str, str] = {}
    files: dict[str, None] = {}
    for place in places:
        for file in _files(place, known):
            files.setdefault(os.path.normpath(file))
    roots = [place if Path(place).is_dir() else str(Path(place).parent) for place in places]
    top = os.path.commonpath([os.path.normpath(Path(root).absolute()) for root in roots])
    for file in sorted(files):
        found[file] = _name(os.path.relpath(file, top), known)
    return found


def _files(place: str, endings: tuple[str, ...]) -> Iterator[str]:
    try:
        with os.scandir(place) as entries:
            inside = sorted(entries, key=lambda one: one.name)
    except NotADirectoryError:
        yield place
        return
    except OSError as error:
        message = f"{place}: {(error.strerror or str(error)).lower()}"
        raise UsageError(message) from None
    for entry in inside:
        if entry.is_dir(follow_symlinks=False):
            if not entry.name.startswith("."):
                yield from _files(entry.path, endings)
        elif entry.name.endswith(endings):
            yield entry.path


def _name(path: str, endings: tuple[str, ...]) -> str:
    ending = next((one for one in sorted(endings, key=len, reverse=True) if path.endswith(one)), "")
    folder, name = os.path.split(path.removesuffix(ending))
    return folder if name == _OF_ONE_HOST and folder else str(Path(folder, name))
