/* The steps of a codebase one by one: prints ms (by the clock, on processors) for pinning HEAD, opening the pin, its survey, the relevance of a
 * ticket, and of another one; and the anonymous memory at the end in KB. tests/bench/survey runs it.
 *
 *     build/release/survey_bench CHECKOUT DATA-DIR [pin]     # pin: that step alone */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pland/base/hash.h"
#include "pland/survey/relevance.h"

static double ms_of(clockid_t clock)
{
    struct timespec t;
    (void)clock_gettime(clock, &t);
    return (double)t.tv_sec * 1000 + (double)t.tv_nsec / 1000000;
}

static double since, since_cpu; /* the last step */

static void step(const char *name, enum err_kind k, const struct err *e)
{
    if (k != ERR_OK) {
        (void)fprintf(stderr, "survey_bench: %s: %s\n", name, e->msg);
        exit(1);
    }
    printf("%s %.0f %.0f\n", name, ms_of(CLOCK_MONOTONIC) - since, ms_of(CLOCK_PROCESS_CPUTIME_ID) - since_cpu);
    since = ms_of(CLOCK_MONOTONIC);
    since_cpu = ms_of(CLOCK_PROCESS_CPUTIME_ID);
}

static void memory(void)
{
    char line[200];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        if (strncmp(line, "RssAnon:", 8) == 0) printf("rss_anon %ld\n", strtol(line + 8, NULL, 10));
    if (f) (void)fclose(f);
}

int main(int argc, char **argv)
{
    static const char *const titles[] = {"Quota is leaked when writing fails",
                                         "The deadline of a throttled task is lost"};
    struct err e = {0};
    struct repo_location at;
    struct survey s;
    auto_roots roots = NULL;
    auto_tree t = NULL;
    auto_tree again = NULL;
    auto_arena a = arena_new(0);
    if (argc < 3) return (void)fprintf(stderr, "survey_bench CHECKOUT DATA-DIR [pin]\n"), 2;
    since = ms_of(CLOCK_MONOTONIC);
    step("hash", hash_init(&e), &e);
    step("libgit2", repo_global_init(&e), &e);
    step("roots", repo_roots_new("/", &roots, &e), &e);
    step("locate", repo_locate(roots, argv[1], &at, &e), &e);
    step("pin", tree_open_commit(&at, NULL, argv[2], NULL, &t, &e), &e);
    if (argc == 3) {
        step("open", tree_open_pinned(argv[2], tree_id(t), &again, &e), &e);
        step("survey", survey_run(t, a, &s, &e), &e);
        for (size_t i = 0; i < countof(titles); i++) {
            struct relevance r;
            step("relevance", survey_relevant(t, &s, &(struct relevance_query){.title = titles[i]}, a, &r, &e), &e);
        }
    }
    memory();
    tree_unref(again);
    tree_unref(t);
    again = t = NULL;
    repo_global_shutdown();
    return 0;
}
