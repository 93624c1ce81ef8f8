/* Any bytes as Markdown: the HTML has only tags of Markdown and links of three schemes. */
#include "plan_judge.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_buf html = BUF_INIT(BUF_MAX_DEFAULT);
    struct err e = { 0 };
    if (memchr(data, '\0', n)) return -1;
    judge(markdown_html((const char *)data, n, &html, &e) == ERR_OK, "renders", e.msg);
    judge_html(buf_cstr(&html));
    return 0;
}
