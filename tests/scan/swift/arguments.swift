// What a result builder puts together, an item a line.
struct Arguments {
    func build(port: Int) -> [String] {
        f("-nodefaults")
        f("-spice")
        f("port=\(port),password=secret")
        f("-device")
        f("virtio-blk-pci,scsi=off")
    }
}
