/* The command line: verb, options by the verb's table, arguments. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/say.h"
#include "pland/base/clock.h"

const struct verb_option global_options[] = {
    { .name = "json", .help = "Print the server's JSON as it is" },
    { .name = "url", .arg = "URL", .help = "The daemon's address" },
    { .name = "data-dir",
      .arg = "DIR",
      .help = "A daemon's data directory on this machine; holds its address and the admin's token" },
    { .name = "timeout", .arg = "SECONDS", .help = "Give up after that time with exit code 5" },
    { .name = "no-color", .help = "No colours and no bold text; the variable NO_COLOR says the same" },
    { .name = "quiet", .help = "Leave out what could be typed next" },
    { .name = "help", .help = "Explain the verb" },
};
const size_t n_global_options = countof(global_options);

static bool is_word(const char *text, const char *word, size_t n)
{
    return text && strlen(text) == n && memcmp(text, word, n) == 0;
}

static const struct verb *verb_find(const char *first, const char *second, int *ret_words)
{
    for (size_t i = 0; i < n_verbs; i++) {
        const char *name = verbs[i].name, *space = strchr(name, ' ');
        size_t n = space ? (size_t)(space - name) : strlen(name);
        if (!is_word(first, name, n) || (space && !is_word(second, space + 1, strlen(space + 1)))) continue;
        *ret_words = space ? 2 : 1;
        return &verbs[i];
    }
    return NULL;
}

/* Verbs of two words that begin with this one: "repo". */
static void say_second_words(const char *first)
{
    size_t n = strlen(first);
    for (size_t i = 0; i < n_verbs; i++)
        if (strncmp(verbs[i].name, first, n) == 0 && verbs[i].name[n] == ' ')
            note("  planctl %s %s\n", verbs[i].name, verbs[i].args);
}

static const struct verb_option *option_in(const struct verb_option *v, size_t n, const char *name, size_t len)
{
    for (size_t i = 0; i < n; i++)
        if (is_word(v[i].name, name, len)) return &v[i];
    return NULL;
}

static const struct verb_option *option_find(const struct ctl *c, const char *name, size_t len)
{
    const struct verb_option *o = c->verb ? option_in(c->verb->options, c->verb->n_options, name, len) : NULL;
    return o ? o : option_in(global_options, n_global_options, name, len);
}

static enum code keep_option(struct ctl *c, const struct verb_option *o, const char *value)
{
    struct given *g = arena_push(c->arena, &c->given, sizeof *g);
    if (!g) {
        complain("out of memory");
        return CODE_REFUSED;
    }
    *g = (struct given){ o->name, value };
    return CODE_DONE;
}

/* args[*i] is "--name", "--name=value", "-h" or "-o"; may take the next argument, too. */
static enum code read_option(struct ctl *c, int argc, char *const *argv, int *i)
{
    const char *arg = argv[*i], *name = arg + 2, *equals = strchr(arg, '='), *value = equals ? equals + 1 : NULL;
    const struct verb_option *o;
    if (strcmp(arg, "-h") == 0) name = "help";
    else if (strcmp(arg, "-o") == 0) name = "output";
    else if (arg[1] != '-') name = "";
    o = option_find(c, name, equals ? (size_t)(equals - name) : strlen(name));
    if (!o) {
        complain("there is no option %s%s%s (see planctl%s%s --help)", arg, c->verb ? " of " : "",
                 c->verb ? c->verb->name : "", c->verb ? " " : "", c->verb ? c->verb->name : "");
        return CODE_USAGE;
    }
    if (o->arg && !value && *i + 1 < argc) value = argv[++*i];
    if (!o->arg != !value) {
        complain(o->arg ? "--%s takes a value: %s" : "--%s takes no value%s", o->name, o->arg ? o->arg : "");
        return CODE_USAGE;
    }
    if (!o->many && opt(c, o->name)) {
        complain("--%s is given twice", o->name);
        return CODE_USAGE;
    }
    return keep_option(c, o, value ? value : "");
}

static enum code keep_argument(struct ctl *c, const char *arg)
{
    const char **slot = arena_push(c->arena, &c->args, sizeof *slot);
    if (!slot) {
        complain("out of memory");
        return CODE_REFUSED;
    }
    *slot = arg;
    return CODE_DONE;
}

static enum code count_arguments(const struct ctl *c)
{
    const struct verb *v = c->verb;
    int n = (int)c->args.n;
    if (opt_flag(c, "help") || (n >= v->min && (v->max < 0 || n <= v->max))) return CODE_DONE;
    complain("usage: planctl %s %s", v->name, v->args);
    return CODE_USAGE;
}

static enum code find_verb(struct ctl *c, int argc, char *const *argv, int *i)
{
    int words = 0;
    c->verb = verb_find(argv[*i], *i + 1 < argc ? argv[*i + 1] : NULL, &words);
    *i += words;
    if (c->verb) return CODE_DONE;
    complain("there is no verb %s (see planctl --help)", argv[*i]);
    say_second_words(argv[*i]);
    return CODE_USAGE;
}

static enum code read_globals(struct ctl *c)
{
    int64_t seconds;
    enum code r = opt_number(c, "timeout", 0, &seconds);
    if (r != CODE_DONE) return r;
    if (opt(c, "timeout")) c->deadline = clock_mono() + seconds * 1000;
    c->json = opt_flag(c, "json");
    c->ask = opt_flag(c, "ask");
    c->follow = c->ask || opt_flag(c, "watch");
    return c->verb ? count_arguments(c) : CODE_DONE;
}

enum code options_parse(struct ctl *c, int argc, char *const *argv)
{
    bool only_arguments = false;
    int i = 1;
    enum code r = CODE_DONE;
    while (i < argc && argv[i][0] == '-' && argv[i][1] && r == CODE_DONE) {
        r = read_option(c, argc, argv, &i);
        i++;
    }
    if (r == CODE_DONE && i < argc) r = find_verb(c, argc, argv, &i);
    for (; i < argc && r == CODE_DONE; i++) {
        const char *arg = argv[i];
        if (!only_arguments && strcmp(arg, "--") == 0) only_arguments = true;
        else if (!only_arguments && arg[0] == '-' && arg[1]) r = read_option(c, argc, argv, &i);
        else r = keep_argument(c, arg);
    }
    return r == CODE_DONE ? read_globals(c) : r;
}

const char *opt(const struct ctl *c, const char *name)
{
    for (size_t i = c->given.n; i > 0; i--)
        if (strcmp(c->given.v[i - 1].name, name) == 0) return c->given.v[i - 1].value;
    return NULL;
}

bool opt_flag(const struct ctl *c, const char *name)
{
    return opt(c, name) != NULL;
}

const char *opt_next(const struct ctl *c, const char *name, size_t *at)
{
    while (*at < c->given.n) {
        const struct given *g = &c->given.v[(*at)++];
        if (strcmp(g->name, name) == 0) return g->value;
    }
    return NULL;
}

enum code opt_number(const struct ctl *c, const char *name, int64_t preset, int64_t *ret)
{
    const char *text = opt(c, name);
    char *end;
    long long v;
    *ret = preset;
    if (!text) return CODE_DONE;
    errno = 0;
    v = strtoll(text, &end, 10);
    if (errno || *end || *text < '0' || *text > '9' || v > 1000000000) {
        complain("--%s takes a whole number, not '%s'", name, text);
        return CODE_USAGE;
    }
    *ret = v;
    return CODE_DONE;
}
