/* Phases in detail: goal, steps with files and code, criteria that commands and people check, rollback. */
#include "plan/render.h"

#include <stdio.h>
#include <string.h>

#include "plan/page.h"
#include "plan/text.h"

enum { FOLD_LINES = 40 };

#define FACTS \
    "**Estimate:**", "**Needs:**", "**Covers:**", "**Why it is needed:**", "**Provides:**", "**Uses:**", \
        "**Drafted by:**"
#define TAIL "**Automated verification**", "**Manual verification**", "**Rollback of this phase**"
#define FILES \
    "modify `", "create `", "delete `", "rename `", "modify " TEXT_EMPTY, "create " TEXT_EMPTY, "delete " TEXT_EMPTY, \
        "rename " TEXT_EMPTY

const char *const render_tail_labels[] = { TAIL, NULL };
const char *const render_after_goal[] = { FACTS, TAIL, NULL };
const char *const render_after_step[] = { FILES, "**Code:**", TAIL, NULL };

/* --- facts ----------------------------------------------------------------------------------------------------- */
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
            text_put(r->b, p->requirements.v[i], 0, ",");
        }
        buf_char(r->b, '\n');
    }
    if (!p->why) return;
    buf_str(r->b, "- **Why it is needed:** ");
    text_put_optional(r->b, p->why, 0, NULL);
    buf_char(r->b, '\n');
}

static void deliverables_line(struct render *r, const char *label, const struct deliverable *v, size_t n)
{
    if (n == 0) return;
    buf_fmt(r->b, "- **%s:** ", label);
    for (size_t i = 0; i < n; i++) {
        bool named = v[i].kind >= DELIVERS_FILE && v[i].kind <= DELIVERS_COMMAND;
        buf_fmt(r->b, "%s%s ", i ? ", " : "", deliverable_names[named ? v[i].kind : DELIVERS_FILE]);
        text_raw(r->b, v[i].name, 0);
    }
    buf_char(r->b, '\n');
}

/* Who drafted it is said where that is not who drafted the plan. */
static void drafted_line(struct render *r, const struct phase *p)
{
    const char *plan = r->d->header.drafted_by;
    if (p->drafted_by ? plan && strcmp(plan, p->drafted_by) == 0 : !plan) return;
    buf_str(r->b, "- **Drafted by:** ");
    if (p->drafted_by) text_put_optional(r->b, p->drafted_by, TEXT_DASH, NULL);
    else buf_str(r->b, "—");
    buf_char(r->b, '\n');
}

static void facts(struct render *r, const struct phase *p)
{
    buf_str(r->b, "- **Estimate:** ");
    render_estimate(r, &p->estimate);
    buf_char(r->b, '\n');
    needs_line(r, p);
    covers_line(r, p);
    deliverables_line(r, "Provides", p->provides.v, p->provides.n);
    deliverables_line(r, "Uses", p->uses.v, p->uses.n);
    drafted_line(r, p);
    buf_char(r->b, '\n');
}

/* --- steps ----------------------------------------------------------------------------------------------------- */
static void file_line(struct render *r, const struct file_change *f)
{
    bool named = f->change >= CHANGE_MODIFY && f->change <= CHANGE_RENAME;
    buf_fmt(r->b, "- %s ", change_names[named ? f->change : CHANGE_MODIFY]);
    if (f->from) {
        text_raw_optional(r->b, f->from, 0);
        buf_str(r->b, " to ");
    }
    text_raw(r->b, f->path, 0);
    if (f->why && *f->why) {
        buf_str(r->b, ": ");
        text_put(r->b, f->why, 0, NULL);
    }
    buf_char(r->b, '\n');
}

static bool shown(const struct render *r, size_t lines)
{
    if (r->how->code == CODE_NONE) return false;
    return r->how->code != CODE_INTERFACES || lines <= CODE_INTERFACE_LINES;
}

/* "**Code:** `path`", with the language where a fence cannot say it. */
static void code(struct render *r, const struct code_block *c)
{
    size_t lines = text_lines(c->text);
    char summary[40];
    (void)snprintf(summary, sizeof summary, "%zu lines", lines);
    buf_str(r->b, "**Code:**");
    if (c->path) buf_char(r->b, ' ');
    text_raw_optional(r->b, c->path, TEXT_DASH);
    if (!shown(r, lines)) {
        buf_fmt(r->b, " — %zu line%s not shown\n\n", lines, lines == 1 ? "" : "s");
        return;
    }
    if (c->language && !text_fence_word(c->language)) {
        buf_str(r->b, " in ");
        text_raw_optional(r->b, c->language, 0);
    }
    buf_str(r->b, "\n\n");
    if (lines > FOLD_LINES) render_fold(r, summary);
    text_code_fence(r->b, c->language, c->text);
    if (lines > FOLD_LINES) render_unfold(r);
    else buf_char(r->b, '\n');
}

static void step(struct render *r, size_t phase, size_t n, const struct step *s)
{
    char number[48];
    (void)snprintf(number, sizeof number, "%zu.%zu", phase + 1, n + 1);
    render_heading(r, 4, s->id, number, s->title);
    if (s->text && *s->text) {
        text_block(r->b, s->text, render_after_step, NULL);
        buf_char(r->b, '\n');
    }
    for (size_t i = 0; i < s->files.n; i++) file_line(r, &s->files.v[i]);
    if (s->files.n > 0) buf_char(r->b, '\n');
    for (size_t i = 0; i < s->code.n; i++) code(r, &s->code.v[i]);
}

/* --- criteria -------------------------------------------------------------------------------------------------- */
bool rendering_passed(const struct rendering *how, const char *phase, const char *criterion)
{
    for (size_t i = 0; i < how->passed.n; i++)
        if (strcmp(how->passed.v[i].phase, phase) == 0 && strcmp(how->passed.v[i].criterion, criterion) == 0) return true;
    return false;
}

static void provider(struct render *r, const struct automated *x)
{
    if (!x->provided_by || !*x->provided_by) {
        buf_str(r->b, ", provided by nobody");
    } else if (strcmp(x->provided_by, "system") == 0) {
        buf_str(r->b, ", provided by the system, not provable here");
    } else if (strcmp(x->provided_by, "repository") != 0) {
        buf_str(r->b, ", provided by ");
        render_phase_number(r, x->provided_by);
    }
}

/* Ticked when it was shown to hold. */
static void box(struct render *r, const struct phase *p, const char *criterion)
{
    buf_str(r->b, r->how && rendering_passed(r->how, p->id, criterion) ? "- [x] " : "- [ ] ");
}

/* "- [ ] `command` — what passing looks like — fails before, provided by P1" */
static void automated(struct render *r, const struct phase *p, const struct automated *x)
{
    bool lines = x->command && strchr(x->command, '\n');
    box(r, p, x->command);
    if (lines) buf_str(r->b, "commands below");
    else text_raw(r->b, x->command, 0);
    if (x->expect && *x->expect) {
        buf_str(r->b, " — ");
        text_put(r->b, x->expect, TEXT_DASH, NULL);
    }
    buf_fmt(r->b, " — %s before", x->expected_before == BEFORE_PASS ? "passes" : "fails");
    provider(r, x);
    buf_char(r->b, '\n');
    if (!lines) return;
    buf_char(r->b, '\n');
    text_fence(r->b, "sh", x->command, 2);
}

static void criteria(struct render *r, const struct phase *p)
{
    if (p->automated.n > 0) render_label(r, render_tail_labels[0]);
    for (size_t i = 0; i < p->automated.n; i++) automated(r, p, &p->automated.v[i]);
    if (p->automated.n > 0) buf_char(r->b, '\n');
    if (p->manual.n > 0) render_label(r, render_tail_labels[1]);
    for (size_t i = 0; i < p->manual.n; i++) {
        box(r, p, p->manual.v[i]);
        text_put_optional(r->b, p->manual.v[i], TEXT_START, NULL);
        buf_char(r->b, '\n');
    }
    if (p->manual.n > 0) buf_char(r->b, '\n');
}

void render_phase(struct render *r, size_t i)
{
    const struct phase *p = &r->d->phases.v[i];
    char number[24];
    (void)snprintf(number, sizeof number, "P%zu", i + 1);
    render_heading(r, 3, p->id, number, p->title);
    if (p->goal && *p->goal) {
        text_block(r->b, p->goal, render_after_goal, NULL);
        buf_char(r->b, '\n');
    }
    facts(r, p);
    for (size_t j = 0; j < p->steps.n; j++) step(r, i, j, &p->steps.v[j]);
    page_end(r, 4); /* what follows is about the phase */
    criteria(r, p);
    if (!p->rollback || !*p->rollback) return;
    render_label(r, render_tail_labels[2]);
    text_block(r->b, p->rollback, NULL, NULL);
    buf_char(r->b, '\n');
}

void render_phases(struct render *r)
{
    for (size_t i = 0; i < r->d->phases.n; i++) {
        size_t at = r->b->n;
        if (!r->left_out || !r->left_out[i]) render_phase(r, i);
        if (r->places) r->places[i] = (struct phase_place){ at, r->b->n - at };
    }
}
