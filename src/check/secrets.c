/* Secrets in a plan. Findings show only how they begin. */
#include "check/inner.h"

#include "pland/check/secret.h"

static void report(struct checking *c, const struct text *t, const struct secret *s)
{
    const char *shown = arena_fmt(c->work, "%.*s\xe2\x80\xa6 (%zu characters)", (int)(s->n < 6 ? s->n / 2 : 6), s->at, s->n);
    check_report(c, RULE_SECRET, t->anchor, shown, NULL, "the %s holds what looks like %s",
                 t->kind == TEXT_CODE ? "code" : "text", s->what);
}

static void scan(struct checking *c, const struct text *t)
{
    struct secret s;
    c->line = t->line;
    for (const char *p = t->s; secret_find(t->s, p, t->kind == TEXT_CODE, &s); p = s.at + s.n) report(c, t, &s);
}

void rules_secrets(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++) scan(c, &c->texts.v[i]);
}
