/* Extraction from tickets: what is a requirement and what is not, in Markdown, Jira markup, plain text and mail. */
#include "pland/planner/extract.h"

#include <stdio.h>
#include <string.h>
#include "unit/check_main.h"

struct got {
    struct arena *a;
    struct extract x;
};

static struct got extract(const char *title, const char *text)
{
    struct got g = {.a = arena_new(0)};
    struct err e = {0};
    ck_assert_ptr_nonnull(g.a);
    ck_assert_int_eq(planner_extract(title, text, text ? strlen(text) : 0, g.a, &g.x, &e), ERR_OK);
    return g;
}

static struct got extract_file(const char *name)
{
    char path[512], text[32768];
    size_t n;
    FILE *f;
    (void)snprintf(path, sizeof path, "%s/tests/tickets/%s", SOURCE_DIR, name);
    f = fopen(path, "rb");
    ck_assert_msg(f != NULL, "%s", path);
    n = fread(text, 1, sizeof text - 1, f);
    (void)fclose(f);
    text[n] = '\0';
    return extract(NULL, text);
}

static const struct extract_item *find(const extract_items *l, const char *part)
{
    for (size_t i = 0; i < l->n; i++)
        if (strstr(l->v[i].text, part)) return &l->v[i];
    return NULL;
}

static bool has_endpoint(const struct extract *x, const char *method, const char *path)
{
    for (size_t i = 0; i < x->endpoints.n; i++) {
        const struct extract_endpoint *e = &x->endpoints.v[i];
        if (strcmp(e->path, path) == 0 && (method ? e->method && strcmp(e->method, method) == 0 : !e->method))
            return true;
    }
    return false;
}

static bool has_table(const struct extract *x, const char *table, const char *column)
{
    for (size_t i = 0; i < x->tables.n; i++) {
        const struct extract_table *t = &x->tables.v[i];
        bool table_fits = table ? t->table && strcmp(t->table, table) == 0 : !t->table;
        bool column_fits = column ? t->column && strcmp(t->column, column) == 0 : !t->column;
        if (table_fits && column_fits) return true;
    }
    return false;
}

static const struct extract_limit *limit(const struct extract *x, const char *value)
{
    for (size_t i = 0; i < x->limits.n; i++)
        if (strcmp(x->limits.v[i].value, value) == 0) return &x->limits.v[i];
    return NULL;
}

START_TEST(markdown_sections_decide)
{
    struct got g = extract_file("sliding_sessions.md");
    const struct extract *x = &g.x;
    ck_assert_uint_eq(x->requirements.n, 8);
    ck_assert_int_eq(x->requirements.v[0].line, 12);
    ck_assert_str_eq(x->requirements.v[0].quote, "- Every authenticated request extends the session by 30 minutes.");
    ck_assert_str_eq(x->requirements.v[3].text,
                     "`POST /sessions/refresh` extends the session without other effects and answers 204");
    ck_assert_ptr_null(find(&x->requirements, "Support gets"));
    ck_assert_uint_eq(x->out_of_scope.n, 2);
    ck_assert_uint_eq(x->questions.n, 1);
    ck_assert_str_eq(x->questions.v[0].text, "Should the refresh endpoint be rate limited?");
    ck_assert(has_endpoint(x, "GET", "/sessions/current") && has_endpoint(x, "POST", "/sessions/refresh"));
    ck_assert(has_table(x, "sessions", NULL) && has_table(x, "sessions", "last_seen_at"));
    ck_assert_str_eq(x->deadline, "2026-12-18");
    ck_assert_int_eq(x->people, 2);
    ck_assert_uint_eq(x->labels.n, 2);
    ck_assert_ptr_nonnull(find(&x->paths, "docs/sessions.md"));
    ck_assert_ptr_nonnull(limit(x, "5"));
    ck_assert_int_eq(limit(x, "5")->bound, BOUND_AT_MOST);
    ck_assert_str_eq(limit(x, "5")->unit, "ms");
    arena_free(g.a);
}
END_TEST

START_TEST(given_when_then_is_one_requirement)
{
    struct got g = extract_file("sliding_sessions.md");
    const struct extract_item *it = find(&g.x.requirements, "29 minutes ago");
    ck_assert_ptr_nonnull(it);
    ck_assert_ptr_nonnull(strstr(it->text, "When the user sends a request"));
    ck_assert_ptr_nonnull(strstr(it->text, "Then the session is valid"));
    ck_assert_str_eq(it->quote, "Then the session is valid for another 30 minutes");
    ck_assert_int_eq(it->line, 23);
    arena_free(g.a);
}
END_TEST

START_TEST(jira_markup)
{
    struct got g = extract_file("csv_export_jira.txt");
    ck_assert_uint_eq(g.x.requirements.n, 7);
    ck_assert_str_eq(g.x.requirements.v[2].text, "The file must contain: order number");
    ck_assert_str_eq(g.x.requirements.v[0].text, "Users with the role finance can download orders of a month as CSV");
    ck_assert(has_endpoint(&g.x, "GET", "/orders/export"));
    ck_assert_uint_eq(g.x.out_of_scope.n, 2);
    ck_assert_uint_eq(g.x.links.n, 1);
    ck_assert_str_eq(g.x.links.v[0].text, "https://mail.example.com/t/991");
    arena_free(g.a);
}
END_TEST

START_TEST(mail_is_read_as_prose)
{
    struct got g = extract_file("mail_rename.txt");
    ck_assert_uint_eq(g.x.requirements.n, 2);
    ck_assert_int_eq(g.x.requirements.v[0].line, 8);
    ck_assert_ptr_nonnull(find(&g.x.requirements, "retry a failed delivery up to 5 times"));
    ck_assert_ptr_nonnull(find(&g.x.out_of_scope, "signature code"));
    ck_assert_ptr_nonnull(find(&g.x.questions, "keep the order of events?"));
    ck_assert_int_eq(g.x.people, 1);
    ck_assert_int_eq(g.x.days, 4);
    ck_assert_str_eq(g.x.deadline, "Friday");
    arena_free(g.a);
}
END_TEST

START_TEST(bug_reports)
{
    struct got g = extract_file("percent_login_bug.md");
    ck_assert(g.x.reproduction);
    ck_assert_str_eq(g.x.expected, "200 and a session");
    ck_assert_ptr_nonnull(strstr(g.x.actual, "500"));
    ck_assert_uint_eq(g.x.requirements.n, 1);
    ck_assert_ptr_null(find(&g.x.requirements, "Register with"));
    arena_free(g.a);
}
END_TEST

START_TEST(checked_items_are_done_already)
{
    struct got g = extract_file("slow_list.md");
    ck_assert_uint_eq(g.x.requirements.n, 3);
    ck_assert_ptr_null(find(&g.x.requirements, "Find out"));
    ck_assert(has_table(&g.x, "orders", "customer_id"));
    ck_assert_ptr_nonnull(find(&g.x.paths, "src/orders/report.xyz"));
    ck_assert_ptr_nonnull(limit(&g.x, "300"));
    ck_assert_ptr_nonnull(limit(&g.x, "50"));
    arena_free(g.a);
}
END_TEST

static const struct {
    const char *text;
    size_t requirements, excluded, questions;
} shapes[] = {
    {"The export must contain:\n\n- order id\n- customer\n", 2, 0, 0},
    {"## Notes\n- the sky is blue\n- water is wet\n\n## Acceptance criteria\n- [ ] rain is reported\n", 1, 0, 0},
    {"Add a flag `--quiet`.", 1, 0, 0},
    {"- Add a flag\n- Remove the old one\n", 2, 0, 0},
    {"It should be easy. The tool must stop at the first error.", 1, 0, 0},
    {"Not in scope:\n- printing\n- faxing\n", 0, 2, 0},
    {"Users should see the total. Printing is out of scope.", 1, 1, 0},
    {"Should we keep the old name? Who calls it?", 0, 0, 2},
    {"As an admin I want to lock accounts so that abuse stops.", 1, 0, 0},
    {"As an admin I want to lock accounts.\n\nAcceptance criteria:\n- a locked account cannot log in\n- unlocking is "
     "logged\n",
     2, 0, 0},
    {"| Field | Rule |\n|---|---|\n| name | required |\n", 0, 0, 0},
    {"## Requirements\n\n| Field | Rule |\n|---|---|\n| name | is required |\n| age | at least 18 |\n", 2, 0, 0},
    {"1) Add a button\n2) Hide the menu\n", 2, 0, 0},
    {"Requirements\n============\n\n* one thing works\n* another thing works\n", 2, 0, 0},
    {"```\n- Add nothing\nyou must not read this\n```\n", 0, 0, 0},
    {"> You must fix this.\n\nThe list must be sorted.\n", 1, 0, 0},
    {"Ann wrote:\n> - add a button\n\n- Add a menu\n", 1, 0, 0},
    {"<!-- hints:\n- [ ] you must search first\n-->\n- [ ] the list is sorted\n- [x] the menu is gone\n", 1, 0, 0},
    {"h2. Tasks\n* sort the list\n{quote}\nit must be blue\n{quote}\n", 1, 0, 0},
    {"## Operation\n- the queue is drained first\n- logs go to stdout\n", 2, 0, 0},
    {"## Later\n- faxing\n\nThe list must be sorted.\n", 1, 1, 0},
    {"Faxing: not now.\nThe list must be sorted.\n", 1, 1, 0},
    {"## Rules\n\n| Nr | Rule | Prio |\n|---|---|---|\n| 1 | names are unique | must |\n", 1, 0, 0},
    {"```gherkin\nScenario: x\n  Given a\n  When b\n  Then c\n\nScenario: y\n  Given d\n  Then e\n```\n", 2, 0, 0},
    {"*Given* a user\n*When* he logs in\n*Then* he sees the list\n*And* the menu\n", 1, 0, 0},
    {"He said \"you must be joking\" and left.", 0, 0, 0},
    {"Hi,\n\nplease sort the list.\n\nMed venlig hilsen\nAnn must\n", 1, 0, 0},
    {"", 0, 0, 0},
};

START_TEST(shapes_of_tickets)
{
    for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        struct got g = extract("T", shapes[i].text);
        ck_assert_msg(g.x.requirements.n == shapes[i].requirements, "%s: %zu requirements", shapes[i].text,
                      g.x.requirements.n);
        ck_assert_msg(g.x.out_of_scope.n == shapes[i].excluded, "%s: %zu excluded", shapes[i].text, g.x.out_of_scope.n);
        ck_assert_msg(g.x.questions.n == shapes[i].questions, "%s: %zu questions", shapes[i].text, g.x.questions.n);
        arena_free(g.a);
    }
}
END_TEST

START_TEST(tokens_and_what_only_looks_like_them)
{
    struct got g =
        extract("Fix it in src/auth/login.c:42 (Python 3.12)",
                "Look at `make check`, `user_id`, GET `/api/v1/users/{id}`, `/health` and Node.js and/or config.yaml.\n"
                "$ not a command\n```\n$ npm run build\nFile \"lib/x.py\", line 3\n```\nVersion v2.3.1, see "
                "http://a.example/b?c=d.\n"
                "We ALTER TABLE accounts ADD COLUMN locked and read the truth table.\n");
    const struct extract *x = &g.x;
    ck_assert_ptr_nonnull(find(&x->paths, "src/auth/login.c"));
    ck_assert_str_eq(find(&x->paths, "login")->text, "src/auth/login.c");
    ck_assert_int_eq(find(&x->paths, "login")->line, 0);
    ck_assert_ptr_nonnull(find(&x->paths, "config.yaml"));
    ck_assert_ptr_nonnull(find(&x->paths, "lib/x.py"));
    ck_assert_ptr_null(find(&x->paths, "Node.js"));
    ck_assert_ptr_null(find(&x->paths, "and/or"));
    ck_assert_ptr_nonnull(find(&x->commands, "make check"));
    ck_assert_ptr_nonnull(find(&x->commands, "npm run build"));
    ck_assert_ptr_nonnull(find(&x->identifiers, "user_id"));
    ck_assert(has_endpoint(x, "GET", "/api/v1/users/{id}") && has_endpoint(x, NULL, "/health"));
    ck_assert_ptr_nonnull(find(&x->versions, "Python 3.12"));
    ck_assert_ptr_nonnull(find(&x->versions, "v2.3.1"));
    ck_assert_ptr_nonnull(find(&x->links, "http://a.example/b?c=d"));
    ck_assert(has_table(x, "accounts", "locked") && !has_table(x, "truth", NULL));
    arena_free(g.a);
}
END_TEST

static const struct {
    const char *text, *value, *unit;
    int bound;
} bounds[] = {
    {"answers in < 100 ms", "100", "ms", BOUND_AT_MOST},
    {"max 20 items", "20", "items", BOUND_AT_MOST},
    {"at least 3 retries", "3", "retries", BOUND_AT_LEAST},
    {"no more than 5 attempts", "5", "attempts", BOUND_AT_MOST},
    {"100 requests per minute", "100", "requests per minute", BOUND_EXACT},
    {"p95 under 1.5 seconds", "1.5", "seconds", BOUND_AT_MOST},
    {"up to 10,000 rows", "10,000", "rows", BOUND_AT_MOST},
    {"≥ 80 % coverage", "80", "%", BOUND_AT_LEAST},
    {"a name can't be longer than 40 characters", "40", "characters", BOUND_AT_MOST},
    {"it must not take more than 3 s", "3", "s", BOUND_AT_MOST},
    {"never less than 2 replicas", "2", "replicas", BOUND_AT_LEAST},
    {"a page takes 20 minutes or less", "20", "minutes", BOUND_AT_MOST},
    {"at most three lists", "3", "lists", BOUND_AT_MOST},
    {"deleted after 90 days", "90", "days", BOUND_EXACT},
    {"at most 5 requests per address and hour", "5", "requests per address and hour", BOUND_AT_MOST},
    {"99 % of the calls", "99", "%", BOUND_AT_LEAST},
};

START_TEST(limits)
{
    for (size_t i = 0; i < sizeof bounds / sizeof bounds[0]; i++) {
        struct got g = extract(NULL, bounds[i].text);
        const struct extract_limit *l = limit(&g.x, bounds[i].value);
        ck_assert_msg(l != NULL, "%s", bounds[i].text);
        ck_assert_str_eq(l->unit, bounds[i].unit);
        ck_assert_int_eq(l->bound, bounds[i].bound);
        arena_free(g.a);
    }
}
END_TEST

START_TEST(numbers_that_set_a_scene_are_no_limits)
{
    static const char *const texts[] = {"It must open a file of 3 GB.",
                                        "It must work for an account with 7 million events.",
                                        "Rename it until 2.0.", "It must answer with 404.", "Yesterday, 48 hours ago.",
                                        "It must handle TLS 1.3 at 10:30."};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct got g = extract(NULL, texts[i]);
        ck_assert_msg(g.x.limits.n == 0, "%s: %s", texts[i], g.x.limits.n ? g.x.limits.v[0].text : "");
        arena_free(g.a);
    }
}
END_TEST

static const struct {
    const char *text, *deadline;
    int64_t people, days;
} plans[] = {
    {"To be released on 2026-12-11.", "2026-12-11", 0, 0},
    {"Latest date: 31 January 2027. Estimate by Ruben: 12 days.", "2027-01-31", 0, 12},
    {"Two people (Ann + Bob), 15 days.", NULL, 2, 15},
    {"It must be ready by May 3rd, or so.", "May 3rd", 0, 0},
    {"The tests with ten people failed on 2026-03-01.", NULL, 0, 0},
    {"Team of 5 people, 90 person-days, to be finished by 2027-04-30.", "2027-04-30", 5, 90},
};

START_TEST(dates_people_and_days)
{
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++) {
        struct got g = extract(NULL, plans[i].text);
        const char *d = g.x.deadline ? g.x.deadline : "", *wanted = plans[i].deadline ? plans[i].deadline : "";
        ck_assert_msg(strcmp(d, wanted) == 0, "%s: %s", plans[i].text, d);
        ck_assert_msg(g.x.people == plans[i].people && g.x.days == plans[i].days, "%s: %d people, %d days",
                      plans[i].text, (int)g.x.people, (int)g.x.days);
        arena_free(g.a);
    }
}
END_TEST

START_TEST(tables_by_dots_leads_and_words)
{
    struct got g = extract(NULL, "Keep `orders.paid_at` and the column total_cents of\nthe table invoices, not "
                                 "app.example.com or settings.debug.\n\nEach change goes to a table price_log with:\n"
                                 "- the price (old_price)\n");
    ck_assert(has_table(&g.x, "orders", "paid_at") && has_table(&g.x, "invoices", "total_cents"));
    ck_assert(has_table(&g.x, "price_log", "old_price"));
    ck_assert(!has_table(&g.x, "settings", "debug") && !has_table(&g.x, "app", "example"));
    arena_free(g.a);
}
END_TEST

START_TEST(any_bytes_and_bounds)
{
    static char big[400000];
    static const char *const parts[] = {"- must x\n", "`",   "[",        "|a|",    "GET /", "{{",
                                        "> ",         "1. ", "\xff\xfe", "Given ", "1.1 ",  "a.a."};
    for (size_t p = 0; p < sizeof parts / sizeof parts[0]; p++) {
        struct arena *a = arena_new(0);
        struct extract x;
        struct err e = {0};
        size_t n = strlen(parts[p]);
        for (size_t i = 0; i + n < sizeof big; i += n) memcpy(big + i, parts[p], n);
        ck_assert_int_eq(planner_extract(NULL, big, sizeof big - 1, a, &x, &e), ERR_OK);
        ck_assert_uint_le(x.requirements.n, EXTRACT_MAX_REQUIREMENTS);
        arena_free(a);
    }
}
END_TEST

UNIT_MAIN("planner_extract", {markdown_sections_decide, given_when_then_is_one_requirement, jira_markup,
                              mail_is_read_as_prose, bug_reports, checked_items_are_done_already, shapes_of_tickets,
                              tokens_and_what_only_looks_like_them, limits,
                              numbers_that_set_a_scene_are_no_limits, dates_people_and_days,
                              tables_by_dots_leads_and_words, any_bytes_and_bounds})
