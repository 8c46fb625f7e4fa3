"""A QEMU's process and the socket to it: all that is loaded before one is started.

A QEMU needs longer to greet than the rest of us to load, so that `open` starts it first. QMP runs on a socket
pair in the place of standard input and output: any age of QEMU has `-qmp stdio`, no file has to be made or
cleaned, and a socket's buffer takes more of a long reply than a pipe's.
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from ...driver import system
from .command_line import KVM_OR_TCG, CommandLine

if TYPE_CHECKING:
    from collections.abc import Sequence


class Started:
    """A process that was given these words, and our end of the connection to it. Raises OSError."""

    def __init__(self, argv: Sequence[str]) -> None:
        self.argv = argv
        self.connection, theirs = system.socket_pair()
        with theirs:
            try:
                self.process = system.spawn_untrusted(
                    argv, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.PIPE
                )
            except OSError:
                self.connection.close()
                raise

    def close(self) -> None:
        """End the process."""
        system.stop(self.process)
        self.connection.close()
        if self.process.stderr is not None:
            self.process.stderr.close()


def may_start(target: str) -> bool:
    """Whether a target's very name is that of a QEMU binary of this machine."""
    name = os.path.basename(target)
    return name.startswith("qemu-system-") and "." not in name and system.is_file(target)


def start(target: str, accel: str | None) -> Started:
    """A QEMU as a probe starts it first. Raises OSError."""
    return Started([os.path.abspath(target), *CommandLine(accel or KVM_OR_TCG).arguments()])
