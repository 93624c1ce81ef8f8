/* Where requirements go and what their steps are called: the rules that choose files, tests and pages. */
#include "unit/planner_world.h"
#include "unit/check_main.h"

static void planned(struct world *w, const char *codebase, const char *title, const char *body)
{
    world_open(w, codebase);
    world_ticket(w, title, body);
    world_plan(w);
}

static const struct file_change *change_of(const struct world *w, const char *path)
{
    for (size_t i = 0; i < w->document.phases.n; i++)
        for (size_t j = 0; j < w->document.phases.v[i].steps.n; j++) {
            const struct step *s = &w->document.phases.v[i].steps.v[j];
            for (size_t k = 0; k < s->files.n; k++)
                if (strcmp(s->files.v[k].path, path) == 0) return &s->files.v[k];
        }
    return NULL;
}

static const struct step *step_with(const struct world *w, const char *text)
{
    for (size_t i = 0; i < w->document.phases.n; i++)
        for (size_t j = 0; j < w->document.phases.v[i].steps.n; j++) {
            const struct step *s = &w->document.phases.v[i].steps.v[j];
            if (strstr(s->title, text) || (s->text && strstr(s->text, text))) return s;
        }
    return NULL;
}

static const char *code_in(const struct world *w, const char *path)
{
    for (size_t i = 0; i < w->document.phases.n; i++)
        for (size_t j = 0; j < w->document.phases.v[i].steps.n; j++) {
            const struct step *s = &w->document.phases.v[i].steps.v[j];
            for (size_t k = 0; k < s->code.n; k++)
                if (s->code.v[k].path && strcmp(s->code.v[k].path, path) == 0) return s->code.v[k].text;
        }
    return NULL;
}

/* "rl_write" stands in a header, too; the definition counts, and the words around it do not. */
START_TEST(a_name_in_code_leads_to_its_definition)
{
    struct world w;
    planned(&w, "c-lib", "An error text is wrong when a format is full",
            "`rl_write` must return an error when the text is longer than the ring.\n");
    ck_assert_ptr_nonnull(change_of(&w, "src/ring.c"));
    ck_assert_ptr_null(change_of(&w, "src/error.c"));
    ck_assert_ptr_nonnull(step_with(&w, "`rl_write` (line 41)"));
    world_close(&w);
}
END_TEST

/* "count" and "list" are words of every ticket: a definition of that name is no reason to change its file. */
START_TEST(a_common_word_is_no_name)
{
    struct world w;
    planned(&w, "python-api", "Labels for customers",
            "## Requirements\n\n- The label shows how to find a customer\n- A label is printed once\n"
            "- Labels are kept for a year\n- A label has a code\n");
    ck_assert_ptr_null(step_with(&w, "beginning with `find`"));
    world_close(&w);
}
END_TEST

START_TEST(an_endpoint_goes_with_those_of_its_resource)
{
    struct world w;
    planned(&w, "python-api", "Weight of a parcel",
            "## Requirements\n\n- `GET /v1/parcels/{tracking_number}/weight` returns the weight\n"
            "- An unknown parcel is answered with 404\n- `PUT /v1/parcels/{tracking_number}/weight` answers 204\n");
    ck_assert_ptr_nonnull(change_of(&w, "parcels/api/parcels.py"));
    ck_assert_ptr_nonnull(change_of(&w, "tests/test_parcels.py"));
    ck_assert_int_eq(change_of(&w, "tests/test_parcels.py")->change, CHANGE_MODIFY);
    world_close(&w);
}
END_TEST

START_TEST(a_new_table_is_created_not_altered)
{
    struct world w;
    size_t seen = 0;
    planned(&w, "node-web", "Bookmarks",
            "## Requirements\n\n- Bookmarks are stored in a table `bookmarks` with `user_id` and `created_at`\n"
            "- `POST /bookmarks` answers 201\n- `DELETE /bookmarks/{id}` answers 204\n");
    for (size_t i = 0; i < w.document.phases.n; i++)
        for (size_t j = 0; j < w.document.phases.v[i].steps.n; j++)
            for (size_t k = 0; k < w.document.phases.v[i].steps.v[j].code.n; k++)
                seen += strstr(w.document.phases.v[i].steps.v[j].code.v[k].text, "CREATE TABLE bookmarks") != NULL;
    ck_assert_uint_eq(seen, 1);
    ck_assert_ptr_null(step_with(&w, "not known yet"));
    world_close(&w);
}
END_TEST

START_TEST(what_moves_gets_a_file_called_after_it)
{
    struct world w;
    planned(&w, "python-api", "Take `parcels/services/tracking.py` apart",
            "Refactoring, no behaviour change.\n\n"
            "- Move the lookups `find` and `announce` to a module of its own\n"
            "- `from parcels.services import tracking` keeps working\n- All existing tests pass unmodified\n");
    ck_assert_ptr_nonnull(change_of(&w, "parcels/services/lookups.py"));
    ck_assert_ptr_null(code_in(&w, "parcels/services/lookups.py"));
    ck_assert_ptr_nonnull(change_of(&w, "tests/test_tracking.py")); /* what is pinned */
    ck_assert_ptr_nonnull(step_with(&w, "imports what moved"));
    world_close(&w);
}
END_TEST

/* Several pages in one requirement, and what the text itself does not say: what is to be described. */
START_TEST(pages_are_those_that_are_named)
{
    struct world w;
    const struct step *s;
    planned(&w, "go-cli", "A `--quiet` option",
            "- `--quiet` prints nothing on success\n- With `--quiet` the exit code alone tells\n"
            "- It is documented in `README.md` and in `docs/usage.md`\n");
    ck_assert_ptr_nonnull(change_of(&w, "README.md"));
    ck_assert_ptr_nonnull(change_of(&w, "docs/usage.md"));
    s = step_with(&w, "`README.md` describes");
    ck_assert_ptr_nonnull(s);
    ck_assert_ptr_nonnull(strstr(s->text, "R1 and R2"));
    world_close(&w);
}
END_TEST

START_TEST(a_long_paragraph_is_quoted_by_its_sentence)
{
    struct world w;
    planned(&w, "go-cli", "Reports are late",
            "Our people wait for the reports every Monday, and nobody knows why they come so late, which costs us an "
            "hour each week and much patience. The report must be printed within a minute. It should name its source "
            "in the first line as well.\n");
    ck_assert_uint_eq(w.outline.requirements.n, 2);
    ck_assert_str_eq(w.outline.requirements.v[0].quote, "The report must be printed within a minute");
    world_close(&w);
}
END_TEST

/* A plan that rests on a queue would be an answer to a question nobody asked. */
START_TEST(names_in_code_ask_for_no_queue)
{
    struct world w;
    planned(&w, "rust-cli", "A count of what was found",
            "- `--count` prints the number of hits\n- `--count` cannot be combined with `--exec-batch`\n"
            "- The exit code is 1 when there was none\n- `--count` and `--retry` may be combined\n");
    for (size_t i = 0; i < w.options.options.n; i++) {
        ck_assert_str_ne(w.options.options.v[i].title, "Queued in the background");
        ck_assert_str_ne(w.options.options.v[i].title, "Within the request");
    }
    world_close(&w);
}
END_TEST

UNIT_MAIN("planner_rules", {a_name_in_code_leads_to_its_definition, a_common_word_is_no_name,
                            an_endpoint_goes_with_those_of_its_resource, a_new_table_is_created_not_altered,
                            what_moves_gets_a_file_called_after_it, pages_are_those_that_are_named,
                            a_long_paragraph_is_quoted_by_its_sentence, names_in_code_ask_for_no_queue})
