"""Ids of the area `display`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "display.auto-port", "display.dbus", "display.device.bochs", "display.device.cirrus",
    "display.device.gop", "display.device.none", "display.device.primary", "display.device.qxl",
    "display.device.qxl-max-outputs", "display.device.qxl-vgamem", "display.device.qxl-vram64",
    "display.device.ramfb", "display.device.vga", "display.device.vga-vgamem",
    "display.device.vhost-user-gpu", "display.device.vhost-user-vga", "display.device.virtio-gpu",
    "display.device.virtio-gpu-3d", "display.device.virtio-gpu-blob", "display.device.virtio-gpu-ccw",
    "display.device.virtio-gpu-edid", "display.device.virtio-gpu-host-memory",
    "display.device.virtio-gpu-max-outputs", "display.device.virtio-vga", "display.device.virtio-vga-3d",
    "display.device.vmware", "display.device.vmware-vgamem", "display.headless-gl",
    "display.headless-gl.rendernode", "display.keymap", "display.listen", "display.listen-off",
    "display.open", "display.password.at-start", "display.password.expire", "display.password.set",
    "display.pv", "display.pv.connectors", "display.reload-tls", "display.screenshot",
    "display.screenshot.device", "display.screenshot.png", "display.spice", "display.spice.agent",
    "display.spice.file-transfer-off", "display.spice.gl", "display.spice.image-compression",
    "display.spice.password-secret", "display.spice.read-password", "display.spice.refresh-rate",
    "display.spice.rendernode", "display.spice.seamless-migration", "display.spice.streaming-video",
    "display.spice.unix-socket", "display.spice.video-codec", "display.video-memory",
    "display.virtio-gpu.native-context", "display.vnc", "display.vnc.change-address",
    "display.vnc.multiple-servers", "display.vnc.password-secret", "display.vnc.power-control",
    "display.vnc.tls-authorization", "display.vnc.websocket", "display.window.gtk", "display.window.scale",
    "display.window.sdl", "display.window.sdl-gl", "display.window.spice-app",
]

AUTO_PORT: Final = "display.auto-port"
DBUS: Final = "display.dbus"
DEVICE_BOCHS: Final = "display.device.bochs"
DEVICE_CIRRUS: Final = "display.device.cirrus"
DEVICE_GOP: Final = "display.device.gop"
DEVICE_NONE: Final = "display.device.none"
DEVICE_PRIMARY: Final = "display.device.primary"
DEVICE_QXL: Final = "display.device.qxl"
DEVICE_QXL_MAX_OUTPUTS: Final = "display.device.qxl-max-outputs"
DEVICE_QXL_VGAMEM: Final = "display.device.qxl-vgamem"
DEVICE_QXL_VRAM64: Final = "display.device.qxl-vram64"
DEVICE_RAMFB: Final = "display.device.ramfb"
DEVICE_VGA: Final = "display.device.vga"
DEVICE_VGA_VGAMEM: Final = "display.device.vga-vgamem"
DEVICE_VHOST_USER_GPU: Final = "display.device.vhost-user-gpu"
DEVICE_VHOST_USER_VGA: Final = "display.device.vhost-user-vga"
DEVICE_VIRTIO_GPU: Final = "display.device.virtio-gpu"
DEVICE_VIRTIO_GPU_3D: Final = "display.device.virtio-gpu-3d"
DEVICE_VIRTIO_GPU_BLOB: Final = "display.device.virtio-gpu-blob"
DEVICE_VIRTIO_GPU_CCW: Final = "display.device.virtio-gpu-ccw"
DEVICE_VIRTIO_GPU_EDID: Final = "display.device.virtio-gpu-edid"
DEVICE_VIRTIO_GPU_HOST_MEMORY: Final = "display.device.virtio-gpu-host-memory"
DEVICE_VIRTIO_GPU_MAX_OUTPUTS: Final = "display.device.virtio-gpu-max-outputs"
DEVICE_VIRTIO_VGA: Final = "display.device.virtio-vga"
DEVICE_VIRTIO_VGA_3D: Final = "display.device.virtio-vga-3d"
DEVICE_VMWARE: Final = "display.device.vmware"
DEVICE_VMWARE_VGAMEM: Final = "display.device.vmware-vgamem"
HEADLESS_GL: Final = "display.headless-gl"
HEADLESS_GL_RENDERNODE: Final = "display.headless-gl.rendernode"
KEYMAP: Final = "display.keymap"
LISTEN: Final = "display.listen"
LISTEN_OFF: Final = "display.listen-off"
OPEN: Final = "display.open"
PASSWORD_AT_START: Final = "display.password.at-start"
PASSWORD_EXPIRE: Final = "display.password.expire"
PASSWORD_SET: Final = "display.password.set"
PV: Final = "display.pv"
PV_CONNECTORS: Final = "display.pv.connectors"
RELOAD_TLS: Final = "display.reload-tls"
SCREENSHOT: Final = "display.screenshot"
SCREENSHOT_DEVICE: Final = "display.screenshot.device"
SCREENSHOT_PNG: Final = "display.screenshot.png"
SPICE: Final = "display.spice"
SPICE_AGENT: Final = "display.spice.agent"
SPICE_FILE_TRANSFER_OFF: Final = "display.spice.file-transfer-off"
SPICE_GL: Final = "display.spice.gl"
SPICE_IMAGE_COMPRESSION: Final = "display.spice.image-compression"
SPICE_PASSWORD_SECRET: Final = "display.spice.password-secret"
SPICE_READ_PASSWORD: Final = "display.spice.read-password"
SPICE_REFRESH_RATE: Final = "display.spice.refresh-rate"
SPICE_RENDERNODE: Final = "display.spice.rendernode"
SPICE_SEAMLESS_MIGRATION: Final = "display.spice.seamless-migration"
SPICE_STREAMING_VIDEO: Final = "display.spice.streaming-video"
SPICE_UNIX_SOCKET: Final = "display.spice.unix-socket"
SPICE_VIDEO_CODEC: Final = "display.spice.video-codec"
VIDEO_MEMORY: Final = "display.video-memory"
VIRTIO_GPU_NATIVE_CONTEXT: Final = "display.virtio-gpu.native-context"
VNC: Final = "display.vnc"
VNC_CHANGE_ADDRESS: Final = "display.vnc.change-address"
VNC_MULTIPLE_SERVERS: Final = "display.vnc.multiple-servers"
VNC_PASSWORD_SECRET: Final = "display.vnc.password-secret"
VNC_POWER_CONTROL: Final = "display.vnc.power-control"
VNC_TLS_AUTHORIZATION: Final = "display.vnc.tls-authorization"
VNC_WEBSOCKET: Final = "display.vnc.websocket"
WINDOW_GTK: Final = "display.window.gtk"
WINDOW_SCALE: Final = "display.window.scale"
WINDOW_SDL: Final = "display.window.sdl"
WINDOW_SDL_GL: Final = "display.window.sdl-gl"
WINDOW_SPICE_APP: Final = "display.window.spice-app"
