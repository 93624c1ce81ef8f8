/* Finding a few terms in much text finds just what cutting the text into terms and comparing each would. */
#include "unit/check_main.h"

#include <stdio.h>
#include <string.h>

#include "pland/base/arena.h"
#include "survey/terms.h"

struct hits { const struct term_set *set; size_t n[TERM_SET_MAX], where[TERM_SET_MAX]; const char *text; };

static void hit(void *arg, size_t i, const char *at)
{
    struct hits *h = arg;
    h->n[i]++;
    h->where[i] += (size_t)(at - h->text);
}

static void slow(void *arg, const struct term *t)
{
    struct hits *h = arg;
    char w[TERM_MAX + 1];
    size_t n = t->n;
    const char *at = t->at;
    memcpy(w, t->word, n + 1);
    n = term_stem(w, n);
    while (*at == '_') at++; /* an identifier that starts with it */
    for (size_t i = 0; i < h->set->n; i++)
        if (h->set->v[i].n == n && memcmp(h->set->v[i].stem, w, n) == 0) {
            hit(h, i, at);
            return;
        }
}

static void expect_same(const struct term_set *set, const char *text, size_t n)
{
    struct hits want = {.set = set, .text = text}, got = {.set = set, .text = text};
    terms_each(text, n, slow, &want);
    term_set_find(set, text, n, hit, &got);
    for (size_t i = 0; i < set->n; i++) {
        ck_assert_msg(want.n[i] == got.n[i], "%s: %zu, not %zu, in: %.*s", set->v[i].stem, got.n[i], want.n[i], (int)n, text);
        ck_assert_msg(want.where[i] == got.where[i], "%s elsewhere in: %.*s", set->v[i].stem, (int)n, text);
    }
}

static void make_set(struct term_set *s, const char *const *stems, size_t n)
{
    memset(s, 0, sizeof *s);
    for (size_t i = 0; i < n; i++) term_set_add(s, stems[i]);
}
#define SET(s, ...) make_set(s, (const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

START_TEST(identifiers_are_found_in_parts_and_whole)
{
    static const char *const texts[] = {
        "", "a", "_", "__", "send", "sendFile", "send_file", "SEND_FILE", "SendFILE", "HTTPServer", "HTTPSend2File", "_send", "send_",
        "__send__file__", "a_b", "a_bc", "ab_c", "aB", "aBC", "id", "ids", "id_x", "x_id", "sending files", "s_e_n_d", "sE_nd",
        "x86Send", "send-file.sendfile", "\xc3\xa4send", "send\xc3\xa4",
    };
    struct term_set set;
    struct hits h = {.set = &set};
    SET(&set, "send", "sendfil", "fil", "id", "a", "ab", "abc", "http", "server", "x86", "x");
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) expect_same(&set, texts[i], strlen(texts[i]));
    h.text = "sendFile and send_files, HTTPSend";
    term_set_find(&set, h.text, strlen(h.text), hit, &h);
    ck_assert_uint_eq(h.n[0], 3);
    ck_assert_uint_eq(h.n[1], 2);
    ck_assert_uint_eq(h.n[2], 2);
    ck_assert_uint_eq(h.n[7], 1);
}
END_TEST

/* Every length and offset around the blocks that are looked at together. */
START_TEST(the_same_wherever_it_stands)
{
    char text[300];
    struct term_set set;
    SET(&set, "quota", "writ", "quotawrit", "qu", "q");
    for (size_t before = 0; before < 140; before++)
        for (int filler = 0; filler < 3; filler++) {
            int n = snprintf(text, sizeof text, "%.*s%s", (int)before,
                             filler == 0 ? "                                                                      "
                                           "                                                                      "
                             : filler == 1
                                 ? "______________________________________________________________________"
                                   "______________________________________________________________________"
                                 : "QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ"
                                   "QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ",
                             "quotaWrite(QUOTA_writes)");
            expect_same(&set, text, (size_t)n);
        }
}
END_TEST

START_TEST(random_texts)
{
    static const char letters[] = "aabbcdeistABCDEIST__19 .(\n\xc3\xa9";
    char text[700];
    unsigned seed = 7;
    struct term_set set;
    SET(&set, "ab", "abc", "a", "bad", "cab", "ata", "dat", "bit", "c1", "ea", "it", "\xc3\xa9", "b9", "stab");
    for (int round = 0; round < 20000 / UNIT_SHARE; round++) {
        size_t n = (size_t)round % sizeof text;
        for (size_t i = 0; i < n; i++) {
            seed = seed * 1103515245u + 12345u;
            text[i] = letters[(seed >> 16) % (sizeof letters - 1)];
        }
        expect_same(&set, text, n);
    }
}
END_TEST

UNIT_MAIN("survey_terms", {identifiers_are_found_in_parts_and_whole, the_same_wherever_it_stands, random_texts})
