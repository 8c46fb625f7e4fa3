"""Constants, types and a reader for drivers in other languages, computed from the data and the schemas."""

from __future__ import annotations

import importlib
from collections.abc import Collection

# Each language with its module here, and the file that it is usually kept in.
LANGUAGES = {
    "c": "virtgate.h",
    "go": "virtgate.go",
    "perl": "Virtgate.pm",
    "python": "virtgate_bindings.py",
    "rust": "virtgate.rs",
    "typescript": "virtgate.ts",
}


def render_bindings(language: str, hypervisors: Collection[str] = (), data: str | None = None) -> str:
    """The bindings of one language, to some hypervisors or to all.

    Raises UsageError, DataError, and VirtgateError for names that are not apart.
    """
    from ..ask.opened import open_catalog
    from .content import gather_content

    # A language's module is loaded alone: nobody asks for two at once.
    module = importlib.import_module(f"{__name__}.{language}")
    text: str = getattr(module, f"render_{language}")(gather_content(open_catalog(data), hypervisors))
    return text
