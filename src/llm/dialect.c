/* What the dialects share. */
#include "llm/dialect.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

bool dialect_by_tool(const struct manner *m, const struct llm_request *r)
{
    return m->structured == LLM_TOOL && (r->schema || r->n_schemas);
}

bool dialect_by_turns(const struct manner *m, const struct llm_request *r)
{
    return r->look && dialect_by_tool(m, r);
}

void dialect_task(const struct manner *m, const struct llm_request *r, struct buf *b)
{
    buf_str(b, r->user);
    for (size_t i = 0; !dialect_by_turns(m, r) && i < r->n_turns; i++)
        buf_fmt(b, "\n\nYou asked to see:\n%s\n%s", r->turns[i].call, r->turns[i].result);
    if (!r->schema || m->structured == LLM_JSON_SCHEMA || m->structured == LLM_TOOL) return;
    buf_fmt(b, "\n\nAnswer with one JSON object and nothing else. It must match this JSON Schema:\n%s", r->schema);
}

/* --- tools ----------------------------------------------------------------------------------------------------------
 */
static void add_tool(const struct tool_form *f, const struct llm_schema *s, struct buf *b)
{
    buf_comma(b);
    buf_str(b, f->tool);
    buf_key(b, "name");
    buf_json(b, s->name);
    if (s->help) {
        buf_key(b, "description");
        buf_json(b, s->help);
    }
    buf_key(b, f->schema);
    buf_str(b, s->text);
    buf_str(b, f->tool_end);
}

static void add_choice(const struct tool_form *f, const struct llm_request *r, struct buf *b)
{
    buf_key(b, "tool_choice");
    if (!r->schema) {
        buf_str(b, f->none);
    } else if (r->look && r->may_look) {
        buf_str(b, f->any);
    } else {
        buf_str(b, f->one);
        buf_key(b, "name");
        buf_json(b, r->schema_name);
        buf_str(b, f->one_end);
    }
}

void dialect_tools(const struct tool_form *f, const struct llm_request *r, struct buf *b)
{
    const struct llm_schema own = { .name = r->schema_name, .text = r->schema };
    buf_key(b, "tools");
    buf_char(b, '[');
    for (size_t i = 0; i < r->n_schemas; i++) add_tool(f, &r->schemas[i], b);
    if (!r->n_schemas) add_tool(f, &own, b);
    if (r->look) add_tool(f, r->look, b);
    buf_char(b, ']');
    add_choice(f, r, b);
}

struct call_id dialect_call_id(size_t i)
{
    struct call_id id;
    (void)snprintf(id.s, sizeof id.s, "look%05zu", i % 100000);
    return id;
}

/* --- how it ended ---------------------------------------------------------------------------------------------------
 */
static const struct {
    const char *name;
    enum llm_finish finish;
} finishes[] = {
    { "stop", LLM_STOP },
    { "end_turn", LLM_STOP },
    { "stop_sequence", LLM_STOP },
    { "eos", LLM_STOP },
    { "eos_token", LLM_STOP },
    { "complete", LLM_STOP },
    { "completed", LLM_STOP },
    { "tool_calls", LLM_STOP },
    { "tool_call", LLM_STOP },
    { "tool_use", LLM_STOP },
    { "function_call", LLM_STOP },
    { "length", LLM_LENGTH },
    { "max_tokens", LLM_LENGTH },
    { "max_output_tokens", LLM_LENGTH },
    { "model_length", LLM_LENGTH },
    { "model_context_window_exceeded", LLM_LENGTH },
    { "content_filter", LLM_FILTER },
    { "safety", LLM_FILTER },
    { "refusal", LLM_REFUSAL },
};

enum llm_finish dialect_finish(const char *name)
{
    for (size_t i = 0; i < countof(finishes); i++)
        if (strcasecmp(finishes[i].name, name) == 0) return finishes[i].finish;
    return LLM_OTHER;
}

/* --- complaints -----------------------------------------------------------------------------------------------------
 */
/* Texts as they are, everything else as JSON. */
static void take_words(struct reply *r, const json_t *v)
{
    char *text = json_is_object(v) || json_is_array(v) ? json_dumps(v, JSON_COMPACT) : NULL;
    json_t *written = text ? json_string(text) : NULL;
    reply_copy(r->words, sizeof r->words, written ? written : v);
    json_decref(written);
    free(text);
}

/* A number is a status; it says less than a word does. */
static void take_code(struct reply *r, const json_t *v)
{
    const char *s = json_string_value(v);
    if (json_is_integer(v)) r->status = (int)(json_integer_value(v) % 1000);
    else if (s && *s && strspn(s, "0123456789") == strlen(s)) r->status = (int)(strtol(s, NULL, 10) % 1000);
    else if (s && *s && !r->code[0]) reply_copy(r->code, sizeof r->code, v);
}

static const json_t *member(const json_t *v, const char *key)
{
    const json_t *x = json_object_get(v, key);
    return json_is_null(x) ? NULL : x;
}

static void take_complaint(struct reply *r, const json_t *error)
{
    const json_t *message = member(error, "message"), *raw = member(json_object_get(error, "metadata"), "raw");
    r->failed = true;
    if (!json_is_object(error)) {
        take_words(r, error);
        return;
    }
    if (json_is_object(message) && member(message, "message")) message = member(message, "message");
    take_words(r, json_is_string(raw) ? raw : message ? message : error); /* a router passes on what its server said */
    take_code(r, member(error, "code"));
    take_code(r, member(error, "type"));
    take_code(r, member(error, "status"));
}

bool dialect_error(struct reply *r, const json_t *root)
{
    const json_t *error = member(root, "error"), *list = json_is_array(root) ? root : member(root, "errors");
    const char *object = json_string_value(json_object_get(root, "object"));
    if (!error && json_is_object(json_array_get(list, 0))) {
        error = json_array_get(list, 0);
        if (member(error, "error")) error = member(error, "error");
    }
    if (!error && object && strcmp(object, "error") == 0) error = root;
    if (!error && json_is_string(member(root, "message")) && !member(root, "choices")) error = root;
    if (!error) return false;
    take_complaint(r, error);
    return true;
}

void dialect_complaint(struct reply *r, const json_t *root)
{
    if (r->failed || r->words[0]) return;
    take_words(r, member(root, "detail"));
}
