"""Arguments that several verbs share, and what they name."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from ..ask import early, prefetch
from ..ask.answering import answer, answer_recording, answer_release
from ..ask.opened import check_day, open_catalog, open_history
from ..ask.targets import Target, find_targets, is_release
from ..data import Catalog
from ..data.forms import near
from ..driver import cache
from ..driver.errors import RecordingError, TargetError, UsageError, VirtgateError
from ..driver.gates import Gates
from ..driver.policy import ALLOWABLE, REFUSABLE, Policy
from ..faces.documents import FORMAT, targets_document
from ..faces.guard import REWRITE
from ..hypervisors.protocol import Progress
from . import print_json as print_json  # noqa: PLC0414

if TYPE_CHECKING:
    from ..faces.sarif import Finding
    from ..radar.driven import Driven

Found = tuple[str, Gates | VirtgateError]


def add_target(parser: argparse.ArgumentParser, *, many: bool = False) -> None:
    """What is asked: targets, or a release."""
    parser.add_argument("target", metavar="TARGET", nargs="*" if many else "?", help="what to ask; see below")
    parser.add_argument(
        "--release", metavar="HYPERVISOR=RELEASE", help="an upstream release, with no host at all: qemu=8.2"
    )
    add_claims(parser)
    add_accel(parser)
    parser.add_argument(
        "--machine", metavar="TYPE", help="the machine type that machine properties are about"
    )
    add_as_of(parser)


def add_accel(parser: argparse.ArgumentParser) -> None:
    """What a host is asked with."""
    parser.add_argument(
        "--accel", choices=("kvm", "tcg"), help="the accelerator; else the one a guest would get"
    )


def add_as_of(parser: argparse.ArgumentParser, told: str = "judge by") -> None:
    """The day whose upstream is meant."""
    parser.add_argument(
        "--as-of", metavar="YYYY-MM-DD", help=f"{told} what upstream had accepted on that day"
    )


def add_exit_unknown(parser: argparse.ArgumentParser) -> None:
    """A status of its own for what nobody could tell."""
    parser.add_argument(
        "--exit-unknown",
        action="store_true",
        help="exit 3, not 1, for unknown and for a host that is not asked",
    )


def add_many(parser: argparse.ArgumentParser, option: str, metavar: str, told: str) -> None:
    """An option that may be given several times; each time one more."""
    parser.add_argument(option, metavar=metavar, action="append", default=[], help=told)


class _Joined(argparse.Action):
    """An option whose repetitions are one text, with commas."""

    def __call__(self, _parser: Any, namespace: Any, value: Any, _option: Any = None) -> None:
        before = getattr(namespace, self.dest)
        setattr(namespace, self.dest, f"{before},{value}" if before else value)


def add_claims(parser: argparse.ArgumentParser) -> None:
    """What the owner of a bare schema says that it is from."""
    parser.add_argument(
        "--claims",
        metavar="qemu=X.Y.Z[,package=TEXT]",
        action=_Joined,
        help="the release that a bare schema is from, and the package string of its build",
    )


def add_deciding(parser: argparse.ArgumentParser, *, json: bool = True) -> None:
    """How it is decided, and how it is printed."""
    add_many(parser, "--refuse", "WORD", f"refuse what the table enables: {', '.join(sorted(REFUSABLE))}")
    add_many(parser, "--allow", "WORD", f"allow what it does not: {', '.join(sorted(ALLOWABLE))}")
    parser.add_argument(
        "--policy", metavar="FILE", help="a site's policy: what is refused, and what is allowed until when"
    )
    add_data(parser)
    if json:
        add_json(parser)


def add_data(parser: argparse.ArgumentParser) -> None:
    """Where the YAML comes from."""
    parser.add_argument(
        "--data", metavar="DIR", help="a folder with capabilities/ and matrix/ to use instead"
    )


def add_json(parser: argparse.ArgumentParser) -> None:
    """A document instead of text."""
    parser.add_argument("--json", action="store_true", help="print one JSON document")


SERVICES = ("github", "gitlab", "sarif")


def add_format(parser: argparse.ArgumentParser, *more: str) -> None:
    """The forms of an answer that has findings, besides `--json`, the short way to one of them."""
    told = "how it is printed, else text; github, gitlab (code quality) and sarif are for notes at the lines"
    parser.add_argument("--format", choices=("text", *more, "json", *SERVICES), help=told)


def print_findings(form: str, findings: Iterable[Finding], rules: Mapping[str, str]) -> None:
    """Findings as a service reads them that shows them at their lines."""
    from ..faces.annotations import github_commands, gitlab_report
    from ..faces.sarif import sarif_document

    if form == "sarif":
        print_json(sarif_document(findings, rules))
    elif form == "gitlab":
        print(json.dumps(gitlab_report(findings), indent=1))
    else:
        print("\n".join(github_commands(findings)))


def form_of(options: argparse.Namespace) -> str:
    """The form that was asked for. Raises UsageError for two of them."""
    form = str(options.format or ("json" if options.json else "text"))
    if options.json and form != "json":
        raise UsageError(f"--json and --format {form} are two formats; choose one")
    return form


def policy_of(options: argparse.Namespace) -> Policy:
    """The caller's policy; words may be joined by commas. Raises UsageError, DataError."""
    refuse = [word for given in options.refuse for word in given.split(",")]
    allow = [word for given in options.allow for word in given.split(",")]
    if options.policy is None:
        return Policy(refuse=refuse, allow=allow)
    site = Policy.from_file(options.policy)
    return Policy(refuse=[*site.refuse, *refuse], allow=[*site.allow, *allow], rules=site.rules)


def parse_release(text: str) -> tuple[str, str]:
    """`qemu=8.2` as its two parts. Raises UsageError."""
    hypervisor, equals, release = text.partition("=")
    if not hypervisor or not equals or not release:
        raise UsageError(f"'{text}' is not a release; write HYPERVISOR=RELEASE, such as qemu=8.2")
    return hypervisor, release


def check_area(catalog: Catalog, area: str | None) -> None:
    """Raises UsageError for an area that the data do not have."""
    refuse_area(area, dict.fromkeys(row.area for row in catalog.capabilities.values()))


def refuse_area(area: str | None, areas: Iterable[str]) -> None:
    """Raises UsageError for an area that is not among these."""
    known = tuple(areas)
    if area is not None and area not in known:
        raise UsageError(f"no area '{area}'; {near(area, known) or 'there are ' + ', '.join(known)}")


def read_driver(paths: Sequence[str], catalog: Catalog) -> Driven | None:
    """The uses in a driver's sources, with what could not be read told on standard error; None for none."""
    if not paths:
        return None
    from ..radar.driven import Driven

    driven = Driven(paths, partial(open_history, catalog))
    for one in driven.unread:
        print(f"{one.file}: {one.why}", file=sys.stderr)
    return driven


def find_gates(options: argparse.Namespace) -> list[Found]:
    """The gates of everything that was named, or why there are none; raises what is wrong usage."""
    policy = policy_of(options)
    check_day(options.as_of)
    named = getattr(options, "target", None)
    targets = named if isinstance(named, list) else [named] if named else []
    if options.release:
        if targets:
            raise UsageError("--release does not ask a host; leave the TARGET out")
        return [(options.release, _open_release(options.release, options, policy))]
    texts = targets or [target.text for target in find_targets()]
    if options.claims and len(texts) != 1:
        raise UsageError("--claims goes with one TARGET, a bare schema")
    return list(_open_each(texts, options, policy))


def status_of(found: list[Found], *, named: bool) -> int:
    """0 when every target that was named was answered, or any of those that were found; else 1."""
    answered = [isinstance(gates, Gates) for _, gates in found]
    return 0 if (all(answered) if named else any(answered)) and answered else 1


def _open_each(texts: Sequence[str], options: argparse.Namespace, policy: Policy) -> Iterator[Found]:
    """Everything in its order; many hosts of which nothing is kept by several processes."""
    unasked = [one for one in dict.fromkeys(texts) if _is_unasked(one, options, policy)]
    found: dict[str, Gates | VirtgateError] = {}
    # A process is forked while it has one thread: another's locks would be locked for ever.
    if len(unasked) > 1 and threading.active_count() == 1:
        found = _open_apart(unasked, options, policy)
    for one in texts:
        yield one, found[one] if one in found else _open(one, options, policy)


def _open_apart(
    texts: Sequence[str], options: argparse.Namespace, policy: Policy
) -> dict[str, Gates | VirtgateError]:
    """Hosts asked by one process for each processor, and one more for while a host answers.

    None of them where that cannot be: without /dev/shm there are no semaphores, and a process may be killed.
    """
    from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
    from multiprocessing import get_context

    open_catalog(options.data)  # once, for all of them
    count = min(len(texts), len(os.sched_getaffinity(0)) + 1)
    ignore = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)  # who is interrupted ends them
    try:
        with ProcessPoolExecutor(count, get_context("fork"), initializer=ignore) as pool:
            each = pool.map(partial(_open, options=options, policy=policy), texts)
            return dict(zip(texts, each, strict=True))
    except (OSError, NotImplementedError, BrokenExecutor):
        return {}


def _is_unasked(text: str, options: argparse.Namespace, policy: Policy) -> bool:
    """Whether it is a host of which nothing is kept."""
    if is_release(text) or options.claims or options.as_of is not None or Target.parse(text).is_file:
        return False
    return cache.read_answers(_key_of(text, options, policy)) is None


def _key_of(text: str, options: argparse.Namespace, policy: Policy) -> cache.Key:
    return cache.Key(text, options.accel, options.machine, str(policy), options.data)


def _open(text: str, options: argparse.Namespace, policy: Policy) -> Gates | VirtgateError:
    if is_release(text):
        return _open_release(text, options, policy)
    target = Target.parse(text)
    try:
        check_given(target, options)
        if target.is_file:
            answers = answer_recording(
                text,
                policy,
                data=options.data,
                claims=options.claims,
                as_of=options.as_of,
                machine=options.machine,
            )
            return Gates(answers, policy)
        # What is kept was judged by today's data: another day's verdicts are made anew, and not kept.
        if options.as_of is not None:
            return Gates(_judge_as_of(target, options, policy), policy)
        key = _key_of(text, options, policy)
        kept = cache.read_answers(key) or watched(text, lambda report: _ask(key, policy, report))
        kept.raise_problem()
        return Gates(kept, policy)
    except (TargetError, RecordingError) as error:
        return error


def _ask(key: cache.Key, policy: Policy, report: Progress) -> cache.Answers:
    begun = prefetch.begin(key, early.start(key))
    return answer(key, policy, on_progress=report, begun=begun and begun.tell(report))


def check_given(target: Target, options: argparse.Namespace) -> None:
    """Raises UsageError for what only a host can be asked with, and for what only a bare schema needs."""
    if target.is_file and options.accel:
        raise UsageError(f"--accel is for a host that can be asked; {target.text} was recorded with its own")
    if options.claims and not target.is_file:
        raise UsageError(f"--claims is for a bare schema, and {target.text} is a host")


def _open_release(text: str, options: argparse.Namespace, policy: Policy) -> Gates:
    """The gates of a release. Raises UsageError, with what is for a host only, too."""
    for option, what in (("claims", "a bare schema"), ("machine", "a host"), ("accel", "a host")):
        if getattr(options, option):
            raise UsageError(f"--{option} is for {what}; leave it out with a release")
    hypervisor, release = parse_release(text)
    answers = answer_release(hypervisor, release, policy, data=options.data, as_of=options.as_of)
    return Gates(answers, policy)


def _judge_as_of(target: Target, options: argparse.Namespace, policy: Policy) -> cache.Answers:
    from ..ask.answering import answer_live

    return answer_live(
        target, policy, data=options.data, accel=options.accel, as_of=options.as_of, machine=options.machine
    )


def watched(text: str, work: Callable[[Callable[[int, int], None]], Any]) -> Any:
    """Run work that may take long, with a line of progress on a terminal after its first second."""
    # A log or a pipe gets no line that is written over.
    if not sys.stderr.isatty():
        return work(lambda _done, _all: None)
    told: list[tuple[int, int]] = [(0, 0)]
    over = threading.Event()

    def show() -> None:
        # Most hosts answer within it, and a line that flashes up is noise.
        if over.wait(1.0):
            return
        while not over.wait(0.2):
            done, expected = told[-1]
            so_far = f": {done} of {expected} answers" if expected else ""
            print(f"{REWRITE}asking {text}{so_far}", end="", file=sys.stderr, flush=True)
        print(REWRITE, end="", file=sys.stderr, flush=True)

    # A daemon: an interrupted asking must not wait for it.
    watcher = threading.Thread(target=show, daemon=True)
    watcher.start()
    try:
        return work(lambda done, expected: told.append((done, expected)))
    finally:
        over.set()
        # Before anything is printed, or its last line could follow the answer's first.
        watcher.join()


def each_told(found: list[Found]) -> Iterator[Found]:
    """What was found, with what failed told on standard error, too."""
    for text, gates in found:
        if not isinstance(gates, Gates):
            print(f"virtgate: {_told(text, gates)}", file=sys.stderr)
        yield text, gates


def only_gates(found: list[Found]) -> Iterator[Gates]:
    """The gates among what was found, with what failed told on standard error."""
    yield from (gates for _, gates in each_told(found) if isinstance(gates, Gates))


def print_documents(documents: Sequence[Mapping[str, Any]], *, several: bool) -> None:
    """The documents of targets as one: that of the only one that was named, or all of them."""
    print_json(targets_document(documents) if several else {"format": FORMAT, **documents[0]})


def tell_nothing_here() -> None:
    """Say on standard error that there was nothing to ask."""
    told = "no hypervisor was found on this machine; name a TARGET or a --release"
    print(f"virtgate: {told}", file=sys.stderr)


def _told(text: str, error: VirtgateError) -> str:
    told = str(error)
    # Most errors begin with what they are about.
    return told if told.startswith(text) else f"{text}: {told}"


def terminal_width() -> int | None:
    """How wide a terminal on standard output is; None where lines may be as long as they are."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


NOTHING_HERE = """\
no hypervisor was found on this machine: no QEMU binary in the usual folders, no /dev/kvm, no Xen
name a TARGET, or ask about an upstream release; this is what '{command}' gives:
"""
