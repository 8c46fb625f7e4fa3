"""The hosts that a server answers for, each asked again when something of it changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..ask.targets import is_release
from ..driver.errors import VirtgateError
from ..driver.gates import Gates, open_gates, release_gates
from ..driver.policy import Policy
from ..faces.documents import gates_document
from .ofrep import evaluation

Open = Callable[[str], Gates]
# For how long a host that was looked at is taken for what it was: the look costs more than the answer.
FRESH = 0.1
# What is said of a host as a whole, and its entity tag.
Page = tuple[bytes, str]


def open_host(text: str, *, policy: Policy | None = None, data: str | None = None) -> Gates:
    """The gates of a TARGET, or of an upstream release as `qemu=8.2`. Raises VirtgateError."""
    if is_release(text):
        hypervisor, _, release = text.partition("=")
        return release_gates(hypervisor, release, policy=policy, data=data)
    return open_gates(text, policy=policy, data=data)


@dataclass(slots=True, kw_only=True)
class _Kept:
    """One host's gates, and what was made of them."""

    gates: Gates | None = None
    flags: dict[str, bytes] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    looked: float = 0.0
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hosts:
    """Gates by the text that names a host; only the texts that the server was started with are known.

    A client names a host, never a program: what is not in the list is not run.
    """

    def __init__(self, texts: Sequence[str], open_host: Open, *, fresh: float = FRESH) -> None:
        self.texts = tuple(dict.fromkeys(texts))
        self._open = open_host
        self._fresh = fresh
        self._kept = {text: _Kept() for text in self.texts}

    def find(self, context: Mapping[str, Any]) -> str | None:
        """The host that a context names: its `target`, else its targeting key, else the only one there is."""
        for key in ("target", "targetingKey"):
            if context.get(key) in self._kept:
                return str(context[key])
        named = context.get("target") or context.get("targetingKey")
        return self.texts[0] if len(self.texts) == 1 and not named else None

    async def gates(self, text: str) -> Gates:
        """A host's gates as they are, or were `FRESH` ago. Raises VirtgateError where it cannot be asked."""
        kept = self._kept[text]
        gates, now = kept.gates, time.monotonic()
        if gates is not None and now - kept.looked < self._fresh:
            return gates
        if gates is not None and gates.is_current():
            kept.looked = now
            return gates
        async with kept.lock:
            if kept.gates is None or not kept.gates.is_current():
                kept.gates, kept.flags, kept.pages = None, {}, {}
                # Asking a host takes seconds, in which the others are answered.
                kept.gates = await asyncio.get_running_loop().run_in_executor(None, self._open, text)
                kept.looked = now
            return kept.gates

    async def flag(self, text: str, identifier: str) -> bytes:
        """One capability's evaluation. Raises UnknownCapability, VirtgateError."""
        gates = await self.gates(text)
        flags = self._kept[text].flags
        if identifier not in flags:
            flags[identifier] = json.dumps(evaluation(gates, identifier)).encode()
        return flags[identifier]

    async def bulk(self, text: str) -> Page:
        """Every capability's evaluation. Raises VirtgateError."""
        return await self._page(
            text, "bulk", lambda gates: {"flags": [evaluation(gates, name) for name in gates]}
        )

    async def document(self, text: str) -> Page:
        """What `gates --json` prints. Raises VirtgateError."""
        return await self._page(
            text, "document", lambda gates: gates_document(gates, map(gates.verdict, gates), text)
        )

    async def _page(self, text: str, name: str, make: Callable[[Gates], Mapping[str, Any]]) -> Page:
        gates = await self.gates(text)
        pages = self._kept[text].pages
        if name not in pages:
            body = json.dumps(make(gates)).encode()
            pages[name] = body, f'"{hashlib.sha256(body).hexdigest()[:32]}"'
        return pages[name]

    async def all_gates(self) -> list[tuple[str, Gates | VirtgateError]]:
        """Every host's gates, or why there are none."""
        found: list[tuple[str, Gates | VirtgateError]] = []
        for text in self.texts:
            try:
                found.append((text, await self.gates(text)))
            except VirtgateError as error:
                found.append((text, error))
        return found
