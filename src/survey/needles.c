/* The first two bytes decide, by a bit each, whether a place is worth a comparison. */
#include "survey/needles.h"

#include <string.h>

struct needles *needles_new(struct arena *a, size_t n)
{
    struct needles *p = arena_alloc(a, sizeof *p);
    if (!p) return NULL;
    p->v = arena_alloc(a, (n + 1) * sizeof *p->v);
    p->room = n;
    return p->v ? p : NULL;
}

static unsigned pair_of(const char *p)
{
    return (unsigned)(unsigned char)p[0] | (unsigned)(unsigned char)p[1] << 8;
}

static unsigned bucket(unsigned pair)
{
    return (pair ^ pair >> 6) % NEEDLE_BUCKETS;
}

void needles_add(struct needles *p, const char *text, int tag)
{
    unsigned pair = pair_of(text);
    if (p->n == p->room) return;
    p->n++;
    p->v[p->n].text = text;
    p->v[p->n].n = strlen(text);
    p->v[p->n].tag = tag;
    p->v[p->n].next = p->heads[bucket(pair)];
    p->heads[bucket(pair)] = (int)p->n;
    p->seen[pair >> 3] |= (uint8_t)(1u << (pair & 7));
}

bool needles_next(const struct needles *p, struct needle_walk *w, int *ret_tag, const char **ret_at)
{
    for (;;) {
        unsigned pair = 0;
        for (size_t i = (size_t)w->next; i; i = (size_t)w->next) {
            const char *at = w->at - 1; /* the place whose bucket is being walked */
            w->next = p->v[i].next;
            if ((size_t)(w->end - at) < p->v[i].n || memcmp(at, p->v[i].text, p->v[i].n) != 0) continue;
            if (++w->hits > NEEDLE_HITS) return false;
            *ret_tag = p->v[i].tag;
            *ret_at = at;
            return true;
        }
        for (; w->at + 1 < w->end; w->at++) {
            pair = pair_of(w->at);
            if (p->seen[pair >> 3] & (1u << (pair & 7))) break;
        }
        if (w->at + 1 >= w->end) return false;
        w->next = p->heads[bucket(pair)];
        w->at++;
    }
}
