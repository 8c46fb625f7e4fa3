sub cfg {
    my ($cmd, $id) = @_;
    my $devstr = "virtio-blk-pci,drive=$id";
    $devstr .= ",scsi=off" if $x;
    push @$cmd, '-device', $devstr;
    push @$cmd, '-netdev', "type=tap,id=$id,vhost=on";
    push @$cmd, '-machine', "type=pc-i440fx-1.4";
}
