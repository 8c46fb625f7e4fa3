"""The recordings of a fleet: every one below some folders, and what its host is called."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from ..driver import system
from ..driver.errors import UsageError, say_why
from ..facts.folders import all_hypervisors

# A folder may hold more than recordings; YAML and text are not taken for any.
_ENDINGS = (".json", ".json.xz")
_OF_ONE_HOST = "host"


def find_recordings(places: Sequence[str]) -> dict[str, str]:
    """Each recording with its host's name: its place below what all the given places have in common.

    `host.json.xz` is called as its folder. Raises UsageError for a place that is not there or cannot be read.
    """
    known = (*_ENDINGS, *(ending for one in all_hypervisors().values() for ending in one.endings))
    files: dict[str, None] = {}
    for place in places:
        _check(place)
        files.update(dict.fromkeys(map(os.path.normpath, _files(place, known))))
    roots = [place if system.is_folder(place) else str(Path(place).parent) for place in places]
    top = os.path.commonpath([os.path.normpath(Path(root).absolute()) for root in roots])
    return {file: _name(os.path.relpath(file, top), known) for file in sorted(files)}


def _check(place: str) -> None:
    try:
        Path(place).stat()
        if system.is_folder(place):
            os.scandir(place).close()
    except OSError as error:
        raise UsageError(f"{place}: {say_why(error)}") from None


def _files(place: str, endings: tuple[str, ...]) -> Iterator[str]:
    """What may be a recording; a folder that cannot be read is one, of which that is the problem."""
    try:
        with os.scandir(place) as entries:
            inside = sorted(entries, key=lambda one: one.name)
    except OSError:
        yield place
        return
    for entry in inside:
        # A link may lead back up, and would then be walked for ever.
        if entry.is_dir(follow_symlinks=False):
            # `.git` holds no recordings, and may hold a million files.
            if not entry.name.startswith("."):
                yield from _files(entry.path, endings)
        elif entry.name.endswith(endings):
            yield entry.path


def _name(path: str, endings: tuple[str, ...]) -> str:
    ending = next((one for one in sorted(endings, key=len, reverse=True) if path.endswith(one)), "")
    folder, name = os.path.split(path.removesuffix(ending))
    return folder if name == _OF_ONE_HOST and folder else str(Path(folder, name))
