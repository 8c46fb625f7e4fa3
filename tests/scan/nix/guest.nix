# "-no-acpi" in a comment is none.
{ lib, disk, ... }:
{
  command = [ "qemu-system-x86_64" "-nodefaults" "-no-hpet" "-m" "512" ]
    ++ lib.optionals (disk != null) [
      "-device" "virtio-blk-pci,drive=${disk.id},scsi=off"
      "-fsdev" "proxy,id=fs0,socket=${disk.socket}"
    ];
}
