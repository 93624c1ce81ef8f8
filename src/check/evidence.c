/* Citations: the file is in the pinned tree (or will be), the line is inside the file. */
#include "check/inner.h"

#include <stdlib.h>
#include <string.h>

/* "src/a.c:12" in a path field: models write it so; the line counts when the field has none. */
static const char *split_line(struct checking *c, const char *written, int64_t *line)
{
    const char *colon = strrchr(written, ':');
    int64_t n = 0;
    if (!colon || !colon[1]) return written;
    for (const char *p = colon + 1; *p; p++) {
        if (*p == '-' && n > 0) break;
        if (*p < '0' || *p > '9' || n > 100000000) return written;
        n = n * 10 + (*p - '0');
    }
    if (!*line) *line = n;
    return arena_dup_n(c->work, written, (size_t)(colon - written));
}

static void line_inside(struct checking *c, const char *anchor, struct spot *s, int64_t line)
{
    int64_t lines;
    const char *cited;
    ref_note(c, anchor, s, line);
    if (line <= 0) {
        count_verified(c);
        return;
    }
    lines = spot_lines(c, s);
    if (lines < 0) count_unprovable(c);
    else if (line <= lines) count_verified(c);
    else {
        cited = arena_fmt(c->a, "%s:%lld", s->written, (long long)line);
        check_report(c, RULE_EVIDENCE_LINE, anchor, cited, NULL, "`%.300s` has %lld lines, line %lld is cited",
                     s->written, (long long)lines, (long long)line);
    }
}

static void cited(struct checking *c, const char *anchor, const char *written, int64_t line)
{
    struct spot *s;
    const char *closest;
    written = split_line(c, written, &line);
    if (!written) return;
    if (spot_find(c, written, &s) != FORM_GOOD) {
        check_report(c, RULE_EVIDENCE, anchor, written, NULL, "`%.300s` is not a path inside the repository", written);
        return;
    }
    if (!s) return;
    switch (spot_state(c, s, 0)) { /* as the tree is before the plan */
    case SPOT_TREE: line_inside(c, anchor, s, line); return;
    case SPOT_FOLDER: count_verified(c); return;
    case SPOT_HIDDEN: count_unprovable(c); return;
    case SPOT_MADE:
    case SPOT_BELOW:
    case SPOT_GONE:
    case SPOT_ABSENT: break;
    }
    closest = spot_closest(c, s);
    if (closest)
        check_report(c, RULE_EVIDENCE, anchor, s->written, closest,
                     "`%.300s` is cited but does not exist; did you mean `%.300s`?", s->written, closest);
    else check_report(c, RULE_EVIDENCE, anchor, s->written, NULL, "`%.300s` is cited but does not exist", s->written);
}

/* A requirement may come from the ticket, a link or a file handed in, which no tree has: only a line can be wrong. */
static void requirement_source(struct checking *c, const struct requirement *r)
{
    struct spot *s;
    if (words_blank(r->source) || strcmp(r->source, "ticket") == 0) return;
    if (spot_find(c, r->source, &s) == FORM_GOOD && s && spot_state(c, s, 0) == SPOT_TREE)
        line_inside(c, "requirements", s, r->line);
    else count_unprovable(c);
}

void rules_evidence(struct checking *c)
{
    for (size_t i = 0; i < c->d->requirements.n; i++) requirement_source(c, &c->d->requirements.v[i]);
    for (size_t i = 0; i < c->d->closing.stack.n; i++) {
        const struct stack_choice *x = &c->d->closing.stack.v[i];
        for (size_t j = 0; j < x->evidence.n; j++)
            if (!words_blank(x->evidence.v[j].path)) cited(c, "stack", x->evidence.v[j].path, x->evidence.v[j].line);
    }
}
