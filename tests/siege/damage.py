"""Ways to damage a text or a document, the same for the same seed."""

from __future__ import annotations

import random
from typing import Any

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 2**63, 2**64, -(2**63), 10**400, 0.5, float("inf")),
    *(
        "",
        "x",
        "\0",
        "\x1b[31mred",
        "\N{RIGHT-TO-LEFT OVERRIDE}abc",
        "a\nb\tc",
        "9" * 300,
        "\udcff",
        "|" * 50,
    ),
    *([], {}, [[]], [None], {"x": None}, {"": ""}, [{}], {"name": 5}, {"name": []}, [["a"], {"a": 1}]),
)
BYTES = (
    b"\0",
    b"\xff",
    b"\x1b",
    b'"',
    b"{",
    b"[",
    b"\\",
    b"\n",
    b"9" * 40,
    b"\xe2\x80\xae",
    b"{{{{",
    b"- ",
    b": ",
)


def damage_bytes(content: bytes, random_: random.Random) -> bytes:
    """Cut, doubled, moved, or some bytes changed."""
    found = bytearray(content)
    for _ in range(random_.choice((1, 1, 1, 2, 5, 20))):
        at = random_.randrange(len(found) + 1)
        how = random_.randrange(6)
        if how == 0 and found:
            found[at % len(found)] = random_.randrange(256)
        elif how == 1:
            found[at:at] = random_.choice(BYTES)
        elif how == 2:
            del found[at : at + random_.choice((1, 8, 64, 4096))]
        elif how == 3:
            other = random_.randrange(len(found) + 1)
            found[at:at] = found[other : other + random_.choice((1, 16, 256))]
        elif how == 4:
            del found[at:]
        else:
            word = random_.choice((b"\xff" * 8, b"\0" * 8, b"\xff" * 4, b"\x7f" + b"\xff" * 7))
            found[at : at + len(word)] = word
    return bytes(found)


def damage_document(value: Any, random_: random.Random) -> Any:
    """The document with something somewhere in it lost, doubled, emptied, or of another type."""
    if isinstance(value, dict) and value and random_.random() < 0.9:
        key = random_.choice(list(value))
        return _damage_entry(value, key, random_)
    if isinstance(value, list) and value and random_.random() < 0.9:
        at = random_.randrange(len(value))
        one = random_.choice(("in", "in", "in", "lose", "double", "odd"))
        if one == "in":
            return [*value[:at], damage_document(value[at], random_), *value[at + 1 :]]
        if one == "lose":
            return [*value[:at], *value[at + 1 :]]
        return [*value[:at], value[at] if one == "double" else random_.choice(ODD), *value[at:]]
    if isinstance(value, str) and random_.random() < 0.5:
        return damage_bytes(value.encode("utf-8", "surrogateescape"), random_).decode("utf-8", "replace")
    return random_.choice(ODD)


def _damage_entry(value: dict[Any, Any], key: Any, random_: random.Random) -> dict[Any, Any]:
    how = random_.choice(("in", "in", "in", "in", "lose", "odd", "rename"))
    if how == "lose":
        return {name: one for name, one in value.items() if name != key}
    if how == "rename":
        return {(f"{name}x" if name == key else name): one for name, one in value.items()}
    new = random_.choice(ODD) if how == "odd" else damage_document(value[key], random_)
    return {**value, key: new}
