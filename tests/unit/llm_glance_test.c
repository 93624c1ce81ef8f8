/* Protects: a glance takes the ordinary event, and nothing that reading it whole would understand differently. */
#include "llm/dialect.h"

#include <string.h>
#include "unit/check_main.h"

static const struct glance delta[] = { { "content", GLANCE_TEXT, NULL, NULL }, { "refusal", GLANCE_EMPTY, NULL, NULL }, { 0 } };
static const struct glance choice[] = { { "delta", GLANCE_OBJECT, NULL, delta }, { "index", GLANCE_ZERO, NULL, NULL }, { 0 } };
static const struct glance form[] = {
    { "kind", GLANCE_WORD, "delta", NULL }, { "choices", GLANCE_ONLY, NULL, choice }, { "error", GLANCE_NULL, NULL, NULL }, { 0 }
};

#define EVENT(more, content) "{\"kind\":\"delta\"" more ",\"choices\":[{\"index\":0,\"delta\":{\"content\":" content "}}]}"

static const struct {
    const char *data, *text; /* NULL: not taken */
} rows[] = {
    { EVENT("", "\" token\""), " token" },
    { EVENT("", "\"\""), "" },
    { EVENT("", "\"a\\n\\t\\\"b\\\\ \\/\\b\\f\\r\""), "a\n\t\"b\\ /\b\f\r" },
    { EVENT(",\"error\":null", "\"x\""), "x" },
    { EVENT(",\"id\":\"c-1\",\"n\":[1,-2.5,{\"a\":[]},true,false,null],\"o\":{}", "\"x\""), "x" },
    { " {\n \"kind\" : \"delta\" , \"choices\" : [ { \"delta\" : { \"content\" : \"x\" } } ] }\r\n", "x" },
    /* read whole */
    { EVENT(",\"error\":\"no\"", "\"x\""), NULL },
    { EVENT("", "null"), NULL },
    { EVENT("", "7"), NULL },
    { EVENT("", "\"\\u0041\""), NULL },
    { EVENT("", "\"gr\xC3\xBC\xC3\x9F\""), NULL },
    { EVENT("", "\"x\",\"refusal\":\"no\""), NULL },
    { EVENT("", "\"x\",\"content\":\"y\""), NULL },
    { EVENT("", "\"x\",\"c\\u006fntent\":\"y\""), NULL },
    { EVENT(",\"kind\":\"delta\"", "\"x\""), NULL },
    { EVENT(",\"n\":1e5", "\"x\""), NULL },
    { EVENT(",\"n\":12345678901234567890", "\"x\""), NULL },
    { "{\"kind\":\"deltas\",\"choices\":[{\"delta\":{\"content\":\"x\"}}]}", NULL },
    { "{\"kind\":\"delta\",\"choices\":[{\"index\":1,\"delta\":{\"content\":\"x\"}}]}", NULL },
    { "{\"kind\":\"delta\",\"choices\":[{\"delta\":{\"content\":\"x\"}},{}]}", NULL },
    { "{\"kind\":\"delta\",\"choices\":[]}", NULL },
    { "{\"choices\":[{\"delta\":{\"content\":\"x\"}}]}", NULL },
    { "{}", NULL },
    { "[]", NULL },
    { "", NULL },
    /* no JSON */
    { EVENT("", "\"x\"") "x", NULL },
    { EVENT("", "\"x\","), NULL },
    { EVENT("", "\"a\nb\""), NULL },
    { EVENT("", "\"a\\qb\""), NULL },
    { EVENT(",\"n\":01", "\"x\""), NULL },
    { EVENT(",\"n\":1.", "\"x\""), NULL },
    { EVENT(",\"n\":", "\"x\""), NULL },
    { EVENT(",\"n\":nul", "\"x\""), NULL },
    { EVENT(",\"n\":[1}", "\"x\""), NULL },
    { EVENT(",\"n\":[1,]", "\"x\""), NULL },
};

START_TEST(test_rows)
{
    struct buf got = BUF_INIT(4096);
    for (size_t i = 0; i < countof(rows); i++) {
        bool taken = glance(form, rows[i].data, strlen(rows[i].data), &got);
        ck_assert_msg(taken == (rows[i].text != NULL), "%s", rows[i].data);
        if (taken) ck_assert_str_eq(buf_cstr(&got), rows[i].text);
    }
    buf_release(&got);
}
END_TEST

/* Every prefix of an event is no event; and nothing behind the end is looked at. */
START_TEST(test_cut_anywhere)
{
    static const char all[] = EVENT(",\"n\":[1,{\"a\":-2.5}],\"t\":true", "\"x\\ny\"");
    struct buf got = BUF_INIT(4096);
    for (size_t n = 0; n < sizeof all - 1; n++) {
        char *copy = strndup(all, n);
        ck_assert_msg(!glance(form, copy, n, &got), "%zu", n);
        free(copy);
    }
    ck_assert(glance(form, all, sizeof all - 1, &got));
    buf_release(&got);
}
END_TEST

START_TEST(test_depth_is_bounded)
{
    static char deep[100000];
    struct buf got = BUF_INIT(4096);
    memset(deep, '[', sizeof deep);
    memcpy(deep, "{\"n\":", 5);
    ck_assert(!glance(form, deep, sizeof deep, &got));
    buf_release(&got);
}
END_TEST

/* What vendors really send is taken so, or the glance would be of no use. */
START_TEST(test_vendors)
{
    static const struct { const struct llm_dialect *d; const char *first, *delta; } vendors[] = {
        { &llm_openai, "{\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}],\"model\":\"m\"}",
          "{\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1795000000,\"model\":\"m\",\"service_tier\":\"default\","
          "\"system_fingerprint\":\"fp_1\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\"},\"logprobs\":null,"
          "\"finish_reason\":null}],\"usage\":null}" },
        { &llm_openai, "{\"choices\":[{\"delta\":{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"p\",\"arguments\":\"\"}}]}}]}",
          "{\"choices\":[{\"index\":0,\"delta\":{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"x\"}}]},\"finish_reason\":null}]}" },
        { &llm_anthropic, "{\"type\":\"message_start\",\"message\":{\"model\":\"m\"}}",
          "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"x\"}}" },
        { &llm_anthropic, "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"p\",\"input\":{}}}",
          "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"x\"}}" },
    };
    for (size_t i = 0; i < countof(vendors); i++) {
        struct reply r;
        reply_init(&r, 4096, NULL, NULL);
        vendors[i].d->event(&r, vendors[i].first, strlen(vendors[i].first));
        ck_assert_uint_eq(r.piece.cap, 0);
        vendors[i].d->event(&r, vendors[i].delta, strlen(vendors[i].delta));
        ck_assert_str_eq(buf_cstr(&r.text), "x");
        ck_assert_str_eq(buf_cstr(&r.piece), "x");
        reply_release(&r);
    }
}
END_TEST

UNIT_MAIN("llm_glance", { test_rows, test_cut_anywhere, test_depth_is_bounded, test_vendors })
