/* The sections around the phases: requirements, scope, tests, success, stack, rollback, documentation, definition of
 * done, migration, and what does not apply. */
#include "plan/render.h"

#include <string.h>

#include "plan/text.h"

const char *const render_after_rollback[] = { "**Commands**", NULL };

/* --- requirements ---------------------------------------------------------------------------------------------- */
static bool covers(const struct phase *p, const char *requirement)
{
    for (size_t i = 0; i < p->requirements.n; i++)
        if (strcmp(p->requirements.v[i], requirement) == 0) return true;
    return false;
}

static void covered_by(struct render *r, const char *requirement)
{
    const char *sep = "";
    for (size_t i = 0; requirement && i < r->d->phases.n; i++) {
        if (!covers(&r->d->phases.v[i], requirement)) continue;
        buf_fmt(r->b, "%sP%zu", sep, i + 1);
        sep = ", ";
    }
    if (!*sep) buf_str(r->b, "**nothing**");
}

static void origin(struct render *r, const struct requirement *x)
{
    const char *sep = "";
    if (x->quote) {
        buf_str(r->b, "“");
        text_put_optional(r->b, x->quote, TEXT_CELL | TEXT_DASH, NULL);
        buf_str(r->b, "”");
        sep = " — ";
    }
    if (x->source) {
        buf_str(r->b, sep);
        text_raw_optional(r->b, x->source, TEXT_CELL);
        sep = " ";
    }
    if (x->line != 0) buf_fmt(r->b, "%sline %lld", sep, (long long)x->line);
}

void render_requirements(struct render *r)
{
    buf_str(r->b, "| Id | Requirement | Comes from | Covered by |\n|---|---|---|---|\n");
    for (size_t i = 0; i < r->d->requirements.n; i++) {
        const struct requirement *x = &r->d->requirements.v[i];
        buf_str(r->b, "| ");
        text_put(r->b, x->id, TEXT_CELL, NULL);
        buf_str(r->b, " | ");
        text_put(r->b, x->text, TEXT_CELL, NULL);
        buf_str(r->b, " | ");
        origin(r, x);
        buf_str(r->b, " | ");
        covered_by(r, x->id);
        buf_str(r->b, " |\n");
    }
    buf_char(r->b, '\n');
}

void render_scope(struct render *r)
{
    for (size_t i = 0; i < r->d->out_of_scope.n; i++) {
        buf_str(r->b, "- ");
        text_put_optional(r->b, r->d->out_of_scope.v[i], TEXT_START, NULL);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

/* --- tests, success, stack ------------------------------------------------------------------------------------- */
void render_tests(struct render *r)
{
    buf_str(r->b, "| Level | Scenario | File | Requirement |\n|---|---|---|---|\n");
    for (size_t i = 0; i < r->d->closing.tests.n; i++) {
        const struct test_scenario *x = &r->d->closing.tests.v[i];
        bool named = x->level >= TEST_UNIT && x->level <= TEST_PERFORMANCE;
        buf_fmt(r->b, "| %s | ", test_level_names[named ? x->level : TEST_UNIT]);
        text_put(r->b, x->name, TEXT_CELL, NULL);
        buf_str(r->b, " | ");
        text_raw(r->b, x->file, TEXT_CELL);
        buf_str(r->b, " | ");
        text_put_optional(r->b, x->requirement, TEXT_CELL, NULL);
        buf_str(r->b, " |\n");
    }
    buf_char(r->b, '\n');
}

/* "- one — two"; nothing of two when it is empty. */
static void pair(struct render *r, const char *before, const char *one, const char *two)
{
    buf_str(r->b, before);
    text_put(r->b, one, TEXT_START | TEXT_DASH, NULL);
    if (two && *two) {
        buf_str(r->b, " — ");
        text_put(r->b, two, TEXT_DASH, NULL);
    }
}

void render_success(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.success.n; i++) {
        pair(r, "- ", r->d->closing.success.v[i].text, r->d->closing.success.v[i].measure);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

static void evidence(struct buf *b, const struct evidence *x)
{
    text_raw(b, x->path, 0);
    if (x->line != 0) buf_fmt(b, " line %lld", (long long)x->line);
    if (!x->note) return;
    buf_str(b, ": ");
    text_put_optional(b, x->note, TEXT_DASH, ";");
}

void render_evidence(struct buf *b, const struct evidence *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_str(b, i ? "; " : " (");
        text_code(b, v[i].path);
        if (v[i].line > 0) buf_fmt(b, " line %lld", (long long)v[i].line);
        if (text_blank(v[i].note)) continue;
        buf_str(b, ": ");
        text_line(b, v[i].note);
    }
    if (n > 0) buf_char(b, ')');
}

/* "- Redis 7 — is there already — `docker-compose.yml` line 12: the service; `x`" */
void render_stack(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.stack.n; i++) {
        const struct stack_choice *x = &r->d->closing.stack.v[i];
        pair(r, "- ", x->choice, x->why);
        for (size_t j = 0; j < x->evidence.n; j++) {
            if (j > 0) buf_str(r->b, "; ");
            else buf_str(r->b, x->why && *x->why ? " — " : " — — ");
            evidence(r->b, &x->evidence.v[j]);
        }
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

/* --- rollback, documentation, done, migration ------------------------------------------------------------------ */
/* One fence for all is possible when each is one line that nothing can happen to. */
static bool one_fence(const struct rollback *x)
{
    for (size_t i = 0; i < x->commands.n; i++) {
        const char *s = x->commands.v[i];
        if (!*s || s[strcspn(s, "\r\n\t")] || *s == ' ' || s[strlen(s) - 1] == ' ') return false;
    }
    return true;
}

static void commands(struct render *r, const struct rollback *x)
{
    auto_buf all = BUF_INIT(r->b->max);
    if (x->commands.n == 0) return;
    render_label(r, render_after_rollback[0]);
    if (!one_fence(x)) {
        for (size_t i = 0; i < x->commands.n; i++) {
            buf_str(r->b, "- ");
            if (x->commands.v[i][0]) text_raw(r->b, x->commands.v[i], 0);
            else buf_str(r->b, TEXT_EMPTY);
            buf_char(r->b, '\n');
        }
        buf_char(r->b, '\n');
        return;
    }
    for (size_t i = 0; i < x->commands.n; i++) buf_fmt(&all, "%s%s", i ? "\n" : "", x->commands.v[i]);
    if (all.failed != ERR_OK && r->b->failed == ERR_OK) r->b->failed = all.failed;
    text_fence(r->b, "sh", buf_cstr(&all), 0);
    buf_char(r->b, '\n');
}

void render_rollback(struct render *r)
{
    const struct rollback *x = &r->d->closing.rollback;
    if (x->text && *x->text) {
        text_block(r->b, x->text, render_after_rollback, NULL);
        buf_char(r->b, '\n');
    }
    commands(r, x);
}

void render_documentation(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.documentation.n; i++) {
        pair(r, "- ", r->d->closing.documentation.v[i].target, r->d->closing.documentation.v[i].change);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

void render_done(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.done.n; i++) {
        const struct done_item *x = &r->d->closing.done.v[i];
        pair(r, x->waived ? "- " : "- [ ] ", x->item, NULL);
        if (x->waived) {
            buf_str(r->b, " — not applicable: ");
            text_put_optional(r->b, x->waived, TEXT_DASH, NULL);
        }
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

void render_migration(struct render *r)
{
    text_block(r->b, r->d->closing.migration, NULL, NULL);
    buf_char(r->b, '\n');
}

/* One line for each section, or, on a page that is small, one for all. */
void render_waived(struct render *r)
{
    const char *sep = "";
    bool one = render_compact(r);
    for (size_t i = 0; i < section_kind_n; i++) {
        const char *reason = section_waiver(r->d, section_kinds[i].id);
        if (!reason) continue;
        buf_fmt(r->b, "%s%s — ", one ? sep : "- ", section_kinds[i].title);
        if (*reason) text_put(r->b, reason, TEXT_DASH, one ? ";" : NULL);
        else buf_str(r->b, TEXT_EMPTY);
        if (!one) buf_char(r->b, '\n');
        sep = "; ";
    }
    buf_str(r->b, one ? "\n\n" : "\n");
}
