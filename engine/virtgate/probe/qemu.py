"""A QEMU binary, asked: started once for the accelerator asked, over QMP on a socket pair."""

from __future__ import annotations

import os
import re
import stat
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import door
from ..errors import TargetError
from . import everything, kvm, machine
from .command_line import CommandLine
from .modules import Modules, parse_block_formats
from .qmp import Client, collect, question

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterable, Sequence

Answer = dict[str, Any]

BANNER = "--version"
BANNER_TEXT = re.compile(r"^.*\bQEMU\b.*\bversion\b.*$", re.MULTILINE)
FORMATS = question("human-monitor-command", {"command-line": "drive_add dummy format=help"})
KVM_OR_TCG = "kvm:tcg"
FOLDERS = ("/usr/bin", "/usr/local/bin", "/usr/libexec", "/usr/sbin", "/opt/bin")
NAMES = ("qemu-system-*", "qemu-kvm", "kvm")
XEN_PATTERNS = ("/usr/lib/xen*/bin", "/usr/lib64/xen*/bin", "/usr/libexec/xen*/bin", "/usr/libexec/xen*/boot")


def find_binaries() -> tuple[str, ...]:
    """Every QEMU system emulator of this machine, sorted; one file under several names once.

    Looked for on PATH, in the usual folders, and in Xen's private ones.
    """
    folders = [Path(folder) for folder in (*os.get_exec_path(), *FOLDERS) if folder.startswith("/")]
    for pattern in XEN_PATTERNS:
        folders += sorted(Path("/").glob(pattern[1:]))
    found: dict[str, str] = {}
    for folder in dict.fromkeys(folders):
        for path in sorted(file for name in NAMES for file in folder.glob(name)):
            if path.is_file() and os.access(path, os.X_OK):
                found.setdefault(str(path.resolve()), str(path))
    return tuple(sorted(found.values()))


def ask(
    binary: str,
    questions: Iterable[str] | None,
    *,
    accel: str | None = None,
    timeout: float = 30.0,
    silence: float = 10.0,
    on_progress: Callable[[int, int], None] | None = None,
) -> dict[str, Answer]:
    """An answer for each question; None asks everything there is.

    `accel` None means the accelerator a guest would get. `on_progress` is called with how many answers came and
    how many are expected. What a QEMU that dies in the middle did not get to is `{"unanswered": why}`. Raises
    TargetError when nothing at all was learned from the binary.
    """
    _check_binary(binary)
    probe = _Probe(binary, accel, time.monotonic() + timeout, silence, on_progress)
    asked = None if questions is None else list(dict.fromkeys(questions))
    answers = _ask_host(asked)
    ours = None if asked is None else [text for text in asked if text not in answers]
    if ours is None or ours:
        answers.update(probe.ask(ours))
    return answers if asked is None else {text: answers[text] for text in asked}


def _ask_host(asked: list[str] | None) -> dict[str, Answer]:
    return kvm.ask(asked)


def _check_binary(binary: str) -> None:
    try:
        mode = Path(binary).stat().st_mode
    except OSError as error:
        raise TargetError(binary, (error.strerror or str(error)).lower()) from error
    if stat.S_ISDIR(mode):
        raise TargetError(binary, "is a directory, not a QEMU binary")
    if not stat.S_ISREG(mode):
        raise TargetError(binary, "is not a regular file")
    if not os.access(binary, os.X_OK):
        raise TargetError(binary, "is not executable")


class _Probe:
    """One probe of one binary: as many starts as its age asks for, then one conversation."""

    def __init__(
        self,
        binary: str,
        accel: str | None,
        deadline: float,
        silence: float,
        on_progress: Callable[[int, int], None] | None,
    ) -> None:
        self.binary = str(Path(binary).absolute())
        self.target = binary
        self.accel = accel
        self.deadline = deadline
        self.silence = silence
        self.on_progress = on_progress
        self.answers: dict[str, Answer] = {}
        self.package = ""
        self.modules: Modules | OSError | None = None

    def ask(self, asked: list[str] | None) -> dict[str, Answer]:
        wanted = [*everything.PROCESS, *everything.first_questions()] if asked is None else asked
        if wanted == [BANNER]:
            return {BANNER: self._ask_banner()}
        command_line = CommandLine(self.accel or KVM_OR_TCG)
        while True:
            errors = self._converse(command_line, wanted, asked is None)
            if errors is None:
                break
            if not command_line.relax(errors):
                self._fall_back_to_banner(wanted, errors)
                break
        if BANNER in wanted and BANNER not in self.answers:
            self.answers[BANNER] = self._ask_banner()
        return self.answers

    def _converse(self, command_line: CommandLine, wanted: list[str], follow: bool) -> str | None:
        """One start and all questions; what it said on standard error if it did not even greet."""
        ours, theirs = door.socket_pair()
        with ours:
            with theirs:
                process = self._start(command_line, theirs.fileno())
            assert process.stderr is not None
            try:
                client = Client(
                    self.target,
                    ours,
                    deadline=self.deadline,
                    silence=self.silence,
                    errors=process.stderr.fileno(),
                )
                return self._talk(client, process, wanted, follow)
            finally:
                door.stop(process)
                process.stderr.close()

    def _start(self, command_line: CommandLine, descriptor: int) -> subprocess.Popen[bytes]:
        import subprocess

        arguments = [self.binary, *command_line.arguments()]
        try:
            return door.spawn_untrusted(
                arguments, stdin=descriptor, stdout=descriptor, stderr=subprocess.PIPE
            )
        except OSError as error:
            raise TargetError(self.target, _why_not_started(error)) from error

    def _talk(
        self, client: Client, process: subprocess.Popen[bytes], wanted: list[str], follow: bool
    ) -> str | None:
        if not {"modules", "block-formats"}.isdisjoint(wanted):
            self._read_modules()  # while QEMU starts
        try:
            greeting = client.greet()
        except TargetError as error:
            errors = client.finish_errors()
            problem = _explain_death(error.problem, errors, process)
            if client.errors_tail and process.poll() is not None:
                return errors
            raise TargetError(self.target, problem) from error
        self.package = _package(greeting)
        problem_or_none = self._ask_over_qmp(client, wanted, follow)
        if problem_or_none is not None:
            why = _explain_death(problem_or_none, client.finish_errors(), process)
            self._note_unanswered(wanted, why)
        self._derive(wanted, client.finish_errors(0.0))
        return None

    def _ask_over_qmp(self, client: Client, wanted: list[str], follow: bool) -> str | None:
        texts = list(dict.fromkeys(_as_qmp(wanted)))
        problem = self._collect(client, texts, 0)
        if problem is None and follow:
            more = [text for text in everything.following_questions(self.answers) if text not in self.answers]
            problem = self._collect(client, more, len(texts))
            if problem is not None:
                self._note_unanswered(more, problem)
        return problem

    def _collect(self, client: Client, texts: Sequence[str], before: int) -> str | None:
        total = before + len(texts)

        def report() -> None:
            if self.on_progress is not None:
                self.on_progress(len(self.answers), total)

        return collect(client.ask(texts), self.answers, report)

    def _note_unanswered(self, texts: Iterable[str], why: str) -> None:
        if not self.answers:
            raise TargetError(self.target, why)
        for text in _as_qmp(texts):
            self.answers.setdefault(text, {"unanswered": why})

    def _derive(self, wanted: list[str], errors: str) -> None:
        """Answers that are made from QMP's, and the helping questions taken away again."""
        made: dict[str, Answer] = {}
        if "accel" in wanted:
            made["accel"] = self._accel(errors)
        if "modules" in wanted:
            made["modules"] = self._installed_modules()
        if "block-formats" in wanted:
            made["block-formats"] = self._block_formats()
        for helper in (FORMATS, "query-kvm"):
            if helper not in wanted:
                self.answers.pop(helper, None)
        self.answers.update(made)

    def _accel(self, errors: str) -> Answer:
        answer = self.answers.get("query-kvm", {})
        if "unanswered" in answer:
            return answer
        enabled = answer.get("return")
        if isinstance(enabled, dict) and enabled.get("enabled") is True:
            return {"return": {"used": "kvm", "kvm": None}}
        used = self.accel or "tcg"
        present = not isinstance(enabled, dict) or enabled.get("present") is not False
        reason = _why_no_kvm(errors) if present else "this build has no KVM for its target"
        return {"return": {"used": used, "kvm": reason if self.accel is None else "not asked for"}}

    def _read_modules(self) -> None:
        if self.modules is None:
            try:
                self.modules = Modules(self.binary)
            except OSError as error:
                self.modules = error

    def _installed_modules(self) -> Answer:
        if not isinstance(self.modules, Modules):
            why = self.modules.strerror if self.modules is not None else "not looked at"
            return {"error": {"class": "Unreadable", "desc": f"the binary cannot be read: {why}"}}
        if not self.modules.is_modular:
            return {"error": {"class": "NotModular", "desc": "this build has no loadable modules"}}
        return {"return": self.modules.installed(self.package)}

    def _block_formats(self) -> Answer:
        answer = self.answers.get(FORMATS, {"unanswered": "not asked"})
        text = answer.get("return")
        if text is None:
            return answer
        if "Supported formats:" not in str(text):
            return {
                "error": {"class": "GenericError", "desc": f"no list of formats: {str(text).strip()[:200]}"}
            }
        drivers = self.modules.block if isinstance(self.modules, Modules) else {}
        installed = self.modules.installed(self.package) if isinstance(self.modules, Modules) else []
        return {"return": parse_block_formats(str(text), drivers, installed)}

    def _fall_back_to_banner(self, wanted: list[str], errors: str) -> None:
        """A build that knows no QMP tells its version at most; anything else is no QEMU."""
        try:
            banner = self._ask_banner()
        except TargetError:
            raise TargetError(self.target, _last_line(errors)) from None
        if "return" not in banner or not _is_too_old(errors):
            raise TargetError(self.target, _last_line(errors))
        self.answers[BANNER] = banner
        for text in wanted:
            self.answers.setdefault(text, {"error": {"class": "NoMonitor", "desc": "this build has no QMP"}})

    def _ask_banner(self) -> Answer:
        for option in (BANNER, "-h"):  # the oldest print it only above their help
            left = max(0.1, min(self.silence, self.deadline - time.monotonic()))
            try:
                _, text = door.run_untrusted([self.binary, option], timeout=left)
            except OSError as error:
                raise TargetError(self.target, _why_not_started(error)) from error
            if match := BANNER_TEXT.search(text.decode("utf-8", "replace")):
                return {"return": match.group(0).strip()}
        raise TargetError(self.target, "prints no QEMU version: not a QEMU binary")


def _as_qmp(texts: Iterable[str]) -> Iterable[str]:
    """The QMP questions among these, or that these are made from."""
    for text in texts:
        if text == "accel":
            yield "query-kvm"
        elif text == "block-formats":
            yield FORMATS
        elif text not in (BANNER, "modules"):
            yield text


def _package(greeting: dict[str, Any]) -> str:
    version = greeting.get("version")
    package = version.get("package") if isinstance(version, dict) else None
    return package if isinstance(package, str) else ""


def _is_too_old(errors: str) -> bool:
    return re.search(r"-?qmp\b.*|invalid option", errors) is not None


def _why_no_kvm(errors: str) -> str:
    said = [line.strip() for line in errors.splitlines() if "kvm" in line.lower()]
    reason = said[0].partition(": ")[2] or said[0] if said else "QEMU did not take it, and did not say why"
    if "permission denied" in reason.lower():
        return f"{reason} ({_describe_kvm()})"
    return reason


def _describe_kvm() -> str:
    user = door.unprivileged_user().get("user", os.geteuid())
    return kvm.describe_node(kvm.DEVICE, user)


def _why_not_started(error: OSError) -> str:
    if isinstance(error, PermissionError) and door.unprivileged_user():
        return f"may not be run by the unprivileged user {door.UNPRIVILEGED}: permission denied"
    return f"cannot be started: {(error.strerror or str(error)).lower()}"


def _explain_death(problem: str, errors: str, process: subprocess.Popen[bytes]) -> str:
    if not problem.startswith(("ended", "broke")):
        return problem
    status = _wait_briefly(process)
    how = "" if status is None else f" with signal {-status}" if status < 0 else f" with status {status}"
    said = _last_line(errors)
    return f"{problem}{how}" + (f": {said}" if errors.strip() else "")


def _wait_briefly(process: subprocess.Popen[bytes]) -> int | None:
    import subprocess

    try:
        return process.wait(0.5)
    except subprocess.TimeoutExpired:
        return None


def _last_line(errors: str) -> str:
    lines = [line.strip() for line in errors.splitlines() if line.strip()]
    return lines[-1][:300] if lines else "says nothing"
