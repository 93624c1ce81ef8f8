/* Two texts line by line, with their sections, and blocks that stand at another place now. */
#include "plan/compare.h"

#include <string.h>

enum { MOVED_BYTES = 30, CANDIDATES = 64, BUCKETS = 4096 };

struct comparing {
    struct sides sides;
    op_list ops;
    struct arena *a;
    struct comparison *ret;
    size_t *from_at, *to_at;             /* line of the comparison for each line of a side */
    size_t *next, buckets[BUCKETS];      /* added lines by hash: index + 1, chained */
};

/* --- sections --------------------------------------------------------------------------------------------------- */
/* The id in a line's anchor; NULL: there is none, or it is a step's. */
static const char *anchor_of(const struct line *l, struct arena *a)
{
    const char *at = l->n && (l->p[0] == '#' || l->p[0] == '<') ? memmem(l->p, l->n, "<!-- ", 5) : NULL, *end;
    if (!at) return NULL;
    end = memmem(at, l->n - (size_t)(at - l->p), " -->", 4);
    if (!end || memchr(at, '.', (size_t)(end - at))) return NULL;
    return arena_dup_n(a, at + 5, (size_t)(end - at - 5));
}

static enum err_kind list_lines(struct comparing *c, struct err *e)
{
    const char *section[2] = { "", "" };
    if (!(c->ret->lines.v = arena_alloc(c->a, (c->ops.n + 1) * sizeof *c->ret->lines.v))) return arena_check(c->a, e);
    for (size_t i = 0; i < c->ops.n; i++) {
        const struct op *op = &c->ops.v[i];
        bool old = op->mark != '+', new = op->mark != '-';
        const struct line *l = new ? &c->sides.to.v[op->to] : &c->sides.from.v[op->from];
        const char *id = anchor_of(l, c->a);
        if (id && old) section[0] = id;
        if (id && new) section[1] = id;
        c->ret->lines.v[c->ret->lines.n++] = (struct compared_line){
                                        .mark = op->mark,
                                        .from = old ? op->from + 1 : 0,
                                        .to = new ? op->to + 1 : 0,
                                        .text = l->p,
                                        .n = l->n - (l->n && l->p[l->n - 1] == '\n'),
                                        .section = section[new] };
        if (old) c->from_at[op->from] = i;
        if (new) c->to_at[op->to] = i;
    }
    return ERR_OK;
}

/* --- moved blocks ----------------------------------------------------------------------------------------------- */
static bool is_free(const struct comparing *c, const size_t *at, size_t i)
{
    return !c->ret->lines.v[at[i]].moved;
}

/* How many changed lines from i and j on are the same; *ret_bytes: what they hold. */
static size_t run(const struct comparing *c, size_t i, size_t j, size_t *ret_bytes)
{
    size_t n = 0;
    *ret_bytes = 0;
    while (i + n < c->sides.from.n && j + n < c->sides.to.n && c->sides.from.v[i + n].changed &&
           c->sides.to.v[j + n].changed && is_free(c, c->from_at, i + n) && is_free(c, c->to_at, j + n) &&
           line_same(&c->sides.from.v[i + n], &c->sides.to.v[j + n])) {
        const struct line *l = &c->sides.from.v[i + n++];
        for (size_t k = 0; k < l->n; k++) *ret_bytes += l->p[k] > ' ' || l->p[k] < 0;
    }
    return n;
}

static enum err_kind keep_block(struct comparing *c, size_t i, size_t j, size_t n, struct err *e)
{
    struct moved_block *slot = arena_push(c->a, &c->ret->blocks, sizeof *slot);
    if (!slot) return arena_check(c->a, e);
    *slot = (struct moved_block){ i + 1, j + 1, n, c->ret->lines.v[c->from_at[i]].section,
                                  c->ret->lines.v[c->to_at[j]].section };
    for (size_t k = 0; k < n; k++) {
        c->ret->lines.v[c->from_at[i + k]].moved = j + k + 1;
        c->ret->lines.v[c->to_at[j + k]].moved = i + k + 1;
    }
    return ERR_OK;
}

static enum err_kind find_blocks(struct comparing *c, struct err *e)
{
    for (size_t j = c->sides.to.n; j-- > 0;) {
        size_t *head = &c->buckets[c->sides.to.v[j].hash % BUCKETS];
        if (!c->sides.to.v[j].changed) continue;
        c->next[j] = *head;
        *head = j + 1;
    }
    for (size_t i = 0; i < c->sides.from.n; i++) {
        size_t best = 0, where = 0, bytes, tried = 0;
        if (!c->sides.from.v[i].changed || !is_free(c, c->from_at, i)) continue;
        for (size_t j = c->buckets[c->sides.from.v[i].hash % BUCKETS]; j && tried++ < CANDIDATES; j = c->next[j - 1]) {
            size_t n = run(c, i, j - 1, &bytes);
            if (bytes < MOVED_BYTES || n <= best) continue;
            best = n;
            where = j - 1;
        }
        if (best && keep_block(c, i, where, best, e) != ERR_OK) return e->kind;
    }
    return ERR_OK;
}

enum err_kind compare_lines(const struct sides *sides, const char *from_name, const char *to_name, struct arena *a,
                            struct comparison *ret, struct err *e)
{
    struct comparing *c = arena_alloc(a, sizeof *c);
    auto_buf unified = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    if (!c) return arena_check(a, e);
    c->sides = *sides;
    if ((k = diff_mark(&c->sides, a, e)) != ERR_OK || (k = diff_ops(&c->sides, a, &c->ops, e)) != ERR_OK) return k;
    c->a = a;
    c->ret = ret;
    c->from_at = arena_alloc(a, (c->sides.from.n + 1) * sizeof *c->from_at);
    c->to_at = arena_alloc(a, (c->sides.to.n + 1) * sizeof *c->to_at);
    c->next = arena_alloc(a, (c->sides.to.n + 1) * sizeof *c->next);
    if ((k = arena_check(a, e)) != ERR_OK || (k = list_lines(c, e)) != ERR_OK || (k = find_blocks(c, e)) != ERR_OK)
        return k;
    diff_unified(&c->sides, &c->ops, from_name, to_name, &unified);
    if ((k = buf_check(&unified, e)) != ERR_OK) return k;
    ret->unified = arena_dup_n(a, buf_cstr(&unified), unified.n);
    ret->n_unified = unified.n;
    return arena_check(a, e);
}
