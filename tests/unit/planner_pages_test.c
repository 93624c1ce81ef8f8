/* Plans that the offline planner drafts, as pages: what is in all of them. See page_files.h. */
#include "unit/check_main.h"
#include "unit/page_files.h"
#include "unit/planner_matrix.h"

/* Every ticket and every codebase at least once. */
static const struct { const char *codebase, *ticket; } pages[] = {
    { "python-api", "sliding_sessions.md" }, { "java-shop", "percent_login_bug.md" }, { "node-web", "csv_export_jira.txt" },
    { "c-lib", "mail_rename.txt" },          { "ruby-web", "one_line.txt" },          { "go-cli", "refactor_settings.md" },
    { "node-web", "upgrade_framework.md" },  { "java-shop", "slow_list.md" },         { "ruby-web", "dark_mode.md" },
    { "python-api", "api_tokens.md" },       { "java-shop", "order_events.md" },      { "infra-terraform", "log_retention.txt" },
    { NULL, "handbook.md" },                 { "rust-cli", "machine_output.txt" },
};

static size_t count(const char *s, const char *what)
{
    size_t n = 0;
    for (; (s = strstr(s, what)); s += strlen(what)) n++;
    return n;
}

static void one_page(const char *codebase, const char *ticket)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct sha256 hash;
    struct check_result checks = { 0 };
    struct rendering how = { .revision = 1, .hash = &hash, .verdict = &checks.verdict };
    struct world w;
    world_open(&w, codebase);
    world_ticket_file(&w, ticket);
    world_plan(&w);
    world_check(&w, &checks);
    hash = document_hash(&w.document, &w.e);
    ck_ok(&w, document_html(&w.document, &how, &b, &w.e));
    ck_assert_uint_eq(count(buf_cstr(&b), "<h1>"), 1);
    ck_assert_uint_eq(count(buf_cstr(&b), " class=\"phase\">"), w.document.phases.n);
    ck_assert_uint_eq(count(buf_cstr(&b), "<h3>P"), w.document.phases.n);
    ck_assert_uint_eq(count(buf_cstr(&b), "<section"), count(buf_cstr(&b), "</section>"));
    ck_assert_uint_ge(count(buf_cstr(&b), "<label><input type=\"checkbox\" disabled> "), w.document.phases.n * 2);
    ck_assert_ptr_nonnull(strstr(buf_cstr(&b), "<strong>Revision 1</strong>"));
    page_file(arena_fmt(w.a, "%.*s", (int)strcspn(ticket, "."), ticket), &b);
    world_close(&w);
}

START_TEST(drafted_plans_are_pages)
{
    for (size_t i = 0; i < countof(pages); i++) one_page(pages[i].codebase, pages[i].ticket);
}
END_TEST

UNIT_MAIN("planner_pages", { drafted_plans_are_pages })
