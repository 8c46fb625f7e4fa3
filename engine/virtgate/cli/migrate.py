"""May a guest move from A to B? A verdict with reasons, and what to set on both ends so that it may.

A and B are TARGETs: recordings, hosts, or releases (qemu=8.2). A guest is given as the QEMU command line that
starts it, as a libvirt domain's XML, or as a file with either; without one the answer is about any guest.
Exit 0 for yes, 1 for no and for unknown, 2 for wrong usage; with --exit-unknown, 3 for unknown and for a host
that could not be asked.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from ..driver.errors import RecordingError, TargetError, UsageError
from ..faces.moving import move_document, move_lines
from ..migrate.answer import answer_move
from . import options as shared

_LARGEST = 1 << 20  # bytes of a guest's description


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", metavar="A", help="where the guest runs")
    parser.add_argument("destination", metavar="B", help="where it is to run")
    parser.add_argument(
        "--guest",
        metavar="TEXT|FILE",
        help="its QEMU command line or libvirt XML, or a file with one; - reads it",
    )
    shared.add_many(
        parser, "--capability", "NAME", "a migration capability that the move must use, such as multifd"
    )
    parser.add_argument("--accel", choices=("kvm", "tcg"), help="the accelerator that hosts are asked with")
    shared.add_exit_unknown(parser)
    shared.add_data(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    guest = _read_guest(options.guest) if options.guest is not None else None
    capabilities = [name for given in options.capability for name in given.split(",") if name]
    try:
        answer = answer_move(
            options.source, options.destination, guest, capabilities, data=options.data, accel=options.accel
        )
    except (TargetError, RecordingError):
        if not options.exit_unknown:
            raise
        print(f"virtgate: {sys.exception()}", file=sys.stderr)
        return 3
    if options.json:
        shared.print_json(move_document(answer))
    else:
        print("\n".join(move_lines(answer)))
    return {"yes": 0, "no": 1}.get(answer.state, 3 if options.exit_unknown else 1)


def _read_guest(text: str) -> str:
    """The guest's description itself, or what a file has of it. Raises UsageError."""
    if text == "-":
        return sys.stdin.read(_LARGEST)
    if text.lstrip().startswith("<") or " " in text.strip():
        return text
    try:
        with Path(text).open(encoding="utf-8") as file:
            return "".join(_lines(file.read(_LARGEST)))
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror.lower() if isinstance(error, OSError) and error.strerror else "is no text"
        message = f"--guest {text}: {why}; give a command line, a libvirt domain's XML, or a file with one"
        raise UsageError(message) from None


def _lines(text: str) -> Iterator[str]:
    """A file's text without the NULs of /proc/PID/cmdline, whose words they end."""
    import shlex

    if "\0" not in text:
        yield text
        return
    yield shlex.join(word for word in text.split("\0") if word)
