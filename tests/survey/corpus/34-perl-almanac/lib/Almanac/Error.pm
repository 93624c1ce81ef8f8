package Almanac::Error;
use strict;
use warnings;

sub throw {
    my ($class, $message) = @_;
    die bless { message => $message }, $class;
}

sub message { $_[0]{message} }

1;
