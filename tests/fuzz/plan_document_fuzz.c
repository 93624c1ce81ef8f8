/* Any JSON as a document: decode, validate, split, join, hash, render. */
#include "plan_judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void round_trip(const struct document *d, struct arena *a)
{
    struct err e = { 0 };
    section_list l = { 0 }, again = { 0 };
    section_changes changes = { 0 };
    struct document back;
    struct sha256 x, y;
    judge(document_split(d, a, &l, &e) == ERR_OK, "splits", e.msg);
    judge(document_join(&l, a, &back, &e) == ERR_OK, "joins", e.msg);
    judge(document_split(&back, a, &again, &e) == ERR_OK, "splits again", e.msg);
    judge(section_diff(&l, &again, a, &changes, &e) == ERR_OK && changes.n == 0, "same sections", e.msg);
    x = document_hash(d, &e);
    y = document_hash(&back, &e);
    judge(memcmp(&x, &y, sizeof x) == 0, "same hash", e.msg);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_arena a = arena_new(0);
    auto_buf json = BUF_INIT(BUF_MAX_DEFAULT);
    struct document d = { 0 };
    struct err e = { 0 };
    if (!a || record_parse(&document_record, (const char *)data, n, &d, a, &e) != ERR_OK) return -1;
    if (document_validate(&d, a, &e) != ERR_OK) return 0;
    round_trip(&d, a);
    judge_markdown(&d);
    document_json(&d, NULL, &json);
    auto_json parsed = NULL;
    judge(json_parse(json.p, json.n, &parsed, &e) == ERR_OK, "JSON parses", e.msg);
    return 0;
}
