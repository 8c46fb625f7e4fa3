"""Hyper-V enlightenments, as the expansion of a CPU model shows them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...facts.answers import Facts
from .everything import EXPANSION, PASSTHROUGH
from .shapes import as_mapping, as_number, as_text

# The count of retries that stands for "never notify", which is hv-spinlocks being off (target/i386/cpu.h,
# HYPERV_SPINLOCK_NEVER_NOTIFY); as a signed number too.
NEVER_NOTIFY = {0xFFFFFFFF, -1}


@dataclass(frozen=True, slots=True, kw_only=True)
class Hyperv:
    """Hyper-V enlightenments: CPU properties `hv-*` (docs/system/i386/hyperv.rst).

    `known` are those that the build has, `default` those that a model has on by itself. `supported` are those
    that the host's KVM offers, told only where a model was expanded with `hv-passthrough` on (4.1); then
    `spinlock_retries` and `vendor_id` are what the host proposes. Without KVM in use nothing is supported.
    """

    known: tuple[str, ...]
    default: tuple[str, ...] | None
    supported: tuple[str, ...] | None
    spinlock_retries: int | None
    vendor_id: str | None


def read_hyperv(facts: Facts) -> Hyperv | None:
    """The enlightenments in a QEMU's facts; None where no model was expanded.

    From full expansions alone: a static one is in terms of what every release has, which no `hv-*` is.
    """
    plain: Mapping[str, Any] | None = None
    offered: Mapping[str, Any] | None = None
    for wanted, told in _expansions(facts):
        if wanted.get(PASSTHROUGH) is True:
            offered = told if offered is None else offered
        elif not any(_dashed(name).startswith("hv-") for name in wanted):
            plain = told if plain is None else plain
    if plain is None and offered is None:
        return None
    names = {*(plain or ()), *(offered or ())} - {PASSTHROUGH}
    return Hyperv(
        known=tuple(sorted(names)),
        default=None if plain is None else _switched_on(plain),
        supported=None if offered is None else _switched_on(offered),
        spinlock_retries=_retries(offered or {}),
        vendor_id=as_text((offered or {}).get("hv-vendor-id")) or None,
    )


def _expansions(facts: Facts) -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Of each full expansion of host or max that was answered: the properties sent, and the hv-* told."""
    found = []
    for asked in facts.answers:
        command, _, text = asked.partition(" ")
        if command != EXPANSION:
            continue
        try:
            sent = as_mapping(json.loads(text))
        except (ValueError, RecursionError):
            continue
        model = as_mapping(sent.get("model"))
        told = as_mapping(as_mapping(facts.returned(asked)).get("model")).get("props")
        if sent.get("type") == "full" and model.get("name") in ("host", "max") and isinstance(told, dict):
            hyperv = {_dashed(str(name)): value for name, value in told.items()}
            hyperv = {name: value for name, value in hyperv.items() if name.startswith("hv-")}
            found.append((model["name"], as_mapping(model.get("props")), hyperv))
    yield from ((wanted, told) for _, wanted, told in sorted(found, key=lambda one: str(one[0])))


def _switched_on(told: Mapping[str, Any]) -> tuple[str, ...]:
    on = {name for name, value in told.items() if value is True or value == "on"}
    if _retries(told) is not None:
        on.add("hv-spinlocks")
    return tuple(sorted(on - {PASSTHROUGH}))


def _retries(told: Mapping[str, Any]) -> int | None:
    count = as_number(told.get("hv-spinlocks"))
    return None if count in NEVER_NOTIFY else count


def _dashed(name: str) -> str:
    return name.replace("_", "-")
