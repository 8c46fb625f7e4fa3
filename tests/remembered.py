"""What need not be found twice in one process: the answers of a release, and that a file has its form."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from virtgate.data import data_root, load
from virtgate.data.yaml import Block, Problem
from virtgate.driver import cache
from virtgate.driver.cache import Answers
from virtgate.lint import data as lint_data

MOST = 150  # more than there are recorded hosts; each takes a megabyte or two


class Remembered:
    """Answers what it was asked before, of a release or a recording, as it did as long as nothing changed."""

    def __init__(self, answer: Callable[..., Answers]) -> None:
        self._answer = answer
        self._known: dict[str, Answers] = {}

    def __call__(self, *words: Any, data: str | None = None, **options: Any) -> Answers:
        root = data_root(data)
        files = [words[0], *(root / part for part in ("capabilities", "matrix"))]
        prints = [cache.take_print(f"{'tree' if Path(one).is_dir() else 'stat'}\t{one}") for one in files]
        key = f"{[*map(str, words)]} {sorted(options.items())} {prints}"
        if key not in self._known:
            if len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[key] = self._answer(*words, data=data, **options)
        return copy.copy(self._known[key])


def remember_clean_files() -> None:
    """Let a file that has no problem be without one as long as its content is the same."""
    load.find_form_problems = _forms(load.find_form_problems)
    lint_data._read_ledger = _ledgers(lint_data._read_ledger)


def _forms(find: Callable[[str, Block, str], Iterator[Problem]]) -> Callable[..., list[Problem]]:
    clean: set[str] = set()

    def find_form_problems(kind: str, block: Block, file: str) -> list[Problem]:
        key = f"{kind} {json.dumps(block, default=str)}"
        found = [] if key in clean else [*find(kind, block, file)]
        if not found:
            clean.add(key)
        return found

    return find_form_problems


def _ledgers(read: Callable[[Path], Iterator[Any]]) -> Callable[[Path], list[Any]]:
    clean: set[tuple[str, bytes, bytes]] = set()

    def read_ledger(path: Path) -> list[Any]:
        names = path.parent / "releases.txt"
        key = (path.name, path.read_bytes(), names.read_bytes() if names.is_file() else b"")
        found = [] if key in clean else [*read(path)]
        if not found:
            clean.add(key)
        return found

    return read_ledger
