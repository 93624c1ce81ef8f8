/* Any bytes as a plan's Markdown: no crash, and what is accepted is a document that is rendered to a fixed point. */
#include "plan_judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void fixed_point(const struct document *d, struct arena *a)
{
    auto_buf md = BUF_INIT(BUF_MAX_DEFAULT), again = BUF_INIT(BUF_MAX_DEFAULT);
    struct document back = { 0 };
    struct err e = { 0 };
    struct sha256 x, y;
    document_markdown(d, NULL, &md);
    if (md.n > (1 << 20)) return;
    judge(document_from_markdown(md.p, md.n, NULL, 1, a, &back, &e) == ERR_OK, e.msg, buf_cstr(&md));
    x = document_hash(d, &e);
    y = document_hash(&back, &e);
    judge(memcmp(&x, &y, sizeof x) == 0, "the same document", buf_cstr(&md));
    document_markdown(&back, NULL, &again);
    judge(strcmp(buf_cstr(&md), buf_cstr(&again)) == 0, "the same Markdown", buf_cstr(&md));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_arena a = arena_new(0);
    struct document d = { 0 };
    struct err e = { 0 };
    enum err_kind k = a ? document_from_markdown((const char *)data, n, NULL, 1, a, &d, &e) : ERR_NOMEM;
    if (k != ERR_OK) {
        judge(k == ERR_INVALID || k == ERR_TOO_LARGE, "refused in words", e.msg);
        return 0;
    }
    fixed_point(&d, a);
    return 0;
}
