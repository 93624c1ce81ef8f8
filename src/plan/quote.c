/* Finding quoted text in a document again, by its words alone. */
#include "pland/plan/dialogue.h"

#include <string.h>

enum { WORDS_MAX = 8 << 20, ELSEWHERE_BYTES = 12 }; /* a shorter quote is found anywhere: it is not followed there */

/* --- words ------------------------------------------------------------------------------------------------------ */
/* Bytes of a character that is no part of a word; 0: it is one. Dashes, quotation marks and dots of typographers begin
 * with e2 80. */
static size_t between(const unsigned char *s, size_t n)
{
    unsigned char c = s[0];
    if (c == 0xc2 && n > 1 && (s[1] == 0xa0 || s[1] == 0xab || s[1] == 0xbb)) return 2;
    if (c == 0xe2 && n > 2 && s[1] == 0x80) return 3;
    if (c >= 0x80) return 0;
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ? 0 : 1;
}

/* The words, one blank between them and before the first; goes on where the last call ended. */
static void add_words(struct buf *b, const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;
    bool gap = true;
    for (size_t i = 0; i < n;) {
        size_t skip = between(p + i, n - i);
        if (skip) {
            gap = true;
            i += skip;
            continue;
        }
        if (gap) buf_char(b, ' ');
        gap = false;
        buf_char(b, (char)p[i++]);
    }
}

static enum err_kind take(struct buf *b, struct arena *a, const char **ret, struct err *e)
{
    enum err_kind k = buf_check(b, e);
    if (k != ERR_OK) return k;
    *ret = arena_dup_n(a, buf_cstr(b), b->n);
    buf_clear(b);
    return arena_check(a, e);
}

static void add_values(const json_t *v, struct buf *b)
{
    const char *key;
    const json_t *member;
    size_t i;
    if (json_is_string(v)) add_words(b, json_string_value(v), json_string_length(v));
    json_array_foreach((json_t *)(uintptr_t)v, i, member) add_values(member, b);
    if (json_is_object(v))
        json_object_foreach((json_t *)(uintptr_t)v, key, member) add_values(member, b);
}

/* --- sections --------------------------------------------------------------------------------------------------- */
/* The id of a line's anchor when it begins a section: of a step it does not. */
static bool begins(const char *line, size_t n, const char **ret_id, size_t *ret_n)
{
    const char *at = memmem(line, n, "<!-- ", 5), *end = at ? memmem(at, n - (size_t)(at - line), " -->", 4) : NULL;
    if (!end || (line[0] != '#' && line[0] != '<')) return false;
    *ret_id = at + 5;
    *ret_n = (size_t)(end - at - 5);
    return !memchr(*ret_id, '.', *ret_n);
}

static enum err_kind add_page(struct quotable *q, const char *markdown, struct arena *a, struct err *e)
{
    auto_buf b = BUF_INIT(WORDS_MAX);
    struct quotable_section *in = NULL;
    enum err_kind k = ERR_OK;
    while (k == ERR_OK && *markdown) {
        size_t n = strcspn(markdown, "\n"), n_id;
        const char *id;
        if (begins(markdown, n, &id, &n_id)) {
            if (in) k = take(&b, a, &in->page, e);
            in = NULL;
            for (size_t i = 0; i < q->sections.n && !in; i++)
                if (strlen(q->sections.v[i].id) == n_id && memcmp(q->sections.v[i].id, id, n_id) == 0)
                    in = &q->sections.v[i];
        }
        if (in) add_words(&b, markdown, n);
        markdown += n + (markdown[n] != '\0');
    }
    return k == ERR_OK && in ? take(&b, a, &in->page, e) : k;
}

enum err_kind quotable_make(const section_list *sections, const char *markdown, struct arena *a, struct quotable *ret,
                            struct err *e)
{
    auto_buf b = BUF_INIT(WORDS_MAX);
    struct quotable q = { 0 };
    for (size_t i = 0; i < sections->n; i++) {
        struct quotable_section *s = arena_push(a, &q.sections, sizeof *s);
        auto_json v = NULL;
        enum err_kind k = s ? json_parse(sections->v[i].bytes, sections->v[i].n, &v, e) : arena_check(a, e);
        if (k != ERR_OK) return k;
        s->id = sections->v[i].id;
        add_values(json_object_get(v, "body"), &b);
        if ((k = take(&b, a, &s->values, e)) != ERR_OK) return k;
    }
    if (markdown) {
        enum err_kind k = add_page(&q, markdown, a, e);
        if (k != ERR_OK) return k;
    }
    *ret = q;
    return ERR_OK;
}

/* --- finding ---------------------------------------------------------------------------------------------------- */
bool quote_says(const char *quote)
{
    auto_buf b = BUF_INIT(WORDS_MAX);
    add_words(&b, quote, strlen(quote));
    return b.n > 0;
}

/* A selection may begin and end within a word: the blank before its first is not looked for. */
static bool holds(const struct quotable_section *s, const char *words)
{
    if (*words == ' ') words++;
    return (s->values && strstr(s->values, words)) || (s->page && strstr(s->page, words));
}

static const struct quotable_section *section_at(const struct quotable *q, const char *id)
{
    for (size_t i = 0; i < q->sections.n; i++)
        if (strcmp(q->sections.v[i].id, id) == 0) return &q->sections.v[i];
    return NULL;
}

static enum err_kind words_of(const char *quote, struct arena *a, const char **ret, struct err *e)
{
    auto_buf b = BUF_INIT(WORDS_MAX);
    *ret = NULL;
    if (!quote) return ERR_OK;
    add_words(&b, quote, strlen(quote));
    return take(&b, a, ret, e);
}

enum err_kind quotable_holds(const struct quotable *q, const char *section, const char *quote, struct arena *a,
                             bool *ret, struct err *e)
{
    const struct quotable_section *s = section_at(q, section);
    const char *words;
    enum err_kind k = words_of(quote, a, &words, e);
    if (k == ERR_OK) *ret = s && (!words || holds(s, words));
    return k;
}

enum err_kind quotable_follow(const struct quotable *q, const char *section, const char *quote, struct arena *a,
                              const char **ret, struct err *e)
{
    const struct quotable_section *s = section_at(q, section);
    const char *words, *found = NULL;
    size_t n = 0;
    enum err_kind k = words_of(quote, a, &words, e);
    *ret = NULL;
    if (k != ERR_OK) return k;
    if (s && (!words || holds(s, words))) *ret = s->id;
    if (*ret || !words || strlen(words) < ELSEWHERE_BYTES) return ERR_OK;
    for (size_t i = 0; i < q->sections.n; i++) {
        if (!holds(&q->sections.v[i], words)) continue;
        found = q->sections.v[i].id;
        n++;
    }
    if (n == 1) *ret = found;
    return ERR_OK;
}
