/* Any bytes as JSON: what our reader takes, jansson takes as the same value; what we write, we read again. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "pland/base/record.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    auto_json ours = NULL;
    auto_buf text = BUF_INIT(BUF_MAX_DEFAULT);
    struct err e = { 0 };
    if (json_parse((const char *)data, n, &ours, &e) != ERR_OK) {
        buf_json_n(&text, (const char *)data, n); /* any bytes become a JSON string */
        auto_json back = text.failed ? NULL : json_loadb(text.p, text.n, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        if (!text.failed && !back) abort();
        return 0;
    }
    auto_json theirs = json_loadb((const char *)data, n, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (!theirs || !json_equal(ours, theirs)) abort();
    return 0;
}
