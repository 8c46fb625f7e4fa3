"""Ids of the area `cpu`; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

    Id: TypeAlias = Literal[
        "cpu.aarch64-off",
        "cpu.address-width",
        "cpu.amx",
        "cpu.cache",
        "cpu.core-scheduling",
        "cpu.hot-plug",
        "cpu.hot-unplug",
        "cpu.list",
        "cpu.list.without-interrupting",
        "cpu.migratable",
        "cpu.model.baseline",
        "cpu.model.canonical-features",
        "cpu.model.compare",
        "cpu.model.deprecated-features",
        "cpu.model.expand",
        "cpu.model.expand.migratable",
        "cpu.model.list",
        "cpu.model.list.blockers",
        "cpu.model.list.deprecated",
        "cpu.model.max",
        "cpu.model.max.arm",
        "cpu.model.max.x86",
        "cpu.model.unavailable-features",
        "cpu.nested-off",
        "cpu.no-adjusted-time",
        "cpu.polarization",
        "cpu.profile",
        "cpu.template.arm-features",
        "cpu.template.c3",
        "cpu.template.cpuid",
        "cpu.template.custom",
        "cpu.template.kvm-capabilities",
        "cpu.template.model-registers",
        "cpu.template.registers",
        "cpu.template.t2",
        "cpu.template.t2a",
        "cpu.template.t2cl",
        "cpu.template.t2s",
        "cpu.template.v1n1",
        "cpu.topology.books",
        "cpu.topology.clusters",
        "cpu.topology.dies",
        "cpu.topology.modules",
        "cpu.topology.threads",
    ]

AARCH64_OFF: Final = "cpu.aarch64-off"
ADDRESS_WIDTH: Final = "cpu.address-width"
AMX: Final = "cpu.amx"
CACHE: Final = "cpu.cache"
CORE_SCHEDULING: Final = "cpu.core-scheduling"
HOT_PLUG: Final = "cpu.hot-plug"
HOT_UNPLUG: Final = "cpu.hot-unplug"
LIST: Final = "cpu.list"
LIST_WITHOUT_INTERRUPTING: Final = "cpu.list.without-interrupting"
MIGRATABLE: Final = "cpu.migratable"
MODEL_BASELINE: Final = "cpu.model.baseline"
MODEL_CANONICAL_FEATURES: Final = "cpu.model.canonical-features"
MODEL_COMPARE: Final = "cpu.model.compare"
MODEL_DEPRECATED_FEATURES: Final = "cpu.model.deprecated-features"
MODEL_EXPAND: Final = "cpu.model.expand"
MODEL_EXPAND_MIGRATABLE: Final = "cpu.model.expand.migratable"
MODEL_LIST: Final = "cpu.model.list"
MODEL_LIST_BLOCKERS: Final = "cpu.model.list.blockers"
MODEL_LIST_DEPRECATED: Final = "cpu.model.list.deprecated"
MODEL_MAX: Final = "cpu.model.max"
MODEL_MAX_ARM: Final = "cpu.model.max.arm"
MODEL_MAX_X86: Final = "cpu.model.max.x86"
MODEL_UNAVAILABLE_FEATURES: Final = "cpu.model.unavailable-features"
NESTED_OFF: Final = "cpu.nested-off"
NO_ADJUSTED_TIME: Final = "cpu.no-adjusted-time"
POLARIZATION: Final = "cpu.polarization"
PROFILE: Final = "cpu.profile"
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
