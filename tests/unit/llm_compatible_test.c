/* Protects: servers that call themselves compatible differ in small things; each is a row here, named after where it was seen.
 * What a server refuses is asked another way, once for all. */
#include "pland/llm/llm.h"

#include <stdatomic.h>
#include "pland/base/lock.h"
#include "unit/check_main.h"
#include "unit/net_peer.h"

struct got {
    struct lock lock; /* guards all */
    struct cond changed;
    bool done;
    struct llm_answer a; /* its pointers are dead */
    char text[4096], message[800];
};

static void on_done(void *arg, const struct llm_answer *a)
{
    struct got *g = arg;
    HOLD(&g->lock);
    g->a = *a;
    (void)snprintf(g->text, sizeof g->text, "%s", a->text);
    (void)snprintf(g->message, sizeof g->message, "%s", a->message);
    g->done = true;
    cond_broadcast(&g->changed);
}

/* What the peer does with one request after another. */
struct server {
    const struct quirk *quirk;
    const struct refusing *refusing;
    char path[256], body[65536]; /* of the last request */
    _Atomic int requests;
};

struct fixture {
    struct peer peer;
    struct server server;
    struct http_loop *loop;
    struct err e;
};

static void setup(struct fixture *f, peer_script *script)
{
    const struct http_config c = { 0 };
    memset(f, 0, sizeof *f);
    peer_start(&f->peer, script, &f->server);
    ck_assert_int_eq(http_loop_start(&c, &f->loop, &f->e), ERR_OK);
}

static void teardown(struct fixture *f)
{
    http_loop_stop(f->loop);
    peer_stop(&f->peer);
}

static struct llm *open_at(struct fixture *f, const char *path, struct llm_config c)
{
    struct llm *m = NULL;
    char url[256];
    (void)snprintf(url, sizeof url, "http://127.0.0.1:%u%s", f->peer.port, path);
    c.name = "test";
    c.base_url = url;
    c.model = "m";
    ck_assert_msg(llm_open(&c, f->loop, &m, &f->e) == ERR_OK, "%s", f->e.msg);
    return m;
}

#define SCHEMA "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},\"required\":[\"a\"],\"additionalProperties\":false}"
static const struct llm_request ask = { .step = "understand", .system = "s", .user = "u", .schema = SCHEMA, .schema_name = "x" };

static void call(struct fixture *f, struct llm *m, struct got *g)
{
    memset(g, 0, sizeof *g);
    lock_init(&g->lock);
    cond_init(&g->changed);
    ck_assert_msg(llm_call(m, &ask, on_done, NULL, g, NULL, &f->e) == ERR_OK, "%s", f->e.msg);
    lock_enter(&g->lock);
    while (!g->done) cond_wait(&g->changed, &g->lock);
    lock_leave(&g->lock);
    cond_release(&g->changed);
    lock_release(&g->lock);
}

/* --- what they answer ------------------------------------------------------------------------------------------------ */
#define OK_AS(type) "HTTP/1.1 200 OK\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n"
#define STREAM OK_AS("text/event-stream")
#define FAIL(status) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
#define DELTA(x) "data: {\"choices\":[{\"index\":0,\"delta\":" x ",\"finish_reason\":null}]}\n\n"
#define SAYS(x) DELTA("{\"content\":\"" x "\"}")
#define END(x) "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":" x "}]}\n\n"
#define DONE "data: [DONE]\n\n"
#define A1 SAYS("{\\\"a\\\"") SAYS(":1}")

static const struct quirk {
    const char *name, *head, *body;
    enum llm_fault fault;
    const char *want; /* the text, or in a fault's words */
    enum llm_finish finish;
    int64_t output; /* tokens */
} quirks[] = {
    { "openrouter: comments while it queues", STREAM, ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n" A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "openrouter: an error in the middle", STREAM,
      SAYS("{") "data: {\"error\":{\"code\":429,\"message\":\"Provider returned error\",\"metadata\":{\"raw\":\"slow down, please\"}},\"choices\":[{\"delta\":{\"content\":\"\"},"
      "\"finish_reason\":\"error\"}]}\n\n", LLM_FAULT_RATE, "slow down, please", LLM_OTHER, 1 },
    { "an error of the choice", STREAM, "data: {\"choices\":[{\"error\":{\"code\":502,\"message\":\"upstream\"},\"delta\":{}}]}\n\n", LLM_FAULT_SERVER, "upstream", LLM_OTHER, 0 },
    { "finish_reason error alone", STREAM, SAYS("{") END("\"error\""), LLM_FAULT_SERVER, "failed", LLM_OTHER, 1 },
    { "azure: the first chunk has no choices", STREAM, "data: {\"choices\":[],\"prompt_filter_results\":[{\"prompt_index\":0}]}\n\n" A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "azure: filtered", FAIL("400 Bad"), "{\"error\":{\"message\":\"The response was filtered\",\"type\":null,\"code\":\"content_filter\",\"status\":400}}", LLM_FAULT_REQUEST, "filtered", LLM_OTHER, 0 },
    { "llama.cpp: content null, usage at the end, timings", STREAM, DELTA("{\"role\":\"assistant\",\"content\":null}") A1 END("\"stop\"")
      "data: {\"choices\":[],\"usage\":{\"completion_tokens\":9,\"prompt_tokens\":5},\"timings\":{\"x\":1.5}}\n\n" DONE, 0, "{\"a\":1}", LLM_STOP, 9 },
    { "llama.cpp: too long a prompt", FAIL("400 Bad"), "{\"error\":{\"code\":400,\"message\":\"the request exceeds the available context size\",\"type\":\"exceed_context_size_error\",\"n_ctx\":4096}}",
      LLM_FAULT_TOO_LONG, "pack-tokens", LLM_OTHER, 0 },
    { "vllm: usage null in every chunk", STREAM, "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"a\\\":1}\"}}],\"usage\":null}\n\n" END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "vllm: the error is the document", FAIL("404 No"), "{\"object\":\"error\",\"message\":\"The model `m` does not exist.\",\"type\":\"NotFoundError\",\"param\":null,\"code\":404}",
      LLM_FAULT_NOT_FOUND, "does not exist", LLM_OTHER, 0 },
    { "vllm: stop_reason beside finish_reason", STREAM, A1 "data: {\"choices\":[{\"delta\":{\"content\":\"\"},\"finish_reason\":\"stop\",\"stop_reason\":151645}]}\n\n" DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "ollama: an error that is a text", FAIL("500 No"), "{\"error\":\"llama runner process has terminated\"}", LLM_FAULT_SERVER, "runner process", LLM_OTHER, 0 },
    { "ollama: role in every delta", STREAM, DELTA("{\"role\":\"assistant\",\"content\":\"{\\\"a\\\":\"}") DELTA("{\"role\":\"assistant\",\"content\":\"1}\"}") END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "fastapi: what is wrong is a list", FAIL("422 No"), "{\"detail\":[{\"loc\":[\"body\",\"messages\",0],\"msg\":\"field required\"}]}", LLM_FAULT_REQUEST, "field required", LLM_OTHER, 0 },
    { "mistral: a message alone", FAIL("401 No"), "{\"message\":\"Unauthorized\",\"request_id\":\"x\"}", LLM_FAULT_KEY, "Unauthorized", LLM_OTHER, 0 },
    { "gemini: errors come in a list", FAIL("400 Bad"), "[{\"error\":{\"code\":400,\"message\":\"API key not valid\",\"status\":\"INVALID_ARGUMENT\"}}]", LLM_FAULT_REQUEST, "API key not valid", LLM_OTHER, 0 },
    { "gemini: capitals", STREAM, A1 END("\"STOP\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "errors, in the plural", FAIL("429 No"), "{\"errors\":[{\"message\":\"capacity temporarily exceeded\",\"code\":3040}]}", LLM_FAULT_RATE, "capacity", LLM_OTHER, 0 },
    { "a message within the message", FAIL("400 Bad"), "{\"error\":{\"message\":{\"message\":\"inner words\"}}}", LLM_FAULT_REQUEST, "inner words", LLM_OTHER, 0 },
    { "litellm: the status as a text", STREAM, "data: {\"error\":{\"message\":\"No deployments available\",\"type\":\"None\",\"param\":\"None\",\"code\":\"429\"}}\n\n", LLM_FAULT_RATE, "No deployments", LLM_OTHER, 0 },
    { "lm studio: an event named error", STREAM, "event: error\ndata: {\"error\":{\"message\":\"Model unloaded.\"}}\n\n", LLM_FAULT_SERVER, "unloaded", LLM_OTHER, 0 },
    { "an event that is the error alone", STREAM, SAYS("{") "event: error\ndata: {\"message\":\"worker died\",\"code\":503}\n\n", LLM_FAULT_OVERLOADED, "worker died", LLM_OTHER, 1 },
    { "tgi: eos", STREAM, A1 END("\"eos_token\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "finish_reason eos", STREAM, A1 END("\"eos\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "finish_reason is empty until the end", STREAM, "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"a\\\":1}\"},\"finish_reason\":\"\"}]}\n\n" END("\"stop\""), 0, "{\"a\":1}", LLM_STOP, 2 },
    { "no finish_reason", STREAM, A1 DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "no finish_reason, no [DONE]", STREAM, A1, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "no finish_reason, no [DONE], half", STREAM, SAYS("{\\\"a\\\""), LLM_FAULT_BROKEN, "without saying how", LLM_OTHER, 1 },
    { "no blank line at the end", STREAM, A1 "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", 0, "{\"a\":1}", LLM_STOP, 2 },
    { "no blank after the colon, CR LF", STREAM, "data:{\"choices\":[{\"delta\":{\"content\":\"{\\\"a\\\":1}\"},\"finish_reason\":\"stop\"}]}\r\n\r\ndata:[DONE]\r\n\r\n", 0, "{\"a\":1}", LLM_STOP, 2 },
    { "content in parts", STREAM, DELTA("{\"content\":[{\"type\":\"text\",\"text\":\"{\\\"a\\\"\"},{\"type\":\"text\",\"text\":\":1}\"}]}") END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "mistral: thinking in parts", STREAM, DELTA("{\"content\":[{\"type\":\"thinking\",\"thinking\":[{\"type\":\"text\",\"text\":\"{hm\"}]}]}") A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "reasoning beside the answer", STREAM, DELTA("{\"reasoning\":\"hm {\",\"content\":\"\"}") DELTA("{\"reasoning_content\":\"so\",\"content\":null}") A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "thinking in the answer", STREAM, SAYS("<think>\\nhm {}\\n") SAYS("</think>\\n\\n") A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 8 },
    { "thinking whose beginning the template took", STREAM, SAYS("so it is {1}.\\n</think>\\n") A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 8 },
    { "the whole beside each piece", STREAM, "data: {\"choices\":[{\"delta\":{\"content\":\"{\\\"a\\\"\"},\"message\":{\"content\":\"{\\\"a\\\"\"}}]}\n\n"
      "data: {\"choices\":[{\"delta\":{\"content\":\":1}\"},\"message\":{\"content\":\"{\\\"a\\\":1}\"},\"finish_reason\":\"stop\"}]}\n\n", 0, "{\"a\":1}", LLM_STOP, 2 },
    { "one chunk with a message", STREAM, "data: {\"choices\":[{\"message\":{\"content\":\"{\\\"a\\\":1}\"},\"finish_reason\":\"stop\"}]}\n\n" DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "no stream although one was asked for", OK_AS("application/json; charset=utf-8"), "\n {\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":\"{\\\"a\\\":1}\"},\"finish_reason\":\"stop\"}],"
      "\"usage\":{\"prompt_tokens\":3,\"completion_tokens\":4}}", 0, "{\"a\":1}", LLM_STOP, 4 },
    { "a stream that is called JSON", OK_AS("application/json"), A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "a stream that is called nothing", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n", A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "an error with status 200", OK_AS("application/json"), "{\"error\":{\"message\":\"invalid model\",\"code\":\"model_not_found\"}}", LLM_FAULT_NOT_FOUND, "invalid model", LLM_OTHER, 0 },
    { "arguments that are an object", STREAM, DELTA("{\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"x\",\"arguments\":{\"a\":1}}}]}") END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "calls that all have number 0", STREAM, DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"a\\\":1}\"}}]}")
      DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"c2\",\"function\":{\"name\":\"x\",\"arguments\":\"{}\"}}]}") END("\"tool_calls\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "a call's id in every piece", STREAM, DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"name\":\"x\",\"arguments\":\"{\\\"a\\\"\"}}]}")
      DELTA("{\"tool_calls\":[{\"index\":0,\"id\":\"c1\",\"function\":{\"arguments\":\":1}\"}}]}") END("\"tool_calls\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
    { "a byte order mark", STREAM, "\xEF\xBB\xBF" A1 END("\"stop\"") DONE, 0, "{\"a\":1}", LLM_STOP, 2 },
};

static bool odd(const struct peer_request *r, void *arg)
{
    const struct server *s = arg;
    return peer_say(r->fd, s->quirk->head) && peer_say(r->fd, s->quirk->body) && false;
}

START_TEST(test_quirks)
{
    struct fixture f;
    setup(&f, odd);
    for (size_t i = 0; i < countof(quirks); i++) {
        const struct quirk *q = &quirks[i];
        struct llm *m = open_at(&f, "/v1", (struct llm_config){ 0 });
        struct got g;
        f.server.quirk = q;
        call(&f, m, &g);
        ck_assert_msg(g.a.fault == q->fault, "%s: %s, %s", q->name, llm_fault_name(g.a.fault), g.message);
        if (q->fault == LLM_FAULT_NONE) ck_assert_msg(strcmp(g.text, q->want) == 0, "%s: '%s'", q->name, g.text);
        else ck_assert_msg(strstr(g.message, q->want) != NULL, "%s: %s", q->name, g.message);
        ck_assert_msg(g.a.finish == q->finish, "%s: %s", q->name, llm_finish_name(g.a.finish));
        ck_assert_msg(g.a.usage.output == q->output && (g.a.usage.input > 0) == (q->output > 0), "%s: %lld", q->name, (long long)g.a.usage.output);
        llm_close(m);
    }
    teardown(&f);
}
END_TEST

/* --- where they are -------------------------------------------------------------------------------------------------- */
static const struct { const char *base, *want, *wants_instead; } places[] = {
    { "/v1", "/v1/chat/completions", NULL },
    { "/v1/", "/v1/chat/completions", NULL },
    { "/v1//", "/v1/chat/completions", NULL },
    { "", "/v1/chat/completions", "/chat/completions" },
    { "/", "/v1/chat/completions", "/chat/completions" },
    { "/api/v1", "/api/v1/chat/completions", NULL },
    { "/v1/chat/completions", "/v1/chat/completions", NULL },
    { "/openai/deployments/d?api-version=2024-10-21", "/openai/deployments/d/chat/completions?api-version=2024-10-21", NULL },
    { "/openai/deployments/d/?api-version=2024-10-21", "/openai/deployments/d/chat/completions?api-version=2024-10-21", NULL },
    { "/openai/deployments/d/chat/completions?api-version=1", "/openai/deployments/d/chat/completions?api-version=1", NULL },
    { "?key=1", "/v1/chat/completions?key=1", "/chat/completions?key=1" },
};

static bool nowhere(const struct peer_request *r, void *arg)
{
    struct server *s = arg;
    (void)snprintf(s->path, sizeof s->path, "%s", r->path);
    return peer_say(r->fd, FAIL("404 No") "{\"detail\":\"Not Found\"}") && false;
}

START_TEST(test_places)
{
    struct fixture f;
    setup(&f, nowhere);
    for (size_t i = 0; i < countof(places); i++) {
        struct llm *m = open_at(&f, places[i].base, (struct llm_config){ 0 });
        struct got g;
        call(&f, m, &g);
        ck_assert_str_eq(f.server.path, places[i].want);
        ck_assert_msg(g.a.fault == (places[i].wants_instead ? LLM_FAULT_FORM : LLM_FAULT_NOT_FOUND), "%s", places[i].base);
        if (places[i].wants_instead) {
            call(&f, m, &g);
            ck_assert_str_eq(f.server.path, places[i].wants_instead);
            ck_assert_int_eq(g.a.fault, LLM_FAULT_NOT_FOUND);
        }
        ck_assert_ptr_nonnull(strstr(g.message, "llm-url"));
        llm_close(m);
    }
    teardown(&f);
}
END_TEST

/* --- what they refuse ------------------------------------------------------------------------------------------------ */
struct refusal { const char *has, *says; }; /* in the request's body; status and document */
#define SAYS_NO(status, words) FAIL(status) "{\"error\":{\"message\":\"" words "\",\"type\":\"invalid_request_error\"}}"
static const struct refusing {
    const char *name;
    struct refusal refusals[4];
    int refused;           /* calls, until one is taken */
    const char *then, *hint; /* what that one has; what is said when nothing may be changed */
} refusing[] = {
    { "no schemas, but tools", { { "json_schema", SAYS_NO("400 Bad", "'response_format' of type 'json_schema' is not supported with this model") } }, 1, "tool_choice", "llm-structured" },
    { "no schemas, no tools, but JSON", { { "json_schema", SAYS_NO("400 Bad", "json_schema is not supported") }, { "tool_choice", SAYS_NO("400 Bad", "m does not support tools") } }, 2, "json_object", "llm-structured" },
    { "nothing at all", { { "response_format", SAYS_NO("400 Bad", "unknown field: response_format") }, { "tool_choice", FAIL("501 No") "{\"error\":{\"message\":\"tools are not enabled\"}}" } },
      3, "JSON Schema:", "llm-structured" },
    { "a schema too large for its grammar", { { "json_schema", SAYS_NO("400 Bad", "The compiled grammar is too large") } }, 1, "tool_choice", "llm-structured" },
    { "a grammar that it cannot build", { { "json_schema", SAYS_NO("400 Bad", "failed to parse grammar") } }, 1, "tool_choice", "llm-structured" },
    { "it does not say why", { { "json_schema", FAIL("400 Bad") }, { "tool_choice", FAIL("422 No") } }, 2, "json_object", "" },
    { "fastapi's words", { { "json_schema", FAIL("422 No") "{\"detail\":[{\"loc\":[\"body\",\"response_format\",\"type\"],\"msg\":\"unexpected value\"}]}" } }, 1, "tool_choice", "llm-structured" },
    { "the new name of the limit", { { "\"max_tokens\"", SAYS_NO("400 Bad", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.") } },
      1, "max_completion_tokens", NULL },
    { "no stream_options", { { "stream_options", SAYS_NO("422 No", "stream_options: extra fields not permitted") } }, 1, "json_schema", NULL },
    { "several things, one after the other", { { "stream_options", SAYS_NO("400 Bad", "Unrecognized request argument supplied: stream_options") },
      { "json_schema", SAYS_NO("400 Bad", "response_format.type must be text or json_object") }, { "tool_choice", SAYS_NO("400 Bad", "tool_choice is not allowed") } }, 3, "json_object", NULL },
};

static bool refuse(const struct peer_request *r, void *arg)
{
    struct server *s = arg;
    s->requests++;
    (void)snprintf(s->body, sizeof s->body, "%s", r->body);
    for (size_t i = 0; i < countof(s->refusing->refusals) && s->refusing->refusals[i].has; i++)
        if (strstr(r->body, s->refusing->refusals[i].has)) return peer_say(r->fd, s->refusing->refusals[i].says) && false;
    if (strstr(r->body, "tool_choice")) return peer_say(r->fd, STREAM DELTA("{\"tool_calls\":[{\"function\":{\"arguments\":\"{\\\"a\\\":1}\"}}]}") END("\"tool_calls\"") DONE) && false;
    return peer_say(r->fd, STREAM A1 END("\"stop\"") DONE) && false;
}

START_TEST(test_what_is_refused_is_asked_another_way)
{
    struct fixture f;
    struct got g;
    setup(&f, refuse);
    for (size_t i = 0; i < countof(refusing); i++) {
        const struct refusing *r = &refusing[i];
        struct llm *m = open_at(&f, "/v1", (struct llm_config){ .adapts = true, .max_tokens = 100 });
        f.server.refusing = r;
        f.server.requests = 0;
        for (int n = 0; n < r->refused; n++) {
            call(&f, m, &g);
            ck_assert_msg(g.a.fault == LLM_FAULT_FORM && g.a.retryable && g.a.usage.input == 0, "%s, %d: %s", r->name, n, g.message);
        }
        for (int n = 0; n < 2; n++) { /* it is remembered */
            call(&f, m, &g);
            ck_assert_msg(g.a.fault == LLM_FAULT_NONE && strcmp(g.text, "{\"a\":1}") == 0, "%s: %s", r->name, g.message);
            ck_assert_msg(strstr(f.server.body, r->then) != NULL, "%s: %s", r->name, f.server.body);
        }
        ck_assert_int_eq(f.server.requests, r->refused + 2);
        llm_close(m);
    }
    teardown(&f);
}
END_TEST

/* Where the operator has said how to ask, it stays so, and the words say which setting it is. */
START_TEST(test_what_was_set_stays)
{
    struct fixture f;
    struct got g;
    setup(&f, refuse);
    for (size_t i = 0; i < countof(refusing); i++) {
        struct llm *m = open_at(&f, "/v1", (struct llm_config){ .max_tokens = 100 });
        f.server.refusing = &refusing[i];
        for (int n = 0; refusing[i].hint && n < 2; n++) {
            call(&f, m, &g);
            ck_assert_msg(g.a.fault == LLM_FAULT_REQUEST && !g.a.retryable && strstr(g.message, refusing[i].hint), "%s: %s", refusing[i].name, g.message);
        }
        llm_close(m);
    }
    teardown(&f);
}
END_TEST

/* A limit that is too high is no name that is wrong. */
START_TEST(test_other_refusals_stand)
{
    static const struct refusing rows[] = {
        { "too high", { { "max_tokens", SAYS_NO("400 Bad", "max_tokens is too large: 100. This model supports at most 50 completion tokens") } }, 1, "", "lower llm-max-tokens" },
        { "its own words", { { "model", SAYS_NO("400 Bad", "this model is retired") } }, 1, "", "retired" },
    };
    struct fixture f;
    struct got g;
    setup(&f, refuse);
    for (size_t i = 0; i < countof(rows); i++) {
        struct llm *m = open_at(&f, "/v1", (struct llm_config){ .adapts = true, .max_tokens = 100 });
        f.server.refusing = &rows[i];
        call(&f, m, &g);
        ck_assert_msg(g.a.fault == LLM_FAULT_REQUEST && strstr(g.message, rows[i].hint), "%s", g.message);
        llm_close(m);
    }
    teardown(&f);
}
END_TEST

static bool deaf(const struct peer_request *r, void *arg)
{
    (void)arg;
    if (strstr(r->body, "JSON Schema:")) return peer_say(r->fd, STREAM A1 END("\"stop\"") DONE) && false;
    return peer_say(r->fd, STREAM SAYS("{\\\"name\\\":\\\"whatever comes to mind\\\"}") END("\"stop\"") DONE) && false;
}

/* A server that does as if it had not been asked for a schema is told in words. */
START_TEST(test_what_is_ignored_is_asked_another_way)
{
    static const enum llm_structured ways[] = { LLM_JSON_SCHEMA, LLM_TOOL };
    struct fixture f;
    struct got g;
    setup(&f, deaf);
    for (size_t i = 0; i < countof(ways); i++) {
        struct llm *m = open_at(&f, "/v1", (struct llm_config){ .adapts = true, .structured = ways[i] });
        call(&f, m, &g);
        ck_assert_int_eq(g.a.fault, LLM_FAULT_NONE); /* whoever asked sees that it is nothing, and asks again */
        call(&f, m, &g);
        ck_assert_str_eq(g.text, "{\"a\":1}");
        llm_close(m);
    }
    teardown(&f);
}
END_TEST

UNIT_MAIN("llm_compatible", { test_quirks, test_places, test_what_is_refused_is_asked_another_way, test_what_was_set_stays,
                              test_other_refusals_stand, test_what_is_ignored_is_asked_another_way })
