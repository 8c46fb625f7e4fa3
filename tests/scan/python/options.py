def f(args, ident):
    args += ["-nodefaults", "-machine", "pc-i440fx-1.5,accel=kvm"]
    args += ["-device", "virtio-blk-pci,scsi=off,drive=%s" % ident]
    args += ["-net", "nic,vlan=0,model=virtio"]
    args.extend(["-fsdev", "proxy,id=x,socket=" + ident])
    args.append("-spice")
    args.append("port=5900,password=foo")
    args += ["-numa", f"node,mem={ident},cpus=0"]
    dev = "virtio-scsi-pci"
    dev += ",scsi=off"
    args += ["-netdev", "stream,id=n0,reconnect=5"]
    args += ["-object", "tdx-guest,id=t,quote-generation-service=vsock:2:4050"]
    args += ["-soundhw", "hda"]
    args += ["-portrait"]
    args += ["-drive", "file=x,if=scsi,serial=abc,cache=none,readonly=on"]
    args += ["-device", '{"driver": "virtio-blk-pci", "scsi": false}']
    args += ["-chardev", "socket,id=x,path=y,server,nowait,reconnect=1"]
    args += ["-display", "sdl,window_close=off"]
    args += ["-blockdev", "driver=gluster,node-name=x"]
    args += ["-accel", "hax"]
    args += ["-runas", "nobody"]
    args += ["-usbdevice", "ccid"]
    args += ["-audiodev", "pa,id=x"]
    args += ["-cpu", "host,hv_relaxed,+pcommit"]
