"""libvirt's `.replies`: what libvirt asked a QEMU, as its test suite keeps it.

Pretty-printed JSON documents, command then reply, in several passes that each begin with qmp_capabilities.
Ids are not to be trusted, and the first of two contradicting answers wins: it is the one with KVM.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from ...driver.errors import RecordingError
from ...facts.answers import Answer, Facts
from ...facts.parsing import MOST_VALUES, count_values
from ...facts.recording import read_text
from .qmp_questions import question


def read_replies(path: str) -> Facts:
    """The facts in a `.replies` or `.replies.xz` file. Raises RecordingError."""
    answers: dict[str, Answer] = {}
    asked: str | None = None
    for document in _documents(read_text(path), path):
        if "execute" in document:
            asked = question(str(document["execute"]), document.get("arguments"))
        elif asked is not None and ("return" in document or "error" in document):
            key = "return" if "return" in document else "error"
            answers.setdefault(asked, {key: document[key]})
            asked = None
    if "query-version" not in answers:
        raise RecordingError(path, "no reply to query-version in it")
    return Facts(hypervisor="qemu", target=path, via="libvirt", answers=answers)


def _documents(text: str, path: str) -> Iterator[dict[str, Any]]:
    if count_values(text) > MOST_VALUES:
        raise RecordingError(path, f"more than {MOST_VALUES} values")
    decoder = json.JSONDecoder()
    at = 0
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        try:
            document, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            line = text.count("\n", 0, at) + 1
            raise RecordingError(path, f"not JSON documents: cannot read line {line}") from None
        if not isinstance(document, dict):
            raise RecordingError(path, "not a command or a reply: an object is expected")
        yield document
