/* Documents made at random from strings that Markdown takes for something else: every field of the tables, whatever it is,
 * then ids and references so that document_validate() accepts the whole. */
#ifndef TESTS_PLAN_NASTY_H
#define TESTS_PLAN_NASTY_H

#include <stdint.h>
#include <string.h>

#include "pland/plan/document.h"

struct nasty {
    uint64_t state;
    struct arena *a;
    int mildness; /* 0: every string is nasty; more: so many of them are plain */
};

static const char *const nasty_bits[] = {
    "# h", "## Risks", "\n## Phases\n", "\n### P1 x\n", "<!-- ph1 -->", "\n<!-- risks -->\n", "<!-- blank -->",
    "<!-- empty -->",
    "|", "a|b", "`", "``", "```", "`x|y`", "`<b>`", "`x\\|y`", "``a`b``", "\\", "\\|", "\\<", "\\\\", "\\`", "\\#",
    "\n", "\n\n",
    "\n\n\n", "  ", " ", "\t", "\r", "\r\n", "\n```\n", "\n```c\nint x;\n```\n", "\n  ```sh\n  y\n  ```\n",
    "\n~~~\nz\n~~~\n",
    "\n- a\n- b\n", "\n* a\n+ b\n", "\n  - c\n", "1. x", "1) y", "\n2. z\n", "> q", "\n> - r\n", "—", " — ", "; ", ", ",
    ": ", ":",
    " to ", " line 3", " at ", "&#35;", "&#35", "&lt;", "&amp;", "&", "<https://x/y>", "<https://x`y>", "<b>", "</b>",
    "<", "< 5",
    "[x](y)", "[r]: z", "[^1]: z", "[ ] ", "[x] ", "**bold**", "**", "*", "_", "~~", "**Files**", "\n**Code:** `x`\n",
    "\n**Automated verification**\n", "\n**Manual verification**", "\n**Rollback of this phase**\n", "\n**Note**\n",
    "\n**Commands**\n", "**Approach:** z", "**Why:** z", "\n- **Estimate:** 3 h (2 h to 4 h)\n", "- **Needs:** P1",
    "\n- create `x`: y\n",
    "modify `x`", "\n===\n", "\n---\n", "---", "***", "___", "- - -", "-", "+", "ä€😀", "”", "“", "fails before",
    "not applicable: ",
    "P1", "P1 ", "1.1 ", "ph1", "R1", "\x01", "\x7f", "\x0b", "\n| a | b |\n|---|---|\n| 1 | 2 |\n", "    code",
    "\n\tcode",
    "`a\nb`", "<details>", "\n</details>\n", "<summary>", " indent=2", "{references}", "{open}", "commands below", "`&`&#38;x",
    "C#", " #", "# #",
    "\n# Title\n", "\n## Title\n\ntext\n", "\n\n### T `c` <\n", "**T** <!-- ## -->", "$x$", "100.0 %",
    "plain words of a text",
    "x", "y z", "\xc2\xa0", "\xe2\x80\xa8", "\xef\xbb\xbf", "-->", "<!--", "'\"", "Not applicable: ", "**Draft**",
    "offline",
};

static inline uint64_t nasty_next(struct nasty *g)
{
    g->state ^= g->state << 13;
    g->state ^= g->state >> 7;
    g->state ^= g->state << 17;
    return g->state;
}

static inline size_t nasty_below(struct nasty *g, size_t n)
{
    return (size_t)(nasty_next(g) >> 11) % n;
}

/* Cut to so many bytes, at the end of a character. */
static inline const char *nasty_string(struct nasty *g, size_t max, bool said)
{
    auto_buf b = BUF_INIT(1 << 16);
    const char *s;
    if (!said && nasty_below(g, 12) == 0) return "";
    if (g->mildness && nasty_below(g, (size_t)g->mildness + 1) > 0) buf_fmt(&b, "word %zu of it", nasty_below(g, 100));
    else
        for (size_t n = 1 + nasty_below(g, 7); n > 0; n--) buf_str(&b, nasty_bits[nasty_below(g, countof(nasty_bits))]);
    for (bool cut = b.n > max; cut && (b.n > max || (b.n > 0 && (b.p[b.n - 1] & 0x80)));) b.n = b.n > max ? max : b.n - 1;
    s = arena_dup_n(g->a, buf_cstr(&b), b.n);
    if (said && s[strspn(s, " \t\r\n\v\f")] == '\0') s = "said";
    return s;
}

static inline void nasty_record(struct nasty *g, const struct record *r, char *to);

static inline void nasty_list(struct nasty *g, const struct field *f, void *to)
{
    size_t n = nasty_below(g, 4);
    size_t size = f->type == FIELD_STRS ? sizeof(char *) : f->sub->size;
    for (size_t i = 0; i < n; i++) {
        char *x = arena_push(g->a, to, size);
        if (f->type == FIELD_STRS) *(const char **)(void *)x = nasty_string(g, f->sub_max ? f->sub_max : 100, false);
        else nasty_record(g, f->sub, x);
    }
}

static inline void nasty_field(struct nasty *g, const struct field *f, char *to)
{
    size_t names = 0;
    switch (f->type) {
    case FIELD_STR:
        if ((f->flags & FIELD_REQUIRED) || nasty_below(g, 3) > 0)
            *(const char **)(void *)to = nasty_string(g, f->max ? (size_t)f->max : 100, f->flags & FIELD_NONBLANK);
        break;
    case FIELD_INT:
        if (nasty_below(g, 4) > 0) *(int64_t *)(void *)to = (int64_t)nasty_below(g, nasty_below(g, 2) ? 2000 : 10000);
        if (f->max && *(int64_t *)(void *)to > f->max) *(int64_t *)(void *)to = f->max;
        break;
    case FIELD_ENUM:
        while (f->names[names]) names++;
        *(int *)(void *)to = (int)nasty_below(g, names);
        break;
    case FIELD_RECORD: nasty_record(g, f->sub, to); break;
    case FIELD_LIST:
    case FIELD_STRS: nasty_list(g, f, to); break;
    case FIELD_BOOL:
    case FIELD_MONEY:
    case FIELD_TIME:
    case FIELD_OPTION:
    case FIELD_JSON: break;
    }
}

static inline void nasty_record(struct nasty *g, const struct record *r, char *to)
{
    for (size_t i = 0; i < r->n; i++) nasty_field(g, &r->fields[i], to + r->fields[i].offset);
}

/* --- references ------------------------------------------------------------------------------------------------ */
static inline void nasty_phase(struct nasty *g, struct document *d, size_t i)
{
    struct phase *p = &d->phases.v[i];
    p->id = arena_fmt(g->a, "ph%zu", 2 * (i ^ 1) + 1 + nasty_below(g, 2));
    for (size_t j = 0; j < p->depends_on.n; j++)
        if (i == 0) p->depends_on.n = 0;
        else p->depends_on.v[j] = d->phases.v[nasty_below(g, i)].id;
    for (size_t j = 0; j < p->requirements.n; j++)
        if (d->requirements.n == 0) p->requirements.n = 0;
        else p->requirements.v[j] = d->requirements.v[nasty_below(g, d->requirements.n)].id;
    for (size_t j = 0; j < p->steps.n; j++) p->steps.v[j].id = arena_fmt(g->a, "%s.s%zu", p->id, 3 * p->steps.n - 2 * j);
    for (size_t j = 0; j < p->automated.n; j++) {
        const char *const by[] = { "repository", "system", p->id, d->phases.v[0].id, "" };
        p->automated.v[j].provided_by = by[nasty_below(g, countof(by))];
    }
    if (nasty_below(g, 2)) p->drafted_by = d->header.drafted_by;
}

static inline struct document nasty_document(struct nasty *g)
{
    struct document d = { 0 };
    struct closing *c = &d.closing;
    nasty_record(g, &document_record, (char *)&d);
    for (size_t i = 0; i < d.requirements.n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(d.requirements.v[i].id, d.requirements.v[j].id) == 0) d.requirements.v[i].id = arena_fmt(g->a, "%zu%.40s", i, "|R,");
    for (size_t i = 0; i < d.phases.n; i++) nasty_phase(g, &d, i);
    for (size_t i = 0; i < c->tests.n; i++)
        if (c->tests.v[i].requirement && *c->tests.v[i].requirement)
            c->tests.v[i].requirement = d.requirements.n ? d.requirements.v[0].id : NULL;
    for (size_t i = 0, n = nasty_below(g, 6); i < c->not_applicable.n; i++, n += 1 + nasty_below(g, 3))
        c->not_applicable.v[i].section = section_id(2 + n % 13);
    for (size_t i = 1; i < c->not_applicable.n; i++)
        for (size_t j = 0; j < i; j++)
            if (strcmp(c->not_applicable.v[i].section, c->not_applicable.v[j].section) == 0) c->not_applicable.n = i;
    return d;
}

#endif
