/* The contract of revisions, served bytes, refinements, approvals, and of removing a plan
 * with all of them. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "pland/store/access.h"
#include "pland/store/documents.h"
#include "pland/store/calls.h"
#include "pland/store/handoff.h"
#include "pland/store/hooks.h"
#include "pland/store/jobs.h"
#include "pland/store/repositories.h"

static void *take(void *arg, size_t n)
{
    return arena_alloc(arg, n + 1);
}

static struct sha256 put_section(struct fixture *fp, const char *text)
{
    struct sha256 h = hash_sha256(text, strlen(text));
    ck_assert_int_eq(store_section_put(fp->tx, &h, text, strlen(text), &fp->e), ERR_OK);
    return h;
}

static struct revision_row revision(struct fixture *fp, int64_t plan, int64_t number, const char *const *texts,
                                    size_t n)
{
    struct revision_row r = { .plan = plan,
                              .number = number,
                              .parent = number - 1,
                              .at = 5,
                              .author = 7,
                              .reason = "drafted",
                              .checks = "[]",
                              .verified = 1,
                              .to_create = 2,
                              .unprovable = 3,
                              .failed = 4 };
    for (size_t i = 0; i < n; i++) {
        struct revision_section *s = arena_push(fp->arena, &r.sections, sizeof *s);
        s->id = arena_fmt(fp->arena, "ph%zu", i);
        s->hash = put_section(fp, texts[i]);
    }
    r.content = hash_sha256(texts[0], strlen(texts[0]));
    return r;
}

START_TEST(a_revision_is_a_list_of_sections)
{
    static const char *const first[] = { "{\"a\":1}", "{\"b\":2}", "{\"c\":3}" }, *const second[] = { "{\"c\":3}",
                                                                                                      "{\"d\":4}" };
    struct fixture f;
    struct plan_row p;
    struct revision_row r, got;
    struct revision_list list;
    struct section_origins origins;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    FAILS(ERR_NOT_FOUND, store_revision_get(f.tx, p.n, 0, true, f.arena, &got, &f.e));
    r = revision(&f, p.n, 1, first, countof(first));
    OK(store_revision_insert(f.tx, &r, &f.e));
    FAILS(ERR_CONFLICT, store_revision_insert(f.tx, &r, &f.e));
    r = revision(&f, p.n, 2, second, countof(second));
    r.detail = "make it shorter";
    OK(store_revision_insert(f.tx, &r, &f.e));
    OK(store_revision_get(f.tx, p.n, 1, true, f.arena, &got, &f.e));
    ck_assert_uint_eq(got.sections.n, 3);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(got.sections.v[i].bytes, first[i]);
        ck_assert_uint_eq(got.sections.v[i].n, strlen(first[i]));
    }
    ck_assert_str_eq(got.sections.v[1].id, "ph1");
    ck_assert(got.number == 1 && got.parent == 0 && got.author == 7 && got.verified == 1 && got.to_create == 2 &&
              got.unprovable == 3 && got.failed == 4);
    ck_assert_mem_eq(got.content.b, hash_sha256(first[0], strlen(first[0])).b, SHA256_LEN);
    OK(store_revision_get(f.tx, p.n, 0, false, f.arena, &got, &f.e));
    ck_assert(got.number == 2 && got.sections.n == 2);
    ck_assert_ptr_null(got.sections.v[0].bytes);
    ck_assert_mem_eq(got.sections.v[1].hash.b, r.sections.v[1].hash.b, SHA256_LEN);
    ck_assert_str_eq(got.detail, "make it shorter");
    ck_assert_str_eq(got.checks, "[]"); /* kept once, as long as they stay the same */
    r = revision(&f, p.n, 3, second, countof(second));
    r.checks = "[1]";
    OK(store_revision_insert(f.tx, &r, &f.e));
    r = revision(&f, p.n, 4, first, countof(first));
    OK(store_revision_insert(f.tx, &r, &f.e));
    for (int64_t n = 1; n <= 4; n++) {
        OK(store_revision_get(f.tx, p.n, n, false, f.arena, &got, &f.e));
        ck_assert_str_eq(got.checks, n == 3 ? "[1]" : "[]");
    }
    OK(store_section_origins(f.tx, p.n, 1, 4, f.arena, &origins, &f.e));
    for (size_t i = 0; i < origins.n; i++) ck_assert_int_eq(origins.v[i].revision, 4);
    OK(store_section_origins(f.tx, p.n, 2, 3, f.arena, &origins, &f.e));
    ck_assert_uint_eq(origins.n, 0);
    OK(store_revision_list(f.tx, p.n, 0, 10, f.arena, &list, &f.e));
    ck_assert(list.n == 4 && list.v[0].number == 4);
    OK(store_revision_list(f.tx, p.n, 2, 10, f.arena, &list, &f.e));
    ck_assert(list.n == 1 && list.v[0].number == 1);
    FAILS(ERR_NOT_FOUND, store_revision_get(f.tx, p.n, 5, true, f.arena, &got, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(beside_another_only_what_that_has_not_is_read)
{
    static const char *const first[] = { "{\"a\":1}", "{\"b\":2}", "{\"c\":3}" }, *const second[] = { "{\"c\":3}", "{\"d\":4}" };
    struct fixture f;
    struct plan_row p;
    struct revision_row r, one, got;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    r = revision(&f, p.n, 1, first, countof(first));
    OK(store_revision_insert(f.tx, &r, &f.e));
    r = revision(&f, p.n, 2, second, countof(second));
    OK(store_revision_insert(f.tx, &r, &f.e));
    OK(store_revision_get(f.tx, p.n, 1, true, f.arena, &one, &f.e));
    OK(store_revision_get_beside(f.tx, 2, &one, f.arena, &got, &f.e));
    ck_assert(got.number == 2 && got.sections.n == 2);
    ck_assert_str_eq(got.sections.v[0].id, "ph0");
    ck_assert_ptr_eq(got.sections.v[0].bytes, one.sections.v[2].bytes);
    ck_assert_uint_eq(got.sections.v[0].n, strlen(second[0]));
    ck_assert_str_eq(got.sections.v[1].bytes, second[1]);
    OK(store_revision_get_beside(f.tx, 1, &one, f.arena, &got, &f.e));
    for (size_t i = 0; i < 3; i++) ck_assert_ptr_eq(got.sections.v[i].bytes, one.sections.v[i].bytes);
    FAILS(ERR_NOT_FOUND, store_revision_get_beside(f.tx, 3, &one, f.arena, &got, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_revision_with_a_section_that_was_never_put_is_a_bug)
{
    struct fixture f;
    struct plan_row p;
    struct revision_section s = { .id = "x" };
    struct revision_row r = { .number = 1, .sections = { &s, 1 } };
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    r.plan = p.n;
    FAILS(ERR_INTERNAL, store_revision_insert(f.tx, &r, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(served_bytes_go_where_the_caller_says)
{
    struct fixture f;
    struct plan_row p;
    struct head_bytes h;
    char *large;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    FAILS(ERR_NOT_FOUND, store_head_get(f.tx, "plan_1", 0, "json", take, f.arena, f.arena, &h, &f.e));
    ck_assert_ptr_nonnull(strstr(f.e.msg, "no revision yet"));
    OK(store_head_put(f.tx, p.n, "json", 1, "\"e1\"", "old", 3, &f.e));
    large = arena_alloc(f.arena, 100001);
    memset(large, 'x', 100000);
    OK(store_head_put(f.tx, p.n, "json", 2, "\"e2\"", large, 100000, &f.e));
    OK(store_head_put(f.tx, p.n, "markdown", 2, "\"e3\"", "", 0, &f.e));
    OK(store_head_get(f.tx, "plan_1", 1, "json", take, f.arena, f.arena, &h, &f.e));
    ck_assert(h.revision == 2 && h.n == 100000 && memcmp(h.bytes, large, 100000) == 0);
    ck_assert_str_eq(h.etag, "\"e2\"");
    OK(store_head_get(f.tx, "plan_1", 0, "markdown", take, f.arena, f.arena, &h, &f.e));
    ck_assert_uint_eq(h.n, 0);
    FAILS(ERR_NOT_FOUND, store_head_get(f.tx, "plan_1", 2, "json", take, f.arena, f.arena, &h, &f.e));
    FAILS(ERR_NOT_FOUND, store_head_get(f.tx, "plan_1", 1, "html", take, f.arena, f.arena, &h, &f.e));
    FAILS(ERR_NOT_FOUND, store_head_get(f.tx, "plan_2", 1, "json", take, f.arena, f.arena, &h, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(refinements_wait_in_order)
{
    struct fixture f;
    struct plan_row p;
    struct refinement_row r = { .id = "ref_1",
                                .base_revision = 1,
                                .at = 5,
                                .author = 7,
                                .instruction = "shorter",
                                .sections = "[\"ph1\"]" },
                          got;
    struct refinement_list list;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    r.plan = p.n;
    OK(store_refinement_insert(f.tx, &r, &f.e));
    r.id = "ref_2";
    OK(store_refinement_insert(f.tx, &r, &f.e));
    FAILS(ERR_CONFLICT, store_refinement_insert(f.tx, &r, &f.e));
    OK(store_refinement_list(f.tx, p.n, REFINEMENT_PENDING, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    ck_assert_str_eq(list.v[0].id, "ref_1");
    r.state = REFINEMENT_CONFLICTED, r.result_revision = 4, r.detail = "ph1 changed", r.instruction = "not written";
    OK(store_refinement_update(f.tx, &r, &f.e));
    OK(store_refinement_get(f.tx, p.n, "ref_2", f.arena, &got, &f.e));
    ck_assert(got.state == REFINEMENT_CONFLICTED && got.result_revision == 4);
    ck_assert_str_eq(got.detail, "ph1 changed");
    ck_assert_str_eq(got.instruction, "shorter");
    ck_assert_str_eq(got.sections, "[\"ph1\"]");
    OK(store_refinement_list(f.tx, p.n, REFINEMENT_PENDING, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 1);
    OK(store_refinement_list(f.tx, p.n, -1, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    FAILS(ERR_NOT_FOUND, store_refinement_get(f.tx, p.n + 1, "ref_2", f.arena, &got, &f.e));
    r.n = 99;
    FAILS(ERR_NOT_FOUND, store_refinement_update(f.tx, &r, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(an_approval_holds_until_voided)
{
    struct fixture f;
    struct plan_row p;
    struct approval_row a = { .revision = 2,
                              .at = 5,
                              .person = 7,
                              .content = hash_sha256("x", 1),
                              .base = "[]",
                              .note = "go" },
                        got;
    struct approval_list list;
    int64_t stood;
    fixture_open(&f);
    fixture_begin(&f);
    p = fixture_put_plan(&f, 1);
    a.plan = p.n;
    FAILS(ERR_NOT_FOUND, store_approval_get(f.tx, p.n, f.arena, &got, &f.e));
    OK(store_approval_insert(f.tx, &a, &f.e));
    OK(store_approval_get(f.tx, p.n, f.arena, &got, &f.e));
    ck_assert(got.revision == 2 && got.person == 7 && got.voided_at == 0 &&
              hash_equal(&got.content, &a.content, sizeof a.content));
    ck_assert_str_eq(got.note, "go");
    OK(store_approval_void(f.tx, p.n, 9, &stood, &f.e));
    ck_assert_int_eq(stood, 1);
    OK(store_approval_void(f.tx, p.n, 10, &stood, &f.e));
    ck_assert_int_eq(stood, 0);
    OK(store_approval_list(f.tx, p.n, 2, f.arena, &list, &f.e));
    ck_assert(list.n == 1 && list.v[0].voided_at == 9);
    FAILS(ERR_NOT_FOUND, store_approval_get(f.tx, p.n, f.arena, &got, &f.e));
    a.revision = 3;
    OK(store_approval_insert(f.tx, &a, &f.e));
    OK(store_approval_get(f.tx, p.n, f.arena, &got, &f.e));
    ck_assert_int_eq(got.revision, 3);
    fixture_close(&f);
}
END_TEST

/* Fills every table that knows plans. */
static void furnish(struct fixture *fp, struct plan_row *p, int64_t repository, const char *const *texts)
{
    struct fixture f = *fp;
    struct revision_row r = revision(fp, p->n, 1, texts, 2);
    struct event_row ev = { .plan = p->n, .seq = 1, .at = 1, .type = "plan.created" };
    struct refinement_row ref = { .id = arena_fmt(f.arena, "ref_%s", p->id), .plan = p->n, .instruction = "x" };
    struct approval_row ap = { .plan = p->n, .revision = 1 };
    struct progress_row pr = { .plan = p->n, .phase = "ph1" };
    struct criterion_row criterion = { .plan = p->n, .phase = "ph1", .criterion = "make check" };
    struct claim_row claim = { .id = arena_fmt(f.arena, "clm_%s", p->id), .plan = p->n, .phase = "ph1" };
    struct link_row link = { .id = arena_fmt(f.arena, "lnk_%s", p->id), .plan = p->n, .hash = hash_sha256(p->id, strlen(p->id)) };
    struct plan_base b = { .repository = repository };
    struct job j = { .plan = p->n, .kind = JOB_PHASE };
    struct llm_call_row call = { .plan = p->n, .at = 1, .input = 100, .output = 10, .until = 5, .request = "{}", .answer = "x" };
    struct audit_row au = { .at = 1, .project = 1, .plan = p->n, .action = "approve" };
    OK(store_revision_insert(f.tx, &r, &f.e));
    OK(store_event_insert(f.tx, &ev, &f.e));
    OK(store_refinement_insert(f.tx, &ref, &f.e));
    OK(store_approval_insert(f.tx, &ap, &f.e));
    OK(store_progress_put(f.tx, &pr, &f.e));
    OK(store_criterion_put(f.tx, &criterion, &f.e));
    OK(store_claim_insert(f.tx, &claim, &f.e));
    OK(store_link_insert(f.tx, &link, &f.e));
    OK(store_base_put(f.tx, p->n, 0, &b, &f.e));
    OK(store_job_insert(f.tx, &j, &f.e));
    OK(store_ticket_put(f.tx, p->n, "{}", "{}", &f.e));
    OK(store_part_put(f.tx, p->n, "outline", "{}", &f.e));
    OK(store_file_put(f.tx, p->n, "a.md", "x", &f.e));
    OK(store_head_put(f.tx, p->n, "json", 1, "e", "x", 1, &f.e));
    OK(store_llm_call_insert(f.tx, &call, &f.e));
    OK(store_audit_insert(f.tx, &au, &f.e));
}

START_TEST(a_removed_plan_leaves_a_tombstone_its_audit_and_its_cost)
{
    static const char *const mine[] = { "{\"only\":1}", "{\"shared\":1}" }, *const theirs[] = { "{\"shared\":1}",
                                                                                                "{\"other\":1}" };
    struct fixture f;
    struct plan_row p, other, got;
    struct repository_row repo = { .id = "repo_1", .name = "api", .project = 1 };
    struct revision_row r;
    struct audit_list audit;
    struct usage usage;
    struct llm_call_list calls;
    struct llm_call_row call;
    struct event_list events;
    struct job_list jobs;
    struct head_bytes h;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_repository_insert(f.tx, &repo, &f.e));
    p = fixture_put_plan(&f, 1);
    other = fixture_put_plan(&f, 2);
    furnish(&f, &p, repo.n, mine);
    furnish(&f, &other, repo.n, theirs);
    OK(store_plan_delete(f.tx, &p, 7, 99, &f.e));
    FAILS(ERR_GONE, store_plan_get(f.tx, "plan_1", 0, f.arena, &got, &f.e));
    FAILS(ERR_GONE, store_plan_get(f.tx, "plan_1", 1, f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_plan_get(f.tx, "plan_1", 2, f.arena, &got, &f.e));
    FAILS(ERR_GONE, store_head_get(f.tx, "plan_1", 0, "json", take, f.arena, f.arena, &h, &f.e));
    FAILS(ERR_NOT_FOUND, store_plan_get_n(f.tx, p.n, f.arena, &got, &f.e));
    OK(store_event_feed(f.tx, 0, 0, 10, f.arena, &events, &f.e));
    ck_assert_uint_eq(events.n, 1);
    OK(store_job_open(f.tx, p.n, f.arena, &jobs, &f.e));
    ck_assert_uint_eq(jobs.n, 0);
    OK(store_audit_list(f.tx, 1, p.n, 0, 10, f.arena, &audit, &f.e));
    ck_assert_uint_eq(audit.n, 1);
    OK(store_usage(f.tx, 1, p.n, 0, &usage, &f.e));
    ck_assert(usage.calls == 1 && usage.input == 100 && usage.output == 10);
    OK(store_llm_call_list(f.tx, p.n, 0, 10, f.arena, &calls, &f.e)); /* what was said in it has gone */
    ck_assert(calls.n == 1 && calls.v[0].until == 0);
    OK(store_llm_call_list(f.tx, other.n, 0, 10, f.arena, &calls, &f.e));
    OK(store_llm_call_get(f.tx, other.n, calls.v[0].n, f.arena, &call, &f.e));
    ck_assert(call.until == 5 && strcmp(call.request, "{}") == 0 && strcmp(call.answer, "x") == 0);
    FAILS(ERR_NOT_FOUND, store_llm_call_get(f.tx, p.n, call.n, f.arena, &call, &f.e));
    OK(store_revision_get(f.tx, other.n, 0, true, f.arena, &r, &f.e)); /* the shared section is still there */
    ck_assert_str_eq(r.sections.v[0].bytes, theirs[0]);
    FAILS(ERR_NOT_FOUND, store_plan_delete(f.tx, &p, 7, 99, &f.e));
    OK(store_plan_delete(f.tx, &other, 7, 99, &f.e));
    OK(store_repository_delete(f.tx, repo.n, &f.e));
    p = fixture_put_plan(&f, 3);
    ck_assert_int_gt(p.n, other.n); /* a row number never comes again */
    fixture_commit(&f);
    OK(store_verify(f.store, &f.e));
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_documents", {
                                 a_revision_is_a_list_of_sections,
                                 beside_another_only_what_that_has_not_is_read, beside_another_only_what_that_has_not_is_read,
                                 a_revision_with_a_section_that_was_never_put_is_a_bug,
                                 served_bytes_go_where_the_caller_says,
                                 refinements_wait_in_order,
                                 an_approval_holds_until_voided,
                                 a_removed_plan_leaves_a_tombstone_its_audit_and_its_cost,
                             })
