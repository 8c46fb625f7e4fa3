"""The hosts that a server answers for, each asked again when something of it changed."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..driver.errors import VirtgateError
from ..driver.gates import Gates
from .ofrep import evaluation

Open = Callable[[str], Gates]


@dataclass(slots=True, kw_only=True)
class _Kept:
    """One host's gates, and what was made of them."""

    gates: Gates | None = None
    flags: dict[str, bytes] = field(default_factory=dict)
    bulk: bytes | None = None
    etag: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


class Hosts:
    """Gates by the text that names a host; only the texts that the server was started with are known.

    A client names a host, never a program: what is not in the list is not run.
    """

    def __init__(self, texts: Sequence[str], open_host: Open) -> None:
        self.texts = tuple(dict.fromkeys(texts))
        self._open = open_host
        self._kept = {text: _Kept() for text in self.texts}

    def find(self, context: Mapping[str, Any]) -> str | None:
        """The host that a context names: its `target`, else its targeting key, else the only one there is."""
        for key in ("target", "targetingKey"):
            if context.get(key) in self._kept:
                return str(context[key])
        named = context.get("target") or context.get("targetingKey")
        return self.texts[0] if len(self.texts) == 1 and not named else None

    async def gates(self, text: str) -> Gates:
        """A host's gates as they are now. Raises VirtgateError where it cannot be asked."""
        kept = self._kept[text]
        gates = kept.gates
        if gates is not None and gates.is_current():
            return gates
        async with kept.lock:
            if kept.gates is None or not kept.gates.is_current():
                kept.gates, kept.flags, kept.bulk = None, {}, None
                # Asking a host takes seconds, in which the others are answered.
                kept.gates = await asyncio.get_running_loop().run_in_executor(None, self._open, text)
            return kept.gates

    async def flag(self, text: str, identifier: str) -> bytes:
        """One capability's evaluation. Raises UnknownCapability, VirtgateError."""
        gates = await self.gates(text)
        flags = self._kept[text].flags
        if identifier not in flags:
            flags[identifier] = json.dumps(evaluation(gates, identifier)).encode()
        return flags[identifier]

    async def bulk(self, text: str) -> tuple[bytes, str]:
        """Every capability's evaluation, and the entity tag of them all. Raises VirtgateError."""
        gates = await self.gates(text)
        kept = self._kept[text]
        if kept.bulk is None:
            kept.bulk = json.dumps({"flags": [evaluation(gates, name) for name in gates]}).encode()
            kept.etag = f'"{hashlib.sha256(kept.bulk).hexdigest()[:32]}"'
        return kept.bulk, kept.etag

    async def all_gates(self) -> list[tuple[str, Gates | VirtgateError]]:
        """Every host's gates, or why there are none."""
        found: list[tuple[str, Gates | VirtgateError]] = []
        for text in self.texts:
            try:
                found.append((text, await self.gates(text)))
            except VirtgateError as error:
                found.append((text, error))
        return found
