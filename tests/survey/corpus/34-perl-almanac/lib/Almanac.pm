package Almanac;
use strict;
use warnings;
use Almanac::Error;

our $VERSION = '0.07';

my @names = ('new', 'waxing', 'full', 'waning');

sub moon {
    my ($time) = @_;
    Almanac::Error->throw("not a time: $time") unless $time =~ /^\d+$/;
    my $age = ($time - 947182440) % 2551443 / 2551443;
    return $names[ int($age * 4 + 0.5) % 4 ];
}

1;
