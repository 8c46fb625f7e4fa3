"""A host that says less gets nothing more.

`python tests/siege/monotony.py` tries every way; here are a few for each host.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "siege"))

from monotony import RECORDINGS, find_enabling

# What they run is traced elsewhere, and tracing takes as long again.
pytestmark = pytest.mark.no_cover


# A QEMU has a hundred answers, each dear to decide without; the others have a handful.
SHARES = {"qemu": 400}


@pytest.mark.parametrize("path", RECORDINGS, ids=lambda path: path.parent.name)
def test_an_answer_taken_away_or_spoilt_enables_nothing(path: Path) -> None:
    share = SHARES.get(path.parent.name.partition("-")[0], 12)
    assert list(find_enabling(path, share=share)) == []
