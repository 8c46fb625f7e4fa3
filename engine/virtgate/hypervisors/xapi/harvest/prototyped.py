"""Since when numbered releases have what they have: upstream's generated datamodel_lifecycle.ml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .octokens import tokens_of

# How many names each sort of element has there.
# The file is generated since xen-api@8969a33fdb45: a release is written when it is made, and not guessed
# before.
_PROTOTYPED = {"class": 1, "field": 2, "message": 2}


def read_prototyped(text: str) -> tuple[Mapping[tuple[str, ...], str], list[str]]:
    """The release that datamodel_lifecycle.ml gives each (sort, class[, name]), and the arms not read."""
    found: dict[tuple[str, ...], str] = {}
    unread: list[str] = []
    sort = ""
    for arm in _arms(tokens_of(text)):
        if arm[:1] == ["let"]:
            sort = "".join(arm[1:2]).removeprefix("prototyped_of_")
            continue
        names, _, value = (
            (arm[: arm.index("->")], "->", arm[arm.index("->") + 1 :]) if "->" in arm else (arm, "", [])
        )
        keys = tuple(one.strip('"') for one in names if one not in {",", "(", ")"})
        if value[:1] == ["Some"] and len(value) == 2 and len(keys) == _PROTOTYPED.get(sort):
            found[sort, *keys] = value[1].strip('"')
        elif keys != ("_",) or value != ["None"]:
            unread.append(f"an arm of prototyped_of_{sort}")
    return found, unread


def _arms(tokens: Iterable[str]) -> Iterator[list[str]]:
    """A text's tokens cut before each `let` and each `|`."""
    arm: list[str] = []
    for word in tokens:
        if word in {"let", "|"}:
            if arm:
                yield arm
            arm = [word] if word != "|" else []
        else:
            arm.append(word)
    if arm:
        yield arm
