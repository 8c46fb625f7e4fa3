"""What hosts said when asked: recorded, read back, and looked up in three values."""

from __future__ import annotations

from .answers import Answer, Facts, is_answered
from .recording import read_recording, write_recording

__all__ = ["Answer", "Facts", "is_answered", "read_recording", "write_recording"]
