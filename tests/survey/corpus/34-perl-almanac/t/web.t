use strict;
use warnings;
use Test::More;
use Plack::Test;
use HTTP::Request::Common;
use Almanac::Web;

my $app = Plack::Test->create(Almanac::Web->to_app);
is($app->request(GET '/moon/never')->code, 400);
done_testing;
