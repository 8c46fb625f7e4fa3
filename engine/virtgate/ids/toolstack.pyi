"""Ids of the area `toolstack`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "toolstack.abort", "toolstack.access.directory", "toolstack.access.roles", "toolstack.appliance",
    "toolstack.appliance.order", "toolstack.autostart", "toolstack.child-processes",
    "toolstack.child-processes.selective", "toolstack.configuration-json", "toolstack.configuration.inactive",
    "toolstack.configuration.migratable", "toolstack.cpu-pools", "toolstack.cpu-pools.by-name",
    "toolstack.cpu-pools.move", "toolstack.cpu-pools.rename", "toolstack.define",
    "toolstack.define.keep-nvram", "toolstack.define.keep-tpm", "toolstack.define.remove",
    "toolstack.define.remove-checkpoints", "toolstack.define.remove-nvram", "toolstack.define.remove-tpm",
    "toolstack.define.start", "toolstack.description", "toolstack.device-model.command",
    "toolstack.device-model.restart", "toolstack.device-model.restrict", "toolstack.device-model.stub-domain",
    "toolstack.device-model.stub-domain-image", "toolstack.device-model.user", "toolstack.disaster-recovery",
    "toolstack.disaster-recovery.replicate", "toolstack.domain-id", "toolstack.events",
    "toolstack.events.devices", "toolstack.events.disconnect", "toolstack.events.own-loop",
    "toolstack.forbid-operations", "toolstack.high-availability", "toolstack.high-availability.plan",
    "toolstack.high-availability.priority", "toolstack.list", "toolstack.memory-need",
    "toolstack.migration.move-definition", "toolstack.migration.numa-node", "toolstack.not-found",
    "toolstack.os-variant", "toolstack.pause-mark", "toolstack.placement.anti-affinity",
    "toolstack.placement.candidates", "toolstack.placement.recommend", "toolstack.plugins",
    "toolstack.plugins.in-guest", "toolstack.pool", "toolstack.pool.cluster",
    "toolstack.pool.common-processor", "toolstack.pool.tls-verification", "toolstack.read-only",
    "toolstack.rpc.local-socket", "toolstack.rpc.object-api", "toolstack.rpc.xml",
    "toolstack.save-compatible", "toolstack.snapshot.list", "toolstack.statistics", "toolstack.storage.clone",
    "toolstack.storage.gluster", "toolstack.storage.iscsi-direct", "toolstack.storage.preallocate",
    "toolstack.storage.probe", "toolstack.storage.reflink", "toolstack.storage.repository",
    "toolstack.storage.resize", "toolstack.storage.upload", "toolstack.store.features",
    "toolstack.store.guest-data", "toolstack.store.quota", "toolstack.stream", "toolstack.stream.sparse",
    "toolstack.suspend", "toolstack.tracing", "toolstack.update.packages", "toolstack.update.single",
    "toolstack.user-data", "toolstack.user-data.remove", "toolstack.version",
]

ABORT: Final = "toolstack.abort"
ACCESS_DIRECTORY: Final = "toolstack.access.directory"
ACCESS_ROLES: Final = "toolstack.access.roles"
APPLIANCE: Final = "toolstack.appliance"
APPLIANCE_ORDER: Final = "toolstack.appliance.order"
AUTOSTART: Final = "toolstack.autostart"
CHILD_PROCESSES: Final = "toolstack.child-processes"
CHILD_PROCESSES_SELECTIVE: Final = "toolstack.child-processes.selective"
CONFIGURATION_JSON: Final = "toolstack.configuration-json"
CONFIGURATION_INACTIVE: Final = "toolstack.configuration.inactive"
CONFIGURATION_MIGRATABLE: Final = "toolstack.configuration.migratable"
CPU_POOLS: Final = "toolstack.cpu-pools"
CPU_POOLS_BY_NAME: Final = "toolstack.cpu-pools.by-name"
CPU_POOLS_MOVE: Final = "toolstack.cpu-pools.move"
CPU_POOLS_RENAME: Final = "toolstack.cpu-pools.rename"
DEFINE: Final = "toolstack.define"
DEFINE_KEEP_NVRAM: Final = "toolstack.define.keep-nvram"
DEFINE_KEEP_TPM: Final = "toolstack.define.keep-tpm"
DEFINE_REMOVE: Final = "toolstack.define.remove"
DEFINE_REMOVE_CHECKPOINTS: Final = "toolstack.define.remove-checkpoints"
DEFINE_REMOVE_NVRAM: Final = "toolstack.define.remove-nvram"
DEFINE_REMOVE_TPM: Final = "toolstack.define.remove-tpm"
DEFINE_START: Final = "toolstack.define.start"
DESCRIPTION: Final = "toolstack.description"
DEVICE_MODEL_COMMAND: Final = "toolstack.device-model.command"
DEVICE_MODEL_RESTART: Final = "toolstack.device-model.restart"
DEVICE_MODEL_RESTRICT: Final = "toolstack.device-model.restrict"
DEVICE_MODEL_STUB_DOMAIN: Final = "toolstack.device-model.stub-domain"
DEVICE_MODEL_STUB_DOMAIN_IMAGE: Final = "toolstack.device-model.stub-domain-image"
DEVICE_MODEL_USER: Final = "toolstack.device-model.user"
DISASTER_RECOVERY: Final = "toolstack.disaster-recovery"
DISASTER_RECOVERY_REPLICATE: Final = "toolstack.disaster-recovery.replicate"
DOMAIN_ID: Final = "toolstack.domain-id"
EVENTS: Final = "toolstack.events"
EVENTS_DEVICES: Final = "toolstack.events.devices"
EVENTS_DISCONNECT: Final = "toolstack.events.disconnect"
EVENTS_OWN_LOOP: Final = "toolstack.events.own-loop"
FORBID_OPERATIONS: Final = "toolstack.forbid-operations"
HIGH_AVAILABILITY: Final = "toolstack.high-availability"
HIGH_AVAILABILITY_PLAN: Final = "toolstack.high-availability.plan"
HIGH_AVAILABILITY_PRIORITY: Final = "toolstack.high-availability.priority"
LIST: Final = "toolstack.list"
MEMORY_NEED: Final = "toolstack.memory-need"
MIGRATION_MOVE_DEFINITION: Final = "toolstack.migration.move-definition"
MIGRATION_NUMA_NODE: Final = "toolstack.migration.numa-node"
NOT_FOUND: Final = "toolstack.not-found"
OS_VARIANT: Final = "toolstack.os-variant"
PAUSE_MARK: Final = "toolstack.pause-mark"
PLACEMENT_ANTI_AFFINITY: Final = "toolstack.placement.anti-affinity"
PLACEMENT_CANDIDATES: Final = "toolstack.placement.candidates"
PLACEMENT_RECOMMEND: Final = "toolstack.placement.recommend"
PLUGINS: Final = "toolstack.plugins"
PLUGINS_IN_GUEST: Final = "toolstack.plugins.in-guest"
POOL: Final = "toolstack.pool"
POOL_CLUSTER: Final = "toolstack.pool.cluster"
POOL_COMMON_PROCESSOR: Final = "toolstack.pool.common-processor"
POOL_TLS_VERIFICATION: Final = "toolstack.pool.tls-verification"
READ_ONLY: Final = "toolstack.read-only"
RPC_LOCAL_SOCKET: Final = "toolstack.rpc.local-socket"
RPC_OBJECT_API: Final = "toolstack.rpc.object-api"
RPC_XML: Final = "toolstack.rpc.xml"
SAVE_COMPATIBLE: Final = "toolstack.save-compatible"
SNAPSHOT_LIST: Final = "toolstack.snapshot.list"
STATISTICS: Final = "toolstack.statistics"
STORAGE_CLONE: Final = "toolstack.storage.clone"
STORAGE_GLUSTER: Final = "toolstack.storage.gluster"
STORAGE_ISCSI_DIRECT: Final = "toolstack.storage.iscsi-direct"
STORAGE_PREALLOCATE: Final = "toolstack.storage.preallocate"
STORAGE_PROBE: Final = "toolstack.storage.probe"
STORAGE_REFLINK: Final = "toolstack.storage.reflink"
STORAGE_REPOSITORY: Final = "toolstack.storage.repository"
STORAGE_RESIZE: Final = "toolstack.storage.resize"
STORAGE_UPLOAD: Final = "toolstack.storage.upload"
STORE_FEATURES: Final = "toolstack.store.features"
STORE_GUEST_DATA: Final = "toolstack.store.guest-data"
STORE_QUOTA: Final = "toolstack.store.quota"
STREAM: Final = "toolstack.stream"
STREAM_SPARSE: Final = "toolstack.stream.sparse"
SUSPEND: Final = "toolstack.suspend"
TRACING: Final = "toolstack.tracing"
UPDATE_PACKAGES: Final = "toolstack.update.packages"
UPDATE_SINGLE: Final = "toolstack.update.single"
USER_DATA: Final = "toolstack.user-data"
USER_DATA_REMOVE: Final = "toolstack.user-data.remove"
VERSION: Final = "toolstack.version"
