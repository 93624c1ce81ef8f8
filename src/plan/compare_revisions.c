/* Two revisions of a plan, compared as they are served. Most of a plan is the same in both: phases with the same hash are
 * decoded once, those that also read the same are rendered, if they are not there already, and cut into lines once. */
#include "plan/compare.h"

#include <stdio.h>
#include <string.h>

#include "plan/render.h"

struct shown {
    const struct compared_revision *given;
    struct document d;
    struct buf *rendered; /* of the comparison; empty where the text was given */
    const char *text;
    size_t n;
    struct phase_place *places; /* of its phases, in the text */
};
/* The text of one is whole, that of the other leaves out the phases that are the same. */
struct pair {
    struct shown from, to, *whole, *rest;
    bool *same; /* for each phase of the rest: the whole has it at the same place with the same text */
    struct arena *a;
};

void comparison_release(struct comparison *c)
{
    buf_release(&c->texts[0]);
    buf_release(&c->texts[1]);
}

/* --- what both have --------------------------------------------------------------------------------------------- */
static bool same_text(const char *x, const char *y)
{
    return x == y || (x && y && strcmp(x, y) == 0);
}

/* What every phase's text depends on, whatever is in the phase. */
static bool same_frame(const struct shown *x, const struct shown *y)
{
    const struct rendering *p = x->given->how, *q = y->given->how;
    return p->code == q->code && !p->passed.n && !q->passed.n && same_text(x->d.header.drafted_by, y->d.header.drafted_by) &&
           (x->d.phases.n <= COMPACT_PHASES) == (y->d.phases.n <= COMPACT_PHASES);
}

/* The phases at places where the two have others: only these have another number, if any. */
struct renumbered { LIST(const char *) ids; };

static enum err_kind find_renumbered(const struct document *x, const struct document *y, struct arena *a,
                                     struct renumbered *ret, struct err *e)
{
    for (size_t i = 0; i < x->phases.n || i < y->phases.n; i++) {
        const char *ids[] = { i < x->phases.n ? x->phases.v[i].id : NULL, i < y->phases.n ? y->phases.v[i].id : NULL };
        if (same_text(ids[0], ids[1])) continue;
        for (size_t j = 0; j < countof(ids); j++) {
            const char **slot = ids[j] ? arena_push(a, &ret->ids, sizeof *slot) : NULL;
            if (slot) *slot = ids[j];
        }
    }
    return arena_check(a, e);
}

static bool is_renumbered(const struct renumbered *l, const char *id)
{
    for (size_t i = 0; id && i < l->ids.n; i++)
        if (strcmp(l->ids.v[i], id) == 0) return true;
    return false;
}

/* A phase tells the numbers of those it names. */
static bool same_numbers(const struct renumbered *l, const struct phase *p)
{
    for (size_t i = 0; i < p->depends_on.n; i++)
        if (is_renumbered(l, p->depends_on.v[i])) return false;
    for (size_t i = 0; i < p->automated.n; i++)
        if (is_renumbered(l, p->automated.v[i].provided_by)) return false;
    return true;
}

static enum err_kind find_same(struct pair *x, struct err *e)
{
    const struct document *whole = &x->whole->d, *rest = &x->rest->d;
    struct renumbered l = { 0 };
    enum err_kind k = find_renumbered(whole, rest, x->a, &l, e);
    if (k != ERR_OK) return k;
    if (!(x->same = arena_alloc(x->a, rest->phases.n + 1))) return arena_check(x->a, e);
    if (!same_frame(x->whole, x->rest)) return ERR_OK;
    for (size_t i = 0; i < rest->phases.n && i < whole->phases.n; i++) { /* one that was taken over has the very same id */
        x->same[i] = whole->phases.v[i].id == rest->phases.v[i].id && same_numbers(&l, &rest->phases.v[i]);
    }
    return ERR_OK;
}

/* --- texts ------------------------------------------------------------------------------------------------------ */
static enum err_kind decode(struct pair *x, struct err *e)
{
    const section_list *from = x->from.given->sections, *to = x->to.given->sections;
    if (document_join(from, x->a, &x->from.d, e) != ERR_OK) return err_wrap(e, "%s", x->from.given->name);
    if (document_join_after(to, from, &x->from.d, x->a, &x->to.d, e) != ERR_OK) return err_wrap(e, "%s", x->to.given->name);
    x->from.d.header.created = x->from.given->created;
    x->to.d.header.created = x->to.given->created;
    return ERR_OK;
}

/* Is this a line that is an anchor, and the next one a phase's heading? s is not the first of the text. */
static bool phase_begins(const char *s, const char *end)
{
    const char *eol = s[-1] == '\n' && end - s > 4 && memcmp(s, "<!--", 4) == 0 ? memchr(s, '\n', (size_t)(end - s)) : NULL;
    return eol && memcmp(eol - 3, "-->", 3) == 0 && end - eol > 5 && memcmp(eol, "\n### P", 6) == 0;
}

/* Where the phases stand in a text that was rendered before. What looks like the beginning of one may be code of the
 * plan: then there are more of them than phases, or they are not in order, and false is returned. */
static bool find_places(const struct shown *s)
{
    const char *end = s->text + s->n;
    size_t i = 0;
    for (const char *p = s->text + 1; p < end && (p = memchr(p, '<', (size_t)(end - p))); p++) {
        char expected[100];
        int n;
        if (!phase_begins(p, end)) continue;
        if (i == s->d.phases.n) return false;
        n = snprintf(expected, sizeof expected, "<!-- %s -->\n### P%zu ", s->d.phases.v[i].id, i + 1);
        if (n >= (int)sizeof expected || end - p < n || memcmp(p, expected, (size_t)n) != 0) return false;
        s->places[i].at = (size_t)(p - s->text);
        if (i > 0) s->places[i - 1].n = s->places[i].at - s->places[i - 1].at;
        i++;
    }
    return i > 0 && i == s->d.phases.n;
}

static enum err_kind render(struct shown *s, const bool *left_out, struct err *e)
{
    render_markdown(&s->d, s->given->how, left_out, s->places, s->rendered);
    s->text = buf_cstr(s->rendered);
    s->n = s->rendered->n;
    return buf_check(s->rendered, e);
}

static enum err_kind show(struct pair *x, struct err *e)
{
    struct shown *whole = x->whole, *rest = x->rest;
    enum err_kind k = ERR_OK;
    whole->places = arena_alloc(x->a, (whole->d.phases.n + 1) * sizeof *whole->places);
    rest->places = arena_alloc(x->a, (rest->d.phases.n + 1) * sizeof *rest->places);
    if (!whole->places || !rest->places) return arena_check(x->a, e);
    whole->text = whole->given->text;
    whole->n = whole->given->n_text;
    if (!whole->text || !find_places(whole)) k = render(whole, NULL, e);
    else if (whole->d.phases.n <= rest->d.phases.n) x->same[whole->d.phases.n - 1] = false; /* where it ends is not known */
    return k == ERR_OK ? render(rest, x->same, e) : k;
}

/* --- lines ------------------------------------------------------------------------------------------------------ */
/* Phases begin and end where lines do. */
struct cutting {
    const struct shown *s;
    size_t at;                                    /* where the next line begins */
    struct phase_lines { size_t at, n; } *phases; /* the lines of each */
    line_list lines;
};

static void cut_to(struct cutting *c, size_t end)
{
    diff_cut_lines(c->s->text + c->at, end - c->at, &c->lines);
    c->at = end;
}

static enum err_kind make_room(struct cutting *c, const struct shown *s, size_t more, struct arena *a, struct err *e)
{
    c->s = s;
    c->phases = arena_alloc(a, (s->d.phases.n + 1) * sizeof *c->phases);
    c->lines.v = arena_alloc(a, (diff_count_lines(s->text, s->n) + more + 1) * sizeof *c->lines.v);
    return arena_check(a, e);
}

/* old, same: where the lines of phases are that are the same; NULL: none is. */
static void cut(struct cutting *c, const struct cutting *old, const bool *same)
{
    for (size_t i = 0; i < c->s->d.phases.n; i++) {
        const struct phase_place *p = &c->s->places[i];
        cut_to(c, p->at);
        c->phases[i].at = c->lines.n;
        cut_to(c, p->at + p->n);
        if (same && same[i]) {
            memcpy(c->lines.v + c->lines.n, old->lines.v + old->phases[i].at, old->phases[i].n * sizeof *c->lines.v);
            c->lines.n += old->phases[i].n;
        }
        c->phases[i].n = c->lines.n - c->phases[i].at;
    }
    cut_to(c, c->s->n);
}

static enum err_kind cut_both(struct pair *x, struct sides *ret, struct err *e)
{
    struct cutting whole = { 0 }, rest = { 0 };
    size_t shared = 0;
    enum err_kind k = make_room(&whole, x->whole, 0, x->a, e);
    if (k != ERR_OK) return k;
    cut(&whole, NULL, NULL);
    for (size_t i = 0; i < x->rest->d.phases.n; i++) shared += x->same[i] ? whole.phases[i].n : 0;
    if ((k = make_room(&rest, x->rest, shared, x->a, e)) != ERR_OK) return k;
    cut(&rest, &whole, x->same);
    *ret = x->whole == &x->from ? (struct sides){ whole.lines, rest.lines } : (struct sides){ rest.lines, whole.lines };
    return ERR_OK;
}

/* --- sections --------------------------------------------------------------------------------------------------- */
static enum err_kind compare_sections(struct pair *x, struct comparison *ret, struct err *e)
{
    enum err_kind k = section_diff(x->from.given->sections, x->to.given->sections, x->a, &ret->sections, e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < ret->sections.n; i++) {
        struct section_change *c = &ret->sections.v[i];
        const struct document *d = c->fate == SECTION_REMOVED ? &x->from.d : &x->to.d;
        size_t phase = phase_index(d, c->id);
        c->title = phase == SIZE_MAX ? section_title(c->id) : d->phases.v[phase].title;
        if (!c->title) c->title = "";
    }
    return ERR_OK;
}

static struct section_lines *counted(const struct comparison *c, const char *id)
{
    for (size_t i = 0; i < c->sections.n; i++)
        if (strcmp(c->sections.v[i].id, id) == 0) return &c->counts[i];
    return NULL;
}

/* Lines of one section stand together, most of them: it is looked for once for each run of them. */
static enum err_kind count_lines(struct comparison *c, struct arena *a, struct err *e)
{
    const char *id = NULL;
    struct section_lines *at = NULL;
    if (!(c->counts = arena_alloc(a, (c->sections.n + 1) * sizeof *c->counts))) return arena_check(a, e);
    for (size_t i = 0; i < c->lines.n; i++) {
        const struct compared_line *l = &c->lines.v[i];
        if (l->mark == ' ') continue;
        if (l->section != id) at = counted(c, id = l->section);
        if (at) at->added += l->mark == '+', at->removed += l->mark == '-';
    }
    return ERR_OK;
}

static enum err_kind compare_pair(struct pair *x, struct comparison *c, struct err *e)
{
    struct sides lines;
    enum err_kind k = decode(x, e);
    if (k != ERR_OK || (k = find_same(x, e)) != ERR_OK || (k = show(x, e)) != ERR_OK ||
        (k = cut_both(x, &lines, e)) != ERR_OK ||
        (k = compare_lines(&lines, x->from.given->name, x->to.given->name, x->a, c, e)) != ERR_OK ||
        (k = compare_sections(x, c, e)) != ERR_OK)
        return k;
    return count_lines(c, x->a, e);
}

enum err_kind compare_revisions(const struct compared_revision *from, const struct compared_revision *to,
                                struct arena *a, struct comparison *ret, struct err *e)
{
    auto_comparison c = { .texts = { BUF_INIT(BUF_MAX_DEFAULT), BUF_INIT(BUF_MAX_DEFAULT) } };
    struct pair x = { .from = { .given = from, .rendered = &c.texts[0] }, .to = { .given = to, .rendered = &c.texts[1] }, .a = a };
    enum err_kind k;
    x.whole = to->text ? &x.to : &x.from;
    x.rest = to->text ? &x.from : &x.to;
    if ((k = compare_pair(&x, &c, e)) != ERR_OK) return k;
    *ret = c;
    c = (struct comparison){ 0 };
    return ERR_OK;
}
