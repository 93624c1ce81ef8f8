/* What a finished bullet or paragraph counts as: requirement, question, exclusion, or nothing. */
#include "planner/extract/inner.h"

#include <string.h>

static bool same_text(const char *a, const char *b)
{
    for (;; a++, b++) {
        while (*a && !prose_is_word_char(*a)) a++;
        while (*b && !prose_is_word_char(*b)) b++;
        if ((*a | 0x20) != (*b | 0x20)) return false;
        if (!*a) return true;
    }
}

void extract_add(struct reader *r, extract_items *l, const char *text, struct span quote, int64_t line)
{
    struct extract_item *it;
    if (!text || !*text) return;
    for (size_t i = 0; i < l->n; i++)
        if (same_text(l->v[i].text, text)) return;
    if (l->n >= EXTRACT_MAX_REQUIREMENTS) {
        r->x->truncated = true;
        return;
    }
    it = PUSH(r->a, *l);
    if (!it) return;
    it->text = text;
    it->quote = prose_clean(r->a, quote, 500);
    it->line = line;
    if (!it->quote) l->n--;
}

static const char *const gherkin[] = {"scenario:", "scenario outline:", "given ", "when ", "then ", "and ", "but "};
enum { G_SCENARIO, G_OUTLINE, G_GIVEN, G_WHEN, G_THEN, G_AND, G_BUT };

static struct span no_emphasis(struct span t)
{
    while (t.n > 0 && strchr("*_", t.p[0])) t = span_rest(t, 1);
    return t;
}

/* "Scenario 2: ", "Scenario A - ": its length. */
static size_t numbered_scenario(struct span t)
{
    size_t n = 9;
    if (!span_starts(t, "scenario ")) return 0;
    while (n < t.n && n < 13 && prose_is_word_char(t.p[n])) n++;
    if (n == 9 || n >= t.n) return 0;
    if (t.p[n] == ':') return n + 1;
    return span_starts(span_rest(t, n), " - ") ? n + 3 : 0;
}

/* Given/When/Then: true when the text was one of its clauses. */
static bool extract_scenario(struct reader *r, struct span text, struct span quote, int64_t line)
{
    struct span t = no_emphasis(text);
    size_t word = 0, skip = 0;
    bool open = r->section_given > 0;
    while (word < countof(gherkin) && !span_starts(t, gherkin[word])) word++;
    if (word == countof(gherkin) && (skip = numbered_scenario(t)) > 0) word = G_SCENARIO;
    if (word == countof(gherkin) || (!open && word > G_WHEN)) return false;
    if (span_has_word(t, "then") && word != G_THEN) return false; /* all in one sentence: an item of its own */
    if (!open && word == G_WHEN && (r->section != SECTION_REQUIREMENTS || memmem(t.p, t.n, ", ", 2))) return false;
    if ((word <= G_GIVEN && r->section_given == 2) || (word == G_WHEN && r->section_given == 2))
        extract_scenario_end(r);
    if (word <= G_OUTLINE) {
        extract_scenario_end(r);
        t = span_trim(span_rest(t, skip ? skip : strlen(gherkin[word])));
        buf_add(&r->scenario, t.p, t.n < 300 ? t.n : 300);
        buf_str(&r->scenario, ": ");
        r->section_given = 1;
        return true;
    }
    while (t.n > 0 && strchr(".,", t.p[t.n - 1])) t.n--;
    if (r->scenario.n > 0 && r->scenario.p[r->scenario.n - 1] != ' ') buf_str(&r->scenario, ", ");
    buf_add(&r->scenario, t.p, t.n < 600 ? t.n : 600);
    if (word == G_THEN || r->section_given == 2) extract_limits(r, text, extract_scene);
    if (word == G_THEN || r->scenario_line == 0) {
        r->scenario_quote = quote;
        r->scenario_line = line;
    }
    r->section_given = word == G_THEN || r->section_given == 2 ? 2 : 1;
    return true;
}

void extract_scenario_end(struct reader *r)
{
    if (r->section_given == 2 && r->scenario.n > 0) {
        char *plain = extract_plain(r->a, (struct span){r->scenario.p, r->scenario.n});
        extract_add(r, &r->x->requirements, prose_bare(r->a, plain), r->scenario_quote, r->scenario_line);
    }
    buf_clear(&r->scenario);
    r->section_given = 0;
    r->scenario_line = 0;
}

static struct span span_of(const char *s)
{
    return (struct span){s, strlen(s)};
}

/* Which list a piece of text goes to, by its section, by what it says, by its shape. NULL: to none. */
static extract_items *place_of(struct reader *r, enum section_kind kind, struct span s, bool bullet, bool checkbox)
{
    bool demand = extract_is_normative(s) || extract_is_imperative(s);
    bool asked = s.n > 0 && s.p[s.n - 1] == '?';
    bool request = asked && kind != SECTION_QUESTIONS &&
                   (bullet ? r->lead_level != SIZE_MAX && r->lead_said && extract_is_request(span_of(r->lead_said))
                           : extract_is_request(s));
    if (kind == SECTION_REJECTED) return NULL;
    if (request) return bullet ? &r->x->requirements : &r->maybe;
    if (kind == SECTION_QUESTIONS || asked) return &r->x->questions;
    if (kind == SECTION_OUT || extract_is_excluding(s)) return &r->x->out_of_scope;
    if (kind == SECTION_OPTIONAL || extract_is_optional(s)) return &r->x->optional;
    if (kind == SECTION_ACTUAL || kind == SECTION_STEPS || kind == SECTION_TIMELINE) return NULL;
    if (checkbox || kind == SECTION_EXPECTED) return &r->x->requirements;
    if (extract_is_story(s)) return kind == SECTION_REQUIREMENTS && bullet ? &r->x->requirements : &r->maybe;
    if (kind == SECTION_BACKGROUND) return extract_is_must(s) ? &r->x->requirements : NULL;
    if (kind == SECTION_GOAL) return &r->maybe;
    if (kind == SECTION_REQUIREMENTS) return bullet || demand ? &r->x->requirements : &r->held;
    if (kind == SECTION_PROPOSAL) return bullet || demand ? &r->x->requirements : &r->early;
    if (!bullet && r->section_level == 0 && !r->listed && extract_is_wish(s)) return &r->wishes;
    if (!bullet && r->section_level > 0 && extract_binds(s)) return &r->x->requirements;
    if (extract_is_normative(s) || (bullet && demand)) return &r->x->requirements;
    if (demand) return &r->wishes;
    if (!bullet && r->demanding && extract_is_rule(s)) return &r->x->requirements;
    return bullet ? &r->loose : NULL;
}

static const char *with_lead(struct reader *r, const char *text)
{
    static const char *const empty[] = {"we need",      "we want", "what we need",
                                        "what we want", "please",  "we would like"};
    if (!r->lead_text || r->lead_level == SIZE_MAX) return text;
    for (size_t i = 0; i < countof(empty); i++) /* says only that something follows */
        if (prose_same(r->lead_text, empty[i])) return text;
    return arena_fmt(r->a, "%s: %s", r->lead_text, text);
}

static void remember(struct reader *r, enum section_kind kind, const char *text)
{
    if (kind == SECTION_EXPECTED && !r->x->expected) r->x->expected = text;
    if (kind == SECTION_ACTUAL && !r->x->actual) r->x->actual = text;
    if (kind == SECTION_STEPS) r->x->reproduction = true;
    if (!r->x->summary && kind != SECTION_STEPS && kind != SECTION_ACTUAL) r->x->summary = text;
}

/* "Expected: a 401" inside a paragraph or bullet. */
static enum section_kind labelled(struct span s, struct span *rest)
{
    const char *colon = s.n < 2000 ? memchr(s.p, ':', s.n < 40 ? s.n : 40) : NULL;
    struct span head = {s.p, colon ? (size_t)(colon - s.p) : 0};
    bool told = span_words(head) > 2 && head.p[0] >= 'a' && head.p[0] <= 'z'; /* "articles get a status: draft or …" */
    enum section_kind k = colon && !told && span_words(head) <= 4 && colon + 1 < s.p + s.n && strchr(" *_", colon[1])
                              ? extract_section_of(head)
                              : SECTION_NONE;
    *rest = colon ? span_trim(span_rest(s, head.n + 1)) : s;
    while (rest->n > 0 && strchr("*_ ", rest->p[0])) *rest = span_rest(*rest, 1);
    return k == SECTION_REQUIREMENTS || rest->n == 0 ? SECTION_NONE : k;
}

static size_t facts_of_plan(const struct extract *x)
{
    return (x->deadline != NULL) + (size_t)(x->people > 0) + (size_t)(x->days > 0);
}

/* Reads dates, people and days. True when the sentence says nothing else: "It has to be live by Friday". */
static bool only_plan(struct reader *r, enum section_kind kind, struct span s, bool bullet, int64_t line)
{
    static const char *const words[] = {"live",    "done",    "ready",   "deadline",  "due",      "released",
                                        "need it", "shipped", "release", "finished",  "deliver*", "need this",
                                        "latest",  "online",  "planned", "estimate*", "promised", NULL};
    size_t before = facts_of_plan(r->x), got;
    if (kind == SECTION_STEPS || kind == SECTION_ACTUAL) return false;
    if (bullet && kind != SECTION_TIMELINE && !span_has_word(s, "deadline") && !span_has_word(s, "due")) return false;
    extract_schedule(r, s, line, kind == SECTION_TIMELINE);
    got = facts_of_plan(r->x) - before;
    return got > 1 || (got == 1 && (span_words(s) <= 6 || (span_words(s) <= 16 && span_has_any(s, words))));
}

/* The title said again as a line of its own. */
static bool is_title(const struct reader *r, const char *text, struct span s)
{
    return r->title && r->item.n_from == 1 && !r->item.bullet && !(s.n > 0 && s.p[s.n - 1] == '.') &&
           same_text(r->title, text);
}

static bool is_empty_answer(const char *text)
{
    static const char *const words[] = {"no response", "n/a", "none", "tbd", "-", "na", "nothing", "not applicable"};
    for (size_t i = 0; i < countof(words); i++)
        if (prose_same(text, words[i])) return true;
    return false;
}

/* The words of a sentence of one kind; NULL: it is to be passed over. */
static const char *worded(struct reader *r, enum section_kind kind, struct span s, bool bullet)
{
    const char *text = prose_bare(r->a, extract_plain(r->a, s));
    size_t n = text && *text == '_' ? 1 : 0;
    if (!text || span_words((struct span){text, strlen(text)}) < (bullet ? 1u : 3u)) return NULL;
    if (is_empty_answer(text) || (n && span_is(span_rest(s, 1), "no response_"))) return NULL;
    remember(r, kind, text);
    return text;
}

static void take_one(struct reader *r, enum section_kind kind, struct span s, bool bullet, bool checkbox,
                     struct span quote, int64_t line)
{
    struct span rest;
    enum section_kind label = labelled(s, &rest);
    extract_items *list;
    const char *text;
    if (r->item.row) label = SECTION_NONE;
    if (label != SECTION_NONE) kind = label, s = rest;
    text = worded(r, kind, s, bullet || label != SECTION_NONE);
    if (only_plan(r, kind, s, bullet, line) || !text) return;
    list = place_of(r, kind, s, bullet || label != SECTION_NONE, checkbox);
    if (!bullet && is_title(r, text, s)) list = &r->maybe;
    if (bullet && r->lead_said && r->lead_level != SIZE_MAX) extract_lead_columns(r, s, line);
    if (list == &r->x->requirements || list == &r->wishes || (list == &r->maybe && extract_is_request(s)))
        r->demanding = true;
    if (list == &r->x->requirements && bullet) r->demanded = r->listed = true;
    if (list == &r->x->requirements && bullet && r->section == SECTION_REQUIREMENTS) r->named = true;
    if (list && bullet && label == SECTION_NONE && list != &r->x->questions) text = with_lead(r, text);
    if (list && kind == SECTION_EXPECTED && label != SECTION_NONE && !extract_is_normative(s))
        text = arena_fmt(r->a, "Expected: %s", text);
    if (list == &r->x->questions) text = text ? arena_fmt(r->a, "%s%s", text, strchr(text, '?') ? "" : "?") : NULL;
    if (list != &r->x->out_of_scope && list != &r->x->questions) extract_limits(r, s, list ? text : NULL);
    if (list) extract_add(r, list, text, quote, line);
}

int64_t extract_line_at(const struct reader *r, const char *p)
{
    const struct open_item *it = &r->item;
    size_t at = (size_t)(p - it->text.p), i = 0;
    while (i + 1 < it->n_from && it->from[i + 1].at <= at) i++;
    return it->n_from ? it->from[i].line : 0;
}

void extract_take(struct reader *r)
{
    struct open_item *it = &r->item;
    struct span text = span_trim((struct span){it->text.p ? it->text.p : "", it->text.n});
    enum section_kind kind = it->bullet && r->lead_level != SIZE_MAX && r->lead != SECTION_NONE ? r->lead : r->section;
    size_t from = 0;
    if (text.n == 0 || it->n_from == 0) return;
    extract_tables(r, text, it->from[0].line);
    if (!it->bullet) r->lead_level = SIZE_MAX;
    if (extract_scenario(r, text, it->from[0].raw, it->from[0].line)) return;
    extract_scenario_end(r);
    r->demanding = false;
    if (it->bullet) {
        r->section_bullets++;
        take_one(r, kind, text, true, it->checkbox, it->from[0].raw, it->from[0].line);
        return;
    }
    while (text.n > 0) {
        size_t n = extract_sentence(text), at = (size_t)(text.p - it->text.p);
        struct span s = span_trim((struct span){text.p, n});
        while (from + 1 < it->n_from && it->from[from + 1].at <= at) from++;
        if (s.n > 0) take_one(r, kind, s, false, false, it->from[from].raw, it->from[from].line);
        text = span_trim(span_rest(text, n));
    }
}

void extract_move(struct reader *r, extract_items *from, extract_items *into)
{
    for (size_t i = 0; i < from->n && into->n < EXTRACT_MAX_REQUIREMENTS; i++) {
        struct extract_item *it = PUSH(r->a, *into);
        if (it) *it = from->v[i];
    }
    *from = (extract_items){0};
}

void extract_section_end(struct reader *r)
{
    bool early = r->section_level == 0 && !r->demanded;
    if (r->section_bullets == 0) extract_move(r, &r->held, &r->x->requirements);
    if (!early && r->loose.n > 0) r->listed = true;
    extract_move(r, &r->loose, early ? &r->early : &r->x->requirements);
    r->held = (extract_items){0};
    r->demanded = false;
}
