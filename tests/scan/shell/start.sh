#!/bin/sh
# qemu-system-x86_64 -no-kvm
qemu-system-x86_64 -nodefaults -no-acpi \
    -device virtio-blk-pci,drive=d0 -device "e1000e,netdev=n0" \
    -name "${1#prefix}" -sdl
echo '{"execute": "qmp_capabilities"} {"execute": "system_powerdown"}' | socat - UNIX:qmp.sock
echo "{\"execute\": \"no-such-command\"}" | socat - UNIX:qmp.sock
find . -name stop -quit
