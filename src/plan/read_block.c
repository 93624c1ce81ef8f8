/* Blocks of foreign text out of Markdown: paragraphs as text_block() wrote them, code in fences, labels of ours. */
#include "plan/read.h"

#include <string.h>

/* --- fences ---------------------------------------------------------------------------------------------------- */
static struct cut info_of(const struct line *l)
{
    struct cut c = cut_trim(l->c);
    char fence = *c.s;
    while (c.s < c.end && *c.s == fence) c.s++;
    return cut_trim(c);
}

/* Is the word of ours behind the fence? */
static bool says(const struct line *l, const char *what)
{
    struct cut c = info_of(l), word;
    while (c.s < c.end) {
        (void)cut_until(&c, " ", 0, &word);
        if (cut_is(word, what)) return true;
    }
    return false;
}

bool read_open_end(const struct reader *r, size_t open)
{
    return says(&r->lines.v[open], TEXT_OPEN_END);
}

const char *read_language(struct reader *r, size_t open)
{
    struct cut c = info_of(&r->lines.v[open]), word;
    (void)cut_until(&c, " ", 0, &word);
    if (word.s == word.end || cut_is(word, TEXT_REFERENCES) || cut_is(word, TEXT_OPEN_END)) return NULL;
    return arena_dup_n(r->a, word.s, (size_t)(word.end - word.s));
}

enum err_kind read_fence(struct reader *r, size_t open, int indent, const char **ret, size_t *ret_next)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    bool references = says(&r->lines.v[open], TEXT_REFERENCES);
    size_t i = open + 1;
    enum err_kind k;
    for (; r->lines.v[i].kind == LINE_CODE; i++) {
        struct cut c = r->lines.v[i].c;
        for (int in = 0; in < indent && c.s < c.end && *c.s == ' '; in++) c.s++;
        if (i > open + 1) buf_char(&b, '\n');
        if (references) read_references(c, &b);
        else buf_add(&b, c.s, (size_t)(c.end - c.s));
    }
    if ((k = buf_check(&b, r->e)) != ERR_OK) return k;
    if (ret_next) *ret_next = i + 1;
    if (ret) *ret = arena_dup_n(r->a, buf_cstr(&b), b.n);
    return ERR_OK;
}

/* --- text ------------------------------------------------------------------------------------------------------ */
struct block {
    struct buf b;
    bool begun, blank, below; /* below: a heading before says that no blank line follows it */
    bool head;                /* the one before was a heading */
    size_t marks;
};

/* "**Title** <!-- +##+ -->" */
struct bold_head { struct cut text; size_t level; bool above, below; };

static bool bold_head(struct cut c, struct bold_head *ret)
{
    struct bold_head h = { 0 };
    c = cut_trim(c);
    if (!cut_literal(&c, "**") || !cut_until(&c, "** <!--", 0, &h.text)) return false;
    while (cut_literal(&c, " ")) continue;
    h.above = cut_literal(&c, "+");
    while (cut_literal(&c, "#")) h.level++;
    h.below = cut_literal(&c, "+");
    while (cut_literal(&c, " ")) continue;
    *ret = h;
    return h.level >= 1 && h.level <= 6 && cut_is(c, "-->");
}

static void newlines(struct block *k, size_t n)
{
    for (; n > 0; n--) buf_char(&k->b, '\n');
    k->marks = 0;
    k->blank = false;
}

/* Line breaks up to the next line: a blank line means one, each mark one more. */
static void before_line(struct block *k, const struct bold_head *h)
{
    bool apart = k->blank || k->marks > 0 || h || k->head;
    if (!k->begun) newlines(k, k->marks);
    else newlines(k, !apart || k->below || (h && h->above) ? 1 : 2 + k->marks);
    k->begun = true;
    k->head = h != NULL;
    k->below = h && h->below;
}

static size_t block_fence(struct reader *r, struct block *k, size_t i)
{
    struct cut first = r->lines.v[i].c, info = first;
    int64_t indent = 0;
    before_line(k, NULL);
    if (cut_until(&info, " indent=", 0, &first)) {
        if (!cut_number(&info, &indent) || info.s != info.end || indent > TEXT_INDENT_MAX) {
            indent = 0;
            first = r->lines.v[i].c;
        }
    }
    for (;; i++) {
        struct cut c = r->lines.v[i].kind == LINE_OPEN ? first : r->lines.v[i].c;
        for (int64_t in = 0; in < indent && c.s < c.end; in++) buf_char(&k->b, ' ');
        buf_add(&k->b, c.s, (size_t)(c.end - c.s));
        if (r->lines.v[i].kind == LINE_CLOSE) return i;
        buf_char(&k->b, '\n');
    }
}

static bool comment(struct cut c)
{
    struct cut before;
    return cut_until(&c, "<!--", 0, &before);
}

static enum err_kind block_line(struct reader *r, struct block *k, size_t i)
{
    struct cut c = r->lines.v[i].c;
    struct bold_head h;
    if (cut_blank(c)) {
        k->blank = true;
        return ERR_OK;
    }
    if (cut_is(cut_trim(c), TEXT_BLANK_LINE)) {
        k->marks++;
        return ERR_OK;
    }
    if (bold_head(c, &h)) {
        before_line(k, &h);
        for (size_t n = 0; n < h.level; n++) buf_char(&k->b, '#');
        buf_char(&k->b, ' ');
        read_inline(h.text, &k->b);
        return ERR_OK;
    }
    if (comment(c)) return read_fail(r, i, "a comment cannot be kept here");
    before_line(k, NULL);
    read_row(c, &k->b);
    return ERR_OK;
}

enum err_kind read_block(struct reader *r, size_t from, size_t to, const char **ret)
{
    struct block k = { .b = BUF_INIT(BUF_MAX_DEFAULT) };
    enum err_kind e = ERR_OK;
    bool empty = false;
    for (size_t i = from; e == ERR_OK && i < to; i++) {
        if (cut_is(cut_trim(r->lines.v[i].c), TEXT_EMPTY) && r->lines.v[i].kind == LINE_TEXT) empty = true;
        else if (r->lines.v[i].kind == LINE_OPEN) i = block_fence(r, &k, i);
        else e = block_line(r, &k, i);
    }
    newlines(&k, k.marks);
    if (e == ERR_OK) e = buf_check(&k.b, r->e);
    if (e == ERR_OK) *ret = k.b.n > 0 || empty ? arena_dup_n(r->a, buf_cstr(&k.b), k.b.n) : NULL;
    buf_release(&k.b);
    return e;
}

/* --- labels ---------------------------------------------------------------------------------------------------- */
size_t read_find(const struct reader *r, size_t from, size_t to, const char *const *labels, size_t *ret_label)
{
    for (size_t i = from; i < to; i++) {
        struct cut c = cut_trim(r->lines.v[i].c);
        if (r->lines.v[i].kind != LINE_TEXT) continue;
        c.s += text_markers(c.s, c.end);
        for (size_t j = 0; labels[j]; j++) {
            if (!cut_begins(c, labels[j])) continue;
            if (ret_label) *ret_label = j;
            return i;
        }
    }
    return to;
}

/* --- what an editor may have done ------------------------------------------------------------------------------ */
/* The next line that says something, without blanks at its end. */
static struct cut next_line(const char **s)
{
    struct cut c;
    do {
        c.s = *s;
        c.end = c.s + strcspn(c.s, "\n");
        *s = *c.end ? c.end + 1 : c.end;
        while (c.end > c.s && strchr(" \t\r", c.end[-1])) c.end--;
    } while (c.s == c.end && **s);
    return c;
}

/* Rows of tables may be padded in any way. */
static bool same_row(struct cut x, struct cut y)
{
    for (;;) {
        while (x.s < x.end && strchr(" \t", *x.s)) x.s++;
        while (y.s < y.end && strchr(" \t", *y.s)) y.s++;
        if (x.s == x.end || y.s == y.end) return x.s == x.end && y.s == y.end;
        if (*x.s++ != *y.s++) return false;
    }
}

static bool same_line(struct cut x, struct cut y, bool markers)
{
    size_t n = (size_t)(x.end - x.s);
    if (markers && n > 0 && y.s < y.end && *x.s == '|' && *y.s == '|') return same_row(x, y);
    if (n != (size_t)(y.end - y.s)) return false;
    for (bool start = markers; n > 0; n--, x.s++, y.s++) {
        bool marks = start && strchr("-*+", *x.s) && strchr("-*+", *y.s) && n > 1 && x.s[1] == ' ';
        if (*x.s != *y.s && !marks) return false;
        start = start && *x.s == ' ';
    }
    return true;
}

/* Does a line begin something of its own, so that it cannot be the rest of the one before? */
static bool begins_block(const char *s)
{
    const char *digits = s + strspn(s, "0123456789");
    if (strchr("#>|", *s) && *s) return true;
    if (strchr("-*+", *s) && *s && s[1] == ' ') return true;
    return digits > s && (*digits == '.' || *digits == ')') && digits[1] == ' ';
}

/* The text as one row of words, with a line break before what begins a block: where its lines end is no difference. */
void read_unwrap(const char *s, struct buf *b)
{
    if (strstr(s, "```") || strstr(s, "~~~") || strstr(s, "\n    ")) { /* code keeps its lines */
        buf_str(b, s);
        return;
    }
    for (bool start = true; *s; start = false) {
        size_t gap = strspn(s, " \t\r\n");
        bool line = memchr(s, '\n', gap) != NULL || start;
        s += gap;
        if (line && begins_block(s)) {
            buf_char(b, '\n');
            if (strchr("-*+", *s)) buf_char(b, '-'), s++;
        } else if (gap && *s) {
            buf_char(b, ' ');
        }
        gap = strcspn(s, " \t\r\n");
        buf_add(b, s, gap);
        s += gap;
    }
}

/* Prose whose lines were broken elsewhere. */
static bool same_unwrapped(struct reader *r, const char *s, const char *base)
{
    auto_buf x = BUF_INIT(BUF_MAX_DEFAULT), y = BUF_INIT(BUF_MAX_DEFAULT);
    read_unwrap(s, &x);
    read_unwrap(base, &y);
    r->nomem = r->nomem || x.failed != ERR_OK || y.failed != ERR_OK;
    return !r->nomem && strcmp(buf_cstr(&x), buf_cstr(&y)) == 0;
}

const char *read_settle(struct reader *r, const char *s, const char *base, bool markers)
{
    const char *x = s, *y = base;
    bool same = true;
    if (!s || !base || strcmp(s, base) == 0) return s;
    while (same && (*x || *y)) same = same_line(next_line(&x), next_line(&y), markers);
    if (!same && !(markers && same_unwrapped(r, s, base))) return s;
    return arena_dup(r->a, base);
}
