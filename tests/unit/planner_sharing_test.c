/* Two plans for different tickets over one codebase may have few sentences in common: a plan that would fit any ticket
 * says nothing. Measured over all pairs, in both directions, on the rendered Markdown. */
#include "unit/planner_matrix.h"
#include "unit/check_main.h"

enum { MOST_SHARED = 35 }; /* percent of a plan's sentences */

struct sharing {
    size_t all, same;
};

static bool has(const sentence_list *l, const char *s)
{
    return bsearch(&s, l->v, l->n, sizeof *l->v, sentence_order) != NULL;
}

static struct sharing shared(const sentence_list *one, const sentence_list *other)
{
    struct sharing r = {one->n, 0};
    for (size_t i = 0; i < one->n; i++) r.same += has(other, one->v[i]);
    return r;
}

static void sentences_of_plan(struct arena *a, const char *codebase, const char *ticket, sentence_list *ret)
{
    struct world w;
    struct buf b = BUF_INIT(BUF_MAX_DEFAULT);
    world_open(&w, codebase);
    world_ticket_file(&w, ticket);
    world_plan(&w);
    matrix_markdown(&w, codebase, ticket, &b);
    sentences_of(a, buf_cstr(&b), ret);
    ck_assert_uint_gt(ret->n, 10);
    qsort(ret->v, ret->n, sizeof *ret->v, sentence_order);
    buf_release(&b);
    world_close(&w);
}

struct worst {
    size_t percent, one, other, over, sum;
};

static struct worst worst_pair(const sentence_list *plans)
{
    struct worst w = {0};
    for (size_t i = 0; i < MATRIX_TICKETS; i++)
        for (size_t j = 0; j < MATRIX_TICKETS; j++) {
            struct sharing s = shared(&plans[i], &plans[j]);
            size_t percent = i == j ? 0 : (100 * s.same + s.all - 1) / s.all;
            w.sum += percent, w.over += percent > MOST_SHARED;
            if (percent > w.percent) w.percent = percent, w.one = i, w.other = j;
        }
    return w;
}

START_TEST(plans_for_different_tickets_differ)
{
    size_t worst = 0;
    for (size_t c = 0; c < MATRIX_CODEBASES; c++) {
        sentence_list plans[MATRIX_TICKETS];
        struct arena *a = arena_new(0);
        size_t pairs = MATRIX_TICKETS * (MATRIX_TICKETS - 1);
        struct worst w;
        ck_assert_ptr_nonnull(a);
        for (size_t t = 0; t < MATRIX_TICKETS; t++)
            sentences_of_plan(a, matrix_codebases[c], matrix_tickets[t], &plans[t]);
        w = worst_pair(plans);
        printf("%s: worst %zu %%, of %s, found in %s; mean %zu %%, %zu of %zu pairs above %d %%\n", matrix_codebases[c],
               w.percent, matrix_tickets[w.one], matrix_tickets[w.other], w.sum / pairs, w.over, pairs, MOST_SHARED);
        (void)fflush(stdout);
        if (w.percent > worst) worst = w.percent;
        arena_free(a);
    }
    ck_assert_msg(worst <= MOST_SHARED, "a plan shares %zu %% of its sentences with another ticket's", worst);
}
END_TEST

UNIT_MAIN("planner_sharing", {plans_for_different_tickets_differ})
