"""Ids of the area `console`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "console.attach", "console.change-backend", "console.channel", "console.clipboard", "console.dbus",
    "console.debug-port", "console.fan-in", "console.fd-passing", "console.file", "console.file-append",
    "console.hot-plug", "console.keep-alive", "console.list", "console.log-file",
    "console.log-file.timestamps", "console.monitor.fd-passing", "console.monitor.object", "console.parallel",
    "console.pty", "console.pty.fixed-path", "console.pv.hot-plug", "console.reconnect",
    "console.ring-buffer", "console.serial.ccw", "console.serial.ccw-line-mode", "console.serial.isa",
    "console.serial.pci", "console.serial.pl011", "console.serial.rate-limit", "console.serial.sbsa",
    "console.serial.several", "console.serial.spapr", "console.serial.usb", "console.socket",
    "console.socket.tls", "console.socket.tls-authorization", "console.socket.websocket",
    "console.spice-channel", "console.virtio-console", "console.virtio-port",
    "console.virtio-port.open-event", "console.window.encoding",
]

ATTACH: Final = "console.attach"
CHANGE_BACKEND: Final = "console.change-backend"
CHANNEL: Final = "console.channel"
CLIPBOARD: Final = "console.clipboard"
DBUS: Final = "console.dbus"
DEBUG_PORT: Final = "console.debug-port"
FAN_IN: Final = "console.fan-in"
FD_PASSING: Final = "console.fd-passing"
FILE: Final = "console.file"
FILE_APPEND: Final = "console.file-append"
HOT_PLUG: Final = "console.hot-plug"
KEEP_ALIVE: Final = "console.keep-alive"
LIST: Final = "console.list"
LOG_FILE: Final = "console.log-file"
LOG_FILE_TIMESTAMPS: Final = "console.log-file.timestamps"
MONITOR_FD_PASSING: Final = "console.monitor.fd-passing"
MONITOR_OBJECT: Final = "console.monitor.object"
PARALLEL: Final = "console.parallel"
PTY: Final = "console.pty"
PTY_FIXED_PATH: Final = "console.pty.fixed-path"
PV_HOT_PLUG: Final = "console.pv.hot-plug"
RECONNECT: Final = "console.reconnect"
RING_BUFFER: Final = "console.ring-buffer"
SERIAL_CCW: Final = "console.serial.ccw"
SERIAL_CCW_LINE_MODE: Final = "console.serial.ccw-line-mode"
SERIAL_ISA: Final = "console.serial.isa"
SERIAL_PCI: Final = "console.serial.pci"
SERIAL_PL011: Final = "console.serial.pl011"
SERIAL_RATE_LIMIT: Final = "console.serial.rate-limit"
SERIAL_SBSA: Final = "console.serial.sbsa"
SERIAL_SEVERAL: Final = "console.serial.several"
SERIAL_SPAPR: Final = "console.serial.spapr"
SERIAL_USB: Final = "console.serial.usb"
SOCKET: Final = "console.socket"
SOCKET_TLS: Final = "console.socket.tls"
SOCKET_TLS_AUTHORIZATION: Final = "console.socket.tls-authorization"
SOCKET_WEBSOCKET: Final = "console.socket.websocket"
SPICE_CHANNEL: Final = "console.spice-channel"
VIRTIO_CONSOLE: Final = "console.virtio-console"
VIRTIO_PORT: Final = "console.virtio-port"
VIRTIO_PORT_OPEN_EVENT: Final = "console.virtio-port.open-event"
WINDOW_ENCODING: Final = "console.window.encoding"
