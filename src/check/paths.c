/* Grounding of the files that steps change: they exist, they do not yet, they come in order, they go where such files
 * are kept. */
#include "check/inner.h"

#include <string.h>

/* --- form --------------------------------------------------------------------------------------------------------- */
static bool form_good(struct checking *c, const char *anchor, const char *written, enum spot_form form)
{
    if (form == FORM_BAD)
        check_report(c, RULE_PATH_FORM, anchor, written, NULL, "`%.300s` is not a path inside the repository",
                     written ? written : "");
    if (form == FORM_ALIAS)
        check_report(c, RULE_PATH_ALIAS, anchor, written, NULL, "`%.300s` names a codebase this plan does not have",
                     written);
    return form == FORM_GOOD;
}

/* --- existing files ----------------------------------------------------------------------------------------------- */
static void report_absent(struct checking *c, enum rule_id rule, const struct touch *t, const struct spot *s,
                          enum spot_state state)
{
    const struct phase *maker = spot_maker(c, s, t->order);
    const char *closest;
    if (state == SPOT_GONE) {
        check_report(c, RULE_PATH_ORDER, t->anchor, s->written, NULL, "`%.300s` was removed by an earlier step",
                     s->written);
        return;
    }
    if (maker) {
        check_report(c, RULE_PATH_ORDER, t->anchor, s->written, NULL, "`%.300s` is created only in %s", s->written,
                     maker->id);
        return;
    }
    closest = spot_closest(c, s);
    if (closest)
        check_report(c, rule, t->anchor, s->written, closest, "`%.300s` does not exist; did you mean `%.300s`?",
                     s->written, closest);
    else check_report(c, rule, t->anchor, s->written, NULL, "`%.300s` does not exist", s->written);
}

static void expect_there(struct checking *c, enum rule_id rule, const struct touch *t, struct spot *s)
{
    enum spot_state state = spot_state(c, s, t->order);
    switch (state) {
    case SPOT_TREE:
        count_verified(c);
        ref_note(c, t->anchor, s, 0);
        break;
    case SPOT_MADE:
    case SPOT_BELOW: count_to_create(c); break;
    case SPOT_HIDDEN: count_unprovable(c); break;
    case SPOT_FOLDER:
        if (t->f->change == CHANGE_MODIFY)
            check_report(c, RULE_PATH_FOLDER, t->anchor, s->written, NULL, "`%.300s` is a folder", s->written);
        count_verified(c);
        break;
    case SPOT_ABSENT:
    case SPOT_GONE: report_absent(c, rule, t, s, state); break;
    }
}

/* --- new files ---------------------------------------------------------------------------------------------------- */
/* Folders one custom calls so and another so. */
static const char *const same_names[][4] = {
    { "test", "tests", "spec", "specs" }, { "doc", "docs", "documentation", NULL }, { "src", "source", "sources",
    NULL },
    { "migration", "migrations", "migrate", NULL }, { "script", "scripts", NULL, NULL }, { "util", "utils", NULL,
    NULL },
    { "model", "models", NULL, NULL }, { "route", "routes", NULL, NULL }, { "controller", "controllers", NULL, NULL },
    { "service", "services", NULL, NULL }, { "component", "components", NULL, NULL }, { "config", "configs", "conf",
    NULL },
};

static bool same_meaning(const char *a, const char *b, size_t n)
{
    for (size_t i = 0; i < countof(same_names); i++) {
        bool has_a = false, has_b = false;
        for (size_t j = 0; j < countof(same_names[i]) && same_names[i][j]; j++) {
            const char *name = same_names[i][j];
            has_a = has_a || strcmp(name, a) == 0;
            has_b = has_b || (strlen(name) == n && strncmp(name, b, n) == 0);
        }
        if (has_a && has_b) return true;
    }
    return strlen(a) == n && strncasecmp(a, b, n) == 0;
}

/* A folder beside where `name` would be that means the same; NULL: none. */
static const char *sibling(struct checking *c, const struct tree *t, const char *parent, const char *name)
{
    struct tree_files below = tree_below(t, parent);
    size_t skip = parent[0] ? strlen(parent) + 1 : 0;
    for (size_t i = 0; i < below.n;) {
        const char *rest = below.v[i].path + skip, *slash = strchr(rest, '/');
        char *folder;
        struct tree_files in;
        if (!slash) {
            i++;
            continue;
        }
        if (same_meaning(name, rest, (size_t)(slash - rest)))
            return arena_dup_n(c->a, below.v[i].path, skip + (size_t)(slash - rest));
        folder = arena_dup_n(c->work, below.v[i].path, skip + (size_t)(slash - rest));
        if (!folder) return NULL;
        in = tree_below(t, folder);
        i = in.n ? (size_t)(in.v - below.v) + in.n : i + 1;
    }
    return NULL;
}

/* The highest folder of the path that the tree does not have is at issue: new below an old one is fine, new at the top
 * or beside one of the same meaning is worth a look. */
static void look_at_folder(struct checking *c, const struct touch *t)
{
    const struct tree *tree = c->in->codebases.v[t->spot->base].tree;
    char *path = arena_dup(c->work, t->spot->path), *slash = path ? strchr(path, '/') : NULL, *start = path;
    const char *parent, *like;
    if (!slash || !tree_files(tree).n) return;
    for (; slash; slash = strchr(start, '/')) {
        *slash = '\0';
        if (!tree_is_dir(tree, path)) break;
        *slash = '/';
        start = slash + 1;
    }
    if (!slash) return;
    parent = start == path ? "" : arena_dup_n(c->work, path, (size_t)(start - path - 1));
    if (!parent) return;
    like = sibling(c, tree, parent, start);
    if (like)
        check_report(c, RULE_NEW_FOLDER, t->anchor, path, like, "`%.300s/` is new; the repository has `%.300s/`", path,
                     like);
    else if (!*parent)
        check_report(c, RULE_NEW_FOLDER, t->anchor, path, NULL, "`%.300s/` is a new folder at the top", path);
}

/* A folder of the tree cannot become a file; naming one that the plan fills anyway is only not needed. */
static void folder_in_the_way(struct checking *c, enum rule_id rule, const struct touch *t)
{
    const char *path = t->spot->written;
    if (tree_is_dir(c->in->codebases.v[t->spot->base].tree, t->spot->path))
        check_report(c, rule, t->anchor, path, NULL, "`%.300s` is a folder that exists already", path);
    else check_report(c, RULE_PATH_FOLDER, t->anchor, path, NULL, "`%.300s` is a folder", path);
}

static void expect_free(struct checking *c, enum rule_id rule, const struct touch *t)
{
    const char *path = t->spot->written;
    switch (spot_state(c, t->spot, t->order)) {
    case SPOT_TREE: check_report(c, rule, t->anchor, path, NULL, "`%.300s` exists already", path); return;
    case SPOT_MADE:
        check_report(c, rule, t->anchor, path, NULL, "`%.300s` is created by an earlier step", path);
        return;
    case SPOT_FOLDER: folder_in_the_way(c, rule, t); return;
    case SPOT_HIDDEN: count_unprovable(c); return;
    case SPOT_BELOW:
    case SPOT_ABSENT:
    case SPOT_GONE: break;
    }
    count_to_create(c);
    ref_note(c, t->anchor, t->spot, 0);
    look_at_folder(c, t);
}

static void rename_file(struct checking *c, const struct touch *t)
{
    if (words_blank(t->f->from))
        check_report(c, RULE_RENAME_SOURCE, t->anchor, t->f->path, NULL,
                     "the rename to `%.300s` does not say from where", t->f->path);
    else if (form_good(c, t->anchor, t->f->from, t->from_form) && t->from)
        expect_there(c, RULE_RENAME_SOURCE, t, t->from);
    if (t->spot) expect_free(c, RULE_RENAME_TARGET, t);
}

void rules_paths(struct checking *c)
{
    for (size_t i = 0; i < c->touches.n; i++) {
        const struct touch *t = &c->touches.v[i];
        if (!wanted(c, t->anchor)) continue;
        if (phase_is_done(c, t->phase) && t->spot) {
            if (spot_file(c, t->spot)) count_verified(c);
            else count_to_create(c);
            continue;
        }
        if (!form_good(c, t->anchor, t->f->path, t->form) || !t->spot) continue;
        switch ((enum change)t->f->change) {
        case CHANGE_MODIFY:
        case CHANGE_DELETE: expect_there(c, RULE_PATH_EXISTS, t, t->spot); break;
        case CHANGE_CREATE: expect_free(c, RULE_CREATE_NEW, t); break;
        case CHANGE_RENAME: rename_file(c, t); break;
        }
    }
}
