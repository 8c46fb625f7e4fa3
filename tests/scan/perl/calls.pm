package Driver::Monitor;

=head1 NAME

mon_cmd($vmid, 'only-in-pod') is documentation and nothing else.

=cut

# mon_cmd($vmid, 'only-in-a-comment');
sub resume {
    my ($vmid, $asleep) = @_;
    mon_cmd($vmid, $asleep ? 'system_wakeup' : 'cont');
    mon_cmd($vmid, "savevm-start", statefile => '/tmp/state');
    mon_cmd(
        $vmid,
        "block_resize",
        device => 'drive0', # the words of a comment: 'stop', "quit"
        size => 1024,
        timeout => 60,
    );
}

# What sends its parameter on is a monitor's function too.
sub our_way {
    my ($vmid, $verb, %rest) = @_;
    return mon_cmd($vmid, $verb, %rest);
}

sub mirror {
    my ($vmid, $target) = @_;
    my $opts = { device => 'drive0', sync => 'full' };
    $opts->{'buf-size'} = 4096;
    mon_cmd($vmid, 'drive-mirror', %$opts);
    our_way($vmid, 'never-heard-of', id => 1);
    my $state = mon_cmd($vmid, 'query-status');
    return 'stop' if $state->{status} eq 'quit';
}

sub words {
    my $count = $#list; print "a '#' in a string # is no comment", 'memory', "balloon";
    print_error("use mon_cmd to talk to it");
    hmp_cmd($vmid, "info block");
    hmp_cmd($vmid, "device_add virtio-net-pci,id=net0");
}

sub mirror_options {
    my ($target, $bitmap) = @_;
    my $opts = { target => $target };
    $opts->{bitmap} = $bitmap if $bitmap;
    return $opts;
}

sub mirror_elsewhere {
    my ($vmid, $target) = @_;
    my $opts = mirror_options($target, undef);
    $opts->{mode} = 'existing';
    mon_cmd($vmid, 'drive-mirror', $opts->%*);
}
__END__
mon_cmd($vmid, 'only-behind-the-end');
