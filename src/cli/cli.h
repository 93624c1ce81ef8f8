/* planctl, the command-line client: what every file of it shares. One process, one thread, one daemon at a time. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "pland/base/arena.h"
#include "pland/base/buf.h"
#include "pland/base/err.h"
#include "pland/net/http.h"

/* Exit codes; scripts rely on them. */
enum code {
    CODE_DONE = 0,
    CODE_REFUSED = 1,   /* refused or failed */
    CODE_USAGE = 2,
    CODE_UNREACHED = 3, /* no daemon there */
    CODE_WAITS = 4,     /* the plan waits for a person */
    CODE_TIMEOUT = 5
};

struct verb_option {
    const char *name;
    const char *arg;  /* what its value is called; NULL: a flag */
    const char *help;
    bool many;        /* may be given more than once */
};
struct ctl;
struct verb {
    const char *name;  /* one word or two: "show", "repo add" */
    const char *group; /* heading in the help */
    const char *args;  /* "ID [TEXT]" */
    const char *help;  /* one sentence */
    const char *example;
    const struct verb_option *options;
    size_t n_options;
    int min, max; /* number of arguments; max -1: any */
    bool offline; /* needs no daemon */
    enum code (*run)(struct ctl *c);
};
extern const struct verb verbs[];
extern const size_t n_verbs;
extern const struct verb_option global_options[];
extern const size_t n_global_options;

struct given { const char *name, *value; }; /* an option as given; a flag's value is "" */
struct ctl {
    struct arena *arena;
    const struct verb *verb; /* NULL: only options were given */
    LIST(const char *) args;
    LIST(struct given) given;
    bool json;          /* print the server's JSON as it is */
    int64_t deadline;   /* clock_mono(), 0: none */
    const char *url;    /* without a slash at the end */
    const char *token;  /* NULL: none found */
    const char *found;  /* where url came from, for messages */
    struct http_client *http;
    bool stdin_used;    /* the ticket was read from standard input */
    bool follow;        /* the plan is followed until it waits or ends */
    bool ask;           /* and its questions are asked on the terminal */
};

/* options.c: the command line by the verb's table. CODE_USAGE after saying what is wrong. */
enum code options_parse(struct ctl *c, int argc, char *const *argv);
const char *opt(const struct ctl *c, const char *name); /* the last value given, or NULL */
bool opt_flag(const struct ctl *c, const char *name);
/* Values of an option that may be given often, one after the other; start with *at = 0. NULL: no more. */
const char *opt_next(const struct ctl *c, const char *name, size_t *at);
/* A whole number ≥ 0 given to an option; preset when it is not given. CODE_USAGE when it is no number. */
enum code opt_number(const struct ctl *c, const char *name, int64_t preset, int64_t *ret);

/* connect.c: finds daemon and token: --url or --data-dir, PLAND_URL, ~/.config/pland/url, ./var/url. */
enum code connect_open(struct ctl *c);
const char *from_environment(const char *name); /* NULL: not set, or empty */

/* help.c, completion.c, man.c: from the verb table. */
void help_all(FILE *f);
void help_verb(const struct verb *v, FILE *f);
bool completion_write(const char *shell, FILE *f); /* false: unknown shell */
void man_write(FILE *f);

#endif
