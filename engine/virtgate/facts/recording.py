"""Facts in one JSON file, to be asked again later with the same verdicts."""

from __future__ import annotations

import json
import lzma
import re
from pathlib import Path
from typing import Any

from ..driver import system
from ..driver.errors import RecordingError, say_why
from ..driver.system import write_atomic
from .answers import Facts
from .parsing import parse_json

FORMAT = 1
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}")
MOST_BYTES = 64 << 20
MOST_UNPACKING = 128 << 20  # xz itself asks for 65 MiB at most, unless told otherwise


def write_recording(facts: Facts, path: str) -> None:
    """Write facts to a file, compressed when its name ends in `.xz`. Raises OSError."""
    document = {
        "format": FORMAT,
        "hypervisor": facts.hypervisor,
        "target": facts.target,
        "via": facts.via,
        "taken": facts.taken,
        "claims": dict(facts.claims),
        "answers": dict(facts.answers),
    }
    text = json.dumps(document, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    data = text.encode("utf-8")
    write_atomic(path, lzma.compress(data) if path.endswith(".xz") else data, 0o644)


def read_recording(path: str) -> Facts:
    """The facts in a recording. Raises RecordingError when it is none, or of another format."""
    return take_recording(read_json(path), path)


def take_recording(document: Any, path: str) -> Facts:
    """The facts in what a file holds. Raises RecordingError when it is no recording, or of another format."""
    if not isinstance(document, dict) or "answers" not in document:
        raise RecordingError(path, "not a recording: no 'answers' in it")
    if document.get("format") != FORMAT:
        raise RecordingError(path, f"format {document.get('format')!r}; this virtgate reads {FORMAT}")
    answers = document["answers"]
    if not isinstance(answers, dict) or not all(isinstance(answer, dict) for answer in answers.values()):
        raise RecordingError(path, "'answers' must map questions to answers")
    for key in ("hypervisor", "target", "via"):
        if not isinstance(document.get(key), str):
            raise RecordingError(path, f"'{key}' must be text")
    if not _NAME.fullmatch(document["hypervisor"]):
        raise RecordingError(path, f"hypervisor '{document['hypervisor'][:80]}' is not in the data")
    claims = document.get("claims") or {}
    if not isinstance(claims, dict) or not all(isinstance(claim, str) for claim in claims.values()):
        raise RecordingError(path, "'claims' must map words to text")
    return Facts(
        hypervisor=document["hypervisor"],
        target=document["target"],
        via=document["via"],
        taken=document.get("taken"),
        claims=claims,
        answers=answers,
    )


def read_json(path: str) -> Any:
    """What a JSON file holds, `.xz` or not. Raises RecordingError."""
    try:
        return parse_json(read_text(path))
    except ValueError as error:
        raise RecordingError(path, str(error)) from None


def read_text(path: str) -> str:
    """A recording's text, `.xz` or not, at most 64 MiB of it. Raises RecordingError."""
    try:
        if system.is_there(path) and not (system.is_file(path) or system.is_folder(path)):
            raise RecordingError(path, "is not a regular file")
        with Path(path).open("rb") as file:
            data = file.read(MOST_BYTES + 1)
        if path.endswith(".xz"):
            data = _unpack(data)
        if len(data) > MOST_BYTES:
            raise RecordingError(path, f"more than {MOST_BYTES} bytes")
        return data.decode("utf-8")
    except OSError as error:
        raise RecordingError(path, say_why(error)) from None
    except (lzma.LZMAError, EOFError):
        raise RecordingError(path, "not xz, or cut short") from None
    except UnicodeDecodeError:
        raise RecordingError(path, "not UTF-8") from None


def _unpack(data: bytes) -> bytes:
    """The text of an xz file, one byte more than is allowed of a longer one. Raises LZMAError, EOFError."""
    unpacker = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_UNPACKING)
    text = unpacker.decompress(data, MOST_BYTES + 1)
    if len(text) <= MOST_BYTES and not unpacker.eof:
        raise EOFError
    return text
