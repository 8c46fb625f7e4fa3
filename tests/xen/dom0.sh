#!/bin/busybox sh
# The init of the control domain: what a distribution starts, no more; then dom0.py.
/bin/busybox mkdir -p /bbin
/bin/busybox --install -s /bbin
export PATH=/usr/bin:/usr/sbin:/bbin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mount -t tmpfs run /run
mkdir -p /dev/pts /run/xen /run/xenstored /run/lock
mount -t devpts pts /dev/pts
ln -sfn /run /var/run
exec </dev/null >/dev/hvc0 2>&1
xen=$(echo /usr/lib/xen-4.*/bin)

bare=/results/before-anything
mkdir -p "$bare"
cd /sys/hypervisor
find type version properties/features start_flags -type f | while read -r name; do
  mkdir -p "$bare/$(dirname "$name")"
  cat "$name" >"$bare/$name"
done
ls /proc/xen >"$bare/proc-xen"

for module in xen-privcmd xen-evtchn xenfs xen-gntdev xen-gntalloc xen-blkback xen-netback; do
  insmod "/modules/$module.ko"
done
mount -t xenfs xenfs /proc/xen
if [ -x "$xen/xenstored" ]; then store=xenstored; else store=oxenstored; fi
"$xen/$store" --pid-file /run/xenstored.pid
for _ in 1 2 3 4 5 6 7 8 9; do
  xenstore-exists /tool && break
  sleep 1
done
"$xen/xen-init-dom0"
"$xen/xenconsoled" --log=all --log-dir=/var/log/xen/console --pid-file=/run/xenconsoled.pid
python3 /dom0.py "$xen"
poweroff -f
