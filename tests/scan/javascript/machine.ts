// "-no-acpi" in a comment is none.
export function commandLine(disk: string): string[] {
  const args = ["-nodefaults", "-machine", "pc-i440fx-1.5,accel=kvm"];
  args.push("-device", `virtio-blk-pci,drive=${disk},scsi=off`);
  args.push('-soundhw', 'hda');
  return args;
}
