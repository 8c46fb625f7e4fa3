"""No text makes a regular expression of the engine look at the same characters again and again.

`python tests/siege/siege.py --kind expressions` tries every text; here are a few for each expression.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "siege"))

from expressions import Use, find_slow, find_uses, try_use

# What takes a square of this many steps takes far longer than a second.
LENGTH, PATIENCE = 60_000, 1.0


def test_every_expression_is_linear_on_its_worst_texts() -> None:
    tried = list(find_slow(LENGTH, PATIENCE, share=60))
    assert len(tried) > len(find_uses())
    assert [told for told in tried if told is not None] == []


def test_an_expression_that_looks_twice_is_found() -> None:
    """Else the test above could not fail."""
    assert not try_use(Use("x", re.compile(r"\w+="), "search"), "a", LENGTH, PATIENCE)
