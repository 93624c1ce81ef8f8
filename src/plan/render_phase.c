/* Phases in detail: goal, steps with files and code, criteria that commands and people check, rollback. */
#include "plan/render.h"

#include <stdio.h>
#include <string.h>

#include "plan/text.h"

enum { FOLD_LINES = 40 };

/* --- facts ----------------------------------------------------------------------------------------------------- */
static void estimate_line(struct render *r, const struct estimate *x)
{
    buf_str(r->b, "- **Estimate:** ");
    duration_text(x->likely, r->b);
    buf_str(r->b, " (");
    duration_text(x->optimistic, r->b);
    buf_str(r->b, " to ");
    duration_text(x->pessimistic, r->b);
    buf_str(r->b, ")\n");
}

static void needs_line(struct render *r, const struct phase *p)
{
    if (p->depends_on.n == 0) return;
    buf_str(r->b, "- **Needs:** ");
    for (size_t i = 0; i < p->depends_on.n; i++) {
        if (i > 0) buf_str(r->b, ", ");
        render_phase_number(r, p->depends_on.v[i]);
    }
    buf_char(r->b, '\n');
}

static void covers_line(struct render *r, const struct phase *p)
{
    if (p->requirements.n > 0) {
        buf_str(r->b, "- **Covers:** ");
        for (size_t i = 0; i < p->requirements.n; i++) {
            if (i > 0) buf_str(r->b, ", ");
            text_line(r->b, p->requirements.v[i]);
        }
        buf_char(r->b, '\n');
    }
    if (!text_blank(p->why)) {
        buf_str(r->b, "- **Why it is needed:** ");
        text_line(r->b, p->why);
        buf_char(r->b, '\n');
    }
}

static void deliverables_line(struct render *r, const char *label, const struct deliverable *v, size_t n)
{
    if (n == 0) return;
    buf_fmt(r->b, "- **%s:** ", label);
    for (size_t i = 0; i < n; i++) {
        bool named = v[i].kind >= DELIVERS_FILE && v[i].kind <= DELIVERS_COMMAND;
        buf_fmt(r->b, "%s%s ", i ? ", " : "", deliverable_names[named ? v[i].kind : DELIVERS_FILE]);
        text_code(r->b, v[i].name);
    }
    buf_char(r->b, '\n');
}

static void facts(struct render *r, const struct phase *p)
{
    estimate_line(r, &p->estimate);
    needs_line(r, p);
    covers_line(r, p);
    deliverables_line(r, "Provides", p->provides.v, p->provides.n);
    deliverables_line(r, "Uses", p->uses.v, p->uses.n);
    if (!text_blank(p->drafted_by)) {
        buf_str(r->b, "- **Drafted by:** ");
        text_line(r->b, p->drafted_by);
        buf_char(r->b, '\n');
    }
    buf_char(r->b, '\n');
}

/* --- steps ----------------------------------------------------------------------------------------------------- */
static void file_line(struct render *r, const struct file_change *f)
{
    bool named = f->change >= CHANGE_MODIFY && f->change <= CHANGE_RENAME;
    buf_fmt(r->b, "- %s ", change_names[named ? f->change : CHANGE_MODIFY]);
    if (f->change == CHANGE_RENAME && !text_blank(f->from)) {
        text_code(r->b, f->from);
        buf_str(r->b, " to ");
    }
    text_code(r->b, f->path);
    if (!text_blank(f->why)) {
        buf_str(r->b, ": ");
        text_line(r->b, f->why);
    }
    buf_char(r->b, '\n');
}

static void code(struct render *r, const struct code_block *c)
{
    size_t lines = text_lines(c->text);
    if (lines > FOLD_LINES) {
        auto_buf summary = BUF_INIT(r->b->max);
        buf_fmt(&summary, "%s (%zu lines)", text_blank(c->path) ? "Code" : c->path, lines);
        if (summary.failed != ERR_OK && r->b->failed == ERR_OK) r->b->failed = summary.failed;
        render_fold(r, buf_cstr(&summary));
    } else if (!text_blank(c->path)) {
        text_code(r->b, c->path);
        buf_str(r->b, ":\n\n");
    }
    text_fence(r->b, c->language, c->text, 0);
    if (lines > FOLD_LINES) render_unfold(r);
    else buf_char(r->b, '\n');
}

static void step(struct render *r, size_t phase, size_t n, const struct step *s)
{
    char number[48];
    (void)snprintf(number, sizeof number, "%zu.%zu", phase + 1, n + 1);
    render_heading(r, 4, s->id, number, s->title);
    if (!text_blank(s->text)) {
        text_block(r->b, s->text, 0, true);
        buf_char(r->b, '\n');
    }
    for (size_t i = 0; i < s->files.n; i++) file_line(r, &s->files.v[i]);
    if (s->files.n > 0) buf_char(r->b, '\n');
    for (size_t i = 0; i < s->code.n; i++) code(r, &s->code.v[i]);
}

/* --- criteria -------------------------------------------------------------------------------------------------- */
static void provider(struct render *r, const struct automated *x)
{
    if (text_blank(x->provided_by) || strcmp(x->provided_by, "repository") == 0) return;
    buf_str(r->b, strcmp(x->provided_by, "system") == 0 ? "; not provable here, provided by the " : "; provided by ");
    render_phase_number(r, x->provided_by);
}

static void automated(struct render *r, const struct automated *x)
{
    bool lines = x->command && strpbrk(x->command, "\r\n");
    buf_str(r->b, "- [ ] ");
    if (lines) buf_str(r->b, "commands below");
    else text_code(r->b, x->command);
    if (!text_blank(x->expect)) {
        buf_str(r->b, " — ");
        text_line(r->b, x->expect);
    }
    buf_fmt(r->b, " (before: %s", x->expected_before == BEFORE_PASS ? "passes" : "fails");
    provider(r, x);
    buf_str(r->b, ")\n");
    if (!lines) return;
    buf_char(r->b, '\n');
    text_fence(r->b, "sh", x->command, 2);
}

static void criteria(struct render *r, const struct phase *p)
{
    if (p->automated.n > 0) buf_str(r->b, "**Automated verification**\n\n");
    for (size_t i = 0; i < p->automated.n; i++) automated(r, &p->automated.v[i]);
    if (p->automated.n > 0) buf_char(r->b, '\n');
    if (p->manual.n > 0) buf_str(r->b, "**Manual verification**\n\n");
    for (size_t i = 0; i < p->manual.n; i++) {
        buf_str(r->b, "- [ ] ");
        text_line(r->b, p->manual.v[i]);
        buf_char(r->b, '\n');
    }
    if (p->manual.n > 0) buf_char(r->b, '\n');
}

static void phase(struct render *r, size_t i, const struct phase *p)
{
    char number[24];
    (void)snprintf(number, sizeof number, "P%zu", i + 1);
    render_heading(r, 3, p->id, number, p->title);
    if (!text_blank(p->goal)) {
        text_block(r->b, p->goal, 0, true);
        buf_char(r->b, '\n');
    }
    facts(r, p);
    for (size_t j = 0; j < p->steps.n; j++) step(r, i, j, &p->steps.v[j]);
    criteria(r, p);
    if (text_blank(p->rollback)) return;
    buf_str(r->b, "**Rollback of this phase**\n\n");
    text_block(r->b, p->rollback, 0, true);
    buf_char(r->b, '\n');
}

void render_phases(struct render *r)
{
    for (size_t i = 0; i < r->d->phases.n; i++) phase(r, i, &r->d->phases.v[i]);
}
