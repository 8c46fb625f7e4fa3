"""Ids of the area `machine`; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

    Id: TypeAlias = Literal[
        "machine.acpi",
        "machine.aes-key-wrap",
        "machine.arm.gic-version",
        "machine.dea-key-wrap",
        "machine.dump-guest-core",
        "machine.highmem-mmio-size",
        "machine.hpet",
        "machine.hpet.off",
        "machine.i8042",
        "machine.irqchip",
        "machine.irqchip.split",
        "machine.list",
        "machine.list.accelerators",
        "machine.list.default-cpu",
        "machine.list.default-memory",
        "machine.list.deprecated",
        "machine.list.hot-plug-cpus",
        "machine.list.numa",
        "machine.loadparm",
        "machine.ppc.count-cache-flush",
        "machine.ppc.indirect-branch",
        "machine.ppc.l1d-flush",
        "machine.ppc.max-cpu-compat",
        "machine.ppc.max-page-size",
        "machine.ppc.nested",
        "machine.ppc.resize-page-table",
        "machine.ppc.speculation-barrier",
        "machine.ppc.transactional-memory",
        "machine.riscv.aia",
        "machine.type.microvm",
        "machine.type.pc",
        "machine.type.pseries",
        "machine.type.q35",
        "machine.type.s390-ccw-virtio",
        "machine.type.virt",
    ]

ACPI: Final = "machine.acpi"
AES_KEY_WRAP: Final = "machine.aes-key-wrap"
ARM_GIC_VERSION: Final = "machine.arm.gic-version"
DEA_KEY_WRAP: Final = "machine.dea-key-wrap"
DUMP_GUEST_CORE: Final = "machine.dump-guest-core"
HIGHMEM_MMIO_SIZE: Final = "machine.highmem-mmio-size"
HPET: Final = "machine.hpet"
HPET_OFF: Final = "machine.hpet.off"
I8042: Final = "machine.i8042"
IRQCHIP: Final = "machine.irqchip"
IRQCHIP_SPLIT: Final = "machine.irqchip.split"
LIST: Final = "machine.list"
LIST_ACCELERATORS: Final = "machine.list.accelerators"
LIST_DEFAULT_CPU: Final = "machine.list.default-cpu"
LIST_DEFAULT_MEMORY: Final = "machine.list.default-memory"
LIST_DEPRECATED: Final = "machine.list.deprecated"
LIST_HOT_PLUG_CPUS: Final = "machine.list.hot-plug-cpus"
LIST_NUMA: Final = "machine.list.numa"
LOADPARM: Final = "machine.loadparm"
PPC_COUNT_CACHE_FLUSH: Final = "machine.ppc.count-cache-flush"
PPC_INDIRECT_BRANCH: Final = "machine.ppc.indirect-branch"
PPC_L1D_FLUSH: Final = "machine.ppc.l1d-flush"
PPC_MAX_CPU_COMPAT: Final = "machine.ppc.max-cpu-compat"
PPC_MAX_PAGE_SIZE: Final = "machine.ppc.max-page-size"
PPC_NESTED: Final = "machine.ppc.nested"
PPC_RESIZE_PAGE_TABLE: Final = "machine.ppc.resize-page-table"
PPC_SPECULATION_BARRIER: Final = "machine.ppc.speculation-barrier"
PPC_TRANSACTIONAL_MEMORY: Final = "machine.ppc.transactional-memory"
RISCV_AIA: Final = "machine.riscv.aia"
TYPE_MICROVM: Final = "machine.type.microvm"
TYPE_PC: Final = "machine.type.pc"
TYPE_PSERIES: Final = "machine.type.pseries"
TYPE_Q35: Final = "machine.type.q35"
TYPE_S390_CCW_VIRTIO: Final = "machine.type.s390-ccw-virtio"
TYPE_VIRT: Final = "machine.type.virt"
