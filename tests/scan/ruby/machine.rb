# "-no-acpi" in a comment is none.
def command_line(name, disk)
  args = ["qemu-system-x86_64", "-nodefaults", "-name", name]
  args += ["-netdev", "stream,id=n0,reconnect=5"]
  args << "-device" << "virtio-blk-pci,drive=#{disk},scsi=off"
end
