"""A release of which there is no source: its published documentation laid over the source before it."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path
from xml.etree.ElementTree import Element

from ....driver.errors import TargetError
from ....harvest.git import Release, Source
from ....harvest.releases import DOCUMENTED
from . import qmp, reference

_REFERENCE = "interop/qemu-qmp-ref.html"
_LISTS = ("about/deprecated", "about/removed-features")
_VERSION = re.compile(r"This documentation is for QEMU version (\d+\.\d+\.\d+)")
# What the page's writer made of the quotes in upstream's text.
_QUOTES = str.maketrans("“”‘’", "\"\"''")
_MARKS = {"h2": "-", "h3": "'", "h4": "^"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlay:
    """The files of a source, some of them with other content."""

    base: Source
    files: Mapping[str, bytes]

    def read(self, path: str) -> tuple[str, bytes] | None:
        """Blob id and content of a file; None when there is none."""
        if path not in self.files:
            return self.base.read(path)
        return hashlib.sha1(self.files[path], usedforsecurity=False).hexdigest(), self.files[path]

    def list_blobs(self, folder: str = "") -> dict[str, str]:
        """Blob id of every file of the source under a folder."""
        return self.base.list_blobs(folder)

    def content(self, blob: str) -> bytes:
        """The bytes of a blob of the source by its id."""
        return self.base.content(blob)


def is_documentation(path: str | Path) -> bool:
    """Whether a folder is QEMU's documentation as packages install it."""
    return (Path(path) / _REFERENCE).is_file()


def read_observed(folder: Path, base: Source) -> Iterator[tuple[Release, Overlay]]:
    """The release that documentation is of, and the first release of its series, each with its files.

    `base` is the last source before the series. What it has and the documentation does not contradict is
    in both; what only the documentation has is in the first where the text says since when it is there.
    Raises TargetError.
    """
    pages = {
        name: _read_page(folder / f"{name}.html") for name in (*_LISTS, _REFERENCE.removesuffix(".html"))
    }
    told = _VERSION.search((folder / _REFERENCE).read_text(encoding="utf-8", errors="replace"))
    if told is None:
        raise TargetError(str(folder), "its documentation does not say which release it is of")
    definitions = list(reference.read_reference(pages[_REFERENCE.removesuffix(".html")]))
    known = qmp.read_definitions(base)
    lists = {f"docs/{name}.rst": _write_headings(pages[name]).encode() for name in _LISTS}
    series = f"{told[1].rpartition('.')[0]}.0"
    for version in dict.fromkeys((series, told[1])):
        schema = reference.write_schema(definitions, known, proven=version == series)
        files = {**lists, qmp.ENTRY: schema.encode()}
        yield _release(folder, version), Overlay(base=base, files=files)


def _read_page(path: Path) -> Element:
    try:
        return reference.parse_page(path.read_text(encoding="utf-8", errors="replace"))
    except OSError as error:
        raise TargetError(str(path), error.strerror or "cannot be read") from None


def _write_headings(page: Element) -> str:
    lines = []
    for heading in page.iter():
        if heading.tag in _MARKS:
            text = reference.text_of(heading).rstrip("¶\uf0c1 ").translate(_QUOTES)
            lines += [text, _MARKS[heading.tag] * max(len(text), 4), ""]
    return "\n".join(lines)


def _release(folder: Path, version: str) -> Release:
    """A release on the day on which a package of it was first made: it was made then or before."""
    entry = re.compile(rf"^\S+ \((?:\d+:)?{re.escape(version)}[^)]*\)[^\0]*?^ -- .*?>  (.+)$", re.MULTILINE)
    log = folder / "changelog.Debian.gz"
    found = entry.findall(gzip.decompress(log.read_bytes()).decode(errors="replace")) if log.is_file() else []
    day = parsedate_to_datetime(found[-1]).date().isoformat() if found else "-"
    return Release(version=version, date=day, commit=DOCUMENTED)
