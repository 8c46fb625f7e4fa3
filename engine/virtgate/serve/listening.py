"""Where a server listens: a Unix socket, this machine's loopback, or what systemd hands over."""

from __future__ import annotations

import ipaddress
import os
import socket
from pathlib import Path

from ..driver import system
from ..driver.errors import UsageError, say_why

_FIRST_HANDED = 3  # sd_listen_fds(3)


def handed_sockets() -> list[socket.socket]:
    """The sockets that systemd hands over to this process; none where it started it without any."""
    # A child inherits the variables, and the sockets are not for it.
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []
    count = os.environ.get("LISTEN_FDS", "0")
    if not count.isdigit() or int(count) > 64:
        return []
    return [socket.socket(fileno=_FIRST_HANDED + at) for at in range(int(count))]


def open_socket(address: str, *, has_token: bool) -> socket.socket:
    """A listening socket for `unix:PATH` or `tcp:HOST:PORT`. Raises UsageError.

    Without a token it is one that only this machine can reach.
    """
    sort, _, place = address.partition(":")
    try:
        if sort == "unix" and place:
            return _open_unix(place)
        host, colon, port = place.rpartition(":")
        if sort == "tcp" and colon and host and port.isascii() and port.isdigit() and int(port) < 65536:
            return _open_tcp(host.strip("[]"), int(port), has_token=has_token)
    except OSError as error:
        raise UsageError(f"cannot listen on {address}: {say_why(error)}") from None
    raise UsageError(f"'{address}' is no address; unix:PATH and tcp:127.0.0.1:PORT are")


def _open_unix(path: str) -> socket.socket:
    """A socket in the file system; one that nobody answers on any more is replaced."""
    if system.is_socket(path) and not _is_answered(path):
        Path(path).unlink()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    # Whoever may connect is who may write to the socket: the user and the group, as for libvirt's.
    mask = os.umask(0o117)
    try:
        listener.bind(path)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(mask)
    listener.listen(128)
    return listener


def _is_answered(path: str) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex(path) == 0


def _open_tcp(host: str, port: int, *, has_token: bool) -> socket.socket:
    # A name may be another address tomorrow: only a number is this machine for certain.
    number = ipaddress.ip_address("127.0.0.1" if host == "localhost" else _check_number(host))
    if not number.is_loopback and not has_token:
        raise UsageError(f"{host} can be reached from elsewhere; --token-file is needed for that")
    family = socket.AF_INET if number.version == 4 else socket.AF_INET6
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # The port of a server that ended just now is taken again at once, while its last connections still
        # fade.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((str(number), port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _check_number(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        raise UsageError(f"'{host}' is no IP address; names are not looked up") from None


def spell_address(listener: socket.socket) -> str:
    """A listening socket's address as `--listen` takes it."""
    name = listener.getsockname()
    if listener.family == socket.AF_UNIX:
        return f"unix:{name}"
    host, port = name[:2]
    return f"tcp:[{host}]:{port}" if ":" in host else f"tcp:{host}:{port}"
