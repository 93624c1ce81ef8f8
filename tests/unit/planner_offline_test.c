/* Whole plans drafted without a model: every ticket over every codebase, held to the checks and to plain rules. */
#include "unit/planner_matrix.h"
#include "unit/check_main.h"

static bool made_before(const struct document *d, size_t phase, size_t step, size_t file, const char *path)
{
    for (size_t p = 0; p <= phase; p++)
        for (size_t s = 0; s < d->phases.v[p].steps.n; s++)
            for (size_t f = 0; f < d->phases.v[p].steps.v[s].files.n; f++) {
                const struct file_change *c = &d->phases.v[p].steps.v[s].files.v[f];
                if (p == phase && (s > step || (s == step && f >= file))) return false;
                if (c->change == CHANGE_CREATE && strcmp(c->path, path) == 0) return true;
            }
    return false;
}

static void files_hold(const struct world *w)
{
    const struct document *d = &w->document;
    for (size_t p = 0; p < d->phases.n; p++)
        for (size_t s = 0; s < d->phases.v[p].steps.n; s++)
            for (size_t f = 0; f < d->phases.v[p].steps.v[s].files.n; f++) {
                const struct file_change *c = &d->phases.v[p].steps.v[s].files.v[f];
                bool there = tree_find(w->codebase.tree, c->path) != NULL || made_before(d, p, s, f, c->path);
                ck_assert_msg(there == (c->change != CHANGE_CREATE), "%s of %s in %s", change_names[c->change], c->path,
                              d->phases.v[p].id);
            }
}

static bool provided(const struct document *d, size_t phase, const char *command)
{
    for (size_t p = 0; p <= phase; p++)
        for (size_t i = 0; i < d->phases.v[p].provides.n; i++)
            if (d->phases.v[p].provides.v[i].kind == DELIVERS_COMMAND &&
                strcmp(d->phases.v[p].provides.v[i].name, command) == 0)
                return true;
    return false;
}

static void phases_hold(const struct world *w)
{
    const struct document *d = &w->document;
    struct command_names none = {0};
    struct command_ref ref;
    for (size_t p = 0; p < d->phases.n; p++) {
        const struct phase *ph = &d->phases.v[p];
        ck_assert_uint_gt(ph->steps.n, 0);
        ck_assert_uint_gt(ph->automated.n, 0);
        ck_assert_uint_gt(ph->manual.n, 0);
        ck_assert(ph->rollback && *ph->rollback);
        ck_assert(ph->requirements.n > 0 || ph->why);
        ck_assert(0 < ph->estimate.optimistic && ph->estimate.optimistic <= ph->estimate.likely &&
                  ph->estimate.likely <= ph->estimate.pessimistic);
        for (size_t i = 0; i < ph->automated.n; i++)
            ck_assert_msg(survey_command_known(&w->survey, w->codebase.tree, &none, ph->automated.v[i].command, w->a,
                                               &ref) != COMMAND_UNKNOWN ||
                              provided(d, p, ph->automated.v[i].command),
                          "unknown command %s", ph->automated.v[i].command);
        for (size_t i = 0; i < ph->depends_on.n; i++)
            ck_assert_int_lt((int)(document_phase(d, ph->depends_on.v[i]) - d->phases.v), (int)p);
    }
}

static void requirements_hold(const struct world *w)
{
    const struct document *d = &w->document;
    ck_assert_uint_gt(d->requirements.n, 0);
    for (size_t r = 0; r < d->requirements.n; r++) {
        bool covered = false;
        for (size_t p = 0; p < d->phases.n; p++)
            for (size_t i = 0; i < d->phases.v[p].requirements.n; i++)
                covered = covered || strcmp(d->phases.v[p].requirements.v[i], d->requirements.v[r].id) == 0;
        ck_assert_msg(covered, "%s is not covered", d->requirements.v[r].id);
        ck_assert(d->requirements.v[r].quote && *d->requirements.v[r].quote);
    }
}

/* The empty tree too. */
START_TEST(every_ticket_over_every_codebase)
{
    for (size_t c = 0; c <= MATRIX_CODEBASES; c++)
        for (size_t t = 0; t < MATRIX_TICKETS; t++) {
            const char *codebase = c < MATRIX_CODEBASES ? matrix_codebases[c] : NULL;
            struct world w;
            struct check_result r;
            world_open(&w, codebase);
            world_ticket_file(&w, matrix_tickets[t]);
            world_plan(&w);
            files_hold(&w);
            phases_hold(&w);
            requirements_hold(&w);
            world_check(&w, &r);
            for (size_t i = 0; i < r.findings.n; i++)
                ck_assert_msg(r.findings.v[i].severity != SEVERITY_ERROR, "%s over %s: %s %s: %s", matrix_tickets[t],
                              codebase ? codebase : "nothing", r.findings.v[i].rule, r.findings.v[i].anchor,
                              r.findings.v[i].message);
            world_close(&w);
        }
}
END_TEST

START_TEST(the_same_brief_gives_the_same_bytes)
{
    struct sha256 first = {0};
    for (int i = 0; i < 2; i++) {
        struct world w;
        struct sha256 h;
        world_open(&w, "python-api");
        world_ticket_file(&w, "sliding_sessions.md");
        world_plan(&w);
        h = document_hash(&w.document, &w.e);
        if (i == 0) first = h;
        ck_assert_mem_eq(h.b, first.b, sizeof h.b);
        world_close(&w);
    }
}
END_TEST

START_TEST(a_bug_is_small_and_begins_with_its_test)
{
    struct world w;
    struct step_result r;
    world_open(&w, "python-api");
    world_ticket_file(&w, "percent_login_bug.md");
    world_plan(&w);
    ck_assert_int_eq(w.understanding.size, SIZE_SMALL);
    ck_assert(w.understanding.size_why && *w.understanding.size_why);
    ck_assert_uint_eq(w.document.phases.n, 1);
    ck_assert_ptr_nonnull(strstr(w.document.phases.v[0].steps.v[0].title, "Reproduce"));
    ck_assert_ptr_nonnull(strstr(w.document.phases.v[0].steps.v[0].text, "incomplete format"));
    world_step(&w, STEP_OPTIONS, NULL, &r);
    ck_assert_uint_eq(r.options.options.n, 1);
    ck_assert_ptr_nonnull(r.options.why_single);
    world_close(&w);
}
END_TEST

START_TEST(phases_follow_dependencies)
{
    struct world w;
    size_t data = 0, api = 0;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    world_plan(&w);
    ck_assert_int_eq(w.understanding.size, SIZE_FULL);
    for (size_t i = 0; i < w.document.phases.n; i++) {
        if (strncmp(w.document.phases.v[i].title, "Data:", 5) == 0) data = i + 1;
        if (strncmp(w.document.phases.v[i].title, "API:", 4) == 0) api = i + 1;
    }
    ck_assert_uint_gt(data, 0);
    ck_assert_uint_gt(api, data);
    ck_assert_str_eq(w.document.phases.v[data - 1].steps.v[0].files.v[0].path,
                     "migrations/versions/0003_sessions_last_seen_at.py");
    world_close(&w);
}
END_TEST

START_TEST(options_differ_and_are_drawn_from_the_code)
{
    struct world w;
    struct step_result r;
    world_open(&w, "node-web");
    world_ticket_file(&w, "csv_export_jira.txt");
    world_plan(&w);
    ck_assert_uint_ge(w.options.options.n, 2);
    ck_assert_uint_le(w.options.options.n, 3);
    ck_assert_ptr_null(w.options.why_single);
    for (size_t i = 0; i < w.options.options.n; i++) {
        const struct option *o = &w.options.options.v[i];
        ck_assert(o->pros.n > 0 && o->cons.n > 0 && o->best_for && o->effort);
        ck_assert_ptr_nonnull(strstr(o->diagram, "src/"));
        for (size_t j = 0; j < i; j++) ck_assert_str_ne(o->title, w.options.options.v[j].title);
    }
    ck_assert_str_eq(w.options.options.v[0].title, "Queued in the background");
    w.brief.more = "we have no place to run a worker";
    world_step(&w, STEP_OPTIONS, NULL, &r);
    ck_assert_uint_gt(r.options.options.n, 0);
    for (size_t i = 0; i < r.options.options.n; i++)
        for (size_t j = 0; j < w.options.options.n; j++)
            ck_assert_str_ne(r.options.options.v[i].title, w.options.options.v[j].title);
    world_close(&w);
}
END_TEST

START_TEST(the_choice_changes_the_plan)
{
    const char *titles[2] = {NULL, NULL};
    for (int i = 0; i < 2; i++) {
        struct world w;
        world_open(&w, "node-web");
        world_ticket_file(&w, "csv_export_jira.txt");
        if (i == 1)
            w.brief.own = "Extend the existing route, nothing else", w.brief.choice_reason = "we want no new files";
        world_plan(&w);
        titles[i] = NULL;
        for (size_t p = 0; p < w.document.phases.n && !titles[i]; p++)
            for (size_t s = 0; s < w.document.phases.v[p].steps.n; s++)
                if (strstr(w.document.phases.v[p].steps.v[s].title, "Create ")) titles[i] = "creates";
        if (i == 1) {
            ck_assert_str_eq(w.document.header.approach, "Extend the existing route, nothing else.");
            ck_assert_str_eq(w.document.header.approach_why, "We want no new files.");
        }
        world_close(&w);
    }
    ck_assert_ptr_nonnull(titles[0]);
    ck_assert_ptr_null(titles[1]);
}
END_TEST

START_TEST(questions_only_where_something_is_open)
{
    struct world w;
    struct step_result r;
    bool missing = false, asked = false;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    ck_ok(&w, planner_read(&w.brief, w.a, &w.e));
    world_step(&w, STEP_UNDERSTAND, NULL, &r);
    for (size_t i = 0; i < r.understanding.questions.n; i++) {
        const struct question *q = &r.understanding.questions.v[i];
        missing = missing || strstr(q->text, "docs/sessions.md");
        asked = asked || strstr(q->text, "rate limited");
        ck_assert(q->id && q->why && q->preset && q->searched && q->options.n >= 2);
    }
    ck_assert(missing && asked);
    world_close(&w);

    world_open(&w, NULL);
    world_ticket(&w, "A tool that counts words", "It must read a file and print the number of words.");
    ck_ok(&w, planner_read(&w.brief, w.a, &w.e));
    world_step(&w, STEP_UNDERSTAND, NULL, &r);
    ck_assert_uint_eq(r.understanding.questions.n, 1);
    ck_assert_ptr_nonnull(strstr(r.understanding.questions.v[0].text, "codebase"));
    world_close(&w);

    world_open(&w, "go-cli");
    world_ticket(&w, "Add a --json flag to the report command",
                 "- `tally report --json` must print the report as JSON\n- The text form stays the default\n");
    ck_ok(&w, planner_read(&w.brief, w.a, &w.e));
    world_step(&w, STEP_UNDERSTAND, NULL, &r);
    ck_assert_uint_eq(r.understanding.questions.n, 0);
    world_close(&w);
}
END_TEST

START_TEST(answers_and_assumptions_are_on_record)
{
    struct world w;
    struct answer a = {.question = "Q2", .answer = "Yes, 10 per minute"};
    bool decided = false, assumed = false;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    w.brief.answers.v = &a;
    w.brief.answers.n = 1;
    world_plan(&w);
    for (size_t i = 0; i < w.closing.decisions.n; i++)
        decided = decided || strstr(w.closing.decisions.v[i].decision, "10 per minute");
    for (size_t i = 0; i < w.closing.assumptions.n; i++)
        assumed = assumed || strstr(w.closing.assumptions.v[i], "Go on without it");
    ck_assert(decided && assumed);
    world_close(&w);
}
END_TEST

START_TEST(nothing_at_all_still_gives_a_plan)
{
    struct world w;
    struct check_result r;
    world_open(&w, NULL);
    world_ticket(&w, "Send birthday cards", NULL);
    world_plan(&w);
    world_check(&w, &r);
    ck_assert_int_eq(r.verdict.failed, 0);
    ck_assert_uint_ge(w.document.phases.n, 2);
    world_close(&w);
}
END_TEST

START_TEST(a_second_codebase_has_its_alias)
{
    struct world w, web;
    struct codebase both[2];
    struct check_codebase c[2];
    struct check_input in;
    struct check_result r;
    bool seen = false;
    world_open(&web, "node-web");
    world_open(&w, "python-api");
    world_ticket(&w, "Show the weight of a parcel",
                 "- `GET /parcels/{id}` returns the weight in grams\n- The list of books in the client shows the due "
                 "date of a loan on its page\n"
                 "- Weights are stored in a column `weight_grams` of the `parcels` table\n");
    both[0] = w.codebase;
    both[1] = web.codebase;
    both[1].base.alias = "web";
    w.brief.codebases.v = both;
    w.brief.codebases.n = 2;
    world_plan(&w);
    memset(&in, 0, sizeof in);
    c[0] = (struct check_codebase){.tree = w.codebase.tree, .survey = &w.survey};
    c[1] = (struct check_codebase){.alias = "web", .tree = web.codebase.tree, .survey = &web.survey};
    in.codebases.v = c;
    in.codebases.n = 2;
    in.size = w.understanding.size;
    ck_ok(&w, check_run(&w.document, &in, w.a, &r, &w.e));
    for (size_t i = 0; i < r.findings.n; i++)
        ck_assert_msg(r.findings.v[i].severity != SEVERITY_ERROR, "%s %s: %s", r.findings.v[i].rule,
                      r.findings.v[i].anchor, r.findings.v[i].message);
    for (size_t p = 0; p < w.document.phases.n; p++)
        for (size_t s = 0; s < w.document.phases.v[p].steps.n; s++)
            for (size_t f = 0; f < w.document.phases.v[p].steps.v[s].files.n; f++)
                seen = seen || strncmp(w.document.phases.v[p].steps.v[s].files.v[f].path, "web//client/", 12) == 0;
    ck_assert(seen);
    ck_assert_uint_eq(w.document.header.base.n, 2);
    world_close(&w);
    world_close(&web);
}
END_TEST

UNIT_MAIN("planner_offline",
          {every_ticket_over_every_codebase, the_same_brief_gives_the_same_bytes,
           a_bug_is_small_and_begins_with_its_test, phases_follow_dependencies,
           options_differ_and_are_drawn_from_the_code, the_choice_changes_the_plan,
           questions_only_where_something_is_open, answers_and_assumptions_are_on_record,
           nothing_at_all_still_gives_a_plan, a_second_codebase_has_its_alias})
