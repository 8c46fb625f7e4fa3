"""Every QEMU path tried: a real QEMU is started, and the path's option or command is used."""
