/* The brief of one phase: all that whoever implements it has to know, so that nothing else has to be read. */
#include <string.h>

#include "pland/plan/handover.h"
#include "plan/handover_inner.h"
#include "plan/render.h"
#include "plan/text.h"

static void title(const struct handover *h, size_t i, struct buf *b)
{
    buf_fmt(b, "# P%zu ", i + 1);
    text_line(b, h->d->phases.v[i].title);
    buf_str(b, "\n\nOne phase of “");
    text_line(b, h->d->header.title);
    buf_fmt(b, "”: %zu of %zu. This brief is complete: everything the phase needs from the plan is in it.\n\n", i + 1,
            h->d->phases.n);
    handover_origin(h, b);
    buf_str(b, "- **State:** ");
    buf_str(b, handover_status(h, h->d->phases.v[i].id));
    buf_str(b, "\n- **Approach of the plan:** ");
    text_line(b, h->d->header.approach);
    buf_str(b, "\n\n");
    if (!h->note) return;
    text_block(b, h->note, NULL, NULL);
    buf_char(b, '\n');
}

/* --- before ------------------------------------------------------------------------------------------------------- */
/* A phase that builds on others begins where they have left off. */
static void where(const struct handover *h, const struct phase *p, struct buf *b)
{
    buf_str(b, "1. Check out ");
    if (h->at.branch) {
        buf_str(b, "the branch ");
        text_code(b, h->at.branch);
    } else {
        buf_str(b, "the branch that the plan is implemented on");
    }
    buf_str(b, ", with the work of ");
    handover_needs(h->d, p, b);
    buf_str(b, " in it\n");
}

static void before(const struct handover *h, size_t phase, struct buf *b)
{
    const struct phase *p = &h->d->phases.v[phase];
    size_t first = p->depends_on.n && (h->at.commit || h->at.branch) ? 1 : 0;
    auto_arena a = arena_new(0);
    const char *steps[HANDOVER_STEPS];
    size_t n = 0;
    if (a) handover_steps(h->d, &h->at, a, steps, &n);
    if (!n && b->failed == ERR_OK) b->failed = ERR_NOMEM;
    if (n) n--; /* which phase is begun is known */
    buf_str(b, "## Before the first change\n\n");
    if (first) where(h, p, b);
    for (size_t i = first; i < n; i++) buf_fmt(b, "%zu. %s\n", i + 1, steps[i]);
    buf_char(b, '\n');
}

static bool uses(const struct phase *p, const struct deliverable *x)
{
    for (size_t i = 0; i < p->uses.n; i++)
        if (p->uses.v[i].kind == x->kind && strcmp(p->uses.v[i].name, x->name) == 0) return true;
    return false;
}

/* Does phase i need phase j, be it by way of others? Phases depend on earlier ones only, or the plan has a circle;
 * depth ends that. */
static bool needs(const struct document *d, size_t i, size_t j, size_t depth)
{
    const struct phase *p = &d->phases.v[i];
    for (size_t k = 0; k < p->depends_on.n && depth < d->phases.n; k++) {
        size_t n = phase_index(d, p->depends_on.v[k]);
        if (n == j || (n != SIZE_MAX && n > j && needs(d, n, j, depth + 1))) return true;
    }
    return false;
}

static void left_by(const struct handover *h, size_t i, size_t j, struct buf *b)
{
    const struct phase *from = &h->d->phases.v[j], *p = &h->d->phases.v[i];
    buf_fmt(b, "- P%zu ", j + 1);
    text_line(b, from->title);
    buf_fmt(b, " (%s)", handover_status(h, from->id));
    for (size_t k = 0; k < from->provides.n; k++) {
        bool named = from->provides.v[k].kind >= DELIVERS_FILE && from->provides.v[k].kind <= DELIVERS_COMMAND;
        buf_fmt(b, "%s%s ", k ? ", " : ": ", deliverable_names[named ? from->provides.v[k].kind : DELIVERS_FILE]);
        text_code(b, from->provides.v[k].name);
        if (uses(p, &from->provides.v[k])) buf_str(b, " (used here)");
    }
    buf_char(b, '\n');
    for (size_t s = 0; s < from->steps.n; s++)
        for (size_t f = 0; f < from->steps.v[s].files.n; f++) {
            const struct file_change *c = &from->steps.v[s].files.v[f];
            buf_fmt(b, "  - %s ", change_names[c->change]);
            text_code(b, c->path);
            buf_char(b, '\n');
        }
}

static bool gives_what_is_used(const struct phase *from, const struct phase *p)
{
    for (size_t k = 0; k < from->provides.n; k++)
        if (uses(p, &from->provides.v[k])) return true;
    return false;
}

static void left_behind(const struct handover *h, size_t i, struct buf *b)
{
    bool any = false;
    buf_str(b, "## What is there when it begins\n\n");
    for (size_t j = 0; j < h->d->phases.n; j++) {
        bool first = j != i && (needs(h->d, i, j, 0) || gives_what_is_used(&h->d->phases.v[j], &h->d->phases.v[i]));
        if (first) left_by(h, i, j, b);
        any = any || first;
    }
    if (!any) buf_str(b, "The code as it is at the commit above: this phase needs no other.\n");
    buf_char(b, '\n');
}

/* --- why ---------------------------------------------------------------------------------------------------------- */
static bool covers(const struct phase *p, const char *id)
{
    for (size_t i = 0; i < p->requirements.n; i++)
        if (strcmp(p->requirements.v[i], id) == 0) return true;
    return false;
}

static void requirements(const struct handover *h, const struct phase *p, struct buf *b)
{
    if (!p->requirements.n) return;
    buf_str(b, "## Requirements it has to meet\n\n");
    for (size_t i = 0; i < h->d->requirements.n; i++) {
        const struct requirement *r = &h->d->requirements.v[i];
        if (!covers(p, r->id)) continue;
        buf_fmt(b, "- **%s** ", r->id);
        text_line(b, r->text);
        if (!text_blank(r->quote)) {
            buf_str(b, " (“");
            text_line(b, r->quote + strspn(r->quote, "-*+ \t"));
            buf_str(b, "”)");
        }
        buf_char(b, '\n');
    }
    buf_char(b, '\n');
}

static void tests(const struct handover *h, const struct phase *p, struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < h->d->closing.tests.n; i++) {
        const struct test_scenario *t = &h->d->closing.tests.v[i];
        if (!t->requirement || !covers(p, t->requirement)) continue;
        if (!any) buf_str(b, "## Test scenarios of these requirements\n\n");
        any = true;
        buf_fmt(b, "- %s: ", test_level_names[t->level]);
        text_line(b, t->name);
        if (!text_blank(t->file)) {
            buf_str(b, ", in ");
            text_code(b, t->file);
        }
        buf_char(b, '\n');
    }
    if (any) buf_char(b, '\n');
}

static void lines(const char *heading, const char *const *v, size_t n, struct buf *b)
{
    if (!n) return;
    buf_fmt(b, "## %s\n\n", heading);
    for (size_t i = 0; i < n; i++) {
        buf_str(b, "- ");
        text_line(b, v[i]);
        buf_char(b, '\n');
    }
    buf_char(b, '\n');
}

static void settled(const struct handover *h, struct buf *b)
{
    const struct closing *c = &h->d->closing;
    if (c->decisions.n) buf_str(b, "## What was decided\n\n");
    for (size_t i = 0; i < c->decisions.n; i++) {
        buf_str(b, "- ");
        text_line(b, c->decisions.v[i].decision);
        buf_str(b, " — ");
        text_line(b, c->decisions.v[i].why);
        buf_char(b, '\n');
    }
    if (c->decisions.n) buf_char(b, '\n');
    lines("What is assumed", c->assumptions.v, c->assumptions.n, b);
    lines("What is out of scope", h->d->out_of_scope.v, h->d->out_of_scope.n, b);
}

/* --- after -------------------------------------------------------------------------------------------------------- */
static void report(const struct handover *h, size_t i, struct buf *b)
{
    buf_str(b,
            "## When it is done\n\nEvery box of this phase is ticked with what proves it; nothing but the files above "
            "was touched. What turns out differently is a refinement of the plan, not a silent change.\n");
    if (!h->plan) return;
    buf_fmt(b,
            "\n```sh\nplanctl verify %s P%zu --run\nplanctl progress %s P%zu done --commit \"$(git rev-parse "
            "HEAD)\"\n```\n",
            h->plan, i + 1, h->plan, i + 1);
}

void brief_markdown(const struct handover *h, size_t phase, struct buf *b)
{
    struct render r = {.d = h->d, .how = &h->how, .b = b};
    title(h, phase, b);
    before(h, phase, b);
    left_behind(h, phase, b);
    requirements(h, &h->d->phases.v[phase], b);
    settled(h, b);
    buf_str(b, "## The work\n\n");
    render_phase(&r, phase);
    tests(h, &h->d->phases.v[phase], b);
    report(h, phase, b);
}
