"""Ids of the area `net`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "net.address.lock", "net.address.set", "net.af-xdp.map", "net.backend.af-xdp", "net.backend.bridge",
    "net.backend.datagram", "net.backend.l2tpv3", "net.backend.passt", "net.backend.stream",
    "net.backend.stream-events", "net.backend.stream-reconnect", "net.backend.tap", "net.backend.tap-address",
    "net.backend.tap-fds", "net.backend.tap-mac", "net.backend.tap-queues", "net.backend.tap-vhost",
    "net.backend.type", "net.backend.untrusted", "net.backend.user", "net.backend.vhost-user",
    "net.backend.vhost-user-events", "net.backend.vhost-user-queues", "net.backend.vhost-user-server",
    "net.backend.vhost-vdpa", "net.backend.vmnet", "net.capture", "net.direct", "net.emulated",
    "net.emulated.model", "net.event-idx", "net.failover", "net.failover.events", "net.hardware-address",
    "net.hot-plug", "net.hot-unplug", "net.hot-unplug.waits", "net.json", "net.link", "net.model.e1000",
    "net.model.e1000e", "net.model.igb", "net.model.rtl8139", "net.model.virtio", "net.model.vmxnet3",
    "net.move", "net.mtu", "net.offload", "net.pv-sockets", "net.rate-limit", "net.rate-limit.change",
    "net.rate-limit.receive", "net.remove-offline", "net.rss", "net.rss.hash-report", "net.rx-filter",
    "net.rx-queue-size", "net.sr-iov", "net.trunk", "net.tx-algorithm", "net.tx-queue-size",
    "net.virtio.hash-fields", "net.virtio.tunnel-offload", "net.vlan",
]

ADDRESS_LOCK: Final = "net.address.lock"
ADDRESS_SET: Final = "net.address.set"
AF_XDP_MAP: Final = "net.af-xdp.map"
BACKEND_AF_XDP: Final = "net.backend.af-xdp"
BACKEND_BRIDGE: Final = "net.backend.bridge"
BACKEND_DATAGRAM: Final = "net.backend.datagram"
BACKEND_L2TPV3: Final = "net.backend.l2tpv3"
BACKEND_PASST: Final = "net.backend.passt"
BACKEND_STREAM: Final = "net.backend.stream"
BACKEND_STREAM_EVENTS: Final = "net.backend.stream-events"
BACKEND_STREAM_RECONNECT: Final = "net.backend.stream-reconnect"
BACKEND_TAP: Final = "net.backend.tap"
BACKEND_TAP_ADDRESS: Final = "net.backend.tap-address"
BACKEND_TAP_FDS: Final = "net.backend.tap-fds"
BACKEND_TAP_MAC: Final = "net.backend.tap-mac"
BACKEND_TAP_QUEUES: Final = "net.backend.tap-queues"
BACKEND_TAP_VHOST: Final = "net.backend.tap-vhost"
BACKEND_TYPE: Final = "net.backend.type"
BACKEND_UNTRUSTED: Final = "net.backend.untrusted"
BACKEND_USER: Final = "net.backend.user"
BACKEND_VHOST_USER: Final = "net.backend.vhost-user"
BACKEND_VHOST_USER_EVENTS: Final = "net.backend.vhost-user-events"
BACKEND_VHOST_USER_QUEUES: Final = "net.backend.vhost-user-queues"
BACKEND_VHOST_USER_SERVER: Final = "net.backend.vhost-user-server"
BACKEND_VHOST_VDPA: Final = "net.backend.vhost-vdpa"
BACKEND_VMNET: Final = "net.backend.vmnet"
CAPTURE: Final = "net.capture"
DIRECT: Final = "net.direct"
EMULATED: Final = "net.emulated"
EMULATED_MODEL: Final = "net.emulated.model"
EVENT_IDX: Final = "net.event-idx"
FAILOVER: Final = "net.failover"
FAILOVER_EVENTS: Final = "net.failover.events"
HARDWARE_ADDRESS: Final = "net.hardware-address"
HOT_PLUG: Final = "net.hot-plug"
HOT_UNPLUG: Final = "net.hot-unplug"
HOT_UNPLUG_WAITS: Final = "net.hot-unplug.waits"
JSON: Final = "net.json"
LINK: Final = "net.link"
MODEL_E1000: Final = "net.model.e1000"
MODEL_E1000E: Final = "net.model.e1000e"
MODEL_IGB: Final = "net.model.igb"
MODEL_RTL8139: Final = "net.model.rtl8139"
MODEL_VIRTIO: Final = "net.model.virtio"
MODEL_VMXNET3: Final = "net.model.vmxnet3"
MOVE: Final = "net.move"
MTU: Final = "net.mtu"
OFFLOAD: Final = "net.offload"
PV_SOCKETS: Final = "net.pv-sockets"
RATE_LIMIT: Final = "net.rate-limit"
RATE_LIMIT_CHANGE: Final = "net.rate-limit.change"
RATE_LIMIT_RECEIVE: Final = "net.rate-limit.receive"
REMOVE_OFFLINE: Final = "net.remove-offline"
RSS: Final = "net.rss"
RSS_HASH_REPORT: Final = "net.rss.hash-report"
RX_FILTER: Final = "net.rx-filter"
RX_QUEUE_SIZE: Final = "net.rx-queue-size"
SR_IOV: Final = "net.sr-iov"
TRUNK: Final = "net.trunk"
TX_ALGORITHM: Final = "net.tx-algorithm"
TX_QUEUE_SIZE: Final = "net.tx-queue-size"
VIRTIO_HASH_FIELDS: Final = "net.virtio.hash-fields"
VIRTIO_TUNNEL_OFFLOAD: Final = "net.virtio.tunnel-offload"
VLAN: Final = "net.vlan"
