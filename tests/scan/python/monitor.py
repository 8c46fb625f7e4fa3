"""{"execute": "only-in-a-docstring"}, to a QMP socket."""

KEY = "execute"


class Monitor:
    """mon.command("only-in-a-docstring")."""

    def ask(self, name, arguments=None):
        '''"execute": "only-in-a-docstring"'''
        return self.send({KEY: name, "arguments": arguments})

    def pause(self, qmp):
        self.ask("query-block")  # self.ask("only-in-a-comment")
        self.ask("blockdev-del", {"node-name": "x"})
        qmp.command("block_resize", device="drive0", size=10)
        qmp.cmd("no-such-command")
        qmp.cmd("blockdev-add", node_name="x", read_only=True)
        qmp.cmd("block_set_io_throttle", bps_rd=0, conv_keys=False)
        qmp.cmd("blockdev-add", **{"node_name": "x"})
        self.ask(self.name)
        self.send({"execute": "screendump", "arguments": {"filename": "x", "no-such-argument": 1}})
        self.send(
            """{"execute": "query-name"}"""
        )
        self.cursor.execute("select-from")
        libvirt_qemu.qemuMonitorCommand(self.domain, "announce_self", 1)
        libvirt_qemu.qemuMonitorCommand(self.domain, '{"execute": "query-uuid"}', 0)
        return ["stop", "quit", "memory"]

    def start(self, args, has_support):
        args.extend(["-netdev", "user,id=n0", "-device", "virtio-net-pci,netdev=n0"])
        if has_support("acpi"):
            args.extend(["-no-acpi"])
        if "-watchdog" in args:
            args.remove("-watchdog")
        if event["event"] == "DEVICE_DELETED":
            return {"event": "NO_EVENT_OF_QEMU"}
        return None
