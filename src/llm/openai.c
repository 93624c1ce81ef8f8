/* The dialect of OpenAI's chat completions and the many servers that are compatible with it.
 *
 * Where they differ (llama.cpp, vLLM, Ollama): the first delta's content is null, the usage chunk has no choices or
 * does not come, errors arrive as a plain document or as an event in the middle, their code is a number or a word,
 * reasoning comes in fields of its own. Everything unknown is ignored. */
#include "llm/dialect.h"

#include <string.h>
#include "pland/base/record.h"

static void add_message(struct buf *b, const char *role, const struct buf *text)
{
    if (text->failed != ERR_OK && b->failed == ERR_OK) b->failed = text->failed;
    buf_comma(b);
    buf_char(b, '{');
    buf_key(b, "role");
    buf_json(b, role);
    buf_key(b, "content");
    buf_json_n(b, buf_cstr(text), text->n);
    buf_char(b, '}');
}

static void add_messages(const struct llm_config *c, const struct llm_request *r, struct buf *b)
{
    auto_buf system = BUF_INIT(BUF_MAX_DEFAULT), user = BUF_INIT(BUF_MAX_DEFAULT);
    buf_str(&system, r->system);
    if (r->context) buf_fmt(&user, "%s\n\n", r->context);
    buf_str(&user, r->user);
    dialect_told(c, r, &user);
    buf_key(b, "messages");
    buf_char(b, '[');
    add_message(b, "system", &system);
    add_message(b, "user", &user);
    buf_char(b, ']');
}

static void add_schema_format(const struct llm_request *r, struct buf *b)
{
    buf_str(b, "{\"type\":\"json_schema\",\"json_schema\":{");
    buf_key(b, "name");
    buf_json(b, r->schema_name);
    buf_str(b, ",\"strict\":true,\"schema\":");
    buf_str(b, r->schema);
    buf_str(b, "}}");
}

static void add_tool(const struct llm_schema *s, struct buf *b)
{
    buf_comma(b);
    buf_str(b, "{\"type\":\"function\",\"function\":{");
    buf_key(b, "name");
    buf_json(b, s->name);
    buf_str(b, ",\"parameters\":");
    buf_str(b, s->text);
    buf_str(b, "}}");
}

static void add_tools(const struct llm_request *r, struct buf *b)
{
    const struct llm_schema own = { r->schema_name, r->schema };
    buf_key(b, "tools");
    buf_char(b, '[');
    for (size_t i = 0; i < r->n_schemas; i++) add_tool(&r->schemas[i], b);
    if (!r->n_schemas) add_tool(&own, b);
    buf_str(b, "],\"tool_choice\":");
    if (!r->schema) {
        buf_str(b, "\"none\"");
        return;
    }
    buf_str(b, "{\"type\":\"function\",\"function\":{");
    buf_key(b, "name");
    buf_json(b, r->schema_name);
    buf_str(b, "}}");
}

static void add_format(const struct llm_config *c, const struct llm_request *r, struct buf *b)
{
    if (c->structured == LLM_TOOL && (r->schema || r->n_schemas)) add_tools(r, b);
    if (!r->schema || c->structured == LLM_JSON_NONE || c->structured == LLM_TOOL) return;
    buf_key(b, "response_format");
    if (c->structured == LLM_JSON_OBJECT) buf_str(b, "{\"type\":\"json_object\"}");
    else add_schema_format(r, b);
}

static void build(const struct llm_config *c, const struct llm_request *r, struct buf *b)
{
    buf_char(b, '{');
    buf_key(b, "model");
    buf_json(b, c->model);
    add_messages(c, r, b);
    buf_str(b, ",\"stream\":true,\"stream_options\":{\"include_usage\":true}");
    if (c->max_tokens > 0) {
        buf_key(b, c->max_tokens_field);
        buf_int(b, c->max_tokens);
    }
    add_format(c, r, b);
    buf_char(b, '}');
}

static const struct {
    const char *name;
    enum llm_finish finish;
} finishes[] = {
    { "stop", LLM_STOP },
    { "tool_calls", LLM_STOP },
    { "function_call", LLM_STOP },
    { "length", LLM_LENGTH },
    { "content_filter", LLM_FILTER },
};

static void take_finish(struct reply *r, const json_t *v)
{
    const char *name = json_string_value(v);
    if (!name) return;
    r->finished = true;
    if (r->finish == LLM_REFUSAL) return;
    r->finish = LLM_OTHER;
    for (size_t i = 0; i < countof(finishes); i++) {
        if (strcmp(finishes[i].name, name) == 0) r->finish = finishes[i].finish;
    }
}

/* The argument of the tool that had to be called; in a stream it comes in pieces. */
static void take_tool(struct reply *r, const json_t *call)
{
    const json_t *text = json_object_get(json_object_get(call, "function"), "arguments");
    if (!call || json_integer_value(json_object_get(call, "index")) > 0) return;
    reply_tool(r);
    if (json_is_string(text)) reply_text(r, json_string_value(text), json_string_length(text));
}

/* delta of a stream, message of a document: the same fields. */
static void take_message(struct reply *r, const json_t *m)
{
    const json_t *content = json_object_get(m, "content"), *refusal = json_object_get(m, "refusal");
    take_tool(r, json_array_get(json_object_get(m, "tool_calls"), 0));
    if (json_is_string(content) && !r->tool) reply_text(r, json_string_value(content), json_string_length(content));
    if (json_string_length(refusal) == 0) return;
    if (r->finish != LLM_REFUSAL) buf_clear(&r->text);
    r->finish = LLM_REFUSAL;
    buf_add(&r->text, json_string_value(refusal), json_string_length(refusal));
}

static void take_usage(struct reply *r, const json_t *u)
{
    const json_t *details = json_object_get(u, "prompt_tokens_details");
    if (!json_is_object(u)) return;
    r->usage.known = true;
    r->usage.input = json_integer_value(json_object_get(u, "prompt_tokens"));
    r->usage.output = json_integer_value(json_object_get(u, "completion_tokens"));
    r->usage.cached = json_integer_value(json_object_get(details, "cached_tokens"));
}

static void take_code(struct reply *r, const json_t *v)
{
    if (json_is_integer(v)) (void)snprintf(r->code, sizeof r->code, "%lld", (long long)json_integer_value(v));
    else reply_copy(r->code, sizeof r->code, v);
}

/* {"error":{"message","type","code"}}, {"error":"words"}, and what frameworks in between say: {"detail":"words"}. */
static bool take_error(struct reply *r, const json_t *root)
{
    const json_t *error = json_object_get(root, "error");
    if (!error || json_is_null(error)) return false;
    r->failed = true;
    if (json_is_string(error)) {
        reply_copy(r->words, sizeof r->words, error);
        return true;
    }
    reply_copy(r->words, sizeof r->words, json_object_get(error, "message"));
    take_code(r, json_object_get(error, "code"));
    /* A number in code only repeats the status; then type is the word to go by. */
    if (r->code[0] == '\0' || strspn(r->code, "0123456789") == strlen(r->code)) {
        take_code(r, json_object_get(error, "type"));
    }
    return true;
}

static void take_completion(struct reply *r, const json_t *root, const char *part)
{
    const json_t *choice = json_array_get(json_object_get(root, "choices"), 0);
    if (take_error(r, root)) return;
    take_usage(r, json_object_get(root, "usage"));
    reply_copy(r->model, sizeof r->model, json_object_get(root, "model"));
    if (!choice) return;
    take_message(r, json_object_get(choice, part));
    take_finish(r, json_object_get(choice, "finish_reason"));
}

static const struct glance text_delta[] = {
    { "content", GLANCE_TEXT, NULL, NULL }, { "tool_calls", GLANCE_NULL, NULL, NULL }, { "refusal", GLANCE_EMPTY, NULL, NULL }, { 0 }
};
static const struct glance text_choice[] = { { "delta", GLANCE_OBJECT, NULL, text_delta }, { "finish_reason", GLANCE_NULL, NULL, NULL }, { 0 } };
static const struct glance text_event[] = {
    { "choices", GLANCE_ONLY, NULL, text_choice }, { "error", GLANCE_NULL, NULL, NULL }, { "usage", GLANCE_NULL, NULL, NULL }, { 0 }
};
static const struct glance tool_function[] = { { "arguments", GLANCE_TEXT, NULL, NULL }, { 0 } };
static const struct glance tool_call[] = { { "function", GLANCE_OBJECT, NULL, tool_function }, { "index", GLANCE_ZERO, NULL, NULL }, { 0 } };
static const struct glance tool_delta[] = {
    { "tool_calls", GLANCE_ONLY, NULL, tool_call }, { "content", GLANCE_EMPTY, NULL, NULL }, { "refusal", GLANCE_EMPTY, NULL, NULL }, { 0 }
};
static const struct glance tool_choice[] = { { "delta", GLANCE_OBJECT, NULL, tool_delta }, { "finish_reason", GLANCE_NULL, NULL, NULL }, { 0 } };
static const struct glance tool_event[] = {
    { "choices", GLANCE_ONLY, NULL, tool_choice }, { "error", GLANCE_NULL, NULL, NULL }, { "usage", GLANCE_NULL, NULL, NULL }, { 0 }
};

static void event(struct reply *r, const char *data, size_t n)
{
    auto_json root = NULL;
    if (r->ended || n == 0) return;
    if (n == 6 && memcmp(data, "[DONE]", 6) == 0) {
        r->ended = true;
        return;
    }
    if (reply_glance(r, r->tool ? tool_event : text_event, data, n)) return;
    root = json_loadb(data, n, JSON_ALLOW_NUL, NULL);
    r->begun = true;
    if (json_is_object(root)) take_completion(r, root, "delta");
    else r->nonsense = true;
}

static void document(struct reply *r, const char *data, size_t n)
{
    auto_json root = json_loadb(data, n, JSON_ALLOW_NUL, NULL);
    if (!json_is_object(root)) {
        r->nonsense = true;
        return;
    }
    take_completion(r, root, "message");
    if (r->words[0] == '\0') reply_copy(r->words, sizeof r->words, json_object_get(root, "detail"));
    r->ended = r->finished;
}

const struct llm_dialect llm_openai = {
    .name = "openai",
    .path = "/chat/completions",
    .build = build,
    .key_header = "Authorization",
    .key_prefix = "Bearer ",
    .event = event,
    .document = document,
};
