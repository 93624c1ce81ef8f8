/* Plans in the styles of other tools, with labels: what is found fault with is false (precision), and what is false is
 * found (recall); lines are right; hostile texts are read in time. */
#include "unit/repo_fixture.h"
#include "unit/check_main.h"

#include <dirent.h>
#include "pland/check/check.h"

struct label { char kind[8], what[300]; bool found; };
struct sums { size_t plans, labels, false_labels, caught, findings, right; };

static char *read_file(const char *path, size_t *ret_n)
{
    auto_buf b = BUF_INIT(8 << 20);
    char part[4096];
    FILE *f = fopen(path, "rb");
    if (!f) return NULL;
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_add(&b, part, n);
    (void)fclose(f);
    return buf_take(&b, ret_n);
}

static size_t read_labels(const char *path, char codebase[64], struct label *v, size_t max)
{
    char line[400];
    size_t n = 0;
    FILE *f = fopen(path, "r");
    ck_assert_ptr_nonnull(f);
    while (fgets(line, sizeof line, f)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "codebase ", 9) == 0) (void)snprintf(codebase, 64, "%.60s", line + 9);
        else if (*line) {
            ck_assert_uint_lt(n, max);
            v[n] = (struct label){ .found = false };
            ck_assert_int_eq(sscanf(line, "%7s %299[^\n]", v[n].kind, v[n].what), 2);
            n++;
        }
    }
    (void)fclose(f);
    return n;
}

static void check_plan(const char *text, size_t n, const char *codebase, struct arena *a, struct check_result *r)
{
    char path[PATH_MAX];
    struct err e = { 0 };
    struct survey s = { 0 };
    struct repo_roots *roots = NULL;
    struct repo_location at;
    struct tree *t = NULL;
    struct check_codebase c;
    struct check_input in = { .codebases = { &c, 1 } };
    (void)snprintf(path, sizeof path, "%s/tests/codebases/%s", SOURCE_DIR, codebase);
    OK(repo_roots_new("/", &roots, &e));
    OK(repo_locate(roots, path, &at, &e));
    OK(tree_open_folder(&at, NULL, &t, &e));
    OK(survey_run(t, a, &s, &e));
    c = (struct check_codebase){ .tree = t, .survey = &s };
    OK(check_text(text, n, CHECK_AUTO, &in, a, r, &e));
    tree_unref(t);
    repo_roots_free(roots);
}

static bool about_references(const struct check_finding *f)
{
    static const char *const rules[] = { "path-exists", "create-new", "text-path", "text-path-maybe", "glob-matches", "evidence-line",
                                         "text-command", "text-command-maybe", "path-form", "symbol-there" };
    for (size_t i = 0; i < countof(rules); i++)
        if (strcmp(rules[i], f->rule) == 0) return true;
    return false;
}

static struct label *label_of(struct label *v, size_t n, const char *evidence)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(v[i].what, evidence) == 0 || (strncmp(v[i].what, evidence, strlen(evidence)) == 0 && strcmp(v[i].what + strlen(evidence), "/") == 0))
            return &v[i];
    return NULL;
}

static void one_plan(const char *name, struct sums *sums)
{
    char path[PATH_MAX], codebase[64] = "";
    struct label labels[100];
    struct check_result r = { .verdict = { 0 } };
    struct arena *a = arena_new(0);
    size_t n, n_labels;
    (void)snprintf(path, sizeof path, "%s/tests/foreign/%s.labels", SOURCE_DIR, name);
    n_labels = read_labels(path, codebase, labels, countof(labels));
    (void)snprintf(path, sizeof path, "%s/tests/foreign/%s.md", SOURCE_DIR, name);
    char *text = read_file(path, &n);
    ck_assert_ptr_nonnull(text);
    check_plan(text, n, codebase, a, &r);
    for (size_t i = 0; i < r.findings.n; i++) {
        const struct check_finding *f = &r.findings.v[i];
        struct label *l = about_references(f) ? label_of(labels, n_labels, f->evidence) : NULL;
        if (!about_references(f)) continue;
        ck_assert_msg(f->line > 0, "%s: %s has no line", name, f->message);
        sums->findings++;
        sums->right += l && strcmp(l->kind, "false") == 0;
        if (l) l->found = true;
        if (!l || strcmp(l->kind, "false") != 0) printf("  %s:%lld: wrongly: %s %s\n", name, (long long)f->line, f->rule, f->message);
    }
    for (size_t i = 0; i < n_labels; i++) {
        bool is_false = strcmp(labels[i].kind, "false") == 0;
        ck_assert_msg(strstr(text, labels[i].what) || strchr(labels[i].what, '/') || strchr(labels[i].what, ':'), "%s: %s is not in the plan", name, labels[i].what);
        sums->labels++;
        sums->false_labels += is_false;
        sums->caught += is_false && labels[i].found;
        if (is_false && !labels[i].found) printf("  %s: missed: %s\n", name, labels[i].what);
    }
    sums->plans++;
    free(text);
    arena_free(a);
}

START_TEST(test_references_of_foreign_plans)
{
    char path[PATH_MAX];
    struct dirent **names = NULL;
    struct sums s = { 0 };
    struct err e = { 0 };
    OK(repo_global_init(&e));
    (void)snprintf(path, sizeof path, "%s/tests/foreign", SOURCE_DIR);
    int n = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < n; i++) {
        size_t len = strlen(names[i]->d_name);
        if (len > 3 && strcmp(names[i]->d_name + len - 3, ".md") == 0) {
            names[i]->d_name[len - 3] = '\0';
            one_plan(names[i]->d_name, &s);
        }
        free(names[i]);
    }
    free(names);
    printf("%zu foreign plans, %zu labelled references, %zu of them false: precision %.3f (%zu of %zu), recall %.3f (%zu of %zu)\n", s.plans,
           s.labels, s.false_labels, (double)s.right / (double)s.findings, s.right, s.findings, (double)s.caught / (double)s.false_labels,
           s.caught, s.false_labels);
    (void)fflush(stdout);
    ck_assert_uint_ge(s.plans, 12);
    ck_assert_uint_ge(s.right * 100, s.findings * 95);
    ck_assert_uint_ge(s.caught * 100, s.false_labels * 95);
    repo_global_shutdown();
}
END_TEST

UNIT_MAIN("check foreign", { test_references_of_foreign_plans })
