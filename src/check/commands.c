/* Commands: the repository, this or an earlier phase, or the system provides them; files they name exist by then. */
#include "check/inner.h"

#include <string.h>

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
    provided_names(c, 0, phase + 1, &l);
    created_names(c, c->phase_end[phase], line, &l);
    return l;
}

/* --- status ------------------------------------------------------------------------------------------------------- */
/* The best that any codebase says. */
static enum command_status status_of(struct checking *c, const name_list *extra, const char *line,
                                     struct command_ref *ret)
{
    const struct command_names names = { extra ? extra->v : NULL, extra ? extra->n : 0 };
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

static const char *suggestion(struct checking *c, const struct command_ref *ref)
{
    return ref->suggestion ? arena_dup(c->a, ref->suggestion) : NULL;
}

/* The first phase from here on that provides the command; NULL: none. */
static const struct phase *provider_after(struct checking *c, size_t phase, const char *line)
{
    for (size_t i = phase + 1; i < c->d->phases.n; i++) {
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

static void unknown(struct checking *c, const struct phase *p, size_t phase, const char *line,
                    const struct command_ref *ref)
{
    const struct phase *later = provider_after(c, phase, line);
    const char *part = ref->part ? ref->part : line;
    if (later)
        check_report(c, RULE_COMMAND_ORDER, p->id, line, NULL, "`%.300s` is provided only by %s", part, later->id);
    else if (ref->suggestion)
        check_report(c, RULE_COMMAND_KNOWN, p->id, line, suggestion(c, ref),
                     "`%.300s` is not a command of this repository; did you mean `%.300s`?", part, ref->suggestion);
    else
        check_report(c, RULE_COMMAND_KNOWN, p->id, line, NULL,
                     "`%.300s` is not a command of this repository, of an earlier phase or of the system", part);
}

/* --- does provided_by agree? -------------------------------------------------------------------------------------- */
static void provider_agrees(struct checking *c, const struct phase *p, size_t phase, const struct automated *x,
                            enum command_status bare)
{
    const char *by = x->provided_by;
    size_t at = words_phase(c->d, by);
    if (words_blank(by)) return;
    if (at != SIZE_MAX && at > phase)
        check_report(c, RULE_COMMAND_ORDER, p->id, x->command, NULL, "`%.300s` is said to come from %s, which is later",
                     x->command, by);
    else if (at == SIZE_MAX && strcmp(by, "repository") != 0 && strcmp(by, "system") != 0)
        check_report(c, RULE_COMMAND_PROVIDER, p->id, x->command, NULL, "`%.300s`: there is no provider `%.60s`",
                     x->command, by);
    else if (strcmp(by, "repository") == 0 && bare != COMMAND_KNOWN)
        check_report(c, RULE_COMMAND_PROVIDER, p->id, x->command, NULL, "`%.300s` does not come from the repository",
                     x->command);
    else if (strcmp(by, "system") == 0 && bare == COMMAND_UNKNOWN)
        check_report(c, RULE_COMMAND_PROVIDER, p->id, x->command, NULL,
                     "`%.300s` is no command of the system that is known here", x->command);
}

/* --- files in the line -------------------------------------------------------------------------------------------- */
static void path_in_line(struct checking *c, const struct phase *p, size_t phase, const struct token *k,
                         const char *line)
{
    struct spot *s;
    enum spot_state state;
    const char *slash = strchr(k->path, '/'), *closest;
    const char *top = slash ? arena_dup_n(c->work, k->path, (size_t)(slash - k->path)) : NULL;
    const struct phase *maker;
    if (!top || !tree_is_dir(c->in->codebases.v[0].tree, top) || path_generated(k->path)) return;
    if (spot_find(c, k->path, &s) != FORM_GOOD || !s) return;
    state = spot_state(c, s, c->phase_end[phase]);
    if (state != SPOT_ABSENT && state != SPOT_GONE) return;
    maker = spot_maker(c, s, c->phase_end[phase]);
    closest = maker ? NULL : spot_closest(c, s);
    if (maker)
        check_report(c, RULE_COMMAND_PATH, p->id, s->written, NULL, "`%.300s` needs `%.300s`, which only %s creates",
                     line, s->written, maker->id);
    else if (closest)
        check_report(c, RULE_COMMAND_PATH, p->id, s->written, closest,
                     "`%.300s` names `%.300s`, which does not exist; did you mean `%.300s`?", line, s->written,
                     closest);
    else
        check_report(c, RULE_COMMAND_PATH, p->id, s->written, NULL, "`%.300s` names `%.300s`, which does not exist",
                     line, s->written);
}

/* After `cd` paths are relative to somewhere else; what a redirection or -o names may be new. */
static void paths_in_line(struct checking *c, const struct phase *p, size_t phase, const char *line)
{
    static const char *const makes_file[] = { ">", ">>", "-o", "--output", "--out", "-O", "touch", "mkdir", "-p",
        "tee" };
    const char *before = "";
    size_t n_before = 0;
    for (const char *q = line; *q;) {
        size_t blanks = strspn(q, " \t\n;|&()'\""), n;
        struct token k;
        bool fresh = false;
        q += blanks;
        n = strcspn(q, " \t\n;|&()'\"");
        if (n == 2 && strncmp(q, "cd", 2) == 0) return;
        for (size_t i = 0; i < countof(makes_file); i++)
            fresh = fresh || (strlen(makes_file[i]) == n_before && strncmp(before, makes_file[i], n_before) == 0);
        if (!fresh && n && token_look(q, n, &k) == LOOK_PATH) path_in_line(c, p, phase, &k, line);
        before = q;
        n_before = n;
        q += n;
    }
}

/* --- the rules ---------------------------------------------------------------------------------------------------- */
static void automated(struct checking *c, size_t phase, const struct automated *x)
{
    const struct phase *p = &c->d->phases.v[phase];
    struct command_ref bare, ref;
    enum command_status plain, status;
    name_list names;
    if (words_blank(x->command)) return;
    plain = status_of(c, NULL, x->command, &bare);
    names = names_before(c, phase, x->command);
    status = plain == COMMAND_KNOWN ? plain : status_of(c, &names, x->command, &ref);
    if (plain == COMMAND_KNOWN) count_verified(c);
    else if (status == COMMAND_KNOWN) count_to_create(c);
    else if (status == COMMAND_SYSTEM) count_unprovable(c);
    else unknown(c, p, phase, x->command, &ref);
    provider_agrees(c, p, phase, x, plain);
    if (status != COMMAND_UNKNOWN) paths_in_line(c, p, phase, x->command);
}

static void rollback_command(struct checking *c, const char *line)
{
    struct command_ref ref;
    name_list names = { .n = 0 };
    if (words_blank(line)) return;
    if (c->d->phases.n) names = names_before(c, c->d->phases.n - 1, line);
    switch (status_of(c, &names, line, &ref)) {
    case COMMAND_KNOWN: count_verified(c); return;
    case COMMAND_SYSTEM: count_unprovable(c); return;
    case COMMAND_UNKNOWN: break;
    }
    check_report(c, RULE_ROLLBACK_COMMAND, "rollback", line, suggestion(c, &ref),
                 "`%.300s` is not a command of this repository or of the system", ref.part ? ref.part : line);
}

void rules_commands(struct checking *c)
{
    for (size_t i = 0; i < c->d->phases.n; i++)
        for (size_t j = 0; j < c->d->phases.v[i].automated.n; j++) automated(c, i, &c->d->phases.v[i].automated.v[j]);
    for (size_t i = 0; i < c->d->closing.rollback.commands.n; i++)
        rollback_command(c, c->d->closing.rollback.commands.v[i]);
}
