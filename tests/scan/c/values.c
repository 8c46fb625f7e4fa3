int f(qemuMonitor *mon) {
    cmd = qemuMonitorJSONMakeCommand("block_resize", "s:device", dev, "s:size", size, NULL);
    cmd = qemuMonitorJSONMakeCommand("migrate", "s:uri", uri, "b:blk", true, "s:no-such", x, NULL);
}
