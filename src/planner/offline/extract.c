/* Reading a ticket line by line: sections, items with their continuation lines, lead-ins. */
#include "pland/planner/extract.h"

#include <stdlib.h>
#include <string.h>
#include "planner/offline/extract_inner.h"

enum { MAX_LINES = 50000, MAX_ITEM = 4000 };

static void item_end(struct reader *r)
{
    if (!r->item.open) return;
    r->item.open = false;
    extract_take(r);
    buf_clear(&r->item.text);
}

static void item_from(struct open_item *it, const struct line *l)
{
    if (it->n_from == ITEM_LINES) return;
    it->from[it->n_from].at = it->text.n;
    it->from[it->n_from].line = l->number;
    it->from[it->n_from++].raw = span_trim(l->raw);
}

static void item_begin(struct reader *r, const struct line *l, bool bullet)
{
    struct open_item *it = &r->item;
    item_end(r);
    it->open = true;
    it->bullet = bullet;
    it->checkbox = l->checkbox;
    it->level = l->level;
    it->n_from = 0;
    item_from(it, l);
    buf_add(&it->text, l->text.p, l->text.n < MAX_ITEM ? l->text.n : MAX_ITEM);
}

static void item_more(struct reader *r, const struct line *l, const char *between)
{
    size_t room = r->item.text.n < MAX_ITEM ? MAX_ITEM - r->item.text.n : 0;
    if (room < 3) return;
    buf_str(&r->item.text, between);
    item_from(&r->item, l);
    buf_add(&r->item.text, l->text.p, l->text.n < room ? l->text.n : room);
}

static void section_begin(struct reader *r, enum section_kind kind, size_t level)
{
    item_end(r);
    extract_scenario_end(r);
    if (kind == SECTION_NONE && level > r->section_level && r->section != SECTION_NONE)
        return; /* a part of the section */
    extract_section_end(r);
    r->section = kind;
    r->section_level = level;
    r->section_bullets = 0;
    r->lead_level = SIZE_MAX;
    r->lead_text = NULL;
}

static const char *const field_keys[] = {"priority",
                                         "assignee",
                                         "reporter",
                                         "type",
                                         "issue type",
                                         "status",
                                         "component",
                                         "components",
                                         "labels",
                                         "label",
                                         "tags",
                                         "epic",
                                         "sprint",
                                         "story points",
                                         "points",
                                         "estimate",
                                         "fix version",
                                         "fix version/s",
                                         "affects version",
                                         "affects version/s",
                                         "affected version",
                                         "from",
                                         "to",
                                         "cc",
                                         "bcc",
                                         "date",
                                         "sent",
                                         "subject",
                                         "severity",
                                         "reported by",
                                         "created",
                                         "updated",
                                         "due date",
                                         "milestone",
                                         "deadline",
                                         "due",
                                         "team",
                                         "reply-to",
                                         "owner",
                                         "timeline",
                                         "resources",
                                         "environment",
                                         "version",
                                         NULL};

/* "Priority: high": what a tracker or a mail program puts above the text. */
static bool field_line(struct reader *r, struct span t)
{
    const char *colon = t.n < 300 ? memchr(t.p, ':', t.n) : NULL;
    struct span key, value;
    if (!colon) return false;
    key = span_trim((struct span){t.p, (size_t)(colon - t.p)});
    while (key.n > 0 && strchr("*_", key.p[0])) key = span_rest(key, 1);
    while (key.n > 0 && strchr("*_", key.p[key.n - 1])) key.n--;
    value = span_trim(span_rest(t, (size_t)(colon - t.p) + 1));
    while (value.n > 0 && strchr("*_ ", value.p[0])) value = span_rest(value, 1);
    for (const char *const *k = field_keys; *k; k++) {
        if (!span_is(key, *k)) continue;
        if (value.n == 0) return false; /* then it is a heading */
        while ((span_is(key, "labels") || span_is(key, "tags") || span_is(key, "label")) && value.n > 0 &&
               r->x->labels.n < 20) {
            const char *comma = memchr(value.p, ',', value.n);
            struct span one = span_trim((struct span){value.p, comma ? (size_t)(comma - value.p) : value.n});
            if (one.n > 0) prose_list_add(r->a, &r->x->labels, prose_clean(r->a, one, 60));
            value = comma ? span_rest(value, (size_t)(comma - value.p) + 1) : (struct span){"", 0};
        }
        if (span_is(key, "type") || span_is(key, "issue type"))
            prose_list_add(r->a, &r->x->labels, prose_clean(r->a, value, 60));
        return true;
    }
    return false;
}

static bool is_signature(struct span t)
{
    static const char *const closings[] = {"--",        "best regards", "kind regards", "regards",
                                           "cheers",    "best",         "many thanks",  "thanks",
                                           "thank you", "yours",        "sincerely",    "sent from my"};
    struct span bare = t;
    while (bare.n > 0 && strchr(",.!", bare.p[bare.n - 1])) bare.n--;
    for (size_t i = 0; i < countof(closings); i++)
        if (span_is(bare, closings[i])) return true;
    return span_starts(t, "sent from my ");
}

static bool is_greeting(struct span t)
{
    return span_words(t) <= 4 && t.n > 2 && strchr(",!:", t.p[t.n - 1]) &&
           (span_starts(t, "hi") || span_starts(t, "hello") || span_starts(t, "dear") || span_starts(t, "hey"));
}

/* "It must:" makes demands of the bullets after it; "Not in scope:" excludes them. */
static void lead_in(struct reader *r, struct span t, size_t level, bool bullet)
{
    enum section_kind known = extract_section_of(t);
    bool demand = extract_is_normative(t) || extract_is_imperative(t);
    r->lead = known != SECTION_NONE && !demand ? known : demand || bullet ? SECTION_REQUIREMENTS : SECTION_NONE;
    r->lead_text = demand || bullet ? prose_bare(r->a, extract_plain(r->a, t)) : NULL;
    r->lead_level = bullet ? level + 1 : 0;
}

static bool is_clause(const struct reader *r, struct span t)
{
    static const char *const later[] = {"When ", "Then ", "And ", "But "};
    struct span so_far = {r->item.text.p, r->item.text.n};
    if (span_starts(t, "Scenario") || (t.n > 6 && memcmp(t.p, "Given ", 6) == 0)) return true;
    if (r->section_given == 0 && !span_starts(so_far, "given ") && !span_starts(so_far, "when ") &&
        !span_starts(so_far, "scenario"))
        return false;
    for (size_t i = 0; i < countof(later); i++)
        if (t.n > 5 && memcmp(t.p, later[i], strlen(later[i])) == 0) return true;
    return false;
}

/* "Actual: 500" right below "Expected: 200". */
static bool is_label(struct span t)
{
    const char *colon = memchr(t.p, ':', t.n < 40 ? t.n : 40);
    struct span head = {t.p, colon ? (size_t)(colon - t.p) : 0};
    return colon && t.p[0] >= 'A' && t.p[0] <= 'Z' && span_words(head) <= 4 && extract_section_of(head) != SECTION_NONE;
}

static void on_text(struct reader *r, const struct line *l)
{
    struct span t = l->text;
    bool colon = t.n > 1 && t.p[t.n - 1] == ':';
    if (is_signature(t)) r->signature = true;
    if (r->signature || is_greeting(t) || field_line(r, t)) item_end(r);
    else if (colon && span_words(t) <= 6 && extract_section_of(t) != SECTION_NONE && !extract_is_normative(t))
        section_begin(r, extract_section_of(t), 8);
    else if (r->item.open && !is_clause(r, t) && !is_label(t)) item_more(r, l, " ");
    else item_begin(r, l, false);
}

/* The item before a bullet ends in a colon: its last sentence leads in, what stands before it is taken as it is. */
static void item_leads(struct reader *r)
{
    struct open_item *it = &r->item;
    struct span text = {it->text.p, it->text.n};
    size_t at = 0, n = extract_sentence(text);
    while (!it->bullet && at + n < text.n) {
        at += n;
        while (at < text.n && text.p[at] == ' ') at++;
        n = extract_sentence(span_rest(text, at));
    }
    lead_in(r, span_rest(text, at), it->level, it->bullet);
    it->text.n = at; /* the rest is an ordinary paragraph */
    if (at > 0) {
        const char *lead = r->lead_text;
        size_t level = r->lead_level;
        it->text.p[at] = '\0';
        item_end(r);
        r->lead_text = lead;
        r->lead_level = level;
    }
    it->open = false;
    buf_clear(&it->text);
}

static void on_bullet(struct reader *r, const struct line *l)
{
    struct open_item *it = &r->item;
    bool nested = it->open && it->bullet && l->level > it->level;
    if (it->open && it->text.n > 1 && it->text.p[it->text.n - 1] == ':') {
        item_leads(r);
    } else if (nested && !l->checkbox && !extract_is_normative(l->text)) {
        item_more(r, l, "; ");
        return;
    }
    item_end(r);
    if (r->lead_level != SIZE_MAX && l->level < r->lead_level) r->lead_level = SIZE_MAX;
    if (l->checkbox && l->checked) return; /* done already */
    item_begin(r, l, true);
}

/* "| Field | Rule |": the first two cells of a row, for sections that demand. */
static void on_row(struct reader *r, const struct line *l)
{
    struct span t = l->text, cell[2];
    size_t n = 0;
    item_end(r);
    if ((t.n > 1 && t.p[1] == '|') || memmem(t.p, t.n, "---", 3)) {
        r->section_given = 0;
        return;
    }
    while (n < 2 && t.n > 1) {
        const char *bar = memchr(t.p + 1, '|', t.n - 1);
        size_t len = bar ? (size_t)(bar - t.p) - 1 : t.n - 1;
        cell[n++] = span_trim((struct span){t.p + 1, len});
        t = span_rest(t, len + 1);
    }
    if (n == 2 && cell[0].n > 0 && cell[1].n > 0 && r->section == SECTION_REQUIREMENTS) {
        struct line first = {
            .raw = l->raw, .number = l->number, .text = {cell[0].p, cell[0].n < 500 ? cell[0].n : 500}};
        struct line second = {.raw = l->raw, .number = l->number, .text = cell[1]};
        item_begin(r, &first, true);
        item_more(r, &second, ": ");
        item_end(r);
    }
}

/* Does the header of a table follow, so that this row is one? */
static bool is_underline(struct span next)
{
    struct span t = span_trim(next);
    return t.n >= 3 && ((t.p[0] == '=' && t.p[t.n - 1] == '=') || (t.p[0] == '-' && t.p[t.n - 1] == '-')) &&
           !memchr(t.p, ' ', t.n);
}

static void on_line(struct reader *r, struct line *l, struct span next)
{
    bool was_fence = r->fence;
    if (l->kind == LINE_FENCE) {
        item_end(r);
        r->fence = !r->fence;
        return;
    }
    extract_tokens(r, l, was_fence);
    if (was_fence) return;
    if (l->kind == LINE_TEXT && is_underline(next) && l->text.n < 100)
        l->kind = LINE_HEADING, l->level = span_trim(next).p[0] == '=' ? 1 : 2;
    if (l->kind == LINE_ROW && next.n > 0 && memmem(next.p, next.n, "---", 3))
        l->kind = LINE_IGNORED; /* a table's header */
    if (l->kind == LINE_HEADING) r->signature = false;
    extract_schedule(r, l->text, l->number, r->section == SECTION_TIMELINE);
    switch (l->kind) {
    case LINE_HEADING: section_begin(r, extract_section_of(l->text), l->level); break;
    case LINE_BULLET:
        if (!r->signature) on_bullet(r, l);
        break;
    case LINE_ROW: on_row(r, l); break;
    case LINE_TEXT: on_text(r, l); break;
    case LINE_BLANK:
        if (r->item.open && r->item.text.n > 0 && r->item.text.p[r->item.text.n - 1] == ':')
            break; /* bullets may follow */
        item_end(r);
        break;
    case LINE_FENCE:
    case LINE_IGNORED: item_end(r); break;
    }
}

static struct span line_at(const char *text, size_t n, size_t at)
{
    const char *end = at < n ? memchr(text + at, '\n', n - at) : NULL;
    struct span s = {text + at, at < n ? (end ? (size_t)(end - text) - at : n - at) : 0};
    if (s.n > 0 && s.p[s.n - 1] == '\r') s.n--;
    return s;
}

static void read_lines(struct reader *r, const char *text, size_t n)
{
    size_t at = 0;
    for (int64_t number = 1; at < n && number <= MAX_LINES; number++) {
        struct span raw = line_at(text, n, at);
        const char *end = memchr(text + at, '\n', n - at);
        struct line l;
        at = end ? (size_t)(end - text) + 1 : n;
        extract_line(raw, number, r->jira, &l);
        on_line(r, &l, line_at(text, n, at));
    }
    if (at < n) r->x->truncated = true;
    item_end(r);
    extract_scenario_end(r);
    extract_section_end(r);
}

static int by_line(const void *a, const void *b)
{
    const struct extract_item *x = a, *y = b;
    return x->line < y->line ? -1 : x->line > y->line;
}

enum err_kind planner_extract(const char *title, const char *text, size_t n, struct arena *a, struct extract *ret,
                              struct err *e)
{
    struct reader r = {
        .a = a, .x = ret, .lead_level = SIZE_MAX, .item.text = BUF_INIT(65536), .scenario = BUF_INIT(65536)};
    struct line head = {.kind = LINE_TEXT, .raw = {title, title ? strlen(title) : 0}};
    enum err_kind k;
    *ret = (struct extract){0};
    r.jira = extract_is_jira(text ? text : "", text ? n : 0);
    head.text = span_trim(head.raw);
    if (title) {
        extract_tokens(&r, &head, false);
        extract_schedule(&r, head.text, 0, false);
    }
    if (text) read_lines(&r, text, n);
    if (ret->requirements.n == 0)
        for (size_t i = 0; i < r.maybe.n; i++) {
            struct extract_item *it = PUSH(a, ret->requirements);
            if (it) *it = r.maybe.v[i];
        }
    if (ret->requirements.n > 1) qsort(ret->requirements.v, ret->requirements.n, sizeof *ret->requirements.v, by_line);
    k = r.item.text.failed == ERR_NOMEM || r.scenario.failed == ERR_NOMEM ? err_nomem(e) : prose_check(a, e);
    buf_release(&r.item.text);
    buf_release(&r.scenario);
    return k;
}
