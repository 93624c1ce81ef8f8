/* planctl: tickets in, plans out, from a shell. */
#include <fcntl.h>
#include <locale.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/say.h"

static enum code run(struct ctl *c, int argc, char *const *argv)
{
    enum code r = options_parse(c, argc, argv);
    if (r != CODE_DONE) return r;
    if (!c->verb) {
        help_all(opt_flag(c, "help") ? stdout : stderr);
        return opt_flag(c, "help") ? CODE_DONE : CODE_USAGE;
    }
    if (opt_flag(c, "help")) {
        help_verb(c->verb, stdout);
        return CODE_DONE;
    }
    if (!c->verb->offline) r = connect_open(c);
    return r == CODE_DONE ? c->verb->run(c) : r;
}

/* What is closed at the start must not become the connection, for output to run into: reading and writing it fail. */
static void streams_open(void)
{
    for (int fd = 0; fd <= 2; fd++)
        if (fcntl(fd, F_GETFD) < 0) (void)open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

int main(int argc, char **argv)
{
    struct ctl c = { .arena = arena_new(0) };
    enum code r;
    streams_open();
    (void)setlocale(LC_CTYPE, "C.UTF-8"); /* all text is UTF-8; how wide it is does not depend on who asks */
    if (!c.arena) {
        fputs("planctl: out of memory\n", stderr);
        return CODE_REFUSED;
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        say("planctl %s\n", PLAND_VERSION);
        arena_free(c.arena);
        return CODE_DONE;
    }
    r = run(&c, argc, argv);
    say_status("");
    http_client_free(c.http);
    arena_free(c.arena);
    if (fflush(stdout) != 0 && r == CODE_DONE) {
        complain("the output could not be written");
        r = CODE_REFUSED;
    }
    return (int)r;
}
