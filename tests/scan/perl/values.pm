sub f {
    my ($vmid) = @_;
    mon_cmd($vmid, 'block_resize', device => 'd0', size => "100");
    mon_cmd($vmid, 'device_add', driver => 'virtio-blk-pci', id => 'x', 'num-queues' => '4', share_rw => 'on', 'share-rw' => 'on');
    mon_cmd($vmid, 'drive-backup', device => 'd0', sync => 'wrong', target => 'x');
    mon_cmd($vmid, 'migrate-set-capabilities', capabilities => [ { capability => 'compress', state => JSON::true }, { capability => 'xbzrle', state => 'on' } ]);
    mon_cmd($vmid, 'netdev_add', type => 'vmnet-macos', id => 'n', mode => 'shared');
    mon_cmd($vmid, 'object-add', 'qom-type' => 'tdx-guest', id => 't', 'quote-generation-service' => 'x');
    mon_cmd($vmid, 'migrate-set-parameters', 'compress-level' => 1, 'max-bandwidth' => int($x));
    mon_cmd($vmid, 'blockdev-add', driver => 'qcow2', file => { driver => 'gluster', volume => 'v' }, 'node-name' => 'x');
}
