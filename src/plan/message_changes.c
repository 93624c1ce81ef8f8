/* What messages ask to be changed: sections with what is to be done to them, and orders on phases. */
#include "plan/message_reading.h"

#include <strings.h>

/* "P3", "ph3", "phase 3", "phases 3" as "P3" or "ph3". */
static bool take_phase(struct reading *r, struct words *c, const char **ret)
{
    struct words t = *c;
    const char *prefix = "P";
    int64_t n;
    (void)words_take(&t, "the ");
    if (!words_take(&t, "phase ") && !words_take(&t, "phases ")) {
        if (t.p < t.end && (*t.p == 'P' || *t.p == 'p')) t.p++;
        else return false;
        if (t.p < t.end && (*t.p == 'H' || *t.p == 'h')) {
            prefix = "ph";
            t.p++;
        }
    }
    if ((n = words_number(&t)) < 0 || (t.p < t.end && words_is_word(*t.p))) return false;
    *ret = arena_fmt(r->a, "%s%lld", prefix, (long long)n);
    *c = t;
    return true;
}

/* One of the document's fixed sections, by its id. */
static bool take_section(struct words *c, const char **ret)
{
    for (size_t i = 0; section_id(i); i++)
        if (words_take(c, section_id(i))) return *ret = section_id(i), true;
    return false;
}

static void push_text(struct reading *r, struct message_action *t, const char *s)
{
    const char **slot;
    for (size_t i = 0; i < t->sections.n; i++)
        if (s && strcasecmp(t->sections.v[i], s) == 0) return;
    if ((slot = arena_push(r->a, &t->sections, sizeof *slot))) *slot = s;
}

/* "P2, P3 and risks:", or nothing but the colon; false: it is something else. */
static bool take_targets(struct reading *r, struct words *c, struct message_action *ret)
{
    static const char *const joints[] = { ", and ", ",", "and ", NULL };
    const char *id;
    while (c->p < c->end && *c->p != ':') {
        if (!take_phase(r, c, &id) && !take_section(c, &id)) return false;
        push_text(r, ret, id);
        while (c->p < c->end && *c->p == ' ') c->p++;
        if (!words_take_any(c, joints) && c->p < c->end && *c->p != ':') return false;
    }
    if (c->p == c->end) return false;
    c->p++;
    *c = words_trim(*c);
    return c->p < c->end;
}

bool message_read_refine(struct reading *r, struct words c)
{
    static const char *const words[] = { "refine", "change", NULL };
    bool said = words_take_any(&c, words);
    struct message_action t = { .kind = MESSAGE_REFINE, .usd = -1, .tokens = -1 };
    if (!take_targets(r, &c, &t) || (!said && !t.sections.n)) return false;
    message_close(r);
    *message_add(r, MESSAGE_REFINE) = t;
    message_opens(r, c, true);
    return true;
}

/* A verb and the first of the phases. */
static bool take_order(struct reading *r, struct words *c, const char **ret)
{
    static const char *const verbs[] = { "split", "drop",   "remove",   "delete",  "skip", "merge", "join", "combine",
                                         "move",  "rename", "estimate", "reorder", "swap", NULL };
    return words_take_any(c, verbs) && take_phase(r, c, ret);
}

/* "…, rename P1 to Storage and estimate P1 4h": where the next order of the line begins, and what stands before it. */
static bool next_order(struct reading *r, struct words c, struct words *ret_before, struct words *ret_next)
{
    static const char *const joints[] = { ",", ";", "and then", "and", "then", NULL };
    const char *id;
    for (const char *p = c.p; p < c.end; p++) {
        struct words rest = { p, c.end }, order;
        if (p > c.p && words_is_word(*p) && words_is_word(p[-1])) continue;
        if (!words_take_any(&rest, joints)) continue;
        while (words_take_any(&rest, joints)) continue;
        order = rest;
        if (!take_order(r, &order, &id)) continue;
        *ret_before = (struct words){ c.p, p };
        *ret_next = rest;
        return true;
    }
    return false;
}

/* An order on phases is an instruction as it stands; it is about every phase that it names. */
static void add_order(struct reading *r, struct words c)
{
    struct message_action t = { .kind = MESSAGE_REFINE, .usd = -1, .tokens = -1 };
    const char *id;
    for (const char *from = c.p; c.p < c.end; c.p++) {
        struct words rest = c;
        if ((c.p > from && words_is_word(c.p[-1])) || !take_phase(r, &rest, &id)) continue;
        push_text(r, &t, id);
        c.p = rest.p - 1;
    }
    *message_add(r, MESSAGE_REFINE) = t;
}

bool message_read_order(struct reading *r, struct words c)
{
    struct words begin = c, one, next;
    const char *id;
    if (!take_order(r, &begin, &id)) return false;
    for (bool more = true; more; c = next) {
        one = next = c;
        more = next_order(r, c, &one, &next);
        message_close(r);
        add_order(r, one);
        message_opens(r, one, !more);
    }
    return true;
}
