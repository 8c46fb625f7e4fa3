static int
build(virCommand *cmd)
{
    g_auto(virBuffer) opt = VIR_BUFFER_INITIALIZER;
    virBufferAddLit(&opt, "virtio-blk-pci");
    if (x)
        virBufferAsprintf(&opt, ",scsi=%s", y ? "on" : "off");
    virBufferAddLit(&opt, ",ioeventfd=on");
    virCommandAddArg(cmd, "-device");
    virCommandAddArgBuffer(cmd, &opt);
    virCommandAddArgList(cmd, "-no-hpet", "-chardev", "tty,id=x", NULL);
    virCommandAddArgFormat(cmd, "-name %s", z);
}
