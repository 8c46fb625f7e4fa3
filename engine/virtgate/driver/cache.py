"""A host's answers as plain text, and the fingerprint of all that can change them.

The file is never trusted: it must belong to this user alone, be whole by its checksum, begin with this
format's line, and every line of its fingerprint must hold now. Anything else is a miss.
"""

from __future__ import annotations

import os
import sys

from . import system
from .errors import TargetError
from .verdict import write_index

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

VERSION = "0.1.0"
FORMAT = f"virtgate-answers 4 {VERSION} {sys.version_info[0]}.{sys.version_info[1]}"
_PACKED = b"\x78\x01"  # how zlib begins what it packed quickly
# Of a file's mode; the module that names them is not imported here.
_KIND, _REGULAR, _LINK, _STICKY = 0o170000, 0o100000, 0o120000, 0o1000
# How long it is believed that a host cannot be asked, or that it left a question without an answer: seconds.
BRIEF = 10.0
_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


class Key:
    """What answers are kept under: the target and everything the caller said of how to ask it."""

    __slots__ = ("accel", "data", "machine", "policy", "target")

    def __init__(
        self, target: str, accel: str | None, machine: str | None, policy: str, data: str | None
    ) -> None:
        self.target = _whole_target(target)
        self.accel = accel
        self.machine = machine
        self.policy = policy
        self.data = os.path.abspath(data) if data else None

    def facts_name(self) -> str:
        """The name of the file with the facts."""
        return _file_name((self.target, self.accel or "", self.machine or "")) + ".facts"

    def answers_name(self) -> str:
        """The name of the file with the answers, which are those of one installation's data."""
        parts = (self.target, self.accel or "", self.machine or "", self.policy, self.data or _PACKAGE)
        return _file_name(parts) + ".answers"


class Answers:
    """The rows of one host's answers.

    `host` are pairs, `gates` blocks of lines: a capability's, then one for each of its paths; `index` has
    each one's id, state and path, so that a driver that only asks for those unpacks no block.
    `fingerprint` are the lines that must hold. `problem` stands alone when the host could not be asked.
    """

    __slots__ = (
        *("_blocks", "_packed", "accel", "data", "fingerprint", "host", "index"),
        *("machine", "problem", "target", "until"),
    )

    def __init__(
        self,
        *,
        host: list[tuple[str, str]],
        gates: list[str] | None = None,
        index: list[str] | None = None,
        packed: bytes = b"",
        fingerprint: list[str] | None = None,
        key: Key | None = None,
        problem: str | None = None,
        until: float | None = None,
    ) -> None:
        self.host = host
        self._blocks = gates if gates or packed else []
        self._packed = packed
        self.index = index if index is not None else write_index(gates) if gates else []
        self.fingerprint = fingerprint or []
        self.target = key.target if key else None
        self.accel = key.accel if key else None
        self.machine = key.machine if key else None
        self.data = key.data if key else None
        self.problem = problem
        self.until = until

    @property
    def gates(self) -> list[str]:
        """The blocks, parted when they are first looked at."""
        if self._blocks is None:
            self._blocks = self._unpack().split("\n- ")[1:]
        return self._blocks

    def block(self, identifier: str) -> str | None:
        """One capability's block, found without parting the text; None where they are parted already."""
        if self._blocks is not None:
            return None
        found = self._unpack().partition(f"\n- {identifier}\t")[2].partition("\n- ")[0]
        return f"{identifier}\t{found}"

    def _unpack(self) -> str:
        import zlib

        return zlib.decompress(self._packed).decode("utf-8", "surrogateescape")

    def raise_problem(self) -> None:
        """Raise TargetError when the host could not be asked."""
        if self.problem is not None:
            raise TargetError(self.target or "", self.problem)


def folder() -> str:
    """Where answers are kept: the user's cache folder, the system's for root, or VIRTGATE_CACHE_DIR."""
    given = os.environ.get("VIRTGATE_CACHE_DIR")
    if given:
        return given
    if os.geteuid() == 0:
        return "/var/cache/virtgate"
    base = os.environ.get("XDG_CACHE_HOME", "")
    if not os.path.isabs(base):  # means another folder wherever one stands, a stranger's clone too
        base = os.path.join(os.path.expanduser("~"), ".cache")
    return os.path.join(base, "virtgate")


def read_answers(key: Key) -> Answers | None:
    """The answers kept for a key, when they hold now; None otherwise, never an error."""
    data = read_private_bytes(key.answers_name())
    if data is None:
        return None
    try:
        answers = parse_answers(data, key)
        return answers if answers is not None and is_current(answers) else None
    except (ValueError, IndexError):
        return None


def write_answers(key: Key, answers: Answers) -> None:
    """Keep answers for a key; where nothing can be kept, nothing is."""
    write_private_bytes(key.answers_name(), render_answers(answers))


def read_private(name: str) -> str | None:
    """The text of a file of ours; None when it is missing, or somebody else could have written it."""
    data = read_private_bytes(name)
    return None if data is None else data.decode("utf-8", "surrogateescape")


def read_private_bytes(name: str) -> bytes | None:
    """The same, of a file that is no text."""
    path = os.path.join(folder(), name)
    try:
        if not _is_private_folder(folder()):
            return None
        with open(path, "rb", opener=_open_plainly) as file:
            found = os.fstat(file.fileno())
            is_ours = _is_private(found) and found.st_mode & _KIND == _REGULAR
            return system.unseal(name, file.read()) if is_ours else None
    except OSError:
        return None


def write_private(name: str, text: str) -> None:
    """Put a file of ours in place, whole; a folder that is not ours or cannot be written is left alone."""
    write_private_bytes(name, text.encode("utf-8", "surrogateescape"))


def write_private_bytes(name: str, data: bytes) -> None:
    """The same, of a file that is no text."""
    place = folder()
    if not os.path.isabs(place):
        return
    try:
        os.makedirs(place, mode=0o700, exist_ok=True)
        if _is_private_folder(place):
            system.write_atomic(os.path.join(place, name), system.seal(name, data))
    except OSError:
        return


def compiled_name(root: str, part: str) -> str:
    """The name of the file with what was last made of one part of a folder's data."""
    return _file_name((root, part)) + ".compiled"


def parse_answers(data: bytes, key: Key) -> Answers | None:
    """The answers in a file's content; None when it is of another format or not for this key.

    Raises ValueError for a row that is torn.
    """
    first, _, rest = data.partition(b"\n")
    form, _, length = first.decode("utf-8", "surrogateescape").rpartition(" ")
    if form != FORMAT:
        return None
    head, packed = rest[: int(length)].decode("utf-8", "surrogateescape"), rest[int(length) :]
    if not packed.startswith(_PACKED):
        return None
    name, host, until, fingerprint, index = head.split("\n\n")
    if name != _key_text(key):
        return None
    expires, problem = until.split("\t")
    return Answers(
        host=[_pair(row) for row in host.split("\n")] if host else [],
        index=index.split("\n")[1:],
        packed=packed,
        fingerprint=fingerprint.split("\n"),
        key=key,
        problem=problem or None,
        until=float(expires) if expires else None,
    )


def render_answers(answers: Answers) -> bytes:
    """The content of a file with answers, for `parse_answers`."""
    import zlib

    host = "\n".join(f"{name}\t{value}" for name, value in answers.host)
    until = f"{answers.until or ''}\t{answers.problem or ''}"
    key = f"{answers.target}\t{answers.accel or ''}\t{answers.machine or ''}\t{answers.data or ''}"
    index = "\n".join(("index", *answers.index))
    head = "\n\n".join((key, host, until, "\n".join(answers.fingerprint), index)).encode(
        "utf-8", "surrogateescape"
    )
    blocks = "".join(f"\n- {block}" for block in answers.gates).encode("utf-8", "surrogateescape")
    return f"{FORMAT} {len(head)}\n".encode() + head + zlib.compress(blocks, 1)


def is_current(answers: Answers) -> bool:
    """Whether the fingerprint of answers still holds; answers without one hold for ever."""
    if answers.until is not None:
        import time

        # Not the other way round: no comparison holds for what is not a number. One that was written when
        # the clock was ahead is no longer brief.
        if not 0 <= answers.until - time.time() <= BRIEF:
            return False
    return all(line == take_print(line) for line in answers.fingerprint)


def take_print(line: str) -> str:
    """One line of a fingerprint as it is now: `KIND PATH` and what was found there."""
    kind, path = line.split("\t", 2)[:2]
    try:
        return f"{kind}\t{path}\t{_TAKERS[kind](path)}"
    except (OSError, KeyError):
        return f"{kind}\t{path}\tnothing"


def take_prints(wanted: Iterable[tuple[str, str]]) -> list[str]:
    """A fingerprint of these kinds and paths, each once."""
    return [take_print(f"{kind}\t{path}") for kind, path in dict.fromkeys(wanted)]


def package_root() -> str:
    """The folder of the installed code, and of the data in it."""
    return _PACKAGE


def _take_stat(path: str) -> str:
    found = os.stat(path)
    return f"{found.st_ino} {found.st_size} {found.st_mtime_ns} {found.st_ctime_ns} {found.st_mode:o}"


def _take_files(paths: str) -> str:
    """How many files, parted by `//`, are not there, and the sums of the others' bytes and changes."""
    missing = size = changes = 0
    for path in paths.split("//"):
        try:
            found = os.stat(path)
        except OSError:
            missing += 1
        else:
            size += found.st_size
            changes += found.st_ctime_ns + found.st_ino
    return f"{missing} {size} {changes}"


def _take_text(path: str) -> str:
    return " ".join(system.read_text(path, 4096).split())


def _take_access(path: str) -> str:
    found = os.stat(path)
    may = os.access(path, os.R_OK | os.W_OK)
    return f"{found.st_rdev} {found.st_mode:o} {found.st_uid} {found.st_gid} {may}"


def _take_seccomp(_path: str) -> str:
    with open("/proc/self/status", encoding="utf-8", errors="replace") as file:
        return " ".join(" ".join(line.split()) for line in file if line.startswith("Seccomp"))


def _take_tree(path: str) -> str:
    """How many files lie below a folder, their bytes, and the sum of their changes: what no edit can keep."""
    count = size = changes = 0
    pending = [path]
    while pending:
        with os.scandir(pending.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    # A `table` is computed from what is beside it.
                    if entry.name != "table" and not entry.name.startswith(("__pycache__", ".")):
                        pending.append(entry.path)
                    continue
                found = entry.stat(follow_symlinks=False)
                count += 1
                size += found.st_size
                changes += found.st_ctime_ns  # which nobody can set
    return f"{count} {size} {changes}"


def _take_day(day: str) -> str:
    import time

    return "over" if time.strftime("%Y-%m-%d") > day else "not over"


_TAKERS = {
    "day": _take_day,
    "stat": _take_stat,
    "files": _take_files,
    "text": _take_text,
    "access": _take_access,
    "kernel": lambda _path: os.uname().release,
    "seccomp": _take_seccomp,
    "environment": lambda name: os.environ.get(name, ""),
    "tree": _take_tree,
}


def _key_text(key: Key) -> str:
    return f"{key.target}\t{key.accel or ''}\t{key.machine or ''}\t{key.data or ''}"


def _pair(row: str) -> tuple[str, str]:
    name, value = row.split("\t")
    return name, value


def _whole_target(target: str) -> str:
    """A target that means the same in every folder."""
    if "://" in target or (target.isalpha() and os.path.isdir(f"{_PACKAGE}/hypervisors/{target}")):
        return target
    sort, colon, path = target.partition(":")
    if colon and sort.isalpha():
        return f"{sort}:{os.path.abspath(path)}"
    return os.path.abspath(target)


def _open_plainly(path: str, flags: int) -> int:
    """Neither follows a link nor waits for a FIFO's writer."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY)


def _is_private(found: os.stat_result) -> bool:
    return found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _is_private_folder(path: str) -> bool:
    """Whether a folder is this user's, and nobody else but root could put another in its place.

    Raises OSError for one that is missing or behind too many links.
    """
    return os.path.isabs(path) and _is_private(os.stat(path)) and _is_safe(path)


def _is_safe(path: str) -> bool:
    """Whether every step of a path, and of where its links lead, is this user's or root's alone to change."""
    steps = path.split("/")
    return all(_is_safe_step("/".join(steps[:at]) or "/") for at in range(1, len(steps) + 1))


def _is_safe_step(path: str) -> bool:
    found = os.lstat(path)
    if found.st_uid not in {0, os.geteuid()}:
        return False
    if found.st_mode & _KIND == _LINK:
        return _is_safe(os.path.join(os.path.dirname(path), os.readlink(path)))
    # In a sticky folder, like /tmp, nobody can rename what is another's.
    return not found.st_mode & 0o022 or bool(found.st_mode & _STICKY)


def _file_name(parts: Iterable[str]) -> str:
    """One file name for several texts: readable, and short enough for any file system."""
    text = "\t".join(parts)
    safe = "".join(
        one if (one.isascii() and one.isalnum()) or one in "-_." else "%" for one in text.strip("/")
    )
    return f"{safe[:120]}-{_hash(text):016x}"


def _hash(text: str) -> int:
    # FNV-1a, 64 bits: a file's name needs no cryptography, and hashlib costs more than the rest of a hit.
    value = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "surrogateescape"):
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value
