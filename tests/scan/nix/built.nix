{ lib, x, ... }:
{
  options = [ "-nodefaults" ];
  args = [
    "-nodefaults"
    "-device" (lib.concatStringsSep "," [ "virtio-blk-pci" "scsi=off" ])
    "-fsdev" ("proxy" + lib.optionalString x ",id=f")
    "-runas" "nobody"
  ];
}
