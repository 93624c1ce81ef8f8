/* Any JSON as a document: decode, validate, split, join, hash, render, compare with one that was changed a little. */
#include "pland/plan/dialogue.h"
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

/* Moves a phase and changes another, so that some are the same at the same place. */
static struct document changed(const struct document *d, struct arena *a)
{
    struct document x = *d;
    struct phase *v = arena_alloc(a, (d->phases.n + 1) * sizeof *v), first;
    x.overview = "Something else.";
    if (d->phases.n < 3) return x;
    memcpy(v, d->phases.v, d->phases.n * sizeof *v);
    first = v[0];
    v[0] = v[1];
    v[1] = first;
    v[1].goal = "Something else.";
    x.phases.v = v;
    return x;
}

/* Whatever two revisions share, and whether the text of one is there: it is what their texts say. */
static void compares(const struct document *from, const struct document *to, struct arena *a)
{
    auto_buf old = BUF_INIT(BUF_MAX_DEFAULT), new = BUF_INIT(BUF_MAX_DEFAULT), diff = BUF_INIT(BUF_MAX_DEFAULT);
    struct rendering how = { 0 };
    section_list x, y;
    struct err e = { 0 };
    judge(document_split(from, a, &x, &e) == ERR_OK && document_split(to, a, &y, &e) == ERR_OK, "both split", e.msg);
    document_markdown(from, &how, &old);
    document_markdown(to, &how, &new);
    judge(text_diff(buf_cstr(&old), buf_cstr(&new), "old", "new", &diff, &e) == ERR_OK, "texts differ", e.msg);
    for (int given = 0; given < 3; given++) {
        struct compared_revision l = { .name = "old", .sections = &x, .created = from->header.created, .how = &how }, r = l;
        auto_comparison c = { 0 };
        r.name = "new";
        r.sections = &y;
        if (given == 1) l.text = buf_cstr(&old), l.n_text = old.n;
        if (given == 2) r.text = buf_cstr(&new), r.n_text = new.n;
        judge(compare_revisions(&l, &r, a, &c, &e) == ERR_OK, "compares", e.msg);
        judge(c.n_unified == diff.n && memcmp(c.unified, buf_cstr(&diff), diff.n) == 0, "as the texts do", c.unified);
    }
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
    struct document other = changed(&d, a);
    compares(&d, &other, a);
    judge_markdown(&d);
    document_json(&d, NULL, &json);
    auto_json parsed = NULL;
    judge(json_parse(json.p, json.n, &parsed, &e) == ERR_OK, "JSON parses", e.msg);
    return 0;
}
