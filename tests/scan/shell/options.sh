#!/bin/bash
args+=(-device virtio-blk-pci,scsi=off -netdev "stream,id=n,reconnect=1")
args+=(-soundhw hda)
qemu-system-x86_64 -machine pc-q35-2.3 -device '{"driver":"virtio-blk-pci","scsi":false}' \
  -fsdev proxy,id=x -nographic
DEV="virtio-blk-pci,scsi=off"
args+=(-device "$DEV")
