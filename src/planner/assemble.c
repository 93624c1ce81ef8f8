/* Putting a document together from what the steps made. */
#include "pland/planner/planner.h"

#include <string.h>
#include "planner/prose.h"

static void header_make(const struct brief *b, struct arena *a, struct header *h)
{
    const struct outline *o = b->outline;
    *h = (struct header){.title = o && o->title ? o->title : b->ticket.title,
                         .created = b->created,
                         .drafted_by = b->drafted_by ? b->drafted_by : "offline",
                         .ticket_key = b->ticket.key,
                         .ticket_url = b->ticket.url,
                         .ticket_title = b->ticket.title,
                         .approach = o ? o->approach : NULL,
                         .approach_why = o && o->approach_why && *o->approach_why ? o->approach_why : NULL};
    h->title = prose_short(a, h->title ? h->title : "Plan", 290);
    for (size_t i = 0; i < b->codebases.n; i++) {
        struct base *base = PUSH(a, h->base);
        if (base) *base = b->codebases.v[i].base;
    }
}

static bool waived(const struct closing *c, const char *section)
{
    for (size_t i = 0; i < c->not_applicable.n; i++)
        if (prose_same(c->not_applicable.v[i].section, section)) return true;
    return false;
}

/* A copy, since the list may be anybody's. */
static void waive_scope(struct arena *a, struct closing *c)
{
    LIST(struct waived_section) l = {0};
    struct waived_section *w;
    for (size_t i = 0; i < c->not_applicable.n; i++)
        if ((w = PUSH(a, l)) != NULL) *w = c->not_applicable.v[i];
    w = PUSH(a, l);
    if (w) *w = (struct waived_section){.section = "scope", .reason = "the ticket excludes nothing"};
    memcpy(&c->not_applicable, &l, sizeof l);
}

enum err_kind planner_assemble(const struct brief *b, const struct closing *closing, struct arena *a,
                               struct document *ret, struct err *e)
{
    struct document d;
    enum err_kind k;
    if (!b->outline) return err_set(e, ERR_INTERNAL, "a document needs an outline");
    memset(&d, 0, sizeof d);
    header_make(b, a, &d.header);
    d.overview = b->outline->overview;
    memcpy(&d.requirements, &b->outline->requirements, sizeof d.requirements);
    memcpy(&d.out_of_scope, &b->outline->out_of_scope, sizeof d.out_of_scope);
    for (size_t i = 0; i < b->phases.n; i++) { /* document_validate() gives ids to steps: never to the brief's own */
        struct phase *p = PUSH(a, d.phases);
        if (!p) break;
        *p = b->phases.v[i];
        p->steps.v = p->steps.n ? arena_alloc(a, p->steps.n * sizeof *p->steps.v) : NULL;
        if (p->steps.v) memcpy(p->steps.v, b->phases.v[i].steps.v, p->steps.n * sizeof *p->steps.v);
        else p->steps.n = 0;
    }
    d.closing = *closing;
    if (d.out_of_scope.n == 0 && !waived(&d.closing, "scope")) waive_scope(a, &d.closing);
    k = prose_check(a, e);
    if (k == ERR_OK) k = document_validate(&d, a, e);
    if (k == ERR_OK) *ret = d;
    return k;
}
