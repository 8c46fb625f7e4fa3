"""What a trial showed: how QEMU's answer is read, and how those of a condition's parts are joined."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Word = Literal["refused", "unsupported", "died", "untried", "understood", "works"]
ORDER: tuple[Word, ...] = ("refused", "unsupported", "died", "untried", "understood", "works")

# QEMU does not know the thing. A group names it, and then it must be what was tried.
_REFUSED = tuple(
    re.compile(text)
    for text in (
        r"The command (\S+) has not been found",
        r"'(\S+)' is not a valid device model name",
        r"Property '(?:[^']*\.)?([^'.]+)' not found",
        r"Parameter '([^']+)' is unexpected",
        r"Invalid parameter '([^']+)'",
        r"[Ii]nvalid option",
        r"unknown command: '(\S+)'",
        r"[Ii]nvalid object type: (\S+)",
        r"object type '(\S+)' isn't supported",
        r"(?:does not|doesn't) support the option '([^']+)'",
        r"Unknown driver '([^']+)'",
        r"does not accept value '([^']+)'",
        r"unsupported machine type",
        r"unable to find CPU model",
        r"'(\S+)' is not a valid char driver name",
        r"There is no option group",
        r"invalid accelerator (\S+)",
    )
)
# QEMU knows it, and says that it is not to be had here.
_UNSUPPORTED = re.compile(
    r"(?<!Operation )not (?:currently )?supported|is not available|not implemented|not compiled|unsupported"
    r"|disabled (?:at|in this) build|compiled without|no support|does not support|module \S+ not found"
    r"|missing object type",
    re.I,
)
# It never came to what was tried: something before it was wrong.
_MASKED = re.compile(
    r"^no answer in|No '\S+' bus found|does not support hotplugging|expects a pluggable device type"
    r"|Parameter '([^']+)' is missing|Invalid parameter type for '([^']+)'|Expected '([^']+)' in"
    r"|Parameter '([^']+)' expects"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`word` is one of ORDER; `said` what QEMU said, or what was seen."""

    word: Word
    said: str = ""

    @classmethod
    def parse(cls, text: str) -> Outcome:
        """The outcome that was written as this text. Raises ValueError."""
        word, _, said = text.partition(": ")
        return cls(word=ORDER[ORDER.index(word)], said=said)

    def __str__(self) -> str:
        return f"{self.word}: {self.said}" if self.said else self.word


WORKS = Outcome(word="works")
UNTRIED = Outcome(word="untried")


def read_error(text: str, tried: str) -> Outcome:
    """The outcome that an error message is, of something tried under this name."""
    said = re.sub(r"^qemu-\S+: ", "", " ".join(text.split()))
    for pattern in _REFUSED:
        if match := pattern.search(said):
            name = next((group for group in match.groups() if group), "")
            word: Word = "refused" if not name or _is_meant(name, tried) else "untried"
            return Outcome(word=word, said=said)
    if match := _MASKED.search(said):
        name = next((group for group in match.groups() if group), "")
        word = "understood" if name and _is_meant(name, tried) else "untried"
        return Outcome(word=word, said=said)
    return Outcome(word="unsupported" if _UNSUPPORTED.search(said) else "understood", said=said)


def _is_meant(name: str, tried: str) -> bool:
    return name.rpartition(".")[2] in re.split(r"[ .:=,?\[\]()]+", tried)


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """That of conditions which must all hold."""
    return min(outcomes, key=lambda one: ORDER.index(one.word), default=UNTRIED)


def best(outcomes: Iterable[Outcome]) -> Outcome:
    """That of conditions of which any will do."""
    return max(outcomes, key=lambda one: ORDER.index(one.word), default=UNTRIED)
