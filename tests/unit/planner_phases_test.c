/* Phases, steps and closing sections drafted without a model: what is there, what is not, and why. */
#include "unit/planner_world.h"
#include "unit/check_main.h"

/* --- looking things up -------------------------------------------------------------------------------------------- */
static const struct phase *phase_titled(const struct world *w, const char *begins)
{
    for (size_t i = 0; i < w->document.phases.n; i++)
        if (strncmp(w->document.phases.v[i].title, begins, strlen(begins)) == 0) return &w->document.phases.v[i];
    return NULL;
}

static bool steps_say(const struct phase *p, const char *text)
{
    for (size_t i = 0; p && i < p->steps.n; i++)
        if (strstr(p->steps.v[i].text, text) || strstr(p->steps.v[i].title, text)) return true;
    return false;
}

static bool code_says(const struct phase *p, const char *text)
{
    for (size_t i = 0; p && i < p->steps.n; i++)
        for (size_t j = 0; j < p->steps.v[i].code.n; j++)
            if (strstr(p->steps.v[i].code.v[j].text, text)) return true;
    return false;
}

static bool any_phase_says(const struct world *w, const char *text)
{
    for (size_t i = 0; i < w->document.phases.n; i++)
        if (steps_say(&w->document.phases.v[i], text)) return true;
    return false;
}

static bool manual_says(const struct phase *p, const char *text)
{
    for (size_t i = 0; p && i < p->manual.n; i++)
        if (strstr(p->manual.v[i], text)) return true;
    return false;
}

static size_t index_of(const struct world *w, const struct phase *p)
{
    ck_assert_ptr_nonnull(p);
    return (size_t)(p - w->document.phases.v);
}

static const struct done_item *done_with(const struct world *w, const char *text)
{
    for (size_t i = 0; i < w->closing.done.n; i++)
        if (strstr(w->closing.done.v[i].item, text)) return &w->closing.done.v[i];
    return NULL;
}

static void no_errors(struct world *w)
{
    struct check_result r;
    world_check(w, &r);
    for (size_t i = 0; i < r.findings.n; i++)
        ck_assert_msg(r.findings.v[i].severity != SEVERITY_ERROR, "%s %s: %s", r.findings.v[i].rule,
                      r.findings.v[i].anchor, r.findings.v[i].message);
}

static void plan_of(struct world *w, const char *codebase, const char *title, const char *body)
{
    world_open(w, codebase);
    world_ticket(w, title, body);
    world_plan(w);
    no_errors(w);
}

/* --- phases that fit ---------------------------------------------------------------------------------------------- */
START_TEST(no_database_phase_without_data)
{
    static const char *const tickets[] = {"csv_export_jira.txt",  "mail_rename.txt",      "one_line.txt",
                                          "refactor_settings.md", "upgrade_framework.md", "percent_login_bug.md"};
    for (size_t t = 0; t < sizeof tickets / sizeof tickets[0]; t++) {
        struct world w;
        world_open(&w, "node-web");
        world_ticket_file(&w, tickets[t]);
        world_plan(&w);
        for (size_t i = 0; i < w.document.phases.n; i++)
            for (size_t s = 0; s < w.document.phases.v[i].steps.n; s++)
                for (size_t f = 0; f < w.document.phases.v[i].steps.v[s].files.n; f++)
                    ck_assert_msg(strncmp(w.document.phases.v[i].steps.v[s].files.v[f].path, "migrations/", 11) != 0,
                                  "%s migrates", tickets[t]);
        ck_assert_ptr_null(phase_titled(&w, "Data:"));
        world_close(&w);
    }
}
END_TEST

START_TEST(a_renamed_column_is_expanded_and_contracted)
{
    struct world w;
    const struct phase *expand, *out, *contract;
    plan_of(&w, "python-api", "Customers have one name field",
            "- Rename the column `name` of the `customers` table to `full_name`\n"
            "- `GET /customers/{id}` returns `full_name`\n");
    expand = phase_titled(&w, "Expand: `customers.full_name`");
    out = phase_titled(&w, "Switch: `customers.name`");
    contract = phase_titled(&w, "Contract: `customers.name`");
    ck_assert(index_of(&w, expand) < index_of(&w, phase_titled(&w, "API:")));
    ck_assert(index_of(&w, phase_titled(&w, "API:")) < index_of(&w, out));
    ck_assert(index_of(&w, out) < index_of(&w, contract));
    ck_assert(steps_say(expand, "pieces of 1,000") && code_says(expand, "SET full_name = name"));
    ck_assert(!code_says(expand, "DROP"));
    ck_assert(code_says(contract, "DROP COLUMN name") && strstr(contract->rollback, "backup"));
    ck_assert_ptr_nonnull(strstr(contract->steps.v[0].files.v[0].path, "migrations/versions/0004_contract_customers_"));
    world_close(&w);
}
END_TEST

START_TEST(a_required_column_is_filled_before_it_is_required)
{
    struct world w;
    plan_of(&w, "go-cli", "Every entry has a project",
            "- The column `project` of the `entries` table must be NOT NULL\n- `tally report` prints the project\n"
            "- Entries without a project count as `misc`\n");
    ck_assert(steps_say(phase_titled(&w, "Expand:"), "still accepts NULL"));
    ck_assert(code_says(phase_titled(&w, "Expand:"), "count(*)"));
    ck_assert(code_says(phase_titled(&w, "Contract:"), "SET NOT NULL"));
    ck_assert_ptr_null(phase_titled(&w, "Switch:"));
    world_close(&w);
}
END_TEST

START_TEST(what_only_goes_needs_no_expanding)
{
    struct world w;
    plan_of(&w, "python-api", "Get rid of the fax number",
            "- Drop the column `fax` of the `customers` table\n- `GET /customers/{id}` no longer returns `fax`\n");
    ck_assert_ptr_null(phase_titled(&w, "Expand:"));
    ck_assert(index_of(&w, phase_titled(&w, "Switch:")) < index_of(&w, phase_titled(&w, "Contract:")));
    world_close(&w);
}
END_TEST

START_TEST(a_large_fault_is_reproduced_then_fixed)
{
    struct world w;
    plan_of(&w, "python-api", "Tracking shows wrong states",
            "Steps to reproduce:\n1. Send a parcel\n2. Look at its state\n\nExpected: the newest state\nActual: the "
            "oldest\n\n"
            "## Requirements\n- The newest state must be shown\n- `GET /parcels/{id}` returns the newest state\n"
            "- Times must be compared in UTC\n- States without a time come last\n- An unknown state is logged\n");
    ck_assert_int_eq(w.understanding.size, SIZE_FULL);
    ck_assert_uint_le(w.document.phases.n, 4);
    ck_assert_uint_eq(index_of(&w, phase_titled(&w, "Reproduce:")), 0);
    ck_assert_uint_eq(index_of(&w, phase_titled(&w, "Fix:")), 1);
    ck_assert_ptr_null(phase_titled(&w, "API:"));
    world_close(&w);
}
END_TEST

START_TEST(a_one_line_fault_is_one_short_page)
{
    static const char *const codebases[] = {"python-api", "node-web", "go-cli", "c-lib"};
    for (size_t c = 0; c < 4; c++) {
        struct world w;
        struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
        size_t lines = 0;
        plan_of(&w, codebases[c], "Login answers 500 when the password contains a percent sign", NULL);
        document_markdown(&w.document, NULL, &b);
        for (const char *p = buf_cstr(&b); *p; p++) lines += *p == '\n';
        ck_assert_msg(lines <= 60, "%zu lines over %s", lines, codebases[c]);
        ck_assert_uint_eq(w.document.phases.n, 1);
        for (size_t i = 0; i < w.document.phases.v[0].provides.n; i++) /* a fault is not mended by a new module */
            ck_assert_msg(strstr(w.document.phases.v[0].provides.v[i].name, "test"), "%s",
                          w.document.phases.v[0].provides.v[i].name);
        buf_release(&b);
        world_close(&w);
    }
}
END_TEST

START_TEST(a_risky_release_is_switched_on_apart)
{
    struct world w;
    const struct phase *p;
    plan_of(&w, "node-web", "Loans can be extended",
            "- A column `extended_at` is added to the `loans` table\n- A loan may be extended twice\n"
            "- `POST /loans/{id}/extension` extends a loan\n- The page of a book shows a button to extend its loan\n");
    p = phase_titled(&w, "API:");
    ck_assert(steps_say(p, "_ENABLED`, off"));
    p = phase_titled(&w, "Roll-out:");
    ck_assert(steps_say(p, "_ENABLED"));
    ck_assert(strstr(p->rollback, "_ENABLED` off"));
    world_close(&w);
    plan_of(&w, "c-lib", "Records carry a level",
            "- `ringlog_write` takes a level\n- Records below the level are dropped\n"
            "- The level must be one of five\n");
    ck_assert(!any_phase_says(&w, "_ENABLED"));
    ck_assert_ptr_null(phase_titled(&w, "Roll-out:"));
    world_close(&w);
}
END_TEST

/* --- answers ------------------------------------------------------------------------------------------------------ */
static const char *const limited = "- `POST /sessions/refresh` extends the session and answers 204\n- Every request "
                                   "extends the session by 30 minutes\n"
                                   "- A session must never live longer than 12 hours\n\n## Open questions\n"
                                   "- Should the refresh endpoint be rate limited?\n";

static const char *question_about(struct world *w, const char *word)
{
    struct step_result r;
    ck_ok(w, planner_read(&w->brief, w->a, &w->e));
    world_step(w, STEP_UNDERSTAND, NULL, &r);
    for (size_t i = 0; i < r.understanding.questions.n; i++)
        if (strstr(r.understanding.questions.v[i].text, word)) return r.understanding.questions.v[i].id;
    ck_abort_msg("no question about %s", word);
    return NULL;
}

START_TEST(an_answer_is_built_tested_and_tried)
{
    struct world w;
    struct answer a = {.answer = "Yes, 10 per minute"};
    const struct phase *api;
    bool measured = false;
    world_open(&w, "python-api");
    world_ticket(&w, "Sessions last while people work", limited);
    a.question = question_about(&w, "rate limited");
    memset(&w.brief.files, 0, sizeof w.brief.files);
    memset(&w.brief.missing, 0, sizeof w.brief.missing);
    w.brief.answers.v = &a;
    w.brief.answers.n = 1;
    world_plan(&w);
    no_errors(&w);
    api = phase_titled(&w, "API:");
    ck_assert(steps_say(api, "The refresh endpoint must be rate limited: 10 per minute."));
    ck_assert(steps_say(api, "10 per minute, and one more"));
    ck_assert(manual_says(api, "10 per minute"));
    for (size_t i = 0; i < w.closing.success.n; i++)
        measured = measured || strstr(w.closing.success.v[i].measure, "10 per minute");
    ck_assert(measured);
    world_close(&w);
}
END_TEST

START_TEST(a_refusal_builds_nothing)
{
    struct world w;
    struct answer a = {.answer = "No, not now"};
    world_open(&w, "python-api");
    world_ticket(&w, "Sessions last while people work", limited);
    a.question = question_about(&w, "rate limited");
    memset(&w.brief.files, 0, sizeof w.brief.files);
    memset(&w.brief.missing, 0, sizeof w.brief.missing);
    w.brief.answers.v = &a;
    w.brief.answers.n = 1;
    world_plan(&w);
    ck_assert(!any_phase_says(&w, "rate limited"));
    world_close(&w);
}
END_TEST

START_TEST(a_rate_is_not_a_rate_limit)
{
    struct world w;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    world_plan(&w);
    ck_assert(!any_phase_says(&w, "Retry-After"));
    world_close(&w);
}
END_TEST

/* --- closing ------------------------------------------------------------------------------------------------------ */
START_TEST(rows_are_applied_or_waived_with_a_reason)
{
    struct world w;
    const struct done_item *x;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    world_plan(&w);
    ck_assert_ptr_nonnull(done_with(&w, "at most 5 ms"));
    ck_assert_ptr_nonnull(done_with(&w, "OWASP A07"));
    x = done_with(&w, "/sessions/current");
    ck_assert(x && !x->waived);
    world_close(&w);
    plan_of(&w, "c-lib", "Records carry a level",
            "- `ringlog_write` takes a level\n- Records below the level are dropped\n"
            "- The level must be one of five\n");
    x = done_with(&w, "Performance");
    ck_assert(x && x->waived && strstr(x->waived, "no limit on time"));
    x = done_with(&w, "OWASP Top 10");
    ck_assert(x && x->waived);
    x = done_with(&w, "Monitoring");
    ck_assert(x && x->waived);
    world_close(&w);
}
END_TEST

static bool risks_say(struct world *w, const char *words)
{
    bool said = false;
    for (size_t i = 0; i < w->closing.risks.n; i++) {
        const struct risk *r = &w->closing.risks.v[i];
        said = said || strstr(r->risk, words);
        ck_assert(r->mitigation && *r->mitigation);
        ck_assert(r->contingency && *r->contingency);
    }
    return said;
}

START_TEST(risks_follow_from_the_survey)
{
    struct world w;
    world_open(&w, "c-lib");
    world_ticket(&w, "Errors say which file they are about",
                 "- `src/error.c` must name the file\n- `src/error.c` must keep the text of each code\n"
                 "- The text must end without a full stop\n");
    world_plan(&w);
    ck_assert(risks_say(&w, "`src/error.c` has no test of its own"));
    world_close(&w);
    world_open(&w, "python-api");
    world_ticket_file(&w, "percent_login_bug.md");
    world_plan(&w);
    ck_assert(!risks_say(&w, "has no test of its own"));
    ck_assert(!risks_say(&w, "No CI"));
    world_close(&w);
}
END_TEST

START_TEST(the_time_is_compared_with_the_deadline)
{
    struct world w;
    struct buf b = BUF_INIT(1000);
    struct totals t;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    world_plan(&w);
    ck_ok(&w, document_totals(&w.document, w.a, &t, &w.e));
    duration_text(t.work.likely, &b);
    ck_assert_int_eq(strncmp(w.closing.timeline.note, buf_cstr(&b), b.n), 0); /* one figure, said twice */
    ck_assert_ptr_nonnull(strstr(w.closing.timeline.note, "18 working days until 2026-12-18: it fits"));
    buf_release(&b);
    world_close(&w);
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    w.brief.timeline = "Two days until the release, one developer: 1 day of work is left.";
    world_plan(&w);
    if (w.closing.timeline.available > 0) ck_assert_ptr_nonnull(strstr(w.closing.timeline.note, " left: "));
    world_close(&w);
}
END_TEST

START_TEST(estimates_are_quarters_and_in_order)
{
    static const char *const tickets[] = {"sliding_sessions.md", "csv_export_jira.txt", "one_line.txt", "slow_list.md"};
    for (size_t t = 0; t < 4; t++) {
        struct world w;
        world_open(&w, "node-web");
        world_ticket_file(&w, tickets[t]);
        world_plan(&w);
        for (size_t i = 0; i < w.document.phases.n; i++) {
            const struct estimate *e = &w.document.phases.v[i].estimate;
            ck_assert_int_eq(e->likely % 15, 0);
            ck_assert(e->optimistic % 15 == 0 && e->pessimistic % 15 == 0);
            ck_assert(0 < e->optimistic && e->optimistic < e->likely && e->likely < e->pessimistic);
        }
        world_close(&w);
    }
}
END_TEST

/* A requirement is given in full once in the table and at most once in the steps. */
START_TEST(requirements_are_not_said_again_and_again)
{
    struct world w;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    world_plan(&w);
    for (size_t r = 0; r < w.document.requirements.n; r++) {
        const char *text = w.document.requirements.v[r].text;
        size_t steps = 0, tails = 0;
        for (size_t i = 0; i < w.document.phases.n; i++)
            for (size_t s = 0; s < w.document.phases.v[i].steps.n; s++) {
                steps += strstr(w.document.phases.v[i].steps.v[s].text, text) != NULL;
                tails += strstr(w.document.phases.v[i].steps.v[s].title, "\xe2\x80\xa6") != NULL;
            }
        ck_assert_msg(steps <= 1, "%s is given %zu times", w.document.requirements.v[r].id, steps);
        ck_assert_uint_eq(tails, 0); /* no title is cut short */
    }
    world_close(&w);
}
END_TEST

/* --- several repositories ----------------------------------------------------------------------------------------- */
START_TEST(phases_are_split_by_repository)
{
    struct world w, web;
    struct codebase both[2];
    const struct phase *api, *ui;
    world_open(&web, "node-web");
    world_open(&w, "python-api");
    world_ticket(
        &w, "Show the weight of a parcel",
        "- `GET /parcels/{id}` returns the weight in grams\n- `GET /books` in the web server returns the weight of a "
        "book\n- The list of books in the client shows the weight on its page\n");
    both[0] = w.codebase;
    both[1] = web.codebase;
    both[0].base.alias = "api";
    both[1].base.alias = "web";
    w.brief.codebases.v = both;
    w.brief.codebases.n = 2;
    world_plan(&w);
    for (size_t p = 0; p < w.document.phases.n; p++) {
        const struct phase *ph = &w.document.phases.v[p];
        bool first = false, second = false;
        if (strncmp(ph->title, "API", 3) != 0 && strncmp(ph->title, "User", 4) != 0) continue;
        for (size_t s = 0; s < ph->steps.n; s++)
            for (size_t f = 0; f < ph->steps.v[s].files.n; f++) {
                bool in_web = strncmp(ph->steps.v[s].files.v[f].path, "web//", 5) == 0;
                first = first || !in_web;
                second = second || in_web;
            }
        ck_assert_msg(!(first && second), "%s changes both", ph->title);
    }
    api = phase_titled(&w, "API");
    ui = phase_titled(&w, "User interface");
    ck_assert(api && ui && strstr(ui->title, "in `web`"));
    world_close(&w);
    world_close(&web);
}
END_TEST

/* --- the same again ----------------------------------------------------------------------------------------------- */
static void bytes_of(struct world *w, enum step_kind kind, const char *subject, struct buf *b)
{
    struct step_result r;
    const void *member[] = {[STEP_UNDERSTAND] = &r.understanding,
                            [STEP_OPTIONS] = &r.options,
                            [STEP_OUTLINE] = &r.outline,
                            [STEP_PHASE] = &r.phase,
                            [STEP_CLOSING] = &r.closing};
    world_step(w, kind, subject, &r);
    record_encode(step_record(kind), member[kind], b);
}

START_TEST(every_step_gives_the_same_bytes_again)
{
    static const char *const tickets[] = {"sliding_sessions.md", "csv_export_jira.txt", "refactor_settings.md"};
    for (size_t t = 0; t < 3; t++) {
        struct buf b[2] = {BUF_INIT(BUF_MAX_DEFAULT), BUF_INIT(BUF_MAX_DEFAULT)};
        for (int i = 0; i < 2; i++) {
            struct world w;
            world_open(&w, "node-web");
            world_ticket_file(&w, tickets[t]);
            world_plan(&w);
            for (enum step_kind k = STEP_UNDERSTAND; k <= STEP_CLOSING; k++)
                if (k != STEP_PHASE) bytes_of(&w, k, NULL, &b[i]);
            for (size_t p = 0; p < w.outline.phases.n; p++) bytes_of(&w, STEP_PHASE, w.outline.phases.v[p].id, &b[i]);
            world_close(&w);
        }
        ck_assert_uint_eq(b[0].n, b[1].n);
        ck_assert_mem_eq(b[0].p, b[1].p, b[0].n);
        buf_release(&b[0]);
        buf_release(&b[1]);
    }
}
END_TEST

UNIT_MAIN("planner_phases",
          {no_database_phase_without_data, a_renamed_column_is_expanded_and_contracted,
           a_required_column_is_filled_before_it_is_required, what_only_goes_needs_no_expanding,
           a_large_fault_is_reproduced_then_fixed, a_one_line_fault_is_one_short_page,
           a_risky_release_is_switched_on_apart, an_answer_is_built_tested_and_tried, a_refusal_builds_nothing,
           a_rate_is_not_a_rate_limit, rows_are_applied_or_waived_with_a_reason, risks_follow_from_the_survey,
           the_time_is_compared_with_the_deadline, estimates_are_quarters_and_in_order,
           requirements_are_not_said_again_and_again, phases_are_split_by_repository,
           every_step_gives_the_same_bytes_again})
