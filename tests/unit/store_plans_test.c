/* The contract of the operations on plans and what hangs on them. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

START_TEST(a_plan_comes_back_as_it_was_written)
{
    struct fixture f;
    struct plan_row p, q;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_plan(&f, 1);
    p.state = PLAN_AWAITING_CHOICE;
    p.resume = PLAN_DESIGNING;
    p.mode = MODE_AUTO;
    p.generation = 3, p.seq = 4, p.revision = 5, p.approved = 6, p.fanin = 7, p.done = 8, p.total = 9;
    p.stale = p.suspicious = true;
    p.waiting_until = 10, p.usd_limit = 11, p.token_limit = 12, p.usd_used = 13, p.tokens_used = 14,
    p.next_section = 15;
    p.labels = "[\"api\"]", p.ticket_key = "acme/api#12", p.ticket_url = "https://t/12", p.error = "{}";
    p.wait_reason = "model down", p.forked_from = "plan_0", p.title = "Größe ändern — 界";
    OK(store_plan_insert(f.tx, &p, &f.e));
    ck_assert_int_gt(p.n, 0);
    OK(store_plan_get(f.tx, "plan_1", 0, f.arena, &q, &f.e));
    ck_assert_int_eq(q.n, p.n);
    ck_assert_int_eq(q.state, PLAN_AWAITING_CHOICE);
    ck_assert_int_eq(q.resume, PLAN_DESIGNING);
    ck_assert_int_eq(q.mode, MODE_AUTO);
    ck_assert_int_eq(q.size, SIZE_FULL);
    ck_assert(q.generation == 3 && q.seq == 4 && q.revision == 5 && q.approved == 6 && q.fanin == 7 && q.done == 8 &&
              q.total == 9);
    ck_assert(q.stale && q.suspicious);
    ck_assert(q.owner == 7 && q.created_by == 7 && q.created_at == p.created_at && q.updated_at == p.updated_at);
    ck_assert(q.waiting_until == 10 && q.usd_limit == 11 && q.token_limit == 12 && q.usd_used == 13 &&
              q.tokens_used == 14 && q.next_section == 15);
    ck_assert_str_eq(q.title, p.title);
    ck_assert_str_eq(q.labels, p.labels);
    ck_assert_str_eq(q.provider, "offline");
    ck_assert_str_eq(q.ticket_key, p.ticket_key);
    ck_assert_str_eq(q.ticket_url, p.ticket_url);
    ck_assert_str_eq(q.error, "{}");
    ck_assert_str_eq(q.wait_reason, "model down");
    ck_assert_str_eq(q.forked_from, "plan_0");
    fixture_close(&f);
}
END_TEST

START_TEST(absent_texts_stay_absent)
{
    struct fixture f;
    struct plan_row p, q;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    OK(store_plan_get_n(f.tx, p.n, f.arena, &q, &f.e));
    ck_assert_ptr_null(q.labels);
    ck_assert_ptr_null(q.ticket_key);
    ck_assert_ptr_null(q.error);
    ck_assert_ptr_null(q.forked_from);
    fixture_close(&f);
}
END_TEST

START_TEST(a_plan_is_found_in_its_project_only)
{
    struct fixture f;
    struct plan_row q;
    fixture_open(&f);
    fixture_begin(&f);
    (void)fixture_put_plan(&f, 1);
    OK(store_plan_get(f.tx, "plan_1", 1, f.arena, &q, &f.e));
    FAILS(ERR_NOT_FOUND, store_plan_get(f.tx, "plan_1", 2, f.arena, &q, &f.e));
    FAILS(ERR_NOT_FOUND, store_plan_get(f.tx, "plan_2", 0, f.arena, &q, &f.e));
    FAILS(ERR_NOT_FOUND, store_plan_get_n(f.tx, 99, f.arena, &q, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(an_id_is_taken_once_and_the_transaction_goes_on)
{
    struct fixture f;
    struct plan_row p, q;
    fixture_open(&f);
    fixture_begin(&f);
    (void)fixture_put_plan(&f, 1);
    p = fixture_plan(&f, 1);
    FAILS(ERR_CONFLICT, store_plan_insert(f.tx, &p, &f.e));
    (void)fixture_put_plan(&f, 2);
    OK(store_plan_get(f.tx, "plan_2", 0, f.arena, &q, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(an_update_writes_all_but_what_never_changes)
{
    struct fixture f;
    struct plan_row p, q;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    p.state = PLAN_DRAFTING;
    p.seq = 12;
    p.title = "other";
    p.ticket_key = "k";
    p.forked_from = "plan_9";
    p.project = 5;
    p.created_at = 1;
    OK(store_plan_update(f.tx, &p, &f.e));
    OK(store_plan_get_n(f.tx, p.n, f.arena, &q, &f.e));
    ck_assert_int_eq(q.state, PLAN_DRAFTING);
    ck_assert_int_eq(q.seq, 12);
    ck_assert_str_eq(q.title, "other");
    ck_assert_str_eq(q.ticket_key, "k");
    ck_assert_str_eq(q.forked_from, "plan_9");
    ck_assert_int_eq(q.project, 1);
    ck_assert_int_eq(q.created_at, 1700000000000);
    p.n = 99;
    FAILS(ERR_NOT_FOUND, store_plan_update(f.tx, &p, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_ticket_finds_its_newest_plan_that_has_not_ended)
{
    struct fixture f;
    struct plan_row p, q;
    fixture_open(&f);
    fixture_begin(&f);
    for (int state = 0; state < PLAN_STATE_N_; state++) { /* the statement spells the ended states out: compare */
        p = fixture_plan(&f, 100 + state);
        p.state = state;
        p.ticket_key = arena_fmt(f.arena, "key-%d", state);
        OK(store_plan_insert(f.tx, &p, &f.e));
        if (plan_activity((enum plan_state)state) == ACTIVITY_ENDED)
            FAILS(ERR_NOT_FOUND, store_plan_by_ticket(f.tx, 1, p.ticket_key, NULL, f.arena, &q, &f.e));
        else OK(store_plan_by_ticket(f.tx, 1, p.ticket_key, NULL, f.arena, &q, &f.e));
    }
    for (int i = 1; i <= 2; i++) {
        p = fixture_plan(&f, i);
        p.ticket_url = "https://t/1";
        OK(store_plan_insert(f.tx, &p, &f.e));
    }
    OK(store_plan_by_ticket(f.tx, 1, NULL, "https://t/1", f.arena, &q, &f.e));
    ck_assert_str_eq(q.id, "plan_2");
    OK(store_plan_by_ticket(f.tx, 1, "unknown", "https://t/1", f.arena, &q, &f.e));
    FAILS(ERR_NOT_FOUND, store_plan_by_ticket(f.tx, 2, NULL, "https://t/1", f.arena, &q, &f.e));
    FAILS(ERR_NOT_FOUND, store_plan_by_ticket(f.tx, 1, NULL, NULL, f.arena, &q, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(states_are_counted)
{
    struct fixture f;
    int64_t counts[PLAN_STATE_N_];
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_plan_counts(f.tx, counts, &f.e));
    for (int i = 0; i < PLAN_STATE_N_; i++) ck_assert_int_eq(counts[i], 0);
    (void)fixture_put_plan(&f, 1);
    (void)fixture_put_plan(&f, 2);
    OK(store_plan_counts(f.tx, counts, &f.e));
    ck_assert_int_eq(counts[PLAN_RESEARCHING], 2);
    ck_assert_int_eq(counts[PLAN_APPROVED], 0);
    fixture_close(&f);
}
END_TEST

START_TEST(ticket_texts_are_replaced)
{
    struct fixture f;
    struct plan_row p;
    const char *ticket, *request;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    FAILS(ERR_NOT_FOUND, store_ticket_get(f.tx, p.n, f.arena, &ticket, &request, &f.e));
    OK(store_ticket_put(f.tx, p.n, NULL, "{}", &f.e));
    OK(store_ticket_get(f.tx, p.n, f.arena, &ticket, &request, &f.e));
    ck_assert_ptr_null(ticket);
    OK(store_ticket_put(f.tx, p.n, "{\"title\":\"x\"}", "{\"links\":[]}", &f.e));
    OK(store_ticket_get(f.tx, p.n, f.arena, &ticket, &request, &f.e));
    ck_assert_str_eq(ticket, "{\"title\":\"x\"}");
    ck_assert_str_eq(request, "{\"links\":[]}");
    fixture_close(&f);
}
END_TEST

START_TEST(parts_are_replaced_listed_and_removed_by_prefix)
{
    struct fixture f;
    struct plan_row p, other;
    struct part_list list;
    const char *body;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    other = fixture_put_plan(&f, 2);
    OK(store_part_get(f.tx, p.n, "outline", f.arena, &body, &f.e));
    ck_assert_ptr_null(body);
    OK(store_part_put(f.tx, p.n, "phase:ph2", "2", &f.e));
    OK(store_part_put(f.tx, p.n, "phase:ph1", "1", &f.e));
    OK(store_part_put(f.tx, p.n, "phase", "not a phase", &f.e));
    OK(store_part_put(f.tx, p.n, "outline", "old", &f.e));
    OK(store_part_put(f.tx, p.n, "outline", "new", &f.e));
    OK(store_part_put(f.tx, other.n, "phase:ph1", "other", &f.e));
    OK(store_part_get(f.tx, p.n, "outline", f.arena, &body, &f.e));
    ck_assert_str_eq(body, "new");
    OK(store_part_list(f.tx, p.n, "phase:", f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    ck_assert_str_eq(list.v[0].name, "phase:ph1");
    ck_assert_str_eq(list.v[1].body, "2");
    OK(store_part_delete(f.tx, p.n, "phase:", &f.e));
    OK(store_part_list(f.tx, p.n, "", f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    OK(store_part_list(f.tx, other.n, "phase:", f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 1);
    fixture_close(&f);
}
END_TEST

START_TEST(inline_files_keep_their_order)
{
    struct fixture f;
    struct plan_row p;
    struct plan_file_list list;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    OK(store_file_put(f.tx, p.n, "z.md", "1", &f.e));
    OK(store_file_put(f.tx, p.n, "a.md", "", &f.e));
    OK(store_file_put(f.tx, p.n, "z.md", "2", &f.e));
    OK(store_file_list(f.tx, p.n, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    ck_assert_str_eq(list.v[0].path, "z.md");
    ck_assert_str_eq(list.v[0].content, "2");
    ck_assert_str_eq(list.v[1].content, "");
    fixture_close(&f);
}
END_TEST

START_TEST(events_are_numbered_per_plan)
{
    struct fixture f;
    struct plan_row p, other;
    struct event_list list;
    struct event_row ev = { .at = 5, .actor = 7, .type = "plan.created", .data = "{}" };
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    other = fixture_plan(&f, 2);
    other.project = 2;
    OK(store_plan_insert(f.tx, &other, &f.e));
    for (ev.seq = 1; ev.seq <= 3; ev.seq++) {
        ev.plan = p.n;
        OK(store_event_insert(f.tx, &ev, &f.e));
        ev.plan = other.n;
        OK(store_event_insert(f.tx, &ev, &f.e));
    }
    FAILS(ERR_CONFLICT, (ev.seq = 3, store_event_insert(f.tx, &ev, &f.e)));
    OK(store_event_list(f.tx, p.n, 1, 10, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    ck_assert_int_eq(list.v[0].seq, 2);
    ck_assert_str_eq(list.v[0].plan_id, "plan_1");
    ck_assert_str_eq(list.v[0].type, "plan.created");
    ck_assert_int_eq(list.v[0].actor, 7);
    OK(store_event_feed(f.tx, 0, 0, 4, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 4);
    for (size_t i = 1; i < list.n; i++) ck_assert_int_gt(list.v[i].n, list.v[i - 1].n);
    OK(store_event_feed(f.tx, 2, list.v[0].n, 10, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 3);
    ck_assert_str_eq(list.v[2].plan_id, "plan_2");
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_plans", {
    a_plan_comes_back_as_it_was_written, absent_texts_stay_absent, a_plan_is_found_in_its_project_only,
    an_id_is_taken_once_and_the_transaction_goes_on, an_update_writes_all_but_what_never_changes,
    a_ticket_finds_its_newest_plan_that_has_not_ended, states_are_counted,
    ticket_texts_are_replaced, parts_are_replaced_listed_and_removed_by_prefix, inline_files_keep_their_order,
    events_are_numbered_per_plan,
})
