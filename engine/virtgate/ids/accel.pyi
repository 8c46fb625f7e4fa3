"""Ids of the area `accel`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "accel.address-spaces", "accel.async-page-fault", "accel.bus-lock-exit", "accel.cpu.arm-mte",
    "accel.cpu.arm-sve", "accel.dirty-log.initially-set", "accel.dirty-log.manual-protect",
    "accel.dirty-ring", "accel.dirty-ring.with-bitmap", "accel.disable-exits.core-states",
    "accel.disable-exits.halt", "accel.disable-exits.mwait", "accel.disable-exits.pause", "accel.emulation",
    "accel.emulation-failure-exit", "accel.exit-hypercall", "accel.full-virtualization", "accel.guest-memfd",
    "accel.halt-poll", "accel.hardware", "accel.huge-pages.s390", "accel.hvf.arm",
    "accel.hvf.interrupt-controller", "accel.hvf.x86", "accel.hyperv", "accel.hyperv.apic-assist",
    "accel.hyperv.choose", "accel.hyperv.clock", "accel.hyperv.cpu-hot-plug", "accel.hyperv.crash-report",
    "accel.hyperv.enforce", "accel.hyperv.nested", "accel.hyperv.no-processor-limit",
    "accel.hyperv.processor-interrupts", "accel.hyperv.processor-masks", "accel.hyperv.spinlocks",
    "accel.hyperv.synthetic-interrupts", "accel.hyperv.synthetic-timers", "accel.hyperv.tlb-flush",
    "accel.ioeventfd", "accel.irqfd", "accel.kvm.guest-memory-type", "accel.many-processors",
    "accel.mshv.x86", "accel.nested", "accel.nitro", "accel.notify-exit", "accel.nvmm.x86",
    "accel.paravirtualization", "accel.paravirtualization.32-bit", "accel.paravirtualization.contained",
    "accel.pmu-off", "accel.post-copy", "accel.pre-fault", "accel.pvh", "accel.read-only-memory", "accel.smm",
    "accel.split-irqchip", "accel.steal-time", "accel.tsc-scaling", "accel.tsc-scaling.whole-guest",
    "accel.whpx.hyperv", "accel.whpx.interrupt-controller", "accel.whpx.register-faults",
    "accel.whpx.unknown-registers", "accel.whpx.x86", "accel.xen-guests",
]

ADDRESS_SPACES: Final = "accel.address-spaces"
ASYNC_PAGE_FAULT: Final = "accel.async-page-fault"
BUS_LOCK_EXIT: Final = "accel.bus-lock-exit"
CPU_ARM_MTE: Final = "accel.cpu.arm-mte"
CPU_ARM_SVE: Final = "accel.cpu.arm-sve"
DIRTY_LOG_INITIALLY_SET: Final = "accel.dirty-log.initially-set"
DIRTY_LOG_MANUAL_PROTECT: Final = "accel.dirty-log.manual-protect"
DIRTY_RING: Final = "accel.dirty-ring"
DIRTY_RING_WITH_BITMAP: Final = "accel.dirty-ring.with-bitmap"
DISABLE_EXITS_CORE_STATES: Final = "accel.disable-exits.core-states"
DISABLE_EXITS_HALT: Final = "accel.disable-exits.halt"
DISABLE_EXITS_MWAIT: Final = "accel.disable-exits.mwait"
DISABLE_EXITS_PAUSE: Final = "accel.disable-exits.pause"
EMULATION: Final = "accel.emulation"
EMULATION_FAILURE_EXIT: Final = "accel.emulation-failure-exit"
EXIT_HYPERCALL: Final = "accel.exit-hypercall"
FULL_VIRTUALIZATION: Final = "accel.full-virtualization"
GUEST_MEMFD: Final = "accel.guest-memfd"
HALT_POLL: Final = "accel.halt-poll"
HARDWARE: Final = "accel.hardware"
HUGE_PAGES_S390: Final = "accel.huge-pages.s390"
HVF_ARM: Final = "accel.hvf.arm"
HVF_INTERRUPT_CONTROLLER: Final = "accel.hvf.interrupt-controller"
HVF_X86: Final = "accel.hvf.x86"
HYPERV: Final = "accel.hyperv"
HYPERV_APIC_ASSIST: Final = "accel.hyperv.apic-assist"
HYPERV_CHOOSE: Final = "accel.hyperv.choose"
HYPERV_CLOCK: Final = "accel.hyperv.clock"
HYPERV_CPU_HOT_PLUG: Final = "accel.hyperv.cpu-hot-plug"
HYPERV_CRASH_REPORT: Final = "accel.hyperv.crash-report"
HYPERV_ENFORCE: Final = "accel.hyperv.enforce"
HYPERV_NESTED: Final = "accel.hyperv.nested"
HYPERV_NO_PROCESSOR_LIMIT: Final = "accel.hyperv.no-processor-limit"
HYPERV_PROCESSOR_INTERRUPTS: Final = "accel.hyperv.processor-interrupts"
HYPERV_PROCESSOR_MASKS: Final = "accel.hyperv.processor-masks"
HYPERV_SPINLOCKS: Final = "accel.hyperv.spinlocks"
HYPERV_SYNTHETIC_INTERRUPTS: Final = "accel.hyperv.synthetic-interrupts"
HYPERV_SYNTHETIC_TIMERS: Final = "accel.hyperv.synthetic-timers"
HYPERV_TLB_FLUSH: Final = "accel.hyperv.tlb-flush"
IOEVENTFD: Final = "accel.ioeventfd"
IRQFD: Final = "accel.irqfd"
KVM_GUEST_MEMORY_TYPE: Final = "accel.kvm.guest-memory-type"
MANY_PROCESSORS: Final = "accel.many-processors"
MSHV_X86: Final = "accel.mshv.x86"
NESTED: Final = "accel.nested"
NITRO: Final = "accel.nitro"
NOTIFY_EXIT: Final = "accel.notify-exit"
NVMM_X86: Final = "accel.nvmm.x86"
PARAVIRTUALIZATION: Final = "accel.paravirtualization"
PARAVIRTUALIZATION_32_BIT: Final = "accel.paravirtualization.32-bit"
PARAVIRTUALIZATION_CONTAINED: Final = "accel.paravirtualization.contained"
PMU_OFF: Final = "accel.pmu-off"
POST_COPY: Final = "accel.post-copy"
PRE_FAULT: Final = "accel.pre-fault"
PVH: Final = "accel.pvh"
READ_ONLY_MEMORY: Final = "accel.read-only-memory"
SMM: Final = "accel.smm"
SPLIT_IRQCHIP: Final = "accel.split-irqchip"
STEAL_TIME: Final = "accel.steal-time"
TSC_SCALING: Final = "accel.tsc-scaling"
TSC_SCALING_WHOLE_GUEST: Final = "accel.tsc-scaling.whole-guest"
WHPX_HYPERV: Final = "accel.whpx.hyperv"
WHPX_INTERRUPT_CONTROLLER: Final = "accel.whpx.interrupt-controller"
WHPX_REGISTER_FAULTS: Final = "accel.whpx.register-faults"
WHPX_UNKNOWN_REGISTERS: Final = "accel.whpx.unknown-registers"
WHPX_X86: Final = "accel.whpx.x86"
XEN_GUESTS: Final = "accel.xen-guests"
