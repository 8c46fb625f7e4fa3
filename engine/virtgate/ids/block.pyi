"""Ids of the area `block`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "block.aio.io-uring", "block.aio.off", "block.backend.script", "block.backend.standalone",
    "block.backend.untrusted", "block.backend.user-space", "block.backing-files", "block.backup",
    "block.backup.archive", "block.backup.bitmap", "block.backup.chain", "block.backup.compress",
    "block.backup.min-cluster-size", "block.boot-order", "block.by-node-name", "block.change-backing-file",
    "block.change-medium", "block.changed-blocks", "block.commit", "block.commit.active",
    "block.commit.backing-mask-protocol", "block.commit.relative", "block.controller.ahci",
    "block.controller.am53c974", "block.controller.dc390", "block.controller.floppy", "block.controller.lsi",
    "block.controller.megasas", "block.controller.mptsas", "block.controller.ncr53c90",
    "block.controller.nvme", "block.controller.nvme-firmware", "block.controller.nvme-model",
    "block.controller.nvme-namespace", "block.controller.pvscsi", "block.controller.sd",
    "block.controller.virtio-scsi", "block.copy-before-write", "block.copy-before-write.min-cluster-size",
    "block.copy-before-write.on-error", "block.detect-zeroes", "block.direct-io", "block.dirty-bitmap",
    "block.dirty-bitmap.disable", "block.dirty-bitmap.merge", "block.dirty-bitmap.persistent",
    "block.discard", "block.eject-event", "block.emmc.replay-protected", "block.error-policy",
    "block.error-policy.usb", "block.event-idx", "block.file.drop-cache", "block.file.dynamic-auto-read-only",
    "block.gluster", "block.gluster.debug", "block.hot-plug", "block.hot-unplug", "block.hot-unplug.safe",
    "block.http", "block.http.ranges-assumed", "block.image-type", "block.image.create",
    "block.image.extended-l2", "block.io-limit", "block.io-limit.group", "block.io-throttle",
    "block.io-throttle.burst", "block.io-throttle.burst-length", "block.io-throttle.group",
    "block.io-throttle.node", "block.ioeventfd", "block.iothread", "block.iothread.poll",
    "block.iothread.poll-weight", "block.iothread.thread-pool", "block.iscsi", "block.iscsi.password-secret",
    "block.latency-histogram", "block.limits", "block.list.flat", "block.local-read-cache",
    "block.lock-granularity", "block.luks", "block.mirror", "block.mirror.change-copy-mode",
    "block.mirror.copy-mode", "block.mirror.target-is-zero", "block.mirror.unmap", "block.move", "block.nbd",
    "block.nbd.keep-alive", "block.nbd.reconnect", "block.nbd.tls-hostname", "block.nfs",
    "block.node.activate", "block.node.add", "block.node.list", "block.node.list-flat", "block.node.remove",
    "block.node.reopen", "block.nvme-userspace", "block.pv", "block.qcow2.data-file",
    "block.qcow2.discard-no-unref", "block.qcow2.lazy-refcounts", "block.qcow2.luks", "block.qed",
    "block.queue-affinity", "block.queue-size", "block.queues", "block.rbd", "block.rbd.encryption",
    "block.rbd.encryption-layering", "block.rbd.encryption-luks-any", "block.rbd.namespace",
    "block.read-only", "block.reset-on-boot", "block.resize", "block.root-partition", "block.rotation-rate",
    "block.scsi.channel", "block.scsi.device-id", "block.scsi.iothread", "block.scsi.iothread-mapping",
    "block.scsi.passthrough", "block.scsi.persistent-reservations", "block.scsi.pv",
    "block.scsi.reservation-migration", "block.scsi.vhost", "block.sector-size", "block.serial",
    "block.share-rw", "block.snapshot", "block.snapshot-access", "block.snapshot.internal",
    "block.snapshot.write-only-overlay", "block.ssh", "block.statistics.intervals", "block.stream",
    "block.stream.bottom", "block.vdpa", "block.vhost-user", "block.vhost-user.inflight-migration",
    "block.virtio", "block.virtio-iothread-mapping", "block.virtio-scsi-commands",
    "block.virtio-scsi-commands.off-by-default", "block.virtio.grants", "block.vxhs", "block.write-cache",
    "block.write-threshold", "block.wwn",
]

AIO_IO_URING: Final = "block.aio.io-uring"
AIO_OFF: Final = "block.aio.off"
BACKEND_SCRIPT: Final = "block.backend.script"
BACKEND_STANDALONE: Final = "block.backend.standalone"
BACKEND_UNTRUSTED: Final = "block.backend.untrusted"
BACKEND_USER_SPACE: Final = "block.backend.user-space"
BACKING_FILES: Final = "block.backing-files"
BACKUP: Final = "block.backup"
BACKUP_ARCHIVE: Final = "block.backup.archive"
BACKUP_BITMAP: Final = "block.backup.bitmap"
BACKUP_CHAIN: Final = "block.backup.chain"
BACKUP_COMPRESS: Final = "block.backup.compress"
BACKUP_MIN_CLUSTER_SIZE: Final = "block.backup.min-cluster-size"
BOOT_ORDER: Final = "block.boot-order"
BY_NODE_NAME: Final = "block.by-node-name"
CHANGE_BACKING_FILE: Final = "block.change-backing-file"
CHANGE_MEDIUM: Final = "block.change-medium"
CHANGED_BLOCKS: Final = "block.changed-blocks"
COMMIT: Final = "block.commit"
COMMIT_ACTIVE: Final = "block.commit.active"
COMMIT_BACKING_MASK_PROTOCOL: Final = "block.commit.backing-mask-protocol"
COMMIT_RELATIVE: Final = "block.commit.relative"
CONTROLLER_AHCI: Final = "block.controller.ahci"
CONTROLLER_AM53C974: Final = "block.controller.am53c974"
CONTROLLER_DC390: Final = "block.controller.dc390"
CONTROLLER_FLOPPY: Final = "block.controller.floppy"
CONTROLLER_LSI: Final = "block.controller.lsi"
CONTROLLER_MEGASAS: Final = "block.controller.megasas"
CONTROLLER_MPTSAS: Final = "block.controller.mptsas"
CONTROLLER_NCR53C90: Final = "block.controller.ncr53c90"
CONTROLLER_NVME: Final = "block.controller.nvme"
CONTROLLER_NVME_FIRMWARE: Final = "block.controller.nvme-firmware"
CONTROLLER_NVME_MODEL: Final = "block.controller.nvme-model"
CONTROLLER_NVME_NAMESPACE: Final = "block.controller.nvme-namespace"
CONTROLLER_PVSCSI: Final = "block.controller.pvscsi"
CONTROLLER_SD: Final = "block.controller.sd"
CONTROLLER_VIRTIO_SCSI: Final = "block.controller.virtio-scsi"
COPY_BEFORE_WRITE: Final = "block.copy-before-write"
COPY_BEFORE_WRITE_MIN_CLUSTER_SIZE: Final = "block.copy-before-write.min-cluster-size"
COPY_BEFORE_WRITE_ON_ERROR: Final = "block.copy-before-write.on-error"
DETECT_ZEROES: Final = "block.detect-zeroes"
DIRECT_IO: Final = "block.direct-io"
DIRTY_BITMAP: Final = "block.dirty-bitmap"
DIRTY_BITMAP_DISABLE: Final = "block.dirty-bitmap.disable"
DIRTY_BITMAP_MERGE: Final = "block.dirty-bitmap.merge"
DIRTY_BITMAP_PERSISTENT: Final = "block.dirty-bitmap.persistent"
DISCARD: Final = "block.discard"
EJECT_EVENT: Final = "block.eject-event"
EMMC_REPLAY_PROTECTED: Final = "block.emmc.replay-protected"
ERROR_POLICY: Final = "block.error-policy"
ERROR_POLICY_USB: Final = "block.error-policy.usb"
EVENT_IDX: Final = "block.event-idx"
FILE_DROP_CACHE: Final = "block.file.drop-cache"
FILE_DYNAMIC_AUTO_READ_ONLY: Final = "block.file.dynamic-auto-read-only"
GLUSTER: Final = "block.gluster"
GLUSTER_DEBUG: Final = "block.gluster.debug"
HOT_PLUG: Final = "block.hot-plug"
HOT_UNPLUG: Final = "block.hot-unplug"
HOT_UNPLUG_SAFE: Final = "block.hot-unplug.safe"
HTTP: Final = "block.http"
HTTP_RANGES_ASSUMED: Final = "block.http.ranges-assumed"
IMAGE_TYPE: Final = "block.image-type"
IMAGE_CREATE: Final = "block.image.create"
IMAGE_EXTENDED_L2: Final = "block.image.extended-l2"
IO_LIMIT: Final = "block.io-limit"
IO_LIMIT_GROUP: Final = "block.io-limit.group"
IO_THROTTLE: Final = "block.io-throttle"
IO_THROTTLE_BURST: Final = "block.io-throttle.burst"
IO_THROTTLE_BURST_LENGTH: Final = "block.io-throttle.burst-length"
IO_THROTTLE_GROUP: Final = "block.io-throttle.group"
IO_THROTTLE_NODE: Final = "block.io-throttle.node"
IOEVENTFD: Final = "block.ioeventfd"
IOTHREAD: Final = "block.iothread"
IOTHREAD_POLL: Final = "block.iothread.poll"
IOTHREAD_POLL_WEIGHT: Final = "block.iothread.poll-weight"
IOTHREAD_THREAD_POOL: Final = "block.iothread.thread-pool"
ISCSI: Final = "block.iscsi"
ISCSI_PASSWORD_SECRET: Final = "block.iscsi.password-secret"
LATENCY_HISTOGRAM: Final = "block.latency-histogram"
LIMITS: Final = "block.limits"
LIST_FLAT: Final = "block.list.flat"
LOCAL_READ_CACHE: Final = "block.local-read-cache"
LOCK_GRANULARITY: Final = "block.lock-granularity"
LUKS: Final = "block.luks"
MIRROR: Final = "block.mirror"
MIRROR_CHANGE_COPY_MODE: Final = "block.mirror.change-copy-mode"
MIRROR_COPY_MODE: Final = "block.mirror.copy-mode"
MIRROR_TARGET_IS_ZERO: Final = "block.mirror.target-is-zero"
MIRROR_UNMAP: Final = "block.mirror.unmap"
MOVE: Final = "block.move"
NBD: Final = "block.nbd"
NBD_KEEP_ALIVE: Final = "block.nbd.keep-alive"
NBD_RECONNECT: Final = "block.nbd.reconnect"
NBD_TLS_HOSTNAME: Final = "block.nbd.tls-hostname"
NFS: Final = "block.nfs"
NODE_ACTIVATE: Final = "block.node.activate"
NODE_ADD: Final = "block.node.add"
NODE_LIST: Final = "block.node.list"
NODE_LIST_FLAT: Final = "block.node.list-flat"
NODE_REMOVE: Final = "block.node.remove"
NODE_REOPEN: Final = "block.node.reopen"
NVME_USERSPACE: Final = "block.nvme-userspace"
PV: Final = "block.pv"
QCOW2_DATA_FILE: Final = "block.qcow2.data-file"
QCOW2_DISCARD_NO_UNREF: Final = "block.qcow2.discard-no-unref"
QCOW2_LAZY_REFCOUNTS: Final = "block.qcow2.lazy-refcounts"
QCOW2_LUKS: Final = "block.qcow2.luks"
QED: Final = "block.qed"
QUEUE_AFFINITY: Final = "block.queue-affinity"
QUEUE_SIZE: Final = "block.queue-size"
QUEUES: Final = "block.queues"
RBD: Final = "block.rbd"
RBD_ENCRYPTION: Final = "block.rbd.encryption"
RBD_ENCRYPTION_LAYERING: Final = "block.rbd.encryption-layering"
RBD_ENCRYPTION_LUKS_ANY: Final = "block.rbd.encryption-luks-any"
RBD_NAMESPACE: Final = "block.rbd.namespace"
READ_ONLY: Final = "block.read-only"
RESET_ON_BOOT: Final = "block.reset-on-boot"
RESIZE: Final = "block.resize"
ROOT_PARTITION: Final = "block.root-partition"
ROTATION_RATE: Final = "block.rotation-rate"
SCSI_CHANNEL: Final = "block.scsi.channel"
SCSI_DEVICE_ID: Final = "block.scsi.device-id"
SCSI_IOTHREAD: Final = "block.scsi.iothread"
SCSI_IOTHREAD_MAPPING: Final = "block.scsi.iothread-mapping"
SCSI_PASSTHROUGH: Final = "block.scsi.passthrough"
SCSI_PERSISTENT_RESERVATIONS: Final = "block.scsi.persistent-reservations"
SCSI_PV: Final = "block.scsi.pv"
SCSI_RESERVATION_MIGRATION: Final = "block.scsi.reservation-migration"
SCSI_VHOST: Final = "block.scsi.vhost"
SECTOR_SIZE: Final = "block.sector-size"
SERIAL: Final = "block.serial"
SHARE_RW: Final = "block.share-rw"
SNAPSHOT: Final = "block.snapshot"
SNAPSHOT_ACCESS: Final = "block.snapshot-access"
SNAPSHOT_INTERNAL: Final = "block.snapshot.internal"
SNAPSHOT_WRITE_ONLY_OVERLAY: Final = "block.snapshot.write-only-overlay"
SSH: Final = "block.ssh"
STATISTICS_INTERVALS: Final = "block.statistics.intervals"
STREAM: Final = "block.stream"
STREAM_BOTTOM: Final = "block.stream.bottom"
VDPA: Final = "block.vdpa"
VHOST_USER: Final = "block.vhost-user"
VHOST_USER_INFLIGHT_MIGRATION: Final = "block.vhost-user.inflight-migration"
VIRTIO: Final = "block.virtio"
VIRTIO_IOTHREAD_MAPPING: Final = "block.virtio-iothread-mapping"
VIRTIO_SCSI_COMMANDS: Final = "block.virtio-scsi-commands"
VIRTIO_SCSI_COMMANDS_OFF_BY_DEFAULT: Final = "block.virtio-scsi-commands.off-by-default"
VIRTIO_GRANTS: Final = "block.virtio.grants"
VXHS: Final = "block.vxhs"
WRITE_CACHE: Final = "block.write-cache"
WRITE_THRESHOLD: Final = "block.write-threshold"
WWN: Final = "block.wwn"
