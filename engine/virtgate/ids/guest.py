"""Ids of the area `guest`; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final, Literal, TypeAlias

    Id: TypeAlias = Literal[
        "guest.apic",
        "guest.appliance",
        "guest.appliance.order",
        "guest.arm",
        "guest.arm.interrupts",
        "guest.arm.scmi",
        "guest.arm.trap-unmapped",
        "guest.arm.trusted-world",
        "guest.arm.trusted-world.ffa",
        "guest.bios-strings",
        "guest.boot.bootloader",
        "guest.boot.bootloader.restrict",
        "guest.boot.order",
        "guest.checkpoint",
        "guest.clock.local-time",
        "guest.clock.offset",
        "guest.clock.timer-mode",
        "guest.clock.tsc-mode",
        "guest.clone",
        "guest.console.add",
        "guest.console.attach",
        "guest.console.channel",
        "guest.console.listed",
        "guest.console.parallel",
        "guest.console.serial-list",
        "guest.copy",
        "guest.cpu.cap",
        "guest.cpu.cpuid-mask",
        "guest.cpu.hardware-paging",
        "guest.cpu.initially-online",
        "guest.cpu.machine-checks",
        "guest.cpu.msr-relaxed",
        "guest.cpu.nested",
        "guest.cpu.pae",
        "guest.cpu.performance-counters",
        "guest.cpu.pin",
        "guest.cpu.pin.each",
        "guest.cpu.pin.force",
        "guest.cpu.pin.soft",
        "guest.cpu.scheduler.change",
        "guest.cpu.scheduler.each",
        "guest.cpu.scheduler.real-time",
        "guest.cpu.scheduler.real-time.extra-time",
        "guest.cpu.trace",
        "guest.cpu.weight",
        "guest.description",
        "guest.disk.direct-io",
        "guest.disk.eject-event",
        "guest.disk.pv",
        "guest.disk.qed",
        "guest.disk.reconfigure",
        "guest.disk.replace-medium",
        "guest.disk.safe-remove",
        "guest.disk.script",
        "guest.disk.standalone-backend",
        "guest.disk.untrusted-backend",
        "guest.disk.user-space",
        "guest.disk.virtio",
        "guest.disk.virtio.grants",
        "guest.display.auto-port",
        "guest.display.keymap",
        "guest.display.listen",
        "guest.display.opengl",
        "guest.display.password",
        "guest.display.pv",
        "guest.display.pv-connectors",
        "guest.display.video-memory",
        "guest.driver-domain",
        "guest.driver-domain.create",
        "guest.dump-live",
        "guest.enlightenment.windows",
        "guest.enlightenment.windows.apic-assist",
        "guest.enlightenment.windows.choose",
        "guest.enlightenment.windows.cpu-hot-plug",
        "guest.enlightenment.windows.crash-report",
        "guest.enlightenment.windows.no-processor-limit",
        "guest.enlightenment.windows.processor-interrupts",
        "guest.enlightenment.windows.processor-masks",
        "guest.enlightenment.windows.synthetic-interrupts",
        "guest.enlightenment.windows.synthetic-timers",
        "guest.event-channels",
        "guest.firmware.image",
        "guest.firmware.laptop-slate",
        "guest.firmware.smbios",
        "guest.firmware.tables",
        "guest.firmware.uefi",
        "guest.full-virtualization",
        "guest.import",
        "guest.info.address-width",
        "guest.info.networks",
        "guest.info.os",
        "guest.info.pv-drivers",
        "guest.info.unstoppable",
        "guest.input.pv.extended",
        "guest.input.pv.optional",
        "guest.interrupts.as-events",
        "guest.io.interrupts",
        "guest.io.memory",
        "guest.io.memory.address",
        "guest.io.ports",
        "guest.kernel-notes",
        "guest.memory.address-limit",
        "guest.memory.alternate-views",
        "guest.memory.alternate-views.count",
        "guest.memory.claim",
        "guest.memory.grant-limits",
        "guest.memory.grant-limits.default",
        "guest.memory.grant-version",
        "guest.memory.iommu-overhead",
        "guest.memory.maximum",
        "guest.memory.numa-affinity",
        "guest.memory.shadow",
        "guest.memory.sharing",
        "guest.memory.superpages",
        "guest.messages",
        "guest.net.backend-type",
        "guest.net.emulated",
        "guest.net.emulated-model",
        "guest.net.rate-limit",
        "guest.net.rate-limit.change",
        "guest.net.unplug-waits",
        "guest.net.untrusted-backend",
        "guest.net.vlan",
        "guest.operations.block",
        "guest.os-kind",
        "guest.os-variant",
        "guest.paravirtualization",
        "guest.paravirtualization.32-bit",
        "guest.passthrough",
        "guest.pci.by-name",
        "guest.pci.device-tree",
        "guest.pci.device-tree.hot-plug",
        "guest.pci.emulated",
        "guest.pci.graphics",
        "guest.pci.hole-size",
        "guest.pci.hot-plug",
        "guest.pci.hot-unplug",
        "guest.pci.reserved-memory",
        "guest.pci.seize",
        "guest.pv-drivers-device",
        "guest.pv-drivers-device.uncached",
        "guest.pv-drivers-device.vendor",
        "guest.pv-in-container",
        "guest.pvh",
        "guest.rename",
        "guest.replicate",
        "guest.replicate.compare",
        "guest.replicate.compare.user-space",
        "guest.restore",
        "guest.save",
        "guest.scsi.pv",
        "guest.security-label",
        "guest.share-folder",
        "guest.share-folder.hot-plug",
        "guest.shared-store",
        "guest.snapshot",
        "guest.snapshot.quiesced",
        "guest.snapshot.revert",
        "guest.snapshot.schedule",
        "guest.snapshot.with-memory",
        "guest.sockets.pv",
        "guest.soft-reset",
        "guest.sound",
        "guest.sound.pv",
        "guest.suspend",
        "guest.sysrq",
        "guest.tpm.pv",
        "guest.usb.emulated",
        "guest.usb.emulated.several",
        "guest.usb.emulated.version",
        "guest.usb.pv",
    ]

APIC: Final = "guest.apic"
APPLIANCE: Final = "guest.appliance"
APPLIANCE_ORDER: Final = "guest.appliance.order"
ARM: Final = "guest.arm"
ARM_INTERRUPTS: Final = "guest.arm.interrupts"
ARM_SCMI: Final = "guest.arm.scmi"
ARM_TRAP_UNMAPPED: Final = "guest.arm.trap-unmapped"
ARM_TRUSTED_WORLD: Final = "guest.arm.trusted-world"
ARM_TRUSTED_WORLD_FFA: Final = "guest.arm.trusted-world.ffa"
BIOS_STRINGS: Final = "guest.bios-strings"
BOOT_BOOTLOADER: Final = "guest.boot.bootloader"
BOOT_BOOTLOADER_RESTRICT: Final = "guest.boot.bootloader.restrict"
BOOT_ORDER: Final = "guest.boot.order"
CHECKPOINT: Final = "guest.checkpoint"
CLOCK_LOCAL_TIME: Final = "guest.clock.local-time"
CLOCK_OFFSET: Final = "guest.clock.offset"
CLOCK_TIMER_MODE: Final = "guest.clock.timer-mode"
CLOCK_TSC_MODE: Final = "guest.clock.tsc-mode"
CLONE: Final = "guest.clone"
CONSOLE_ADD: Final = "guest.console.add"
CONSOLE_ATTACH: Final = "guest.console.attach"
CONSOLE_CHANNEL: Final = "guest.console.channel"
CONSOLE_LISTED: Final = "guest.console.listed"
CONSOLE_PARALLEL: Final = "guest.console.parallel"
CONSOLE_SERIAL_LIST: Final = "guest.console.serial-list"
COPY: Final = "guest.copy"
CPU_CAP: Final = "guest.cpu.cap"
CPU_CPUID_MASK: Final = "guest.cpu.cpuid-mask"
CPU_HARDWARE_PAGING: Final = "guest.cpu.hardware-paging"
CPU_INITIALLY_ONLINE: Final = "guest.cpu.initially-online"
CPU_MACHINE_CHECKS: Final = "guest.cpu.machine-checks"
CPU_MSR_RELAXED: Final = "guest.cpu.msr-relaxed"
CPU_NESTED: Final = "guest.cpu.nested"
CPU_PAE: Final = "guest.cpu.pae"
CPU_PERFORMANCE_COUNTERS: Final = "guest.cpu.performance-counters"
CPU_PIN: Final = "guest.cpu.pin"
CPU_PIN_EACH: Final = "guest.cpu.pin.each"
CPU_PIN_FORCE: Final = "guest.cpu.pin.force"
CPU_PIN_SOFT: Final = "guest.cpu.pin.soft"
CPU_SCHEDULER_CHANGE: Final = "guest.cpu.scheduler.change"
CPU_SCHEDULER_EACH: Final = "guest.cpu.scheduler.each"
CPU_SCHEDULER_REAL_TIME: Final = "guest.cpu.scheduler.real-time"
CPU_SCHEDULER_REAL_TIME_EXTRA_TIME: Final = "guest.cpu.scheduler.real-time.extra-time"
CPU_TRACE: Final = "guest.cpu.trace"
CPU_WEIGHT: Final = "guest.cpu.weight"
DESCRIPTION: Final = "guest.description"
DISK_DIRECT_IO: Final = "guest.disk.direct-io"
DISK_EJECT_EVENT: Final = "guest.disk.eject-event"
DISK_PV: Final = "guest.disk.pv"
DISK_QED: Final = "guest.disk.qed"
DISK_RECONFIGURE: Final = "guest.disk.reconfigure"
DISK_REPLACE_MEDIUM: Final = "guest.disk.replace-medium"
DISK_SAFE_REMOVE: Final = "guest.disk.safe-remove"
DISK_SCRIPT: Final = "guest.disk.script"
DISK_STANDALONE_BACKEND: Final = "guest.disk.standalone-backend"
DISK_UNTRUSTED_BACKEND: Final = "guest.disk.untrusted-backend"
DISK_USER_SPACE: Final = "guest.disk.user-space"
DISK_VIRTIO: Final = "guest.disk.virtio"
DISK_VIRTIO_GRANTS: Final = "guest.disk.virtio.grants"
DISPLAY_AUTO_PORT: Final = "guest.display.auto-port"
DISPLAY_KEYMAP: Final = "guest.display.keymap"
DISPLAY_LISTEN: Final = "guest.display.listen"
DISPLAY_OPENGL: Final = "guest.display.opengl"
DISPLAY_PASSWORD: Final = "guest.display.password"
DISPLAY_PV: Final = "guest.display.pv"
DISPLAY_PV_CONNECTORS: Final = "guest.display.pv-connectors"
DISPLAY_VIDEO_MEMORY: Final = "guest.display.video-memory"
DRIVER_DOMAIN: Final = "guest.driver-domain"
DRIVER_DOMAIN_CREATE: Final = "guest.driver-domain.create"
DUMP_LIVE: Final = "guest.dump-live"
ENLIGHTENMENT_WINDOWS: Final = "guest.enlightenment.windows"
ENLIGHTENMENT_WINDOWS_APIC_ASSIST: Final = "guest.enlightenment.windows.apic-assist"
ENLIGHTENMENT_WINDOWS_CHOOSE: Final = "guest.enlightenment.windows.choose"
ENLIGHTENMENT_WINDOWS_CPU_HOT_PLUG: Final = "guest.enlightenment.windows.cpu-hot-plug"
ENLIGHTENMENT_WINDOWS_CRASH_REPORT: Final = "guest.enlightenment.windows.crash-report"
ENLIGHTENMENT_WINDOWS_NO_PROCESSOR_LIMIT: Final = "guest.enlightenment.windows.no-processor-limit"
ENLIGHTENMENT_WINDOWS_PROCESSOR_INTERRUPTS: Final = "guest.enlightenment.windows.processor-interrupts"
ENLIGHTENMENT_WINDOWS_PROCESSOR_MASKS: Final = "guest.enlightenment.windows.processor-masks"
ENLIGHTENMENT_WINDOWS_SYNTHETIC_INTERRUPTS: Final = "guest.enlightenment.windows.synthetic-interrupts"
ENLIGHTENMENT_WINDOWS_SYNTHETIC_TIMERS: Final = "guest.enlightenment.windows.synthetic-timers"
EVENT_CHANNELS: Final = "guest.event-channels"
FIRMWARE_IMAGE: Final = "guest.firmware.image"
FIRMWARE_LAPTOP_SLATE: Final = "guest.firmware.laptop-slate"
FIRMWARE_SMBIOS: Final = "guest.firmware.smbios"
FIRMWARE_TABLES: Final = "guest.firmware.tables"
FIRMWARE_UEFI: Final = "guest.firmware.uefi"
FULL_VIRTUALIZATION: Final = "guest.full-virtualization"
IMPORT: Final = "guest.import"
INFO_ADDRESS_WIDTH: Final = "guest.info.address-width"
INFO_NETWORKS: Final = "guest.info.networks"
INFO_OS: Final = "guest.info.os"
INFO_PV_DRIVERS: Final = "guest.info.pv-drivers"
INFO_UNSTOPPABLE: Final = "guest.info.unstoppable"
INPUT_PV_EXTENDED: Final = "guest.input.pv.extended"
INPUT_PV_OPTIONAL: Final = "guest.input.pv.optional"
INTERRUPTS_AS_EVENTS: Final = "guest.interrupts.as-events"
IO_INTERRUPTS: Final = "guest.io.interrupts"
IO_MEMORY: Final = "guest.io.memory"
IO_MEMORY_ADDRESS: Final = "guest.io.memory.address"
IO_PORTS: Final = "guest.io.ports"
KERNEL_NOTES: Final = "guest.kernel-notes"
MEMORY_ADDRESS_LIMIT: Final = "guest.memory.address-limit"
MEMORY_ALTERNATE_VIEWS: Final = "guest.memory.alternate-views"
MEMORY_ALTERNATE_VIEWS_COUNT: Final = "guest.memory.alternate-views.count"
MEMORY_CLAIM: Final = "guest.memory.claim"
MEMORY_GRANT_LIMITS: Final = "guest.memory.grant-limits"
MEMORY_GRANT_LIMITS_DEFAULT: Final = "guest.memory.grant-limits.default"
MEMORY_GRANT_VERSION: Final = "guest.memory.grant-version"
MEMORY_IOMMU_OVERHEAD: Final = "guest.memory.iommu-overhead"
MEMORY_MAXIMUM: Final = "guest.memory.maximum"
MEMORY_NUMA_AFFINITY: Final = "guest.memory.numa-affinity"
MEMORY_SHADOW: Final = "guest.memory.shadow"
MEMORY_SHARING: Final = "guest.memory.sharing"
MEMORY_SUPERPAGES: Final = "guest.memory.superpages"
MESSAGES: Final = "guest.messages"
NET_BACKEND_TYPE: Final = "guest.net.backend-type"
NET_EMULATED: Final = "guest.net.emulated"
NET_EMULATED_MODEL: Final = "guest.net.emulated-model"
NET_RATE_LIMIT: Final = "guest.net.rate-limit"
NET_RATE_LIMIT_CHANGE: Final = "guest.net.rate-limit.change"
NET_UNPLUG_WAITS: Final = "guest.net.unplug-waits"
NET_UNTRUSTED_BACKEND: Final = "guest.net.untrusted-backend"
NET_VLAN: Final = "guest.net.vlan"
OPERATIONS_BLOCK: Final = "guest.operations.block"
OS_KIND: Final = "guest.os-kind"
OS_VARIANT: Final = "guest.os-variant"
PARAVIRTUALIZATION: Final = "guest.paravirtualization"
PARAVIRTUALIZATION_32_BIT: Final = "guest.paravirtualization.32-bit"
PASSTHROUGH: Final = "guest.passthrough"
PCI_BY_NAME: Final = "guest.pci.by-name"
PCI_DEVICE_TREE: Final = "guest.pci.device-tree"
PCI_DEVICE_TREE_HOT_PLUG: Final = "guest.pci.device-tree.hot-plug"
PCI_EMULATED: Final = "guest.pci.emulated"
PCI_GRAPHICS: Final = "guest.pci.graphics"
PCI_HOLE_SIZE: Final = "guest.pci.hole-size"
PCI_HOT_PLUG: Final = "guest.pci.hot-plug"
PCI_HOT_UNPLUG: Final = "guest.pci.hot-unplug"
PCI_RESERVED_MEMORY: Final = "guest.pci.reserved-memory"
PCI_SEIZE: Final = "guest.pci.seize"
PV_DRIVERS_DEVICE: Final = "guest.pv-drivers-device"
PV_DRIVERS_DEVICE_UNCACHED: Final = "guest.pv-drivers-device.uncached"
PV_DRIVERS_DEVICE_VENDOR: Final = "guest.pv-drivers-device.vendor"
PV_IN_CONTAINER: Final = "guest.pv-in-container"
PVH: Final = "guest.pvh"
RENAME: Final = "guest.rename"
REPLICATE: Final = "guest.replicate"
REPLICATE_COMPARE: Final = "guest.replicate.compare"
REPLICATE_COMPARE_USER_SPACE: Final = "guest.replicate.compare.user-space"
RESTORE: Final = "guest.restore"
SAVE: Final = "guest.save"
SCSI_PV: Final = "guest.scsi.pv"
SECURITY_LABEL: Final = "guest.security-label"
SHARE_FOLDER: Final = "guest.share-folder"
SHARE_FOLDER_HOT_PLUG: Final = "guest.share-folder.hot-plug"
SHARED_STORE: Final = "guest.shared-store"
SNAPSHOT: Final = "guest.snapshot"
SNAPSHOT_QUIESCED: Final = "guest.snapshot.quiesced"
SNAPSHOT_REVERT: Final = "guest.snapshot.revert"
SNAPSHOT_SCHEDULE: Final = "guest.snapshot.schedule"
SNAPSHOT_WITH_MEMORY: Final = "guest.snapshot.with-memory"
SOCKETS_PV: Final = "guest.sockets.pv"
SOFT_RESET: Final = "guest.soft-reset"
SOUND: Final = "guest.sound"
SOUND_PV: Final = "guest.sound.pv"
SUSPEND: Final = "guest.suspend"
SYSRQ: Final = "guest.sysrq"
TPM_PV: Final = "guest.tpm.pv"
USB_EMULATED: Final = "guest.usb.emulated"
USB_EMULATED_SEVERAL: Final = "guest.usb.emulated.several"
USB_EMULATED_VERSION: Final = "guest.usb.emulated.version"
USB_PV: Final = "guest.usb.pv"
