"""Ids of the area `guest`; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

    Id: TypeAlias = Literal[
        "guest.bios-strings",
        "guest.clock.timer-mode",
        "guest.disk.reconfigure",
        "guest.disk.replace-medium",
        "guest.display.opengl",
        "guest.enlightenment.windows",
        "guest.enlightenment.windows.synthetic-timers",
        "guest.firmware.smbios",
        "guest.share-folder",
        "guest.snapshot.with-memory",
    ]

BIOS_STRINGS: Final = "guest.bios-strings"
CLOCK_TIMER_MODE: Final = "guest.clock.timer-mode"
DISK_RECONFIGURE: Final = "guest.disk.reconfigure"
DISK_REPLACE_MEDIUM: Final = "guest.disk.replace-medium"
DISPLAY_OPENGL: Final = "guest.display.opengl"
ENLIGHTENMENT_WINDOWS: Final = "guest.enlightenment.windows"
ENLIGHTENMENT_WINDOWS_SYNTHETIC_TIMERS: Final = "guest.enlightenment.windows.synthetic-timers"
FIRMWARE_SMBIOS: Final = "guest.firmware.smbios"
SHARE_FOLDER: Final = "guest.share-folder"
SNAPSHOT_WITH_MEMORY: Final = "guest.snapshot.with-memory"
