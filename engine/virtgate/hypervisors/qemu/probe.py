"""A QEMU binary, asked: started once for the accelerator asked, over QMP on a socket pair."""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ...driver import system
from ...driver.errors import TargetError, say_why
from ...facts.machine_probe import describe_node, group_of
from ..kvm import probe as kvm
from . import everything
from .command_line import KVM_OR_TCG, CommandLine
from .modules import Modules, parse_block_formats, read_modules
from .qmp_client import SilentError, collect
from .qmp_questions import BANNER, FORMATS, HELP, LIBRARIES, TRIES, as_qmp, in_order
from .session import RefusedError, Session, explain_start, last_line
from .start import Started

Answer = dict[str, Any]

Follow = Callable[[Mapping[str, Answer]], Iterable[str]]

NO_KVM_BUILT = "this build has no KVM for its target on this machine"
BANNER_TEXT = re.compile(r"^.*\bQEMU\b.*\bversion\b.*$", re.MULTILINE)
SUSPECT_SILENCE = 3.0  # for one question alone, after a hang
MOST_LOOKED_AT = 64  # processes of one start
STARTS = 24  # of one binary in one probe: steps down for its age, and new starts after it died


def ask(
    binary: str,
    questions: Iterable[str] | None,
    *,
    accel: str | None = None,
    timeout: float = 30.0,
    silence: float = 10.0,
    follow: Follow | None = None,
    on_progress: Callable[[int, int], None] | None = None,
    begun: Started | None = None,
    answers: dict[str, Answer] | None = None,
) -> dict[str, Answer]:
    """An answer for each question; None asks everything there is.

    `accel` None means the accelerator a guest would get. `on_progress` is called with how many answers came
    and how many are expected; `answers` takes what QMP says, as it comes. A question that QEMU dies of is
    `{"unanswered": why}`, and it is started again for those after it. `follow` gets the QMP answers and
    returns more QMP questions for the same process: a machine's properties, by the name that its alias stands
    for. `begun` is a process of this binary's that waits to be asked already. Raises TargetError when nothing
    at all was learned from the binary.
    """
    _check_binary(binary)
    probe = _Probe(
        binary,
        accel,
        deadline=time.monotonic() + timeout,
        silence=silence,
        on_progress=on_progress,
        begun=begun,
        answers={} if answers is None else answers,
    )
    if questions is None:
        questions = first_questions()
        follow = follow or everything.following_questions
    asked = list(dict.fromkeys(questions))
    told = kvm.ask(asked)
    ours = [text for text in asked if text not in told]
    if ours or follow is not None:
        told.update(probe.ask(ours, follow))
    return {text: told[text] for text in dict.fromkeys([*asked, *told])}


def first_questions() -> tuple[str, ...]:
    """What a recording asks at first; `everything.following_questions` has the rest."""
    return (*kvm.everything(), *everything.PROCESS, *everything.first_questions())


def _check_binary(binary: str) -> None:
    try:
        mode = Path(binary).stat().st_mode
    except OSError as error:
        raise TargetError(binary, say_why(error)) from error
    if stat.S_ISDIR(mode):
        raise TargetError(binary, "is a directory, not a QEMU binary")
    if not stat.S_ISREG(mode):
        raise TargetError(binary, "is not a regular file")
    if not os.access(binary, os.X_OK):
        raise TargetError(binary, "is not executable")


class _Probe:
    """One probe of one binary: as many starts as its age and its deaths ask for."""

    def __init__(
        self,
        binary: str,
        accel: str | None,
        *,
        deadline: float,
        silence: float,
        on_progress: Callable[[int, int], None] | None,
        begun: Started | None,
        answers: dict[str, Answer],
    ) -> None:
        self.binary = str(Path(binary).absolute())
        self.target = binary
        self.accel = accel
        self.deadline = deadline
        self.silence = silence
        self.on_progress = on_progress
        self.answers = answers
        self.package = ""
        self.errors = ""  # of the start: why there is no KVM
        self.modules: Modules | OSError | None = None
        self.libraries: list[str] = []
        self._wants_modules = False
        self._command_line = CommandLine(accel or KVM_OR_TCG)
        self._begun = begun
        self._session: Session | None = None
        self._starts = 0

    def ask(self, wanted: list[str], follow: Follow | None) -> dict[str, Answer]:
        """The answers to these questions, and to those that `follow` makes of the answers."""
        self._wants_modules = not {"modules", "block-formats"}.isdisjoint(wanted)
        try:
            self._learn(list(as_qmp(wanted)))
            if follow is not None:
                more = list(follow(self.answers))
                self._learn(list(as_qmp(more)))
                wanted = list(dict.fromkeys([*wanted, *more]))
        finally:
            self._close()
        return self._derive(wanted)

    def _learn(self, texts: list[str]) -> None:
        """Ask until each text has an answer.

        When QEMU dies or hangs, the first question without an answer is asked again alone: answers may have
        been lost with the process, so that only a second time tells which question it dies of.
        """
        left = in_order(text for text in texts if text not in self.answers)
        total = len(self.answers) + len(left)
        alone = False
        while left:
            session = self._connect(left)
            if session is None:
                return
            if alone:
                session.client.silence = min(self.silence, SUSPECT_SILENCE)
            steps = session.client.ask(left[:1] if alone else left)
            problem = collect(steps, self.answers, lambda: self._report(total))
            session.client.silence = self.silence
            left = [text for text in left if text not in self.answers]
            if problem is None:
                alone = False
                continue
            why = session.explain(problem)
            may_try_again = self._may_try_again(session, problem)
            self._close()
            if not may_try_again:
                self._give_up(left, why)
                return
            if alone:
                self.answers[left.pop(0)] = {"unanswered": why}
            alone = not alone

    def _may_try_again(self, session: Session, problem: TargetError) -> bool:
        if self._starts >= STARTS or time.monotonic() >= self.deadline:
            return False
        return isinstance(problem, SilentError) or session.has_died(problem)

    def _report(self, total: int) -> None:
        if self.on_progress is not None:
            self.on_progress(len(self.answers), total)

    def _give_up(self, left: list[str], why: str) -> None:
        if all("unanswered" in answer for answer in self.answers.values()):
            raise TargetError(self.target, why)
        self.answers.update((text, {"unanswered": why}) for text in left)

    def _connect(self, left: list[str]) -> Session | None:
        """The session there is or a new one; None when there will be no more."""
        while self._session is None:
            self._starts += 1
            session = Session(self.target, self._start(), deadline=self.deadline, silence=self.silence)
            try:
                self._read_modules(session)
                self.package = _package(session.greet())
                self.errors = self.errors or session.client.finish_errors(0.0)
                self._session = session
                if self._starts > 1:  # the one before may have died with what it had loaded
                    self._read_libraries()
            except RefusedError as refused:
                session.close()
                if not self._command_line.relax(refused.errors):
                    self._stand_in(left, refused)
                    return None
            except TargetError as error:
                session.close()
                self._give_up(left, error.problem)
                return None
        return self._session

    def _start(self) -> Started:
        """The process that was begun before, for the first start; else a new one. Raises TargetError."""
        begun, self._begun = self._begun, None
        argv = [self.binary, *self._command_line.arguments()]
        if begun is not None and begun.argv == argv:
            return begun
        try:
            return Started(argv)
        except OSError as error:
            raise TargetError(self.target, explain_start(error)) from error

    def _close(self) -> None:
        if self._session is not None:
            self._read_libraries()
            self._session.close()
            self._session = None

    def _read_libraries(self) -> None:
        """What the process has loaded: at its end the modules too, and what these want."""
        if self._session is not None:
            self.libraries = _mapped_files(self._session.process.pid) or self.libraries

    def _stand_in(self, left: list[str], refused: RefusedError) -> None:
        """The oldest builds know no QMP and tell their version at most; anything else is a problem."""
        if not self.answers:
            told = self._ask_if_old()
            if not told:
                raise TargetError(self.target, _with_permissions(refused.problem))
            self.answers.update(told)
            reason = {"class": "NoMonitor", "desc": "this build is too old for QMP"}
            self.answers.update((text, {"error": reason}) for text in left)
        else:
            self._give_up(left, refused.problem)

    def _ask_if_old(self) -> dict[str, Answer]:
        """The banner of a build from before QMP, and its help; nothing of a later one."""
        for option in (HELP, BANNER, "-h"):  # which of them there are hangs on the age
            try:
                text = self._run(option)
            except TargetError:
                return {}
            if match := BANNER_TEXT.search(text):
                is_old = re.search(r"version v?0\.", match[0])
                told = {BANNER: match[0].strip()} | ({} if option == BANNER else {HELP: text})
                return {asked: {"return": said} for asked, said in told.items()} if is_old else {}
        return {}

    def _ask_banner(self) -> Answer:
        for option in (BANNER, "-h"):  # the oldest print it only above their help
            if match := BANNER_TEXT.search(self._run(option)):
                return {"return": match.group(0).strip()}
        problem = "prints no QEMU version: not a QEMU binary"
        raise TargetError(self.target, problem)

    def _run(self, option: str) -> str:
        """What the binary prints for one option that ends it."""
        left = max(0.1, min(self.silence, self.deadline - time.monotonic()))
        try:
            _, text = system.run_untrusted([self.binary, option], timeout=left)
        except OSError as error:
            raise TargetError(self.target, explain_start(error)) from error
        return text.decode("utf-8", "replace")

    def _derive(self, wanted: list[str]) -> dict[str, Answer]:
        """The answers wanted: QMP's, and those made from them or from the binary's file."""
        made: dict[str, Callable[[], Answer]] = {
            BANNER: self._ask_banner,
            "accel": self._accel,
            "modules": self._installed_modules,
            "block-formats": self._block_formats,
            LIBRARIES: lambda: {"return": self.libraries},
        }
        # What a build told in the place of its monitor is kept, whether it was asked for or not.
        wanted += [text for text in (BANNER, HELP) if text in self.answers and text not in wanted]
        return {text: self.answers[text] if text in self.answers else made[text]() for text in wanted}

    def _accel(self) -> Answer:
        answer = self.answers["query-kvm"]
        found = answer.get("return")
        if not isinstance(found, dict):
            return answer
        if found.get("enabled") is True:
            return {"return": {"used": "kvm", "kvm": None}}
        if self.accel is not None:
            return {"return": {"used": self.accel, "kvm": "not asked for"}}
        reason = _why_no_kvm(self.errors) if found.get("present") else NO_KVM_BUILT
        group = group_of(kvm.DEVICE) if _is_denied(reason) else None
        return {"return": {"used": "tcg", "kvm": reason, **({"group": group} if group else {})}}

    def _read_modules(self, session: Session) -> None:
        """Read the binary's file while QEMU starts; behind a script, that of the process it became."""
        if not self._wants_modules or self.modules is not None:
            return
        try:
            self.modules = read_modules(self.binary)
            if not self.modules.is_elf:
                session.greet()
                self.modules = Modules(f"/proc/{session.process.pid}/exe")
        except OSError as error:
            self.modules = error

    def _installed_modules(self) -> Answer:
        if isinstance(self.modules, Modules):
            if self.modules.is_modular:
                return {"return": self.modules.installed(self.package)}
            if "qemu" in self.modules.binary.name or "kvm" in self.modules.binary.name:
                return {"error": {"class": "NotModular", "desc": "this build has no loadable modules"}}
        return {
            "error": {"class": "Unreadable", "desc": "the file of the QEMU behind this name cannot be read"}
        }

    def _block_formats(self) -> Answer:
        answer = self.answers[FORMATS]
        if "return" not in answer:
            return answer
        text = str(answer["return"])
        if "Supported formats:" not in text:
            return {"error": {"class": "GenericError", "desc": f"lists no formats: {text.strip()[:200]}"}}
        replies = {driver: str(self.answers[asked].get("return", "")) for driver, asked in TRIES.items()}
        unloadable = {driver for driver, reply in replies.items() if f"Unknown driver '{driver}'" in reply}
        return {"return": parse_block_formats(text, unloadable)}


def _mapped_files(process: int) -> list[str]:
    """The program and libraries that a process of ours runs, and those of what it started, sorted.

    Behind a script that is another program than the one that was named. None where the kernel does not tell.
    """
    found: set[str] = set()
    left, looked = [process], 0
    while left and looked < MOST_LOOKED_AT:
        place, looked = f"/proc/{left.pop()}", looked + 1
        try:
            maps = system.read_text(f"{place}/maps", 1 << 20).splitlines()
            left += [int(one) for one in system.read_text(f"{place}/task/{place[6:]}/children").split()]
        except OSError:
            continue
        found.update(line[line.index("/") :] for line in maps if " r-xp " in line and "/" in line)
    return sorted(found)


def _package(greeting: dict[str, Any]) -> str:
    version = greeting.get("version")
    package = version.get("package") if isinstance(version, dict) else None
    return package if isinstance(package, str) else ""


def _why_no_kvm(errors: str) -> str:
    said = last_line("\n".join(line for line in errors.splitlines() if "kvm" in line.lower()))
    return _with_permissions(said) if said else "QEMU did not take KVM, and did not say why"


def _with_permissions(reason: str) -> str:
    """QEMU says that it may not open /dev/kvm; who it ran as is ours to say."""
    if not _is_denied(reason):
        return reason
    user = system.unprivileged_user().get("user", os.geteuid())
    return f"{reason} ({kvm.DEVICE}: {describe_node(kvm.DEVICE, user)})"


def _is_denied(reason: str) -> bool:
    return "kvm" in reason.lower() and "permission denied" in reason.lower()
