"""The command line: one file a verb; only here is anything printed."""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from ..driver.verdict import Verdict


def main(argv: list[str] | None = None) -> int:
    """Run one verb and give its exit status: 0, 1 for a no or for reported problems, 2 for wrong usage."""
    words = sys.argv[1:] if argv is None else argv
    _open_closed()
    # A file's name need not be text, and what a terminal cannot show is no reason to stop.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        status = _check_cached(words)
        if status is None:
            from .program import run

            status = run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough; the interpreter must not complain when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
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


def _check_cached(words: list[str]) -> int | None:
    """`check ID TARGET` answered from the cache, before anything else is imported; None: it is not that."""
    if len(words) != 3 or words[0] != "check" or any(word.startswith("-") for word in words):
        return None
    from ..driver import cache
    from ..driver.gates import Gates
    from ..driver.policy import Policy

    policy = Policy()
    answers = cache.read_answers(cache.Key(words[2], None, None, str(policy), None))
    if answers is None or answers.problem is not None:
        return None
    gates = Gates(answers, policy)
    if words[1] not in gates:
        return None
    verdict = gates.verdict(words[1])
    print(check_line(verdict))
    return 0 if verdict else 1


def check_line(verdict: Verdict) -> str:
    """One line for one verdict."""
    through = f" through {verdict.path}" if verdict.path else ""
    return f"{verdict.id}: {verdict.state}{through}: {verdict.reason}: {verdict.sentence}"
