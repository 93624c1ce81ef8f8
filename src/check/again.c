/* After the codebase has moved: which sections cite what changed, what of it still holds, what is broken.
 *
 * A file is compared by the id of its content, so a commit costs one look-up for each citation. Only the sections that
 * cite a changed file are checked again, against the newer tree. What was an error before is no news, and what a
 * phase that is claimed or done has changed itself is as it should be. */
#include "check/inner.h"

#include <string.h>

const char *const check_fate_names[] = { "holds", "moved", "changed", "broken", NULL };

#define T struct check_move
static const struct field move_fields[] = {
    F_ENUM(T, fate, FIELD_REQUIRED, check_fate_names, "What became of it"),
    F_STR(T, section, FIELD_REQUIRED, 0, 64, "Section that rests on it"),
    F_STR(T, path, FIELD_REQUIRED, 0, 0, "File"),
    F_INT(T, line, 0, 0, 0, "Line that is cited"),
    F_INT(T, to, 0, 0, 0, "Where its words are now"),
    F_STR(T, message, FIELD_REQUIRED, 0, 0, "In words"),
    F_STR(T, finding, 0, 0, 64, "Id of the finding, when it is broken"),
};
static const struct record move_record = RECORD("check_move", T, move_fields);
#undef T
#define T struct check_staleness
static const struct field staleness_fields[] = {
    F_BOOL(T, broken, FIELD_ALWAYS, "Something does not hold any more"),
    F_STRS(T, sections, FIELD_ALWAYS, 0, 0, "Sections that cite what changed"),
    F_LIST(T, moves, FIELD_ALWAYS, &move_record, 0, "What became of what they cite"),
};
const struct record check_staleness_record = RECORD("check_staleness", T, staleness_fields);
#undef T

struct again {
    const struct document *d;
    const struct check_input *in;
    struct arena *a;
    struct check_staleness *out;
};

static void move(struct again *g, struct check_move m)
{
    struct check_move *slot = arena_push(g->a, &g->out->moves, sizeof *slot);
    if (slot) *slot = m;
}

static bool listed(const char *const *v, size_t n, const char *s)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i], s) == 0) return true;
    return false;
}

/* Written as findings show it, "web//src/a.ts": its codebase and the rest. */
static struct tree *tree_of(const struct again *g, const char *written, const char **ret_path)
{
    const char *at = strstr(written, "//");
    *ret_path = written; /* of the first codebase */
    for (size_t i = 1; at && i < g->in->codebases.n; i++) {
        const char *alias = g->in->codebases.v[i].alias;
        if (!alias || strlen(alias) != (size_t)(at - written) || strncmp(alias, written, strlen(alias)) != 0) continue;
        *ret_path = at + 2;
        return g->in->codebases.v[i].tree;
    }
    return g->in->codebases.v[0].tree;
}

/* Does a phase that is claimed or done touch it? */
static bool followed(const struct again *g, const char *path)
{
    for (size_t p = 0; p < g->d->phases.n; p++) {
        const struct phase *ph = &g->d->phases.v[p];
        if (!ph->id || !listed(g->in->done.v, g->in->done.n, ph->id)) continue;
        for (size_t s = 0; s < ph->steps.n; s++)
            for (size_t f = 0; f < ph->steps.v[s].files.n; f++) {
                const struct file_change *x = &ph->steps.v[s].files.v[f];
                if ((x->path && strcmp(x->path, path) == 0) || (x->from && strcmp(x->from, path) == 0)) return true;
            }
    }
    return false;
}

static bool changed(const struct again *g, const struct check_ref *r)
{
    const char *path = NULL;
    const struct tree *t = tree_of(g, r->path, &path);
    const struct tree_file *f = tree_find(t, path);
    if (!r->blob) return f != NULL;
    return !f || strcmp(f->oid, r->blob) != 0;
}

/* --- lines -------------------------------------------------------------------------------------------------------- */
/* The line nearest to where it was that has these words; 0: none has. */
static int64_t line_now(struct again *g, const char *text, const struct check_ref *r)
{
    int64_t n = 1, best = 0;
    for (const char *p = text; p && *p; n++) {
        const char *words = line_words(p, 1, g->a);
        int64_t off = n > r->line ? n - r->line : r->line - n, best_off = best > r->line ? best - r->line : r->line - best;
        if (words && strcmp(words, r->text) == 0 && (!best || off < best_off)) best = n;
        p = strchr(p, '\n');
        if (p) p++;
    }
    return best;
}

static void look_at_line(struct again *g, const struct check_ref *r)
{
    auto_buf text = BUF_INIT((size_t)16 << 20);
    struct err ignored = { .kind = ERR_OK };
    const char *path;
    struct tree *t = tree_of(g, r->path, &path);
    int64_t now;
    if (!r->text || tree_read(t, path, text.max, &text, &ignored) != ERR_OK) return;
    now = line_now(g, buf_cstr(&text), r);
    struct check_move m = { .section = r->section, .path = r->path, .line = r->line, .to = now };
    if (now == r->line) return;
    m.fate = now ? CHECK_MOVED : CHECK_CHANGED;
    m.message = now ? arena_fmt(g->a, "`%.300s:%lld` is now line %lld", r->path, (long long)r->line, (long long)now)
                    : arena_fmt(g->a, "what `%.300s:%lld` said has changed", r->path, (long long)r->line);
    move(g, m);
}

/* --- sections ----------------------------------------------------------------------------------------------------- */
static void note_sections(struct again *g, const struct check_result *then)
{
    for (size_t i = 0; i < then->refs.n; i++) {
        const struct check_ref *r = &then->refs.v[i];
        const char **slot;
        const char *path;
        const struct tree *t = tree_of(g, r->path, &path);
        bool there = r->blob && tree_find(t, path);
        if (!changed(g, r) || followed(g, r->path) || listed(g->in->done.v, g->in->done.n, r->section)) continue;
        if (!listed(g->out->sections.v, g->out->sections.n, r->section)) {
            slot = arena_push(g->a, &g->out->sections, sizeof *slot);
            if (slot) *slot = r->section;
        }
        if (there && r->line) look_at_line(g, r);
        else if (there)
            move(g, (struct check_move){ .fate = CHECK_CHANGED, .section = r->section, .path = r->path,
                                         .message = arena_fmt(g->a, "`%.300s` has changed and is still there", r->path) });
    }
}

static bool was_found(const struct check_result *then, const struct check_finding *f)
{
    for (size_t i = 0; i < then->findings.n; i++)
        if (strcmp(then->findings.v[i].id, f->id) == 0) return true;
    return false;
}

static const char *section_of(struct arena *a, const char *anchor)
{
    return strncmp(anchor, "ph", 2) == 0 ? arena_dup_n(a, anchor, strcspn(anchor, ".")) : anchor;
}

enum err_kind check_again(const struct document *d, const struct check_result *then, const struct check_input *in,
                          struct arena *a, struct check_staleness *ret, struct err *e)
{
    struct check_staleness out = { .broken = false };
    struct again g = { .d = d, .in = in, .a = a, .out = &out };
    struct check_input part = *in;
    struct check_result now = { .verdict = { 0 } };
    enum err_kind k;
    note_sections(&g, then);
    part.only.v = out.sections.v;
    part.only.n = out.sections.n;
    if (out.sections.n && (k = check_run(d, &part, a, &now, e)) != ERR_OK) return k;
    for (size_t i = 0; i < now.findings.n; i++) {
        const struct check_finding *f = &now.findings.v[i];
        if (f->severity != SEVERITY_ERROR || was_found(then, f)) continue;
        out.broken = true;
        move(&g, (struct check_move){ .fate = CHECK_BROKEN, .section = section_of(a, f->anchor), .path = f->evidence,
                                      .message = f->message, .finding = f->id });
    }
    if ((k = arena_check(a, e)) != ERR_OK) return k;
    *ret = out;
    return ERR_OK;
}
