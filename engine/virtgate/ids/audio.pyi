"""Ids of the area `audio`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "audio.backend.alsa", "audio.backend.dbus", "audio.backend.jack", "audio.backend.list",
    "audio.backend.pipewire", "audio.backend.pulseaudio", "audio.backend.spice", "audio.device.ac97",
    "audio.device.backend", "audio.device.emulated", "audio.device.hda-duplex", "audio.device.hda-ich6",
    "audio.device.hda-ich9", "audio.device.hda-micro", "audio.device.hda-output", "audio.device.pv",
    "audio.device.usb", "audio.device.virtio",
]

BACKEND_ALSA: Final = "audio.backend.alsa"
BACKEND_DBUS: Final = "audio.backend.dbus"
BACKEND_JACK: Final = "audio.backend.jack"
BACKEND_LIST: Final = "audio.backend.list"
BACKEND_PIPEWIRE: Final = "audio.backend.pipewire"
BACKEND_PULSEAUDIO: Final = "audio.backend.pulseaudio"
BACKEND_SPICE: Final = "audio.backend.spice"
DEVICE_AC97: Final = "audio.device.ac97"
DEVICE_BACKEND: Final = "audio.device.backend"
DEVICE_EMULATED: Final = "audio.device.emulated"
DEVICE_HDA_DUPLEX: Final = "audio.device.hda-duplex"
DEVICE_HDA_ICH6: Final = "audio.device.hda-ich6"
DEVICE_HDA_ICH9: Final = "audio.device.hda-ich9"
DEVICE_HDA_MICRO: Final = "audio.device.hda-micro"
DEVICE_HDA_OUTPUT: Final = "audio.device.hda-output"
DEVICE_PV: Final = "audio.device.pv"
DEVICE_USB: Final = "audio.device.usb"
DEVICE_VIRTIO: Final = "audio.device.virtio"
