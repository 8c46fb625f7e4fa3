/* qemuMonitorJSONMakeCommand("only-in-a-comment", NULL) */
#define KVM_CAP_DEFINED_HERE 7
static const int caps[] = { KVM_CAP_MACRO(IRQCHIP) };

static int
ourMonitorSend(Monitor *mon, const char *name, Value **reply)
{
    return send(mon, object("s:execute", name, NULL), reply);
}

int
ourMonitorStop(Monitor *mon)
{
    // "execute": "only-in-a-comment"
    Value *cmd = qemuMonitorJSONMakeCommand("block-commit",
                                            "s:device", mon->device,
                                            "S:top-node", mon->top,
                                            "b:never-an-argument", true,
                                            NULL);
    char quote = '"';

    ourMonitorSend(mon, "query-kvm", &cmd);
    return ourMonitorSend(mon, "no-such-command", &cmd);
}

static const Handler handlers[] = {
    { "BLOCK_JOB_READY", ourHandleReady, },
    { "NO_EVENT_OF_QEMU", ourHandleNothing, },
    { "stop", ourHandleWord, },
};

static void
ourText(void)
{
    write("{\"execute\":\"device_del\",\"arguments\":{\"id\":\"x\"}}");
    write("{\"execute\": \"%s\"}");
    addArgList(cmd, "-device", "qemu-xhci,id=usb", NULL);
    addArg(cmd, "-daemonize");
}

int
ourCaps(int fd)
{
    if (ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_IRQCHIP) < 1)
        return ioctl(fd, KVM_CHECK_EXTENSION, KVM_CAP_OF_NOBODY);
    return libxl_domain_pause(ctx, domid);
}

#ifdef LIBXL_HAVE_VNUMA
#endif
