/* The difference of two revisions of 100 sections, in milliseconds of the processor: diff_bench [PHASES] */
#include "pland/plan/dialogue.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROUNDS = 30 };
static struct err err;

static double ms(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static struct document seed(struct arena *a)
{
    struct document d = { 0 };
    char *text = arena_alloc(a, 1 << 20);
    FILE *f = fopen(SOURCE_DIR "/tests/fuzz/corpus/plan_document_fuzz/full.json", "rb");
    size_t n = f && text ? fread(text, 1, (1 << 20) - 1, f) : 0;
    if (f) (void)fclose(f);
    if (record_parse(&document_record, text, n, &d, a, &err) != ERR_OK || document_validate(&d, a, &err) != ERR_OK) exit(1);
    return d;
}

static struct document many(struct arena *a, size_t phases, bool changed)
{
    struct document d = seed(a);
    struct phase *v = arena_alloc(a, (phases + 1) * sizeof *v), one = d.phases.v[0];
    for (size_t i = 0; i < phases; i++) {
        v[i] = one;
        v[i].id = arena_fmt(a, "ph%zu", i + 1);
        v[i].title = arena_fmt(a, "%s, part %zu", one.title, i);
        v[i].goal = arena_fmt(a, "%s In part %zu.%s", one.goal, i, changed && i % 9 == 0 ? " And one sentence more." : "");
        v[i].steps.v = arena_alloc(a, (one.steps.n + 1) * sizeof *v[i].steps.v);
        for (size_t j = 0; j < one.steps.n; j++) {
            v[i].steps.v[j] = one.steps.v[j];
            v[i].steps.v[j].id = arena_fmt(a, "ph%zu.s%zu", i + 1, j + 1);
        }
        v[i].depends_on.n = v[i].requirements.n = v[i].automated.n = 0;
    }
    if (changed) {
        struct phase moved = v[9];
        memmove(v + 6, v + 5, 4 * sizeof *v);
        v[5] = moved;
    }
    d.phases.v = v;
    d.phases.n = phases;
    return d;
}

int main(int argc, char **argv)
{
    size_t phases = argc > 1 ? (size_t)strtoul(argv[1], NULL, 10) : 83;
    double whole = 0, page = 0;
    size_t bytes = 0;
    (void)mallopt(M_TRIM_THRESHOLD, 16 << 20); /* as in the daemon */
    (void)mallopt(M_MMAP_THRESHOLD, 4 << 20);
    auto_arena a = arena_new(0);
    struct document from = many(a, phases, false), to = many(a, phases, true);
    section_list x, y;
    if (document_split(&from, a, &x, &err) != ERR_OK || document_split(&to, a, &y, &err) != ERR_OK) return 1;
    struct rendering how = { 0 };
    struct compared_revision old = { "revision 1", &x, .how = &how }, new = { "revision 2", &y, .how = &how };
    for (int i = 0; i < ROUNDS; i++) {
        auto_arena b = arena_new(0);
        auto_buf html = BUF_INIT(BUF_MAX_DEFAULT);
        auto_comparison c = { 0 };
        struct change_reasons why = { 0 };
        double t[3];
        t[0] = ms();
        if (compare_revisions(&old, &new, b, &c, &err) != ERR_OK) return 1;
        t[1] = ms();
        compare_html(&c, &why, "x", 1, 2, &html);
        t[2] = ms();
        whole += t[1] - t[0];
        page += t[2] - t[1];
        bytes = c.texts[0].n;
    }
    printf("two revisions of %zu sections, %zu bytes of Markdown: comparing %.2f ms of the processor, the page %.2f\n", x.n,
           bytes, whole / ROUNDS, page / ROUNDS);
    return 0;
}
