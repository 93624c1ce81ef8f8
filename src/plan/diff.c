/* Unified diff of two texts by line: common head and tail cut off, then Myers' greedy algorithm up to a bounded number
 * of edits; beyond it the middle is shown as replaced. */
#include "plan/diff.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum { CONTEXT = 3, EDITS_MAX = 1500 };

/* Eight bytes at a time: equal lines have equal hashes, and that is all that is asked of it. */
static uint32_t line_hash(const char *s, size_t n)
{
    uint64_t h = n * 0x9e3779b97f4a7c15u, x;
    for (; n >= sizeof x; s += sizeof x, n -= sizeof x) {
        memcpy(&x, s, sizeof x);
        h = (h ^ x) * 0x9e3779b97f4a7c15u;
        h ^= h >> 29;
    }
    x = 0;
    memcpy(&x, s, n);
    h = (h ^ x) * 0x9e3779b97f4a7c15u;
    return (uint32_t)(h >> 32);
}

size_t diff_count_lines(const char *s, size_t n)
{
    size_t lines = n > 0 && s[n - 1] != '\n';
    for (size_t i = 0, part; i < n; i += part) { /* few enough for a sum of one byte: many of these are made at once */
        unsigned char breaks = 0;
        part = n - i < UCHAR_MAX ? n - i : UCHAR_MAX;
        for (size_t j = 0; j < part; j++) breaks = (unsigned char)(breaks + (s[i + j] == '\n'));
        lines += breaks;
    }
    return lines;
}

void diff_cut_lines(const char *s, size_t n, line_list *l)
{
    for (const char *end = s + n; s < end; s += n) {
        const char *eol = memchr(s, '\n', (size_t)(end - s));
        n = eol ? (size_t)(eol - s) + 1 : (size_t)(end - s);
        l->v[l->n++] = (struct line){ .p = s, .n = n, .hash = line_hash(s, n) };
    }
}

/* --- which lines change ---------------------------------------------------------------------------------------- */
/* The part between common head and tail. v[d] holds, for each diagonal k = -d, -d+2 … d, how far d edits reach. */
struct middle {
    struct line *x, *y;
    int64_t n, m;
    int32_t *v[EDITS_MAX + 1];
};

static int64_t follow(const struct middle *s, int64_t x, int64_t k)
{
    while (x < s->n && x - k < s->m && line_same(&s->x[x], &s->y[x - k])) x++;
    return x;
}

/* Whether the best way to diagonal k with d edits ends with an insertion (down from k + 1). */
static bool goes_down(const int32_t *before, int64_t d, int64_t k)
{
    return k == -d || (k != d && before[k - 1 + d - 1] < before[k + 1 + d - 1]);
}

static int64_t reach(const struct middle *s, int64_t d, int64_t k)
{
    const int32_t *before;
    if (d == 0) return follow(s, 0, 0);
    before = s->v[d - 1];
    return follow(s, goes_down(before, d, k) ? before[k + 1 + d - 1] : before[k - 1 + d - 1] + 1, k);
}

/* Walks back from the end and marks the lines that were deleted and inserted. */
static void mark_edits(struct middle *s, int64_t d)
{
    int64_t x = s->n, y = s->m;
    for (; d > 0; d--) {
        const int32_t *before = s->v[d - 1];
        int64_t k = x - y;
        bool down = goes_down(before, d, k);
        k = down ? k + 1 : k - 1;
        x = before[k + d - 1];
        y = x - k;
        if (down) s->y[y].changed = true;
        else s->x[x].changed = true;
    }
}

static void mark_all(struct middle *s)
{
    for (int64_t i = 0; i < s->n; i++) s->x[i].changed = true;
    for (int64_t i = 0; i < s->m; i++) s->y[i].changed = true;
}

static enum err_kind compare(struct middle *s, struct arena *a, struct err *e)
{
    for (int64_t d = 0; d <= EDITS_MAX; d++) {
        s->v[d] = arena_alloc(a, (size_t)(2 * d + 1) * sizeof **s->v);
        if (!s->v[d]) return arena_check(a, e);
        for (int64_t k = -d; k <= d; k += 2) { /* may run past the ends of the texts, but never back to their corner */
            int64_t x = reach(s, d, k);
            s->v[d][k + d] = (int32_t)x;
            if (x < s->n || x - k < s->m) continue;
            mark_edits(s, d);
            return ERR_OK;
        }
    }
    mark_all(s);
    return ERR_OK;
}

enum err_kind diff_mark(struct sides *s, struct arena *a, struct err *e)
{
    struct middle mid = { 0 };
    size_t head = 0, tail = 0;
    size_t least = s->from.n < s->to.n ? s->from.n : s->to.n;
    while (head < least && line_same(&s->from.v[head], &s->to.v[head])) head++;
    while (tail < least - head && line_same(&s->from.v[s->from.n - 1 - tail], &s->to.v[s->to.n - 1 - tail])) tail++;
    mid.n = (int64_t)(s->from.n - head - tail);
    mid.m = (int64_t)(s->to.n - head - tail);
    if (mid.n) mid.x = s->from.v + head;
    if (mid.m) mid.y = s->to.v + head;
    return compare(&mid, a, e);
}

/* --- output ---------------------------------------------------------------------------------------------------- */
enum err_kind diff_ops(const struct sides *s, struct arena *a, op_list *ret, struct err *e)
{
    size_t i = 0, j = 0, most = s->to.n + 1;
    for (size_t k = 0; k < s->from.n; k++) most += s->from.v[k].changed;
    if (!(ret->v = arena_alloc(a, most * sizeof *ret->v))) return arena_check(a, e);
    while (i < s->from.n || j < s->to.n) {
        struct op *op = &ret->v[ret->n++];
        *op = (struct op){ .mark = ' ', .from = i, .to = j };
        if (i < s->from.n && s->from.v[i].changed) op->mark = '-';
        else if (j < s->to.n && s->to.v[j].changed) op->mark = '+';
        i += op->mark != '+';
        j += op->mark != '-';
    }
    return ERR_OK;
}

static void range(struct buf *b, size_t before, size_t n)
{
    buf_fmt(b, "%zu,%zu", n ? before + 1 : before, n);
}

static void hunk(const struct sides *s, const struct op *v, size_t n, struct buf *b)
{
    size_t from = 0, to = 0;
    for (size_t i = 0; i < n; i++) from += v[i].mark != '+', to += v[i].mark != '-';
    buf_str(b, "@@ -");
    range(b, v[0].from, from);
    buf_str(b, " +");
    range(b, v[0].to, to);
    buf_str(b, " @@\n");
    for (size_t i = 0; i < n; i++) {
        const struct line *l = v[i].mark == '+' ? &s->to.v[v[i].to] : &s->from.v[v[i].from];
        buf_char(b, v[i].mark);
        buf_add(b, l->p, l->n);
        if (l->p[l->n - 1] != '\n') buf_str(b, "\n\\ No newline at end of file\n");
    }
}

/* Changes with at most two contexts between them share a hunk. */
static void hunks(const struct sides *s, const op_list *ops, struct buf *b)
{
    size_t i = 0;
    while (i < ops->n) {
        size_t start, last = i;
        if (ops->v[i].mark == ' ') {
            i++;
            continue;
        }
        start = i > CONTEXT ? i - CONTEXT : 0;
        for (; i < ops->n && i - last <= 2 * CONTEXT + 1; i++)
            if (ops->v[i].mark != ' ') last = i;
        i = last + 1 + CONTEXT < ops->n ? last + 1 + CONTEXT : ops->n;
        hunk(s, ops->v + start, i - start, b);
    }
}

void diff_unified(const struct sides *s, const op_list *ops, const char *from_name, const char *to_name, struct buf *b)
{
    bool any = false;
    for (size_t i = 0; i < ops->n && !any; i++) any = ops->v[i].mark != ' ';
    if (!any) return;
    buf_fmt(b, "--- %s\n+++ %s\n", from_name, to_name);
    hunks(s, ops, b);
}

static enum err_kind lines_of(const char *s, struct arena *a, line_list *ret, struct err *e)
{
    size_t n = strlen(s);
    if (!(ret->v = arena_alloc(a, (diff_count_lines(s, n) + 1) * sizeof *ret->v))) return arena_check(a, e);
    diff_cut_lines(s, n, ret);
    return ERR_OK;
}

enum err_kind text_diff(const char *from, const char *to, const char *from_name, const char *to_name, struct buf *b,
                        struct err *e)
{
    auto_arena a = arena_new(0);
    struct sides s = { 0 };
    op_list ops = { 0 };
    enum err_kind k = a ? ERR_OK : err_nomem(e);
    if (k == ERR_OK && strcmp(from, to) == 0) return ERR_OK;
    if (k == ERR_OK) k = lines_of(from, a, &s.from, e);
    if (k == ERR_OK) k = lines_of(to, a, &s.to, e);
    if (k == ERR_OK) k = diff_mark(&s, a, e);
    if (k == ERR_OK) k = diff_ops(&s, a, &ops, e);
    if (k != ERR_OK) return k;
    diff_unified(&s, &ops, from_name, to_name, b);
    return buf_check(b, e);
}
