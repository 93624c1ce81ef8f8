/* Lists of tasks, issues and a chart of a plan that was handed off. */
#include "pland/plan/handover.h"

#include <string.h>

#include "plan/handover_inner.h"
#include "plan/render.h"
#include "plan/text.h"

const char *handover_status(const struct handover *h, const char *phase)
{
    for (size_t i = 0; i < h->marks.n; i++)
        if (strcmp(h->marks.v[i].phase, phase) == 0) return h->marks.v[i].status;
    return "open";
}

static bool ended(const struct handover *h, const char *phase)
{
    const char *s = handover_status(h, phase);
    return strcmp(s, "done") == 0 || strcmp(s, "skipped") == 0;
}

void handover_needs(const struct document *d, const struct phase *p, struct buf *b)
{
    for (size_t i = 0; i < p->depends_on.n; i++) {
        size_t n = phase_index(d, p->depends_on.v[i]);
        if (n == SIZE_MAX) buf_fmt(b, "%s%s", i ? ", " : "", p->depends_on.v[i]);
        else buf_fmt(b, "%sP%zu", i ? ", " : "", n + 1);
    }
    if (p->depends_on.n == 0) buf_str(b, "nothing");
}

/* --- first steps -------------------------------------------------------------------------------------------------- */
static const char *first_check(const struct document *d)
{
    for (size_t i = 0; d->phases.n && i < d->phases.v[0].automated.n; i++)
        if (d->phases.v[0].automated.v[i].expected_before == BEFORE_PASS &&
            !text_blank(d->phases.v[0].automated.v[i].command))
            return d->phases.v[0].automated.v[i].command;
    return NULL;
}

static const char *with_code(struct arena *a, const char *before, const char *code, const char *after)
{
    auto_buf b = BUF_INIT(8192);
    buf_str(&b, before);
    text_code(&b, code);
    buf_str(&b, after);
    return b.failed == ERR_OK ? arena_dup_n(a, buf_cstr(&b), b.n) : NULL;
}

static const char *checkout(const struct handover_place *at, struct arena *a)
{
    if (!at->branch) return arena_fmt(a, "Check out `%.64s` and make a branch", at->commit);
    if (!at->commit) return with_code(a, "Work on the branch ", at->branch, "");
    return with_code(a, arena_fmt(a, "Check out `%.64s` and make the branch ", at->commit), at->branch, " of it");
}

void handover_steps(const struct document *d, const struct handover_place *at, struct arena *a,
                    const char *ret[HANDOVER_STEPS], size_t *ret_n)
{
    const char *check = at->test ? at->test : first_check(d);
    auto_buf title = BUF_INIT(8192);
    size_t n = 0;
    if (at->commit || at->branch) ret[n++] = checkout(at, a);
    if (at->setup) ret[n++] = with_code(a, "Prepare the environment as ", at->setup, " says");
    if (at->build) ret[n++] = with_code(a, "Build with ", at->build, "");
    ret[n++] = check ? with_code(a, "Run ", check, " and note what fails before any change")
                     : "Run the existing tests and note what fails before any change";
    if (d->phases.n) {
        text_line(&title, d->phases.v[0].title);
        ret[n++] = title.failed == ERR_OK ? arena_fmt(a, "Begin with P1: %s", buf_cstr(&title)) : NULL;
    }
    for (size_t i = 0; i < n; i++)
        if (!ret[i]) n = 0;
    *ret_n = n;
}

/* --- tasks -------------------------------------------------------------------------------------------------------- */
struct tasks {
    const struct handover *h;
    struct buf *b;
    size_t phase, n;
};

static void task(struct tasks *t, bool done)
{
    buf_fmt(t->b, "- [%c] T%03zu [P%zu] ", done ? 'x' : ' ', ++t->n, t->phase + 1);
}

static void step_task(struct tasks *t, const struct phase *p, size_t i)
{
    const struct step *s = &p->steps.v[i];
    task(t, ended(t->h, p->id));
    text_line(t->b, s->title);
    for (size_t f = 0; f < s->files.n; f++) {
        buf_fmt(t->b, "%s%s ", f ? ", " : " — ", change_names[s->files.v[f].change]);
        text_code(t->b, s->files.v[f].path);
    }
    buf_char(t->b, '\n');
}

static void phase_tasks(struct tasks *t)
{
    const struct phase *p = &t->h->d->phases.v[t->phase];
    buf_fmt(t->b, "## P%zu ", t->phase + 1);
    text_line(t->b, p->title);
    buf_str(t->b, "\n\n");
    text_line(t->b, p->goal);
    buf_str(t->b, "\n\nNeeds: ");
    handover_needs(t->h->d, p, t->b);
    buf_str(t->b, ". Estimate: ");
    duration_text(p->estimate.likely, t->b);
    buf_fmt(t->b, ". State: %s.\n\n", handover_status(t->h, p->id));
    for (size_t i = 0; i < p->steps.n; i++) step_task(t, p, i);
    for (size_t i = 0; i < p->automated.n; i++) {
        task(t, rendering_passed(&t->h->how, p->id, p->automated.v[i].command));
        buf_str(t->b, "check: ");
        text_code(t->b, p->automated.v[i].command);
        buf_char(t->b, '\n');
    }
    for (size_t i = 0; i < p->manual.n; i++) {
        task(t, rendering_passed(&t->h->how, p->id, p->manual.v[i]));
        buf_str(t->b, "by hand: ");
        text_line(t->b, p->manual.v[i]);
        buf_char(t->b, '\n');
    }
    buf_char(t->b, '\n');
}

void handover_origin(const struct handover *h, struct buf *b)
{
    if (h->plan) buf_fmt(b, "- **Plan:** `%s`", h->plan);
    if (h->how.revision) buf_fmt(b, "%s revision %lld", h->plan ? "," : "- **Plan:**", (long long)h->how.revision);
    if (h->how.hash) buf_fmt(b, ", `%.12s`", hash_hex_of(h->how.hash).s);
    if (h->plan || h->how.revision) buf_char(b, '\n');
    for (size_t i = 0; i < h->d->header.base.n; i++) {
        const struct base *base = &h->d->header.base.v[i];
        buf_str(b, "- **Code:** ");
        text_code(b, base->alias && i ? base->alias : base->repository ? base->repository : "");
        if (base->commit) buf_fmt(b, " at `%.64s`", base->commit);
        if (i == 0 && h->at.branch) {
            buf_str(b, ", branch ");
            text_code(b, h->at.branch);
        }
        buf_char(b, '\n');
    }
}

void tasks_markdown(const struct handover *h, struct buf *b)
{
    struct tasks t = {.h = h, .b = b};
    buf_str(b, "# Tasks: ");
    text_line(b, h->d->header.title);
    buf_str(b, "\n\n");
    handover_origin(h, b);
    buf_char(b, '\n');
    for (; t.phase < h->d->phases.n; t.phase++) phase_tasks(&t);
}

/* --- issues ------------------------------------------------------------------------------------------------------- */
enum { BODY_MAX = 60000, TITLE_MAX = 250 }; /* GitHub takes 65536 characters, GitLab a title of 255 */

static void cut(struct buf *b, size_t max)
{
    static const char more[] = "\n\n… cut here: the whole brief is in the plan.\n";
    size_t n = max;
    if (b->n <= max) return;
    while (n && ((unsigned char)b->p[n] & 0xc0) == 0x80) n--;
    b->n = n;
    buf_str(b, more);
}

/* With as much code as fits. */
static void body_of(const struct handover *h, size_t phase, struct buf *b)
{
    struct handover less = *h;
    for (less.how.code = CODE_FULL; less.how.code <= CODE_NONE; less.how.code++) {
        buf_clear(b);
        brief_markdown(&less, phase, b);
        if (b->failed != ERR_OK || b->n <= BODY_MAX) return;
    }
    cut(b, BODY_MAX);
}

static void title_of(const struct handover *h, size_t phase, struct buf *b)
{
    size_t n;
    buf_fmt(b, "P%zu: ", phase + 1);
    text_line(b, h->d->phases.v[phase].title);
    for (n = b->n; n > TITLE_MAX; n--)
        if (((unsigned char)b->p[n - 1] & 0xc0) != 0x80 && n - 1 <= TITLE_MAX) break;
    b->n = n > TITLE_MAX ? TITLE_MAX : n;
    while (b->n && ((unsigned char)b->p[b->n] & 0xc0) == 0x80) b->n--;
}

static void labels(const struct handover *h, size_t phase, enum issue_form form, struct buf *b)
{
    const char *status = handover_status(h, h->d->phases.v[phase].id);
    buf_key(b, "labels");
    if (form == ISSUES_GITHUB) buf_fmt(b, "[\"plan\",\"phase:%s\"]", status);
    else buf_fmt(b, "\"plan,phase::%s\"", status);
}

void issues_json(const struct handover *h, enum issue_form form, struct buf *b)
{
    buf_char(b, '[');
    for (size_t i = 0; i < h->d->phases.n; i++) {
        auto_buf title = BUF_INIT(64 * 1024), body = BUF_INIT(b->max);
        title_of(h, i, &title);
        body_of(h, i, &body);
        if (title.failed != ERR_OK || body.failed != ERR_OK) b->failed = title.failed ? title.failed : body.failed;
        buf_comma(b);
        buf_str(b, "{\"title\":");
        buf_json_n(b, title.p ? title.p : "", title.n);
        buf_key(b, form == ISSUES_GITHUB ? "body" : "description");
        buf_json_n(b, body.p ? body.p : "", body.n);
        labels(h, i, form, b);
        buf_char(b, '}');
    }
    buf_char(b, ']');
}

/* --- the chart ---------------------------------------------------------------------------------------------------- */
void phases_mermaid(const struct handover *h, struct buf *b)
{
    static const char *const classes[] = {"started", "done", "skipped"};
    const struct document *d = h->d;
    buf_str(b, "flowchart LR\n");
    for (size_t i = 0; i < d->phases.n; i++) {
        buf_fmt(b, "    %s[\"P%zu ", d->phases.v[i].id, i + 1);
        chart_label(b, d->phases.v[i].title);
        buf_str(b, "\"]\n");
    }
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].depends_on.n; j++)
            buf_fmt(b, "    %s --> %s\n", d->phases.v[i].depends_on.v[j], d->phases.v[i].id);
    buf_str(b, "    classDef started stroke-width:3px\n    classDef done fill:#cfe8cf,color:#000\n"
               "    classDef skipped fill:#ddd,color:#000\n");
    for (size_t c = 0; c < countof(classes); c++)
        for (size_t i = 0; i < d->phases.n; i++)
            if (strcmp(handover_status(h, d->phases.v[i].id), classes[c]) == 0)
                buf_fmt(b, "    class %s %s\n", d->phases.v[i].id, classes[c]);
}
