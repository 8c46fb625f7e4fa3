"""A QEMU's details: as JSON, whose keys are never missing, and as a few lines for a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from ..hypervisors.qemu.details import Details, Sev, Sgx
from .tables import columns

MIB = 1 << 20


def details_document(details: Details) -> dict[str, Any]:
    """All of it, by the names of the fields; nothing known is null."""
    return asdict(details)


def details_lines(details: Details) -> list[str]:
    """What is known, one line for each part."""
    # SEV and SGX are Intel's and AMD's: on another processor QEMU's "no" says nothing that anybody asks.
    is_x86 = details.arch in {"x86_64", "i386", None}
    parts = [
        ("accelerators", _accelerators(details)),
        ("machines", _machines(details)),
        ("cpu models", _cpu_models(details)),
        ("gic", _gic(details)),
        ("sev", _sev(details.sev) if details.sev and is_x86 else None),
        ("sgx", _sgx(details.sgx) if details.sgx and is_x86 else None),
        ("hyper-v", _hyperv(details)),
    ]
    return columns([(name, text) for name, text in parts if text])


def _accelerators(details: Details) -> str | None:
    told = details.accelerators
    if told is None:
        return None
    present = ", ".join(told.present) if told.present is not None else "unknown"
    return f"{told.used or 'unknown'} in use; built in: {present}"


def _machines(details: Details) -> str | None:
    rows = details.machines
    if rows is None:
        return None
    cpus = {row.name: f" (CPU {row.default_cpu})" if row.default_cpu else "" for row in rows}
    default = [f"default {row.name}{cpus[row.name]}" for row in rows if row.is_default]
    aliases = sum(row.alias is not None for row in rows)
    deprecated = [row.deprecated for row in rows]
    known = [] if None in deprecated else [f"{sum(map(bool, deprecated))} deprecated"]
    return ", ".join([str(len(rows)), *default, f"{aliases} with an alias", *known])


def _cpu_models(details: Details) -> str | None:
    rows = details.cpu_models
    if rows is None:
        return None
    usable = [row.usable for row in rows if row.usable is not None]
    told = f"{sum(usable)} usable here" if usable else "which are usable is not told"
    return f"{len(rows)}, {told}, {sum(bool(row.deprecated) for row in rows)} deprecated"


def _gic(details: Details) -> str | None:
    rows = [
        f"{row.version} ({' and '.join(_by(row.emulated, row.kernel)) or 'neither'})"
        for row in details.gic or ()
    ]
    return ", ".join(rows) or None


def _by(emulated: bool | None, kernel: bool | None) -> Iterator[str]:
    if emulated:
        yield "emulated"
    if kernel:
        yield "in the kernel"


def _sev(sev: Sev) -> str | None:
    if sev.available is None:
        return None
    if not sev.available:
        return f"no: {sev.reason or 'QEMU does not say why'}"
    return f"C-bit {sev.cbitpos}, {sev.reduced_phys_bits} physical address bits less"


def _sgx(sgx: Sgx) -> str:
    if not sgx.available:
        return f"no: {sgx.reason or 'QEMU does not say why'}"
    flags = [name for name in ("sgx1", "sgx2", "flc") if getattr(sgx, name)]
    size = "unknown" if sgx.size is None else f"{sgx.size // MIB} MiB"
    return f"{', '.join(flags) or 'no flags'}; enclave memory: {size}"


def _hyperv(details: Details) -> str | None:
    told = details.hyperv
    if told is None or not told.known:
        return None
    supported = "unknown" if told.supported is None else ", ".join(told.supported) or "none"
    return f"{len(told.known)} properties; the host supports: {supported}"
