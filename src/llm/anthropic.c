/* The dialect of Anthropic's messages and the servers that speak it.
 *
 * The cache: what the server remembers is a prefix of tools, system, messages in this order, up to a block that is
 * marked. System text and context are blocks of `system`, the second one marked; the task is the only message. Asked by
 * tools, every call shows all schemas and names the one it wants, because a schema in output_config or another list of
 * tools would begin a new prefix. Events of unknown types are ignored, as the interface demands; an error may come
 * after 200. */
#include "llm/dialect.h"

#include <stdlib.h>
#include <string.h>
#include "pland/base/record.h"

enum { MAX_TOKENS = 16000 }; /* the interface demands a limit */

static void add_block(struct buf *b, const char *text, const char *cache_ttl)
{
    buf_comma(b);
    buf_str(b, "{\"type\":\"text\"");
    buf_key(b, "text");
    buf_json(b, text);
    if (cache_ttl) buf_fmt(b, ",\"cache_control\":{\"type\":\"ephemeral\",\"ttl\":\"%s\"}", cache_ttl);
    buf_char(b, '}');
}

static void add_system(const struct llm_config *c, const struct llm_request *r, struct buf *b)
{
    buf_key(b, "system");
    buf_char(b, '[');
    add_block(b, r->system, r->context ? NULL : c->cache_ttl);
    if (r->context) add_block(b, r->context, c->cache_ttl);
    buf_char(b, ']');
}

/* What the model asked to see, as its calls of a tool and their results. */
static void add_turns(const struct llm_request *r, struct buf *b)
{
    for (size_t i = 0; i < r->n_turns; i++) {
        struct call_id id = dialect_call_id(i);
        buf_fmt(b, ",{\"role\":\"assistant\",\"content\":[{\"type\":\"tool_use\",\"id\":\"%s\"", id.s);
        buf_key(b, "name");
        buf_json(b, r->look->name);
        buf_fmt(b, ",\"input\":%s}]},{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"%s\"",
                r->turns[i].call, id.s);
        buf_key(b, "content");
        buf_json(b, r->turns[i].result);
        buf_str(b, "}]}");
    }
}

static void add_messages(const struct manner *m, const struct llm_request *r, struct buf *b)
{
    auto_buf user = BUF_INIT(BUF_MAX_DEFAULT);
    dialect_task(m, r, &user);
    if (user.failed != ERR_OK && b->failed == ERR_OK) b->failed = user.failed;
    buf_key(b, "messages");
    buf_str(b, "[{\"role\":\"user\",\"content\":");
    buf_json_n(b, buf_cstr(&user), user.n);
    buf_char(b, '}');
    if (dialect_by_turns(m, r)) add_turns(r, b);
    buf_char(b, ']');
}

static void build(const struct llm_config *c, const struct manner *m, const struct llm_request *r, struct buf *b)
{
    static const struct tool_form form = {
        .tool = "{",
        .schema = "input_schema",
        .tool_end = "}",
        .none = "{\"type\":\"none\"}",
        .any = "{\"type\":\"any\",\"disable_parallel_tool_use\":true}",
        .one = "{\"type\":\"tool\",\"disable_parallel_tool_use\":true",
        .one_end = "}",
    };
    buf_char(b, '{');
    buf_key(b, "model");
    buf_json(b, c->model);
    buf_key(b, "max_tokens");
    buf_int(b, c->max_tokens > 0 ? c->max_tokens : MAX_TOKENS);
    if (dialect_by_tool(m, r)) dialect_tools(&form, r, b);
    add_system(c, r, b);
    add_messages(m, r, b);
    if (r->schema && m->structured == LLM_JSON_SCHEMA) {
        buf_str(b, ",\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":");
        buf_str(b, r->schema);
        buf_str(b, "}}");
    }
    buf_str(b, ",\"stream\":true}");
}

/* --- the answer --------------------------------------------------------------------------------------------------- */
static void take_stop(struct reply *r, const json_t *from)
{
    const char *name = json_string_value(json_object_get(from, "stop_reason"));
    if (!name) return;
    r->finished = true;
    r->finish = dialect_finish(name);
}

/* Counts come with the first event and, cumulative, with the last; each names what it knows. */
static void take_count(const json_t *u, const char *name, int64_t *ret)
{
    const json_t *v = json_object_get(u, name);
    if (json_is_integer(v)) *ret = json_integer_value(v);
}

static void take_usage(struct reply *r, const json_t *u)
{
    int64_t fresh = r->usage.input - r->usage.cached - r->usage.written;
    if (!json_is_object(u)) return;
    r->usage.known = true;
    take_count(u, "input_tokens", &fresh);
    take_count(u, "cache_read_input_tokens", &r->usage.cached);
    take_count(u, "cache_creation_input_tokens", &r->usage.written);
    take_count(u, "output_tokens", &r->usage.output);
    r->usage.input = fresh + r->usage.cached + r->usage.written;
}

static void take_message(struct reply *r, const json_t *m)
{
    reply_copy(r->model, sizeof r->model, json_object_get(m, "model"));
    take_usage(r, json_object_get(m, "usage"));
}

static void take_text(struct reply *r, const json_t *v)
{
    if (json_is_string(v)) reply_text(r, json_string_value(v), json_string_length(v));
}

/* Thinking and what else there may be is not the answer. */
static void take_delta(struct reply *r, const json_t *delta)
{
    const char *type = json_string_value(json_object_get(delta, "type"));
    if (!type) return;
    if (strcmp(type, "text_delta") == 0 && !r->tool) take_text(r, json_object_get(delta, "text"));
    if (strcmp(type, "input_json_delta") == 0 && r->tool && !r->tool_over)
        take_text(r, json_object_get(delta, "partial_json"));
}

static void take_input(struct reply *r, const json_t *input)
{
    char *text = json_dumps(input, JSON_COMPACT);
    if (text) reply_text(r, text, strlen(text));
    free(text);
    r->tool_over = true;
}

/* The first call of a tool is the answer, with all others where it is of the looking tool. The argument comes in pieces, or
 * whole at once. */
static void take_tool(struct reply *r, const json_t *name, const json_t *input, bool whole)
{
    bool look = reply_look(r, name);
    r->tool_over = r->tool && !look;
    if (r->tool_over) return;
    reply_tool(r);
    if (json_is_object(input) && (whole || json_object_size(input) > 0)) take_input(r, input);
}

/* A block may begin with a part of its text. */
static void take_block(struct reply *r, const json_t *block, bool whole)
{
    const char *type = json_string_value(json_object_get(block, "type"));
    if (!type) return;
    if (strcmp(type, "tool_use") == 0) take_tool(r, json_object_get(block, "name"), json_object_get(block, "input"), whole);
    if (strcmp(type, "text") == 0 && !r->tool) take_text(r, json_object_get(block, "text"));
}

static void take_event(struct reply *r, const char *type, const json_t *root)
{
    if (strcmp(type, "message_start") == 0) {
        take_message(r, json_object_get(root, "message"));
    } else if (strcmp(type, "content_block_start") == 0) {
        take_block(r, json_object_get(root, "content_block"), false);
    } else if (strcmp(type, "content_block_delta") == 0) {
        take_delta(r, json_object_get(root, "delta"));
    } else if (strcmp(type, "message_delta") == 0) {
        take_stop(r, json_object_get(root, "delta"));
        take_usage(r, json_object_get(root, "usage"));
    } else if (strcmp(type, "message_stop") == 0) {
        r->ended = true;
    }
}

static const struct glance text_delta[] = { { "type", GLANCE_WORD, "text_delta", NULL },
                                            { "text", GLANCE_TEXT, NULL, NULL },
                                            { 0 } };
static const struct glance text_event[] = { { "type", GLANCE_WORD, "content_block_delta", NULL },
                                            { "delta", GLANCE_OBJECT, NULL, text_delta },
                                            GLANCE_NO_ERROR,
                                            { 0 } };
static const struct glance tool_delta[] = { { "type", GLANCE_WORD, "input_json_delta", NULL },
                                            { "partial_json", GLANCE_TEXT, NULL, NULL },
                                            { 0 } };
static const struct glance tool_event[] = { { "type", GLANCE_WORD, "content_block_delta", NULL },
                                            { "delta", GLANCE_OBJECT, NULL, tool_delta },
                                            GLANCE_NO_ERROR,
                                            { 0 } };

static void event(struct reply *r, const char *data, size_t n)
{
    auto_json root = NULL;
    const char *type;
    if (r->ended || n == 0) return;
    if (!r->tool_over && reply_glance(r, r->tool ? tool_event : text_event, data, n)) return;
    root = json_loadb(data, n, JSON_ALLOW_NUL, NULL);
    r->begun = true;
    type = json_string_value(json_object_get(root, "type"));
    if (dialect_error(r, root)) return;
    if (type) take_event(r, type, root);
    else r->nonsense = true;
}

static void document(struct reply *r, const char *data, size_t n)
{
    auto_json root = json_loadb(data, n, JSON_ALLOW_NUL, NULL);
    const json_t *block;
    size_t i;
    if (dialect_error(r, root)) return;
    if (!json_is_object(root)) {
        r->nonsense = true;
        return;
    }
    take_message(r, root);
    json_array_foreach(json_object_get(root, "content"), i, block) take_block(r, block, true);
    take_stop(r, root);
    dialect_complaint(r, root);
    r->ended = r->finished;
}

const struct llm_dialect llm_anthropic = {
    .name = "anthropic",
    .path = "/messages",
    .build = build,
    .key_header = "x-api-key",
    .key_prefix = "",
    .version_header = "anthropic-version",
    .limits = { .optional = 24,
                .unions = 16 }, /* beyond, and at sizes that it does not name, it says the grammar is too large */
    .event = event,
    .document = document,
};
