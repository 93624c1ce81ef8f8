/* Which lines of two texts differ: what the diffs for patch, for tools and for people are made of. */
#ifndef PLAN_DIFF_H
#define PLAN_DIFF_H

#include <string.h>

#include "pland/plan/document.h"

struct line {
    const char *p;
    size_t n; /* with its line break, if it has one */
    uint32_t hash;
    bool changed;
};
typedef LIST(struct line) line_list;
struct sides { line_list from, to; };
struct op {
    char mark; /* ' ', '-' or '+' */
    size_t from, to; /* lines before this one, on both sides */
};
typedef LIST(struct op) op_list;

static inline bool line_same(const struct line *x, const struct line *y)
{
    return x->hash == y->hash && x->n == y->n && (x->p == y->p || memcmp(x->p, y->p, x->n) == 0);
}

/* The lines of a text, put behind those that are there: l has room for them. Lines are borrowed from the text. */
size_t diff_count_lines(const char *s, size_t n);
void diff_cut_lines(const char *s, size_t n, line_list *l);
/* Marks the lines that changed. */
_must_check_ enum err_kind diff_mark(struct sides *s, struct arena *a, struct err *e);
_must_check_ enum err_kind diff_ops(const struct sides *s, struct arena *a, op_list *ret, struct err *e);
void diff_unified(const struct sides *s, const op_list *ops, const char *from_name, const char *to_name, struct buf *b);

#endif
