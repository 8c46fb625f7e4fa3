"""What hosts said when asked: held, recorded, read back, and looked up in three values."""

from __future__ import annotations

from .held import Answer, Facts, is_answered, question
from .qemu import QemuView
from .recording import read_recording, write_recording
from .replies import read_replies
from .schema import read_schema
from .xapi import XapiView
from .xen import XenView
from .xend import XendView

__all__ = [
    "Answer",
    "Facts",
    "QemuView",
    "XapiView",
    "XenView",
    "XendView",
    "is_answered",
    "question",
    "read_recording",
    "read_replies",
    "read_schema",
    "write_recording",
]
