"""Ids of the area `lifecycle`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "lifecycle.actions", "lifecycle.actions.at-start", "lifecycle.actions.panic-exit",
    "lifecycle.agent.freeze", "lifecycle.agent.password", "lifecycle.boot-time", "lifecycle.build-features",
    "lifecycle.checkpoint", "lifecycle.clone", "lifecycle.configuration", "lifecycle.copy",
    "lifecycle.create", "lifecycle.daemon", "lifecycle.dbus-control", "lifecycle.debugger",
    "lifecycle.deprecated-policy", "lifecycle.destroy", "lifecycle.device-counters", "lifecycle.dump",
    "lifecycle.dump.background", "lifecycle.dump.compressed", "lifecycle.dump.compressed-raw",
    "lifecycle.dump.guest-details", "lifecycle.dump.live", "lifecycle.dump.storage-keys",
    "lifecycle.dump.windows", "lifecycle.dump.windows-probe", "lifecycle.end-event", "lifecycle.event-log",
    "lifecycle.exit-with-parent", "lifecycle.guest-agent-channel", "lifecycle.guest-info.networks",
    "lifecycle.guest-info.os", "lifecycle.guest-info.pv-drivers", "lifecycle.identifier", "lifecycle.import",
    "lifecycle.inject-nmi", "lifecycle.interface-description", "lifecycle.interface-description.types",
    "lifecycle.interface-description.values", "lifecycle.job", "lifecycle.log", "lifecycle.log-timestamps",
    "lifecycle.log.at-start", "lifecycle.log.module", "lifecycle.memory-failure-event", "lifecycle.metrics",
    "lifecycle.metrics.flush", "lifecycle.panic-event", "lifecycle.pause", "lifecycle.process-name",
    "lifecycle.process-name.threads", "lifecycle.reboot", "lifecycle.rename", "lifecycle.request-size",
    "lifecycle.reset", "lifecycle.reset.reason", "lifecycle.restore", "lifecycle.restore.clock",
    "lifecycle.restore.dirty-tracking", "lifecycle.restore.net-fds", "lifecycle.restore.network",
    "lifecycle.restore.on-demand", "lifecycle.restore.page-faults", "lifecycle.restore.prefault",
    "lifecycle.restore.resume", "lifecycle.restore.vsock", "lifecycle.save", "lifecycle.save.for-older",
    "lifecycle.save.format", "lifecycle.save.format-of-file", "lifecycle.save.incremental",
    "lifecycle.send-key", "lifecycle.shut-down-kept", "lifecycle.shutdown", "lifecycle.shutdown.reason",
    "lifecycle.snapshot", "lifecycle.snapshot.background", "lifecycle.snapshot.quiesced",
    "lifecycle.snapshot.revert", "lifecycle.snapshot.schedule", "lifecycle.snapshot.with-memory",
    "lifecycle.soft-reset", "lifecycle.start-from-file", "lifecycle.state", "lifecycle.stats",
    "lifecycle.stats.description", "lifecycle.stay-after-shutdown", "lifecycle.suspend", "lifecycle.sysrq",
    "lifecycle.teardown-in-background", "lifecycle.typed-objects", "lifecycle.unstoppable",
    "lifecycle.version", "lifecycle.wakeup", "lifecycle.wakeup.support", "lifecycle.without-interface",
]

ACTIONS: Final = "lifecycle.actions"
ACTIONS_AT_START: Final = "lifecycle.actions.at-start"
ACTIONS_PANIC_EXIT: Final = "lifecycle.actions.panic-exit"
AGENT_FREEZE: Final = "lifecycle.agent.freeze"
AGENT_PASSWORD: Final = "lifecycle.agent.password"
BOOT_TIME: Final = "lifecycle.boot-time"
BUILD_FEATURES: Final = "lifecycle.build-features"
CHECKPOINT: Final = "lifecycle.checkpoint"
CLONE: Final = "lifecycle.clone"
CONFIGURATION: Final = "lifecycle.configuration"
COPY: Final = "lifecycle.copy"
CREATE: Final = "lifecycle.create"
DAEMON: Final = "lifecycle.daemon"
DBUS_CONTROL: Final = "lifecycle.dbus-control"
DEBUGGER: Final = "lifecycle.debugger"
DEPRECATED_POLICY: Final = "lifecycle.deprecated-policy"
DESTROY: Final = "lifecycle.destroy"
DEVICE_COUNTERS: Final = "lifecycle.device-counters"
DUMP: Final = "lifecycle.dump"
DUMP_BACKGROUND: Final = "lifecycle.dump.background"
DUMP_COMPRESSED: Final = "lifecycle.dump.compressed"
DUMP_COMPRESSED_RAW: Final = "lifecycle.dump.compressed-raw"
DUMP_GUEST_DETAILS: Final = "lifecycle.dump.guest-details"
DUMP_LIVE: Final = "lifecycle.dump.live"
DUMP_STORAGE_KEYS: Final = "lifecycle.dump.storage-keys"
DUMP_WINDOWS: Final = "lifecycle.dump.windows"
DUMP_WINDOWS_PROBE: Final = "lifecycle.dump.windows-probe"
END_EVENT: Final = "lifecycle.end-event"
EVENT_LOG: Final = "lifecycle.event-log"
EXIT_WITH_PARENT: Final = "lifecycle.exit-with-parent"
GUEST_AGENT_CHANNEL: Final = "lifecycle.guest-agent-channel"
GUEST_INFO_NETWORKS: Final = "lifecycle.guest-info.networks"
GUEST_INFO_OS: Final = "lifecycle.guest-info.os"
GUEST_INFO_PV_DRIVERS: Final = "lifecycle.guest-info.pv-drivers"
IDENTIFIER: Final = "lifecycle.identifier"
IMPORT: Final = "lifecycle.import"
INJECT_NMI: Final = "lifecycle.inject-nmi"
INTERFACE_DESCRIPTION: Final = "lifecycle.interface-description"
INTERFACE_DESCRIPTION_TYPES: Final = "lifecycle.interface-description.types"
INTERFACE_DESCRIPTION_VALUES: Final = "lifecycle.interface-description.values"
JOB: Final = "lifecycle.job"
LOG: Final = "lifecycle.log"
LOG_TIMESTAMPS: Final = "lifecycle.log-timestamps"
LOG_AT_START: Final = "lifecycle.log.at-start"
LOG_MODULE: Final = "lifecycle.log.module"
MEMORY_FAILURE_EVENT: Final = "lifecycle.memory-failure-event"
METRICS: Final = "lifecycle.metrics"
METRICS_FLUSH: Final = "lifecycle.metrics.flush"
PANIC_EVENT: Final = "lifecycle.panic-event"
PAUSE: Final = "lifecycle.pause"
PROCESS_NAME: Final = "lifecycle.process-name"
PROCESS_NAME_THREADS: Final = "lifecycle.process-name.threads"
REBOOT: Final = "lifecycle.reboot"
RENAME: Final = "lifecycle.rename"
REQUEST_SIZE: Final = "lifecycle.request-size"
RESET: Final = "lifecycle.reset"
RESET_REASON: Final = "lifecycle.reset.reason"
RESTORE: Final = "lifecycle.restore"
RESTORE_CLOCK: Final = "lifecycle.restore.clock"
RESTORE_DIRTY_TRACKING: Final = "lifecycle.restore.dirty-tracking"
RESTORE_NET_FDS: Final = "lifecycle.restore.net-fds"
RESTORE_NETWORK: Final = "lifecycle.restore.network"
RESTORE_ON_DEMAND: Final = "lifecycle.restore.on-demand"
RESTORE_PAGE_FAULTS: Final = "lifecycle.restore.page-faults"
RESTORE_PREFAULT: Final = "lifecycle.restore.prefault"
RESTORE_RESUME: Final = "lifecycle.restore.resume"
RESTORE_VSOCK: Final = "lifecycle.restore.vsock"
SAVE: Final = "lifecycle.save"
SAVE_FOR_OLDER: Final = "lifecycle.save.for-older"
SAVE_FORMAT: Final = "lifecycle.save.format"
SAVE_FORMAT_OF_FILE: Final = "lifecycle.save.format-of-file"
SAVE_INCREMENTAL: Final = "lifecycle.save.incremental"
SEND_KEY: Final = "lifecycle.send-key"
SHUT_DOWN_KEPT: Final = "lifecycle.shut-down-kept"
SHUTDOWN: Final = "lifecycle.shutdown"
SHUTDOWN_REASON: Final = "lifecycle.shutdown.reason"
SNAPSHOT: Final = "lifecycle.snapshot"
SNAPSHOT_BACKGROUND: Final = "lifecycle.snapshot.background"
SNAPSHOT_QUIESCED: Final = "lifecycle.snapshot.quiesced"
SNAPSHOT_REVERT: Final = "lifecycle.snapshot.revert"
SNAPSHOT_SCHEDULE: Final = "lifecycle.snapshot.schedule"
SNAPSHOT_WITH_MEMORY: Final = "lifecycle.snapshot.with-memory"
SOFT_RESET: Final = "lifecycle.soft-reset"
START_FROM_FILE: Final = "lifecycle.start-from-file"
STATE: Final = "lifecycle.state"
STATS: Final = "lifecycle.stats"
STATS_DESCRIPTION: Final = "lifecycle.stats.description"
STAY_AFTER_SHUTDOWN: Final = "lifecycle.stay-after-shutdown"
SUSPEND: Final = "lifecycle.suspend"
SYSRQ: Final = "lifecycle.sysrq"
TEARDOWN_IN_BACKGROUND: Final = "lifecycle.teardown-in-background"
TYPED_OBJECTS: Final = "lifecycle.typed-objects"
UNSTOPPABLE: Final = "lifecycle.unstoppable"
VERSION: Final = "lifecycle.version"
WAKEUP: Final = "lifecycle.wakeup"
WAKEUP_SUPPORT: Final = "lifecycle.wakeup.support"
WITHOUT_INTERFACE: Final = "lifecycle.without-interface"
