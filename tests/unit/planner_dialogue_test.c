/* What the offline planner says before there is a plan: kinds of work, the understanding, questions, options, size. */
#include <dirent.h>
#include <jansson.h>
#include <unistd.h>
#include "unit/planner_world.h"
#include "unit/check_main.h"

static void research(struct world *w, const char *codebase, const char *title, const char *body)
{
    struct step_result r;
    world_open(w, codebase);
    world_ticket(w, title, body);
    ck_ok(w, planner_read(&w->brief, w->a, &w->e));
    world_step(w, STEP_UNDERSTAND, NULL, &r);
    w->understanding = r.understanding;
}

static bool says(const struct world *w, const char *text)
{
    struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
    bool found;
    understanding_markdown(&w->understanding, &b);
    found = strstr(buf_cstr(&b), text) != NULL;
    buf_release(&b);
    return found;
}

static const struct question *asks(const struct world *w, const char *text)
{
    for (size_t i = 0; i < w->understanding.questions.n; i++)
        if (strstr(w->understanding.questions.v[i].text, text)) return &w->understanding.questions.v[i];
    return NULL;
}

/* --- kinds -------------------------------------------------------------------------------------------------------- */
static size_t shared_kinds(const json_t *want, const struct understanding *u)
{
    size_t n = 0, i;
    const json_t *v;
    json_array_foreach((json_t *)(uintptr_t)want, i, v)
        for (size_t j = 0; j < u->kinds.n; j++) n += strcmp(json_string_value(v), u->kinds.v[j]) == 0;
    return n;
}

static const char *ticket_beside(struct world *w, const char *json)
{
    static const char *const ext[] = {"md", "jira", "txt", "eml"};
    for (size_t i = 0; i < sizeof ext / sizeof ext[0]; i++) {
        const char *path = arena_fmt(w->a, "%.*s%s", (int)strlen(json) - 4, json, ext[i]);
        if (access(path, R_OK) == 0) return world_file(w, path);
    }
    ck_abort_msg("%s has no ticket beside it", json);
    return NULL;
}

START_TEST(kinds_agree_with_the_labels)
{
    const char *folder = SOURCE_DIR "/tests/tickets/labelled";
    size_t hit = 0, want = 0, got = 0, tickets = 0;
    struct dirent *entry;
    DIR *d = opendir(folder);
    ck_assert_ptr_nonnull(d);
    while ((entry = readdir(d)) != NULL) {
        struct world w;
        struct step_result r;
        const char *path;
        json_t *label;
        if (!strstr(entry->d_name, ".json")) continue;
        world_open(&w, NULL);
        path = arena_fmt(w.a, "%s/%s", folder, entry->d_name);
        label = json_load_file(path, 0, NULL);
        ck_assert_ptr_nonnull(label);
        world_ticket(&w, json_string_value(json_object_get(label, "title")), ticket_beside(&w, path));
        ck_ok(&w, planner_read(&w.brief, w.a, &w.e));
        world_step(&w, STEP_UNDERSTAND, NULL, &r);
        hit += shared_kinds(json_object_get(label, "kinds"), &r.understanding);
        want += json_array_size(json_object_get(label, "kinds"));
        got += r.understanding.kinds.n;
        tickets++;
        json_decref(label);
        world_close(&w);
    }
    (void)closedir(d);
    ck_assert_uint_ge(tickets, 60);
    printf("kinds of %zu tickets: precision %.3f, recall %.3f, F1 %.3f\n", tickets, (double)hit / (double)got,
           (double)hit / (double)want, 2.0 * (double)hit / (double)(want + got));
    ck_assert_msg(200 * hit >= 80 * (want + got), "F1 is %zu %%", 200 * hit / (want + got));
}
END_TEST

START_TEST(kinds_say_why)
{
    struct world w;
    research(&w, "python-api", "Login answers 500", "Steps to reproduce:\n1. Log in\n\nExpected: 200\nActual: 500\n");
    ck_assert(says(&w, "a bug fix (\"500\" in the title"));
    world_close(&w);
    research(&w, "python-api", "Weights", "- `GET /parcels/{id}` must return a weight in grams\n");
    ck_assert(says(&w, "API work (`GET /parcels/{id}` in line 1"));
    world_close(&w);
}
END_TEST

/* --- understanding ------------------------------------------------------------------------------------------------ */
static void evidence_holds(const struct world *w, const struct finding *v, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < v[i].evidence.n; j++) {
            const struct evidence *e = &v[i].evidence.v[j];
            struct buf b = BUF_INIT(1 << 20);
            struct err err;
            int64_t lines = 1;
            ck_assert_msg(tree_find(w->codebase.tree, e->path) != NULL, "\"%s\" cites %s", v[i].text, e->path);
            ck_assert_int_eq(tree_read(w->codebase.tree, e->path, 0, &b, &err), ERR_OK);
            for (size_t k = 0; k < b.n; k++) lines += b.p[k] == '\n';
            ck_assert_msg(e->line <= lines, "%s has %lld lines, %lld is cited", e->path, (long long)lines,
                          (long long)e->line);
            buf_release(&b);
        }
}

START_TEST(statements_rest_on_the_tree)
{
    static const char *const codebases[] = {"python-api", "node-web", "go-cli", "c-lib"};
    static const char *const tickets[] = {"sliding_sessions.md", "slow_list.md", "dark_mode.md", "mail_rename.txt",
                                          "percent_login_bug.md", "upgrade_framework.md"};
    for (size_t c = 0; c < 4; c++)
        for (size_t t = 0; t < 6; t++) {
            struct world w;
            struct step_result r;
            world_open(&w, codebases[c]);
            world_ticket_file(&w, tickets[t]);
            ck_ok(&w, planner_read(&w.brief, w.a, &w.e));
            world_step(&w, STEP_UNDERSTAND, NULL, &r);
            evidence_holds(&w, r.understanding.stack.v, r.understanding.stack.n);
            evidence_holds(&w, r.understanding.architecture.v, r.understanding.architecture.n);
            evidence_holds(&w, r.understanding.testing.v, r.understanding.testing.n);
            evidence_holds(&w, r.understanding.deploy.v, r.understanding.deploy.n);
            ck_assert(r.understanding.stack.n && r.understanding.architecture.n && r.understanding.testing.n &&
                      r.understanding.deploy.n);
            world_close(&w);
        }
}
END_TEST

START_TEST(it_knows_where_the_ticket_meets_the_code)
{
    struct world w;
    research(&w, "python-api", "Refuse short tracking numbers",
             "- `POST /parcels` must answer 422 when `tracking_number` in parcels/services/tracking.py is empty\n"
             "- `announce` in parcels/services/tracking.py must write `parcels.status` in lower case\n");
    ck_assert(says(&w, "`parcels/services/tracking.py`, 23 lines"));
    ck_assert(says(&w, "2 files import it"));
    ck_assert(says(&w, "`parcels/services/tracking.py` is exercised by `tests/test_tracking.py`"));
    ck_assert(says(&w, "`POST /parcels` is served today (`parcels/api/parcels.py` line 15)"));
    ck_assert(says(&w, "`parcels/main.py`, `parcels/api/parcels.py`"));
    ck_assert(says(&w, "GitHub Actions on push and pull\\_request runs `make install`") ||
              says(&w, "GitHub Actions on push and pull_request runs `make install`"));
    world_close(&w);
}
END_TEST

/* --- corrections -------------------------------------------------------------------------------------------------- */
START_TEST(corrections_change_what_is_planned)
{
    static const char *said[] = {"The refresh must be written to the audit log.",
                                 "Sessions live in parcels/services/tracking.py, not in parcels/database.py"};
    struct world w;
    bool demanded = false, moved = false;
    world_open(&w, "python-api");
    world_ticket_file(&w, "sliding_sessions.md");
    w.brief.corrections.v = said;
    w.brief.corrections.n = 2;
    world_plan(&w);
    ck_assert(strstr(w.understanding.summary, said[1]) && strstr(w.options.reason, "audit log"));
    for (size_t i = 0; i < w.document.requirements.n; i++)
        demanded = demanded || (strstr(w.document.requirements.v[i].text, "audit log") &&
                                strcmp(w.document.requirements.v[i].source, "correction") == 0);
    for (size_t p = 0; p < w.document.phases.n; p++)
        for (size_t s = 0; s < w.document.phases.v[p].steps.n; s++)
            for (size_t f = 0; f < w.document.phases.v[p].steps.v[s].files.n; f++) {
                const char *path = w.document.phases.v[p].steps.v[s].files.v[f].path;
                ck_assert_str_ne(path, "parcels/database.py");
                moved = moved || strcmp(path, "parcels/services/tracking.py") == 0;
            }
    ck_assert(demanded && moved);
    world_close(&w);
}
END_TEST

/* --- questions ---------------------------------------------------------------------------------------------------- */
/* A ticket with a gap, the question it must cause, and a line that answers it. */
static const struct {
    const char *codebase, *title, *body, *question, *answer;
} gap_cases[] = {
    {"python-api", "Audit of announcements", "- Every announcement is stored in a new table `announcement_log`\n",
     "How long are rows of `announcement_log` kept", "- Rows older than 90 days are deleted\n"},
    {"python-api", "Weight of a parcel",
     "- Add a column `weight_grams` to the `parcels` table\n- `weight_grams` is stored when a parcel is announced\n",
     "What do rows of `parcels` that exist today hold", "- Existing rows get NULL\n"},
    {"python-api", "Address of a customer", "- `GET /customers/{id}` must return the address as well\n",
     "Must clients that use `GET /customers/{id}` today keep working", "- The change is backwards compatible\n"},
    {"python-api", "List of customers",
     "- `GET /couriers` must return all couriers\n- A courier has a name\n- Names are unique\n",
     "Does `GET /couriers` answer with everything", "- 50 per page, with a cursor\n"},
    {"python-api", "Couriers", "- Administrators can block a courier\n- A blocked courier gets no parcels\n",
     "What tells who is calling", "- The gateway in front passes the role on\n"},
    {"node-web", "Export of loans",
     "- Loans can be exported as a spreadsheet\n- The export has the columns title and due\n",
     "How large may what R1 gives out become", "- At most 10,000 rows\n"},
    {"node-web", "Limit of loans",
     "- A borrower can have at most 5 loans\n- Loans that are back do not count\n- The count is logged\n",
     "What happens beyond at most 5", "- A loan beyond that is rejected with 409\n"},
    {"node-web", "Reminder", "- A reminder goes out daily at 8 o'clock\n- It names the title\n- It names the due day\n",
     "In which time zone", "- Times are UTC\n"},
    {"go-cli", "Better names",
     "- The command `start` is renamed to `begin`\n- The help says so\n- The README says so\n",
     "What happens to those who use the old name", "- `start` stays as an alias\n"},
    {"node-web", "Webhooks of loans",
     "- A failed delivery is tried again up to 5 times\n- Deliveries are sent as JSON\n"
     "- Deliveries are signed\n",
     "May the other side get the same thing twice", "- Each has an id for deduplication\n"},
};

START_TEST(gaps_are_asked_about_unless_answered)
{
    for (size_t i = 0; i < sizeof gap_cases / sizeof gap_cases[0]; i++) {
        struct world w;
        const struct question *q;
        research(&w, gap_cases[i].codebase, gap_cases[i].title, gap_cases[i].body);
        q = asks(&w, gap_cases[i].question);
        ck_assert_msg(q != NULL, "%s: nobody asks \"%s\"", gap_cases[i].title, gap_cases[i].question);
        ck_assert(q->searched && strlen(q->searched) > 20 && q->why && q->options.n >= 2 && q->options.n <= 4);
        ck_assert_str_eq(q->preset, q->options.v[0]);
        world_close(&w);
        {
            struct arena *a = arena_new(0);
            research(&w, gap_cases[i].codebase, gap_cases[i].title,
                     arena_fmt(a, "%s%s", gap_cases[i].body, gap_cases[i].answer));
            ck_assert_msg(!asks(&w, gap_cases[i].question), "%s: asked though answered", gap_cases[i].title);
            world_close(&w);
            arena_free(a);
        }
    }
}
END_TEST

START_TEST(questions_are_few_and_complete)
{
    struct world w;
    research(
        &w, "node-web", "Everything at once",
        "- `GET /readers` must return all readers\n- `POST /readers` must be possible for administrators\n"
        "- Readers are stored in a new table `readers`\n- Readers can be exported\n- Loans are deleted at midnight\n"
        "- A reader can have at most 5 loans\n- Pictures of readers can be uploaded\n- Readers can be searched\n\n"
        "## Open questions\n\n- Should readers be shown in the list or on a page of their own?\n- Who pays?\n\n"
        "See docs/readers.md\n");
    ck_assert_uint_le(w.understanding.questions.n, 5);
    ck_assert_uint_ge(w.understanding.questions.n, 4);
    for (size_t i = 0; i < w.understanding.questions.n; i++) {
        const struct question *q = &w.understanding.questions.v[i];
        ck_assert_str_eq(q->id, arena_fmt(w.a, "Q%zu", i + 1));
        ck_assert(q->text && q->why && q->searched && q->preset && q->options.n >= 2 && q->options.n <= 4);
    }
    ck_assert_ptr_nonnull(asks(&w, "What tells who is calling"));
    world_close(&w);
}
END_TEST

START_TEST(the_tickets_own_questions_come_in)
{
    struct world w;
    const struct question *q;
    research(&w, "node-web", "Covers of books",
             "- A book has a picture of its cover\n- The cover is shown in the list\n- Covers are at most 1 MB\n\n"
             "## Open questions\n\n- Do we keep covers in S3 or in the database?\n");
    q = asks(&w, "Do we keep covers");
    ck_assert_ptr_nonnull(q);
    ck_assert_str_eq(q->options.v[0], "Covers in S3.");
    ck_assert_str_eq(q->options.v[1], "In the database.");
    ck_assert_ptr_nonnull(strstr(q->why, "line 7"));
    world_close(&w);
}
END_TEST

static void plan_sessions(struct world *w, const struct answer *a)
{
    world_open(w, "python-api");
    world_ticket_file(w, "sliding_sessions.md");
    w->brief.answers.v = (struct answer *)(uintptr_t)a;
    w->brief.answers.n = a ? 1 : 0;
    world_plan(w);
}

static bool requires(const struct world *w, const char *text)
{
    for (size_t i = 0; i < w->document.requirements.n; i++)
        if (strstr(w->document.requirements.v[i].text, text)) return true;
    return false;
}

START_TEST(an_answer_becomes_a_requirement)
{
    static const char *const said[] = {"Yes, 10 per minute", "No, and the plan says so"};
    struct world w;
    char id[8];
    plan_sessions(&w, NULL);
    (void)snprintf(id, sizeof id, "%s", asks(&w, "rate limited")->id);
    ck_assert(!requires(&w, "is answered"));
    world_close(&w);
    for (int i = 0; i < 2; i++) {
        struct answer a = {.question = id, .answer = said[i]};
        plan_sessions(&w, &a);
        ck_assert_int_eq(requires(&w, "is answered: Yes, 10 per minute"), i == 0);
        world_close(&w);
    }
}
END_TEST

/* --- options ------------------------------------------------------------------------------------------------------ */
/* Marked [+] must not be there, [~] and [ ] must. */
static void diagram_holds(const struct world *w, const char *diagram)
{
    size_t files = 0;
    for (const char *p = diagram; p; p = strchr(p, '\n') ? strchr(p, '\n') + 1 : NULL) {
        char path[512];
        if (p[0] != '[' || p[2] != ']' || strncmp(p + 4, "table ", 6) == 0 || strncmp(p + 4, "database", 8) == 0 ||
            strncmp(p + 4, "new", 3) == 0)
            continue;
        (void)snprintf(path, sizeof path, "%.*s", (int)strcspn(p + 4, " \n"), p + 4);
        if (!strchr(path, '.')) continue;
        ck_assert_msg((tree_find(w->codebase.tree, path) == NULL) == (p[1] == '+'), "%s is drawn as [%c]", path, p[1]);
        files++;
    }
    ck_assert_uint_gt(files, 0);
}

START_TEST(options_are_drawn_from_the_plan_they_lead_to)
{
    static const char *const tickets[] = {"sliding_sessions.md", "csv_export_jira.txt", "slow_list.md",
                                          "refactor_settings.md", "dark_mode.md"};
    for (size_t t = 0; t < 5; t++) {
        struct world first;
        size_t n;
        world_open(&first, "node-web");
        world_ticket_file(&first, tickets[t]);
        world_plan(&first);
        n = first.options.options.n;
        ck_assert_uint_ge(n, 2);
        for (size_t i = 0; i < n; i++) {
            const struct option *o = &first.options.options.v[i];
            struct world w;
            struct totals sum;
            char days[32];
            int64_t halves;
            ck_assert_msg(o->risk_why && o->pros.n && o->cons.n && o->best_for, "%s: %s", tickets[t], o->title);
            diagram_holds(&first, o->diagram);
            world_open(&w, "node-web");
            world_ticket_file(&w, tickets[t]);
            w.brief.chosen = o->id;
            world_plan(&w);
            ck_ok(&w, document_totals(&w.document, w.a, &sum, &w.e));
            halves = (sum.work.likely + 119) / 240;
            (void)snprintf(days, sizeof days, "about %lld%s day", (long long)halves / 2, halves % 2 ? ".5" : "");
            if (sum.work.likely >= 420)
                ck_assert_msg(strncmp(o->effort, days, strlen(days)) == 0, "%s %s: %s, the plan says %s", tickets[t],
                              o->title, o->effort, days);
            if (i > 0) {
                struct sha256 a = document_hash(&first.document, &w.e), b = document_hash(&w.document, &w.e);
                ck_assert_msg(memcmp(a.b, b.b, sizeof a.b) != 0, "%s changes nothing", o->title);
            }
            world_close(&w);
        }
        world_close(&first);
    }
}
END_TEST

START_TEST(other_options_heed_what_was_said)
{
    struct world w;
    struct step_result r;
    world_open(&w, "node-web");
    world_ticket_file(&w, "dark_mode.md");
    world_plan(&w);
    w.brief.outline = NULL;
    w.brief.chosen = NULL;
    w.brief.more = "it should come gradually, behind a switch; we can't have a slice";
    world_step(&w, STEP_OPTIONS, NULL, &r);
    ck_assert_str_eq(r.options.options.v[0].title, "Behind a switch");
    ck_assert_ptr_nonnull(strstr(r.options.reason, "behind a switch"));
    for (size_t i = 0; i < r.options.options.n; i++)
        ck_assert_str_ne(r.options.options.v[i].title, "Thin slice first");
    world_close(&w);
}
END_TEST

START_TEST(a_slice_leaves_the_rest_for_later)
{
    struct world w;
    char id[8] = "";
    world_open(&w, "node-web");
    world_ticket_file(&w, "dark_mode.md");
    world_plan(&w);
    for (size_t i = 0; i < w.options.options.n; i++)
        if (strcmp(w.options.options.v[i].title, "Thin slice first") == 0)
            (void)snprintf(id, sizeof id, "%s", w.options.options.v[i].id);
    ck_assert_str_ne(id, "");
    world_close(&w);
    world_open(&w, "node-web");
    world_ticket_file(&w, "dark_mode.md");
    w.brief.chosen = id;
    world_plan(&w);
    ck_assert_uint_eq(w.document.requirements.n, 1);
    ck_assert_uint_ge(w.document.out_of_scope.n, 3);
    world_close(&w);
}
END_TEST

/* --- size, several codebases -------------------------------------------------------------------------------------- */
START_TEST(size_follows_the_extent)
{
    struct world w;
    research(&w, "python-api", "Login answers 500", "Steps to reproduce:\n1. Log in\n\nExpected: 200\nActual: 500\n");
    ck_assert_int_eq(w.understanding.size, SIZE_SMALL);
    ck_assert_ptr_nonnull(strstr(w.understanding.size_why, "bug fix"));
    world_close(&w);
    research(&w, "python-api", "Weight", "- Add a column `weight` to the `parcels` table\n");
    ck_assert_int_eq(w.understanding.size, SIZE_FULL);
    ck_assert_ptr_nonnull(strstr(w.understanding.size_why, "stored data"));
    world_close(&w);
    research(&w, "go-cli", "Upgrade cobra", "- Upgrade cobra to v1.9.0\n");
    ck_assert_int_eq(w.understanding.size, SIZE_FULL);
    world_close(&w);
}
END_TEST

START_TEST(codebases_are_named_by_alias)
{
    struct world w, web;
    struct codebase both[2];
    struct step_result r;
    world_open(&web, "node-web");
    world_open(&w, "python-api");
    world_ticket(&w, "Show the weight",
                 "- The list of books shows the weight of a loan\n- `GET /parcels/{id}` returns it\n");
    both[0] = w.codebase;
    both[1] = web.codebase;
    both[1].base.alias = "web";
    w.brief.codebases.v = both;
    w.brief.codebases.n = 2;
    ck_ok(&w, planner_read(&w.brief, w.a, &w.e));
    world_step(&w, STEP_UNDERSTAND, NULL, &r);
    w.understanding = r.understanding;
    ck_assert(says(&w, "`web` has 21 files") && says(&w, "web: Tests run with `npm test`"));
    ck_assert(says(&w, "web//"));
    world_close(&w);
    world_close(&web);
}
END_TEST

UNIT_MAIN("planner_dialogue",
          {kinds_agree_with_the_labels, kinds_say_why, statements_rest_on_the_tree,
           it_knows_where_the_ticket_meets_the_code, corrections_change_what_is_planned,
           gaps_are_asked_about_unless_answered, questions_are_few_and_complete, the_tickets_own_questions_come_in,
           options_are_drawn_from_the_plan_they_lead_to, an_answer_becomes_a_requirement,
           other_options_heed_what_was_said, a_slice_leaves_the_rest_for_later, size_follows_the_extent,
           codebases_are_named_by_alias})
