"""Ids of the area `host`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "host.cache.allocate", "host.cache.allocate-code-data", "host.cache.allocate-l2", "host.cache.colour",
    "host.cache.monitor", "host.cpu.idle-limit", "host.device-tree.overlay", "host.devices.list",
    "host.grants.version-2", "host.info.arch-capabilities", "host.info.build-id", "host.info.config-format",
    "host.info.cpu-features", "host.info.cpu-topology", "host.info.cpu-trace", "host.info.free-memory",
    "host.info.free-pages", "host.info.grant-tables", "host.info.guest-types", "host.info.hardware-paging",
    "host.info.memory-limit", "host.info.numa-cpus", "host.info.numa-memory", "host.info.numa-pages",
    "host.info.offers", "host.info.passthrough-tables", "host.info.pci-nodes",
    "host.info.performance-counters", "host.info.pv", "host.info.scheduler", "host.info.secure-boot",
    "host.info.sockets", "host.info.virtualization", "host.interfaces.list", "host.live-patch",
    "host.mediated.autostart", "host.mediated.define", "host.mediated.is-active",
    "host.memory-bandwidth.limit", "host.memory-bandwidth.monitor", "host.net.bond", "host.net.define",
    "host.net.is-active", "host.net.list", "host.net.multicast-snooping", "host.net.sdn-controller",
    "host.net.tunnel", "host.net.vlan", "host.numa.placement", "host.paging.hardware", "host.paging.shadow",
    "host.parameters.change", "host.parameters.read", "host.passthrough.full", "host.passthrough.pv",
    "host.passthrough.shared-tables", "host.pci.assignable", "host.power-on", "host.scheduler.granularity",
    "host.scheduler.migration-delay", "host.scheduler.none", "host.scheduler.parameters",
    "host.security.isolate-guests", "host.security.policy", "host.storage.is-active", "host.storage.list",
    "host.storage.list-volumes", "host.storage.multipath",
]

CACHE_ALLOCATE: Final = "host.cache.allocate"
CACHE_ALLOCATE_CODE_DATA: Final = "host.cache.allocate-code-data"
CACHE_ALLOCATE_L2: Final = "host.cache.allocate-l2"
CACHE_COLOUR: Final = "host.cache.colour"
CACHE_MONITOR: Final = "host.cache.monitor"
CPU_IDLE_LIMIT: Final = "host.cpu.idle-limit"
DEVICE_TREE_OVERLAY: Final = "host.device-tree.overlay"
DEVICES_LIST: Final = "host.devices.list"
GRANTS_VERSION_2: Final = "host.grants.version-2"
INFO_ARCH_CAPABILITIES: Final = "host.info.arch-capabilities"
INFO_BUILD_ID: Final = "host.info.build-id"
INFO_CONFIG_FORMAT: Final = "host.info.config-format"
INFO_CPU_FEATURES: Final = "host.info.cpu-features"
INFO_CPU_TOPOLOGY: Final = "host.info.cpu-topology"
INFO_CPU_TRACE: Final = "host.info.cpu-trace"
INFO_FREE_MEMORY: Final = "host.info.free-memory"
INFO_FREE_PAGES: Final = "host.info.free-pages"
INFO_GRANT_TABLES: Final = "host.info.grant-tables"
INFO_GUEST_TYPES: Final = "host.info.guest-types"
INFO_HARDWARE_PAGING: Final = "host.info.hardware-paging"
INFO_MEMORY_LIMIT: Final = "host.info.memory-limit"
INFO_NUMA_CPUS: Final = "host.info.numa-cpus"
INFO_NUMA_MEMORY: Final = "host.info.numa-memory"
INFO_NUMA_PAGES: Final = "host.info.numa-pages"
INFO_OFFERS: Final = "host.info.offers"
INFO_PASSTHROUGH_TABLES: Final = "host.info.passthrough-tables"
INFO_PCI_NODES: Final = "host.info.pci-nodes"
INFO_PERFORMANCE_COUNTERS: Final = "host.info.performance-counters"
INFO_PV: Final = "host.info.pv"
INFO_SCHEDULER: Final = "host.info.scheduler"
INFO_SECURE_BOOT: Final = "host.info.secure-boot"
INFO_SOCKETS: Final = "host.info.sockets"
INFO_VIRTUALIZATION: Final = "host.info.virtualization"
INTERFACES_LIST: Final = "host.interfaces.list"
LIVE_PATCH: Final = "host.live-patch"
MEDIATED_AUTOSTART: Final = "host.mediated.autostart"
MEDIATED_DEFINE: Final = "host.mediated.define"
MEDIATED_IS_ACTIVE: Final = "host.mediated.is-active"
MEMORY_BANDWIDTH_LIMIT: Final = "host.memory-bandwidth.limit"
MEMORY_BANDWIDTH_MONITOR: Final = "host.memory-bandwidth.monitor"
NET_BOND: Final = "host.net.bond"
NET_DEFINE: Final = "host.net.define"
NET_IS_ACTIVE: Final = "host.net.is-active"
NET_LIST: Final = "host.net.list"
NET_MULTICAST_SNOOPING: Final = "host.net.multicast-snooping"
NET_SDN_CONTROLLER: Final = "host.net.sdn-controller"
NET_TUNNEL: Final = "host.net.tunnel"
NET_VLAN: Final = "host.net.vlan"
NUMA_PLACEMENT: Final = "host.numa.placement"
PAGING_HARDWARE: Final = "host.paging.hardware"
PAGING_SHADOW: Final = "host.paging.shadow"
PARAMETERS_CHANGE: Final = "host.parameters.change"
PARAMETERS_READ: Final = "host.parameters.read"
PASSTHROUGH_FULL: Final = "host.passthrough.full"
PASSTHROUGH_PV: Final = "host.passthrough.pv"
PASSTHROUGH_SHARED_TABLES: Final = "host.passthrough.shared-tables"
PCI_ASSIGNABLE: Final = "host.pci.assignable"
POWER_ON: Final = "host.power-on"
SCHEDULER_GRANULARITY: Final = "host.scheduler.granularity"
SCHEDULER_MIGRATION_DELAY: Final = "host.scheduler.migration-delay"
SCHEDULER_NONE: Final = "host.scheduler.none"
SCHEDULER_PARAMETERS: Final = "host.scheduler.parameters"
SECURITY_ISOLATE_GUESTS: Final = "host.security.isolate-guests"
SECURITY_POLICY: Final = "host.security.policy"
STORAGE_IS_ACTIVE: Final = "host.storage.is-active"
STORAGE_LIST: Final = "host.storage.list"
STORAGE_LIST_VOLUMES: Final = "host.storage.list-volumes"
STORAGE_MULTIPATH: Final = "host.storage.multipath"
