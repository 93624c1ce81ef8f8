/* What an approver reads first, from Markdown: header, overview, decisions, questions, assumptions, risks, timeline. */
#include "plan/read.h"

#include <string.h>

#include "plan/render.h"

static const char *raw_or_fail(struct cut *c, struct reader *r)
{
    const char *s = NULL;
    (void)cut_raw(c, 0, r->a, &s);
    return s;
}

/* --- header ---------------------------------------------------------------------------------------------------- */
typedef enum err_kind label_fn(struct reader *r, size_t line, struct cut c);

static enum err_kind ticket_label(struct reader *r, size_t line, struct cut c)
{
    (void)line;
    r->d->header.ticket_title = read_put(c, 0, r->a);
    return ERR_OK;
}

/* "`key` at <https://…>" */
static enum err_kind reference_label(struct reader *r, size_t line, struct cut c)
{
    struct header *h = &r->d->header;
    c = cut_trim(c);
    h->ticket_key = raw_or_fail(&c, r);
    c = cut_trim(c);
    if (c.s == c.end) return ERR_OK;
    if (!cut_literal(&c, "at ")) return read_fail(r, line, "expected \"`key` at <address>\"");
    c = cut_trim(c);
    if (cut_begins(c, "<http") && text_piece(c.s, c.end, 0) == (size_t)(c.end - c.s)) {
        h->ticket_url = arena_dup_n(r->a, c.s + 1, (size_t)(c.end - c.s) - 2);
        return ERR_OK;
    }
    h->ticket_url = read_raw(c, 0, r->a);
    return ERR_OK;
}

/* "`name` as `alias` at `main`, commit `…`, tree `…`" */
static enum err_kind code_label(struct reader *r, size_t line, struct cut c)
{
    struct base *x = arena_push(r->a, &r->d->header.base, sizeof *x);
    const struct { const char *before; const char **to; } parts[] = {
        { " as ", x ? &x->alias : NULL }, { " at ", x ? &x->ref : NULL }, { ", commit ", x ? &x->commit : NULL },
        { ", tree ", x ? &x->tree : NULL },
    };
    bool bare = false;
    if (!x) return read_nomem(r);
    c = cut_trim(c);
    if (!cut_literal(&c, "no repository") && !cut_raw(&c, 0, r->a, &x->repository))
        return read_fail(r, line, "expected the name of a repository in backticks");
    for (size_t i = 0; i < countof(parts); i++) {
        if (i == 1) bare = cut_literal(&c, " without alias");
        if (cut_literal(&c, parts[i].before) && !cut_raw(&c, 0, r->a, parts[i].to))
            return read_fail(r, line, "expected a name in backticks behind \"%s\"", parts[i].before);
    }
    if (!x->alias && !bare) x->alias = x->repository;
    if (cut_blank(c)) return ERR_OK;
    return read_fail(r, line, "expected nothing more about the code than name, alias, ref, commit, tree");
}

static enum err_kind drafted_label(struct reader *r, size_t line, struct cut c)
{
    (void)line;
    r->d->header.drafted_by = read_put(c, 0, r->a);
    return ERR_OK;
}

static enum err_kind created_label(struct reader *r, size_t line, struct cut c)
{
    (void)line;
    r->d->header.created = read_put(c, 0, r->a);
    return ERR_OK;
}

static enum err_kind deadline_label(struct reader *r, size_t line, struct cut c)
{
    (void)line;
    r->d->closing.timeline.deadline = read_put(c, 0, r->a);
    return ERR_OK;
}

static enum err_kind people_label(struct reader *r, size_t line, struct cut c)
{
    c = cut_trim(c);
    if (cut_number(&c, &r->d->closing.timeline.people) && c.s == c.end) return ERR_OK;
    return read_fail(r, line, "expected a number of people");
}

static enum err_kind left_label(struct reader *r, size_t line, struct cut c)
{
    if (read_duration(c, &r->d->closing.timeline.available)) return ERR_OK;
    return read_fail(r, line, "expected a time such as \"5 days\" or \"1 day 4 h\"");
}

static enum err_kind computed_label(struct reader *r, size_t line, struct cut c)
{
    (void)r, (void)line, (void)c;
    return ERR_OK;
}

struct label { const char *text; label_fn *read; };

static enum err_kind labels(struct reader *r, size_t from, size_t to, const struct label *rows)
{
    item_list l = { 0 };
    enum err_kind k = read_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct cut c = l.v[i].c;
        const struct label *row = rows;
        if (l.v[i].fence) return read_fail(r, l.v[i].fence, "no code stands here");
        while (row->text && !cut_literal(&c, row->text)) row++;
        if (!row->text) return read_fail(r, l.v[i].line, "expected one of the lines that begin \"- %s\"", rows[0].text);
        k = row->read(r, l.v[i].line, c);
    }
    return k;
}

enum err_kind read_header(struct reader *r, size_t from, size_t to)
{
    static const struct label rows[] = {
        { "**Ticket:**", ticket_label },       { "**Reference:**", reference_label }, { "**Code:**", code_label },
        { "**Drafted by:**", drafted_label },  { "**Created:**", created_label },     { NULL, NULL },
    };
    enum err_kind k;
    while (from < to && cut_blank(r->lines.v[from].c)) from++;
    if (from < to && cut_begins(r->lines.v[from].c, "**Revision ")) from++;
    else if (from < to && cut_begins(r->lines.v[from].c, "**Draft**")) from++;
    k = labels(r, from, to, rows);
    if (!r->d->header.created && r->base) r->d->header.created = arena_dup(r->a, r->base->header.created);
    return k;
}

/* --- overview -------------------------------------------------------------------------------------------------- */
enum err_kind read_overview(struct reader *r, size_t from, size_t to)
{
    struct header *h = &r->d->header;
    const char **const slots[] = { &h->approach, &h->approach_why };
    enum err_kind k;
    for (size_t which; from < to; from++) {
        struct cut c = cut_trim(r->lines.v[from].c);
        if (cut_blank(c)) continue;
        if (cut_is(c, "<!-- **Approach:** -->") || cut_is(c, "<!-- **Why:** -->")) { /* there, and empty */
            *slots[cut_is(c, "<!-- **Why:** -->")] = "";
            continue;
        }
        if (r->lines.v[from].kind != LINE_TEXT) break;
        if (read_find(r, from, from + 1, render_before_overview, &which) != from) break;
        if (!cut_literal(&c, render_before_overview[which])) break;
        if (*slots[which]) return read_fail(r, from, "%s is there twice", render_before_overview[which]);
        *slots[which] = read_put(c, 0, r->a);
        if (!*slots[which]) return read_fail(r, from, "nothing stands behind %s", render_before_overview[which]);
    }
    k = read_block(r, from, to, &r->d->overview);
    if (k == ERR_OK && r->base) r->d->overview = read_settle(r, r->d->overview, r->base->overview, true);
    return k;
}

/* --- lists ----------------------------------------------------------------------------------------------------- */
static enum err_kind lines_of(struct reader *r, size_t from, size_t to, void *list)
{
    item_list l = { 0 };
    enum err_kind k = read_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        const char **slot = arena_push(r->a, list, sizeof *slot);
        if (!slot) return read_nomem(r);
        if (l.v[i].fence || l.v[i].depth > 0)
            return read_fail(r, l.v[i].fence ? l.v[i].fence : l.v[i].line,
                             "an entry here is one line, without a list or code below");
        *slot = read_put(l.v[i].c, TEXT_START, r->a);
        if (!*slot) return read_fail(r, l.v[i].line, "this entry says nothing");
    }
    return k;
}

enum err_kind read_questions(struct reader *r, size_t from, size_t to)
{
    return lines_of(r, from, to, &r->d->closing.questions);
}

enum err_kind read_assumptions(struct reader *r, size_t from, size_t to)
{
    return lines_of(r, from, to, &r->d->closing.assumptions);
}

enum err_kind read_scope(struct reader *r, size_t from, size_t to)
{
    return lines_of(r, from, to, &r->d->out_of_scope);
}

static enum err_kind below_decision(struct reader *r, const struct item *item, struct decision *x)
{
    struct cut c = item->c;
    const char **slot;
    if (x && cut_literal(&c, "Why:")) {
        if (x->why) return read_fail(r, item->line, "this decision has a reason already");
        x->why = read_put(c, TEXT_START, r->a);
        return ERR_OK;
    }
    if (!x || !cut_literal(&c, "Instead of:"))
        return read_fail(r, item->line, "expected \"- Why: …\" or \"- Instead of: …\"");
    slot = arena_push(r->a, &x->alternatives, sizeof *slot);
    if (!slot) return read_nomem(r);
    *slot = read_put(c, TEXT_START, r->a);
    return *slot ? ERR_OK : read_fail(r, item->line, "this alternative says nothing");
}

enum err_kind read_decisions(struct reader *r, size_t from, size_t to)
{
    item_list l = { 0 };
    struct decision *x = NULL;
    enum err_kind k = read_items(r, from, to, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        if (l.v[i].fence) return read_fail(r, l.v[i].fence, "no code stands here");
        if (l.v[i].depth > 0) {
            k = below_decision(r, &l.v[i], x);
            continue;
        }
        x = arena_push(r->a, &r->d->closing.decisions, sizeof *x);
        if (!x) return read_nomem(r);
        x->decision = read_put(l.v[i].c, TEXT_START, r->a);
    }
    return k;
}

enum err_kind read_risks(struct reader *r, size_t from, size_t to)
{
    row_list l = { 0 };
    enum err_kind k = read_table(r, from, to, 5, &l);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        const struct row *row = &l.v[i];
        struct risk *x = arena_push(r->a, &r->d->closing.risks, sizeof *x);
        if (!x) return read_nomem(r);
        x->risk = read_put(row->cells[0], TEXT_CELL, r->a);
        if ((k = read_choice(r, row->line, row->cells[1], level_names, &x->likelihood)) != ERR_OK) return k;
        if ((k = read_choice(r, row->line, row->cells[2], level_names, &x->impact)) != ERR_OK) return k;
        x->mitigation = read_put(row->cells[3], TEXT_CELL, r->a);
        x->contingency = read_put(row->cells[4], TEXT_CELL, r->a);
    }
    return k;
}

/* --- timeline -------------------------------------------------------------------------------------------------- */
/* The table and the charts are computed. */
static size_t behind_table(const struct reader *r, size_t from, size_t to)
{
    while (from < to && (cut_blank(r->lines.v[from].c) || cut_begins(cut_trim(r->lines.v[from].c), "|"))) from++;
    return from;
}

static size_t behind_charts(struct reader *r, size_t from, size_t to)
{
    while (from < to) {
        bool chart = r->lines.v[from].kind == LINE_OPEN && cut_begins(r->lines.v[from].c, "```mermaid");
        if (!chart && !cut_blank(r->lines.v[from].c)) break;
        while (chart && r->lines.v[from].kind != LINE_CLOSE) from++;
        from++;
    }
    return from;
}

enum err_kind read_timeline(struct reader *r, size_t from, size_t to)
{
    static const struct label rows[] = {
        { "**Total:**", computed_label },    { "**Critical path:**", computed_label }, { "**Fits:**", computed_label },
        { "**Deadline:**", deadline_label }, { "**People:**", people_label },          { "**Time left:**", left_label },
        { NULL, NULL },
    };
    static const char *const note[] = { "**Note**", NULL };
    struct timeline *t = &r->d->closing.timeline;
    size_t at = behind_table(r, from, to), stop = at, end;
    enum err_kind k;
    while (stop < to && r->lines.v[stop].kind == LINE_TEXT && read_find(r, stop, stop + 1, note, NULL) != stop) stop++;
    if ((k = labels(r, at, stop, rows)) != ERR_OK) return k;
    end = behind_charts(r, stop, to);
    if (end == to) return ERR_OK;
    if (read_find(r, end, end + 1, note, NULL) != end)
        return read_fail(r, end, "expected **Note** before a text about the schedule");
    if (!cut_is(cut_trim(r->lines.v[end].c), note[0])) return read_fail(r, end, "%s stands alone on its line", note[0]);
    k = read_block(r, end + 1, to, &t->note);
    if (k == ERR_OK && r->base) t->note = read_settle(r, t->note, r->base->closing.timeline.note, true);
    return k;
}
