/* Gathers the file changes of all steps in plan order, and notes at each path when it comes and goes. */
#include "check/inner.h"

#include <string.h>

static void event_add(struct checking *c, struct spot *s, enum event_kind kind, size_t order, size_t phase)
{
    struct spot_event *v = s ? arena_alloc(c->work, sizeof *v) : NULL;
    if (!v) return;
    *v = (struct spot_event){ .kind = kind, .order = order, .phase = phase };
    if (s->last) s->last->next = v;
    else s->first = v;
    s->last = v;
}

static void folders_made(struct checking *c, const struct spot *s)
{
    char *path = arena_dup(c->work, s->path);
    for (char *slash = path ? strrchr(path, '/') : NULL; slash; slash = strrchr(path, '/')) {
        struct spot *up;
        *slash = '\0';
        up = spot_of(c, s->base, path);
        if (!up || up->made_folder) return;
        up->made_folder = true;
    }
}

static void made(struct checking *c, struct spot *s, size_t order, size_t phase)
{
    struct made *m = s ? arena_alloc(c->work, sizeof *m) : NULL;
    struct made **at;
    if (!m) return;
    event_add(c, s, EVENT_MADE, order, phase);
    folders_made(c, s);
    at = &c->made[name_hash(words_base(s->path)) % MADE_BUCKETS];
    *m = (struct made){ s, *at };
    *at = m;
}

void touch_add(struct checking *c, const struct file_change *f, const char *anchor, size_t phase)
{
    struct touch *t = arena_push(c->work, &c->touches, sizeof *t);
    if (!t) return;
    *t = (struct touch){ .f = f, .anchor = anchor, .order = c->touches.n - 1, .phase = phase };
    t->form = spot_find(c, f->path, &t->spot);
    t->from_form = FORM_BAD;
    if (f->change == CHANGE_RENAME && !words_blank(f->from)) t->from_form = spot_find(c, f->from, &t->from);
    switch ((enum change)f->change) {
    case CHANGE_CREATE: made(c, t->spot, t->order, phase); break;
    case CHANGE_DELETE: event_add(c, t->spot, EVENT_GONE, t->order, phase); break;
    case CHANGE_RENAME:
        event_add(c, t->from, EVENT_GONE, t->order, phase);
        made(c, t->spot, t->order, phase);
        break;
    case CHANGE_MODIFY: break;
    }
}

void touches_collect(struct checking *c)
{
    c->phase_end = arena_alloc(c->work, (c->d->phases.n + 1) * sizeof *c->phase_end);
    if (!c->phase_end) return;
    for (size_t p = 0; p < c->d->phases.n; p++) {
        const struct phase *ph = &c->d->phases.v[p];
        for (size_t s = 0; s < ph->steps.n; s++)
            for (size_t f = 0; f < ph->steps.v[s].files.n; f++)
                touch_add(c, &ph->steps.v[s].files.v[f], ph->steps.v[s].id ? ph->steps.v[s].id : ph->id, p);
        c->phase_end[p] = c->touches.n;
    }
}
