#!/bin/busybox sh
# The init of the guest: a network card if it is given one, and every second the names of those it has.
/bin/busybox mkdir -p /usr/sbin /proc /sys
/bin/busybox --install -s /usr/sbin
export PATH=/usr/sbin
mount -t proc proc /proc
mount -t sysfs sys /sys
insmod /xen-netfront.ko
echo "up on $(cat /sys/hypervisor/type), $(cat /sys/hypervisor/guest_type)"
while sleep 1; do
  echo "cards: $(ls /sys/class/net | grep -v '^lo$' | tr '\n' ' ')"
done
