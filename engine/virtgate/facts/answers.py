"""The questions one host was asked and what it answered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .forms import Told

Answer = Mapping[str, Any]
"""`{"return": value}`, `{"error": {"class", "desc"}}`, or `{"unanswered": why}`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What one host said, by question; a question that is not here was not asked.

    `via` says how the host was reached, `claims` is what its owner says that it is (`release`, `package`)
    where it could not be asked. `target` is the text that named it. `answers` are as they were given, `told`
    is what may be looked at: an answer that is empty or of another form than its question's is none.
    """

    hypervisor: str
    target: str
    via: str
    answers: Mapping[str, Answer] = field(default_factory=dict)
    claims: Mapping[str, str] = field(default_factory=dict)
    taken: str | None = None
    told: Mapping[str, Answer] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "told", Told(self.answers))

    def returned(self, asked: str) -> Any:
        """The value that answered a question; None when it was not asked, refused or not answered."""
        return self.told.get(asked, {}).get("return")

    def refusal(self, asked: str) -> Mapping[str, str] | None:
        """The error that answered a question, if one did."""
        error = self.told.get(asked, {}).get("error")
        return error if isinstance(error, Mapping) else None


def is_answered(answer: Answer | None) -> bool:
    """Whether a host said anything, yes or no."""
    return answer is not None and ("return" in answer or "error" in answer)
