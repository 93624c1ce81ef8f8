/* A document from Markdown: cuts it into lines and headings, hands each section to its reader, checks what came out. */
#include "plan/read.h"

#include <stdio.h>
#include <string.h>

enum { INPUT_MAX = 4 << 20, LINES_MAX = 200000 };

enum err_kind read_fail(struct reader *r, size_t line, const char *fmt, ...)
{
    char at[40], msg[300];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(msg, sizeof msg, fmt, ap);
    va_end(ap);
    (void)snprintf(at, sizeof at, "line %zu", line + 1);
    return err_at(r->e, ERR_INVALID, at, "%s: %s", at, msg);
}

enum err_kind read_nomem(struct reader *r)
{
    enum err_kind k = r->nomem ? err_nomem(r->e) : arena_check(r->a, r->e);
    return k != ERR_OK ? k : arena_check(r->scratch, r->e);
}

/* --- lines ----------------------------------------------------------------------------------------------------- */
/* Fences decide what is text; all of ours and of the author's begin at most three blanks from the left edge. */
static enum err_kind mark_fences(struct reader *r)
{
    size_t ticks = 0, open = 0;
    char fence = '\0';
    for (size_t i = 0; i < r->lines.n; i++) {
        struct line *l = &r->lines.v[i];
        if (ticks > 0) {
            l->kind = text_fence_close(l->c.s, l->c.end, fence, ticks) ? LINE_CLOSE : LINE_CODE;
            if (l->kind == LINE_CLOSE) ticks = 0;
        } else if ((ticks = text_fence_open(l->c.s, l->c.end)) > 0) {
            l->kind = LINE_OPEN;
            open = i;
            fence = *cut_trim(l->c).s;
        }
    }
    return ticks > 0 ? read_fail(r, open, "the block of code that begins here has no end") : ERR_OK;
}

/* "---", lines of a file's own, "---": where a plan is kept as a file. */
static void skip_front_matter(struct reader *r)
{
    enum { FRONT_LINES = 50 };
    size_t to = 1;
    if (r->lines.n < 2 || !cut_is(cut_trim(r->lines.v[0].c), "---")) return;
    while (to < r->lines.n && to < FRONT_LINES && !cut_is(cut_trim(r->lines.v[to].c), "---")) to++;
    if (to == r->lines.n || to == FRONT_LINES) return;
    for (size_t i = 0; i <= to; i++) r->lines.v[i].c.end = r->lines.v[i].c.s;
}

static enum err_kind cut_lines(struct reader *r, const char *md, size_t n)
{
    const char *end = md + n;
    size_t count = 1;
    for (const char *p = md; (p = memchr(p, '\n', (size_t)(end - p))); p++) count++;
    if (count > LINES_MAX) return err_set(r->e, ERR_TOO_LARGE, "more than %d lines", LINES_MAX);
    r->lines.v = arena_alloc(r->scratch, count * sizeof *r->lines.v);
    if (!r->lines.v) return read_nomem(r);
    if (n >= 3 && memcmp(md, "\xef\xbb\xbf", 3) == 0) md += 3;
    for (;;) {
        const char *eol = memchr(md, '\n', (size_t)(end - md)), *stop = eol ? eol : end;
        if (stop > md && stop[-1] == '\r') stop--;
        r->lines.v[r->lines.n++].c = (struct cut){ md, stop };
        if (!eol) break;
        md = eol + 1;
    }
    skip_front_matter(r);
    return mark_fences(r);
}

/* --- headings -------------------------------------------------------------------------------------------------- */
/* "<!-- ph1.s2 -->" alone; the id is taken. */
static bool anchor(struct reader *r, struct cut c, const char **ret)
{
    struct cut id;
    c = cut_trim(c);
    if (!cut_literal(&c, "<!--") || !cut_until(&c, "-->", 0, &id) || !cut_blank(c)) return false;
    id = cut_trim(id);
    if (id.s == id.end || cut_is(id, "blank") || cut_is(id, "empty")) return false;
    for (const char *s = id.s; s < id.end; s++)
        if (!((*s >= 'a' && *s <= 'z') || (*s >= '0' && *s <= '9') || *s == '.')) return false;
    *ret = arena_dup_n(r->a, id.s, (size_t)(id.end - id.s));
    return true;
}

static int level_of(const struct line *l)
{
    int n = 0;
    if (l->kind != LINE_TEXT) return 0;
    while (l->c.s + n < l->c.end && l->c.s[n] == '#') n++;
    return n >= 1 && n <= 4 && l->c.s + n < l->c.end && l->c.s[n] == ' ' ? n : 0;
}

/* "## Risks <!-- risks -->": the anchor may stand behind the title. */
static void split_anchor(struct reader *r, struct head *h)
{
    struct cut rest = h->title, before;
    const char *id;
    if (!cut_until(&rest, "<!--", 0, &before)) return;
    rest.s -= strlen("<!--");
    if (!anchor(r, rest, &id)) return;
    h->id = id;
    h->title = cut_trim(before);
}

static size_t title_phase(struct cut c)
{
    int64_t n;
    if (!cut_literal(&c, "P") || !cut_number(&c, &n) || (c.s < c.end && *c.s != ' ') || n < 1) return 0;
    return (size_t)n;
}

static enum err_kind add_head(struct reader *r, size_t line, const char *id, size_t id_line)
{
    struct head *h = arena_push(r->scratch, &r->heads, sizeof *h);
    if (!h) return read_nomem(r);
    h->level = level_of(&r->lines.v[line]);
    h->at = line;
    h->first = id ? id_line : line;
    h->id = id;
    h->title = cut_trim((struct cut){ r->lines.v[line].c.s + h->level, r->lines.v[line].c.end });
    if (!id) split_anchor(r, h);
    if (h->level == 3) h->phase = title_phase(h->title);
    if (r->heads.n > 1) h[-1].to = h->first;
    h->to = r->lines.n;
    return ERR_OK;
}

static enum err_kind find_heads(struct reader *r)
{
    const char *id = NULL;
    size_t id_line = 0;
    for (size_t i = 0; i < r->lines.n; i++) {
        struct line *l = &r->lines.v[i];
        const char *found;
        if (l->kind == LINE_TEXT && cut_blank(l->c)) continue;
        if (level_of(l)) {
            enum err_kind k = add_head(r, i, id, id_line);
            if (k != ERR_OK) return k;
            id = NULL;
        } else if (id) {
            return read_fail(r, id_line, "the anchor %s stands before no heading", id);
        } else if (l->kind == LINE_TEXT && anchor(r, l->c, &found)) {
            if (!found) return read_nomem(r);
            id = found;
            id_line = i;
        }
    }
    return id ? read_fail(r, id_line, "the anchor %s stands before no heading", id) : ERR_OK;
}

static bool has_head(const struct reader *r, const char *id)
{
    for (size_t i = 0; i < r->heads.n; i++)
        if (r->heads.v[i].id && strcmp(r->heads.v[i].id, id) == 0) return true;
    return false;
}

/* A fence that somebody left open takes in what follows, up to the next one: sections would be gone without a word. */
static enum err_kind check_swallowed(struct reader *r)
{
    for (size_t i = 0; r->base && i < r->lines.n; i++) {
        struct cut c = r->lines.v[i].c, before;
        const char *id = NULL;
        if (r->lines.v[i].kind != LINE_CODE || !cut_until(&c, "<!--", 0, &before)) continue;
        c.s -= strlen("<!--");
        if (!anchor(r, c, &id)) continue;
        if (!id) return read_nomem(r);
        if (section_present(r->base, id) && !has_head(r, id))
            return read_fail(r, i, "the anchor %s stands inside a block of code: one before it has no end", id);
    }
    return ERR_OK;
}

/* --- sections -------------------------------------------------------------------------------------------------- */
static const struct { const char *id; read_section_fn *read; } readers[] = {
    { "overview", read_overview },       { "decisions", read_decisions },     { "questions", read_questions },
    { "assumptions", read_assumptions }, { "risks", read_risks },             { "timeline", read_timeline },
    { "requirements", read_requirements }, { "scope", read_scope },           { "tests", read_tests },
    { "success", read_success },         { "stack", read_stack },             { "rollback", read_rollback },
    { "documentation", read_documentation }, { "done", read_done },           { "migration", read_migration },
    { "waived", read_waived },
};

static const struct section_kind *kind_of(const struct head *h)
{
    for (size_t i = 1; i < section_kind_n; i++)
        if (h->id ? strcmp(h->id, section_kinds[i].id) == 0 : cut_is(h->title, section_kinds[i].title))
            return &section_kinds[i];
    return NULL;
}

static enum err_kind read_one(struct reader *r, size_t *i, uint32_t *seen)
{
    const struct head *h = &r->heads.v[*i];
    const struct section_kind *kind = h->level == 2 ? kind_of(h) : NULL;
    size_t k = 0;
    if (h->level != 2) return read_fail(r, h->at, "a heading of this level belongs to a phase, below \"## Phases\"");
    if (!kind) return read_fail(r, h->at, "there is no section '%.*s'", (int)(h->title.end - h->title.s), h->title.s);
    if (*seen & (uint32_t)1 << (kind - section_kinds))
        return read_fail(r, h->at, "the section '%s' is there twice", kind->title);
    *seen |= (uint32_t)1 << (kind - section_kinds);
    ++*i;
    if (kind->shape == SHAPE_PHASES) {
        for (size_t l = h->at + 1; l < h->to; l++)
            if (!cut_blank(r->lines.v[l].c)) return read_fail(r, l, "what stands here belongs to no phase");
        while (*i < r->heads.n && r->heads.v[*i].level == 3) {
            enum err_kind e = read_phase(r, *i, i);
            if (e != ERR_OK) return e;
        }
        return ERR_OK;
    }
    while (k < countof(readers) && strcmp(readers[k].id, kind->id) != 0) k++;
    return k < countof(readers) ? readers[k].read(r, h->at + 1, h->to) : ERR_OK; /* the others are computed */
}

static enum err_kind read_title(struct reader *r)
{
    const struct head *h = r->heads.v;
    if (r->heads.n == 0 || h->level != 1) return read_fail(r, h ? h->at : 0, "a plan begins with its title, \"# …\"");
    for (size_t i = 0; i < h->first; i++)
        if (!cut_blank(r->lines.v[i].c)) return read_fail(r, i, "a plan begins with its title, \"# …\"");
    r->d->header.title = read_put(h->title, 0, r->a);
    return read_header(r, h->at + 1, h->to);
}

/* --- ids of phases --------------------------------------------------------------------------------------------- */
static size_t id_number(const char *id)
{
    struct cut c = cut_of(id ? id : "");
    int64_t n;
    return cut_literal(&c, "ph") && cut_number(&c, &n) && c.s == c.end ? (size_t)n : 0;
}

/* New phases get the next numbers after all that are, and were, in use. */
static enum err_kind give_ids(struct reader *r)
{
    size_t last = r->next_phase > 1 ? (size_t)r->next_phase - 1 : 0;
    for (size_t i = 0; r->base && i < r->base->phases.n; i++)
        if (id_number(r->base->phases.v[i].id) > last) last = id_number(r->base->phases.v[i].id);
    for (size_t i = 0; i < r->heads.n; i++)
        if (r->heads.v[i].level == 3 && id_number(r->heads.v[i].id) > last) last = id_number(r->heads.v[i].id);
    for (size_t i = 0; i < r->heads.n; i++)
        if (r->heads.v[i].level == 3 && !r->heads.v[i].id) r->heads.v[i].id = arena_fmt(r->a, "ph%zu", ++last);
    return read_nomem(r);
}

enum err_kind read_phase_ref(struct reader *r, size_t line, struct cut c, const char **ret)
{
    size_t number = title_phase(c), found = 0;
    c = cut_trim(c);
    *ret = NULL;
    for (size_t i = 0; i < r->heads.n; i++) {
        const struct head *h = &r->heads.v[i];
        if (h->level != 3 || !h->id) continue;
        if (cut_is(c, h->id)) {
            *ret = h->id;
            return ERR_OK;
        }
        if (number == 0 || h->phase != number) continue;
        *ret = h->id;
        found++;
    }
    if (found == 1) return ERR_OK;
    return read_fail(r, line, found ? "more than one phase is called %.*s: use its id" : "there is no phase %.*s",
                     (int)(c.end - c.s), c.s);
}

const struct phase *read_base_phase(const struct reader *r, const char *id)
{
    size_t i = r->base ? phase_index(r->base, id) : SIZE_MAX;
    return i == SIZE_MAX ? NULL : &r->base->phases.v[i];
}

/* --- the whole ------------------------------------------------------------------------------------------------- */
/* Decodes what was read once more: bounds and what must not be blank are in the tables. */
static enum err_kind settle(struct reader *r, struct document *ret)
{
    auto_buf json = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = { 0 };
    enum err_kind k = read_nomem(r);
    if (k != ERR_OK) return k;
    record_encode(&document_record, r->d, &json);
    if ((k = buf_check(&json, r->e)) != ERR_OK) return k;
    if ((k = record_parse(&document_record, json.p, json.n, &d, r->a, r->e)) != ERR_OK) return k;
    if (r->base && (k = read_typewriter(r->base, &d, r->a, r->e)) != ERR_OK) return k;
    if ((k = document_validate(&d, r->a, r->e)) == ERR_OK) *ret = d;
    return k;
}

static bool utf8(const unsigned char *s, size_t n)
{
    for (size_t i = 0; i < n;) {
        size_t more = s[i] < 0x80 ? 0 : s[i] < 0xc2 ? 9 : s[i] < 0xe0 ? 1 : s[i] < 0xf0 ? 2 : s[i] < 0xf5 ? 3 : 9;
        if (more == 9 || more >= n - i) return false;
        if (s[i] == 0 || (s[i] == 0xe0 && s[i + 1] < 0xa0) || (s[i] == 0xed && s[i + 1] > 0x9f)) return false;
        if ((s[i] == 0xf0 && s[i + 1] < 0x90) || (s[i] == 0xf4 && s[i + 1] > 0x8f)) return false;
        for (size_t j = 1; j <= more; j++)
            if ((s[i + j] & 0xc0) != 0x80) return false;
        i += more + 1;
    }
    return true;
}

enum err_kind document_from_markdown(const char *md, size_t n, const struct document *base, int64_t next_phase,
                                     struct arena *a, struct document *ret, struct err *e)
{
    auto_arena scratch = arena_new(0);
    struct document d = { 0 };
    struct reader r = { .a = a, .scratch = scratch, .e = e, .d = &d, .base = base, .next_phase = next_phase };
    uint32_t seen = 0;
    enum err_kind k = read_nomem(&r);
    if (k != ERR_OK) return k;
    if (n > INPUT_MAX) return err_set(e, ERR_TOO_LARGE, "more than %d bytes of Markdown", INPUT_MAX);
    if (!utf8((const unsigned char *)md, n)) return err_set(e, ERR_INVALID, "this is not UTF-8 text");
    if ((k = cut_lines(&r, md, n)) != ERR_OK || (k = find_heads(&r)) != ERR_OK) return k;
    if ((k = check_swallowed(&r)) != ERR_OK) return k;
    if ((k = read_title(&r)) != ERR_OK || (k = give_ids(&r)) != ERR_OK) return k;
    for (size_t i = 1; i < r.heads.n;)
        if ((k = read_one(&r, &i, &seen)) != ERR_OK) return k;
    return settle(&r, ret);
}
