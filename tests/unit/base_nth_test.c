/* Every Nth allocation fails: each failure is reported as ERR_NOMEM, nothing crashes, leaks or comes out half. */
#include "unit/nth.h"

#include <string.h>

#include "pland/base/lock.h"
#include "pland/base/log.h"
#include "pland/base/record.h"
#include "unit/check_main.h"

struct item { const char *name; LIST(const char *) tags; };
struct doc { const char *title; LIST(struct item) items; struct item *best; const char *extra; };
static const struct field item_fields[] = {
    F_STR(struct item, name, FIELD_REQUIRED, 1, 5000, NULL),
    F_STRS(struct item, tags, 0, 100, 5000, NULL),
};
static const struct record item_record = RECORD("item", struct item, item_fields);
static const struct field doc_fields[] = {
    F_STR(struct doc, title, FIELD_REQUIRED, 1, 5000, NULL),
    F_LIST(struct doc, items, 0, &item_record, 100, NULL),
    F_OPT(struct doc, best, 0, &item_record, NULL),
    F_JSON(struct doc, extra, 0, 10000, NULL),
};
static const struct record doc_record = RECORD("doc", struct doc, doc_fields);

/* A document with strings longer than every small buffer, escapes, and more members than a hash table's first size. */
static void write_input(struct buf *b)
{
    buf_str(b, "{\"title\":\"a \\\"quoted\\\" title of some length \\u20ac\",\"items\":[");
    for (int i = 0; i < 20; i++) {
        buf_comma(b);
        buf_fmt(b, "{\"name\":\"item %0*d\",\"tags\":[\"a\",\"tag\\n%d\"]}", 1 + i * 20, i, i);
    }
    buf_str(b, "],\"best\":{\"name\":\"best\"},\"extra\":{");
    for (int i = 0; i < 40; i++) {
        buf_comma(b);
        buf_fmt(b, "\"key%02d\":[%d,%d.5,null]", 39 - i, i, i);
    }
    buf_str(b, "}}");
}

static enum err_kind there_and_back(const struct buf *in, struct buf *out, struct buf *canonical, struct err *e)
{
    auto_arena a = arena_new(0);
    struct doc d = { 0 };
    enum err_kind k = record_parse(&doc_record, in->p, in->n, &d, a, e);
    if (k != ERR_OK) return k;
    record_encode(&doc_record, &d, out);
    record_canonical(&doc_record, &d, canonical);
    k = buf_check(out, e);
    return k == ERR_OK ? buf_check(canonical, e) : k;
}

/* Returns how many allocations there were to fail. */
static long fail_each(const struct buf *in, const struct buf *want, const struct buf *want_canonical, void (*arm)(long))
{
    long n = 0;
    do {
        auto_buf out = BUF_INIT(100000);
        auto_buf canonical = BUF_INIT(100000);
        struct err e = { .kind = ERR_OK };
        enum err_kind k;
        arm(++n);
        k = there_and_back(in, &out, &canonical, &e);
        nth_disarm();
        if (k != ERR_OK) {
            ck_assert_msg(nth_hit() && k == ERR_NOMEM && e.kind == ERR_NOMEM, "allocation %ld: %s", n, e.msg);
            continue;
        }
        ck_assert_msg(strcmp(out.p, want->p) == 0, "allocation %ld: other bytes", n);
        ck_assert_msg(strcmp(canonical.p, want_canonical->p) == 0, "allocation %ld: other canonical bytes", n);
    } while (nth_hit());
    return n - 1;
}

START_TEST(records)
{
    auto_buf in = BUF_INIT(100000);
    auto_buf want = BUF_INIT(100000);
    auto_buf canonical = BUF_INIT(100000);
    struct err e;
    long live;
    NTH_SKIP();
    write_input(&in);
    ck_assert_int_eq(there_and_back(&in, &want, &canonical, &e), ERR_OK);
    live = nth_live();
    ck_assert_int_gt(fail_each(&in, &want, &canonical, nth_arm), 100);
    ck_assert_int_gt(fail_each(&in, &want, &canonical, nth_arm_rest), 100);
    ck_assert_int_eq(nth_live(), live);
}
END_TEST

START_TEST(arena_and_buffers)
{
    long n = 0;
    NTH_SKIP();
    do {
        struct err e;
        LIST(int64_t) l = { 0 };
        enum err_kind k;
        nth_arm(++n);
        {
            auto_arena a = arena_new(0);
            auto_buf b = BUF_INIT(1000000);
            for (int i = 0; i < 20000; i++) {
                int64_t *p = arena_push(a, &l, sizeof *p);
                if (!p) break;
                *p = i;
                buf_fmt(&b, "%d %s", i, arena_fmt(a, "%d", i) ? "yes" : "no");
            }
            k = arena_check(a, &e);
            if (k == ERR_OK) k = buf_check(&b, &e);
        }
        nth_disarm();
        ck_assert_int_eq(k, nth_hit() ? ERR_NOMEM : ERR_OK);
    } while (nth_hit());
    ck_assert_int_gt(n, 10);
}
END_TEST

static void *nothing(void *p)
{
    return p;
}

START_TEST(threads_and_log_lines)
{
    pthread_t t;
    int rc;
    NTH_SKIP();
    log_setup(LOG_INFO, LOG_JSON);
    nth_arm_rest(1);
    rc = thread_start(&t, "x", nothing, NULL);
    log_info("this line has no memory and is replaced by one that needs none", LOG_I("n", 1));
    nth_disarm();
    ck_assert(nth_hit());
    ck_assert_int_eq(rc, ENOMEM);
}
END_TEST

UNIT_MAIN("base nth", { records, arena_and_buffers, threads_and_log_lines })
