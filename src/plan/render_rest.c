/* The sections around the phases: requirements and what covers them, scope, tests, success, stack, rollback,
 * documentation, definition of done, migration. */
#include "plan/render.h"

#include <string.h>

#include "plan/text.h"

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
    if (!text_blank(x->quote)) {
        buf_str(r->b, "“");
        text_cell(r->b, x->quote);
        buf_str(r->b, "” ");
    }
    if (!text_blank(x->source)) text_code_cell(r->b, x->source);
    if (!text_blank(x->source) && x->line > 0) buf_fmt(r->b, " line %lld", (long long)x->line);
}

void render_requirements(struct render *r)
{
    buf_str(r->b, "| Id | Requirement | Comes from | Covered by |\n|---|---|---|---|\n");
    for (size_t i = 0; i < r->d->requirements.n; i++) {
        const struct requirement *x = &r->d->requirements.v[i];
        buf_str(r->b, "| ");
        text_cell(r->b, x->id);
        buf_str(r->b, " | ");
        text_cell(r->b, x->text);
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
        text_line(r->b, r->d->out_of_scope.v[i]);
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
        text_cell(r->b, x->name);
        buf_str(r->b, " | ");
        text_code_cell(r->b, x->file);
        buf_str(r->b, " | ");
        text_cell(r->b, x->requirement);
        buf_str(r->b, " |\n");
    }
    buf_char(r->b, '\n');
}

void render_success(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.success.n; i++) {
        const struct success *x = &r->d->closing.success.v[i];
        buf_str(r->b, "- ");
        text_line(r->b, x->text);
        if (!text_blank(x->measure)) {
            buf_str(r->b, " — ");
            text_line(r->b, x->measure);
        }
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

void render_evidence(struct buf *b, const struct evidence *v, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        buf_str(b, i ? ", " : " (");
        text_code(b, v[i].path);
        if (v[i].line > 0) buf_fmt(b, " line %lld", (long long)v[i].line);
        if (!text_blank(v[i].note)) {
            buf_str(b, ": ");
            text_line(b, v[i].note);
        }
    }
    if (n > 0) buf_char(b, ')');
}

void render_stack(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.stack.n; i++) {
        const struct stack_choice *x = &r->d->closing.stack.v[i];
        buf_str(r->b, "- ");
        text_line(r->b, x->choice);
        if (!text_blank(x->why)) {
            buf_str(r->b, " — ");
            text_line(r->b, x->why);
        }
        render_evidence(r->b, x->evidence.v, x->evidence.n);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

/* --- rollback, documentation, done, migration ------------------------------------------------------------------ */
static void command_lines(struct buf *b, const char *const *v, size_t n)
{
    auto_buf all = BUF_INIT(b->max);
    if (n == 0) return;
    for (size_t i = 0; i < n; i++) {
        buf_str(&all, v[i]);
        buf_char(&all, '\n');
    }
    if (all.failed != ERR_OK && b->failed == ERR_OK) b->failed = all.failed;
    text_fence(b, "sh", buf_cstr(&all), 0);
    buf_char(b, '\n');
}

void render_rollback(struct render *r)
{
    const struct rollback *x = &r->d->closing.rollback;
    text_block(r->b, x->text, 0, true);
    buf_char(r->b, '\n');
    command_lines(r->b, x->commands.v, x->commands.n);
}

void render_documentation(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.documentation.n; i++) {
        const struct documentation *x = &r->d->closing.documentation.v[i];
        buf_str(r->b, "- **");
        text_line(r->b, x->target);
        buf_str(r->b, "**: ");
        text_line(r->b, x->change);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

void render_done(struct render *r)
{
    for (size_t i = 0; i < r->d->closing.done.n; i++) {
        const struct done_item *x = &r->d->closing.done.v[i];
        bool waived = !text_blank(x->waived);
        buf_str(r->b, waived ? "- " : "- [ ] ");
        text_line(r->b, x->item);
        if (waived) {
            buf_str(r->b, " — not applicable: ");
            text_line(r->b, x->waived);
        }
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

void render_migration(struct render *r)
{
    text_block(r->b, r->d->closing.migration, 0, true);
    buf_char(r->b, '\n');
}
