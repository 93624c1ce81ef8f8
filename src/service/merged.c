/* Code that came in by a push or a merge: which codebases are fetched for it, and which plans that were handed off it
 * is held against. */
#include <string.h>
#include "pland/service/sources.h"
#include "pland/store/imports.h"
#include "pland/store/repositories.h"
#include "service/handoff.h"
#include "service/parts.h"
#include "service/verify.h"

enum { PLANS_MAX = 200 }; /* of a codebase, the newest */

/* --- codebases ---------------------------------------------------------------------------------------------------- */
/* "https://github.com/acme/api.git", "git@github.com:acme/api", "ssh://git@github.com/acme/api": host and path. */
static void place(const char *url, char ret[400])
{
    const char *s = strstr(url, "://"), *at;
    size_t n;
    s = s ? s + 3 : url;
    at = strchr(s, '@');
    if (at && at < s + strcspn(s, "/")) s = at + 1;
    (void)snprintf(ret, 400, "%s", s);
    n = strlen(ret);
    while (n && ret[n - 1] == '/') ret[--n] = '\0';
    if (n > 4 && strcmp(ret + n - 4, ".git") == 0) ret[n - 4] = '\0';
    if (!strstr(url, "://"))
        for (char *p = ret; *p && *p != '/'; p++)
            if (*p == ':') *p = '/';
}

static bool meant(const struct ticket_push *in, const struct repository_row *r, const struct import_row *i)
{
    char ours[400], theirs[400];
    for (size_t n = 0; n < in->repositories.n; n++)
        if (strcmp(in->repositories.v[n], r->name) == 0) return true;
    place(i->url, ours);
    for (size_t n = 0; n < in->remotes.n; n++) {
        place(in->remotes.v[n], theirs);
        if (strcasecmp(ours, theirs) == 0) return true;
    }
    return false;
}

/* Those that are fetched, of the source's project. */
static enum err_kind codebases(struct txn *tx, const struct ticket_push *in, struct arena *a,
                               struct repository_list *ret, struct err *e)
{
    struct import_list l = { 0 };
    enum err_kind k = store_import_list(tx, a, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct repository_row r = { 0 }, *slot;
        if ((k = store_repository_get_n(tx, l.v[i].repository, a, &r, e)) != ERR_OK) return k;
        if (r.project != in->project || !meant(in, &r, &l.v[i])) continue;
        if (!(slot = arena_push(a, ret, sizeof *slot))) return err_nomem(e);
        *slot = r;
    }
    return k;
}

enum err_kind service_ticket_push(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    struct repository_list l = { 0 };
    enum err_kind k = codebases(tx, c->in, c->arena, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct call inner = *c;
        inner.id = l.v[i].id;
        k = service_repository_sync(tx, &inner, out, e);
    }
    out->status = l.n ? 202 : 204;
    return k;
}

/* --- plans -------------------------------------------------------------------------------------------------------- */
struct merged {
    const struct ticket_push *in;
    struct arena *arena;
    struct merged_plans *ret;
};

/* A merge is a plan's when its branch was named at the handoff, or when it names the plan; a push when it goes to that
 * branch, or no branch was named. */
static bool concerns(const struct ticket_push *in, const struct plan_row *p, const struct kept_handoff *h)
{
    const char *branch = in->merged ? in->merged : in->onto;
    if (in->text && strstr(in->text, p->id)) return true;
    return h->branch ? branch && strcmp(h->branch, branch) == 0 : !in->merged;
}

/* What was held against this commit already is not held against it again by the push that follows a merge. */
static enum err_kind done_before(struct txn *tx, const struct merged *m, int64_t plan, bool *ret, struct err *e)
{
    struct verification v = { 0 };
    bool found = false;
    enum err_kind k = part_read(tx, plan, "verification", &verification_record, &v, m->arena, &found, e);
    *ret = found && !m->in->merged && v.commit && m->in->commit && strcmp(v.commit, m->in->commit) == 0;
    return k;
}

static enum err_kind look_at(struct txn *tx, const struct merged *m, const struct repository_row *r, int64_t plan,
                             struct err *e)
{
    struct plan_row p = { 0 };
    struct kept_handoff h = { 0 };
    struct merged_plan *slot;
    bool before = false;
    enum err_kind k = store_plan_get_n(tx, plan, m->arena, &p, e);
    if (k != ERR_OK) return k == ERR_NOT_FOUND || k == ERR_GONE ? ERR_OK : k;
    if ((k = part_read(tx, plan, "handoff", &kept_handoff_record, &h, m->arena, NULL, e)) != ERR_OK ||
        (k = done_before(tx, m, plan, &before, e)) != ERR_OK || before || !concerns(m->in, &p, &h))
        return k;
    if (!(slot = arena_push(m->arena, m->ret, sizeof *slot))) return err_nomem(e);
    *slot = (struct merged_plan){ .plan = p.id, .codebase = r->name };
    return ERR_OK;
}

static enum err_kind find_plans(struct txn *tx, void *arg, struct err *e)
{
    const struct merged *m = arg;
    struct repository_list l = { 0 };
    enum err_kind k = codebases(tx, m->in, m->arena, &l, e);
    *m->ret = (struct merged_plans){ 0 };
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct plan_numbers plans = { 0 };
        k = store_plans_handed_off(tx, l.v[i].n, PLANS_MAX, m->arena, &plans, e);
        for (size_t j = 0; k == ERR_OK && j < plans.n; j++) k = look_at(tx, m, &l.v[i], plans.v[j].n, e);
    }
    return k;
}

enum err_kind service_merged_plans(struct service *s, const struct ticket_push *in, struct arena *a,
                                   struct merged_plans *ret, struct err *e)
{
    return store_read(s->store, find_plans, &(struct merged){ in, a, ret }, e);
}
