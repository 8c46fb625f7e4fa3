"""Ids of the area `cpu`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "cpu.aarch64-off", "cpu.address-width", "cpu.amx", "cpu.cache", "cpu.core-scheduling", "cpu.cpuid-mask",
    "cpu.hardware-paging", "cpu.hot-plug", "cpu.hot-unplug", "cpu.initially-online", "cpu.list",
    "cpu.list.without-interrupting", "cpu.machine-checks", "cpu.migratable", "cpu.model.baseline",
    "cpu.model.canonical-features", "cpu.model.compare", "cpu.model.deprecated-features", "cpu.model.expand",
    "cpu.model.expand-migratable", "cpu.model.host", "cpu.model.list", "cpu.model.list-blockers",
    "cpu.model.list-deprecated", "cpu.model.max", "cpu.model.max-arm", "cpu.model.max-x86",
    "cpu.model.unavailable-features", "cpu.msr-relaxed", "cpu.nested", "cpu.nested-off",
    "cpu.no-adjusted-time", "cpu.pae", "cpu.perf-events", "cpu.performance-counters", "cpu.pin",
    "cpu.pin.emulator", "cpu.pin.force", "cpu.pin.per-processor", "cpu.pin.soft", "cpu.placement",
    "cpu.polarization", "cpu.profile", "cpu.scheduler.cap", "cpu.scheduler.change",
    "cpu.scheduler.per-processor", "cpu.scheduler.real-time", "cpu.scheduler.real-time-extra",
    "cpu.scheduler.weight", "cpu.template.arm-features", "cpu.template.c3", "cpu.template.cpuid",
    "cpu.template.custom", "cpu.template.kvm-capabilities", "cpu.template.model-registers",
    "cpu.template.registers", "cpu.template.t2", "cpu.template.t2a", "cpu.template.t2cl", "cpu.template.t2s",
    "cpu.template.v1n1", "cpu.topology.books", "cpu.topology.clusters", "cpu.topology.dies",
    "cpu.topology.modules", "cpu.topology.threads", "cpu.trace",
]

AARCH64_OFF: Final = "cpu.aarch64-off"
ADDRESS_WIDTH: Final = "cpu.address-width"
AMX: Final = "cpu.amx"
CACHE: Final = "cpu.cache"
CORE_SCHEDULING: Final = "cpu.core-scheduling"
CPUID_MASK: Final = "cpu.cpuid-mask"
HARDWARE_PAGING: Final = "cpu.hardware-paging"
HOT_PLUG: Final = "cpu.hot-plug"
HOT_UNPLUG: Final = "cpu.hot-unplug"
INITIALLY_ONLINE: Final = "cpu.initially-online"
LIST: Final = "cpu.list"
LIST_WITHOUT_INTERRUPTING: Final = "cpu.list.without-interrupting"
MACHINE_CHECKS: Final = "cpu.machine-checks"
MIGRATABLE: Final = "cpu.migratable"
MODEL_BASELINE: Final = "cpu.model.baseline"
MODEL_CANONICAL_FEATURES: Final = "cpu.model.canonical-features"
MODEL_COMPARE: Final = "cpu.model.compare"
MODEL_DEPRECATED_FEATURES: Final = "cpu.model.deprecated-features"
MODEL_EXPAND: Final = "cpu.model.expand"
MODEL_EXPAND_MIGRATABLE: Final = "cpu.model.expand-migratable"
MODEL_HOST: Final = "cpu.model.host"
MODEL_LIST: Final = "cpu.model.list"
MODEL_LIST_BLOCKERS: Final = "cpu.model.list-blockers"
MODEL_LIST_DEPRECATED: Final = "cpu.model.list-deprecated"
MODEL_MAX: Final = "cpu.model.max"
MODEL_MAX_ARM: Final = "cpu.model.max-arm"
MODEL_MAX_X86: Final = "cpu.model.max-x86"
MODEL_UNAVAILABLE_FEATURES: Final = "cpu.model.unavailable-features"
MSR_RELAXED: Final = "cpu.msr-relaxed"
NESTED: Final = "cpu.nested"
NESTED_OFF: Final = "cpu.nested-off"
NO_ADJUSTED_TIME: Final = "cpu.no-adjusted-time"
PAE: Final = "cpu.pae"
PERF_EVENTS: Final = "cpu.perf-events"
PERFORMANCE_COUNTERS: Final = "cpu.performance-counters"
PIN: Final = "cpu.pin"
PIN_EMULATOR: Final = "cpu.pin.emulator"
PIN_FORCE: Final = "cpu.pin.force"
PIN_PER_PROCESSOR: Final = "cpu.pin.per-processor"
PIN_SOFT: Final = "cpu.pin.soft"
PLACEMENT: Final = "cpu.placement"
POLARIZATION: Final = "cpu.polarization"
PROFILE: Final = "cpu.profile"
SCHEDULER_CAP: Final = "cpu.scheduler.cap"
SCHEDULER_CHANGE: Final = "cpu.scheduler.change"
SCHEDULER_PER_PROCESSOR: Final = "cpu.scheduler.per-processor"
SCHEDULER_REAL_TIME: Final = "cpu.scheduler.real-time"
SCHEDULER_REAL_TIME_EXTRA: Final = "cpu.scheduler.real-time-extra"
SCHEDULER_WEIGHT: Final = "cpu.scheduler.weight"
TEMPLATE_ARM_FEATURES: Final = "cpu.template.arm-features"
TEMPLATE_C3: Final = "cpu.template.c3"
TEMPLATE_CPUID: Final = "cpu.template.cpuid"
TEMPLATE_CUSTOM: Final = "cpu.template.custom"
TEMPLATE_KVM_CAPABILITIES: Final = "cpu.template.kvm-capabilities"
TEMPLATE_MODEL_REGISTERS: Final = "cpu.template.model-registers"
TEMPLATE_REGISTERS: Final = "cpu.template.registers"
TEMPLATE_T2: Final = "cpu.template.t2"
TEMPLATE_T2A: Final = "cpu.template.t2a"
TEMPLATE_T2CL: Final = "cpu.template.t2cl"
TEMPLATE_T2S: Final = "cpu.template.t2s"
TEMPLATE_V1N1: Final = "cpu.template.v1n1"
TOPOLOGY_BOOKS: Final = "cpu.topology.books"
TOPOLOGY_CLUSTERS: Final = "cpu.topology.clusters"
TOPOLOGY_DIES: Final = "cpu.topology.dies"
TOPOLOGY_MODULES: Final = "cpu.topology.modules"
TOPOLOGY_THREADS: Final = "cpu.topology.threads"
TRACE: Final = "cpu.trace"
