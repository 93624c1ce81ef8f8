/* The mutation corpus: the offline planner's plans over every codebase there is have no error; each with one fault put in
 * is caught by the rule that is about that fault. Codebases are found by listing the folders, so that the corpus grows
 * with them. PLAND_MUTANTS=N for another number, PLAND_SEED=N for another sequence. */
#include "unit/planner_matrix.h"
#include "unit/planner_mutants.h"
#include "unit/check_main.h"

enum { MUTANTS = 1500 / UNIT_SHARE, PLANS_MAX = 256, FEW_TICKETS = 3 };

typedef bool spoil_fn(struct mutation *m);
#include "unit/planner_mutants_kinds.h"

struct plan { struct world w; json_t *json; struct check_result r; const char *codebase, *ticket; };
struct corpus { struct plan *v; size_t n, codebases; };

static struct corpus corpus;

/* --- the originals ------------------------------------------------------------------------------------------------ */
static void add_plan(const char *folder, const char *codebase, const char *ticket)
{
    struct plan *p = &corpus.v[corpus.n];
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    if (corpus.n == PLANS_MAX) return;
    world_open_in(&p->w, folder, codebase);
    world_ticket_file(&p->w, ticket);
    world_plan(&p->w);
    world_check(&p->w, &p->r);
    record_encode(&document_record, &p->w.document, &b);
    p->json = json_loadb(b.p, b.n, 0, NULL);
    ck_assert_ptr_nonnull(p->json);
    p->codebase = arena_dup(p->w.a, codebase);
    p->ticket = ticket;
    corpus.n++;
}

static void add_codebases(const char *folder, size_t tickets)
{
    char path[PATH_MAX];
    struct dirent **names = NULL;
    int n;
    (void)snprintf(path, sizeof path, "%s/%s", SOURCE_DIR, folder);
    n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (names[i]->d_type == DT_DIR && names[i]->d_name[0] != '.') {
            for (size_t k = 0; k < tickets; k++)
                add_plan(folder, names[i]->d_name, matrix_tickets[(k * 5 + corpus.codebases) % MATRIX_TICKETS]);
            corpus.codebases++;
        }
        free(names[i]);
    }
    free(names);
}

/* Plans as a model would write them, by hand: tests/plans/<codebase>--<what>.json */
static void add_written(const char *name)
{
    struct plan *p = &corpus.v[corpus.n];
    char codebase[64];
    const char *text;
    (void)snprintf(codebase, sizeof codebase, "%.*s", (int)(strstr(name, "--") - name), name);
    world_open(&p->w, codebase);
    text = world_file(&p->w, arena_fmt(p->w.a, "%s/tests/plans/%s", SOURCE_DIR, name));
    ck_ok(&p->w, record_parse(&document_record, text, strlen(text), &p->w.document, p->w.a, &p->w.e));
    p->w.understanding.size = SIZE_FULL;
    world_check(&p->w, &p->r);
    p->json = json_loads(text, 0, NULL);
    ck_assert_ptr_nonnull(p->json);
    p->codebase = arena_dup(p->w.a, codebase);
    p->ticket = arena_dup(p->w.a, name);
    corpus.n++;
}

static void add_all_written(void)
{
    struct dirent **names = NULL;
    int n = scandir(SOURCE_DIR "/tests/plans", &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        if (strstr(names[i]->d_name, "--") && corpus.n < PLANS_MAX) add_written(names[i]->d_name);
        free(names[i]);
    }
    free(names);
}

static void corpus_open(void)
{
    corpus = (struct corpus){ .v = calloc(PLANS_MAX, sizeof *corpus.v) };
    ck_assert_ptr_nonnull(corpus.v);
    add_all_written();
    add_codebases("tests/codebases", 8);
    add_codebases("tests/survey/corpus", FEW_TICKETS);
}

static void corpus_close(void)
{
    for (size_t i = 0; i < corpus.n; i++) {
        json_decref(corpus.v[i].json);
        world_close(&corpus.v[i].w);
    }
    free(corpus.v);
}

static size_t errors_of(const struct plan *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->r.findings.n; i++) {
        const struct check_finding *f = &p->r.findings.v[i];
        if (f->severity != SEVERITY_ERROR) continue;
        printf("  %s, %s: %s @%s: %s\n", p->codebase, p->ticket, f->rule, f->anchor, f->message);
        n++;
    }
    return n;
}

START_TEST(test_good_plans_have_no_errors)
{
    size_t errors = 0;
    corpus_open();
    for (size_t i = 0; i < corpus.n; i++) errors += errors_of(&corpus.v[i]);
    printf("%zu plans over %zu codebases: %zu false errors\n", corpus.n, corpus.codebases, errors);
    (void)fflush(stdout); /* what a failed assertion leaves behind */
    ck_assert_uint_ge(corpus.n, 30);
    ck_assert_uint_eq(errors, 0);
    corpus_close();
}
END_TEST

/* --- the mutants -------------------------------------------------------------------------------------------------- */
static bool is_new(const struct plan *p, const struct check_finding *f)
{
    for (size_t i = 0; i < p->r.findings.n; i++)
        if (strcmp(p->r.findings.v[i].id, f->id) == 0) return false;
    return true;
}

static bool expects(const struct kind *k, const char *rule)
{
    for (size_t i = 0; i < countof(k->rules) && k->rules[i]; i++)
        if (strcmp(k->rules[i], rule) == 0) return true;
    return false;
}

static bool caught(struct plan *p, const struct kind *k, const json_t *mutant)
{
    struct arena *a = arena_new(0);
    struct check_codebase c = { .tree = p->w.codebase.tree, .survey = &p->w.survey };
    struct check_input in = { .codebases = { &c, 1 }, .size = p->w.understanding.size };
    struct document d = { 0 };
    struct check_result r = { 0 };
    struct err e = { 0 };
    bool found = false;
    ck_assert_msg(record_decode(&document_record, mutant, &d, a, "", &e) == ERR_OK, "%s: %s %s", k->name, e.at, e.msg);
    ck_assert_msg(check_run(&d, &in, a, &r, &e) == ERR_OK, "%s: %s", k->name, e.msg);
    for (size_t i = 0; i < r.findings.n && !found; i++)
        found = expects(k, r.findings.v[i].rule) && is_new(p, &r.findings.v[i]);
    arena_free(a);
    return found;
}

/* One fault in one plan; false: this kind does not fit this plan. */
static bool one_mutant(struct plan *p, const struct kind *k, uint64_t seed, bool *ret_caught)
{
    json_t *mutant = json_deep_copy(p->json);
    struct mutation m = { &p->w, mutant, seed | 1 };
    for (int i = 0; i < 8; i++) (void)dice(&m, 2);
    bool fits = k->spoil(&m);
    if (fits) *ret_caught = caught(p, k, mutant);
    if (fits && !*ret_caught) printf("  missed: %s in %s, %s\n", k->name, p->codebase, p->ticket);
    json_decref(mutant);
    return fits;
}

static size_t number_of(const char *name, size_t preset)
{
    const char *s = getenv(name);
    return s ? strtoul(s, NULL, 10) : preset;
}

START_TEST(test_every_fault_is_caught_by_its_rule)
{
    size_t want = number_of("PLAND_MUTANTS", MUTANTS), made[countof(kinds)] = { 0 }, hit[countof(kinds)] = { 0 };
    size_t n = 0, found = 0, tries = 0;
    uint64_t seed = number_of("PLAND_SEED", 20261129);
    corpus_open();
    for (; n < want && tries < want * 20; tries++) {
        size_t k = tries % countof(kinds);
        bool was = false;
        seed = seed * UINT64_C(6364136223846793005) + 1442695040888963407;
        if (!one_mutant(&corpus.v[(seed >> 33) % corpus.n], &kinds[k], seed, &was)) continue;
        n++;
        made[k]++;
        hit[k] += was;
        found += was;
    }
    for (size_t k = 0; k < countof(kinds); k++) printf("  %-28s %4zu of %4zu\n", kinds[k].name, hit[k], made[k]);
    printf("%zu mutants of %zu plans, %zu caught by the right rule: %.2f %%\n", n, corpus.n, found, n ? 100.0 * (double)found / (double)n : 0);
    (void)fflush(stdout);
    ck_assert_uint_eq(n, want);
    ck_assert_msg(found * 100 >= n * 99, "%zu of %zu", found, n);
    for (size_t k = 0; k < countof(kinds); k++) ck_assert_msg(made[k] > 0, "%s fits no plan", kinds[k].name);
    corpus_close();
}
END_TEST

UNIT_MAIN("planner mutants", { test_good_plans_have_no_errors, test_every_fault_is_caught_by_its_rule })
