use strict;
use warnings;
use Test::More;
use Almanac;

is(Almanac::moon(947182440), 'new', 'the new moon of January 2000');
ok(!eval { Almanac::moon('soon'); 1 }, 'words are refused');
is(ref $@, 'Almanac::Error');
done_testing;
