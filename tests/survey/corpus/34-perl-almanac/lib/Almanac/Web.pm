package Almanac::Web;
use Dancer2;
use Try::Tiny;
use Almanac;

get '/moon/:time' => sub {
    my $answer;
    try {
        $answer = { moon => Almanac::moon(route_parameters->get('time')) };
    }
    catch {
        status 400;
        $answer = { error => ref $_ ? $_->message : 'internal' };
    };
    send_as JSON => $answer;
};

post '/sightings' => sub {
    status 201;
    return '';
};

1;
