#!/usr/bin/perl
sub command_line {
    my ($cmd, $has_acpi) = @_;
    push @$cmd, '-nodefaults';
    push @$cmd, '-device', "virtio-blk-pci,drive=disk0";
    push @$cmd, '-no-such-option', 'x';
    push @$cmd, '-no-hpet' if $has_acpi;
}

sub image {
    my ($cmd) = @_;
    push @$cmd, '-quiet', '-convert';
}
