"""Ids of the area `devices`; computed from the data by `virtgate lint --write-tables`."""

from typing import Final, Literal, TypeAlias

Id: TypeAlias = Literal[
    "devices.acpi-index", "devices.acpi-initiator", "devices.ap-passthrough", "devices.ccw",
    "devices.ccw-passthrough", "devices.ccw.bridge", "devices.ccw.shared-channel-subsystem", "devices.crypto",
    "devices.crypto.kernel-backend", "devices.cxl-memory", "devices.device-tree-passthrough",
    "devices.device-tree-passthrough.hot-plug", "devices.driver-domain", "devices.driver-domain.create",
    "devices.filesystem", "devices.filesystem.create-mode", "devices.filesystem.hot-plug",
    "devices.filesystem.several-devices", "devices.gpu-passthrough", "devices.gpu-passthrough.kinds",
    "devices.hot-plug", "devices.hot-plug.typed", "devices.hot-unplug", "devices.hot-unplug.missing-error",
    "devices.hot-unplug.refused-event", "devices.i2c.vhost-user", "devices.input.evdev",
    "devices.input.i8042", "devices.input.keyboard", "devices.input.keyboard-ccw", "devices.input.mouse",
    "devices.input.mouse-ccw", "devices.input.passthrough", "devices.input.pv-extended",
    "devices.input.pv-optional", "devices.input.tablet", "devices.input.tablet-ccw", "devices.input.vmport",
    "devices.io.interrupts", "devices.io.memory", "devices.io.memory-address", "devices.io.ports",
    "devices.iommu.amd", "devices.iommu.amd-dma-remap", "devices.iommu.amd-pci-id",
    "devices.iommu.amd-x2apic", "devices.iommu.arm", "devices.iommu.arm-accel",
    "devices.iommu.arm-address-size", "devices.iommu.arm-command-queue", "devices.iommu.arm-per-bus",
    "devices.iommu.arm-range-invalidation", "devices.iommu.arm-substreams", "devices.iommu.intel",
    "devices.iommu.intel-address-width", "devices.iommu.intel-caching-mode",
    "devices.iommu.intel-device-iotlb", "devices.iommu.intel-dma-translation-off", "devices.iommu.intel-eim",
    "devices.iommu.intel-interrupt-remapping", "devices.iommu.intel-pasid-bits", "devices.iommu.intel-svm",
    "devices.iommu.virtio", "devices.iommu.virtio-address-width", "devices.iommu.virtio-boot-bypass",
    "devices.iommu.virtio-granule", "devices.ipmi", "devices.list", "devices.memory-control",
    "devices.memory-sharing", "devices.memory-sharing.interrupts", "devices.messages", "devices.metadata",
    "devices.metadata.address", "devices.metadata.at-start", "devices.metadata.change",
    "devices.metadata.plain-text", "devices.metadata.read", "devices.metadata.size-limit",
    "devices.metadata.tokens", "devices.metadata.without-tokens", "devices.panic-notifier",
    "devices.panic-notifier.pci", "devices.passthrough", "devices.pci-passthrough",
    "devices.pci-passthrough.boot-framebuffer", "devices.pci-passthrough.by-name",
    "devices.pci-passthrough.display", "devices.pci-passthrough.driver",
    "devices.pci-passthrough.full-virtualization", "devices.pci-passthrough.graphics",
    "devices.pci-passthrough.hot-plug", "devices.pci-passthrough.hot-unplug",
    "devices.pci-passthrough.iommufd", "devices.pci-passthrough.mediated",
    "devices.pci-passthrough.migration", "devices.pci-passthrough.migration-event",
    "devices.pci-passthrough.peer-to-peer", "devices.pci-passthrough.reserve",
    "devices.pci-passthrough.reserved-memory", "devices.pci-passthrough.seize", "devices.pci.bridge",
    "devices.pci.device-number", "devices.pci.dmi-bridge", "devices.pci.expander",
    "devices.pci.expander-pcie", "devices.pci.generic-host", "devices.pci.hole-size",
    "devices.pci.hole64-size", "devices.pci.hole64-size-pcie", "devices.pci.pcie-to-pci-bridge",
    "devices.pci.q35-host", "devices.pci.root-port", "devices.pci.root-port-hot-plug-off",
    "devices.pci.root-port-intel", "devices.pci.segment-apertures", "devices.pci.segment-iommu",
    "devices.pci.segment-numa", "devices.pci.segments", "devices.pci.spapr-host",
    "devices.pci.spapr-host-numa", "devices.pci.switch-downstream", "devices.pci.switch-upstream",
    "devices.pci.zpci", "devices.pv-drivers-device", "devices.pv-drivers-device.uncached",
    "devices.pv-drivers-device.vendor", "devices.rng", "devices.rng.builtin", "devices.rng.egd",
    "devices.rng.random", "devices.rng.rate-limit", "devices.smartcard.emulated",
    "devices.smartcard.passthrough", "devices.usb-passthrough", "devices.usb-passthrough.by-node",
    "devices.usb-passthrough.guest-resets", "devices.usb-redirection", "devices.usb-redirection.filter",
    "devices.usb-storage", "devices.usb-storage.bulk-only", "devices.usb-storage.removable",
    "devices.usb.ehci", "devices.usb.ehci-ich9", "devices.usb.emulated", "devices.usb.emulated-several",
    "devices.usb.emulated-version", "devices.usb.hub", "devices.usb.keyboard", "devices.usb.mtp",
    "devices.usb.ohci", "devices.usb.pv", "devices.usb.uhci-piix3", "devices.usb.uhci-piix4",
    "devices.usb.uhci-via", "devices.usb.xhci", "devices.usb.xhci-nec", "devices.usb.xhci-nec-ports",
    "devices.user-passthrough", "devices.user-passthrough.hot-plug", "devices.vdpa", "devices.vdpa.hot-plug",
    "devices.vhost-user.generic", "devices.vhost-user.hot-plug", "devices.vhost-user.rtc",
    "devices.vhost-user.spi", "devices.virtio-s390-bus", "devices.virtio.ats", "devices.virtio.iommu",
    "devices.virtio.mmio", "devices.virtio.modern-only", "devices.virtio.named-generations",
    "devices.virtio.packed-queues", "devices.virtio.pci", "devices.virtio.rtc", "devices.virtiofs",
    "devices.virtiofs.boot", "devices.virtiofs.hot-plug", "devices.vm-generation-id", "devices.vsock",
    "devices.vsock.hot-plug", "devices.vsock.vhost-user", "devices.watchdog.actions",
    "devices.watchdog.i6300esb", "devices.watchdog.ib700", "devices.watchdog.s390", "devices.watchdog.virtio",
]

ACPI_INDEX: Final = "devices.acpi-index"
ACPI_INITIATOR: Final = "devices.acpi-initiator"
AP_PASSTHROUGH: Final = "devices.ap-passthrough"
CCW: Final = "devices.ccw"
CCW_PASSTHROUGH: Final = "devices.ccw-passthrough"
CCW_BRIDGE: Final = "devices.ccw.bridge"
CCW_SHARED_CHANNEL_SUBSYSTEM: Final = "devices.ccw.shared-channel-subsystem"
CRYPTO: Final = "devices.crypto"
CRYPTO_KERNEL_BACKEND: Final = "devices.crypto.kernel-backend"
CXL_MEMORY: Final = "devices.cxl-memory"
DEVICE_TREE_PASSTHROUGH: Final = "devices.device-tree-passthrough"
DEVICE_TREE_PASSTHROUGH_HOT_PLUG: Final = "devices.device-tree-passthrough.hot-plug"
DRIVER_DOMAIN: Final = "devices.driver-domain"
DRIVER_DOMAIN_CREATE: Final = "devices.driver-domain.create"
FILESYSTEM: Final = "devices.filesystem"
FILESYSTEM_CREATE_MODE: Final = "devices.filesystem.create-mode"
FILESYSTEM_HOT_PLUG: Final = "devices.filesystem.hot-plug"
FILESYSTEM_SEVERAL_DEVICES: Final = "devices.filesystem.several-devices"
GPU_PASSTHROUGH: Final = "devices.gpu-passthrough"
GPU_PASSTHROUGH_KINDS: Final = "devices.gpu-passthrough.kinds"
HOT_PLUG: Final = "devices.hot-plug"
HOT_PLUG_TYPED: Final = "devices.hot-plug.typed"
HOT_UNPLUG: Final = "devices.hot-unplug"
HOT_UNPLUG_MISSING_ERROR: Final = "devices.hot-unplug.missing-error"
HOT_UNPLUG_REFUSED_EVENT: Final = "devices.hot-unplug.refused-event"
I2C_VHOST_USER: Final = "devices.i2c.vhost-user"
INPUT_EVDEV: Final = "devices.input.evdev"
INPUT_I8042: Final = "devices.input.i8042"
INPUT_KEYBOARD: Final = "devices.input.keyboard"
INPUT_KEYBOARD_CCW: Final = "devices.input.keyboard-ccw"
INPUT_MOUSE: Final = "devices.input.mouse"
INPUT_MOUSE_CCW: Final = "devices.input.mouse-ccw"
INPUT_PASSTHROUGH: Final = "devices.input.passthrough"
INPUT_PV_EXTENDED: Final = "devices.input.pv-extended"
INPUT_PV_OPTIONAL: Final = "devices.input.pv-optional"
INPUT_TABLET: Final = "devices.input.tablet"
INPUT_TABLET_CCW: Final = "devices.input.tablet-ccw"
INPUT_VMPORT: Final = "devices.input.vmport"
IO_INTERRUPTS: Final = "devices.io.interrupts"
IO_MEMORY: Final = "devices.io.memory"
IO_MEMORY_ADDRESS: Final = "devices.io.memory-address"
IO_PORTS: Final = "devices.io.ports"
IOMMU_AMD: Final = "devices.iommu.amd"
IOMMU_AMD_DMA_REMAP: Final = "devices.iommu.amd-dma-remap"
IOMMU_AMD_PCI_ID: Final = "devices.iommu.amd-pci-id"
IOMMU_AMD_X2APIC: Final = "devices.iommu.amd-x2apic"
IOMMU_ARM: Final = "devices.iommu.arm"
IOMMU_ARM_ACCEL: Final = "devices.iommu.arm-accel"
IOMMU_ARM_ADDRESS_SIZE: Final = "devices.iommu.arm-address-size"
IOMMU_ARM_COMMAND_QUEUE: Final = "devices.iommu.arm-command-queue"
IOMMU_ARM_PER_BUS: Final = "devices.iommu.arm-per-bus"
IOMMU_ARM_RANGE_INVALIDATION: Final = "devices.iommu.arm-range-invalidation"
IOMMU_ARM_SUBSTREAMS: Final = "devices.iommu.arm-substreams"
IOMMU_INTEL: Final = "devices.iommu.intel"
IOMMU_INTEL_ADDRESS_WIDTH: Final = "devices.iommu.intel-address-width"
IOMMU_INTEL_CACHING_MODE: Final = "devices.iommu.intel-caching-mode"
IOMMU_INTEL_DEVICE_IOTLB: Final = "devices.iommu.intel-device-iotlb"
IOMMU_INTEL_DMA_TRANSLATION_OFF: Final = "devices.iommu.intel-dma-translation-off"
IOMMU_INTEL_EIM: Final = "devices.iommu.intel-eim"
IOMMU_INTEL_INTERRUPT_REMAPPING: Final = "devices.iommu.intel-interrupt-remapping"
IOMMU_INTEL_PASID_BITS: Final = "devices.iommu.intel-pasid-bits"
IOMMU_INTEL_SVM: Final = "devices.iommu.intel-svm"
IOMMU_VIRTIO: Final = "devices.iommu.virtio"
IOMMU_VIRTIO_ADDRESS_WIDTH: Final = "devices.iommu.virtio-address-width"
IOMMU_VIRTIO_BOOT_BYPASS: Final = "devices.iommu.virtio-boot-bypass"
IOMMU_VIRTIO_GRANULE: Final = "devices.iommu.virtio-granule"
IPMI: Final = "devices.ipmi"
LIST: Final = "devices.list"
MEMORY_CONTROL: Final = "devices.memory-control"
MEMORY_SHARING: Final = "devices.memory-sharing"
MEMORY_SHARING_INTERRUPTS: Final = "devices.memory-sharing.interrupts"
MESSAGES: Final = "devices.messages"
METADATA: Final = "devices.metadata"
METADATA_ADDRESS: Final = "devices.metadata.address"
METADATA_AT_START: Final = "devices.metadata.at-start"
METADATA_CHANGE: Final = "devices.metadata.change"
METADATA_PLAIN_TEXT: Final = "devices.metadata.plain-text"
METADATA_READ: Final = "devices.metadata.read"
METADATA_SIZE_LIMIT: Final = "devices.metadata.size-limit"
METADATA_TOKENS: Final = "devices.metadata.tokens"
METADATA_WITHOUT_TOKENS: Final = "devices.metadata.without-tokens"
PANIC_NOTIFIER: Final = "devices.panic-notifier"
PANIC_NOTIFIER_PCI: Final = "devices.panic-notifier.pci"
PASSTHROUGH: Final = "devices.passthrough"
PCI_PASSTHROUGH: Final = "devices.pci-passthrough"
PCI_PASSTHROUGH_BOOT_FRAMEBUFFER: Final = "devices.pci-passthrough.boot-framebuffer"
PCI_PASSTHROUGH_BY_NAME: Final = "devices.pci-passthrough.by-name"
PCI_PASSTHROUGH_DISPLAY: Final = "devices.pci-passthrough.display"
PCI_PASSTHROUGH_DRIVER: Final = "devices.pci-passthrough.driver"
PCI_PASSTHROUGH_FULL_VIRTUALIZATION: Final = "devices.pci-passthrough.full-virtualization"
PCI_PASSTHROUGH_GRAPHICS: Final = "devices.pci-passthrough.graphics"
PCI_PASSTHROUGH_HOT_PLUG: Final = "devices.pci-passthrough.hot-plug"
PCI_PASSTHROUGH_HOT_UNPLUG: Final = "devices.pci-passthrough.hot-unplug"
PCI_PASSTHROUGH_IOMMUFD: Final = "devices.pci-passthrough.iommufd"
PCI_PASSTHROUGH_MEDIATED: Final = "devices.pci-passthrough.mediated"
PCI_PASSTHROUGH_MIGRATION: Final = "devices.pci-passthrough.migration"
PCI_PASSTHROUGH_MIGRATION_EVENT: Final = "devices.pci-passthrough.migration-event"
PCI_PASSTHROUGH_PEER_TO_PEER: Final = "devices.pci-passthrough.peer-to-peer"
PCI_PASSTHROUGH_RESERVE: Final = "devices.pci-passthrough.reserve"
PCI_PASSTHROUGH_RESERVED_MEMORY: Final = "devices.pci-passthrough.reserved-memory"
PCI_PASSTHROUGH_SEIZE: Final = "devices.pci-passthrough.seize"
PCI_BRIDGE: Final = "devices.pci.bridge"
PCI_DEVICE_NUMBER: Final = "devices.pci.device-number"
PCI_DMI_BRIDGE: Final = "devices.pci.dmi-bridge"
PCI_EXPANDER: Final = "devices.pci.expander"
PCI_EXPANDER_PCIE: Final = "devices.pci.expander-pcie"
PCI_GENERIC_HOST: Final = "devices.pci.generic-host"
PCI_HOLE_SIZE: Final = "devices.pci.hole-size"
PCI_HOLE64_SIZE: Final = "devices.pci.hole64-size"
PCI_HOLE64_SIZE_PCIE: Final = "devices.pci.hole64-size-pcie"
PCI_PCIE_TO_PCI_BRIDGE: Final = "devices.pci.pcie-to-pci-bridge"
PCI_Q35_HOST: Final = "devices.pci.q35-host"
PCI_ROOT_PORT: Final = "devices.pci.root-port"
PCI_ROOT_PORT_HOT_PLUG_OFF: Final = "devices.pci.root-port-hot-plug-off"
PCI_ROOT_PORT_INTEL: Final = "devices.pci.root-port-intel"
PCI_SEGMENT_APERTURES: Final = "devices.pci.segment-apertures"
PCI_SEGMENT_IOMMU: Final = "devices.pci.segment-iommu"
PCI_SEGMENT_NUMA: Final = "devices.pci.segment-numa"
PCI_SEGMENTS: Final = "devices.pci.segments"
PCI_SPAPR_HOST: Final = "devices.pci.spapr-host"
PCI_SPAPR_HOST_NUMA: Final = "devices.pci.spapr-host-numa"
PCI_SWITCH_DOWNSTREAM: Final = "devices.pci.switch-downstream"
PCI_SWITCH_UPSTREAM: Final = "devices.pci.switch-upstream"
PCI_ZPCI: Final = "devices.pci.zpci"
PV_DRIVERS_DEVICE: Final = "devices.pv-drivers-device"
PV_DRIVERS_DEVICE_UNCACHED: Final = "devices.pv-drivers-device.uncached"
PV_DRIVERS_DEVICE_VENDOR: Final = "devices.pv-drivers-device.vendor"
RNG: Final = "devices.rng"
RNG_BUILTIN: Final = "devices.rng.builtin"
RNG_EGD: Final = "devices.rng.egd"
RNG_RANDOM: Final = "devices.rng.random"
RNG_RATE_LIMIT: Final = "devices.rng.rate-limit"
SMARTCARD_EMULATED: Final = "devices.smartcard.emulated"
SMARTCARD_PASSTHROUGH: Final = "devices.smartcard.passthrough"
USB_PASSTHROUGH: Final = "devices.usb-passthrough"
USB_PASSTHROUGH_BY_NODE: Final = "devices.usb-passthrough.by-node"
USB_PASSTHROUGH_GUEST_RESETS: Final = "devices.usb-passthrough.guest-resets"
USB_REDIRECTION: Final = "devices.usb-redirection"
USB_REDIRECTION_FILTER: Final = "devices.usb-redirection.filter"
USB_STORAGE: Final = "devices.usb-storage"
USB_STORAGE_BULK_ONLY: Final = "devices.usb-storage.bulk-only"
USB_STORAGE_REMOVABLE: Final = "devices.usb-storage.removable"
USB_EHCI: Final = "devices.usb.ehci"
USB_EHCI_ICH9: Final = "devices.usb.ehci-ich9"
USB_EMULATED: Final = "devices.usb.emulated"
USB_EMULATED_SEVERAL: Final = "devices.usb.emulated-several"
USB_EMULATED_VERSION: Final = "devices.usb.emulated-version"
USB_HUB: Final = "devices.usb.hub"
USB_KEYBOARD: Final = "devices.usb.keyboard"
USB_MTP: Final = "devices.usb.mtp"
USB_OHCI: Final = "devices.usb.ohci"
USB_PV: Final = "devices.usb.pv"
USB_UHCI_PIIX3: Final = "devices.usb.uhci-piix3"
USB_UHCI_PIIX4: Final = "devices.usb.uhci-piix4"
USB_UHCI_VIA: Final = "devices.usb.uhci-via"
USB_XHCI: Final = "devices.usb.xhci"
USB_XHCI_NEC: Final = "devices.usb.xhci-nec"
USB_XHCI_NEC_PORTS: Final = "devices.usb.xhci-nec-ports"
USER_PASSTHROUGH: Final = "devices.user-passthrough"
USER_PASSTHROUGH_HOT_PLUG: Final = "devices.user-passthrough.hot-plug"
VDPA: Final = "devices.vdpa"
VDPA_HOT_PLUG: Final = "devices.vdpa.hot-plug"
VHOST_USER_GENERIC: Final = "devices.vhost-user.generic"
VHOST_USER_HOT_PLUG: Final = "devices.vhost-user.hot-plug"
VHOST_USER_RTC: Final = "devices.vhost-user.rtc"
VHOST_USER_SPI: Final = "devices.vhost-user.spi"
VIRTIO_S390_BUS: Final = "devices.virtio-s390-bus"
VIRTIO_ATS: Final = "devices.virtio.ats"
VIRTIO_IOMMU: Final = "devices.virtio.iommu"
VIRTIO_MMIO: Final = "devices.virtio.mmio"
VIRTIO_MODERN_ONLY: Final = "devices.virtio.modern-only"
VIRTIO_NAMED_GENERATIONS: Final = "devices.virtio.named-generations"
VIRTIO_PACKED_QUEUES: Final = "devices.virtio.packed-queues"
VIRTIO_PCI: Final = "devices.virtio.pci"
VIRTIO_RTC: Final = "devices.virtio.rtc"
VIRTIOFS: Final = "devices.virtiofs"
VIRTIOFS_BOOT: Final = "devices.virtiofs.boot"
VIRTIOFS_HOT_PLUG: Final = "devices.virtiofs.hot-plug"
VM_GENERATION_ID: Final = "devices.vm-generation-id"
VSOCK: Final = "devices.vsock"
VSOCK_HOT_PLUG: Final = "devices.vsock.hot-plug"
VSOCK_VHOST_USER: Final = "devices.vsock.vhost-user"
WATCHDOG_ACTIONS: Final = "devices.watchdog.actions"
WATCHDOG_I6300ESB: Final = "devices.watchdog.i6300esb"
WATCHDOG_IB700: Final = "devices.watchdog.ib700"
WATCHDOG_S390: Final = "devices.watchdog.s390"
WATCHDOG_VIRTIO: Final = "devices.watchdog.virtio"
