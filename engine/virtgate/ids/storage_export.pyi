"""Ids of the area `storage-export`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "storage-export.fuse", "storage-export.iothread", "storage-export.iothreads", "storage-export.list",
    "storage-export.nbd", "storage-export.nbd.allocation-depth", "storage-export.nbd.bitmap",
    "storage-export.nbd.host", "storage-export.nbd.host-certificate", "storage-export.nbd.max-connections",
    "storage-export.nbd.server", "storage-export.nbd.tls", "storage-export.remove", "storage-export.vduse",
    "storage-export.vhost-user-blk",
]

FUSE: Final = "storage-export.fuse"
IOTHREAD: Final = "storage-export.iothread"
IOTHREADS: Final = "storage-export.iothreads"
LIST: Final = "storage-export.list"
NBD: Final = "storage-export.nbd"
NBD_ALLOCATION_DEPTH: Final = "storage-export.nbd.allocation-depth"
NBD_BITMAP: Final = "storage-export.nbd.bitmap"
NBD_HOST: Final = "storage-export.nbd.host"
NBD_HOST_CERTIFICATE: Final = "storage-export.nbd.host-certificate"
NBD_MAX_CONNECTIONS: Final = "storage-export.nbd.max-connections"
NBD_SERVER: Final = "storage-export.nbd.server"
NBD_TLS: Final = "storage-export.nbd.tls"
REMOVE: Final = "storage-export.remove"
VDUSE: Final = "storage-export.vduse"
VHOST_USER_BLK: Final = "storage-export.vhost-user-blk"
