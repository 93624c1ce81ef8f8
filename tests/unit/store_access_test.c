/* The contract of projects, people, tokens, the audit, idempotency keys, named values and codebases. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "pland/store/access.h"
#include "pland/store/repositories.h"
#include "pland/store/tree_pieces.h"

START_TEST(a_project_has_one_name)
{
    struct fixture f;
    struct project_row p = { .id = "proj_1", .name = "default", .created_at = 5 },
                       q = { .id = "proj_2", .name = "web", .settings = "{}" }, got;
    struct project_list list;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_project_insert(f.tx, &p, &f.e));
    OK(store_project_insert(f.tx, &q, &f.e));
    got = (struct project_row){ .id = "proj_3", .name = "web" };
    FAILS(ERR_CONFLICT, store_project_insert(f.tx, &got, &f.e));
    OK(store_project_get(f.tx, "default", f.arena, &got, &f.e));
    ck_assert(got.n == p.n && got.created_at == 5 && !got.settings);
    OK(store_project_get(f.tx, "proj_2", f.arena, &got, &f.e));
    ck_assert_str_eq(got.name, "web");
    q.name = "default";
    FAILS(ERR_CONFLICT, store_project_update(f.tx, &q, &f.e));
    q.name = "frontend", q.settings = "{\"approvers\":2}";
    OK(store_project_update(f.tx, &q, &f.e));
    OK(store_project_get_n(f.tx, q.n, f.arena, &got, &f.e));
    ck_assert_str_eq(got.settings, "{\"approvers\":2}");
    FAILS(ERR_NOT_FOUND, store_project_get(f.tx, "web", f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_project_get_n(f.tx, 99, f.arena, &got, &f.e));
    OK(store_project_list(f.tx, f.arena, &list, &f.e));
    ck_assert(list.n == 2 && list.v[0].n == p.n);
    q.n = 99, q.name = "x";
    FAILS(ERR_NOT_FOUND, store_project_update(f.tx, &q, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(people_are_found_by_name)
{
    struct fixture f;
    struct person_row p = { .id = "per_1",
                            .name = "Ada",
                            .email = "ada@example.org",
                            .logins = "{\"github\":\"ada\"}",
                            .created_at = 5 },
                      got;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_person_insert(f.tx, &p, &f.e));
    OK(store_person_by_name(f.tx, "Ada", f.arena, &got, &f.e));
    ck_assert(got.n == p.n && got.created_at == 5);
    ck_assert_str_eq(got.email, "ada@example.org");
    ck_assert_str_eq(got.logins, "{\"github\":\"ada\"}");
    OK(store_person_get_n(f.tx, p.n, f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_person_by_name(f.tx, "Bob", f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_person_get_n(f.tx, 99, f.arena, &got, &f.e));
    p.id = "per_2";
    FAILS(ERR_CONFLICT, store_person_insert(f.tx, &p, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_token_is_found_by_the_hash_of_its_secret)
{
    struct fixture f;
    struct token_row t = { .id = "tok_1",
                           .name = "ci",
                           .hash = hash_sha256("a", 1),
                           .role = ROLE_APPROVER,
                           .project = 2,
                           .person = 3,
                           .created_at = 4,
                           .expires_at = 5 },
                     got;
    struct token_row all = { .id = "tok_2", .hash = hash_sha256("b", 1), .role = ROLE_ADMIN };
    struct token_row of_claim = {
        .id = "tok_3", .hash = hash_sha256("d", 1), .role = ROLE_PLANNER, .expires_at = 50, .claim = "clm_1" };
    struct sha256 none = hash_sha256("c", 1);
    struct token_list list;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_token_insert(f.tx, &t, &f.e));
    OK(store_token_insert(f.tx, &all, &f.e));
    FAILS(ERR_CONFLICT, store_token_insert(f.tx, &all, &f.e));
    OK(store_token_by_hash(f.tx, &t.hash, f.arena, &got, &f.e));
    ck_assert(got.n == t.n && got.role == ROLE_APPROVER && got.project == 2 && got.person == 3 && got.created_at == 4 &&
              got.expires_at == 5);
    ck_assert(got.revoked_at == 0 && got.last_used_at == 0 && hash_equal(&got.hash, &t.hash, sizeof t.hash));
    ck_assert_str_eq(got.name, "ci");
    FAILS(ERR_NOT_FOUND, store_token_by_hash(f.tx, &none, f.arena, &got, &f.e));
    OK(store_token_used(f.tx, t.n, 100, &f.e));
    OK(store_token_used(f.tx, t.n, 90, &f.e)); /* late news */
    OK(store_token_revoke(f.tx, t.n, 200, &f.e));
    OK(store_token_revoke(f.tx, t.n, 300, &f.e));
    OK(store_token_get(f.tx, "tok_1", f.arena, &got, &f.e));
    ck_assert(got.last_used_at == 100 && got.revoked_at == 200);
    FAILS(ERR_NOT_FOUND, store_token_revoke(f.tx, 99, 1, &f.e));
    FAILS(ERR_NOT_FOUND, store_token_get(f.tx, "tok_9", f.arena, &got, &f.e));
    OK(store_token_list(f.tx, 0, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 2);
    OK(store_token_list(f.tx, 2, f.arena, &list, &f.e));
    ck_assert(list.n == 1 && list.v[0].n == t.n);
    OK(store_token_insert(f.tx, &of_claim, &f.e));
    OK(store_token_shorten(f.tx, "clm_1", 60, &f.e)); /* it ends before that */
    OK(store_token_of_claim(f.tx, "clm_1", f.arena, &list, &f.e));
    ck_assert(list.n == 1 && list.v[0].n == of_claim.n && list.v[0].expires_at == 50);
    ck_assert_str_eq(list.v[0].claim, "clm_1");
    OK(store_token_shorten(f.tx, "clm_1", 40, &f.e));
    OK(store_token_revoke(f.tx, of_claim.n, 30, &f.e));
    OK(store_token_get(f.tx, "tok_3", f.arena, &got, &f.e));
    ck_assert(got.expires_at == 40 && got.revoked_at == 30);
    OK(store_token_of_claim(f.tx, "clm_1", f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 0);
    fixture_close(&f);
}
END_TEST

START_TEST(the_audit_is_read_backwards)
{
    struct fixture f;
    struct audit_list list;
    fixture_open(&f);
    fixture_begin(&f);
    for (int i = 1; i <= 6; i++) {
        struct audit_row r = { .at = i,
                               .project = 1 + i % 2,
                               .person = 7,
                               .token = 8,
                               .plan = i > 3 ? 5 : 0,
                               .action = "approve",
                               .object = "plan_5",
                               .detail = i == 6 ? "{}" : NULL };
        OK(store_audit_insert(f.tx, &r, &f.e));
    }
    OK(store_audit_list(f.tx, 0, 0, 0, 4, f.arena, &list, &f.e));
    ck_assert(list.n == 4 && list.v[0].at == 6 && list.v[3].at == 3);
    ck_assert(list.v[0].person == 7 && list.v[0].token == 8 && list.v[0].plan == 5);
    ck_assert_str_eq(list.v[0].detail, "{}");
    ck_assert_ptr_null(list.v[1].detail);
    OK(store_audit_list(f.tx, 0, 0, list.v[3].n, 4, f.arena, &list, &f.e));
    ck_assert(list.n == 2 && list.v[0].at == 2);
    OK(store_audit_list(f.tx, 1, 0, 0, 9, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 3);
    OK(store_audit_list(f.tx, 2, 5, 0, 9, f.arena, &list, &f.e));
    ck_assert(list.n == 1 && list.v[0].at == 5);
    fixture_close(&f);
}
END_TEST

START_TEST(an_idempotency_key_is_used_once)
{
    struct fixture f;
    struct idempotency_row r = { .token = 1,
                                 .key = "k",
                                 .n_key = 1,
                                 .request = hash_sha256("r", 1),
                                 .status = 201,
                                 .href = "/plans/plan_1",
                                 .at = 10 },
                           got;
    int64_t n;
    fixture_open(&f);
    fixture_begin(&f);
    FAILS(ERR_NOT_FOUND, store_idempotency_get(f.tx, 1, r.key, f.arena, &got, &f.e));
    OK(store_idempotency_put(f.tx, &r, &f.e));
    FAILS(ERR_CONFLICT, store_idempotency_put(f.tx, &r, &f.e));
    OK(store_idempotency_get(f.tx, 1, r.key, f.arena, &got, &f.e));
    ck_assert(got.status == 201 && got.at == 10 && hash_equal(&got.request, &r.request, sizeof r.request));
    ck_assert_str_eq(got.href, "/plans/plan_1");
    r.token = 2, r.href = NULL, r.at = 20;
    OK(store_idempotency_put(f.tx, &r, &f.e));
    OK(store_idempotency_prune(f.tx, 20, 10, &n, &f.e));
    ck_assert_int_eq(n, 1);
    FAILS(ERR_NOT_FOUND, store_idempotency_get(f.tx, 1, r.key, f.arena, &got, &f.e));
    OK(store_idempotency_get(f.tx, 2, r.key, f.arena, &got, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(named_values_are_replaced)
{
    struct fixture f;
    const char *v;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_meta_get(f.tx, "epoch", f.arena, &v, &f.e));
    ck_assert_ptr_null(v);
    OK(store_meta_set(f.tx, "epoch", "1", &f.e));
    OK(store_meta_set(f.tx, "epoch", "2", &f.e));
    OK(store_meta_get(f.tx, "epoch", f.arena, &v, &f.e));
    ck_assert_str_eq(v, "2");
    fixture_close(&f);
}
END_TEST

START_TEST(a_codebase_is_found_by_name_or_id)
{
    struct fixture f;
    struct repository_row r = { .id = "repo_1",
                                .name = "api",
                                .project = 1,
                                .path = "/srv/api",
                                .default_ref = "main",
                                .created_at = 5,
                                .created_by = 7 };
    struct repository_row upload = { .id = "repo_2",
                                     .name = "api",
                                     .project = 1,
                                     .kind = REPOSITORY_UPLOAD,
                                     .is_private = true,
                                     .tree = "t",
                                     .commit = "c",
                                     .branch = "b",
                                     .remote = "r",
                                     .dirty = true },
                          got;
    struct repository_list list;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_repository_insert(f.tx, &r, &f.e));
    OK(store_repository_insert(f.tx, &upload, &f.e)); /* private: takes no name away */
    got = (struct repository_row){ .id = "repo_3", .name = "api", .project = 1 };
    FAILS(ERR_CONFLICT, store_repository_insert(f.tx, &got, &f.e));
    got.project = 2;
    OK(store_repository_insert(f.tx, &got, &f.e));
    OK(store_repository_get(f.tx, 1, "api", f.arena, &got, &f.e));
    ck_assert(got.n == r.n && got.kind == REPOSITORY_PATH && !got.dirty && !got.is_private && got.created_by == 7);
    ck_assert_str_eq(got.path, "/srv/api");
    ck_assert_str_eq(got.default_ref, "main");
    OK(store_repository_get(f.tx, 1, "repo_2", f.arena, &got, &f.e));
    ck_assert(got.kind == REPOSITORY_UPLOAD && got.dirty && got.is_private);
    ck_assert_str_eq(got.commit, "c");
    FAILS(ERR_NOT_FOUND, store_repository_get(f.tx, 2, "repo_2", f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_repository_get(f.tx, 1, "web", f.arena, &got, &f.e));
    FAILS(ERR_NOT_FOUND, store_repository_get_n(f.tx, 99, f.arena, &got, &f.e));
    OK(store_repository_list(f.tx, 1, 0, 10, f.arena, &list, &f.e));
    ck_assert_uint_eq(list.n, 1);
    r.default_ref = "next", r.tree = "t2", r.name = "not written";
    OK(store_repository_update(f.tx, &r, &f.e));
    OK(store_repository_get_n(f.tx, r.n, f.arena, &got, &f.e));
    ck_assert_str_eq(got.default_ref, "next");
    ck_assert_str_eq(got.name, "api");
    OK(store_repository_delete(f.tx, r.n, &f.e));
    FAILS(ERR_NOT_FOUND, store_repository_delete(f.tx, r.n, &f.e));
    FAILS(ERR_NOT_FOUND, store_repository_update(f.tx, &r, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(surveys_are_kept_by_tree_and_version)
{
    struct fixture f;
    const char *body;
    fixture_open(&f);
    fixture_begin(&f);
    OK(store_survey_put(f.tx, "t", 1, "{}", 5, &f.e));
    OK(store_survey_put(f.tx, "t", 1, "{\"x\":1}", 6, &f.e));
    OK(store_survey_get(f.tx, "t", 1, f.arena, &body, &f.e));
    ck_assert_str_eq(body, "{\"x\":1}");
    OK(store_survey_get(f.tx, "t", 2, f.arena, &body, &f.e));
    ck_assert_ptr_null(body);
    fixture_close(&f);
}
END_TEST

START_TEST(trees_are_kept_in_pieces_while_something_refers_to_them)
{
    struct fixture f;
    struct tree_piece_row got;
    struct repository_row r = { .id = "repo_1", .name = "up", .project = 1, .kind = REPOSITORY_UPLOAD, .tree = "used" };
    bool whole;
    int64_t gone;
    fixture_open(&f);
    fixture_begin(&f);
    for (int t = 0; t < 2; t++) {
        const char *tree = t ? "unused" : "used";
        OK(store_tree_piece_put(f.tx, &(struct tree_piece_row){ .tree = tree, .file = "a/content", .bytes = "x\0y", .n_bytes = 3, .at = 5 }, &f.e));
        OK(store_tree_piece_put(f.tx, &(struct tree_piece_row){ .tree = tree, .file = "a/content", .bytes = "other", .n_bytes = 5, .at = 6 }, &f.e));
        OK(store_tree_pieces_whole(f.tx, tree, &whole, &f.e));
        ck_assert(!whole);
        OK(store_tree_piece_put(f.tx, &(struct tree_piece_row){ .tree = tree, .seq = 1, .at = 5 }, &f.e));
        OK(store_tree_pieces_whole(f.tx, tree, &whole, &f.e));
        ck_assert(whole);
    }
    OK(store_tree_piece_get(f.tx, "used", 0, f.arena, &got, &f.e));
    ck_assert(got.n_bytes == 3 && memcmp(got.bytes, "x\0y", 3) == 0);
    ck_assert_str_eq(got.file, "a/content");
    OK(store_tree_piece_get(f.tx, "used", 1, f.arena, &got, &f.e));
    ck_assert_ptr_null(got.file);
    FAILS(ERR_NOT_FOUND, store_tree_piece_get(f.tx, "used", 2, f.arena, &got, &f.e));
    OK(store_repository_insert(f.tx, &r, &f.e));
    OK(store_repository_update(f.tx, &r, &f.e));
    OK(store_tree_pieces_prune(f.tx, 5, &gone, &f.e)); /* too young */
    ck_assert_int_eq(gone, 0);
    OK(store_tree_pieces_prune(f.tx, 6, &gone, &f.e));
    ck_assert_int_eq(gone, 2);
    OK(store_tree_pieces_whole(f.tx, "used", &whole, &f.e));
    ck_assert(whole);
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_access", {
                              trees_are_kept_in_pieces_while_something_refers_to_them,
                              a_project_has_one_name,
                              people_are_found_by_name,
                              a_token_is_found_by_the_hash_of_its_secret,
                              the_audit_is_read_backwards,
                              an_idempotency_key_is_used_once,
                              named_values_are_replaced,
                              a_codebase_is_found_by_name_or_id,
                              surveys_are_kept_by_tree_and_version,
                          })
