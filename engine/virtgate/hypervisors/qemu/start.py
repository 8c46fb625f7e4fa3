"""A QEMU's process and the socket to it: all that is loaded before one is started.

A QEMU needs longer to greet than the rest of us to load, so that `open` starts it first. QMP runs on a socket
pair in the place of standard input and output: any age of QEMU has `-qmp stdio`, no file has to be made or
cleaned, and a socket's buffer takes more of a long reply than a pipe's.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from typing import TYPE_CHECKING

from ...driver import system
from .command_line import KVM_OR_TCG, CommandLine
from .qmp_questions import NEGOTIATION, list_ahead, write_request

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class Started:
    """A process that was given these words, and our end of the connection to it. Raises OSError.

    `sent` are the questions that it finds there when it comes to read.
    """

    def __init__(self, argv: Sequence[str]) -> None:
        self.argv = argv
        self.sent: tuple[str, ...] = ()
        self.connection, theirs = system.socket_pair()
        with theirs:
            try:
                self.process = system.spawn_untrusted(
                    argv, stdin=theirs.fileno(), stdout=theirs.fileno(), stderr=subprocess.PIPE
                )
            except OSError:
                self.connection.close()
                raise

    def send(self, questions: Iterable[str]) -> None:
        """Send what is to be asked of it; some kilobytes, which a new socket takes at once."""
        self.sent = (NEGOTIATION, *list_ahead(questions))
        with contextlib.suppress(OSError):  # it ended: whoever reads from it will meet that
            self.connection.sendall(b"".join(map(write_request, self.sent)))

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


def start(target: str, accel: str | None, questions: Iterable[str]) -> Started:
    """A QEMU as a probe starts it first, with the first questions on their way. Raises OSError."""
    started = Started([os.path.abspath(target), *CommandLine(accel or KVM_OR_TCG).arguments()])
    started.send(questions)
    return started
