/* POST /plans, POST …/ticket and POST …/fork: how a plan comes to be and starts its research. */
#include "service/plan_txn.h"

#include <string.h>
#include "pland/base/id.h"
#include "pland/base/record.h"
#include "pland/plan/document.h"
#include "pland/service/answers.h"
#include "service/comments.h"
#include "service/money.h"
#include "service/parts.h"
#include "service/scope.h"
#include "service/view_plan.h"

/* Text of a record, in the arena. */
static enum err_kind encode(const struct record *r, const void *src, struct arena *a, const char **ret, struct err *e)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    enum err_kind k;
    record_encode(r, src, &b);
    if ((k = buf_check(&b, e)) != ERR_OK) return k;
    *ret = arena_dup_n(a, buf_cstr(&b), b.n);
    return arena_check(a, e);
}

/* The request without ticket and files, which have rows of their own. */
static enum err_kind put_ticket(struct plan_txn *p, const struct ticket *t, struct plan_request rest, struct plan_shown *s,
                                struct err *e)
{
    enum err_kind k = t ? encode(&ticket_record, t, p->arena, &s->ticket, e) : ERR_OK;
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < rest.files.n; i++)
        if ((k = store_file_put(p->tx, p->row.n, rest.files.v[i].path, rest.files.v[i].content, e)) != ERR_OK) return k;
    rest.ticket = NULL;
    rest.files.n = 0;
    if ((k = encode(&plan_request_record, &rest, p->arena, &s->request, e)) != ERR_OK) return k;
    return store_ticket_put(p->tx, p->row.n, s->ticket, s->request, e);
}

/* A codebase can be named by its id too: only here it shows what its paths will begin with. */
static enum err_kind alias_free(const struct plan_base_list *taken, const char *alias, const char *at, struct err *e)
{
    for (size_t i = 0; i < taken->n; i++)
        if (strcmp(taken->v[i].alias, alias) == 0)
            return err_at(e, ERR_INVALID, at, "'%.100s' is there twice: give one of them another alias", alias);
    return ERR_OK;
}

/* ret gets one more. */
static enum err_kind put_base(struct plan_txn *p, const struct call *c, const struct repository_ref *ref, const char *at,
                              struct plan_base_list *ret, struct err *e)
{
    struct repository_row r = { 0 };
    struct plan_base *b;
    enum err_kind k = store_repository_get(p->tx, p->row.project, ref->name, p->arena, &r, e);
    if (k == ERR_OK && !scope_sees(c, &r)) k = ERR_NOT_FOUND;
    if (k == ERR_NOT_FOUND)
        return err_at(e, ERR_INVALID, at, "no codebase '%.100s' is registered in this project (POST /repositories)",
                      ref->name);
    if (k != ERR_OK) return k;
    if ((k = alias_free(ret, ref->alias ? ref->alias : r.name, at, e)) != ERR_OK) return k;
    if (!(b = arena_push(p->arena, ret, sizeof *b))) return err_nomem(e);
    *b = (struct plan_base){ .repository = r.n, .repository_id = r.id, .name = r.name,
                             .alias = ref->alias ? ref->alias : r.name, .ref = ref->ref };
    return store_base_put(p->tx, p->row.n, (int64_t)ret->n - 1, b, e);
}

static enum err_kind put_bases(struct plan_txn *p, const struct call *c, const char *repository,
                               const struct repository_ref *refs, size_t n, const char *snapshot,
                               struct plan_base_list *ret, struct err *e)
{
    char at[64];
    enum err_kind k;
    if (snapshot && (repository || n))
        return err_at(e, ERR_INVALID, "/snapshot", "a snapshot takes the place of repository and repositories");
    if (repository) return put_base(p, c, &(struct repository_ref){ .name = repository }, "/repository", ret, e);
    if (snapshot) return put_base(p, c, &(struct repository_ref){ .name = snapshot }, "/snapshot", ret, e);
    for (size_t i = 0; i < n; i++) {
        (void)snprintf(at, sizeof at, "/repositories/%zu/name", i);
        if ((k = put_base(p, c, &refs[i], at, ret, e)) != ERR_OK) return k;
    }
    return ERR_OK;
}

static enum err_kind start_research(struct plan_txn *p, struct err *e)
{
    p->row.done = 0;
    p->row.total = 1;
    return plan_txn_job(p, JOB_RESEARCH, NULL, e);
}

static void fill_row(struct plan_txn *p, struct call *c, const struct plan_request *in, const struct id *id)
{
    struct service *s = c->service;
    const struct ticket *t = in->ticket;
    p->row.id = arena_dup(c->arena, id->s);
    p->row.state = t ? PLAN_RESEARCHING : PLAN_AWAITING_TICKET;
    p->row.mode = in->mode;
    p->row.size = in->size;
    p->row.generation = 1;
    p->row.next_section = 1;
    p->row.owner = p->row.created_by = c->caller.person;
    p->row.created_at = p->row.updated_at = p->now;
    p->row.title = t ? t->title : "";
    p->row.provider = in->provider ? in->provider : s->default_provider;
    p->row.ticket_key = t ? t->key : NULL;
    p->row.ticket_url = t ? t->url : NULL;
    p->row.labels = in->labels.n ? json_strings(c->arena, in->labels.v, in->labels.n) : NULL;
    p->row.total = t ? 1 : 0;
}

/* A body of `{}` or none is an empty request; a missing ticket with anything else present is one too. */
static enum err_kind existing(struct txn *tx, struct call *c, const struct plan_request *in, int64_t project,
                              struct outcome *out, bool *ret_found, struct err *e)
{
    struct plan_row row = { 0 };
    enum err_kind k;
    if (in->if_exists != 1 || !in->ticket || (!in->ticket->key && !in->ticket->url)) return ERR_OK;
    k = store_plan_by_ticket(tx, project, in->ticket->key, in->ticket->url, c->arena, &row, e);
    if (k == ERR_NOT_FOUND) return ERR_OK;
    if (k != ERR_OK) return k;
    *ret_found = true;
    out->status = 200;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s", row.id);
    return ERR_OK;
}

enum err_kind service_plan_create(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    static const struct plan_request nothing = { .if_exists = 0 };
    const struct plan_request *in = c->in ? c->in : &nothing;
    struct plan_txn p = { .tx = tx, .service = c->service, .arena = c->arena, .now = clock_now(c->service->clock),
        .actor = c->caller.person, .out = out };
    struct plan_shown shown = { .row = &p.row };
    struct id id;
    bool found = false;
    enum err_kind k = plan_request_check(in, e);

    if (k != ERR_OK || (k = scope_project(tx, c, in->project, &p.row.project, e)) != ERR_OK) return k;
    if ((k = scope_provider(c->service, in->provider, e)) != ERR_OK) return k;
    if ((k = existing(tx, c, in, p.row.project, out, &found, e)) != ERR_OK || found) return k;
    id_new(&id, "plan_", c->service->clock);
    fill_row(&p, c, in, &id);
    if ((k = money_plan_budget(&p, in->budget, e)) != ERR_OK) return k;
    p.row.seq = 1;
    if ((k = store_plan_insert(tx, &p.row, e)) != ERR_OK) return k;
    if ((k = put_ticket(&p, in->ticket, *in, &shown, e)) != ERR_OK) return k;
    if ((k = put_bases(&p, c, in->repository, in->repositories.v, in->repositories.n, in->snapshot, &shown.bases, e)) != ERR_OK)
        return k;
    p.row.seq = 0; /* the event below is number 1, as the row already says */
    if ((k = plan_txn_event(&p, "plan.created", json_pairs(c->arena, "title", p.row.title, NULL), e)) != ERR_OK)
        return k;
    if (in->ticket && (k = plan_txn_job(&p, JOB_RESEARCH, NULL, e)) != ERR_OK) return k;
    out->status = 201;
    (void)snprintf(out->href, sizeof out->href, "/plans/%s", id.s);
    out->shown = c->shown && plan_show_new(tx, c, &shown, c->shown, e) == ERR_OK;
    return ERR_OK;
}

/* Keeps of the first request what the ticket request does not say. */
static enum err_kind merged_request(struct plan_txn *p, const struct ticket_request *in, struct plan_request *ret,
                                    struct err *e)
{
    const char *ticket, *request;
    enum err_kind k = store_ticket_get(p->tx, p->row.n, p->arena, &ticket, &request, e);
    if (k != ERR_OK) return k;
    if (request && (k = record_parse(&plan_request_record, request, strlen(request), ret, p->arena, e)) != ERR_OK)
        return err_wrap(e, "stored request");
    if (in->links.n) ret->links.v = in->links.v, ret->links.n = in->links.n;
    if (in->mentions.n) ret->mentions.v = in->mentions.v, ret->mentions.n = in->mentions.n;
    if (in->files.n) ret->files.v = in->files.v, ret->files.n = in->files.n;
    if (in->constraints) ret->constraints = in->constraints;
    if (in->timeline) ret->timeline = in->timeline;
    if (in->resources) ret->resources = in->resources;
    return ERR_OK;
}

enum err_kind service_plan_ticket(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct ticket_request *in = c->in;
    struct plan_request request = { .if_exists = 0 };
    struct plan_shown now = { 0 };
    struct plan_txn p;
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = ticket_request_check(in, e)) != ERR_OK || (k = plan_txn_match(&p, c, e)) != ERR_OK)
        return k;
    if ((k = plan_txn_verb(&p, VERB_TICKET, e)) != ERR_OK || (k = plan_txn_void(&p, e)) != ERR_OK) return k;
    if ((k = merged_request(&p, in, &request, e)) != ERR_OK || (k = put_ticket(&p, &in->ticket, request, &now, e)) != ERR_OK)
        return k;
    if (in->repository || in->repositories.n) {
        if ((k = store_base_clear(tx, p.row.n, e)) != ERR_OK) return k;
        if ((k = put_bases(&p, c, in->repository, in->repositories.v, in->repositories.n, NULL, &now.bases, e)) != ERR_OK) return k;
    }
    if ((k = store_part_delete(tx, p.row.n, "", e)) != ERR_OK) return k;
    p.row.title = in->ticket.title;
    p.row.ticket_key = in->ticket.key;
    p.row.ticket_url = in->ticket.url;
    if ((k = plan_txn_event(&p, "plan.ticket_given", json_pairs(c->arena, "title", p.row.title, NULL), e)) != ERR_OK)
        return k;
    if ((k = start_research(&p, e)) != ERR_OK) return k;
    return plan_txn_end(&p, 200, e);
}

/* Answers are kept by the text of their question: the new plan's research may number them in another way. */
static enum err_kind copy_answers(struct plan_txn *p, int64_t from, struct err *e)
{
    struct understanding u = { 0 };
    struct kept_answers kept = { 0 };
    struct kept_earlier earlier = { 0 };
    enum err_kind k = part_read(p->tx, from, "understanding", &understanding_record, &u, p->arena, NULL, e);
    if (k != ERR_OK || (k = part_read(p->tx, from, "answers", &kept_answers_record, &kept, p->arena, NULL, e)) != ERR_OK)
        return k;
    for (size_t i = 0; i < kept.answers.n; i++)
        for (size_t j = 0; j < u.questions.n; j++) {
            struct kept_answer *slot;
            if (strcmp(u.questions.v[j].id, kept.answers.v[i].question) != 0) continue;
            if (!(slot = arena_push(p->arena, &earlier.answers, sizeof *slot))) return err_nomem(e);
            *slot = kept.answers.v[i];
            slot->question = u.questions.v[j].text;
        }
    return earlier.answers.n ? part_write(p->tx, p->row.n, "earlier_answers", &kept_earlier_record, &earlier, e) : ERR_OK;
}

static enum err_kind copy_parts(struct plan_txn *p, const struct plan_row *from, const char *ref, struct err *e)
{
    struct plan_base_list bases = { 0 };
    struct plan_file_list files = { 0 };
    enum err_kind k = copy_answers(p, from->n, e);
    if (k != ERR_OK || (k = store_base_list(p->tx, from->n, p->arena, &bases, e)) != ERR_OK) return k;
    for (size_t i = 0; i < bases.n; i++) {
        struct plan_base b = { .repository = bases.v[i].repository, .alias = bases.v[i].alias,
            .ref = ref ? ref : bases.v[i].ref };
        if ((k = store_base_put(p->tx, p->row.n, (int64_t)i, &b, e)) != ERR_OK) return k;
    }
    if ((k = store_file_list(p->tx, from->n, p->arena, &files, e)) != ERR_OK) return k;
    for (size_t i = 0; k == ERR_OK && i < files.n; i++)
        k = store_file_put(p->tx, p->row.n, files.v[i].path, files.v[i].content, e);
    return k;
}

enum err_kind service_plan_fork(struct txn *tx, struct call *c, struct outcome *out, struct err *e)
{
    const struct fork_request *in = c->in;
    struct plan_txn p;
    struct plan_row from;
    struct id id;
    const char *ticket = NULL, *request = NULL; /* a plan may have ended before it had a ticket */
    enum err_kind k = plan_txn_begin(&p, tx, c, out, e);
    if (k != ERR_OK || (k = scope_provider(c->service, in ? in->provider : NULL, e)) != ERR_OK) return k;
    from = p.row;
    if ((k = store_ticket_get(tx, from.n, c->arena, &ticket, &request, e)) != ERR_OK) return k;
    id_new(&id, "plan_", c->service->clock);
    p.row = (struct plan_row){ .id = arena_dup(c->arena, id.s), .project = from.project, .generation = 1,
        .next_section = 1,
        .state = ticket ? PLAN_RESEARCHING : PLAN_AWAITING_TICKET, .mode = from.mode, .size = from.size,
        .owner = c->caller.person, .created_by = c->caller.person, .created_at = p.now, .updated_at = p.now,
        .usd_limit = from.usd_limit, .token_limit = from.token_limit, .title = from.title, .labels = from.labels,
        .provider = in && in->provider ? in->provider : from.provider, .ticket_key = from.ticket_key,
        .ticket_url = from.ticket_url, .forked_from = from.id };
    if ((k = store_plan_insert(tx, &p.row, e)) != ERR_OK) return k;
    if ((k = store_ticket_put(tx, p.row.n, ticket, request, e)) != ERR_OK) return k;
    if ((k = copy_parts(&p, &from, in ? in->ref : NULL, e)) != ERR_OK || (k = comments_copy(&p, from.n, e)) != ERR_OK)
        return k;
    if ((k = plan_txn_event(&p, "plan.created",
                            json_pairs(c->arena, "title", p.row.title, "forked_from", from.id, NULL), e)) != ERR_OK)
        return k;
    if (ticket && (k = start_research(&p, e)) != ERR_OK) return k;
    return plan_txn_end(&p, 201, e);
}
