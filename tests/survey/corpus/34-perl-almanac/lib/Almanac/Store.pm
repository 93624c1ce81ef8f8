package Almanac::Store;
use strict;
use warnings;
use DBI;

sub connect {
    return DBI->connect("dbi:SQLite:dbname=$ENV{ALMANAC_DB}", '', '', { RaiseError => 1, AutoCommit => 1 });
}

1;
