"""JSON that somebody else wrote, read in bounds."""

from __future__ import annotations

import json
from typing import Any

# The whole of a QEMU's answers is 0.4 million values; ten bytes of text may become a hundred of memory.
MOST_VALUES = 2_000_000


def count_values(text: str) -> int:
    """How many values a JSON text holds at most."""
    return text.count(",") + text.count("[") + text.count("{")


def parse_json(text: str) -> Any:
    """What a JSON text says. Raises ValueError with a sentence for what is none, or too much."""
    if count_values(text) > MOST_VALUES:
        raise ValueError(f"more than {MOST_VALUES} values")
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        message = f"not JSON: {error.msg} in line {error.lineno}"
    except ValueError:  # a number of more digits than Python reads
        message = "not JSON that can be read: a number is too long"
    except RecursionError:
        message = "nested too deeply"
    raise ValueError(message)
