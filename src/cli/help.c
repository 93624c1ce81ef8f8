/* Help from the verb table, and the verbs completion and man. */
#include <string.h>

#include "cli/say.h"
#include "cli/verbs.h"

enum { WIDTH = 100 };

/* Words of text, wrapped; the first line begins where the cursor is (column used), others at indent. */
static void wrap(FILE *f, const char *text, size_t used, size_t indent)
{
    bool first = true;
    while (*text) {
        size_t n = strcspn(text, " ");
        if (!first && used + 1 + n > WIDTH) {
            fprintf(f, "\n%*s", (int)indent, "");
            used = indent;
            first = true;
        }
        fprintf(f, "%s%.*s", first ? "" : " ", (int)n, text);
        used += n + (first ? 0 : 1);
        first = false;
        text += n + strspn(text + n, " ");
    }
    fputc('\n', f);
}

/* Its first sentence. */
static int first_sentence(const char *text)
{
    const char *stop = strstr(text, ". ");
    return stop ? (int)(stop - text) + 1 : (int)strlen(text);
}

static void option_line(FILE *f, const struct verb_option *o)
{
    int n = fprintf(f, "  --%s%s%s", o->name, o->arg ? " " : "", o->arg ? o->arg : "");
    fprintf(f, "%*s", n < 26 ? 26 - n : 1, "");
    wrap(f, o->help, 26, 26);
}

void help_all(FILE *f)
{
    const char *group = "";
    fputs("planctl: tickets in, implementation plans out.\n\nUsage: planctl VERB [ARGUMENTS] [OPTIONS]\n", f);
    for (size_t i = 0; i < n_verbs; i++) {
        const struct verb *v = &verbs[i];
        int n;
        if (strcmp(group, v->group) != 0) fprintf(f, "\n%s:\n", v->group);
        group = v->group;
        n = fprintf(f, "  %s %s", v->name, v->args);
        fprintf(f, "%*s%.*s\n", n < 42 ? 42 - n : 1, "", first_sentence(v->help), v->help);
    }
    fputs("\nOptions of every verb:\n", f);
    for (size_t i = 0; i < n_global_options; i++) option_line(f, &global_options[i]);
    fputs("\nID is a plan's id, or last for the newest one.\n"
          "The daemon is found by --url or --data-dir, PLAND_URL, ~/.config/pland/url or ./var/url; the token by "
          "PLAND_TOKEN or\n"
          "the file token or admin.token beside the address.\n"
          "Exit codes: 0 done, 1 refused or failed, 2 usage, 3 no daemon there, 4 the plan waits for a person, 5 timed "
          "out.\n",
          f);
}

void help_verb(const struct verb *v, FILE *f)
{
    fprintf(f, "Usage: planctl %s%s%s [OPTIONS]\n\n", v->name, *v->args ? " " : "", v->args);
    wrap(f, v->help, 0, 0);
    fprintf(f, "\nExample:\n  %s\n\nOptions:\n", v->example);
    for (size_t i = 0; i < v->n_options; i++) option_line(f, &v->options[i]);
    for (size_t i = 0; i < n_global_options; i++) option_line(f, &global_options[i]);
}

enum code run_man(struct ctl *c)
{
    (void)c;
    man_write(stdout);
    return CODE_DONE;
}

enum code run_completion(struct ctl *c)
{
    if (completion_write(c->args.v[0], stdout)) return CODE_DONE;
    complain("completion is there for bash and zsh, not for %s", c->args.v[0]);
    return CODE_USAGE;
}
