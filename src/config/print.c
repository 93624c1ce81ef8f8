/* The table in the forms people read it: --help, the effective configuration as a file, mdoc, Markdown. */
#include "config/settings.h"

#include <string.h>

enum { HELP_COLUMN = 34 };

/* Does row i begin a section? */
static bool opens_section(struct settings all, size_t i)
{
    return i == 0 || strcmp(all.v[i].section, all.v[i - 1].section) != 0;
}

static void pad(struct buf *b, size_t from, size_t column)
{
    size_t at = b->n - from;
    if (at >= column) {
        buf_char(b, '\n');
        at = 0;
    }
    buf_fmt(b, "%*s", (int)(column - at), "");
}

/* Help, what it takes and the default, wrapped to lines that begin at the column. */
static void add_wrapped(struct buf *b, const char *text, size_t column, size_t width)
{
    size_t used = 0;
    while (*text) {
        size_t n = strcspn(text, " ");
        if (used && used + 1 + n > width) {
            buf_fmt(b, "\n%*s", (int)column, "");
            used = 0;
        }
        if (used) buf_char(b, ' ');
        buf_add(b, text, n);
        used += n + (used > 0);
        text += n + strspn(text + n, " ");
    }
    buf_char(b, '\n');
}

static void help_row(const struct setting *s, struct buf *b)
{
    auto_buf text = BUF_INIT(4096);
    size_t from = b->n;
    buf_fmt(b, "  --%s %s", s->name, setting_placeholder(s));
    pad(b, from, HELP_COLUMN);
    buf_fmt(&text, "%s Takes ", s->help);
    setting_takes(s, &text);
    buf_fmt(&text, " [%s]", *s->preset ? s->preset : "empty");
    add_wrapped(b, buf_cstr(&text), HELP_COLUMN, 110 - HELP_COLUMN);
}

void config_help(struct buf *b)
{
    struct settings all = settings_all();
    buf_str(b, "pland plans: tickets in, phased implementation plans out, checked against the code.\n\nUsage:\n");
    for (size_t i = 0; i < config_n_commands; i++)
        buf_fmt(b, "  pland [OPTIONS]%s%s\n      %s\n", *config_commands[i].usage ? " " : "", config_commands[i].usage,
                config_commands[i].help);
    buf_str(b, "\nOptions that ask:\n"
               "  --config FILE                   Read settings from FILE, lines of name = value.\n"
               "  --print-config                  Print the settings in force, as such a file.\n"
               "  --check-llm                     Try every model with one tiny call and say what is wrong.\n"
               "  --man                           Print the manual page (mdoc).\n"
               "  --version, --help\n"
               "\nSettings: --name VALUE, or PLAND_NAME in the environment, or a line in the file; the first of these "
               "wins.\n");
    for (size_t i = 0; i < all.n; i++) {
        if (opens_section(all, i)) buf_fmt(b, "\n%s:\n", all.v[i].section);
        help_row(&all.v[i], b);
    }
}

static void print_models(const struct config *c, struct settings all, struct buf *b)
{
    for (size_t i = 0; i < c->models.n; i++) {
        const struct model_config *m = &c->models.v[i];
        buf_char(b, '\n');
        for (size_t j = 0; j < all.n; j++) {
            if (!model_given(m, &all.v[j])) continue;
            buf_fmt(b, "%s.%s = ", all.v[j].name, m->name);
            setting_value(&all.v[j], model_base(m), b);
            buf_char(b, '\n');
        }
    }
}

void config_print(const struct config *c, struct buf *b)
{
    struct settings all = settings_all();
    for (size_t i = 0; i < all.n; i++) {
        if (opens_section(all, i)) buf_fmt(b, "%s# %s\n", i ? "\n" : "", all.v[i].section);
        buf_fmt(b, "%s = ", all.v[i].name);
        setting_value(&all.v[i], c, b);
        buf_char(b, '\n');
    }
    print_models(c, all, b);
}

/* Text of an mdoc line: a leading dot or quote and every backslash would be a request. */
static void mdoc_text(struct buf *b, const char *s)
{
    const char *start = s;
    if (*s == '.' || *s == '\'') buf_str(b, "\\&");
    for (; *s; s++) {
        if (*s == '\\') buf_str(b, "\\e");
        else if (*s == '-') buf_str(b, "\\-");
        else if (*s == ' ' && s > start && s[-1] == '.') buf_char(b, '\n'); /* a new sentence is a new line */
        else buf_char(b, *s);
    }
}

static void man_row(const struct setting *s, struct buf *b)
{
    auto_buf takes = BUF_INIT(1024), env = BUF_INIT(128);
    setting_takes(s, &takes);
    setting_env(s, &env);
    buf_fmt(b, ".It Fl \\-%s Ar %s\n", s->name, setting_placeholder(s));
    mdoc_text(b, s->help);
    buf_str(b, "\nTakes ");
    mdoc_text(b, buf_cstr(&takes));
    buf_fmt(b, ".\nEnvironment:\n.Ev %s .\n", buf_cstr(&env));
    if (!*s->preset) return;
    buf_str(b, "Default:\n.Ql ");
    mdoc_text(b, s->preset);
    buf_str(b, " .\n");
}

static void man_head(struct buf *b)
{
    buf_str(b, ".Dd November 23, 2026\n.Dt PLAND 8\n.Os\n.Sh NAME\n.Nm pland\n.Nd HTTP planning service\n.Sh SYNOPSIS\n"
               ".Nm\n.Op Fl \\-config Ar FILE\n.Op Fl \\-name Ar VALUE ...\n.Op Ar command Op Ar argument ...\n"
               ".Sh DESCRIPTION\n.Nm\ntakes tickets and codebases over HTTP and returns phased implementation plans "
               "whose paths, commands\n"
               "and claims about the code have been checked against a pinned snapshot of that code.\n"
               "One daemon serves one data directory.\n.Sh COMMANDS\n.Bl -tag -width Ds\n");
    for (size_t i = 0; i < config_n_commands; i++) {
        buf_fmt(b, ".It Nm%s", *config_commands[i].usage ? " Cm " : "");
        mdoc_text(b, config_commands[i].usage);
        buf_char(b, '\n');
        mdoc_text(b, config_commands[i].help);
        buf_char(b, '\n');
    }
    buf_str(b,
            ".El\n.Sh SETTINGS\nA value comes from the command line, else from the environment, else from the file "
            "given with\n"
            ".Fl \\-config\nor\n.Ev PLAND_CONFIG\n(lines of name = value, comments with #), else it is the default.\n"
            "An unknown name or a value out of range is refused with the place it stands in.\n"
            "The settings that begin with llm\\- hold for every model; with a model's name behind them\n"
            ".Pq Ql llm\\-url.strong\nthey hold for that one, in the file and on the command line.\n");
}

void config_man(struct buf *b)
{
    struct settings all = settings_all();
    man_head(b);
    for (size_t i = 0; i < all.n; i++) {
        if (opens_section(all, i)) buf_fmt(b, "%s.Ss %s\n.Bl -tag -width Ds\n", i ? ".El\n" : "", all.v[i].section);
        man_row(&all.v[i], b);
    }
    buf_str(b, ".El\n.Sh SIGNALS\n.Dv SIGTERM\nand\n.Dv SIGINT\nfinish what is being written and exit;\n.Dv SIGHUP\n"
               "does nothing: files that hold keys are read at each use.\n.Sh EXIT STATUS\n.Nm\nexits 0 after a clean "
               "stop, 1 when it cannot start or a command"
               " failed, and 2 when its settings are wrong.\n.Sh SEE ALSO\n.Xr planctl 1\n");
}

void config_markdown(struct buf *b)
{
    struct settings all = settings_all();
    for (size_t i = 0; i < all.n; i++) {
        const struct setting *s = &all.v[i];
        if (opens_section(all, i))
            buf_fmt(b, "%s**%s**\n\n| setting | default | takes | |\n| --- | --- | --- | --- |\n", i ? "\n" : "",
                    s->section);
        buf_fmt(b, "| `%s` | %s%s%s | ", s->name, *s->preset ? "`" : "", s->preset, *s->preset ? "`" : "");
        setting_takes(s, b);
        buf_fmt(b, " | %s |\n", s->help);
    }
}
