/* Commands of criteria and of the rollback: the repository, this or an earlier phase, or the system provides them; files
 * they name exist by then. */
#include "check/inner.h"

#include <string.h>

static void unknown(struct checking *c, const struct phase *p, const char *line, const struct command_told *told)
{
    if (told->later)
        check_report(c, RULE_COMMAND_ORDER, p->id, line, NULL, "`%.300s` is provided only by %s", told->part,
                     told->later->id);
    else if (told->suggestion)
        check_report(c, RULE_COMMAND_KNOWN, p->id, line, told->suggestion,
                     "`%.300s` is not a command of this repository; did you mean `%.300s`?", told->part,
                     told->suggestion);
    else
        check_report(c, RULE_COMMAND_KNOWN, p->id, line, NULL,
                     "`%.300s` is not a command of this repository, of an earlier phase or of the system", told->part);
}

/* --- does provided_by agree? -------------------------------------------------------------------------------------- */
static void provider_agrees(struct checking *c, const struct phase *p, size_t phase, const struct automated *x,
                            enum command_verdict is)
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
    else if (strcmp(by, "repository") == 0 && is != COMMAND_HOLDS)
        check_report(c, RULE_COMMAND_PROVIDER, p->id, x->command, NULL, "`%.300s` does not come from the repository",
                     x->command);
    else if (strcmp(by, "system") == 0 && (is == COMMAND_WRONG || is == COMMAND_LATER || is == COMMAND_COMES))
        check_report(c, RULE_COMMAND_PROVIDER, p->id, x->command, NULL,
                     "`%.300s` is no command of the system that is known here", x->command);
}

/* --- files in the line -------------------------------------------------------------------------------------------- */
struct in_line { const struct phase *p; size_t phase; const char *line; };

static bool below_the_tree(const struct checking *c, const char *path)
{
    const char *slash = strchr(path, '/');
    const char *top = slash ? arena_dup_n(c->work, path, (size_t)(slash - path)) : NULL;
    return top && tree_is_dir(c->in->codebases.v[0].tree, top);
}

static void path_in_line(struct checking *c, const char *word, size_t n, void *arg)
{
    const struct in_line *x = arg;
    struct spot *s;
    struct token k;
    enum spot_state state;
    enum path_look look = token_look(word, n, &k);
    const struct phase *maker;
    const char *closest;
    if (look != LOOK_PATH && !(look == LOOK_FOLDER && word[n - 1] == '/')) return;
    if (!below_the_tree(c, look == LOOK_PATH ? k.path : word) || path_generated(c, k.path)) return;
    if (spot_find(c, k.path, &s) != FORM_GOOD || !s) return;
    state = spot_state(c, s, c->phase_end[x->phase]);
    if (state == SPOT_TREE) ref_note(c, x->p->id, s, 0);
    if (state != SPOT_ABSENT && state != SPOT_GONE) return;
    maker = spot_maker(c, s, c->phase_end[x->phase]);
    closest = maker ? NULL : spot_closest(c, s);
    if (maker)
        check_report(c, RULE_COMMAND_PATH, x->p->id, s->written, NULL, "`%.300s` needs `%.300s`, which only %s creates",
                     x->line, s->written, maker->id);
    else if (closest)
        check_report(c, RULE_COMMAND_PATH, x->p->id, s->written, closest,
                     "`%.300s` names `%.300s`, which does not exist; did you mean `%.300s`?", x->line, s->written,
                     closest);
    else
        check_report(c, RULE_COMMAND_PATH, x->p->id, s->written, NULL, "`%.300s` names `%.300s`, which does not exist",
                     x->line, s->written);
}

/* --- the rules ---------------------------------------------------------------------------------------------------- */
static void rests_on(struct checking *c, const char *anchor, const char *defined)
{
    struct spot *s = NULL;
    if (defined && spot_find(c, defined, &s) == FORM_GOOD && s && spot_file(c, s)) ref_note(c, anchor, s, 0);
}

static void automated(struct checking *c, size_t phase, const struct automated *x)
{
    const struct phase *p = &c->d->phases.v[phase];
    struct in_line in = { p, phase, x->command };
    struct command_told told;
    enum command_verdict is;
    if (words_blank(x->command)) return;
    is = command_judge(c, phase, x->command, &told);
    switch (is) {
    case COMMAND_HOLDS: count_verified(c); break;
    case COMMAND_COMES: count_to_create(c); break;
    case COMMAND_OUTSIDE: count_unprovable(c); break;
    case COMMAND_LATER:
    case COMMAND_WRONG: unknown(c, p, x->command, &told); break;
    }
    rests_on(c, p->id, told.defined);
    provider_agrees(c, p, phase, x, is);
    if (is != COMMAND_LATER && is != COMMAND_WRONG) command_paths(c, x->command, path_in_line, &in);
}

static void rollback_command(struct checking *c, const char *line)
{
    struct command_told told;
    if (words_blank(line)) return;
    switch (command_judge(c, SIZE_MAX, line, &told)) {
    case COMMAND_HOLDS: count_verified(c); return;
    case COMMAND_COMES: count_to_create(c); return;
    case COMMAND_OUTSIDE: count_unprovable(c); return;
    case COMMAND_LATER:
    case COMMAND_WRONG: break;
    }
    check_report(c, RULE_ROLLBACK_COMMAND, "rollback", line, told.suggestion,
                 "`%.300s` is not a command of this repository or of the system", told.part);
}

void rules_commands(struct checking *c)
{
    for (size_t i = 0; i < c->d->phases.n; i++) {
        if (!wanted(c, c->d->phases.v[i].id)) continue;
        for (size_t j = 0; j < c->d->phases.v[i].automated.n; j++) automated(c, i, &c->d->phases.v[i].automated.v[j]);
    }
    if (!wanted(c, "rollback")) return;
    for (size_t i = 0; i < c->d->closing.rollback.commands.n; i++)
        rollback_command(c, c->d->closing.rollback.commands.v[i]);
}
