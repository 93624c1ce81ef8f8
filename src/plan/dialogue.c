/* What pland says when it is a person's turn before there is a plan: the opening, the understanding with its questions,
 * the options. The texts about a plan are in dialogue_summary.c. */
#include "pland/plan/document.h"

#include <string.h>

#include "plan/render.h"
#include "plan/text.h"

void ticket_prompt_markdown(struct buf *b)
{
    buf_str(b,
            "I am ready to plan. Please provide:\n\n"
            "1. **What to build**: the feature, fix or refactoring, as a ticket or in your own words\n"
            "2. **Technical requirements and constraints**: what must hold, what must not change\n"
            "3. **Timeline and resources**: the deadline or timeline, who works on it and for how long\n"
            "4. **Links to research or ticket files**: documents, specifications, paths in the repository\n\n"
            "Only the first is needed. Every file you mention is read completely before planning starts.\n");
}

/* --- understanding --------------------------------------------------------------------------------------------- */
static void findings(struct buf *b, const char *label, const struct finding *v, size_t n)
{
    if (n == 0) return;
    buf_fmt(b, "**%s**\n\n", label);
    for (size_t i = 0; i < n; i++) {
        buf_str(b, "- ");
        text_line(b, v[i].text);
        render_evidence(b, v[i].evidence.v, v[i].evidence.n);
        buf_char(b, '\n');
    }
    buf_char(b, '\n');
}

static void detail(struct buf *b, const char *label, const char *text)
{
    if (text_blank(text)) return;
    buf_fmt(b, "   - *%s:* ", label);
    text_line(b, text);
    buf_char(b, '\n');
}

static void question(struct buf *b, size_t i, const struct question *q)
{
    buf_fmt(b, "%zu. ", i + 1);
    if (!text_blank(q->id)) {
        buf_str(b, "**");
        text_line(b, q->id);
        buf_str(b, "** ");
    }
    text_line(b, q->text);
    buf_char(b, '\n');
    detail(b, "Why it matters", q->why);
    if (q->options.n > 0) {
        buf_str(b, "   - *Options:* ");
        for (size_t j = 0; j < q->options.n; j++) {
            if (j > 0) buf_str(b, "; ");
            text_line(b, q->options.v[j]);
        }
        buf_char(b, '\n');
    }
    detail(b, "Default", q->preset);
    detail(b, "Searched first", q->searched);
}

void understanding_markdown(const struct understanding *u, struct buf *b)
{
    buf_str(b, "After research, I understand:\n\n");
    text_block(b, u->summary, NULL, NULL);
    buf_char(b, '\n');
    findings(b, "Stack", u->stack.v, u->stack.n);
    findings(b, "Architecture", u->architecture.v, u->architecture.n);
    findings(b, "Testing", u->testing.v, u->testing.n);
    findings(b, "Deployment", u->deploy.v, u->deploy.n);
    if (u->questions.n == 0) return;
    buf_str(b, "## Clarifications needed\n\n");
    for (size_t i = 0; i < u->questions.n; i++) question(b, i, &u->questions.v[i]);
    buf_fmt(b, "\nAnswer by number, correct what is wrong above, or accept %s.\n",
            u->questions.n == 1 ? "the default" : "the defaults");
}

void corrections_markdown(const char *const *v, size_t n, struct buf *b)
{
    if (n == 0) return;
    buf_str(b, "**Corrected since by you**\n\n");
    for (size_t i = 0; i < n; i++) {
        buf_str(b, "- ");
        text_line(b, v[i]);
        buf_char(b, '\n');
    }
    buf_str(b, "\nWhere the statements above say otherwise, these hold.\n\n");
}

/* --- options --------------------------------------------------------------------------------------------------- */
static void list(struct buf *b, const char *label, const char *const *v, size_t n)
{
    if (n == 0) return;
    buf_fmt(b, "**%s**\n\n", label);
    for (size_t i = 0; i < n; i++) {
        buf_str(b, "- ");
        text_line(b, v[i]);
        buf_char(b, '\n');
    }
    buf_char(b, '\n');
}

static void fact(struct buf *b, const char *label, const char *text)
{
    if (text_blank(text)) return;
    buf_fmt(b, "- **%s:** ", label);
    text_line(b, text);
    buf_char(b, '\n');
}

static void option(struct buf *b, const struct option *o)
{
    buf_str(b, "## Option ");
    text_line(b, o->id);
    buf_str(b, ": ");
    text_line(b, o->title);
    buf_str(b, "\n\n");
    text_block(b, o->summary, NULL, NULL);
    buf_char(b, '\n');
    if (!text_blank(o->diagram)) {
        text_fence(b, "text", o->diagram, 0);
        buf_char(b, '\n');
    }
    fact(b, "Best for", o->best_for);
    fact(b, "Effort", o->effort);
    buf_fmt(b, "- **Risk:** %s", level_names[o->risk >= LEVEL_LOW && o->risk <= LEVEL_HIGH ? o->risk : LEVEL_LOW]);
    if (!text_blank(o->risk_why)) {
        buf_str(b, ": ");
        text_line(b, o->risk_why);
    }
    buf_str(b, "\n\n");
    list(b, "Pros", o->pros.v, o->pros.n);
    list(b, "Cons", o->cons.v, o->cons.n);
}

static const struct option *recommended(const struct options *o)
{
    for (size_t i = 0; o->recommended && i < o->options.n; i++)
        if (o->options.v[i].id && strcmp(o->options.v[i].id, o->recommended) == 0) return &o->options.v[i];
    return NULL;
}

void options_markdown(const struct options *o, struct buf *b)
{
    const struct option *best = recommended(o);
    for (size_t i = 0; i < o->options.n; i++) option(b, &o->options.v[i]);
    if (best) {
        buf_str(b, "**Recommendation:** option ");
        text_line(b, best->id);
        buf_str(b, ", ");
        text_line(b, best->title);
        if (!text_blank(o->reason)) {
            buf_str(b, ". ");
            text_line(b, o->reason);
        }
        buf_str(b, "\n\n");
    }
    if (!text_blank(o->why_single)) {
        buf_str(b, "**Why there is no alternative:** ");
        text_line(b, o->why_single);
        buf_char(b, '\n');
    } else {
        buf_str(b, "**Which fits best?** Choose an option, describe an approach of your own, or ask for others.\n");
    }
}
