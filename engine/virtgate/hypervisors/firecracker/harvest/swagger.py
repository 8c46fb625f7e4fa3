"""The API file of one Firecracker: where it lies, and what it and the changelog call deprecated."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from ....driver.errors import DataError
from ....harvest import openapi
from ....harvest.git import Readable
from ....harvest.kinds import Reader, read_first
from .changelog import FILE as CHANGELOG
from .changelog import drop_ended, find_deprecated, read_entries

# Where it lay, the newest place first. Up to 0.4 a second file beside it was a plan for 1.0
# (firecracker@1fd6bd8c572a), and 0.17 had one for a build with an experimental device
# (firecracker@3b432b956115).
PATHS = (
    "src/firecracker/swagger/firecracker.yaml",
    "src/api_server/swagger/firecracker.yaml",
    "api_server/swagger/firecracker.yaml",
    "api_server/swagger/firecracker-beta.yaml",
    "api/swagger/firecracker-beta.yaml",
    "api/swagger/firecracker-v0.1.yaml",
)
# 0.10.0's file is not YAML: two lines lost their indentation, and 0.10.1 gave it back to them.
_SLIP = ("    properties:\n    kernel_image_path:\n", "    properties:\n      kernel_image_path:\n")
_DEPRECATED = re.compile(r"\bdeprecated\b", re.IGNORECASE)


def make_reader() -> Reader:
    """What reads the API file of one tree after another, each state of it and of the changelog once."""
    known: dict[tuple[str, str], frozenset[tuple[str, str]]] = {}

    def read(tree: Readable, release: str) -> frozenset[tuple[str, str]]:
        """Names with types. Raises DataError for a file that cannot be read."""
        path = next(filter(tree.read, PATHS), None)
        if path is None:
            return frozenset()
        key = (read_first(tree, [path]) or "", read_first(tree, [CHANGELOG]) or "")
        if key not in known:
            try:
                document = openapi.read_document(key[0].replace(*_SLIP), path)
            except ValueError as error:
                raise DataError((f"{release}: {error}",)) from None
            known[key] = frozenset(list_pairs(document, key[1]))
        return known[key]

    return read


def make_changelog_reader() -> Reader:
    """What reads the first sentence of each entry about what is deprecated or removed, and since when."""
    read_elements = make_reader()

    @cache
    def known(text: str, pairs: frozenset[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        entries = drop_ended(list(read_entries(text)), strip_marks(pairs))
        return frozenset((one.heading, f"{one.told}: changelog") for one in entries)

    return lambda tree, release: known(
        read_first(tree, [CHANGELOG]) or "", frozenset(read_elements(tree, release))
    )


def list_pairs(document: Mapping[str, Any], changelog: str = "") -> Iterator[tuple[str, str]]:
    """What an API file has, with a flag for what it or a changelog calls deprecated."""
    pairs = dict(openapi.list_elements(document))
    yield from pairs.items()
    names = strip_marks(pairs.items())
    for name in {*_described(document), *find_deprecated(changelog, names)}:
        if name in names and f"{name}[deprecated]" not in names:
            yield f"{name}[deprecated]", "flag"


def strip_marks(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """The types of some elements by their names, whether one may be left out or not."""
    return {name.removesuffix("?"): type_ for name, type_ in pairs}


def _described(document: Mapping[str, Any]) -> Iterator[str]:
    """The fields of which the description, their own or that of their type, says that they are deprecated."""
    definitions = openapi.as_mapping(document.get("definitions"))
    old = {name for name, told in definitions.items() if _is_deprecated(told)}
    for name, told in definitions.items():
        for field, inner in openapi.as_mapping(openapi.as_mapping(told).get("properties")).items():
            named = str(openapi.as_mapping(inner).get("$ref", "")).rpartition("/")[2]
            if _is_deprecated(inner) or named in old:
                yield f"{name}.{field}"


def _is_deprecated(told: Any) -> bool:
    return bool(_DEPRECATED.search(str(openapi.as_mapping(told).get("description", ""))))
