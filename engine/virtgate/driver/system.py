"""The only way outside: processes, devices, sockets, file writes."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    import socket
    import subprocess
    from collections.abc import Iterator, Sequence
    from typing import Any, BinaryIO

KEPT_ENVIRONMENT = ("PATH", "QEMU_MODULE_DIR", "LD_LIBRARY_PATH")
UNPRIVILEGED = 65534  # nobody, by number where the name is missing


def spawn(argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process; `options` are those of `subprocess.Popen`.

    Raises OSError when it cannot be started.
    """
    import subprocess

    return subprocess.Popen(list(argv), **options)


def spawn_untrusted(argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start a process that may be hostile, with little to reach and a session of its own.

    It dies with the thread that started it, gains no privileges by any program it runs, and has bounds on
    memory, processor time and files. As root it runs as `nobody`, with the group of /dev/kvm where that group
    may use the device, and with a bound on processes. End it with `stop`, which ends all that it left behind.
    Raises OSError when it cannot be started.
    """
    return _spawn_apart(argv, **{**unprivileged_user(), **options})


def _spawn_apart(argv: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    from . import confinement

    settings: dict[str, Any] = {
        "cwd": "/",
        "env": reduced_environment(),
        "start_new_session": True,
        "preexec_fn": confinement.prepare("user" in options),
    }
    return confinement.start(lambda: spawn(argv, **{**settings, **options}))


def reduced_environment() -> dict[str, str]:
    """The few variables that a probed program gets."""
    kept = {name: os.environ[name] for name in KEPT_ENVIRONMENT if name in os.environ}
    return {**kept, "LANG": "C", "LC_ALL": "C", "HOME": "/nonexistent", "QEMU_AUDIO_DRV": "none"}


def unprivileged_user() -> dict[str, Any]:
    """The `Popen` options that drop root; empty when there is nothing to drop.

    Root inside a user namespace that does not map `nobody` is not root outside, and stays as it is.
    """
    if os.geteuid() != 0 or not (_is_mapped("uid_map") and _is_mapped("gid_map")):
        return {}
    return {"user": UNPRIVILEGED, "group": UNPRIVILEGED, "extra_groups": _kvm_groups()}


def _is_mapped(table: str) -> bool:
    try:
        with open(f"/proc/self/{table}", encoding="ascii") as file:
            rows = [[int(word) for word in line.split()] for line in file]
    except (OSError, ValueError):
        return True
    return any(inside <= UNPRIVILEGED < inside + length for inside, _, length in rows)


def _kvm_groups() -> list[int]:
    try:
        status = os.stat("/dev/kvm")
    except OSError:
        return []
    return [status.st_gid] if status.st_gid and status.st_mode & 0o060 == 0o060 else []


def call_kernel(number: int, *arguments: int) -> None:
    """Make one system call, by its number. Raises OSError with what the kernel refused it for."""
    import ctypes

    library = ctypes.CDLL(None, use_errno=True)
    if library.syscall(ctypes.c_long(number), *map(ctypes.c_long, arguments)) < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


def stop(process: subprocess.Popen[bytes], patience: float = 5.0) -> int | None:
    """End a process, its group and what left it; its exit status, None when SIGKILL did not end it."""
    import signal
    import subprocess

    from . import confinement

    try:
        os.killpg(process.pid, signal.SIGKILL)
    except OSError:
        process.kill()
    try:
        return process.wait(patience)
    except subprocess.TimeoutExpired:
        return None
    finally:
        confinement.end_left(process.pid, patience)


def run_untrusted(argv: Sequence[str], *, timeout: float, limit: int = 65536) -> tuple[int | None, bytes]:
    """A program's exit status (None: it had to be killed) and the first `limit` bytes it printed.

    Standard error is part of it. Raises OSError when it cannot be started.
    """
    return _read(spawn_untrusted(argv, **_together()), timeout, limit)


def run_own(argv: Sequence[str], *, timeout: float, limit: int = 65536) -> tuple[int | None, bytes]:
    """The same of a program of the system's that is given the caller's rights, root's included.

    For what only root may ask. As root it must be root's own: raises PermissionError for a file that somebody
    else could have written, or put in its place.
    """
    if not may_run(argv[0]):
        import errno

        raise PermissionError(errno.EPERM, "not root's own, so root does not run it", argv[0])
    return _read(_spawn_apart(argv, **_together()), timeout, limit)


def run(argv: Sequence[str], timeout: float, limit: int, **options: Any) -> tuple[int | None, bytes]:
    """The same of a trusted program, with the options of `spawn`; standard error goes where they say."""
    import subprocess

    return _read(spawn(argv, stdout=subprocess.PIPE, start_new_session=True, **options), timeout, limit)


def find_program(name: str) -> str:
    """The program that PATH has for a name, among those that `may_run`. Raises FileNotFoundError."""
    for folder in os.get_exec_path():
        path = os.path.join(folder, name)
        if folder.startswith("/") and os.path.isfile(path) and os.access(path, os.X_OK) and may_run(path):
            return path
    import errno

    why = "not in PATH" if os.geteuid() else "not in PATH as a file of root's own"
    raise FileNotFoundError(errno.ENOENT, f"{name} is {why}", name)


def may_run(path: str) -> bool:
    """Whether a program may have the caller's rights: root's only when nobody else could have put it there.

    Each folder, link and file on the way to it is root's, and only root may change it: in a folder with the
    sticky bit nobody replaces what is root's. Raises OSError.
    """
    return os.geteuid() != 0 or all(map(_is_roots_own, _steps(path)))


def _is_roots_own(step: str) -> bool:
    import stat

    found = os.lstat(step)
    is_sticky = stat.S_ISDIR(found.st_mode) and found.st_mode & stat.S_ISVTX
    is_fixed = stat.S_ISLNK(found.st_mode) or is_sticky or not found.st_mode & 0o022
    return found.st_uid == 0 and bool(is_fixed)


def _steps(path: str) -> Iterator[str]:
    """Every folder, link and file that the kernel passes on its way to a file."""
    place, left, links = "/", os.path.abspath(path).split("/"), 0
    yield place
    while left:
        part = left.pop(0)
        if part in {"", "."}:
            continue
        place = os.path.dirname(place) if part == ".." else os.path.join(place, part)
        yield place
        if os.path.islink(place) and (links := links + 1) < 40:
            target = os.readlink(place)
            left = target.split("/") + left
            place = "/" if target.startswith("/") else os.path.dirname(place)


def _together() -> dict[str, int]:
    import subprocess

    return {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}


def _read(process: subprocess.Popen[bytes], timeout: float, limit: int) -> tuple[int | None, bytes]:
    import subprocess
    import time

    deadline = time.monotonic() + timeout
    text = bytearray()
    try:
        with process.stdout as output:  # type: ignore[union-attr]
            source = output.fileno()
            while len(text) < limit and wait_readable(source, deadline - time.monotonic()):
                part = os.read(source, min(limit - len(text), 1 << 20))
                if not part:
                    return process.wait(max(0.1, deadline - time.monotonic())), bytes(text)
                text += part
    except subprocess.TimeoutExpired:
        pass
    finally:
        stop(process)
    return None, bytes(text)


def wait_readable(descriptor: int, seconds: float) -> bool:
    """Whether something can be read, or has ended, within this time."""
    return bool(wait_ready([descriptor], [], seconds)[0])


def wait_ready(
    readers: Sequence[int], writers: Sequence[int], seconds: float
) -> tuple[Sequence[int], Sequence[int]]:
    """Those that can be read, or have ended, and those that can be written to, after at most this time.

    eventlet takes `poll` away and gives a `select` that lets other green threads run.
    """
    import select

    patience = max(0.0, seconds)
    if not hasattr(select, "poll"):
        readable, writable, _ = select.select(readers, writers, [], patience)
        return readable, writable
    poller = select.poll()
    for one in {*readers, *writers}:
        poller.register(one, select.POLLIN * (one in readers) | select.POLLOUT * (one in writers))
    found = poller.poll(patience * 1000)
    readable = [one for one, events in found if events & ~select.POLLOUT]
    return readable, [one for one, events in found if events & select.POLLOUT]


def connect_unix(path: str, timeout: float) -> socket.socket:
    """A connected stream socket. Raises OSError, with BlockingIOError or TimeoutError for a full queue."""
    import socket

    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout)
        connection.connect(path)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_tcp(host: str, port: int, timeout: float) -> socket.socket:
    """A connected stream socket. Raises OSError, with TimeoutError where nobody answers in time."""
    import socket

    return socket.create_connection((host, port), timeout)


def is_there(path: str | os.PathLike[str]) -> bool:
    """Whether there is anything at a path; False where it may not be looked at, as of all of these."""
    return os.path.exists(path)


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a regular file."""
    return os.path.isfile(path)


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a folder."""
    return os.path.isdir(path)


def is_socket(path: str | os.PathLike[str]) -> bool:
    """Whether a path is a socket."""
    import stat

    try:
        return stat.S_ISSOCK(os.stat(path).st_mode)
    except OSError:
        return False


def socket_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected sockets, one to keep and one to give away."""
    import socket

    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)


def read_text(path: str, limit: int = 65536) -> str:
    """The start of a small file, at most `limit` bytes; odd bytes replaced. Raises OSError.

    Opened without blocking, so that a FIFO or a device in the place of a file cannot hold us.
    """
    return read_bytes(path, limit).decode("utf-8", "replace")


def read_bytes(path: str, limit: int) -> bytes:
    """The start of a file as `read_text` reads it, at most `limit` bytes as they are. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    parts: list[bytes] = []
    try:
        # As much memory as is asked for is taken; a pipe has no size, nor has a file below /proc.
        size = max(os.fstat(descriptor).st_size + 1, 1 << 16)
        while limit > 0 and (part := os.read(descriptor, min(limit, size))):
            parts.append(part)
            limit -= len(part)
    except BlockingIOError:  # a pipe that somebody has yet to write to
        pass
    finally:
        os.close(descriptor)
    return b"".join(parts)


def open_stream(path: str) -> BinaryIO:
    """A file, or a pipe, to read from its beginning; one that nobody writes to is empty. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        os.set_blocking(descriptor, True)
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def open_regular(path: str) -> BinaryIO:
    """A regular file to read; a link is followed. Raises OSError for a pipe, a device or a folder.

    What it is, is looked at before it is opened, for a device may act on that.
    """
    import errno
    import stat

    if stat.S_ISREG(os.stat(path).st_mode):
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
    raise OSError(errno.EINVAL, "Is not a regular file", path)


def open_device(path: str) -> int:
    """A descriptor of a device node, for reading and writing. Raises OSError."""
    return os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NONBLOCK)


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


def seal(name: str, data: bytes) -> bytes:
    """A file's content behind a checksum of it and of the file's name."""
    return _seal_of(name, data) + data


def unseal(name: str, content: bytes) -> bytes | None:
    """The content of a sealed file; None when it, or the file's name, is another than was sealed."""
    seal, _, data = content.partition(b"\n")
    return data if seal + b"\n" == _seal_of(name, data) else None


def _seal_of(name: str, data: bytes) -> bytes:
    told = name.encode("utf-8", "surrogateescape") + b"\0" + data
    return f"{checksum(told)}\n".encode("ascii")


def checksum(data: bytes) -> str:
    """A sum of some bytes."""
    # SipHash of 64 bits, which the interpreter holds ready: to load zlib costs more than the sum does.
    import _imp

    return _imp.source_hash(0, data).hex()
