/* The difference of two revisions of 100 sections, piece by piece, in milliseconds of the processor: diff_bench [PHASES] */
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
    double total[5] = { 0 };
    size_t bytes = 0;
    (void)mallopt(M_TRIM_THRESHOLD, 16 << 20); /* as in the daemon */
    (void)mallopt(M_MMAP_THRESHOLD, 4 << 20);
    auto_arena a = arena_new(0);
    struct document from = many(a, phases, false), to = many(a, phases, true);
    section_list x, y;
    if (document_split(&from, a, &x, &err) != ERR_OK || document_split(&to, a, &y, &err) != ERR_OK) return 1;
    for (int i = 0; i < ROUNDS; i++) {
        auto_arena b = arena_new(0);
        auto_buf old = BUF_INIT(BUF_MAX_DEFAULT), new = BUF_INIT(BUF_MAX_DEFAULT), page = BUF_INIT(BUF_MAX_DEFAULT);
        struct document d1, d2;
        struct comparison c;
        section_changes s;
        struct change_reasons why = { 0 };
        double t[6];
        t[0] = ms();
        if (document_join(&x, b, &d1, &err) != ERR_OK || document_join(&y, b, &d2, &err) != ERR_OK) return 1;
        t[1] = ms();
        document_markdown(&d1, NULL, &old);
        document_markdown(&d2, NULL, &new);
        t[2] = ms();
        if (compare_markdown(buf_cstr(&old), buf_cstr(&new), "a", "b", b, &c, &err) != ERR_OK) return 1;
        t[3] = ms();
        if (section_diff(&x, &y, b, &s, &err) != ERR_OK) return 1;
        t[4] = ms();
        compare_html(&c, &s, &why, "x", 1, 2, &page);
        t[5] = ms();
        for (int k = 0; k < 5; k++) total[k] += t[k + 1] - t[k];
        bytes = old.n;
    }
    double sum = total[0] + total[1] + total[2] + total[3];
    printf("a difference for patch: %.2f ms of the processor; ", sum / ROUNDS);
    printf("%zu sections, %zu bytes of Markdown: decoding both %.2f ms, rendering both %.2f, comparing %.2f, sections %.2f, page %.2f\n",
           x.n, bytes, total[0] / ROUNDS, total[1] / ROUNDS, total[2] / ROUNDS, total[3] / ROUNDS, total[4] / ROUNDS);
    return 0;
}
