/* Studies: building what a plan's steps read, and keeping the latest of them. */
#include "work/study.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/lock.h"
#include "work/codebase.h"

#define KEPT 24

struct studies {
    struct work_config config;
    struct lock lock; /* guards the list and what study.h says */
    struct cond built;
    struct study *list;
    int count;
    int64_t tick;
};

enum err_kind studies_new(const struct work_config *c, struct studies **ret, struct err *e)
{
    struct studies *s = calloc(1, sizeof *s);
    if (!s) return err_nomem(e);
    s->config = *c;
    lock_init(&s->lock);
    cond_init(&s->built);
    *ret = s;
    return ERR_OK;
}

static void study_free(struct study *st)
{
    for (size_t i = 0; i < st->brief.codebases.n; i++) {
        tree_unref(st->brief.codebases.v[i].part);
        tree_unref(st->brief.codebases.v[i].tree);
    }
    arena_free(st->arena);
    free(st);
}

void studies_free(struct studies *s)
{
    if (!s) return;
    while (s->list) {
        struct study *st = s->list;
        s->list = st->next;
        study_free(st);
    }
    cond_release(&s->built);
    lock_release(&s->lock);
    free(s);
}

/* --- building ------------------------------------------------------------------------------------------------------
 */
static enum err_kind read_request(struct study *st, const struct step_rows *rows, struct err *e)
{
    struct brief *b = &st->brief;
    struct plan_request *q = &st->request;
    enum err_kind k;
    if (!rows->ticket) return err_set(e, ERR_INTERNAL, "the plan has no ticket");
    if ((k = record_parse(&ticket_record, rows->ticket, strlen(rows->ticket), &b->ticket, st->arena, e)) != ERR_OK)
        return err_wrap(e, "stored ticket");
    if (rows->request &&
        (k = record_parse(&plan_request_record, rows->request, strlen(rows->request), q, st->arena, e)) != ERR_OK)
        return err_wrap(e, "stored request");
    b->constraints = q->constraints;
    b->timeline = q->timeline;
    b->resources = q->resources;
    b->links.v = q->links.v;
    b->links.n = q->links.n;
    b->mentions.v = q->mentions.v;
    b->mentions.n = q->mentions.n;
    b->mode = rows->plan.mode;
    b->code = q->code;
    for (size_t i = 0; i < rows->files.n; i++) {
        struct brief_file *f = arena_push(st->arena, &b->files, sizeof *f);
        if (!f) return err_nomem(e);
        *f = (struct brief_file){ .path = arena_dup(st->arena, rows->files.v[i].path),
                                  .content = arena_dup(st->arena, rows->files.v[i].content),
                                  .given = true };
    }
    return arena_check(st->arena, e);
}

static enum err_kind build(struct studies *s, struct study *st, const struct step_rows *rows, struct err *e)
{
    enum err_kind k = read_request(st, rows, e);
    size_t n = rows->bases.n ? rows->bases.n : 1;
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < n; i++) {
        struct codebase *c = arena_push(st->arena, &st->brief.codebases, sizeof *c);
        if (!c) return err_nomem(e);
        if ((k = codebase_open(&s->config, i < rows->bases.n ? &rows->bases.v[i] : NULL, st->arena, c, e)) != ERR_OK)
            return k;
    }
    if ((k = planner_read(&st->brief, st->arena, e)) != ERR_OK) return k;
    return arena_check(st->arena, e);
}

/* --- the cache ------------------------------------------------------------------------------------------------------
 */
static struct study *find(struct studies *s, int64_t plan, int64_t generation)
{
    for (struct study *st = s->list; st; st = st->next)
        if (st->plan == plan && st->generation == generation && !st->failed) return st;
    return NULL;
}

/* Lock held. Drops what is unused: failed ones, and the oldest while there are too many. */
static void trim(struct studies *s)
{
    for (;;) {
        struct study **oldest = NULL;
        for (struct study **at = &s->list; *at; at = &(*at)->next) {
            if ((*at)->refs || (!(*at)->failed && s->count <= KEPT)) continue;
            if (!oldest || (*at)->failed || (*at)->used < (*oldest)->used) oldest = at;
        }
        if (!oldest) return;
        struct study *st = *oldest;
        *oldest = st->next;
        s->count--;
        study_free(st);
    }
}

static struct study *placeholder(struct studies *s, const struct step_rows *rows)
{
    struct study *st = calloc(1, sizeof *st);
    if (!st || !(st->arena = arena_new(0))) {
        free(st);
        return NULL;
    }
    st->plan = rows->plan.n;
    st->generation = rows->plan.generation;
    st->refs = 1;
    st->building = true;
    st->next = s->list;
    s->list = st;
    s->count++;
    return st;
}

enum err_kind study_get(struct studies *s, const struct step_rows *rows, struct study **ret, struct err *e)
{
    struct study *st;
    enum err_kind k;
    lock_enter(&s->lock);
    while ((st = find(s, rows->plan.n, rows->plan.generation)) && st->building) cond_wait(&s->built, &s->lock);
    if (st) {
        st->refs++;
        st->used = ++s->tick;
        lock_leave(&s->lock);
        *ret = st;
        return ERR_OK;
    }
    st = placeholder(s, rows);
    lock_leave(&s->lock);
    if (!st) return err_nomem(e);
    k = build(s, st, rows, e);
    lock_enter(&s->lock);
    st->building = false;
    st->failed = k != ERR_OK;
    st->used = ++s->tick;
    cond_broadcast(&s->built);
    if (k != ERR_OK) st->refs--;
    trim(s);
    lock_leave(&s->lock);
    if (k == ERR_OK) *ret = st;
    return k;
}

void study_unref(struct studies *s, struct study *st)
{
    if (!st) return;
    HOLD(&s->lock);
    st->refs--;
    trim(s);
}
