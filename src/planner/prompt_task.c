/* The task of one step: its text, and what earlier steps and people have decided. */
#include "planner/prompt.h"

#include <string.h>
#include "planner/prompt_file.h"

static void as_json(struct buf *out, const char *title, const struct record *r, const void *value)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    record_encode(r, value, &b);
    buf_fmt(out, "\n## %s\n\n", title);
    prompt_fenced_buf(out, "json", &b);
}

static void strings(struct buf *out, const char *title, const void *list)
{
    text_list l;
    memcpy(&l, list, sizeof l);
    if (l.n == 0) return;
    buf_fmt(out, "\n## %s\n\n", title);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0; i < l.n; i++) buf_fmt(&b, "- %s\n", l.v[i]);
    prompt_fenced_buf(out, "text", &b);
}

static void answers(const struct brief *b, struct buf *out)
{
    auto_buf t = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0; i < b->answers.n; i++) buf_fmt(&t, "%s: %s\n", b->answers.v[i].question, b->answers.v[i].answer);
    if (t.n) {
        buf_str(out, "\n## Answers of the people who asked\n\n");
        prompt_fenced_buf(out, "text", &t);
    }
    strings(out, "Their corrections to the understanding", &b->corrections);
    strings(out, "Assumptions on record", &b->assumptions);
}

static void choice(const struct brief *b, struct buf *out)
{
    if (!prose_blank(b->own)) {
        buf_str(out, "\n## The approach chosen is their own\n\n");
        prompt_fenced(out, "text", b->own);
    } else if (b->chosen) {
        buf_fmt(out, "\n## Chosen: option %s\n", b->chosen);
    }
    if (!prose_blank(b->choice_reason)) {
        buf_str(out, "\nTheir reason:\n\n");
        prompt_fenced(out, "text", b->choice_reason);
    }
}

static const struct phase_outline *row_of(const struct brief *b, const char *id)
{
    for (size_t i = 0; b->outline && i < b->outline->phases.n; i++)
        if (prose_same(b->outline->phases.v[i].id, id)) return &b->outline->phases.v[i];
    return NULL;
}

static void findings(const struct brief *b, struct buf *out)
{
    auto_buf t = BUF_INIT(BUF_MAX_DEFAULT);
    for (size_t i = 0; i < b->findings.n; i++) {
        const struct check_finding *f = &b->findings.v[i];
        buf_fmt(&t, "- [%s] %s, section %s: %s", severity_names[f->severity], f->rule, f->anchor, f->message);
        if (f->evidence) buf_fmt(&t, " (at fault: %s)", f->evidence);
        if (f->suggestion) buf_fmt(&t, " Suggestion: %s", f->suggestion);
        buf_char(&t, '\n');
    }
    buf_str(out, "\n## Problems found\n\n");
    prompt_fenced_buf(out, "findings", &t);
}

static void size(const struct brief *b, struct buf *out)
{
    if (b->size == SIZE_SMALL) buf_str(out, "\nThe plan is asked for as small: one or two phases on one page.\n");
    if (b->size == SIZE_FULL) buf_str(out, "\nThe plan is asked for as full.\n");
}

/* Where code is written or could be asked for. */
static void code(const struct brief *b, struct buf *out)
{
    if (b->code == CODE_NONE) buf_str(out, "\nWrite no code blocks: the steps say in words what to do, and name the files.\n");
    if (b->code == CODE_INTERFACES)
        buf_fmt(out, "\nCode blocks show interfaces only: signatures, schemas, routes; %d lines at most, no bodies.\n", CODE_INTERFACE_LINES);
}

static void more(const struct brief *b, struct buf *out)
{
    if (prose_blank(b->more)) return;
    if (b->options) as_json(out, "Options offered before; offer others", &options_record, b->options);
    buf_str(out, "\n## Why other options are wanted\n\n");
    prompt_fenced(out, "text", b->more);
}

static void understanding(const struct brief *b, struct buf *out)
{
    if (b->understanding) as_json(out, "Understanding", &understanding_record, b->understanding);
}

static void options(const struct brief *b, struct buf *out)
{
    if (b->options) as_json(out, "Options", &options_record, b->options);
}

static void outline(const struct brief *b, struct buf *out)
{
    if (b->outline) as_json(out, "Outline", &outline_record, b->outline);
}

static void phases(const struct brief *b, struct buf *out)
{
    for (size_t i = 0; i < b->phases.n; i++) as_json(out, "A phase", &phase_record, &b->phases.v[i]);
}

/* Without what differs between two plans that are the same: when it was made, and what the codebases are called here
 * (the context says what they are). */
static void document(const struct brief *b, struct buf *out)
{
    struct document d;
    if (!b->head) return;
    d = *b->head;
    d.header.created = NULL;
    d.header.base.n = 0;
    as_json(out, "The plan", &document_record, &d);
}

static void sections(const struct brief *b, struct buf *out) { strings(out, "Sections meant", &b->sections); }

static void instruction(const struct brief *b, struct buf *out)
{
    buf_str(out, "\n## The change asked for\n\n");
    prompt_fenced(out, "text", b->instruction);
}

static const struct {
    const char *name;
    void (*fn)(const struct brief *b, struct buf *out);
} inputs[] = {
    {"size", size},         {"code", code},         {"answers", answers},   {"understanding", understanding},
    {"more", more},         {"options", options},   {"choice", choice},     {"outline", outline},
    {"phases", phases},     {"document", document}, {"sections", sections}, {"findings", findings},
    {"now", prompt_now}, {"message", prompt_message}, {"instruction", instruction},
};

struct filling {
    const struct brief *b;
    const struct step_request *step;
};

static bool input(void *arg, struct span name, struct buf *out)
{
    const struct filling *f = arg;
    for (size_t i = 0; i < countof(inputs); i++) {
        if (!span_is(name, inputs[i].name)) continue;
        inputs[i].fn(f->b, out);
        return true;
    }
    if (!span_is(name, "row")) return false;
    const struct phase_outline *row = row_of(f->b, f->step->subject);
    if (row) as_json(out, "The phase to write", &phase_outline_record, row);
    return true;
}

bool prompt_task(const struct brief *b, const struct step_request *step, struct buf *out)
{
    struct prompt_file f = prompt_file(step_name(step->kind));
    return prompt_fill(&f, input, &(struct filling){b, step}, out);
}
