#!/bin/sh
# What names QEMU, or is put where that is, makes an option QEMU's.
qemu-system-x86_64 -spice port=5900,password=secret -chroot /srv
kvm -m 512 -net nic,vlan=0
QEMU_OPTS="$QEMU_OPTS -runas nobody"
args="-M pc-0.12"
exec qemu-system-x86_64 $args
DEV=virtio-blk-pci,scsi=off
MORE="vectors=4"
qemu-system-x86_64 -nodefaults -device ${DEV} -device "virtio-net-pci,$MORE"
set -- "$@" -balloon virtio
set -- "$@" -nodefaults -usbdevice audio
other="-portrait -runas nobody"
tar -chroot /srv -balloon $other
qemu-img -snapshot x
