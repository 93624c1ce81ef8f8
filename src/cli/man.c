/* The manual page planctl(1) in mdoc, from the verb table. */
#include <string.h>

#include "cli/cli.h"

/* Text for mdoc: a backslash would begin an escape, a leading dot or quote a request, and a line ends with a sentence.
 */
static void text(FILE *f, const char *s)
{
    const char *start = s;
    if (*s == '.' || *s == '\'') fputs("\\&", f);
    for (; *s; s++) {
        if (*s == '\\') fputs("\\e", f);
        else if (*s == '-') fputs("\\-", f);
        else if (*s == ' ' && s > start && s[-1] == '.' && s[1] != '.') fputc('\n', f);
        else fputc(*s, f);
    }
    fputc('\n', f);
}

static void option_item(FILE *f, const struct verb_option *o)
{
    fprintf(f, ".It Fl \\-%s", o->name);
    if (o->arg) fprintf(f, " Ar %s", o->arg);
    fputc('\n', f);
    text(f, o->help);
}

/* Arguments may hold words that mdoc takes for macros or delimiters; quoting keeps them as they are. */
static void verb_item(FILE *f, const struct verb *v)
{
    fprintf(f, ".It Xo\n.Cm %s\n", v->name);
    if (*v->args) fprintf(f, ".Ar \"%s\"\n", v->args);
    fputs(".Xc\n", f);
    text(f, v->help);
    if (v->n_options) {
        fputs(".Bl -tag -width Ds\n", f);
        for (size_t i = 0; i < v->n_options; i++) option_item(f, &v->options[i]);
        fputs(".El\n", f);
    }
    fputs(".Bd -literal -offset indent\n", f);
    text(f, v->example);
    fputs(".Ed\n", f);
}

static void groups(FILE *f)
{
    const char *group = "";
    for (size_t i = 0; i < n_verbs; i++) {
        if (strcmp(group, verbs[i].group) != 0) {
            if (*group) fputs(".El\n", f);
            group = verbs[i].group;
            fprintf(f, ".Ss %s\n.Bl -tag -width Ds\n", group);
        }
        verb_item(f, &verbs[i]);
    }
    fputs(".El\n", f);
}

void man_write(FILE *f)
{
    fputs(".Dd November 23, 2026\n.Dt PLANCTL 1\n.Os\n.Sh NAME\n.Nm planctl\n.Nd client of the planning service pland\n"
          ".Sh SYNOPSIS\n.Nm\n.Ar verb\n.Op Ar argument ...\n.Op Fl \\-option Ar value ...\n"
          ".Sh DESCRIPTION\n.Nm\nhands tickets to\n.Xr pland 8 ,\nfollows the plans made from them, answers, refines, "
          "approves and hands them off.\n"
          "A plan is named by its id, or by\n.Cm last\nfor the newest one.\nThe options of every verb:\n.Bl -tag "
          "-width Ds\n",
          f);
    for (size_t i = 0; i < n_global_options; i++) option_item(f, &global_options[i]);
    fputs(".El\n.Sh VERBS\n", f);
    groups(f);
    fputs(".Sh ENVIRONMENT\n.Bl -tag -width PLAND_DATA_DIR\n.It Ev PLAND_URL\nThe daemon's address.\n.It Ev "
          "PLAND_TOKEN\nThe access token.\n"
          ".It Ev PLAND_DATA_DIR\nWhere a daemon of this machine keeps its data, instead of\n.Pa ./var .\n"
          ".It Ev PLAND_CA_FILE\nFurther certificate authorities, in PEM.\n"
          ".It Ev VISUAL , Ev EDITOR\nThe editor, with its options; otherwise vi.\n"
          ".It Ev PAGER\nWhat long pages go through, with its options; otherwise less \\-FRX.\n"
          ".It Ev COLUMNS\nWidth of a page instead of the terminal's, 100 at most.\n"
          ".It Ev NO_COLOR\nWhen set: no colours and no bold text.\n.El\n"
          ".Sh FILES\n.Bl -tag -width Ds\n.It Pa ~/.config/pland/url , Pa ~/.config/pland/token\nAddress and token "
          "when the environment has none.\n"
          ".It Pa var/url , Pa var/admin.token\nWhat a daemon started in the current directory writes.\n.El\n"
          ".Pp\nA token from a file is sent only to the address that stands beside it.\n"
          ".Sh EXIT STATUS\n.Bl -tag -width Ds -compact\n.It 0\nDone.\n.It 1\nRefused or failed.\n.It 2\nWrong usage.\n"
          ".It 3\nNo daemon answered.\n.It 4\nThe plan waits for a person.\n.It 5\nThe time given with\n.Fl "
          "\\-timeout\nwas up.\n.El\n"
          ".Sh SEE ALSO\n.Xr pland 8\n",
          f);
}
