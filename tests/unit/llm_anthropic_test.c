/* Protects: the messages interface is spoken as its vendor does, and calls with one prefix begin with the same bytes. */
#include "llm/dialect.h"

#include <string.h>
#include "pland/base/record.h"
#include "unit/check_main.h"

struct row {
    const char *name;
    const char *events[9];
    const char *text;
    enum llm_finish finish;
    bool finished, ended, failed, nonsense;
    const char *code;
    struct llm_usage usage;
};

#define START(u) "{\"type\":\"message_start\",\"message\":{\"model\":\"m-1\",\"content\":[],\"usage\":" u "}}"
#define BLOCK(type) "{\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"" type "\"}}"
#define TEXT(x) "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"" x "\"}}"
#define INPUT(x) "{\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"" x "\"}}"
#define END(reason) "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"" reason "\"},\"usage\":{\"output_tokens\":7}}"
#define STOP "{\"type\":\"message_stop\"}"

static const struct row rows[] = {
    { .name = "text",
      .events = { START("{\"input_tokens\":5,\"cache_creation_input_tokens\":20,\"cache_read_input_tokens\":100,\"output_tokens\":1}"), BLOCK("text"),
                  TEXT("{\\\"a\\\""), "{\"type\":\"ping\"}", TEXT(":1}"), END("end_turn"), STOP, TEXT("late") },
      .text = "{\"a\":1}", .finish = LLM_STOP, .finished = true, .ended = true, .usage = { true, 125, 7, 100, 20 } },
    { .name = "a tool; thinking and prose are not the answer",
      .events = { BLOCK("thinking"), "{\"type\":\"content_block_delta\",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"{\"}}", BLOCK("text"), TEXT("Here:"),
                  BLOCK("tool_use"), INPUT("{\\\"a\\\""), INPUT(":1}"), END("tool_use"), STOP },
      .text = "{\"a\":1}", .finish = LLM_STOP, .finished = true, .ended = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "events of the future", .events = { "{\"type\":\"of_the_future\",\"delta\":7}", TEXT("x"), BLOCK("of_the_future") }, .text = "x", .finish = LLM_OTHER },
    { .name = "cut", .events = { TEXT("x"), END("max_tokens"), STOP }, .text = "x", .finish = LLM_LENGTH, .finished = true, .ended = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "window", .events = { END("model_context_window_exceeded") }, .text = "", .finish = LLM_LENGTH, .finished = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "refusal", .events = { TEXT("x"), END("refusal"), STOP }, .text = "x", .finish = LLM_REFUSAL, .finished = true, .ended = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "pause", .events = { END("pause_turn") }, .text = "", .finish = LLM_OTHER, .finished = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "error", .events = { TEXT("x"), "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}" },
      .text = "x", .finish = LLM_OTHER, .failed = true, .code = "overloaded_error" },
    { .name = "another's error", .events = { "{\"error\":\"no\"}" }, .text = "", .finish = LLM_OTHER, .failed = true, .code = "" },
    { .name = "a second call is left out", .events = { BLOCK("tool_use"), INPUT("{\\\"a\\\":"), INPUT("1}"), BLOCK("tool_use"), INPUT("{}"), TEXT("x"), END("tool_use"), STOP },
      .text = "{\"a\":1}", .finish = LLM_STOP, .finished = true, .ended = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "an argument that comes whole",
      .events = { "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"input\":{\"a\":1}}}", INPUT("{\\\"a\\\":1}"), END("tool_use"), STOP },
      .text = "{\"a\":1}", .finish = LLM_STOP, .finished = true, .ended = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "an error of something in between", .events = { TEXT("x"), "{\"message\":\"no upstream\",\"code\":502}" }, .text = "x", .finish = LLM_OTHER, .failed = true },
    { .name = "capitals, as a gateway writes them", .events = { TEXT("x"), END("STOP"), STOP }, .text = "x", .finish = LLM_STOP, .finished = true, .ended = true, .usage = { true, 0, 7, 0, 0 } },
    { .name = "not ours", .events = { "{\"choices\":[]}" }, .text = "", .finish = LLM_OTHER, .nonsense = true },
    { .name = "cut JSON", .events = { "{\"type\":\"mess" }, .text = "", .finish = LLM_OTHER, .nonsense = true },
    { .name = "wrong types everywhere",
      .events = { "{\"type\":\"message_start\",\"message\":7}", "{\"type\":\"content_block_start\",\"content_block\":[]}", "{\"type\":\"content_block_delta\",\"delta\":\"x\"}",
                  "{\"type\":\"message_delta\",\"delta\":{\"stop_reason\":3},\"usage\":{\"output_tokens\":\"x\"}}" },
      .text = "", .finish = LLM_OTHER, .usage = { true, 0, 0, 0, 0 } },
};

static void check(const struct row *row, const struct reply *r)
{
    ck_assert_msg(strcmp(buf_cstr(&r->text), row->text) == 0, "%s: '%s'", row->name, buf_cstr(&r->text));
    ck_assert_msg(r->finish == row->finish, "%s: %s", row->name, llm_finish_name(r->finish));
    ck_assert_msg(r->finished == row->finished && r->ended == row->ended, "%s", row->name);
    ck_assert_msg(r->failed == row->failed && r->nonsense == row->nonsense, "%s", row->name);
    ck_assert_str_eq(r->code, row->code ? row->code : "");
    ck_assert_msg(r->usage.known == row->usage.known && r->usage.input == row->usage.input && r->usage.output == row->usage.output &&
                  r->usage.cached == row->usage.cached && r->usage.written == row->usage.written, "%s", row->name);
}

START_TEST(test_streams)
{
    for (size_t i = 0; i < countof(rows); i++) {
        struct reply r;
        reply_init(&r, 4096, NULL, NULL);
        for (size_t k = 0; k < countof(rows[i].events) && rows[i].events[k]; k++)
            llm_anthropic.event(&r, rows[i].events[k], strlen(rows[i].events[k]));
        check(&rows[i], &r);
        reply_release(&r);
    }
}
END_TEST

START_TEST(test_documents)
{
    static const char whole[] = "{\"type\":\"message\",\"model\":\"m-1\",\"content\":[{\"type\":\"text\",\"text\":\"Here:\"},{\"type\":\"tool_use\",\"input\":{\"a\":1}},{\"type\":\"tool_use\",\"input\":{}}],"
                                "\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":5,\"output_tokens\":2}}";
    struct reply r;
    reply_init(&r, 4096, NULL, NULL);
    llm_anthropic.document(&r, whole, sizeof whole - 1);
    ck_assert_str_eq(buf_cstr(&r.text), "{\"a\":1}");
    ck_assert_str_eq(r.model, "m-1");
    ck_assert_int_eq(r.usage.input, 5);
    ck_assert(r.finished && r.ended && r.finish == LLM_STOP);
    reply_release(&r);
}
END_TEST

/* Of the looking tool all calls are taken, as if they had been one; of any other the first only. */
START_TEST(test_several_looks)
{
#define CALL(name) "{\"type\":\"content_block_start\",\"content_block\":{\"type\":\"tool_use\",\"name\":\"" name "\",\"input\":{}}}"
    static const char *const events[] = {
        CALL("look"), INPUT("{\\\"requests\\\":[1"), INPUT(",2]}"), CALL("answer"), INPUT("{\\\"requests\\\":[9]}"),
        CALL("look"), INPUT("{\\\"requests\\\":[3]}"), END("tool_use"), STOP };
    static const char whole[] = "{\"content\":[{\"type\":\"tool_use\",\"name\":\"look\",\"input\":{\"requests\":null,\"x\":1}},"
                                "{\"type\":\"tool_use\",\"name\":\"look\",\"input\":{\"requests\":[3],\"x\":2}}],\"stop_reason\":\"tool_use\"}";
    struct reply r;
    reply_init(&r, 4096, NULL, NULL);
    (void)strcpy(r.look, "look");
    for (size_t i = 0; i < countof(events); i++) llm_anthropic.event(&r, events[i], strlen(events[i]));
    reply_join(&r);
    ck_assert_str_eq(buf_cstr(&r.text), "{\"requests\":[1,2,3]}");
    reply_release(&r);
    reply_init(&r, 4096, NULL, NULL);
    (void)strcpy(r.look, "look");
    llm_anthropic.document(&r, whole, sizeof whole - 1);
    reply_join(&r);
    ck_assert_str_eq(buf_cstr(&r.text), "{\"requests\":[3],\"x\":1}");
    reply_release(&r);
}
END_TEST

static json_t *built(struct llm_config c, struct llm_request r)
{
    auto_buf b = BUF_INIT(65536);
    struct err e = { 0 };
    json_t *v = NULL;
    c.model = "m-1";
    r.system = "be good";
    r.context = "the \"ticket\"";
    const struct manner m = { .structured = c.structured, .limit = "max_tokens" };
    llm_anthropic.build(&c, &m, &r, &b);
    ck_assert_int_eq(buf_check(&b, &e), ERR_OK);
    ck_assert_msg(json_parse(b.p, b.n, &v, &e) == ERR_OK, "%s: %s", e.msg, b.p);
    return v;
}

#define SCHEMA "{\"type\":\"object\"}"
static const struct llm_schema all[] = { { "outline", "{}", NULL }, { "phase", SCHEMA, NULL } };

START_TEST(test_tools_keep_the_prefix)
{
    const struct llm_config c = { .structured = LLM_TOOL, .cache_ttl = "1h" };
    auto_json one = built(c, (struct llm_request){ .user = "outline it", .schema = "{}", .schema_name = "outline", .schemas = all, .n_schemas = 2 });
    auto_json two = built(c, (struct llm_request){ .user = "one phase", .schema = SCHEMA, .schema_name = "phase", .schemas = all, .n_schemas = 2 });
    const json_t *system = json_object_get(one, "system"), *mark = json_object_get(json_array_get(system, 1), "cache_control");
    ck_assert(json_equal(json_object_get(one, "tools"), json_object_get(two, "tools")) && json_equal(system, json_object_get(two, "system")));
    ck_assert_str_eq(json_string_value(json_object_get(mark, "ttl")), "1h");
    ck_assert_ptr_null(json_object_get(json_array_get(system, 0), "cache_control"));
    ck_assert_str_eq(json_string_value(json_object_get(json_array_get(system, 1), "text")), "the \"ticket\"");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(two, "tool_choice"), "name")), "phase");
    ck_assert_int_gt(json_integer_value(json_object_get(one, "max_tokens")), 0);
    ck_assert_ptr_null(json_object_get(one, "temperature"));
}
END_TEST

START_TEST(test_the_vendors_schema_or_words)
{
    const struct llm_request r = { .user = "one phase", .schema = SCHEMA, .schema_name = "phase", .schemas = all, .n_schemas = 2 };
    auto_json schema = built((struct llm_config){ .structured = LLM_JSON_SCHEMA, .max_tokens = 9 }, r);
    auto_json words = built((struct llm_config){ .structured = LLM_JSON_NONE }, r);
    const json_t *format = json_object_get(json_object_get(schema, "output_config"), "format");
    ck_assert_str_eq(json_string_value(json_object_get(format, "type")), "json_schema");
    ck_assert(json_is_object(json_object_get(format, "schema")) && !json_object_get(schema, "tools"));
    ck_assert_int_eq(json_integer_value(json_object_get(schema, "max_tokens")), 9);
    ck_assert_ptr_null(json_object_get(words, "output_config"));
    ck_assert_ptr_nonnull(strstr(json_string_value(json_object_get(json_array_get(json_object_get(words, "messages"), 0), "content")), SCHEMA));
}
END_TEST

START_TEST(test_what_was_looked_at_follows_the_task)
{
    const struct llm_schema look = { "look", SCHEMA, "Shows more" };
    const struct llm_turn turn = { "{\"requests\":[]}", "file \"a\"" };
    struct llm_request r = { .user = "one phase", .schema = SCHEMA, .schema_name = "phase", .schemas = all, .n_schemas = 2, .look = &look, .may_look = true };
    auto_json before = built((struct llm_config){ .structured = LLM_TOOL }, r);
    r.turns = &turn, r.n_turns = 1, r.may_look = false;
    auto_json after = built((struct llm_config){ .structured = LLM_TOOL }, r);
    const json_t *said = json_object_get(after, "messages");
    const json_t *call = json_array_get(json_object_get(json_array_get(said, 1), "content"), 0), *result = json_array_get(json_object_get(json_array_get(said, 2), "content"), 0);
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(before, "tool_choice"), "type")), "any");
    ck_assert_str_eq(json_string_value(json_object_get(json_object_get(after, "tool_choice"), "name")), "phase");
    ck_assert(json_equal(json_object_get(before, "tools"), json_object_get(after, "tools")));
    ck_assert_uint_eq(json_array_size(said), 3);
    ck_assert(json_equal(json_array_get(said, 0), json_array_get(json_object_get(before, "messages"), 0)));
    ck_assert_str_eq(json_string_value(json_object_get(call, "type")), "tool_use");
    ck_assert(json_is_array(json_object_get(json_object_get(call, "input"), "requests")));
    ck_assert_str_eq(json_string_value(json_object_get(result, "tool_use_id")), json_string_value(json_object_get(call, "id")));
    ck_assert_str_eq(json_string_value(json_object_get(result, "content")), "file \"a\"");
}
END_TEST

UNIT_MAIN("llm_anthropic", { test_streams, test_several_looks, test_documents, test_tools_keep_the_prefix, test_the_vendors_schema_or_words,
                             test_what_was_looked_at_follows_the_task })
