"""Ids of the area `migration`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "migration.announce", "migration.announce.parameters", "migration.auto-converge",
    "migration.background-snapshot", "migration.bandwidth", "migration.bandwidth.postcopy",
    "migration.bandwidth.switchover", "migration.bitmaps", "migration.bitmaps.mapping",
    "migration.bitmaps.mapping-persistence", "migration.blocked-reasons", "migration.cancel",
    "migration.capabilities", "migration.channels", "migration.compress", "migration.cpr-exec",
    "migration.cpr-reboot", "migration.cpr-transfer", "migration.dbus-state", "migration.direct-io",
    "migration.dirty-limit", "migration.dirty-limit.vcpu", "migration.dirty-rate",
    "migration.dirty-rate.mode", "migration.dirty-rate.read", "migration.downtime", "migration.evacuate",
    "migration.events", "migration.incoming", "migration.incoming.exit-on-error",
    "migration.late-block-activate", "migration.live", "migration.mapped-ram", "migration.multifd",
    "migration.multifd.qatzip", "migration.multifd.qpl", "migration.multifd.uadk",
    "migration.multifd.zero-pages", "migration.multifd.zlib", "migration.multifd.zstd",
    "migration.parameters", "migration.pause-before-switchover", "migration.peer-to-peer",
    "migration.persist", "migration.pin-destination-xml", "migration.postcopy",
    "migration.postcopy.blocktime", "migration.postcopy.latency", "migration.postcopy.preempt",
    "migration.postcopy.recover", "migration.progress", "migration.release-ram", "migration.replicate",
    "migration.replicate.compare", "migration.replicate.compare-user-space", "migration.return-path",
    "migration.shared-memory", "migration.status.failing", "migration.status.remaining", "migration.storage",
    "migration.storage.disks", "migration.stream-compression", "migration.stream-version",
    "migration.switchover-ack", "migration.throttle", "migration.throttle.maximum", "migration.timeout",
    "migration.tls", "migration.tls.authorization", "migration.uri.exec", "migration.uri.fd",
    "migration.uri.file", "migration.uri.rdma", "migration.uri.tcp", "migration.uri.unix",
    "migration.uri.vsock", "migration.validate-uuid", "migration.xbzrle", "migration.xbzrle.cache-size",
    "migration.zero-copy",
]

ANNOUNCE: Final = "migration.announce"
ANNOUNCE_PARAMETERS: Final = "migration.announce.parameters"
AUTO_CONVERGE: Final = "migration.auto-converge"
BACKGROUND_SNAPSHOT: Final = "migration.background-snapshot"
BANDWIDTH: Final = "migration.bandwidth"
BANDWIDTH_POSTCOPY: Final = "migration.bandwidth.postcopy"
BANDWIDTH_SWITCHOVER: Final = "migration.bandwidth.switchover"
BITMAPS: Final = "migration.bitmaps"
BITMAPS_MAPPING: Final = "migration.bitmaps.mapping"
BITMAPS_MAPPING_PERSISTENCE: Final = "migration.bitmaps.mapping-persistence"
BLOCKED_REASONS: Final = "migration.blocked-reasons"
CANCEL: Final = "migration.cancel"
CAPABILITIES: Final = "migration.capabilities"
CHANNELS: Final = "migration.channels"
COMPRESS: Final = "migration.compress"
CPR_EXEC: Final = "migration.cpr-exec"
CPR_REBOOT: Final = "migration.cpr-reboot"
CPR_TRANSFER: Final = "migration.cpr-transfer"
DBUS_STATE: Final = "migration.dbus-state"
DIRECT_IO: Final = "migration.direct-io"
DIRTY_LIMIT: Final = "migration.dirty-limit"
DIRTY_LIMIT_VCPU: Final = "migration.dirty-limit.vcpu"
DIRTY_RATE: Final = "migration.dirty-rate"
DIRTY_RATE_MODE: Final = "migration.dirty-rate.mode"
DIRTY_RATE_READ: Final = "migration.dirty-rate.read"
DOWNTIME: Final = "migration.downtime"
EVACUATE: Final = "migration.evacuate"
EVENTS: Final = "migration.events"
INCOMING: Final = "migration.incoming"
INCOMING_EXIT_ON_ERROR: Final = "migration.incoming.exit-on-error"
LATE_BLOCK_ACTIVATE: Final = "migration.late-block-activate"
LIVE: Final = "migration.live"
MAPPED_RAM: Final = "migration.mapped-ram"
MULTIFD: Final = "migration.multifd"
MULTIFD_QATZIP: Final = "migration.multifd.qatzip"
MULTIFD_QPL: Final = "migration.multifd.qpl"
MULTIFD_UADK: Final = "migration.multifd.uadk"
MULTIFD_ZERO_PAGES: Final = "migration.multifd.zero-pages"
MULTIFD_ZLIB: Final = "migration.multifd.zlib"
MULTIFD_ZSTD: Final = "migration.multifd.zstd"
PARAMETERS: Final = "migration.parameters"
PAUSE_BEFORE_SWITCHOVER: Final = "migration.pause-before-switchover"
PEER_TO_PEER: Final = "migration.peer-to-peer"
PERSIST: Final = "migration.persist"
PIN_DESTINATION_XML: Final = "migration.pin-destination-xml"
POSTCOPY: Final = "migration.postcopy"
POSTCOPY_BLOCKTIME: Final = "migration.postcopy.blocktime"
POSTCOPY_LATENCY: Final = "migration.postcopy.latency"
POSTCOPY_PREEMPT: Final = "migration.postcopy.preempt"
POSTCOPY_RECOVER: Final = "migration.postcopy.recover"
PROGRESS: Final = "migration.progress"
RELEASE_RAM: Final = "migration.release-ram"
REPLICATE: Final = "migration.replicate"
REPLICATE_COMPARE: Final = "migration.replicate.compare"
REPLICATE_COMPARE_USER_SPACE: Final = "migration.replicate.compare-user-space"
RETURN_PATH: Final = "migration.return-path"
SHARED_MEMORY: Final = "migration.shared-memory"
STATUS_FAILING: Final = "migration.status.failing"
STATUS_REMAINING: Final = "migration.status.remaining"
STORAGE: Final = "migration.storage"
STORAGE_DISKS: Final = "migration.storage.disks"
STREAM_COMPRESSION: Final = "migration.stream-compression"
STREAM_VERSION: Final = "migration.stream-version"
SWITCHOVER_ACK: Final = "migration.switchover-ack"
THROTTLE: Final = "migration.throttle"
THROTTLE_MAXIMUM: Final = "migration.throttle.maximum"
TIMEOUT: Final = "migration.timeout"
TLS: Final = "migration.tls"
TLS_AUTHORIZATION: Final = "migration.tls.authorization"
URI_EXEC: Final = "migration.uri.exec"
URI_FD: Final = "migration.uri.fd"
URI_FILE: Final = "migration.uri.file"
URI_RDMA: Final = "migration.uri.rdma"
URI_TCP: Final = "migration.uri.tcp"
URI_UNIX: Final = "migration.uri.unix"
URI_VSOCK: Final = "migration.uri.vsock"
VALIDATE_UUID: Final = "migration.validate-uuid"
XBZRLE: Final = "migration.xbzrle"
XBZRLE_CACHE_SIZE: Final = "migration.xbzrle.cache-size"
ZERO_COPY: Final = "migration.zero-copy"
