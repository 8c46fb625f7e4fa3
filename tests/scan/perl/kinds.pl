sub f {
    my ($vmid, $size) = @_;
    mon_cmd($vmid, 'block_resize', device => 'd', size => "$size");
    mon_cmd($vmid, 'block_resize', device => 'd', size => int($size));
}
