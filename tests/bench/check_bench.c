/* How long a check takes against a large codebase: 20 phases with 500 references, once as good as they come and once with
 * every tenth wrong, then looking again after a commit that touched 10 files.
 *   build/release/check_bench [DIR]   a git repository; without one a made-up listing of 80,000 files
 * CPU time, the least of several rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pland/check/check.h"
#include "repo/inner.h"

enum { PHASES = 20, REFERENCES = 500, ROUNDS = 15, FILES = 80000, TOUCHED = 10 };

static double cpu_ms(void)
{
    struct rusage u;
    (void)getrusage(RUSAGE_SELF, &u);
    return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
}

static void stop(const char *what, const struct err *e)
{
    fprintf(stderr, "%s: %s\n", what, e->msg);
    exit(1);
}

/* --- trees ------------------------------------------------------------------------------------------------------------ */
static const char *path_number(const struct tree *t, size_t i, bool wrong, struct arena *a);

static bool is_touched(const struct tree *then, const char *path)
{
    for (size_t i = 0; then && i < TOUCHED; i++)
        if (strcmp(path, path_number(then, i * REFERENCES / TOUCHED, false, NULL)) == 0) return true;
    return false;
}

/* then: ten of the files that the plan cites have other content than there. */
static struct tree *made_up(const struct tree *then)
{
    static const char *const tops[] = { "drivers", "fs", "net", "arch", "kernel", "include", "sound", "tools", "lib", "mm" };
    struct err e = { 0 };
    struct tree *t = tree_new(TREE_UPLOAD, NULL);
    struct tree_limits limits = { 0 };
    if (!t || list_init(&t->list, &limits, false, &e) != ERR_OK) stop("a listing", &e);
    for (int i = 0; i < FILES; i++) {
        char path[200];
        struct tree_file f = { .path = path, .size = 20000, .mode = TREE_MODE_FILE };
        (void)snprintf(path, sizeof path, "%s/sub%d/part%d/unit_%x_%d.%s", tops[i % 10], i / 10 % 40, i / 400 % 20, (unsigned)i * 2654435761u >> 20, i, i % 7 ? "c" : "h");
        (void)snprintf(f.oid, sizeof f.oid, "%040d", i + (is_touched(then, path) ? FILES : 0));
        if (list_add(&t->list, &f, 0, &e) != ERR_OK) stop("a file", &e);
    }
    if (tree_seal(t, &e) != ERR_OK) stop("sealing", &e);
    return t;
}

static struct tree *of_repository(const char *dir, const char *ref)
{
    struct repo_roots *roots = NULL;
    struct repo_location *at = calloc(1, sizeof *at);
    struct tree *t = NULL;
    struct err e = { 0 };
    if (!at || repo_roots_new("/", &roots, &e) != ERR_OK || repo_locate(roots, dir, at, &e) != ERR_OK || tree_open_git(at, ref, NULL, &t, &e) != ERR_OK) stop(dir, &e);
    repo_roots_free(roots);
    free(at);
    return t;
}

/* --- the plan --------------------------------------------------------------------------------------------------------- */
static const char *path_number(const struct tree *t, size_t i, bool wrong, struct arena *a)
{
    struct tree_files f = tree_files(t);
    const char *path = f.v[i * 104729 % f.n].path;
    if (!wrong) return path;
    return arena_fmt(a, "%.*sq%s", (int)(strrchr(path, '/') ? strrchr(path, '/') - path + 1 : 0), path, strrchr(path, '/') ? strrchr(path, '/') + 2 : path);
}

static void add_step(struct phase *p, const struct tree *t, size_t *n, int wrong_every, struct arena *a)
{
    struct step *s = arena_push(a, &p->steps, sizeof *s);
    auto_buf text = BUF_INIT(1 << 20);
    buf_str(&text, "As it is done in");
    for (int k = 0; k < 2; k++, ++*n) {
        struct file_change *f = arena_push(a, &s->files, sizeof *f);
        *f = (struct file_change){ .path = path_number(t, *n, wrong_every && *n % (size_t)wrong_every == 0, a), .change = CHANGE_MODIFY, .why = "it is part of this" };
    }
    for (int k = 0; k < 3; k++, ++*n) buf_fmt(&text, " `%s`,", path_number(t, *n, wrong_every && *n % (size_t)wrong_every == 0, a));
    s->id = arena_fmt(a, "%s.s%zu", p->id, p->steps.n);
    s->title = "Change what belongs together";
    s->text = arena_dup(a, buf_cstr(&text));
}

static void make_plan(struct document *d, const struct tree *t, int wrong_every, struct arena *a)
{
    size_t n = 0;
    memset(d, 0, sizeof *d);
    d->overview = "It is changed.";
    for (int i = 0; i < PHASES; i++) {
        struct phase *p = arena_push(a, &d->phases, sizeof *p);
        struct automated *x;
        p->id = arena_fmt(a, "ph%d", i + 1);
        p->title = p->goal = "One part";
        p->rollback = "Revert the commit.";
        p->why = "it is asked for";
        p->estimate = (struct estimate){ 60, 120, 240 };
        for (int k = 0; k < REFERENCES / PHASES / 5; k++) add_step(p, t, &n, wrong_every, a);
        x = arena_push(a, &p->automated, sizeof *x);
        *x = (struct automated){ .command = "make test", .expect = "passes", .provided_by = "" };
    }
}

/* --- measuring -------------------------------------------------------------------------------------------------------- */
static double check_ms(const struct document *d, const struct check_input *in, struct check_result *ret, struct arena *keep)
{
    double least = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        struct err e = { 0 };
        double from = cpu_ms(), took;
        if (check_run(d, in, keep, ret, &e) != ERR_OK) stop("check", &e);
        took = cpu_ms() - from;
        if (took < least) least = took;
    }
    return least;
}

static double again_ms(const struct document *d, const struct check_result *then, const struct check_input *in, struct check_staleness *ret, struct arena *keep)
{
    double least = 1e9;
    for (int i = 0; i < ROUNDS; i++) {
        struct err e = { 0 };
        double from = cpu_ms(), took;
        if (check_again(d, then, in, keep, ret, &e) != ERR_OK) stop("again", &e);
        took = cpu_ms() - from;
        if (took < least) least = took;
    }
    return least;
}

int main(int argc, char **argv)
{
    struct survey_command commands[] = { { .name = "make test", .match = "make test", .path = "Makefile", .dir = "" } };
    struct survey s = { .commands = { commands, 1 } };
    struct check_codebase c = { .survey = &s };
    struct check_input in = { .codebases = { &c, 1 } };
    struct arena *a = arena_new((size_t)2 << 30);
    struct document good, bad;
    struct check_result r = { .verdict = { 0 } }, wrong = { .verdict = { 0 } };
    struct check_staleness moved = { .broken = false };
    struct err e = { 0 };
    if (repo_global_init(&e) != ERR_OK) stop("start", &e);
    struct tree *then = argc > 1 ? of_repository(argv[1], argc > 2 ? argv[2] : NULL) : made_up(NULL);
    struct tree *now = argc > 3 ? of_repository(argv[1], argv[3]) : made_up(then);
    c.tree = then;
    make_plan(&good, then, 0, a);
    make_plan(&bad, then, 10, a);
    double clean = check_ms(&good, &in, &r, a), dirty = check_ms(&bad, &in, &wrong, a);
    printf("%zu files, %d phases, %d references: %.1f ms (%lld verified), with a tenth wrong %.1f ms (%lld failed)\n", tree_files(then).n, PHASES, REFERENCES,
           clean, (long long)r.verdict.verified, dirty, (long long)wrong.verdict.failed);
    if (argc == 1 || argc > 3) {
        c.tree = now;
        double again = again_ms(&good, &r, &in, &moved, a);
        printf("again after a commit: %.1f ms, %zu of %zu citations concern %zu sections\n", again, moved.moves.n, r.refs.n, moved.sections.n);
    }
    tree_unref(then);
    tree_unref(now);
    arena_free(a);
    repo_global_shutdown();
    return 0;
}
