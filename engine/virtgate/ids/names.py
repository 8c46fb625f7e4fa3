"""The ids of each area, without it; computed from the data by `virtgate lint --write-tables`."""

from __future__ import annotations

NAMES = {
    "accel": """
address-spaces async-page-fault bus-lock-exit cpu.arm-mte cpu.arm-sve dirty-log.initially-set
dirty-log.manual-protect dirty-ring dirty-ring.with-bitmap disable-exits.core-states disable-exits.halt
disable-exits.mwait disable-exits.pause emulation emulation-failure-exit exit-hypercall full-virtualization
guest-memfd halt-poll hardware huge-pages.s390 hvf.arm hvf.interrupt-controller hvf.x86 hyperv
hyperv.apic-assist hyperv.choose hyperv.clock hyperv.cpu-hot-plug hyperv.crash-report hyperv.enforce
hyperv.nested hyperv.no-processor-limit hyperv.processor-interrupts hyperv.processor-masks hyperv.spinlocks
hyperv.synthetic-interrupts hyperv.synthetic-timers hyperv.tlb-flush ioeventfd irqfd kvm.guest-memory-type
many-processors mshv.x86 nested nitro notify-exit nvmm.x86 paravirtualization paravirtualization.32-bit
paravirtualization.contained pmu-off post-copy pre-fault pvh read-only-memory smm split-irqchip steal-time
tsc-scaling tsc-scaling.whole-guest whpx.hyperv whpx.interrupt-controller whpx.register-faults
whpx.unknown-registers whpx.x86 xen-guests
""",
    "audio": """
backend.alsa backend.dbus backend.jack backend.list backend.pipewire backend.pulseaudio backend.spice
device.ac97 device.backend device.emulated device.hda-duplex device.hda-ich6 device.hda-ich9 device.hda-micro
device.hda-output device.pv device.usb device.virtio
""",
    "block": """
aio.io-uring aio.off backend.script backend.standalone backend.untrusted backend.user-space backing-files
backup backup.archive backup.bitmap backup.chain backup.compress backup.min-cluster-size boot-order
by-node-name change-backing-file change-medium changed-blocks commit commit.active
commit.backing-mask-protocol commit.relative controller.ahci controller.am53c974 controller.dc390
controller.floppy controller.lsi controller.megasas controller.mptsas controller.ncr53c90 controller.nvme
controller.nvme-firmware controller.nvme-model controller.nvme-namespace controller.pvscsi controller.sd
controller.virtio-scsi copy-before-write copy-before-write.min-cluster-size copy-before-write.on-error
detect-zeroes direct-io dirty-bitmap dirty-bitmap.disable dirty-bitmap.merge dirty-bitmap.persistent discard
eject-event emmc.replay-protected error-policy error-policy.usb event-idx file.drop-cache
file.dynamic-auto-read-only gluster gluster.debug hot-plug hot-unplug hot-unplug.safe http http.ranges-assumed
image-type image.create image.extended-l2 io-limit io-limit.group io-throttle io-throttle.burst
io-throttle.burst-length io-throttle.group io-throttle.node ioeventfd iothread iothread.poll
iothread.poll-weight iothread.thread-pool iscsi iscsi.password-secret latency-histogram limits list.flat
local-read-cache lock-granularity luks mirror mirror.change-copy-mode mirror.copy-mode mirror.target-is-zero
mirror.unmap move nbd nbd.keep-alive nbd.reconnect nbd.tls-hostname nfs node.activate node.add node.list
node.list-flat node.remove node.reopen nvme-userspace pv qcow2.data-file qcow2.discard-no-unref
qcow2.lazy-refcounts qcow2.luks qed queue-affinity queue-size queues rbd rbd.encryption
rbd.encryption-layering rbd.encryption-luks-any rbd.namespace read-only reset-on-boot resize root-partition
rotation-rate scsi.channel scsi.device-id scsi.iothread scsi.iothread-mapping scsi.passthrough
scsi.persistent-reservations scsi.pv scsi.reservation-migration scsi.vhost sector-size serial share-rw
snapshot snapshot-access snapshot.internal snapshot.write-only-overlay ssh statistics.intervals stream
stream.bottom vdpa vhost-user vhost-user.inflight-migration virtio virtio-iothread-mapping
virtio-scsi-commands virtio-scsi-commands.off-by-default virtio.grants vxhs write-cache write-threshold wwn
""",
    "confidential": """
cca copy-context igvm machine-property memory-encryption-property move-context s390-pv s390-pv.dump sev
sev-snp sev-snp.answers sev-snp.host-data sev.answers sev.attestation sev.es-vm-type sev.kernel-hashes
sev.launch-measurement sev.launch-secret sev.panic sev.vm-type sgx sgx.numa sgx.provisioning tdx tdx.kernel
tdx.owner tdx.panic tdx.quote-service
""",
    "console": """
attach change-backend channel clipboard dbus debug-port fan-in fd-passing file file-append hot-plug keep-alive
list log-file log-file.timestamps monitor.fd-passing monitor.object parallel pty pty.fixed-path pv.hot-plug
reconnect ring-buffer serial.ccw serial.ccw-line-mode serial.isa serial.pci serial.pl011 serial.rate-limit
serial.sbsa serial.several serial.spapr serial.usb socket socket.tls socket.tls-authorization socket.websocket
spice-channel virtio-console virtio-port virtio-port.open-event window.encoding
""",
    "cpu": """
aarch64-off address-width amx cache core-scheduling cpuid-mask hardware-paging hot-plug hot-unplug
initially-online list list.without-interrupting machine-checks migratable model.baseline
model.canonical-features model.compare model.deprecated-features model.expand model.expand-migratable
model.host model.list model.list-blockers model.list-deprecated model.max model.max-arm model.max-x86
model.unavailable-features msr-relaxed nested nested-off no-adjusted-time pae perf-events performance-counters
pin pin.emulator pin.force pin.per-processor pin.soft placement polarization profile scheduler.cap
scheduler.change scheduler.per-processor scheduler.real-time scheduler.real-time-extra scheduler.weight
template.arm-features template.c3 template.cpuid template.custom template.kvm-capabilities
template.model-registers template.registers template.t2 template.t2a template.t2cl template.t2s template.v1n1
topology.books topology.clusters topology.dies topology.modules topology.threads trace
""",
    "devices": """
acpi-index acpi-initiator ap-passthrough ccw ccw-passthrough ccw.bridge ccw.shared-channel-subsystem crypto
crypto.kernel-backend cxl-memory device-tree-passthrough device-tree-passthrough.hot-plug driver-domain
driver-domain.create filesystem filesystem.create-mode filesystem.hot-plug filesystem.several-devices
gpu-passthrough gpu-passthrough.kinds hot-plug hot-plug.typed hot-unplug hot-unplug.missing-error
hot-unplug.refused-event i2c.vhost-user input.evdev input.i8042 input.keyboard input.keyboard-ccw input.mouse
input.mouse-ccw input.passthrough input.pv-extended input.pv-optional input.tablet input.tablet-ccw
input.vmport io.interrupts io.memory io.memory-address io.ports iommu.amd iommu.amd-dma-remap iommu.amd-pci-id
iommu.amd-x2apic iommu.arm iommu.arm-accel iommu.arm-address-size iommu.arm-command-queue iommu.arm-per-bus
iommu.arm-range-invalidation iommu.arm-substreams iommu.intel iommu.intel-address-width
iommu.intel-caching-mode iommu.intel-device-iotlb iommu.intel-dma-translation-off iommu.intel-eim
iommu.intel-interrupt-remapping iommu.intel-pasid-bits iommu.intel-svm iommu.virtio iommu.virtio-address-width
iommu.virtio-boot-bypass iommu.virtio-granule ipmi list memory-control memory-sharing
memory-sharing.interrupts messages metadata metadata.address metadata.at-start metadata.change
metadata.plain-text metadata.read metadata.size-limit metadata.tokens metadata.without-tokens panic-notifier
panic-notifier.pci passthrough pci-passthrough pci-passthrough.boot-framebuffer pci-passthrough.by-name
pci-passthrough.display pci-passthrough.driver pci-passthrough.full-virtualization pci-passthrough.graphics
pci-passthrough.hot-plug pci-passthrough.hot-unplug pci-passthrough.iommufd pci-passthrough.mediated
pci-passthrough.migration pci-passthrough.migration-event pci-passthrough.peer-to-peer pci-passthrough.reserve
pci-passthrough.reserved-memory pci-passthrough.seize pci.bridge pci.device-number pci.dmi-bridge pci.expander
pci.expander-pcie pci.generic-host pci.hole-size pci.hole64-size pci.hole64-size-pcie pci.pcie-to-pci-bridge
pci.q35-host pci.root-port pci.root-port-hot-plug-off pci.root-port-intel pci.segment-apertures
pci.segment-iommu pci.segment-numa pci.segments pci.spapr-host pci.spapr-host-numa pci.switch-downstream
pci.switch-upstream pci.zpci pv-drivers-device pv-drivers-device.uncached pv-drivers-device.vendor rng
rng.builtin rng.egd rng.random rng.rate-limit smartcard.emulated smartcard.passthrough usb-passthrough
usb-passthrough.by-node usb-passthrough.guest-resets usb-redirection usb-redirection.filter usb-storage
usb-storage.bulk-only usb-storage.removable usb.ehci usb.ehci-ich9 usb.emulated usb.emulated-several
usb.emulated-version usb.hub usb.keyboard usb.mtp usb.ohci usb.pv usb.uhci-piix3 usb.uhci-piix4 usb.uhci-via
usb.xhci usb.xhci-nec usb.xhci-nec-ports user-passthrough user-passthrough.hot-plug vdpa vdpa.hot-plug
vhost-user.generic vhost-user.hot-plug vhost-user.rtc vhost-user.spi virtio-s390-bus virtio.ats virtio.iommu
virtio.mmio virtio.modern-only virtio.named-generations virtio.packed-queues virtio.pci virtio.rtc virtiofs
virtiofs.boot virtiofs.hot-plug vm-generation-id vsock vsock.hot-plug vsock.vhost-user watchdog.actions
watchdog.i6300esb watchdog.ib700 watchdog.s390 watchdog.virtio
""",
    "display": """
auto-port dbus device.bochs device.cirrus device.gop device.none device.primary device.qxl
device.qxl-max-outputs device.qxl-vgamem device.qxl-vram64 device.ramfb device.vga device.vga-vgamem
device.vhost-user-gpu device.vhost-user-vga device.virtio-gpu device.virtio-gpu-3d device.virtio-gpu-blob
device.virtio-gpu-ccw device.virtio-gpu-edid device.virtio-gpu-host-memory device.virtio-gpu-max-outputs
device.virtio-vga device.virtio-vga-3d device.vmware device.vmware-vgamem headless-gl headless-gl.rendernode
keymap listen listen-off open password.at-start password.expire password.set pv pv.connectors reload-tls
screenshot screenshot.device screenshot.png spice spice.agent spice.file-transfer-off spice.gl
spice.image-compression spice.password-secret spice.read-password spice.refresh-rate spice.rendernode
spice.seamless-migration spice.streaming-video spice.unix-socket spice.video-codec video-memory
virtio-gpu.native-context vnc vnc.change-address vnc.multiple-servers vnc.password-secret vnc.power-control
vnc.tls-authorization vnc.websocket window.gtk window.scale window.sdl window.sdl-gl window.spice-app
""",
    "firmware": """
boot.arguments boot.bootloader boot.bootloader-restrict boot.file-from-host boot.initial-ram-disk
boot.kernel-notes boot.loadparm boot.order boot.reboot-timeout boot.shim boot.splash-time boot.strict choose
error-store flash fw-cfg hot-plug.bridges hot-plug.root image laptop-slate nvram ras secure-boot.keys
secure-boot.loader secure-boot.mode secure-boot.readiness serial-bios sleep.disk-off sleep.disk-off-q35
sleep.ram-off sleep.ram-off-q35 smbios smbios.oem-strings smbios.uuid smm smm.memory-size stateless tables
uefi uefi-variables
""",
    "host": """
cache.allocate cache.allocate-code-data cache.allocate-l2 cache.colour cache.monitor cpu.idle-limit
device-tree.overlay devices.list grants.version-2 info.arch-capabilities info.build-id info.config-format
info.cpu-features info.cpu-topology info.cpu-trace info.free-memory info.free-pages info.grant-tables
info.guest-types info.hardware-paging info.memory-limit info.numa-cpus info.numa-memory info.numa-pages
info.offers info.passthrough-tables info.pci-nodes info.performance-counters info.pv info.scheduler
info.secure-boot info.sockets info.virtualization interfaces.list live-patch mediated.autostart
mediated.define mediated.is-active memory-bandwidth.limit memory-bandwidth.monitor net.bond net.define
net.is-active net.list net.multicast-snooping net.sdn-controller net.tunnel net.vlan numa.placement
paging.hardware paging.shadow parameters.change parameters.read passthrough.full passthrough.pv
passthrough.shared-tables pci.assignable power-on scheduler.granularity scheduler.migration-delay
scheduler.none scheduler.parameters security.isolate-guests security.policy storage.is-active storage.list
storage.list-volumes storage.multipath
""",
    "jobs": """
cancel cancel.keep-copy change complete dismiss events finalize list manual-end pause ready-event speed
transaction transaction.all-or-nothing
""",
    "lifecycle": """
actions actions.at-start actions.panic-exit agent.freeze agent.password boot-time build-features checkpoint
clone configuration copy create daemon dbus-control debugger deprecated-policy destroy device-counters dump
dump.background dump.compressed dump.compressed-raw dump.guest-details dump.live dump.storage-keys
dump.windows dump.windows-probe end-event event-log exit-with-parent guest-agent-channel guest-info.networks
guest-info.os guest-info.pv-drivers identifier import inject-nmi interface-description
interface-description.types interface-description.values job log log-timestamps log.at-start log.module
memory-failure-event metrics metrics.flush panic-event pause process-name process-name.threads reboot rename
request-size reset reset.reason restore restore.clock restore.dirty-tracking restore.net-fds restore.network
restore.on-demand restore.page-faults restore.prefault restore.resume restore.vsock save save.for-older
save.format save.format-of-file save.incremental send-key shut-down-kept shutdown shutdown.reason snapshot
snapshot.background snapshot.quiesced snapshot.revert snapshot.schedule snapshot.with-memory soft-reset
start-from-file state stats stats.description stay-after-shutdown suspend sysrq teardown-in-background
typed-objects unstoppable version wakeup wakeup.support without-interface
""",
    "machine": """
acpi acpi.inject-error aes-key-wrap apic arm arm.ffa arm.gic-version arm.interrupts arm.scmi arm.tee
arm.trap-unmapped clock.change-event clock.change-event-device clock.drop-backlog clock.local-time
clock.offset clock.tick-policy clock.tsc-mode dea-key-wrap dump-guest-core event-channels firmware-log
highmem-mmio-size hpet hpet.off i8042 interrupts-as-events irqchip irqchip.split list list.accelerators
list.default-cpu list.default-memory list.deprecated list.hot-plug-cpus list.numa loadparm os-kind
ppc.count-cache-flush ppc.indirect-branch ppc.l1d-flush ppc.max-cpu-compat ppc.max-page-size ppc.nested
ppc.resize-page-table ppc.speculation-barrier ppc.transactional-memory riscv.aia s390.system-name
tcg.cache-size type.microvm type.pc type.pseries type.q35 type.s390-ccw-virtio type.virt watchdog-table
""",
    "memory": """
actual-size address-limit address-width alternate-views alternate-views.count backend.canonical-path
backend.file backend.file-align backend.file-discard backend.file-pmem backend.file-rom backend.memfd
backend.memfd-hugetlb backend.prealloc-context backend.prealloc-threads backend.ram backend.reserve
backend.shm balloon balloon.deflate-on-oom balloon.events balloon.free-page-hinting
balloon.free-page-reporting balloon.hinting-run balloon.statistics balloon.statistics-interval claim
device.list dirty-tracking grant-limits grant-limits.default grant-version hot-plug hot-unplug
hot-unplug.refused-event huge-page-size iommu-overhead lock maximum merge numa numa-affinity numa.distance
numa.host-nodes numa.performance nvdimm nvdimm.pmem nvdimm.unarmed page-sharing prefault shadow size-summary
superpages transparent-huge-pages virtio-mem virtio-mem.dynamic-memslots virtio-mem.events virtio-mem.prealloc
virtio-mem.status virtio-pmem virtio-pmem.discard virtio-pmem.hot-plug virtio-pmem.rate-limit
virtio-pmem.read-only zone-resize
""",
    "migration": """
announce announce.parameters auto-converge background-snapshot bandwidth bandwidth.postcopy
bandwidth.switchover bitmaps bitmaps.mapping bitmaps.mapping-persistence blocked-reasons cancel capabilities
channels compress cpr-exec cpr-reboot cpr-transfer dbus-state direct-io dirty-limit dirty-limit.vcpu
dirty-rate dirty-rate.mode dirty-rate.read downtime evacuate events incoming incoming.exit-on-error
late-block-activate live mapped-ram multifd multifd.qatzip multifd.qpl multifd.uadk multifd.zero-pages
multifd.zlib multifd.zstd parameters pause-before-switchover peer-to-peer persist pin-destination-xml postcopy
postcopy.blocktime postcopy.latency postcopy.preempt postcopy.recover progress release-ram replicate
replicate.compare replicate.compare-user-space return-path shared-memory status.failing status.remaining
storage storage.disks stream-compression stream-version switchover-ack throttle throttle.maximum timeout tls
tls.authorization uri.exec uri.fd uri.file uri.rdma uri.tcp uri.unix uri.vsock validate-uuid xbzrle
xbzrle.cache-size zero-copy
""",
    "net": """
address.lock address.set af-xdp.map backend.af-xdp backend.bridge backend.datagram backend.l2tpv3
backend.passt backend.stream backend.stream-events backend.stream-reconnect backend.tap backend.tap-address
backend.tap-fds backend.tap-mac backend.tap-queues backend.tap-vhost backend.type backend.untrusted
backend.user backend.vhost-user backend.vhost-user-events backend.vhost-user-queues backend.vhost-user-server
backend.vhost-vdpa backend.vmnet capture direct emulated emulated.model event-idx failover failover.events
hardware-address hot-plug hot-unplug hot-unplug.waits json link model.e1000 model.e1000e model.igb
model.rtl8139 model.virtio model.vmxnet3 move mtu offload pv-sockets rate-limit rate-limit.change
rate-limit.receive remove-offline rss rss.hash-report rx-filter rx-queue-size sr-iov trunk tx-algorithm
tx-queue-size virtio.hash-fields virtio.tunnel-offload vlan
""",
    "security": """
authorization.list authorization.list-file authorization.pam authorization.simple chroot control-group
control-group.parent control-group.version-2 fips label landlock landlock.rules network-namespace
process-namespace resource-limit run-as sandbox sandbox.filter sandbox.policy secret secret.keyring
secret.stored tls.anonymous tls.cipher-suites tls.psk tls.x509
""",
    "storage-export": """
fuse iothread iothreads list nbd nbd.allocation-depth nbd.bitmap nbd.host nbd.host-certificate
nbd.max-connections nbd.server nbd.tls remove vduse vhost-user-blk
""",
    "toolstack": """
abort access.directory access.roles appliance appliance.order autostart child-processes
child-processes.selective configuration-json configuration.inactive configuration.migratable cpu-pools
cpu-pools.by-name cpu-pools.move cpu-pools.rename define define.keep-nvram define.keep-tpm define.remove
define.remove-checkpoints define.remove-nvram define.remove-tpm define.start description device-model.command
device-model.restart device-model.restrict device-model.stub-domain device-model.stub-domain-image
device-model.user disaster-recovery disaster-recovery.replicate domain-id events events.devices
events.disconnect events.own-loop forbid-operations high-availability high-availability.plan
high-availability.priority list memory-need migration.move-definition migration.numa-node not-found os-variant
pause-mark placement.anti-affinity placement.candidates placement.recommend plugins plugins.in-guest pool
pool.cluster pool.common-processor pool.tls-verification read-only rpc.local-socket rpc.object-api rpc.xml
save-compatible snapshot.list statistics storage.clone storage.gluster storage.iscsi-direct
storage.preallocate storage.probe storage.reflink storage.repository storage.resize storage.upload
store.features store.guest-data store.quota stream stream.sparse suspend tracing update.packages update.single
user-data user-data.remove version
""",
    "tpm": """
crb crb.chunks emulator emulator.encryption passthrough pv spapr spapr-proxy tis
""",
}
