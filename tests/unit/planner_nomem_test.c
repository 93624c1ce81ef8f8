/* Every step of planning with an allocation that fails: an error that says so, or a result, never a crash. */
#include "unit/nth.h"
#include "unit/planner_world.h"
#include "unit/check_main.h"

/* Everything that planning does, in one go; the first failure ends it. */
static enum err_kind message(struct world *w, struct brief *b, struct arena *a)
{
    struct step_request q = {.kind = STEP_MESSAGE};
    struct step_prompt p;
    struct step_result r;
    enum err_kind k;
    b->said = "log it in the first phase";
    b->talk = (struct message_plan){.state = PLAN_AWAITING_APPROVAL, .revision = 1, .understanding = b->understanding, .options = b->options, .head = b->head};
    if ((k = planner_prompt(b, &q, a, &p, &w->e)) != ERR_OK) return k;
    return planner_accept(b, &q, "{\"actions\":[{\"kind\":\"refine\",\"quote\":\"log it\",\"text\":\"log it\",\"sections\":[\"P1\"]}],\"ambiguous\":false}",
                          a, &r, &w->e);
}

static enum err_kind run(struct world *w, struct arena *a)
{
    struct brief b = w->brief;
    struct step_result r, outline, closing;
    struct step_prompt p;
    struct document d;
    struct understanding u;
    struct options o;
    struct phase phases[16];
    struct step_request q = {.kind = STEP_UNDERSTAND};
    enum err_kind k = planner_read(&b, a, &w->e);
    if (k == ERR_OK && (k = planner_offline(&b, &q, a, &r, &w->e)) == ERR_OK)
        u = r.understanding, b.understanding = &u, q.kind = STEP_OPTIONS;
    if (k == ERR_OK && (k = planner_offline(&b, &q, a, &r, &w->e)) == ERR_OK)
        o = r.options, b.options = &o, q.kind = STEP_OUTLINE;
    if (k == ERR_OK && (k = planner_offline(&b, &q, a, &outline, &w->e)) == ERR_OK) b.outline = &outline.outline;
    for (size_t i = 0; k == ERR_OK && i < outline.outline.phases.n && i < 16; i++) {
        q = (struct step_request){.kind = STEP_PHASE, .subject = outline.outline.phases.v[i].id};
        k = planner_offline(&b, &q, a, &r, &w->e);
        phases[i] = r.phase;
        b.phases.n = i + 1;
    }
    b.phases.v = phases;
    q = (struct step_request){.kind = STEP_CLOSING};
    if (k == ERR_OK) k = planner_offline(&b, &q, a, &closing, &w->e);
    if (k == ERR_OK) k = planner_prompt(&b, &q, a, &p, &w->e);
    if (k == ERR_OK) k = planner_assemble(&b, &closing.closing, a, &d, &w->e);
    b.head = &d;
    b.instruction = "Log every extension";
    q.kind = STEP_REFINE;
    if (k == ERR_OK) k = planner_offline(&b, &q, a, &r, &w->e);
    if (k == ERR_OK) k = planner_prompt(&b, &q, a, &p, &w->e);
    if (k == ERR_OK && (!planner_looked(&p, "x", 1, a) || !planner_again(&p, &w->e, "{}", a) || !planner_go_on(&p, "{", a)))
        k = ERR_NOMEM;
    return k == ERR_OK ? message(w, &b, a) : k;
}

START_TEST(failing_allocations_are_reported)
{
    struct world w;
    long n = 0;
    size_t failed = 0;
    NTH_SKIP();
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    do {
        struct arena *a = arena_new(0);
        enum err_kind k;
        ck_assert_ptr_nonnull(a);
        n += 1 + n / 16;
        nth_arm_rest(n);
        k = run(&w, a);
        nth_disarm();
        if (nth_hit()) {
            failed++;
            ck_assert_msg(k == ERR_NOMEM, "allocation %ld: %d %s", n, (int)k, w.e.msg);
        } else {
            ck_assert_int_eq(k, ERR_OK);
        }
        arena_free(a);
    } while (nth_hit());
    ck_assert_uint_gt(failed, 20);
    world_close(&w);
}
END_TEST

/* One failure in the middle, everything after it succeeds. */
START_TEST(a_single_failure_is_borne)
{
    struct world w;
    NTH_SKIP();
    world_open(&w, "go-cli");
    world_ticket_file(&w, "slow_list.md");
    for (long n = 1; n < 4000; n += 1 + n / 12) {
        struct arena *a = arena_new(0);
        enum err_kind k;
        ck_assert_ptr_nonnull(a);
        nth_arm(n);
        k = run(&w, a);
        nth_disarm();
        ck_assert_msg(k == ERR_NOMEM || k == ERR_OK, "allocation %ld: %d %s", n, (int)k, w.e.msg);
        arena_free(a);
    }
    world_close(&w);
}
END_TEST

UNIT_MAIN("planner_nomem", {failing_allocations_are_reported, a_single_failure_is_borne})
