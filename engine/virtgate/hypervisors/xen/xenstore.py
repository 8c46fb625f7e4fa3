"""Whether xenstored answers, in its own protocol: one read of our own domain's number."""

from __future__ import annotations

import os
import struct
import time
from pathlib import Path

from ...driver import system
from ...facts import machine_probe as machine
from ...facts.machine_probe import Answer

SOCKET = "run/xenstored/socket"
DEVICES = ("dev/xen/xenbus", "proc/xen/xenbus")
_HEADER = struct.Struct("=IIII")  # type, request, transaction, length: xen/include/public/io/xs_wire.h
_READ, _ERROR = 2, 16  # XS_READ, XS_ERROR
_MOST_BYTES = 4096  # XENSTORE_PAYLOAD_MAX
_STEP = 2.0


def ask(root: str, patience: float = 5.0) -> Answer:
    """The number of the domain that asks, as the store has it.

    Asked as libxenstore asks: the daemon's socket in the control domain, else the kernel's device.
    """
    try:
        with system.connect_unix(str(Path(root, SOCKET)), _STEP) as connection:
            connection.setblocking(False)
            return _converse(connection.fileno(), patience)
    except OSError as error:
        refused = error if isinstance(error, PermissionError) else None
    for device in DEVICES:
        path = str(Path(root, device))
        try:
            descriptor = system.open_device(path)
        except FileNotFoundError:
            continue
        except OSError as error:
            return _explain(error, path)
        try:
            return _converse(descriptor, patience)
        except OSError as error:
            return _explain(error, path)
        finally:
            os.close(descriptor)
    if refused is not None:
        return _explain(refused, str(Path(root, SOCKET)))
    return machine.refuse("ENOENT", "no xenstored here: neither its socket nor the kernel's /dev/xen/xenbus")


def _converse(descriptor: int, patience: float) -> Answer:
    path = b"domid\0"
    os.write(descriptor, _HEADER.pack(_READ, 1, 0, len(path)) + path)
    received, until = b"", time.monotonic() + patience
    while (left := until - time.monotonic()) > 0 and system.wait_readable(descriptor, left):
        try:
            part = os.read(descriptor, _MOST_BYTES)
        except BlockingIOError:
            continue
        if not part:
            return {"unanswered": "xenstored hangs up in the middle of a reply"}
        received += part
        if len(received) >= _HEADER.size:
            kind, request, _, length = _HEADER.unpack_from(received)
            if request != 1 or length > _MOST_BYTES:
                return {"unanswered": "what answers is not a xenstored"}
            if len(received) >= _HEADER.size + length:
                return _read_reply(kind, received[_HEADER.size : _HEADER.size + length])
    return {"unanswered": f"xenstored gives no answer within {patience:g} s"}


def _read_reply(kind: int, payload: bytes) -> Answer:
    text = payload.rstrip(b"\0").decode("utf-8", "replace")
    if kind == _READ:
        return {"return": text}
    if kind == _ERROR:
        return machine.refuse(text[:20], f"xenstored refuses to read domid: {text[:20]}")
    return {"unanswered": "what answers is not a xenstored"}


def _explain(error: OSError, path: str) -> Answer:
    answer = machine.refusal(error)
    if isinstance(error, PermissionError):
        answer["error"]["desc"] = f"no permission to open {path}: {machine.describe_node(path)}; ask as root"
    return answer
