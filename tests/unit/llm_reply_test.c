/* Protects: what compatible servers really send is understood, what we send is what they take. */
#include "llm/dialect.h"

#include <string.h>
#include "pland/base/record.h"
#include "unit/check_main.h"

struct trim_row {
    const char *in, *want;
};
static const struct trim_row trims[] = {
    { "{\"a\":1}", "{\"a\":1}" },
    { " \n{\"a\":1}\r\n ", "{\"a\":1}" },
    { "```json\n{\"a\":1}\n```", "{\"a\":1}" },
    { "```\n{\"a\":1}\n```\n", "{\"a\":1}" },
    { "Here it is:\n```json\n{\"a\":\"```x```\"}\n```\nHope that helps.", "{\"a\":\"```x```\"}" },
    { "```json\n{\"a\":1", "{\"a\":1" },
    { "<think>\nhm {\"no\":1}\n</think>\n\n{\"a\":1}", "{\"a\":1}" },
    { "<think>\nhm</think>```json\n[1]\n```", "[1]" },
    { "<think> never ends", "<think> never ends" },
    { "{\"code\":\"```sh\\nls\\n```\"}", "{\"code\":\"```sh\\nls\\n```\"}" },
    { "no JSON at all", "no JSON at all" },
    { "```", "" },
    { "", "" },
    { " \n ", "" },
};

START_TEST(test_trim)
{
    for (size_t i = 0; i < countof(trims); i++) {
        struct span s = reply_trim(trims[i].in, strlen(trims[i].in));
        ck_assert_msg(s.n == strlen(trims[i].want) && memcmp(s.p, trims[i].want, s.n) == 0, "%s: '%.*s'", trims[i].in,
                      (int)s.n, s.p);
    }
}
END_TEST

struct event_row {
    const char *name;
    const char *events[9];
    const char *text;
    enum llm_finish finish;
    bool finished, ended, failed, nonsense;
    const char *code, *words;
    struct llm_usage usage;
};

#define DELTA(x)                                                                                                       \
    "{\"id\":\"1\",\"object\":\"chat.completion.chunk\",\"model\":\"m-1\",\"choices\":[{\"index\":0,\"delta\":" x "}]" \
                                                                                                                  "}"
#define END(x) "{\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"" x "\"}]}"

static const struct event_row streams[] = {
    { .name = "openai",
      .events = { DELTA("{\"role\":\"assistant\",\"content\":\"\",\"refusal\":null}"),
                  DELTA("{\"content\":\"{\\\"a\\\"\"}"), DELTA("{\"content\":\":1}\"}"), END("stop"),
                  "{\"choices\":[],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":3,\"total_tokens\":13,"
                  "\"prompt_tokens_details\":{\"cached_tokens\":4}}}",
                  "[DONE]" },
      .text = "{\"a\":1}",
      .finish = LLM_STOP,
      .finished = true,
      .ended = true,
      .usage = { true, 10, 3, 4, 0 } },
    { .name = "llama.cpp",
      .events = { DELTA("{\"role\":\"assistant\",\"content\":null}"), DELTA("{\"content\":\"x\"}"), END("stop"),
                  "{\"timings\":{\"a\":1.5},\"usage\":{\"completion_tokens\":2,\"prompt_tokens\":5},\"choices\":[]}",
                  "[DONE]" },
      .text = "x",
      .finish = LLM_STOP,
      .finished = true,
      .ended = true,
      .usage = { true, 5, 2, 0, 0 } },
    { .name = "no usage, no end",
      .events = { DELTA("{\"content\":\"x\"}"), END("length") },
      .text = "x",
      .finish = LLM_LENGTH,
      .finished = true },
    { .name = "reasoning is not the answer",
      .events = { DELTA("{\"reasoning_content\":\"hm\"}"), DELTA("{\"reasoning\":\"hm\",\"content\":null}"),
                  DELTA("{\"content\":\"x\"}"), END("stop"), "[DONE]" },
      .text = "x",
      .finish = LLM_STOP,
      .finished = true,
      .ended = true },
    { .name = "usage null in every chunk",
      .events = { "{\"usage\":null,\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":null}]}",
                  END("stop") },
      .text = "x",
      .finish = LLM_STOP,
      .finished = true },
    { .name = "filter", .events = { END("content_filter") }, .text = "", .finish = LLM_FILTER, .finished = true },
    { .name = "no call of the tool", .events = { END("tool_calls") }, .text = "", .finish = LLM_STOP, .finished = true },
    { .name = "the tool's argument is the answer",
      .events = { DELTA("{\"content\":\"I call it.\"}"),
                  DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"c\",\"function\":{\"name\":\"x\",\"arguments\":\"\"}}]}"),
                  DELTA("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"{\\\"a\"}}]}"),
                  DELTA("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"{}\"}}]}"),
                  DELTA("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"\\\":1}\"}}]}"),
                  DELTA("{\"content\":\"Done.\"}"), END("tool_calls"), "[DONE]" },
      .text = "{\"a\":1}",
      .finish = LLM_STOP,
      .finished = true,
      .ended = true },
    { .name = "refusal",
      .events = { DELTA("{\"content\":\"half\"}"), DELTA("{\"refusal\":\"I can\"}"), DELTA("{\"refusal\":\"not\"}"),
                  END("stop"), "[DONE]" },
      .text = "I cannot",
      .finish = LLM_REFUSAL,
      .finished = true,
      .ended = true },
    { .name = "error in the middle",
      .events = { DELTA("{\"content\":\"x\"}"),
                  "{\"error\":{\"code\":500,\"message\":\"out of slots\",\"type\":\"server_error\"}}" },
      .text = "x",
      .finish = LLM_OTHER,
      .failed = true,
      .code = "server_error",
      .words = "out of slots" },
    { .name = "error as a string",
      .events = { "{\"error\":\"no\\nmodel\"}" },
      .text = "",
      .finish = LLM_OTHER,
      .failed = true,
      .code = "",
      .words = "no model" },
    { .name = "error null is none", .events = { "{\"error\":null,\"choices\":[]}" }, .text = "", .finish = LLM_OTHER },
    { .name = "nothing after the end",
      .events = { DELTA("{\"content\":\"x\"}"), END("stop"), "[DONE]", DELTA("{\"content\":\"y\"}") },
      .text = "x",
      .finish = LLM_STOP,
      .finished = true,
      .ended = true },
    { .name = "NUL is dropped", .events = { DELTA("{\"content\":\"a\\u0000b\"}") }, .text = "ab", .finish = LLM_OTHER },
    { .name = "cut JSON", .events = { "{\"choices\":[{\"del" }, .text = "", .finish = LLM_OTHER, .nonsense = true },
    { .name = "not an object", .events = { "[1]" }, .text = "", .finish = LLM_OTHER, .nonsense = true },
    { .name = "wrong types everywhere",
      .events = { "{\"choices\":{\"a\":1},\"usage\":7,\"model\":3}", "{\"choices\":[7]}",
                  "{\"choices\":[{\"delta\":7,\"finish_reason\":1}]}", DELTA("{\"content\":[1],\"refusal\":{}}"),
                  "{\"usage\":{\"prompt_tokens\":\"x\"}}" },
      .text = "",
      .finish = LLM_OTHER,
      .usage = { true, 0, 0, 0, 0 } },
};

static void check_reply(const struct event_row *row, const struct reply *r)
{
    ck_assert_msg(strcmp(buf_cstr(&r->text), row->text) == 0, "%s: '%s'", row->name, buf_cstr(&r->text));
    ck_assert_msg(r->finish == row->finish, "%s: %s", row->name, llm_finish_name(r->finish));
    ck_assert_msg(r->finished == row->finished && r->ended == row->ended, "%s", row->name);
    ck_assert_msg(r->failed == row->failed && r->nonsense == row->nonsense, "%s", row->name);
    ck_assert_str_eq(r->code, row->code ? row->code : "");
    ck_assert_str_eq(r->words, row->words ? row->words : "");
    ck_assert_int_eq(r->usage.known, row->usage.known);
    ck_assert_int_eq(r->usage.input, row->usage.input);
    ck_assert_int_eq(r->usage.output, row->usage.output);
    ck_assert_int_eq(r->usage.cached, row->usage.cached);
}

START_TEST(test_streams)
{
    for (size_t i = 0; i < countof(streams); i++) {
        struct reply r;
        reply_init(&r, 4096, NULL, NULL);
        for (size_t k = 0; k < countof(streams[i].events) && streams[i].events[k]; k++) {
            llm_openai.event(&r, streams[i].events[k], strlen(streams[i].events[k]));
        }
        check_reply(&streams[i], &r);
        reply_release(&r);
    }
}
END_TEST

/* Of the looking tool all calls are taken, however they are told apart; another tool's is left out. */
START_TEST(test_several_looks)
{
#define CALL(index, name, text) \
    "{\"index\":" #index ",\"id\":\"c" #index "\",\"function\":{\"name\":\"" name "\",\"arguments\":\"{\\\"requests\\\":" text "\"}}"
    static const char *const events[] = {
        DELTA("{\"tool_calls\":[" CALL(0, "look", "[1") "]}"), DELTA("{\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":\"]}\"}}]}"),
        DELTA("{\"tool_calls\":[" CALL(1, "answer", "[9]}") "]}"), DELTA("{\"tool_calls\":[" CALL(2, "look", "[") "]}"),
        DELTA("{\"tool_calls\":[{\"index\":1,\"function\":{\"arguments\":\"x\"}}]}"),
        DELTA("{\"tool_calls\":[{\"index\":2,\"function\":{\"arguments\":\"2,3]}\"}}]}"), END("tool_calls"), "[DONE]" };
    static const char whole[] = "{\"choices\":[{\"message\":{\"tool_calls\":[" CALL(0, "look", "[1]}") ",{\"function\":{\"name\":\"look\","
                                "\"arguments\":{\"requests\":[2]}}}]},\"finish_reason\":\"tool_calls\"}]}";
    struct reply r;
    reply_init(&r, 4096, NULL, NULL);
    (void)strcpy(r.look, "look");
    for (size_t i = 0; i < countof(events); i++) llm_openai.event(&r, events[i], strlen(events[i]));
    reply_join(&r);
    ck_assert_str_eq(buf_cstr(&r.text), "{\"requests\":[1,2,3]}");
    reply_release(&r);
    reply_init(&r, 4096, NULL, NULL);
    (void)strcpy(r.look, "look");
    llm_openai.document(&r, whole, sizeof whole - 1);
    reply_join(&r);
    ck_assert_str_eq(buf_cstr(&r.text), "{\"requests\":[1,2]}");
    reply_release(&r);
}
END_TEST

static const struct event_row documents[] = {
    { .name = "completion",
      .events = { "{\"model\":\"m\",\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"{}\"},\"finish_"
                  "reason\":\"stop\"}],"
                  "\"usage\":{\"prompt_tokens\":1,\"completion_tokens\":2}}" },
      .text = "{}",
      .finish = LLM_STOP,
      .finished = true,
      .ended = true,
      .usage = { true, 1, 2, 0 } },
    { .name = "error",
      .events = { "{\"error\":{\"message\":\"Incorrect API key\",\"type\":\"invalid_request_error\",\"param\":null,"
                  "\"code\":\"invalid_api_key\"}}" },
      .text = "",
      .finish = LLM_OTHER,
      .failed = true,
      .code = "invalid_api_key",
      .words = "Incorrect API key" },
    { .name = "llama.cpp error",
      .events = { "{\"error\":{\"code\":400,\"message\":\"too "
                  "long\",\"type\":\"exceed_context_size_error\",\"n_ctx\":10}}" },
      .text = "",
      .finish = LLM_OTHER,
      .failed = true,
      .code = "exceed_context_size_error",
      .words = "too long" },
    { .name = "a framework's",
      .events = { "{\"detail\":\"Not Found\"}" },
      .text = "",
      .finish = LLM_OTHER,
      .words = "Not Found" },
    { .name = "a web page",
      .events = { "<html>Bad gateway</html>" },
      .text = "",
      .finish = LLM_OTHER,
      .nonsense = true },
};

START_TEST(test_documents)
{
    for (size_t i = 0; i < countof(documents); i++) {
        struct reply r;
        reply_init(&r, 4096, NULL, NULL);
        llm_openai.document(&r, documents[i].events[0], strlen(documents[i].events[0]));
        check_reply(&documents[i], &r);
        reply_release(&r);
    }
}
END_TEST

START_TEST(test_copy_cuts_between_characters)
{
    char small[6];
    json_t *v = json_string("abc\xC3\xBC\xC3\xBC");
    reply_copy(small, sizeof small, v);
    ck_assert_str_eq(small, "abc\xC3\xBC");
    reply_copy(small, 5, v);
    ck_assert_str_eq(small, "abc");
    json_decref(v);
}
END_TEST

static const char *at(const json_t *v, const char *path)
{
    char key[64];
    while (v && *path) {
        size_t n = strcspn(path, "/");
        (void)snprintf(key, sizeof key, "%.*s", (int)n, path);
        v = json_is_array(v) ? json_array_get(v, (size_t)strtoul(key, NULL, 10)) : json_object_get(v, key);
        path += n + (path[n] != '\0');
    }
    return json_is_string(v) ? json_string_value(v) : json_is_true(v) ? "true" : json_is_object(v) ? "{}" : NULL;
}

static json_t *built(struct llm_config c, struct llm_request r)
{
    struct buf b = BUF_INIT(65536);
    struct err e = { 0 };
    json_t *v = NULL;
    c.model = "m-1";
    c.max_tokens_field = "max_completion_tokens";
    r.system = "be \"good\"\n";
    r.user = "gr\xC3\xBC\xC3\x9F";
    const struct manner m = { .structured = c.structured, .limit = c.max_tokens_field, .usage = true, .one_call = true };
    llm_openai.build(&c, &m, &r, &b);
    ck_assert_int_eq(buf_check(&b, &e), ERR_OK);
    ck_assert_msg(json_parse(b.p, b.n, &v, &e) == ERR_OK, "%s: %s", e.msg, b.p);
    buf_release(&b);
    return v;
}

#define SCHEMA "{\"type\":\"object\",\"properties\":{}}"

START_TEST(test_build)
{
    const struct llm_request asks = { .schema = SCHEMA, .schema_name = "plan" };
    auto_json v = built((struct llm_config){ .max_tokens = 500 }, asks);
    ck_assert_str_eq(at(v, "model"), "m-1");
    ck_assert_str_eq(at(v, "messages/0/role"), "system");
    ck_assert_str_eq(at(v, "messages/0/content"), "be \"good\"\n");
    ck_assert_str_eq(at(v, "messages/1/content"), "gr\xC3\xBC\xC3\x9F");
    ck_assert_str_eq(at(v, "stream"), "true");
    ck_assert_str_eq(at(v, "stream_options/include_usage"), "true");
    ck_assert_str_eq(at(v, "response_format/type"), "json_schema");
    ck_assert_str_eq(at(v, "response_format/json_schema/name"), "plan");
    ck_assert_str_eq(at(v, "response_format/json_schema/strict"), "true");
    ck_assert_str_eq(at(v, "response_format/json_schema/schema/type"), "object");
    ck_assert_int_eq(json_integer_value(json_object_get(v, "max_completion_tokens")), 500);
    ck_assert_ptr_null(json_object_get(v, "temperature"));
}
END_TEST

START_TEST(test_build_without_schema_support)
{
    const struct llm_request asks = { .schema = SCHEMA, .schema_name = "plan" };
    auto_json object = built((struct llm_config){ .structured = LLM_JSON_OBJECT }, asks);
    auto_json none = built((struct llm_config){ .structured = LLM_JSON_NONE }, asks);
    auto_json text = built((struct llm_config){ .structured = LLM_JSON_SCHEMA }, (struct llm_request){ .step = "x" });
    ck_assert_str_eq(at(object, "response_format/type"), "json_object");
    ck_assert_ptr_nonnull(strstr(at(object, "messages/1/content"), SCHEMA));
    ck_assert_ptr_null(json_object_get(none, "response_format"));
    ck_assert_ptr_nonnull(strstr(at(none, "messages/1/content"), SCHEMA));
    ck_assert_ptr_null(json_object_get(text, "response_format"));
    ck_assert_ptr_null(json_object_get(text, "max_completion_tokens"));
    ck_assert_str_eq(at(text, "messages/0/content"), "be \"good\"\n");
}
END_TEST

START_TEST(test_build_with_tools)
{
    const struct llm_schema all[] = { { "outline", "{}", NULL }, { "plan", SCHEMA, NULL } };
    const struct llm_request asks = { .schema = SCHEMA, .schema_name = "plan", .context = "the ticket", .schemas = all, .n_schemas = 2 };
    auto_json v = built((struct llm_config){ .structured = LLM_TOOL }, asks);
    ck_assert_str_eq(at(v, "tools/0/function/name"), "outline");
    ck_assert_str_eq(at(v, "tools/1/function/parameters/type"), "object");
    ck_assert_str_eq(at(v, "tool_choice/function/name"), "plan");
    ck_assert_str_eq(at(v, "messages/1/content"), "the ticket\n\ngr\xC3\xBC\xC3\x9F");
    ck_assert_ptr_null(json_object_get(v, "response_format"));
}
END_TEST

/* What was looked at follows the task as calls and results; a server that knows no tools is told in words. */
START_TEST(test_build_with_looks)
{
    const struct llm_schema look = { "look", SCHEMA, "Shows more" };
    const struct llm_turn turns[] = { { "{\"requests\":[]}", "file \"a\"" }, { "{\"requests\":[1]}", "file b" } };
    struct llm_request asks = { .schema = SCHEMA, .schema_name = "plan", .look = &look, .may_look = true, .turns = turns, .n_turns = 2 };
    auto_json v = built((struct llm_config){ .structured = LLM_TOOL }, asks);
    auto_json told = built((struct llm_config){ .structured = LLM_JSON_NONE }, asks);
    ck_assert_str_eq(at(v, "tools/1/function/name"), "look");
    ck_assert_str_eq(at(v, "tools/1/function/description"), "Shows more");
    ck_assert_str_eq(at(v, "tool_choice"), "required");
    ck_assert(json_is_false(json_object_get(v, "parallel_tool_calls")));
    ck_assert_str_eq(at(v, "messages/1/content"), "gr\xC3\xBC\xC3\x9F");
    ck_assert_str_eq(at(v, "messages/2/tool_calls/0/function/arguments"), "{\"requests\":[]}");
    ck_assert_str_eq(at(v, "messages/2/tool_calls/0/id"), at(v, "messages/3/tool_call_id"));
    ck_assert_str_eq(at(v, "messages/3/content"), "file \"a\"");
    ck_assert_str_eq(at(v, "messages/5/content"), "file b");
    ck_assert_str_ne(at(v, "messages/3/tool_call_id"), at(v, "messages/5/tool_call_id"));
    ck_assert_uint_eq(json_array_size(json_object_get(told, "messages")), 2);
    ck_assert_ptr_nonnull(strstr(at(told, "messages/1/content"), "file b"));
    asks.may_look = false;
    auto_json last = built((struct llm_config){ .structured = LLM_TOOL }, asks);
    ck_assert_str_eq(at(last, "tool_choice/function/name"), "plan");
    ck_assert(json_equal(json_object_get(v, "tools"), json_object_get(last, "tools")));
}
END_TEST

UNIT_MAIN("llm_reply", { test_trim, test_streams, test_several_looks, test_documents, test_copy_cuts_between_characters, test_build,
                         test_build_without_schema_support, test_build_with_tools, test_build_with_looks })
