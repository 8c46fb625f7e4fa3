"""Ids of the area `lifecycle`; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

    Id: TypeAlias = Literal[
        "lifecycle.actions",
        "lifecycle.actions.at-start",
        "lifecycle.actions.panic-exit",
        "lifecycle.build-features",
        "lifecycle.create",
        "lifecycle.dbus-control",
        "lifecycle.debugger",
        "lifecycle.deprecated-policy",
        "lifecycle.destroy",
        "lifecycle.device-counters",
        "lifecycle.dump",
        "lifecycle.dump.background",
        "lifecycle.dump.compressed",
        "lifecycle.dump.compressed-raw",
        "lifecycle.dump.guest-details",
        "lifecycle.dump.storage-keys",
        "lifecycle.dump.windows",
        "lifecycle.end-event",
        "lifecycle.event-log",
        "lifecycle.exit-with-parent",
        "lifecycle.guest-agent-channel",
        "lifecycle.inject-nmi",
        "lifecycle.interface-description",
        "lifecycle.interface-description.types",
        "lifecycle.interface-description.values",
        "lifecycle.log-timestamps",
        "lifecycle.memory-failure-event",
        "lifecycle.panic-event",
        "lifecycle.pause",
        "lifecycle.process-name",
        "lifecycle.process-name.threads",
        "lifecycle.reboot",
        "lifecycle.reset",
        "lifecycle.reset.reason",
        "lifecycle.restore.net-fds",
        "lifecycle.restore.on-demand",
        "lifecycle.restore.prefault",
        "lifecycle.restore.resume",
        "lifecycle.rtc.change-event",
        "lifecycle.rtc.change-event.device",
        "lifecycle.rtc.drift",
        "lifecycle.rtc.drop-backlog",
        "lifecycle.send-key",
        "lifecycle.shut-down-kept",
        "lifecycle.shutdown",
        "lifecycle.shutdown.reason",
        "lifecycle.state",
        "lifecycle.stats",
        "lifecycle.stats.description",
        "lifecycle.stay-after-shutdown",
        "lifecycle.teardown-in-background",
        "lifecycle.typed-objects",
        "lifecycle.version",
        "lifecycle.wakeup",
        "lifecycle.wakeup.ask",
    ]

ACTIONS: Final = "lifecycle.actions"
ACTIONS_AT_START: Final = "lifecycle.actions.at-start"
ACTIONS_PANIC_EXIT: Final = "lifecycle.actions.panic-exit"
BUILD_FEATURES: Final = "lifecycle.build-features"
CREATE: Final = "lifecycle.create"
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
DUMP_STORAGE_KEYS: Final = "lifecycle.dump.storage-keys"
DUMP_WINDOWS: Final = "lifecycle.dump.windows"
END_EVENT: Final = "lifecycle.end-event"
EVENT_LOG: Final = "lifecycle.event-log"
EXIT_WITH_PARENT: Final = "lifecycle.exit-with-parent"
GUEST_AGENT_CHANNEL: Final = "lifecycle.guest-agent-channel"
INJECT_NMI: Final = "lifecycle.inject-nmi"
INTERFACE_DESCRIPTION: Final = "lifecycle.interface-description"
INTERFACE_DESCRIPTION_TYPES: Final = "lifecycle.interface-description.types"
INTERFACE_DESCRIPTION_VALUES: Final = "lifecycle.interface-description.values"
LOG_TIMESTAMPS: Final = "lifecycle.log-timestamps"
MEMORY_FAILURE_EVENT: Final = "lifecycle.memory-failure-event"
PANIC_EVENT: Final = "lifecycle.panic-event"
PAUSE: Final = "lifecycle.pause"
PROCESS_NAME: Final = "lifecycle.process-name"
PROCESS_NAME_THREADS: Final = "lifecycle.process-name.threads"
REBOOT: Final = "lifecycle.reboot"
RESET: Final = "lifecycle.reset"
RESET_REASON: Final = "lifecycle.reset.reason"
RESTORE_NET_FDS: Final = "lifecycle.restore.net-fds"
RESTORE_ON_DEMAND: Final = "lifecycle.restore.on-demand"
RESTORE_PREFAULT: Final = "lifecycle.restore.prefault"
RESTORE_RESUME: Final = "lifecycle.restore.resume"
RTC_CHANGE_EVENT: Final = "lifecycle.rtc.change-event"
RTC_CHANGE_EVENT_DEVICE: Final = "lifecycle.rtc.change-event.device"
RTC_DRIFT: Final = "lifecycle.rtc.drift"
RTC_DROP_BACKLOG: Final = "lifecycle.rtc.drop-backlog"
SEND_KEY: Final = "lifecycle.send-key"
SHUT_DOWN_KEPT: Final = "lifecycle.shut-down-kept"
SHUTDOWN: Final = "lifecycle.shutdown"
SHUTDOWN_REASON: Final = "lifecycle.shutdown.reason"
STATE: Final = "lifecycle.state"
STATS: Final = "lifecycle.stats"
STATS_DESCRIPTION: Final = "lifecycle.stats.description"
STAY_AFTER_SHUTDOWN: Final = "lifecycle.stay-after-shutdown"
TEARDOWN_IN_BACKGROUND: Final = "lifecycle.teardown-in-background"
TYPED_OBJECTS: Final = "lifecycle.typed-objects"
VERSION: Final = "lifecycle.version"
WAKEUP: Final = "lifecycle.wakeup"
WAKEUP_ASK: Final = "lifecycle.wakeup.ask"
