/* What a command line is: a command of the repository, of the plan or of the system, one that comes later, or none; and
 * which paths it names. */
#include "check/inner.h"

#include <string.h>

#include "survey/shell.h"

/* What a new file brings by itself. */
static const struct { const char *file, *command; } brought[] = {
    { "go.mod", "go" }, { "Cargo.toml", "cargo" }, { "pom.xml", "mvn" }, { "CMakeLists.txt", "cmake" },
    { "CMakeLists.txt", "ctest" },
    { "build.gradle", "gradle" }, { "build.gradle.kts", "gradle" }, { "meson.build", "meson" }, { "mix.exs", "mix" },
    { "compose.yaml", "docker compose" }, { "deno.json", "deno" },
};
static const char *const runners[] = { "", "./", "bash ", "sh ", "python ", "python3 ", "node ", "ruby ", "perl ",
    "php ", "deno run ", "bun " };

typedef LIST(const char *) name_list;

static void push(struct checking *c, name_list *l, const char *name)
{
    const char **slot = name ? arena_push(c->work, l, sizeof *slot) : NULL;
    if (slot) *slot = name;
}

/* --- what the plan provides --------------------------------------------------------------------------------------- */
static void provided_names(struct checking *c, size_t from, size_t to, name_list *ret)
{
    for (size_t i = from; i < to; i++)
        for (size_t j = 0; j < c->d->phases.v[i].provides.n; j++) {
            const struct deliverable *d = &c->d->phases.v[i].provides.v[j];
            if (d->kind == DELIVERS_COMMAND && !words_blank(d->name)) push(c, ret, d->name);
        }
}

/* New files up to this order: programs that the line runs, manifests that bring a tool. */
static void created_names(struct checking *c, size_t order, const char *line, name_list *ret)
{
    for (size_t i = 0; i < order && i < c->touches.n; i++) {
        const struct touch *t = &c->touches.v[i];
        if (!t->spot || (t->f->change != CHANGE_CREATE && t->f->change != CHANGE_RENAME)) continue;
        for (size_t j = 0; j < countof(brought); j++)
            if (strcmp(words_base(t->spot->path), brought[j].file) == 0) push(c, ret, brought[j].command);
        if (!strstr(line, t->spot->path)) continue;
        for (size_t j = 0; j < countof(runners); j++)
            push(c, ret, arena_fmt(c->work, "%s%s", runners[j], t->spot->path));
    }
}

static name_list names_before(struct checking *c, size_t phase, const char *line)
{
    name_list l = { .n = 0 };
    size_t n = phase < c->d->phases.n ? phase + 1 : c->d->phases.n;
    for (size_t i = 0; i < c->brought.n; i++) push(c, &l, c->brought.v[i]);
    provided_names(c, 0, n, &l);
    created_names(c, c->foreign ? c->touches.n : n ? c->phase_end[n - 1] : 0, line, &l);
    return l;
}

/* --- status ------------------------------------------------------------------------------------------------------- */
/* The best that any codebase says. */
static enum command_status status_of(struct checking *c, const name_list *extra, const char *line,
                                     struct command_ref *ret)
{
    const struct command_names names = { extra->v, extra->n };
    enum command_status best = COMMAND_UNKNOWN;
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < c->in->codebases.n; i++) {
        const struct check_codebase *b = &c->in->codebases.v[i];
        struct command_ref ref;
        enum command_status s;
        if (!b->survey) continue;
        s = survey_command_known(b->survey, b->tree, &names, line, c->work, &ref);
        if (i && s >= best) continue;
        best = s;
        *ret = ref;
    }
    return best;
}

/* The first phase from here on that provides the command; NULL: none. */
static const struct phase *provider_after(struct checking *c, size_t phase, const char *line)
{
    for (size_t i = phase == SIZE_MAX ? c->d->phases.n : phase + 1; i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        for (size_t j = 0; j < p->provides.n; j++)
            if (p->provides.v[j].kind == DELIVERS_COMMAND && !words_blank(p->provides.v[j].name) &&
                survey_command_is(line, p->provides.v[j].name))
                return p;
        for (size_t k = c->phase_end[i - 1]; k < c->phase_end[i]; k++) {
            const struct touch *t = &c->touches.v[k];
            if (t->spot && t->f->change == CHANGE_CREATE && strstr(line, t->spot->path)) return p;
        }
    }
    return NULL;
}

/* --- judging ------------------------------------------------------------------------------------------------------ */
static void add_settings(struct checking *c, bool system, name_list *l)
{
    const struct check_settings *s = c->in->settings;
    for (size_t i = 0; s && i < s->commands.n; i++) push(c, l, s->commands.v[i]);
    for (size_t i = 0; s && system && i < s->system.n; i++) push(c, l, s->system.v[i]);
}

/* Word for word as the inventory has it: its program may come with a dependency. */
static bool is_in_inventory(struct checking *c, const char *line, struct command_told *ret)
{
    for (size_t b = 0; b < c->in->codebases.n; b++) {
        const struct survey *s = c->in->codebases.v[b].survey;
        for (size_t i = 0; s && i < s->commands.n; i++) {
            if (!s->commands.v[i].name || strcmp(s->commands.v[i].name, line) != 0) continue;
            ret->defined = s->commands.v[i].path;
            return true;
        }
    }
    return false;
}

enum command_verdict command_judge(struct checking *c, size_t phase, const char *line, struct command_told *ret)
{
    name_list names = { .n = 0 };
    struct command_ref ref;
    enum command_status status;
    memset(ret, 0, sizeof *ret);
    add_settings(c, false, &names);
    if (is_in_inventory(c, line, ret)) return COMMAND_HOLDS;
    status = status_of(c, &names, line, &ref);
    if (ref.command) ret->defined = ref.command->path;
    if (status == COMMAND_KNOWN) return COMMAND_HOLDS;
    names = names_before(c, phase, line);
    add_settings(c, false, &names);
    status = status_of(c, &names, line, &ref);
    if (status == COMMAND_KNOWN) return COMMAND_COMES;
    if (status == COMMAND_SYSTEM) return COMMAND_OUTSIDE;
    ret->part = ref.part ? ref.part : line;
    ret->suggestion = ref.suggestion ? arena_dup(c->a, ref.suggestion) : NULL;
    if (c->in->settings && c->in->settings->system.n) {
        add_settings(c, true, &names);
        if (status_of(c, &names, line, &ref) != COMMAND_UNKNOWN) return COMMAND_OUTSIDE;
    }
    ret->later = provider_after(c, phase, line);
    return ret->later ? COMMAND_LATER : COMMAND_WRONG;
}

/* --- paths in a line ---------------------------------------------------------------------------------------------- */
/* What these words name may be new. */
static const char *const makers[] = { "touch", "mkdir", "tee", "git" };
static const char *const makes_next[] = { "-o", "--output", "--out", "-O", "-C", "--log-file" };

static bool is_one(const char *const *v, size_t n, const char *word)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i], word) == 0) return true;
    return false;
}

/* A word of a line seen from the folder it is run in; "--x=path" is its path. */
static const char *from_top(struct checking *c, const char *dir, const char *word)
{
    const char *eq = word[0] == '-' ? strchr(word, '=') : NULL;
    if (eq) word = eq + 1;
    while (strncmp(word, "./", 2) == 0) word += 2;
    if (!*dir) return word;
    return *word && *word != '/' && *word != '-' ? arena_fmt(c->work, "%s/%s", dir, word) : NULL;
}

static void part_paths(struct checking *c, const struct shell_part *p, const char *dir, command_path_fn *fn, void *arg)
{
    if (p->words.n && p->words.v[0] && is_one(makers, countof(makers), p->words.v[0])) return;
    for (size_t i = 0; i < p->words.n; i++) {
        const char *word = p->words.v[i], *path;
        if (!word || (i && p->words.v[i - 1] && is_one(makes_next, countof(makes_next), p->words.v[i - 1]))) continue;
        path = from_top(c, dir, word);
        if (path && *path) fn(c, path, strlen(path), arg);
    }
}

/* `cd x` leads to x; out of the tree, or somewhere that is only known when it runs: nothing behind it is looked at. */
static const char *changed_dir(struct checking *c, const char *dir, const char *to)
{
    char path[TEXT_PATH_MAX];
    struct err ignored = { .kind = ERR_OK };
    const char *joined = to && !strpbrk(to, "$~*`") ? from_top(c, dir, to) : NULL;
    if (to && (strcmp(to, ".") == 0 || strcmp(to, "./") == 0)) return dir;
    if (!joined || tree_normalise(joined, path, sizeof path, &ignored) != ERR_OK) return NULL;
    return arena_dup(c->work, path);
}

void command_paths(struct checking *c, const char *line, command_path_fn *fn, void *arg)
{
    struct shell_line cut;
    const char *dir = "";
    shell_cut(line, c->work, &cut);
    for (size_t i = 0; dir && i < cut.parts.n; i++) {
        const struct shell_part *p = &cut.parts.v[i];
        if (p->words.n && p->words.v[0] && (strcmp(p->words.v[0], "cd") == 0 || strcmp(p->words.v[0], "pushd") == 0)) {
            dir = changed_dir(c, dir, p->words.n > 1 ? p->words.v[1] : NULL);
            const char *shown = dir && *dir ? arena_fmt(c->work, "%s/", dir) : NULL;
            if (shown) fn(c, shown, strlen(shown), arg);
            continue;
        }
        part_paths(c, p, dir, fn, arg);
    }
}
