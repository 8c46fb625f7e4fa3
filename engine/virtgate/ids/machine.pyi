"""Ids of the area `machine`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "machine.acpi", "machine.acpi.inject-error", "machine.aes-key-wrap", "machine.apic", "machine.arm",
    "machine.arm.ffa", "machine.arm.gic-version", "machine.arm.interrupts", "machine.arm.scmi",
    "machine.arm.tee", "machine.arm.trap-unmapped", "machine.clock.change-event",
    "machine.clock.change-event-device", "machine.clock.drop-backlog", "machine.clock.local-time",
    "machine.clock.offset", "machine.clock.tick-policy", "machine.clock.tsc-mode", "machine.dea-key-wrap",
    "machine.dump-guest-core", "machine.event-channels", "machine.firmware-log", "machine.highmem-mmio-size",
    "machine.hpet", "machine.hpet.off", "machine.i8042", "machine.interrupts-as-events", "machine.irqchip",
    "machine.irqchip.split", "machine.list", "machine.list.accelerators", "machine.list.default-cpu",
    "machine.list.default-memory", "machine.list.deprecated", "machine.list.hot-plug-cpus",
    "machine.list.numa", "machine.loadparm", "machine.os-kind", "machine.ppc.count-cache-flush",
    "machine.ppc.indirect-branch", "machine.ppc.l1d-flush", "machine.ppc.max-cpu-compat",
    "machine.ppc.max-page-size", "machine.ppc.nested", "machine.ppc.resize-page-table",
    "machine.ppc.speculation-barrier", "machine.ppc.transactional-memory", "machine.riscv.aia",
    "machine.s390.system-name", "machine.tcg.cache-size", "machine.type.microvm", "machine.type.pc",
    "machine.type.pseries", "machine.type.q35", "machine.type.s390-ccw-virtio", "machine.type.virt",
    "machine.watchdog-table",
]

ACPI: Final = "machine.acpi"
ACPI_INJECT_ERROR: Final = "machine.acpi.inject-error"
AES_KEY_WRAP: Final = "machine.aes-key-wrap"
APIC: Final = "machine.apic"
ARM: Final = "machine.arm"
ARM_FFA: Final = "machine.arm.ffa"
ARM_GIC_VERSION: Final = "machine.arm.gic-version"
ARM_INTERRUPTS: Final = "machine.arm.interrupts"
ARM_SCMI: Final = "machine.arm.scmi"
ARM_TEE: Final = "machine.arm.tee"
ARM_TRAP_UNMAPPED: Final = "machine.arm.trap-unmapped"
CLOCK_CHANGE_EVENT: Final = "machine.clock.change-event"
CLOCK_CHANGE_EVENT_DEVICE: Final = "machine.clock.change-event-device"
CLOCK_DROP_BACKLOG: Final = "machine.clock.drop-backlog"
CLOCK_LOCAL_TIME: Final = "machine.clock.local-time"
CLOCK_OFFSET: Final = "machine.clock.offset"
CLOCK_TICK_POLICY: Final = "machine.clock.tick-policy"
CLOCK_TSC_MODE: Final = "machine.clock.tsc-mode"
DEA_KEY_WRAP: Final = "machine.dea-key-wrap"
DUMP_GUEST_CORE: Final = "machine.dump-guest-core"
EVENT_CHANNELS: Final = "machine.event-channels"
FIRMWARE_LOG: Final = "machine.firmware-log"
HIGHMEM_MMIO_SIZE: Final = "machine.highmem-mmio-size"
HPET: Final = "machine.hpet"
HPET_OFF: Final = "machine.hpet.off"
I8042: Final = "machine.i8042"
INTERRUPTS_AS_EVENTS: Final = "machine.interrupts-as-events"
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
OS_KIND: Final = "machine.os-kind"
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
S390_SYSTEM_NAME: Final = "machine.s390.system-name"
TCG_CACHE_SIZE: Final = "machine.tcg.cache-size"
TYPE_MICROVM: Final = "machine.type.microvm"
TYPE_PC: Final = "machine.type.pc"
TYPE_PSERIES: Final = "machine.type.pseries"
TYPE_Q35: Final = "machine.type.q35"
TYPE_S390_CCW_VIRTIO: Final = "machine.type.s390-ccw-virtio"
TYPE_VIRT: Final = "machine.type.virt"
WATCHDOG_TABLE: Final = "machine.watchdog-table"
