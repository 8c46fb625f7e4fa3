"""The command line: one file a verb; only here is anything printed.

A verb's module has its help as its docstring, `add_arguments`, and `run`, which gives the status.
"""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from ..driver.verdict import Verdict

# Objects made between two looks of the collector. With Python's own 700 a tenth of a long verb was looking.
_MOST_YOUNG = 200_000


def main(argv: list[str] | None = None) -> int:
    """Run one verb and give its exit status: 0, 1 for a no or for reported problems, 2 for wrong usage.

    141, as of a program that SIGPIPE ended, says that whoever read the output closed it: 0 could be a yes.
    """
    words = sys.argv[1:] if argv is None else argv
    _open_closed()
    # A file's name need not be text, and what a terminal cannot show is no reason to stop.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _check_cached(words)
        if status is None:
            import gc

            from .program import run

            if argv is None:  # a process of its own, which holds to its end what it reads
                gc.set_threshold(_MOST_YOUNG)
            status = run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not complain when it closes a stream.
        for stream in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        return 141
    except OSError as error:
        if error.errno != 28:  # no space left: whoever reads our output gets no more of it
            raise
        print("virtgate: no space left to write to", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        return 130
    return status


def _open_closed() -> None:
    """Let a standard stream that was closed (`>&-`) be the null device: the status is an answer, too."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, os.fdopen(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))


# The options of `check` that a cached answer can be given under, by the letters or words that name them.
_FLAGS = {"--quiet": "quiet", "-q": "quiet", "--json": "json", "--exit-unknown": "exit_unknown"}
_VALUES = {"--accel", "--machine", "--refuse", "--allow"}


def _check_cached(words: list[str]) -> int | None:
    """`check ID TARGET` answered from the cache, before anything else is imported; None: it is not that."""
    # A driver's start-up script asks so, again and again: argparse alone would take longer than the answer.
    parted = _part_check(words)
    if parted is None:
        return None
    (identifier, target), flags, values = parted
    from ..driver import cache
    from ..driver.errors import UsageError
    from ..driver.gates import Gates
    from ..driver.policy import Policy

    try:
        policy = Policy(refuse=values["--refuse"], allow=values["--allow"])
    except UsageError:
        return None
    accel, machine = (next(reversed(values[one]), None) for one in ("--accel", "--machine"))
    answers = cache.read_answers(cache.Key(target, accel, machine, str(policy), None))
    if answers is None or answers.problem is not None:
        return None
    gates = Gates(answers, policy)
    if identifier not in gates:
        return None
    verdict = gates.verdict(gates.parse(identifier))
    if not "".join((target, verdict.sentence, *filter(None, gates.host.values()))).isprintable():
        return None  # `program` writes out what would command the terminal
    if "json" in flags:
        from ..faces.documents import check_document

        print_json(check_document(gates, verdict, target))
    elif "quiet" not in flags:
        print(check_line(verdict))
    return check_status([verdict], exit_unknown="exit_unknown" in flags)


def _part_check(words: list[str]) -> tuple[list[str], set[str], dict[str, list[str]]] | None:
    """The two positional words of `check`, its flags and its values; None for what the parser must see."""
    if words[:1] != ["check"]:
        return None
    places: list[str] = []
    flags: set[str] = set()
    values: dict[str, list[str]] = {name: [] for name in _VALUES}
    rest = iter(words[1:])
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _FLAGS:
            flags.add(_FLAGS[word])
        elif name in _VALUES:
            given = value if equals else next(rest, "")
            # A value that is missing, or looks like an option, is for argparse to refuse in its words.
            if not given or given.startswith("-"):
                return None
            values[name] += [given] if name in {"--accel", "--machine"} else given.split(",")
        elif word.startswith("-"):
            return None
        else:
            places.append(word)
    return (places, flags, values) if len(places) == 2 else None


def check_status(verdicts: Sequence[Verdict | None], *, exit_unknown: bool) -> int:
    """0 where one verdict enables it, else 1; with `exit_unknown` 3 where one is unknown or is none."""
    if any(verdicts):
        return 0
    is_unknown = any(one is None or one.state == "unknown" for one in verdicts)
    return 3 if exit_unknown and is_unknown else 1


def print_json(document: Mapping[str, Any]) -> None:
    """One JSON document on standard output."""
    try:
        # `json` loads its decoder and scanner with it, which `check` never needs.
        from _json import encode_basestring, encode_basestring_ascii
    except ImportError:  # another interpreter than CPython
        from json.encoder import encode_basestring, encode_basestring_ascii

    from ..faces.documents import spell_json

    speaks_utf8 = (sys.stdout.encoding or "").lower() in {"utf-8", "utf8"}
    print(spell_json(document, encode_basestring if speaks_utf8 else encode_basestring_ascii, "\n"))


def check_line(verdict: Verdict) -> str:
    """One line for one verdict."""
    through = f" through {verdict.path}" if verdict.path else ""
    return f"{verdict.id}: {verdict.state}{through}: {verdict.reason}: {verdict.sentence}"
