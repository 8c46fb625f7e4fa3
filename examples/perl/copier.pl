#!/usr/bin/perl
# Prints the monitor's command that copies a disk of a running guest, on whatever QEMU this is.
use strict;
use warnings;

use FindBin ();
use lib $FindBin::Bin;
use JSON::PP ();
use Virtgate;

# From "virtgate serve" at unix:PATH or tcp:HOST:PORT, or from a file of "gates --json".
sub open_gates {
    my ( $place, $target ) = @_;
    return $place =~ /\A(?:unix|tcp):/
      ? Virtgate->fetch( $place, $target )
      : Virtgate->load( $place, $target );
}

sub copy_disk {
    my ( $gates, $disk, $target ) = @_;
    my $path      = $gates->path(Virtgate::Block::MIRROR);
    my %arguments = ( device => $disk, target => $target, sync => 'full' );
    if ( !defined $path ) {
        my $verdict = $gates->verdict(Virtgate::Block::MIRROR);
        die "$verdict->{reason}: $verdict->{sentence}\n";
    }
    elsif ( $path eq Virtgate::Block::MIRROR_VIA_BLOCKDEV_MIRROR ) {
        $arguments{'job-id'}    = 'copy';
        $arguments{'copy-mode'} = 'write-blocking'
          if $gates->enabled(Virtgate::Block::MIRROR_COPY_MODE);
    }
    elsif ( $path ne Virtgate::Block::MIRROR_VIA_DRIVE_MIRROR ) {
        die "no branch for $path\n";    # the data is newer than this driver
    }
    return { execute => $path, arguments => \%arguments };
}

die "usage: copier.pl FILE|unix:PATH|tcp:HOST:PORT [TARGET]\n" if !@ARGV;
my $command = eval { copy_disk( open_gates(@ARGV), 'disk0', 'copy0' ) };
if ( !$command ) {
    print {*STDERR} $@;
    exit 1;
}
print JSON::PP->new->utf8->canonical->encode($command), "\n";
