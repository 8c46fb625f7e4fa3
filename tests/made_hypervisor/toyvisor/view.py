"""Three-valued look-ups in what a toyvisor said."""

from __future__ import annotations

import re

from ...facts.lookups import Lookups

VERSION = "toyvisor --version"
FEATURES = "toyvisor --features"


class ToyView(Lookups):
    """Look-ups in one toyvisor's facts."""

    @property
    def banner(self) -> tuple[str, str] | None:
        """The version, and who built it; None where neither was told."""
        said = self.facts.returned(VERSION)
        found = (
            re.fullmatch(r"toyvisor (\d+(?:\.\d+)+)(?: \((.*)\))?", said) if isinstance(said, str) else None
        )
        return (found[1], found[2] or "") if found else None

    def has_feature(self, name: str) -> bool | None:
        """Whether it lists a feature."""
        listed = self.facts.returned(FEATURES)
        return name in listed if isinstance(listed, list) else None
