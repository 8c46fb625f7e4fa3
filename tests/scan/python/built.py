class Machine:
    DEVICE = "virtio-blk-pci,scsi=off"

    def args(self, x):
        cmd = ["qemu-system-x86_64", "-runas", "nobody"]
        cmd.insert(0, "-spice")
        cmd.insert(1, "port=1,password=p")
        cmd += ["-device", self.DEVICE, "-fsdev", ",".join(["proxy", "id=f"])]
        parts = ["nic"]
        parts += ["vlan=0"]
        cmd.extend(["-net", ",".join(parts)])
        return cmd

    def more(self):
        yield "-numa"
        yield "node,mem=512"
