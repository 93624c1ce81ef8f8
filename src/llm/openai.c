/* The dialect of OpenAI's chat completions and the many servers that are compatible with it.
 *
 * Where they differ (llama.cpp, vLLM, Ollama, routers): the first delta's content is null, content is a list of parts,
 * the usage chunk has no choices or does not come, errors arrive as a plain document or as an event in the middle,
 * their code is a number or a word, reasoning comes in fields of its own, a tool's arguments are an object. Everything
 * unknown is ignored. */
#include "llm/dialect.h"

#include <stdlib.h>
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

/* What the model asked to see, as its calls of a tool and their results. */
static void add_turns(const struct llm_request *r, struct buf *b)
{
    for (size_t i = 0; i < r->n_turns; i++) {
        struct call_id id = dialect_call_id(i);
        buf_fmt(b,
                ",{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[{\"id\":\"%s\",\"type\":\"function\","
                "\"function\":{",
                id.s);
        buf_key(b, "name");
        buf_json(b, r->look->name);
        buf_key(b, "arguments");
        buf_json(b, r->turns[i].call);
        buf_fmt(b, "}}]},{\"role\":\"tool\",\"tool_call_id\":\"%s\"", id.s);
        buf_key(b, "content");
        buf_json(b, r->turns[i].result);
        buf_char(b, '}');
    }
}

static void add_messages(const struct manner *m, const struct llm_request *r, struct buf *b)
{
    auto_buf system = BUF_INIT(BUF_MAX_DEFAULT), user = BUF_INIT(BUF_MAX_DEFAULT);
    buf_str(&system, r->system);
    if (r->context) buf_fmt(&user, "%s\n\n", r->context);
    dialect_task(m, r, &user);
    buf_key(b, "messages");
    buf_char(b, '[');
    add_message(b, "system", &system);
    add_message(b, "user", &user);
    if (dialect_by_turns(m, r)) add_turns(r, b);
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

static void add_format(const struct manner *m, const struct llm_request *r, struct buf *b)
{
    static const struct tool_form form = {
        .tool = "{\"type\":\"function\",\"function\":{",
        .schema = "parameters",
        .tool_end = "}}",
        .none = "\"none\"",
        .any = "\"required\"",
        .one = "{\"type\":\"function\",\"function\":{",
        .one_end = "}}",
    };
    if (dialect_by_tool(m, r)) {
        dialect_tools(&form, r, b);
        if (r->look && m->one_call) buf_str(b, ",\"parallel_tool_calls\":false");
    }
    if (!r->schema || m->structured == LLM_JSON_NONE || m->structured == LLM_TOOL) return;
    buf_key(b, "response_format");
    if (m->structured == LLM_JSON_OBJECT) buf_str(b, "{\"type\":\"json_object\"}");
    else add_schema_format(r, b);
}

static void build(const struct llm_config *c, const struct manner *m, const struct llm_request *r, struct buf *b)
{
    buf_char(b, '{');
    buf_key(b, "model");
    buf_json(b, c->model);
    add_messages(m, r, b);
    buf_str(b, ",\"stream\":true");
    if (m->usage) buf_str(b, ",\"stream_options\":{\"include_usage\":true}");
    if (c->max_tokens > 0) {
        buf_key(b, m->limit);
        buf_int(b, c->max_tokens);
    }
    add_format(m, r, b);
    buf_char(b, '}');
}

/* --- the answer --------------------------------------------------------------------------------------------------- */
static void take_finish(struct reply *r, const json_t *v)
{
    const char *name = json_string_value(v);
    if (!name || !*name) return;
    r->finished = true;
    if (strcmp(name, "error") == 0) r->failed = true;
    if (r->finish != LLM_REFUSAL) r->finish = dialect_finish(name);
}

static void take_text(struct reply *r, const json_t *v)
{
    if (json_is_string(v)) reply_text(r, json_string_value(v), json_string_length(v));
}

/* Is this a piece of another call than the one being taken? Some servers number them all 0, but never with one id;
 * those that do not number them give each in one piece, i in a list. */
static bool another_call(struct reply *r, const json_t *call, size_t i)
{
    const json_t *id = json_object_get(call, "id"), *index = json_object_get(call, "index");
    char own[sizeof r->tool_id] = "";
    if (index ? json_integer_value(index) != r->tool_index : i > 0) return true;
    reply_copy(own, sizeof own, id);
    if (!own[0]) return false;
    if (!r->tool_id[0]) (void)snprintf(r->tool_id, sizeof r->tool_id, "%s", own);
    return strcmp(own, r->tool_id) != 0;
}

/* The first call is taken, and of further ones those of the looking tool. */
static bool wanted_call(struct reply *r, const json_t *call, size_t i)
{
    const json_t *name = json_object_get(json_object_get(call, "function"), "name");
    bool another;
    if (!json_is_object(call)) return false;
    another = another_call(r, call, i);
    if (another && (!r->tool || !reply_look(r, name))) return false;
    if (another) {
        r->tool_index = json_integer_value(json_object_get(call, "index"));
        r->tool_id[0] = '\0';
        reply_copy(r->tool_id, sizeof r->tool_id, json_object_get(call, "id"));
    } else if (!r->tool) {
        (void)reply_look(r, name);
    }
    return true;
}

/* The argument of the tool that was called; in a stream it comes in pieces. */
static void take_tool(struct reply *r, const json_t *call, size_t i)
{
    const json_t *arguments = json_object_get(json_object_get(call, "function"), "arguments");
    char *text;
    if (!wanted_call(r, call, i)) return;
    reply_tool(r);
    take_text(r, arguments);
    if (!json_is_object(arguments) || !(text = json_dumps(arguments, JSON_COMPACT))) return;
    reply_text(r, text, strlen(text));
    free(text);
}

/* A text, or a list of parts that may be of other kinds. */
static void take_content(struct reply *r, const json_t *content)
{
    const json_t *part;
    size_t i;
    take_text(r, content);
    json_array_foreach(content, i, part) take_text(r, json_object_get(part, "text"));
}

/* delta of a stream, message of a document: the same fields. */
static void take_message(struct reply *r, const json_t *m)
{
    const json_t *refusal = json_object_get(m, "refusal"), *call;
    size_t i;
    json_array_foreach(json_object_get(m, "tool_calls"), i, call) take_tool(r, call, i);
    if (!r->tool) take_content(r, json_object_get(m, "content"));
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

/* part: what the message is called here; another name only where that is missing, for some send the whole beside each
 * piece. */
static void take_completion(struct reply *r, const json_t *root, const char *part, const char *other)
{
    const json_t *choice = json_array_get(json_object_get(root, "choices"), 0);
    if (dialect_error(r, root) || dialect_error(r, choice)) return;
    take_usage(r, json_object_get(root, "usage"));
    reply_copy(r->model, sizeof r->model, json_object_get(root, "model"));
    if (!choice) return;
    take_message(r, json_object_get(choice, json_object_get(choice, part) ? part : other));
    take_finish(r, json_object_get(choice, "finish_reason"));
}

static const struct glance text_delta[] = { { "content", GLANCE_TEXT, NULL, NULL },
                                            { "tool_calls", GLANCE_NULL, NULL, NULL },
                                            { "refusal", GLANCE_EMPTY, NULL, NULL },
                                            { 0 } };
static const struct glance text_choice[] = { { "delta", GLANCE_OBJECT, NULL, text_delta },
                                             { "finish_reason", GLANCE_NULL, NULL, NULL },
                                             GLANCE_NO_ERROR,
                                             { 0 } };
static const struct glance text_event[] = { { "choices", GLANCE_ONLY, NULL, text_choice },
                                            GLANCE_NO_ERROR,
                                            { "usage", GLANCE_NULL, NULL, NULL },
                                            { 0 } };
static const struct glance tool_function[] = { { "arguments", GLANCE_TEXT, NULL, NULL }, { 0 } };
static const struct glance tool_call[] = { { "function", GLANCE_OBJECT, NULL, tool_function },
                                           { "index", GLANCE_ZERO, NULL, NULL },
                                           { "id", GLANCE_NULL, NULL, NULL },
                                           { 0 } };
static const struct glance tool_delta[] = { { "tool_calls", GLANCE_ONLY, NULL, tool_call },
                                            { "content", GLANCE_EMPTY, NULL, NULL },
                                            { "refusal", GLANCE_EMPTY, NULL, NULL },
                                            { 0 } };
static const struct glance tool_choice[] = { { "delta", GLANCE_OBJECT, NULL, tool_delta },
                                             { "finish_reason", GLANCE_NULL, NULL, NULL },
                                             GLANCE_NO_ERROR,
                                             { 0 } };
static const struct glance tool_event[] = { { "choices", GLANCE_ONLY, NULL, tool_choice },
                                            GLANCE_NO_ERROR,
                                            { "usage", GLANCE_NULL, NULL, NULL },
                                            { 0 } };

static void event(struct reply *r, const char *data, size_t n)
{
    auto_json root = NULL;
    if (r->ended || n == 0) return;
    if (n == 6 && memcmp(data, "[DONE]", 6) == 0) {
        r->ended = true;
        return;
    }
    if (!r->tool_index && reply_glance(r, r->tool ? tool_event : text_event, data, n)) return;
    root = json_loadb(data, n, JSON_ALLOW_NUL, NULL);
    r->begun = true;
    if (json_is_object(root)) take_completion(r, root, "delta", "message");
    else if (!dialect_error(r, root)) r->nonsense = true;
}

static void document(struct reply *r, const char *data, size_t n)
{
    auto_json root = json_loadb(data, n, JSON_ALLOW_NUL, NULL);
    if (json_is_object(root)) take_completion(r, root, "message", "delta");
    else if (!dialect_error(r, root)) r->nonsense = true;
    dialect_complaint(r, root);
    r->ended = r->finished;
}

const struct llm_dialect llm_openai = {
    .name = "openai",
    .path = "/chat/completions",
    .build = build,
    .key_header = "Authorization",
    .key_prefix = "Bearer ",
    /* of the vendor; Azure's documents say 100 members and 5 levels, which ours keep to */
    .limits = { .properties = 5000, .depth = 10, .values = 1000, .bytes = 120000 },
    .event = event,
    .document = document,
};
