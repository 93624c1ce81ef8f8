/* Six plans kept word for word in tests/golden, so that a change of wording is seen in review. After a wanted change:
 *   PLAND_GOLDEN=write build/release/planner_golden_test     and read the diff. */
#include "unit/planner_world.h"
#include "unit/check_main.h"

static const struct {
    const char *codebase, *ticket;
} golden[] = {
    {"python-api", "sliding_sessions.md"}, {"node-web", "csv_export_jira.txt"}, {"java-shop", "order_events.md"},
    {"rust-cli", "machine_output.txt"},    {"python-api", "parcel_twice_bug.md"}, {"infra-terraform", "log_retention.txt"},
};

static void drafted(struct world *w, size_t i, struct buf *b)
{
    struct check_result r;
    struct sha256 hash;
    world_open(w, golden[i].codebase);
    w->codebase.base.alias = w->codebase.base.repository;
    world_ticket_file(w, golden[i].ticket);
    world_plan(w);
    world_check(w, &r);
    ck_assert_int_eq(r.verdict.failed, 0);
    hash = document_hash(&w->document, &w->e);
    document_markdown(&w->document, &(struct rendering){.revision = 1, .hash = &hash, .verdict = &r.verdict}, b);
}

static void keep(const char *path, const struct buf *b)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(b->p, 1, b->n, f), b->n);
    ck_assert_int_eq(fclose(f), 0);
}

static void compare(const char *path, const char *was, const char *is)
{
    size_t line = 1;
    for (; *was && *was == *is; was++, is++) line += *was == '\n';
    ck_assert_msg(*was == *is, "%s:%zu was \"%.*s\" and is \"%.*s\"", path, line, (int)strcspn(was, "\n"), was,
                  (int)strcspn(is, "\n"), is);
}

START_TEST(plans_read_as_they_did)
{
    const char *write = getenv("PLAND_GOLDEN");
    for (size_t i = 0; i < sizeof golden / sizeof golden[0]; i++) {
        struct world w;
        struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
        const char *path;
        drafted(&w, i, &b);
        path = arena_fmt(w.a, "%s/tests/golden/%s--%.*s.md", SOURCE_DIR, golden[i].codebase,
                         (int)strcspn(golden[i].ticket, "."), golden[i].ticket);
        if (write && strcmp(write, "write") == 0) keep(path, &b);
        else compare(path, world_file(&w, path), buf_cstr(&b));
        buf_release(&b);
        world_close(&w);
    }
}
END_TEST

UNIT_MAIN("planner_golden", {plans_read_as_they_did})
