fn f(cmd: &mut Command, id: &str) {
    cmd.arg("-nodefaults").arg("-fsdev").arg("proxy,id=f");
    let device = format!("virtio-blk-pci,id={},scsi=off", id);
    cmd.arg("-device")
        .arg(device);
    cmd.arg("-net");
    cmd.arg("nic,vlan=0");
}
