"""Ids of the area `firmware`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "firmware.boot.arguments", "firmware.boot.bootloader", "firmware.boot.bootloader-restrict",
    "firmware.boot.file-from-host", "firmware.boot.initial-ram-disk", "firmware.boot.kernel-notes",
    "firmware.boot.loadparm", "firmware.boot.order", "firmware.boot.reboot-timeout", "firmware.boot.shim",
    "firmware.boot.splash-time", "firmware.boot.strict", "firmware.choose", "firmware.error-store",
    "firmware.flash", "firmware.fw-cfg", "firmware.hot-plug.bridges", "firmware.hot-plug.root",
    "firmware.image", "firmware.laptop-slate", "firmware.nvram", "firmware.ras", "firmware.secure-boot.keys",
    "firmware.secure-boot.loader", "firmware.secure-boot.mode", "firmware.secure-boot.readiness",
    "firmware.serial-bios", "firmware.sleep.disk-off", "firmware.sleep.disk-off-q35",
    "firmware.sleep.ram-off", "firmware.sleep.ram-off-q35", "firmware.smbios", "firmware.smbios.oem-strings",
    "firmware.smbios.uuid", "firmware.smm", "firmware.smm.memory-size", "firmware.stateless",
    "firmware.tables", "firmware.uefi", "firmware.uefi-variables",
]

BOOT_ARGUMENTS: Final = "firmware.boot.arguments"
BOOT_BOOTLOADER: Final = "firmware.boot.bootloader"
BOOT_BOOTLOADER_RESTRICT: Final = "firmware.boot.bootloader-restrict"
BOOT_FILE_FROM_HOST: Final = "firmware.boot.file-from-host"
BOOT_INITIAL_RAM_DISK: Final = "firmware.boot.initial-ram-disk"
BOOT_KERNEL_NOTES: Final = "firmware.boot.kernel-notes"
BOOT_LOADPARM: Final = "firmware.boot.loadparm"
BOOT_ORDER: Final = "firmware.boot.order"
BOOT_REBOOT_TIMEOUT: Final = "firmware.boot.reboot-timeout"
BOOT_SHIM: Final = "firmware.boot.shim"
BOOT_SPLASH_TIME: Final = "firmware.boot.splash-time"
BOOT_STRICT: Final = "firmware.boot.strict"
CHOOSE: Final = "firmware.choose"
ERROR_STORE: Final = "firmware.error-store"
FLASH: Final = "firmware.flash"
FW_CFG: Final = "firmware.fw-cfg"
HOT_PLUG_BRIDGES: Final = "firmware.hot-plug.bridges"
HOT_PLUG_ROOT: Final = "firmware.hot-plug.root"
IMAGE: Final = "firmware.image"
LAPTOP_SLATE: Final = "firmware.laptop-slate"
NVRAM: Final = "firmware.nvram"
RAS: Final = "firmware.ras"
SECURE_BOOT_KEYS: Final = "firmware.secure-boot.keys"
SECURE_BOOT_LOADER: Final = "firmware.secure-boot.loader"
SECURE_BOOT_MODE: Final = "firmware.secure-boot.mode"
SECURE_BOOT_READINESS: Final = "firmware.secure-boot.readiness"
SERIAL_BIOS: Final = "firmware.serial-bios"
SLEEP_DISK_OFF: Final = "firmware.sleep.disk-off"
SLEEP_DISK_OFF_Q35: Final = "firmware.sleep.disk-off-q35"
SLEEP_RAM_OFF: Final = "firmware.sleep.ram-off"
SLEEP_RAM_OFF_Q35: Final = "firmware.sleep.ram-off-q35"
SMBIOS: Final = "firmware.smbios"
SMBIOS_OEM_STRINGS: Final = "firmware.smbios.oem-strings"
SMBIOS_UUID: Final = "firmware.smbios.uuid"
SMM: Final = "firmware.smm"
SMM_MEMORY_SIZE: Final = "firmware.smm.memory-size"
STATELESS: Final = "firmware.stateless"
TABLES: Final = "firmware.tables"
UEFI: Final = "firmware.uefi"
UEFI_VARIABLES: Final = "firmware.uefi-variables"
