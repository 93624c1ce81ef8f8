/* What is computed across the plan: which phase, step and check each requirement leads to; questions for the review. */
#include "plan/render.h"

#include <string.h>

#include "plan/text.h"

static bool word_char(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

/* Is id in s, as a word? */
static bool says(const char *s, const char *id)
{
    size_t n = strlen(id);
    const char *p = s;
    while (p && n > 0 && (p = strstr(p, id))) {
        if ((p == s || !word_char(p[-1])) && !word_char(p[n])) return true;
        p++;
    }
    return false;
}

static bool step_says(const struct step *s, const char *id)
{
    if (says(s->title, id) || says(s->text, id)) return true;
    for (size_t i = 0; i < s->files.n; i++)
        if (says(s->files.v[i].why, id)) return true;
    return false;
}

static bool covers(const struct phase *p, const char *id)
{
    for (size_t i = 0; i < p->requirements.n; i++)
        if (strcmp(p->requirements.v[i], id) == 0) return true;
    return false;
}

/* The steps that name the requirement. */
static void steps(struct render *r, size_t i, const char *id)
{
    const struct phase *p = &r->d->phases.v[i];
    const char *sep = ": ";
    for (size_t j = 0; j < p->steps.n; j++) {
        if (!step_says(&p->steps.v[j], id)) continue;
        buf_fmt(r->b, "%s%zu.%zu", sep, i + 1, j + 1);
        sep = ", ";
    }
}

static bool tested_by(const struct document *d, const struct automated *x, const char *id)
{
    if (says(x->expect, id) || says(x->command, id)) return true;
    for (size_t i = 0; i < d->closing.tests.n; i++) {
        const struct test_scenario *t = &d->closing.tests.v[i];
        bool its = t->requirement && strcmp(t->requirement, id) == 0 && t->file && *t->file;
        if (its && x->command && strstr(x->command, t->file)) return true;
    }
    return false;
}

/* One phase's commands that test it; where none says so, its first; where there is none, a person. */
static void phase_checks(struct render *r, size_t i, const char *id, const char **sep)
{
    const struct phase *p = &r->d->phases.v[i];
    const struct automated *first = NULL;
    size_t n = 0;
    for (size_t j = 0; j < p->automated.n; j++) {
        const struct automated *x = &p->automated.v[j];
        if (!x->command || strchr(x->command, '\n')) continue;
        if (!first) first = x;
        if (!tested_by(r->d, x, id)) continue;
        buf_str(r->b, *sep);
        text_raw(r->b, x->command, TEXT_CELL);
        *sep = ", ";
        n++;
    }
    if (n > 0 || (!first && p->manual.n == 0)) return;
    buf_str(r->b, *sep);
    if (first) text_raw(r->b, first->command, TEXT_CELL);
    else buf_fmt(r->b, "by hand in P%zu", i + 1);
    *sep = ", ";
}

static void checks(struct render *r, const char *id)
{
    const char *sep = "";
    for (size_t i = 0; i < r->d->phases.n; i++)
        if (covers(&r->d->phases.v[i], id)) phase_checks(r, i, id, &sep);
    if (!*sep) buf_str(r->b, "**nothing**");
}

/* --- the same as JSON ---------------------------------------------------------------------------------------------- */
static void phase_steps_json(const struct phase *p, const char *id, struct buf *b)
{
    buf_key(b, "steps");
    buf_char(b, '[');
    for (size_t j = 0; j < p->steps.n; j++) {
        if (!step_says(&p->steps.v[j], id)) continue;
        buf_comma(b);
        buf_json(b, p->steps.v[j].id);
    }
    buf_char(b, ']');
}

static void phase_checks_json(const struct document *d, const struct phase *p, const char *id, struct buf *b)
{
    size_t tested = 0;
    for (size_t j = 0; j < p->automated.n; j++) tested += tested_by(d, &p->automated.v[j], id);
    buf_key(b, "checks");
    buf_char(b, '[');
    for (size_t j = 0; j < p->automated.n; j++) {
        if (tested ? !tested_by(d, &p->automated.v[j], id) : j > 0) continue;
        buf_comma(b);
        buf_json(b, p->automated.v[j].command);
    }
    buf_char(b, ']');
}

void trace_json(const struct document *d, struct buf *b)
{
    buf_char(b, '[');
    for (size_t k = 0; k < d->requirements.n; k++) {
        const char *id = d->requirements.v[k].id;
        if (!id) continue;
        buf_comma(b);
        buf_str(b, "{\"requirement\":");
        buf_json(b, id);
        buf_key(b, "phases");
        buf_char(b, '[');
        for (size_t i = 0; i < d->phases.n; i++) {
            const struct phase *p = &d->phases.v[i];
            if (!covers(p, id)) continue;
            buf_comma(b);
            buf_str(b, "{\"phase\":");
            buf_json(b, p->id);
            buf_fmt(b, ",\"number\":\"P%zu\"", i + 1);
            phase_steps_json(p, id, b);
            phase_checks_json(d, p, id, b);
            buf_char(b, '}');
        }
        buf_str(b, "]}");
    }
    buf_char(b, ']');
}

void render_trace(struct render *r)
{
    buf_str(r->b, "| Requirement | Phases and steps | Checks |\n|---|---|---|\n");
    for (size_t k = 0; k < r->d->requirements.n; k++) {
        const char *id = r->d->requirements.v[k].id, *sep = "";
        if (!id) continue;
        buf_str(r->b, "| ");
        text_put(r->b, id, TEXT_CELL, NULL);
        buf_str(r->b, " | ");
        for (size_t i = 0; i < r->d->phases.n; i++) {
            if (!covers(&r->d->phases.v[i], id)) continue;
            buf_fmt(r->b, "%sP%zu", sep, i + 1);
            steps(r, i, id);
            sep = ", ";
        }
        if (!*sep) buf_str(r->b, "**nothing**");
        buf_str(r->b, " | ");
        checks(r, id);
        buf_str(r->b, " |\n");
    }
    buf_char(r->b, '\n');
}

void render_review(struct render *r)
{
    review_questions_markdown(r->d, r->totals, r->b);
    buf_char(r->b, '\n');
}
