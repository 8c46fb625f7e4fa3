"""The only way outside: processes, devices, sockets, file writes."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import subprocess
    from collections.abc import Sequence
    from typing import Any


def spawn(argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process; `options` are those of `subprocess.Popen`.

    Raises OSError when it cannot be started.
    """
    import subprocess

    return subprocess.Popen(list(argv), **options)


def write_atomic(path: str, data: bytes, mode: int = 0o600) -> None:
    """Write a whole file or nothing: readers see the old content or the new, never a part.

    Raises OSError.
    """
    temporary = f"{path}.{os.getpid()}.{os.urandom(4).hex()}"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
