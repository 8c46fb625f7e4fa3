"""What hosts said when asked: recorded, read back, and looked up in three values."""

from __future__ import annotations

from .answers import Answer, Facts, is_answered, question
from .recording import read_recording, write_recording

__all__ = [
    "Answer",
    "Facts",
    "is_answered",
    "question",
    "read_recording",
    "write_recording",
]
