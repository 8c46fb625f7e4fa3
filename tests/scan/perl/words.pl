my @cmd = (qw/-nodefaults -portrait -net nic,vlan=0/, q(-runas), 'nobody');
push @cmd, '-fsdev', join(',', 'proxy', 'id=f');
