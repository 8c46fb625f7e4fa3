"""What else a driver reads from a QEMU, typed: machines, CPU models, GIC, SEV, SGX, Hyper-V, accelerators.

Three-valued throughout: None where nobody asked, where the build cannot tell, or where what it said has not
the type that upstream gives it. An empty tuple is an answer: there are none. Where a record names a file of
upstream's, that is where QEMU describes it; the releases say since when a build tells.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from ...facts.answers import Facts
from ...facts.machine import file_text
from .everything import ACCELS, MODULE, SNP_GUEST
from .hyperv import Hyperv, read_hyperv
from .shapes import as_flag, as_length, as_mapping, as_number, as_text, as_texts
from .view import QemuView

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """One machine type (qapi/machine.json, MachineInfo, 1.2).

    `cpu_max` is the most CPUs it takes. `default_cpu` is the name of the model behind `default_cpu_type`, a
    QOM type. `numa_memory` is whether NUMA nodes may take `mem=SIZE`. None for `alias`, `default_cpu_type`
    and `default_ram_id` is also what a machine without one has.
    """

    name: str
    alias: str | None
    is_default: bool | None
    cpu_max: int | None
    hotpluggable_cpus: bool | None  # told since 2.7
    numa_memory: bool | None  # told since 4.1
    deprecated: bool | None  # told since 4.1
    default_cpu_type: str | None  # told since 4.2
    default_cpu: str | None
    default_ram_id: str | None  # told since 5.2
    acpi: bool | None  # told since 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CpuModel:
    """One CPU model (qapi/machine.json, CpuDefinitionInfo; machine-target.json until 10.0).

    `usable` is whether it runs on this host with the accelerator asked; upstream tells for x86 and s390x
    only. `blockers` are the CPU properties in its way; `type` means that no property would help.
    `migratable` is whether guests with it can be migrated safely, `static` whether it is the same in every
    release, on every machine type and with every accelerator. None for `alias_of` is also what a model of
    its own has.
    """

    name: str
    typename: str | None  # told since 2.9; ppc tells it of aliases alone
    usable: bool | None  # told since 2.8
    blockers: tuple[str, ...] | None
    migratable: bool | None  # told since 2.8
    static: bool | None  # told since 2.8
    alias_of: str | None  # told since 4.1
    deprecated: bool | None  # told since 5.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Gic:
    """One version of Arm's interrupt controller (qapi/misc-arm.json, GICCapability, 2.6).

    `emulated` is whether QEMU has it, `kernel` whether this host's KVM has.
    """

    version: int
    emulated: bool | None
    kernel: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sev:
    """AMD's encrypted guests (qapi/misc-i386.json, SevCapability, 2.12).

    `available` is whether QEMU could use SEV here, `reason` QEMU's own words when it could not. `cbitpos` is
    the bit of a page table entry that says "encrypted"; `reduced_phys_bits` how many bits of the physical
    address that costs a guest. The lengths are in bytes, base64 taken off. `snp_object` is whether the build
    has SEV-SNP guests (9.1); `kernel`, `kernel_es` and `kernel_snp` are parameters of the module kvm_amd,
    False too where it is not loaded. QEMU has no query that tells of SNP without a guest.
    """

    available: bool | None
    reason: str | None
    cbitpos: int | None
    reduced_phys_bits: int | None
    pdh_length: int | None
    cert_chain_length: int | None
    cpu0_id_length: int | None  # told since 7.1
    snp_object: bool | None
    kernel: bool | None
    kernel_es: bool | None
    kernel_snp: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SgxSection:
    """Enclave memory of one NUMA node, in bytes."""

    node: int | None
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sgx:
    """Intel's enclaves (qapi/misc-i386.json, SgxInfo, 6.2).

    `available` and `reason` as for SEV. `size` is all enclave memory in bytes: the sum of `sections`, which
    are told since 7.0, or what 6.2 gives as one number. `flc` is flexible launch control.
    """

    available: bool | None
    reason: str | None
    sgx: bool | None
    sgx1: bool | None
    sgx2: bool | None
    flc: bool | None
    sections: tuple[SgxSection, ...] | None
    size: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accelerators:
    """What runs guests: the one in `used`, and all that are built in, sorted (query-accelerators, 10.2).

    Before 10.2 `present` is read from the QOM types. `kvm` is whether KVM is in use, `why_not_kvm` why not.
    """

    used: str | None
    present: tuple[str, ...] | None
    kvm: bool | None
    why_not_kvm: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """All of it, of one QEMU with one accelerator; None for what nobody could tell."""

    arch: str | None
    accelerators: Accelerators | None
    machines: tuple[Machine, ...] | None
    cpu_models: tuple[CpuModel, ...] | None
    gic: tuple[Gic, ...] | None
    sev: Sev | None
    sgx: Sgx | None
    hyperv: Hyperv | None

    def machine(self, name: str) -> Machine | None:
        """The machine type of this name, else of this alias; None when there is none or nobody asked."""
        rows = self.machines or ()
        named = (row for row in rows if row.name == name)
        return next(named, None) or next((row for row in rows if row.alias == name), None)

    def cpu_model(self, name: str) -> CpuModel | None:
        """The CPU model of this name; None when there is none or nobody asked."""
        return next((row for row in self.cpu_models or () if row.name == name), None)


def read_details(facts: Facts) -> Details:
    """The details in a QEMU's facts, from whichever of QUESTIONS were asked; never raises."""
    arch = as_text(as_mapping(facts.returned("query-target")).get("arch"))
    cpu_models = _read_rows(facts, "query-cpu-definitions", _read_cpu_model)
    return Details(
        arch=arch,
        accelerators=_read_accelerators(facts),
        machines=_read_rows(facts, "query-machines", lambda row: _read_machine(row, cpu_models or ())),
        cpu_models=cpu_models,
        gic=_read_gic(facts, arch),
        sev=_read_sev(facts),
        sgx=_read_sgx(facts),
        hyperv=read_hyperv(facts),
    )


def _read_rows(
    facts: Facts, asked: str, read: Callable[[Mapping[str, Any]], T | None]
) -> tuple[T, ...] | None:
    """The rows of a list that can be read, in the host's order; None where the answer is no list."""
    reply = facts.returned(asked)
    if not isinstance(reply, list):
        return None
    found = (read(row) for row in reply if isinstance(row, dict))
    return tuple(one for one in found if one is not None)


def _read_machine(row: Mapping[str, Any], models: Iterable[CpuModel]) -> Machine | None:
    name = as_text(row.get("name"))
    if name is None:
        return None
    kind = as_text(row.get("default-cpu-type"))
    return Machine(
        name=name,
        alias=as_text(row.get("alias")),
        is_default=as_flag(row.get("is-default", False)),
        cpu_max=as_number(row.get("cpu-max")),
        hotpluggable_cpus=as_flag(row.get("hotpluggable-cpus")),
        numa_memory=as_flag(row.get("numa-mem-supported")),
        deprecated=as_flag(row.get("deprecated")),
        default_cpu_type=kind,
        default_cpu=_model_of(kind, models) if kind else None,
        default_ram_id=as_text(row.get("default-ram-id")),
        acpi=as_flag(row.get("acpi")),
    )


def _model_of(kind: str, models: Iterable[CpuModel]) -> str | None:
    """The model of a CPU type, which is called `MODEL-ARCH-cpu`; ppc tells the types of its aliases alone."""
    found = (model.name for model in models if model.typename in {None, kind})
    return max((name for name in found if kind.startswith(f"{name}-")), key=len, default=None)


def _read_cpu_model(row: Mapping[str, Any]) -> CpuModel | None:
    name = as_text(row.get("name"))
    if name is None:
        return None
    blockers = as_texts(row.get("unavailable-features"))
    return CpuModel(
        name=name,
        typename=as_text(row.get("typename")) or None,
        usable=None if blockers is None else not blockers,
        blockers=blockers,
        migratable=as_flag(row.get("migration-safe")),
        static=as_flag(row.get("static")),
        alias_of=as_text(row.get("alias-of")),
        deprecated=as_flag(row.get("deprecated")),
    )


def _read_gic(facts: Facts, arch: str | None) -> tuple[Gic, ...] | None:
    asked = "query-gic-capabilities"
    if facts.refusal(asked) is not None and arch is not None and arch not in {"arm", "aarch64"}:
        return ()
    rows = _read_rows(facts, asked, _read_gic_row)
    return None if rows is None else tuple(sorted(rows, key=lambda row: row.version))


def _read_gic_row(row: Mapping[str, Any]) -> Gic | None:
    version = as_number(row.get("version"))
    if version is None:
        return None
    return Gic(version=version, emulated=as_flag(row.get("emulated")), kernel=as_flag(row.get("kernel")))


def _read_sev(facts: Facts) -> Sev | None:
    available, reason, told = _ask(facts, "query-sev-capabilities")
    snp = QemuView(facts).has_type(SNP_GUEST)
    kernel, kernel_es, kernel_snp = (_parameter(facts, name) for name in ("sev", "sev_es", "sev_snp"))
    if available is None and snp is None and kernel is kernel_es is kernel_snp is None:
        return None
    return Sev(
        available=available,
        reason=reason,
        cbitpos=as_number(told.get("cbitpos")),
        reduced_phys_bits=as_number(told.get("reduced-phys-bits")),
        pdh_length=as_length(told.get("pdh")),
        cert_chain_length=as_length(told.get("cert-chain")),
        cpu0_id_length=as_length(told.get("cpu0-id")),
        snp_object=snp,
        kernel=kernel,
        kernel_es=kernel_es,
        kernel_snp=kernel_snp,
    )


def _read_sgx(facts: Facts) -> Sgx | None:
    available, reason, told = _ask(facts, "query-sgx-capabilities")
    if available is None:
        return None
    rows = told.get("sections")
    sections = _read_sections(rows) if isinstance(rows, list) else None
    sizes = [one.size for one in sections or ()]
    known = [size for size in sizes if size is not None]
    total = sum(known) if sections is not None and len(known) == len(sizes) else None
    return Sgx(
        available=available,
        reason=reason,
        sgx=as_flag(told.get("sgx")),
        sgx1=as_flag(told.get("sgx1")),
        sgx2=as_flag(told.get("sgx2")),
        flc=as_flag(told.get("flc")),
        sections=sections,
        size=as_number(told.get("section-size")) if sections is None else total,
    )


def _read_sections(rows: Iterable[Any]) -> tuple[SgxSection, ...]:
    taken = (as_mapping(row) for row in rows)
    return tuple(
        SgxSection(node=as_number(row.get("node")), size=as_number(row.get("size"))) for row in taken
    )


def _read_accelerators(facts: Facts) -> Accelerators | None:
    told = as_mapping(facts.returned("query-accelerators"))
    kvm = as_mapping(facts.returned("query-kvm"))
    accel = as_mapping(facts.returned("accel"))
    present = as_texts(told.get("present"))
    if present is None:
        names = _read_rows(facts, ACCELS, lambda row: as_text(row.get("name")))
        ours = (name.removesuffix("-accel") for name in names or () if name.endswith("-accel"))
        present = None if names is None else tuple(ours)
    in_use = as_flag(kvm.get("enabled"))
    used = as_text(told.get("enabled")) or ("kvm" if in_use else as_text(accel.get("used")))
    if used is None and present is None and in_use is None:
        return None
    return Accelerators(
        used=used,
        present=None if present is None else tuple(sorted(set(present))),
        kvm=in_use,
        why_not_kvm=as_text(accel.get("kvm")),
    )


def _ask(facts: Facts, asked: str) -> tuple[bool | None, str | None, Mapping[str, Any]]:
    """Whether a query of one object succeeds, why not, and the object."""
    refused = facts.refusal(asked)
    if refused is not None:
        return False, as_text(refused.get("desc")), {}
    told = facts.returned(asked)
    return (True, None, told) if isinstance(told, dict) else (None, None, {})


def _parameter(facts: Facts, name: str) -> bool | None:
    """A module's switch: the kernel writes Y and N, some parameters 1 and 0."""
    refused = facts.refusal(f"file {MODULE}{name}")
    if refused is not None and not isinstance(refused.get("class"), str):
        return None
    text = file_text(facts, f"{MODULE}{name}")
    return {"Y": True, "1": True, "N": False, "0": False}.get(text) if isinstance(text, str) else text
