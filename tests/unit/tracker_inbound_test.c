/* Webhooks in: what a ticket system sends becomes a plan once, is refused with its reason, or is left alone. */
#include "unit/tracker_fixture.h"
#include "unit/check_main.h"

#include "pland/store/plans.h"
#include "tracker/engine.h"

struct world {
    struct fixture f;
    const char *source;
    int64_t sent;
};

static void world_open(struct world *w, const struct source_request *r)
{
    fixture_open(&w->f);
    w->sent = 0;
    w->source = do_as_admin(&w->f, service_source_create, NULL, r);
}

/* Takes a delivery as web does after it was verified, works on it, and returns what has become of it. */
static const char *receive(struct world *w, const char *delivery, const char *body)
{
    struct fixture *f = &w->f;
    struct source_row source = { 0 };
    struct inbound_row row = { 0 };
    struct inbound_request in = { .delivery = delivery };
    struct call c = {
        .service = &f->service, .body = body, .n_body = strlen(body), .arena = f->arena, .prepared = &in
    };
    struct outcome out;
    struct job j;
    OK(service_source_find(&f->service, w->source, f->arena, &source, &f->e));
    in.source = source.n;
    OK(service_run(&f->service, service_inbound_take, &c, &out, &f->e));
    ck_assert_int_eq(out.status, 202);
    if (!next_job(f, JOB_INBOUND, &j)) return "no job";
    OK(tracker_inbound(f->tracker, &j, &f->e));
    OK(tracker_inbound(f->tracker, &j, &f->e)); /* steps may run twice */
    OK(service_inbound_find(&f->service, strtoll(j.subject, NULL, 10), f->arena, &row, &source, &f->e));
    OK(service_job_done(&f->service, &j, "test", &f->e));
    ck_assert(row.done);
    return row.outcome;
}

static int64_t plan_count(struct world *w)
{
    struct call c = admin_call(&w->f, NULL);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct view v = { .body = &b };
    struct err e = { 0 };
    auto_json j = NULL;
    ck_assert_msg(view_plans(&c, &v, &e) == ERR_OK, "%s", e.msg);
    ck_assert_msg(json_parse(b.p, b.n, &j, &e) == ERR_OK, "%s", e.msg);
    return (int64_t)json_array_size(json_object_get(j, "plans"));
}

static const char *plan_state(struct world *w, const char *outcome)
{
    struct call c = admin_call(&w->f, NULL);
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct view v = { .body = &b };
    struct err e = { 0 };
    auto_json j = NULL;
    c.id = strstr(outcome, "plan_");
    ck_assert_ptr_nonnull(c.id);
    ck_assert_msg(view_plan(&c, &v, &e) == ERR_OK, "%s", e.msg);
    ck_assert_msg(json_parse(b.p, b.n, &j, &e) == ERR_OK, "%s", e.msg);
    return arena_dup(w->f.arena, json_string_value(json_object_get(j, "state")));
}

#define TICKET "\"ticket\":{\"title\":\"Rate limits\",\"body\":\"Limit requests\",\"key\":\"acme/api#12\",\"labels\":[\"Plan\",\"api\"]}"
static const struct source_request any = { .name = "any", .kind = "generic", .secret = "0123456789abcdef" };
static const struct source_request labelled = { .name = "labelled", .kind = "generic", .secret = "0123456789abcdef", .label = "plan" };

START_TEST(test_ticket_becomes_a_plan_once)
{
    struct world w;
    const char *first;
    world_open(&w, &any);
    first = receive(&w, "d-1", "{\"action\":\"created\"," TICKET "}");
    ck_assert_msg(strncmp(first, "created plan_", 13) == 0, "%s", first);
    ck_assert_str_eq(plan_state(&w, first), "researching");
    ck_assert_str_eq(receive(&w, "d-1", "{\"action\":\"created\"," TICKET "}"), "no job"); /* the same delivery */
    ck_assert_int_eq(plan_count(&w), 1);
    ck_assert_str_eq(receive(&w, "d-2", "{\"action\":\"updated\"," TICKET "}"),
                     arena_fmt(w.f.arena, "exists already: %s", first + 8));
    ck_assert_str_eq(receive(&w, "d-3", "{" TICKET "}"), arena_fmt(w.f.arena, "exists already: %s", first + 8));
    ck_assert_int_eq(plan_count(&w), 1);
    first = receive(&w, "d-4",
                    "{\"ticket\":{\"title\":\"No key\"}}"); /* nothing to find it again by: still once per delivery */
    ck_assert_msg(strncmp(first, "created plan_", 13) == 0, "%s", first);
    ck_assert_int_eq(plan_count(&w), 2);
    fixture_close(&w.f);
}
END_TEST

START_TEST(test_label_filter)
{
    struct world w;
    world_open(&w, &labelled);
    ck_assert_str_eq(receive(&w, "d-1", "{\"ticket\":{\"title\":\"x\",\"labels\":[\"bug\"]}}"),
                     "ignored: no label plan");
    ck_assert_str_eq(receive(&w, "d-2", "{\"ticket\":{\"title\":\"x\"}}"), "ignored: no label plan");
    ck_assert_int_eq(plan_count(&w), 0);
    ck_assert_ptr_nonnull(strstr(receive(&w, "d-3", "{" TICKET "}"), "created plan_"));
    fixture_close(&w.f);
}
END_TEST

START_TEST(test_what_cannot_be_used_is_settled_with_its_reason)
{
    static const struct { const char *body, *outcome; } rows[] = {
        { "{}", "refused: /ticket" },
        { "{\"ticket\":{\"title\":\" \"}}", "refused: the ticket has no title" },
        { "{\"ticket\":{\"title\":3}}", "refused: /ticket/title" },
        { "{\"action\":\"exploded\"," TICKET "}", "refused: /action" },
        { "{\"other\":1," TICKET "}", "refused: /other" },
        { "{\"repository\":\"nope\"," TICKET "}", "refused: /repository no codebase 'nope'" },
    };
    struct world w;
    world_open(&w, &any);
    for (size_t i = 0; i < countof(rows); i++) {
        char id[16];
        const char *got;
        (void)snprintf(id, sizeof id, "d-%zu", i);
        got = receive(&w, id, rows[i].body);
        ck_assert_msg(strstr(got, rows[i].outcome) == got, "%s: %s", rows[i].body, got);
    }
    ck_assert_int_eq(plan_count(&w), 0);
    fixture_close(&w.f);
}
END_TEST

START_TEST(test_closing_a_ticket_cancels_its_plan)
{
    struct world w;
    const char *first, *closed;
    world_open(&w, &any);
    ck_assert_str_eq(receive(&w, "d-0", "{\"action\":\"closed\",\"ticket\":{\"key\":\"acme/api#12\"}}"),
                     "ignored: closed, and there is no plan for it");
    first = receive(&w, "d-1", "{" TICKET "}");
    closed = receive(&w, "d-2", "{\"action\":\"closed\",\"ticket\":{\"key\":\"acme/api#12\"}}");
    ck_assert_str_eq(closed, arena_fmt(w.f.arena, "cancelled %s", first + 8));
    ck_assert_str_eq(plan_state(&w, first), "cancelled");
    ck_assert_ptr_nonnull(strstr(receive(&w, "d-3", "{" TICKET "}"), "created plan_")); /* opened again */
    ck_assert_int_eq(plan_count(&w), 2);
    fixture_close(&w.f);
}
END_TEST

static enum err_kind approve_by_hand(struct txn *tx, void *arg, struct err *e)
{
    struct world *w = arg;
    struct plan_row row = { 0 };
    enum err_kind k = store_plan_by_ticket(tx, 1, "acme/api#12", NULL, w->f.arena, &row, e);
    if (k != ERR_OK) return k;
    row.state = PLAN_IMPLEMENTING;
    return store_plan_update(tx, &row, e);
}

START_TEST(test_a_plan_being_implemented_outlives_its_ticket)
{
    struct world w;
    struct fixture *f = &w.f;
    const char *first, *closed;
    world_open(&w, &any);
    first = receive(&w, "d-1", "{" TICKET "}");
    OK(store_exec(f->service.store, approve_by_hand, &w, &f->e));
    closed = receive(&w, "d-2", "{\"action\":\"closed\"," TICKET "}");
    ck_assert_str_eq(closed, arena_fmt(f->arena, "ignored: closed, but %s is implementing", first + 8));
    ck_assert_str_eq(plan_state(&w, first), "implementing");
    fixture_close(&w.f);
}
END_TEST

/* A database that is busy is no reason to lose a ticket. */
START_TEST(test_temporary_trouble_is_not_settled)
{
    struct world w;
    struct fixture *f = &w.f;
    struct source_row source = { 0 };
    struct inbound_row row = { 0 };
    struct inbound_request in = { .delivery = "d-1" };
    struct call c;
    struct outcome out;
    struct job j;
    world_open(&w, &any);
    c = (struct call){ .service = &f->service,
                       .body = "{" TICKET "}",
                       .n_body = strlen("{" TICKET "}"),
                       .arena = f->arena,
                       .prepared = &in };
    OK(service_source_find(&f->service, w.source, f->arena, &source, &f->e));
    in.source = source.n;
    OK(service_run(&f->service, service_inbound_take, &c, &out, &f->e));
    ck_assert(next_job(f, JOB_INBOUND, &j));
    store_fail_statement(f->service.store, 3, ERR_BUSY);
    ck_assert_int_eq(tracker_inbound(f->tracker, &j, &f->e), ERR_BUSY);
    store_fail_statement(f->service.store, 0, ERR_OK);
    OK(service_inbound_find(&f->service, strtoll(j.subject, NULL, 10), f->arena, &row, &source, &f->e));
    ck_assert(!row.done);
    OK(tracker_inbound(f->tracker, &j, &f->e));
    ck_assert_int_eq(plan_count(&w), 1);
    fixture_close(&w.f);
}
END_TEST

/* The webhook and the ticket's own job see the same edit at once: it is worked in once. */
START_TEST(test_an_edit_counts_once)
{
    struct world w;
    struct fixture *f = &w.f;
    struct source_row source = { 0 };
    struct ticket_known t;
    const char *done = NULL;
    world_open(&w, &any);
    (void)receive(&w, "d-1", "{" TICKET "}");
    OK(service_source_find(&f->service, w.source, f->arena, &source, &f->e));
    OK(service_ticket_known(&f->service, &source, "acme/api#12", f->arena, &t, &f->e));
    ck_assert(t.found && t.plan.n);
    t.row.state = "{\"what\":\"edited\",\"title\":\"Rate limits\",\"body\":\"Limit them by token\"}";
    const struct edit x = { .service = &f->service, .source = &source, .row = &t.row, .plan = &t.plan, .arena = f->arena };
    OK(edit_apply(&x, &done, &f->e));
    ck_assert_str_eq(done, "the edited ticket is researched anew");
    OK(edit_apply(&x, &done, &f->e));
    ck_assert_ptr_null(done);
    OK(service_ticket_known(&f->service, &source, "acme/api#12", f->arena, &t, &f->e));
    ck_assert_int_eq(t.plan.generation, 2);
    fixture_close(f);
}
END_TEST

START_TEST(test_source_removed_meanwhile)
{
    struct world w;
    struct fixture *f = &w.f;
    struct job j = { .kind = JOB_INBOUND, .subject = "77" }, bad = { .kind = JOB_INBOUND, .subject = "x" };
    world_open(&w, &any);
    OK(tracker_inbound(f->tracker, &j, &f->e));
    ck_assert_int_eq(tracker_inbound(f->tracker, &bad, &f->e), ERR_INTERNAL);
    fixture_close(&w.f);
}
END_TEST

/* --- jobs that call the source's API ------------------------------------------------------------------------------ */
static const struct source_request hub = { .name = "hub", .kind = "github", .secret = "0123456789abcdef", .token = "old" };

static void change(struct world *w, const char *body)
{
    struct fixture *f = &w->f;
    struct call c = admin_call(f, NULL);
    struct outcome out;
    c.id = w->source;
    c.body = body;
    c.n_body = strlen(body);
    OK(service_run(&f->service, service_source_patch, &c, &out, &f->e));
}

/* An attempt with the token as it was fails, and wants to wait for an hour. */
static void attempt_fails(struct world *w, const struct job *j, const struct source_row *was)
{
    struct fixture *f = &w->f;
    OK(service_source_attempted(&f->service,
                                &(struct source_attempt){ .job = j, .node = "test", .was = was, .run_at = NOW_MS + 3600000,
                                                          .why = "refused", .failed = "refused" },
                                &f->e));
}

/* Whether a source is changed while a job calls its API, or while the job waits after it has failed: it is due at once,
 * and what the old token met is not held against the new one. */
START_TEST(test_a_changed_source_is_tried_at_once)
{
    struct world w;
    struct fixture *f = &w.f;
    struct source_row was = { 0 }, now = { 0 };
    struct job j;
    world_open(&w, &hub);
    ck_assert(next_job(f, JOB_POLL, &j)); /* a new source is asked at once */
    OK(service_job_source(&f->service, &j, f->arena, &was, &f->e));
    attempt_fails(&w, &j, &was);
    OK(service_source_find(&f->service, w.source, f->arena, &now, &f->e));
    ck_assert_str_eq(now.error, "refused");
    ck_assert(!next_job(f, JOB_POLL, &j));
    change(&w, "{\"token\":\"wrong\"}"); /* while it waits */
    ck_assert(next_job(f, JOB_POLL, &j));
    ck_assert_int_eq(j.attempts, 0);
    OK(service_job_source(&f->service, &j, f->arena, &was, &f->e));
    change(&w, "{\"token\":\"good\"}"); /* while it runs */
    ck_assert(!next_job(f, JOB_POLL, &j));
    attempt_fails(&w, &j, &was);
    OK(service_source_find(&f->service, w.source, f->arena, &now, &f->e));
    ck_assert_ptr_null(now.error);
    ck_assert(next_job(f, JOB_POLL, &j));
    ck_assert_int_eq(j.attempts, 0);
    fixture_close(f);
}
END_TEST

struct ended {
    struct lock lock;
    struct cond more;
    int n;
    bool over;
};

static void on_end(void *arg, int64_t again, const char *why, bool over)
{
    struct ended *x = arg;
    (void)again;
    (void)why;
    HOLD(&x->lock);
    x->n++;
    x->over = over;
    cond_signal(&x->more);
}

/* Who ends a job, or queues it again, says so: it may be claimed again already, and must not be ended twice. */
START_TEST(test_a_job_is_ended_once)
{
    static const enum job_kind kinds[] = { JOB_INBOUND, JOB_TICKET };
    struct world w;
    struct fixture *f = &w.f;
    struct ended x = { .n = 0 };
    lock_init(&x.lock);
    cond_init(&x.more);
    world_open(&w, &any);
    struct source_row source = { 0 };
    OK(service_source_find(&f->service, w.source, f->arena, &source, &f->e));
    struct inbound_request in = { .source = source.n, .delivery = "d-1" };
    struct call c = { .service = &f->service, .body = "{" TICKET "}", .n_body = strlen("{" TICKET "}"), .arena = f->arena,
                      .prepared = &in };
    struct outcome out;
    OK(service_run(&f->service, service_inbound_take, &c, &out, &f->e));
    for (size_t i = 0; i < countof(kinds); i++) {
        struct job j;
        ck_assert(next_job(f, kinds[i], &j));
        j.owner = "test";
        x.n = 0;
        OK(tracker_work(f->tracker, &j, on_end, &x, &f->e));
        lock_enter(&x.lock);
        while (!x.n) cond_wait(&x.more, &x.lock);
        lock_leave(&x.lock);
        ck_assert_int_eq(x.n, 1);
        ck_assert(x.over);
        ck_assert(!next_job(f, kinds[i], &j));
    }
    fixture_close(f);
    cond_release(&x.more);
    lock_release(&x.lock);
}
END_TEST

UNIT_MAIN("tracker inbound",
          { test_ticket_becomes_a_plan_once, test_label_filter, test_what_cannot_be_used_is_settled_with_its_reason,
            test_closing_a_ticket_cancels_its_plan, test_a_plan_being_implemented_outlives_its_ticket,
            test_temporary_trouble_is_not_settled, test_an_edit_counts_once, test_source_removed_meanwhile,
            test_a_changed_source_is_tried_at_once, test_a_job_is_ended_once })
