/* Reading a ticket line by line: sections, items with their continuation lines, lead-ins. */
#include "pland/planner/extract.h"

#include <stdlib.h>
#include <string.h>
#include "planner/extract/inner.h"

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
    it->row = false;
    it->n_from = 0;
    r->apart = false;
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

/* "It must:" makes demands of the bullets after it; "Not in scope:" excludes them. */
static void lead_in(struct reader *r, struct span t, size_t level, bool bullet)
{
    enum section_kind known = extract_section_of(t);
    bool demand = extract_is_normative(t) || extract_is_imperative(t);
    if (bullet && known == SECTION_BACKGROUND) known = r->section == known ? known : SECTION_NONE;
    r->lead = known != SECTION_NONE && !demand ? known : demand || bullet ? SECTION_REQUIREMENTS : SECTION_NONE;
    r->lead_said = prose_bare(r->a, extract_plain(r->a, t));
    r->lead_text = demand || bullet ? r->lead_said : NULL;
    r->lead_level = bullet ? level + 1 : 0;
    extract_tables(r, t, extract_line_at(r, t.p));
}

static bool is_clause(const struct reader *r, struct span t)
{
    static const char *const later[] = {"When ", "Then ", "And ", "But ", "WHEN ", "THEN ", "AND ", "BUT "};
    struct span so_far = {r->item.text.p, r->item.text.n};
    if (r->gherkin && (span_starts(t, "And ") || span_starts(t, "Then "))) return true;
    if (span_starts(t, "Scenario") || (t.n > 6 && (memcmp(t.p, "Given ", 6) == 0 || memcmp(t.p, "GIVEN ", 6) == 0)))
        return true;
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

/* "*Given* a user": without the marks around its first word. */
static struct span plain_clause(struct reader *r, struct span t)
{
    static const char *const words[] = {"given", "when", "then", "and", "but", "scenario"};
    size_t n = 0;
    while (n < t.n && strchr("*_", t.p[n])) n++;
    for (size_t i = 0; n > 0 && i < countof(words); i++) {
        size_t len = strlen(words[i]);
        struct span rest = span_rest(t, n + len);
        char *plain;
        if (!span_starts(span_rest(t, n), words[i]) || rest.n == 0 || !strchr("*_:", rest.p[0])) continue;
        while (rest.n > 0 && strchr("*_", rest.p[0])) rest = span_rest(rest, 1);
        plain = arena_fmt(r->a, "%.*s%.*s", (int)len, t.p + n, (int)(rest.n < 4000 ? rest.n : 4000), rest.p);
        return plain ? (struct span){plain, strlen(plain)} : t;
    }
    return t;
}

static void on_text(struct reader *r, struct line *l)
{
    struct span t = l->text = plain_clause(r, l->text);
    bool colon = t.n > 1 && t.p[t.n - 1] == ':';
    if (!r->item.open && r->section_bullets > 0 &&
        (r->section == SECTION_OUT || r->section == SECTION_OPTIONAL || r->section == SECTION_QUESTIONS ||
         r->section == SECTION_PROPOSAL))
        section_begin(r, SECTION_NONE, 0); /* prose below its list is no longer about it */
    if (extract_is_closing(t)) r->signature = true;
    if (r->signature || extract_is_greeting(t, r->next_blank) || extract_field(r, t)) item_end(r);
    else if (colon && span_words(t) <= 6 && extract_section_of(t) != SECTION_NONE && !extract_is_normative(t))
        section_begin(r, extract_section_of(t), 8);
    else if (r->item.open && !r->apart && !is_clause(r, t) && !is_label(t)) item_more(r, l, " ");
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

/* Prose that goes on in the bullets below it. */
static bool leads(const struct open_item *it)
{
    char last = it->open && it->text.n > 1 ? it->text.p[it->text.n - 1] : '.';
    return last == ':' || (!it->bullet && (prose_is_word_char(last) || last == ','));
}

static void on_bullet(struct reader *r, const struct line *l)
{
    struct open_item *it = &r->item;
    bool nested = it->open && it->bullet && l->level > it->level;
    if (leads(it)) {
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

/* A row of a table that says what is wanted. */
static void on_row(struct reader *r, const struct line *l)
{
    auto_buf text = BUF_INIT(8000);
    bool listing = r->section == SECTION_REQUIREMENTS || r->section == SECTION_OUT || r->section == SECTION_OPTIONAL ||
                   r->section == SECTION_QUESTIONS;
    bool known = r->section != SECTION_NONE && !listing;
    struct line row = *l;
    item_end(r);
    extract_scenario_end(r);
    if (l->text.n > 1 && l->text.p[1] == '|') extract_table_head(r, l->text);
    if ((l->text.n > 1 && l->text.p[1] == '|') || memmem(l->text.p, l->text.n, "---", 3)) return;
    if (known || (r->section == SECTION_NONE && !r->table_demands)) return;
    extract_row_text(r, l->text, &text);
    row.text = (struct span){text.p ? text.p : "", text.n};
    if (text.n == 0) return;
    item_begin(r, &row, true);
    r->item.row = true;
    item_end(r);
}

static bool is_underline(struct span next)
{
    struct span t = span_trim(next);
    return t.n >= 3 && ((t.p[0] == '=' && t.p[t.n - 1] == '=') || (t.p[0] == '-' && t.p[t.n - 1] == '-')) &&
           !memchr(t.p, ' ', t.n);
}

/* "Nice to have", alone above its list, in plain text. */
static bool is_bare_heading(const struct reader *r, struct span t, struct span next)
{
    struct line below;
    if (r->item.open || r->signature || t.n < 4 || t.n > 60 || span_words(t) > 5 || t.p[0] < 'A' || t.p[0] > 'Z' ||
        !prose_is_word_char(t.p[t.n - 1]) || extract_is_normative(t) || memchr(t.p, ':', t.n))
        return false;
    if (extract_section_of(t) != SECTION_NONE && span_words(t) <= 4) return true;
    extract_line(next, 0, r->jira, &below);
    return below.kind == LINE_BULLET && !extract_is_imperative(t);
}

/* Fences, quotes and comments; true: the line is done with. */
static bool on_block(struct reader *r, struct line *l)
{
    static const char *const scenarios[] = {"gherkin", "feature", "cucumber", NULL};
    struct span t = span_trim(l->raw);
    if (r->comment || (!r->fence && span_starts(t, "<!--"))) {
        r->comment = memmem(t.p, t.n, "-->", 3) == NULL;
        item_end(r);
        return true;
    }
    if (l->kind != LINE_FENCE) return false;
    item_end(r);
    if (r->gherkin) extract_scenario_end(r);
    else if (!r->fence && span_has_any(t, scenarios)) {
        r->gherkin = true;
        return true;
    }
    if (r->gherkin) r->gherkin = false;
    else if (t.p[0] != '{' || !memmem(t.p + 1, t.n - 1, "{", 1)) r->fence = !r->fence; /* "{quote}x{quote}": one line */
    return true;
}

/* Wiki markup escapes braces: "\{id\}". */
static struct span unescaped(struct reader *r, struct span s)
{
    char *copy;
    size_t n = 0;
    if (!r->jira || !memchr(s.p, '\\', s.n) || !(copy = arena_alloc(r->a, s.n + 1))) return s;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] != '\\' || i + 1 == s.n || !strchr("{}[]*_#-!|", s.p[i + 1])) copy[n++] = s.p[i];
    return (struct span){copy, n};
}

/* "… and HEAD" at the end of a line, its path on the next. */
static struct span with_path(struct reader *r, struct span s, struct span below)
{
    static const char *const methods[] = {" GET", " POST", " PUT", " PATCH", " DELETE", " HEAD"};
    struct span path = {below.p, 0};
    const char *joined = NULL;
    while (path.n < below.n && path.n < 200 && below.p[path.n] != ' ') path.n++;
    for (size_t i = 0; i < countof(methods) && path.n > 1 && path.p[0] == '/' && !joined && s.n < 4000; i++) {
        size_t n = strlen(methods[i]);
        if (s.n > n && memcmp(s.p + s.n - n, methods[i], n) == 0)
            joined = arena_fmt(r->a, "%.*s %.*s", (int)s.n, s.p, (int)path.n, path.p);
    }
    return joined ? (struct span){joined, strlen(joined)} : s;
}

static void read_tokens(struct reader *r, struct line *l, struct span below)
{
    struct line plain = *l;
    plain.raw = with_path(r, unescaped(r, l->raw), below);
    l->text = unescaped(r, l->text);
    extract_tokens(r, &plain, r->fence);
}

/* "---- Forwarded message ----": what stands below was said above in the sender's own words, if anything was. */
static bool on_forward(struct reader *r, const struct line *l)
{
    static const char *const marks[] = {"forwarded message", "original message", "forwarded by", NULL};
    struct span t = span_trim(l->raw);
    if (t.n < 4 || memcmp(t.p, "---", 3) != 0 || !span_has_any(t, marks)) return false;
    item_end(r);
    r->signature = false;
    r->forwarded = r->x->requirements.n + r->wishes.n + r->loose.n + r->early.n + r->held.n > 0;
    return true;
}

static void on_line(struct reader *r, struct line *l, struct span next)
{
    struct span below = span_trim(next);
    r->next_blank = below.n == 0;
    if (r->forwarded || on_forward(r, l) || on_block(r, l)) return;
    read_tokens(r, l, below);
    if (r->fence) return;
    if (l->kind == LINE_TEXT && is_underline(next) && l->text.n < 100)
        l->kind = LINE_HEADING, l->level = below.p[0] == '=' ? 1 : 2;
    if (extract_is_chapter(l, next)) l->kind = LINE_HEADING, l->level = 2;
    if (l->kind == LINE_TEXT && is_bare_heading(r, l->text, next)) l->kind = LINE_HEADING, l->level = 8;
    if (l->kind == LINE_TEXT && l->text.p[l->text.n - 1] == ':' && below.n > 0 && below.p[0] == '>')
        l->kind = LINE_IGNORED; /* "Ann wrote:" */
    if (l->kind == LINE_ROW && memmem(next.p, next.n, "---", 3)) {
        extract_table_head(r, l->text);
        l->kind = LINE_IGNORED;
    }
    switch (l->kind) {
    case LINE_HEADING:
        r->signature = false;
        extract_schedule(r, l->text, l->number, false);
        section_begin(r, extract_section_of(l->text), l->level);
        break;
    case LINE_BULLET:
        if (!r->signature) on_bullet(r, l);
        break;
    case LINE_ROW: on_row(r, l); break;
    case LINE_TEXT: on_text(r, l); break;
    case LINE_BLANK:
        r->apart = r->item.open && r->item.text.n > 0 && r->item.text.p[r->item.text.n - 1] == ':';
        if (!r->apart) item_end(r); /* else bullets may follow */
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

static void read_title(struct reader *r, const char *title)
{
    struct line head = {.kind = LINE_TEXT, .raw = {title, strlen(title)}};
    head.text = span_trim(head.raw);
    r->title = title;
    extract_tokens(r, &head, false);
    extract_tables(r, head.text, 0);
    extract_schedule(r, head.text, 0, false);
}

/* "geo.h" after "include/geo.h" is the same file. */
static void distinct_files(struct extract *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < x->paths.n; i++) {
        const char *path = x->paths.v[i].text;
        bool known = false;
        for (size_t k = 0; k < kept && !known && !strchr(path, '/'); k++) {
            const char *base = strrchr(x->paths.v[k].text, '/');
            known = base && strcmp(base + 1, path) == 0;
        }
        if (!known) x->paths.v[kept++] = x->paths.v[i];
    }
    x->paths.n = kept;
}

/* What counts only where nothing better was said: early lists, imperatives in prose, stories, the title. */
static void settle(struct reader *r)
{
    struct extract *x = r->x;
    struct line head = {.kind = LINE_TEXT, .raw = {r->title, r->title ? strlen(r->title) : 0}};
    if (!r->named) extract_move(r, &r->early, &x->requirements);
    if (!r->listed) extract_move(r, &r->wishes, &x->requirements);
    if (x->requirements.n == 0) extract_move(r, &r->maybe, &x->requirements);
    if (x->requirements.n == 0) extract_move(r, &r->early, &x->requirements);
    head.text = span_trim(head.raw);
    if (x->requirements.n == 0 && (extract_is_imperative(head.text) || extract_is_normative(head.text))) {
        r->section = SECTION_REQUIREMENTS;
        r->title = NULL; /* nothing repeats it */
        item_begin(r, &head, false);
        item_end(r);
    }
    extract_limits_end(r);
    distinct_files(x);
    if (x->requirements.n > 1) qsort(x->requirements.v, x->requirements.n, sizeof *x->requirements.v, by_line);
}

enum err_kind planner_extract(const char *title, const char *text, size_t n, struct arena *a, struct extract *ret,
                              struct err *e)
{
    struct reader r = {
        .a = a, .x = ret, .lead_level = SIZE_MAX, .item.text = BUF_INIT(65536), .scenario = BUF_INIT(65536)};
    enum err_kind k;
    *ret = (struct extract){0};
    r.jira = extract_is_jira(text ? text : "", text ? n : 0);
    if (title) read_title(&r, title);
    if (text) read_lines(&r, text, n);
    settle(&r);
    k = r.item.text.failed == ERR_NOMEM || r.scenario.failed == ERR_NOMEM ? err_nomem(e) : prose_check(a, e);
    buf_release(&r.item.text);
    buf_release(&r.scenario);
    return k;
}
