/* check --dry-run: is every command of a plan there to be run, on this machine and in this checkout? Looks for programs
 * and files; runs nothing. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/check/check.h"
#include "survey/words.h"

static const char *const builtins[] = { "cd",    "export", "set",  "unset", "source", ".",    ":",    "true",
                                        "false", "exit",   "test", "[",     "if",     "then", "else", "fi",
                                        "for",   "do",     "done", "while", "echo",   "!",    "{",    "}" };

static bool is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static const char *on_path(struct ctl *c, const char *name)
{
    const char *list = getenv("PATH");
    for (const char *p = list ? list : ""; *p;) {
        size_t n = strcspn(p, ":");
        const char *full = arena_fmt(c->arena, "%.*s/%s", n ? (int)n : 1, n ? p : ".", name);
        if (full && is_program(full)) return full;
        p += n + (p[n] == ':');
    }
    return NULL;
}

/* A word of a line, from the folder it is run in; absolute ones as they are. */
static const char *in_dir(struct ctl *c, const char *dir, const char *word)
{
    return *word == '/' ? word : arena_fmt(c->arena, "%s/%s", dir, word);
}

/* Where the program of one simple command is; NULL: nowhere. ret_why: what is missing. */
static const char *program_of(struct ctl *c, const char *dir, const struct words *w, const char **ret_why)
{
    const char *name = strcmp(w->v[0], "<script>") == 0 ? "npm" : w->v[0], *found;
    *ret_why = name;
    if (word_in(builtins, countof(builtins), name)) return "the shell";
    if (*name == '$') return "a variable";
    found = strchr(name, '/') ? in_dir(c, dir, name) : on_path(c, name);
    if (found && strchr(name, '/') && !is_program(found)) return NULL;
    return found;
}

/* True: every part of the line can be run. */
static bool resolves(struct ctl *c, const char *dir, const char *line, const char **ret_where)
{
    struct shell_line cut;
    *ret_where = NULL;
    shell_cut(line, c->arena, &cut);
    for (size_t i = 0; i < cut.parts.n; i++) {
        const char *where, *why = line;
        struct words w;
        words_see(&cut.parts.v[i], &w);
        if (!w.n) continue;
        if (strcmp(w.v[0], "cd") == 0 && w.n > 1) dir = in_dir(c, dir, w.v[1]);
        where = dir ? program_of(c, dir, &w, &why) : NULL;
        if (!*ret_where || !where) *ret_where = where ? where : why;
        if (!where) return false;
    }
    return true;
}

static enum code one_plan(struct ctl *c, const char *dir, const char *file, size_t *missing)
{
    const char *text = NULL;
    check_commands l;
    struct err e = { 0 };
    enum code code = text_read(c, file, &text);
    if (code != CODE_DONE) return code;
    if (check_commands_of(text, strlen(text), CHECK_AUTO, c->arena, &l, &e) != ERR_OK) {
        complain("%s: %s%s%s", file, e.at, *e.at ? ": " : "", e.msg);
        return CODE_REFUSED;
    }
    for (size_t i = 0; i < l.n; i++) {
        const char *where;
        bool there = resolves(c, dir, l.v[i].command, &where);
        say("%-8s %-12s %s  (%s)\n", there ? "found" : "missing", l.v[i].anchor, l.v[i].command,
            where ? where : "nothing to run");
        *missing += !there;
    }
    return CODE_DONE;
}

enum code check_dry_run(struct ctl *c, const char *dir)
{
    size_t missing = 0;
    for (size_t i = 0; i < c->args.n; i++) {
        enum code code = one_plan(c, dir, c->args.v[i], &missing);
        if (code != CODE_DONE) return code;
    }
    return missing ? CODE_REFUSED : CODE_DONE;
}
