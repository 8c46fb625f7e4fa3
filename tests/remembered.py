"""What need not be found twice in one process: what was decided of a host, and that a file has its form.

Importing it makes it so, for whatever is imported after it.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import Any

from virtgate.ask import answering, site_policy
from virtgate.data import data_root, exceptions, forms, load
from virtgate.data.yaml import Block, Problem
from virtgate.driver import cache
from virtgate.driver.policy import Policy
from virtgate.facts import Facts
from virtgate.lint import data as lint_data

MOST = 150  # more than there are recorded hosts; each takes a megabyte or two


class Remembered:
    """Answers what it was asked before, of a release, a recording or facts, as long as nothing changed."""

    def __init__(self, answer: Callable[..., Any]) -> None:
        self._answer = answer
        self._known: dict[bytes, Any] = {}

    def __call__(self, asked: Any, *words: Any, data: str | None = None, **options: Any) -> Any:
        if isinstance(asked, Facts) and not isinstance(asked.answers, dict):
            return self._answer(asked, *words, data=data, **options)  # somebody watches what is looked at
        root = data_root(data)
        files = [root / "capabilities", root / "matrix", *([] if isinstance(asked, Facts) else [asked])]
        prints = [cache.take_print(f"{'tree' if Path(one).is_dir() else 'stat'}\t{one}") for one in files]
        # A policy's own text only counts them.
        rules = [str(rule) for one in words if isinstance(one, Policy) for rule in one.rules]
        text = f"{asked} {words} {rules} {sorted(options.items())} {prints}"
        key = blake2b(text.encode(errors="backslashreplace")).digest()
        if key not in self._known:
            if len(self._known) >= MOST:
                del self._known[next(iter(self._known))]
            self._known[key] = self._answer(asked, *words, data=data, **options)
        return copy.copy(self._known[key])


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


def _shipped_trees(take: Callable[[str], str]) -> Callable[[str], str]:
    """No test edits what is in the checkout; that an edit is noticed is tried on copies."""
    root = data_root()
    shipped = {str(one) for one in (root / "capabilities", root / "matrix", cache.package_root())}
    taken = lru_cache(take)
    return lambda path: (taken if path in shipped else take)(path)


cache._TAKERS["tree"] = _shipped_trees(cache._TAKERS["tree"])
for _name in ("answer_release", "answer_recording", "judge_release", "judge"):
    setattr(answering, _name, Remembered(getattr(answering, _name)))
for _module in (load, exceptions, site_policy):
    _module.find_form_problems = _forms(forms.find_form_problems)  # type: ignore[attr-defined]
lint_data._read_ledger = _ledgers(lint_data._read_ledger)
