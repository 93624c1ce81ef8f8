/* Protects: a call ends once, with the right fault and words, against servers that misbehave in every known way. */
#include "pland/llm/llm.h"

#include <stdatomic.h>
#include "pland/base/clock.h"
#include "pland/base/lock.h"
#include "unit/check_main.h"
#include "unit/net_peer.h"

struct got {
    struct lock lock; /* guards all */
    struct cond changed;
    int dones;
    size_t deltas;
    struct llm_answer a; /* its pointers are dead */
    char text[4096], message[800], model[96], request_id[96];
};

static void got_init(struct got *g)
{
    memset(g, 0, sizeof *g);
    lock_init(&g->lock);
    cond_init(&g->changed);
}

static void got_release(struct got *g)
{
    cond_release(&g->changed);
    lock_release(&g->lock);
}

static void on_delta(void *arg, const char *p, size_t n)
{
    struct got *g = arg;
    HOLD(&g->lock);
    ck_assert(p && n);
    g->deltas++;
    cond_broadcast(&g->changed);
}

static void on_done(void *arg, const struct llm_answer *a)
{
    struct got *g = arg;
    HOLD(&g->lock);
    g->dones++;
    g->a = *a;
    ck_assert_uint_eq(strlen(a->text), a->n_text);
    (void)snprintf(g->text, sizeof g->text, "%s", a->text);
    (void)snprintf(g->message, sizeof g->message, "%s", a->message);
    (void)snprintf(g->model, sizeof g->model, "%s", a->model);
    (void)snprintf(g->request_id, sizeof g->request_id, "%s", a->request_id);
    cond_broadcast(&g->changed);
}

static void wait_done(struct got *g)
{
    HOLD(&g->lock);
    while (!g->dones) cond_wait(&g->changed, &g->lock);
    ck_assert_int_eq(g->dones, 1);
}

static void wait_deltas(struct got *g, size_t n)
{
    HOLD(&g->lock);
    while (g->deltas < n) cond_wait(&g->changed, &g->lock);
}

/* What the server does; the base URL's path chooses the row. */
struct served {
    const char *path;
    const char *head; /* status line and headers without the last blank line */
    const char *body;
    enum { CLOSE, RESET, HOLD } then;
};

#define STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nX-Request-Id: r-9\r\nConnection: close\r\n"
#define FAIL(status) "HTTP/1.1 " status "\r\nContent-Type: application/json\r\nConnection: close\r\n"
#define D(x) "data: {\"model\":\"m-9\",\"choices\":[{\"delta\":{\"content\":\"" x "\"}}]}\n\n"
#define F(x) "data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"" x "\"}]}\n\n"
#define U "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":11,\"completion_tokens\":5}}\n\n"
#define DONE "data: [DONE]\n\n"
#define ERR(code, words) "{\"error\":{\"message\":\"" words "\",\"type\":\"t\",\"code\":\"" code "\"}}"

static const struct row {
    struct served s;
    enum llm_fault fault;
    bool retryable;
    const char *text, *words;
    enum llm_finish finish;
} rows[] = {
    { { "/good", STREAM, ": ping\n\n" D("{\\\"a\\\"") D(":1}") F("stop") U DONE, CLOSE },
      LLM_FAULT_NONE, false, "{\"a\":1}", "", LLM_STOP },
    { { "/fenced", STREAM, D("```json\\n") D("{}\\n") D("```") F("stop") DONE, CLOSE },
      LLM_FAULT_NONE, false, "{}", "", LLM_STOP },
    { { "/mislabelled", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n",
        D("{}") F("stop") DONE, CLOSE },
      LLM_FAULT_NONE, false, "{}", "", LLM_STOP },
    { { "/plain", FAIL("200 OK"),
        "{\"choices\":[{\"message\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}", CLOSE },
      LLM_FAULT_NONE, false, "{}", "", LLM_STOP },
    { { "/no-usage", STREAM, D("{}") F("stop"), CLOSE }, LLM_FAULT_NONE, false, "{}", "", LLM_STOP },
    { { "/done-only", STREAM, D("{}") DONE, CLOSE }, LLM_FAULT_NONE, false, "{}", "", LLM_STOP },
    { { "/length", STREAM, D("{\\\"a") F("length") DONE, CLOSE }, LLM_FAULT_NONE, false, "{\"a", "", LLM_LENGTH },
    { { "/reset-after-finish", STREAM, D("{}") F("stop"), RESET }, LLM_FAULT_NONE, false, "{}", "", LLM_STOP },
    { { "/empty", STREAM, F("stop") DONE, CLOSE }, LLM_FAULT_BROKEN, true, "", "the model said nothing", LLM_STOP },
    { { "/cut", STREAM, D("{\\\"a"), CLOSE }, LLM_FAULT_BROKEN, true, "{\"a", "without saying how", LLM_OTHER },
    { { "/reset", STREAM, D("{\\\"a"), RESET }, LLM_FAULT_BROKEN, true, NULL, "not complete", LLM_OTHER },
    { { "/nonsense", STREAM, "data: hello\n\n", CLOSE },
      LLM_FAULT_BROKEN, true, "", "not what this kind of server sends", LLM_OTHER },
    { { "/page", "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n",
        "<html>portal</html>", CLOSE },
      LLM_FAULT_BROKEN, true, "", "not what this kind of server sends", LLM_OTHER },
    { { "/idle", STREAM, D("{"), HOLD }, LLM_FAULT_TIMEOUT, true, "{", "stopped in the middle", LLM_OTHER },
    { { "/midway", STREAM, D("{") "data: " ERR("server_error", "slot lost") "\n\n", CLOSE },
      LLM_FAULT_SERVER, true, "{", "slot lost", LLM_OTHER },
    { { "/midway-long", STREAM, "data: " ERR("context_length_exceeded", "too many tokens") "\n\n", CLOSE },
      LLM_FAULT_TOO_LONG, false, "", "too many tokens", LLM_OTHER },
    { { "/401", FAIL("401 No"), ERR("invalid_api_key", "Incorrect API key"), CLOSE },
      LLM_FAULT_KEY, false, "", "HTTP 401: Incorrect", LLM_OTHER },
    { { "/403", FAIL("403 No"), "", CLOSE }, LLM_FAULT_PERMISSION, false, "", "HTTP 403", LLM_OTHER },
    { { "/404", FAIL("404 No"), ERR("model_not_found", "no m"), CLOSE },
      LLM_FAULT_NOT_FOUND, false, "", "no m", LLM_OTHER },
    { { "/400", FAIL("400 No"), ERR("x", "bad response_format"), CLOSE },
      LLM_FAULT_REQUEST, false, "", "json_object", LLM_OTHER },
    { { "/400-vllm", FAIL("400 No"), ERR("x", "This model's maximum context length is 4096 tokens"), CLOSE },
      LLM_FAULT_TOO_LONG, false, "", "4096", LLM_OTHER },
    { { "/quota", FAIL("429 No"), ERR("insufficient_quota", "pay"), CLOSE },
      LLM_FAULT_QUOTA, false, "", "pay", LLM_OTHER },
    { { "/429", FAIL("429 No") "Retry-After: 3\r\n", ERR("rate_limit_exceeded", "slow"), CLOSE },
      LLM_FAULT_RATE, true, "", "slow", LLM_OTHER },
    { { "/408", FAIL("408 No"), "", CLOSE }, LLM_FAULT_SERVER, true, "", "HTTP 408", LLM_OTHER },
    { { "/409", FAIL("409 No"), "", CLOSE }, LLM_FAULT_SERVER, true, "", "HTTP 409", LLM_OTHER },
    { { "/413", FAIL("413 No"), "", CLOSE }, LLM_FAULT_TOO_LONG, false, "", "HTTP 413", LLM_OTHER },
    { { "/500", FAIL("500 No"), "<html>", CLOSE }, LLM_FAULT_SERVER, true, "", "HTTP 500", LLM_OTHER },
    { { "/500-final", FAIL("500 No") "x-should-retry: false\r\n", "", CLOSE },
      LLM_FAULT_SERVER, false, "", "HTTP 500", LLM_OTHER },
    { { "/501", FAIL("501 No"), "", CLOSE }, LLM_FAULT_UNSUPPORTED, false, "", "HTTP 501", LLM_OTHER },
    { { "/503", FAIL("503 No"), ERR("x", "Loading model"), CLOSE },
      LLM_FAULT_OVERLOADED, true, "", "Loading", LLM_OTHER },
    { { "/529", FAIL("529 No"), "", CLOSE }, LLM_FAULT_OVERLOADED, true, "", "HTTP 529", LLM_OTHER },
    { { "/302", FAIL("302 Found") "Location: http://127.0.0.1:1/\r\n", "", CLOSE },
      LLM_FAULT_REQUEST, false, "", "HTTP 302", LLM_OTHER },
    { { "/flood", STREAM,
        D("0123456789012345678901234567890123456789") D("0123456789012345678901234567890123456789") F("stop"), CLOSE },
      LLM_FAULT_TOO_LARGE, false, NULL, "larger than allowed", LLM_OTHER },
};

static bool script(const struct peer_request *r, void *arg)
{
    char *heads = arg;
    if (heads) (void)snprintf(heads, 4096, "%s", r->head);
    for (size_t i = 0; i < countof(rows); i++) {
        const struct served *s = &rows[i].s;
        size_t n = strlen(s->path);
        if (strncmp(r->path, s->path, n) != 0 || strcmp(r->path + n, "/chat/completions") != 0) continue;
        if (!peer_say(r->fd, s->head) || !peer_say(r->fd, "\r\n") || !peer_say(r->fd, s->body)) return false;
        return s->then == RESET ? peer_reset(r->fd) : s->then == HOLD && peer_silent(r->fd);
    }
    return false;
}

struct fixture {
    struct peer peer;
    struct http_loop *loop;
    char url[128], heads[4096];
    struct err e;
};

static void setup(struct fixture *f)
{
    const struct http_config c = { 0 };
    memset(f, 0, sizeof *f);
    peer_start(&f->peer, script, f->heads);
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
    (void)snprintf(f->url, sizeof f->url, "http://127.0.0.1:%u%s/", f->peer.port, path);
    c.name = "test";
    c.base_url = f->url;
    c.model = "m";
    c.idle_ms = 200;
    ck_assert_msg(llm_open(&c, f->loop, &m, &f->e) == ERR_OK, "%s", f->e.msg);
    return m;
}

static const struct llm_request ask = { .step = "understand", .system = "s", .user = "u", .schema = "{}",
                                        .schema_name = "x", .traceparent = "00-1-2-01" };

START_TEST(test_servers)
{
    struct fixture f;
    setup(&f);
    for (size_t i = 0; i < countof(rows); i++) {
        const struct row *r = &rows[i];
        struct got g;
        struct llm *m = open_at(&f, r->s.path, (struct llm_config){ .max_answer_bytes = 64 });
        got_init(&g);
        ck_assert_int_eq(llm_call(m, &ask, on_done, on_delta, &g, NULL, &f.e), ERR_OK);
        wait_done(&g);
        ck_assert_msg(g.a.fault == r->fault, "%s: %s, %s", r->s.path, llm_fault_name(g.a.fault), g.message);
        ck_assert_msg(g.a.retryable == r->retryable, "%s", r->s.path);
        ck_assert_msg((g.a.kind == ERR_OK) == (r->fault == LLM_FAULT_NONE), "%s", r->s.path);
        ck_assert_msg(strstr(g.message, r->words) != NULL, "%s: %s", r->s.path, g.message);
        if (r->fault != LLM_FAULT_NONE) ck_assert_msg(strncmp(g.message, "test: ", 6) == 0, "%s", g.message);
        if (r->text) ck_assert_msg(strcmp(g.text, r->text) == 0, "%s: '%s'", r->s.path, g.text);
        ck_assert_msg(g.a.finish == r->finish || r->fault == LLM_FAULT_TOO_LARGE, "%s", r->s.path);
        ck_assert_msg(g.a.retry_after_ms == (strcmp(r->s.path, "/429") == 0 ? 3000 : -1), "%s", r->s.path);
        llm_close(m);
        got_release(&g);
    }
    teardown(&f);
}
END_TEST

START_TEST(test_answer_in_full)
{
    struct fixture f;
    struct got g;
    struct llm *m;
    setup(&f);
    got_init(&g);
    m = open_at(&f, "/good", (struct llm_config){ .max_tokens = 5 });
    ck_assert_str_eq(llm_name(m), "test");
    ck_assert_str_eq(llm_model(m), "m");
    ck_assert_int_eq(llm_call(m, &ask, on_done, on_delta, &g, NULL, &f.e), ERR_OK);
    wait_done(&g);
    ck_assert(g.a.usage.known);
    ck_assert_int_eq(g.a.usage.input, 11);
    ck_assert_int_eq(g.a.usage.output, 5);
    ck_assert_str_eq(g.model, "m-9");
    ck_assert_str_eq(g.request_id, "r-9");
    ck_assert_int_eq(g.a.status, 200);
    ck_assert_uint_eq(g.deltas, 2);
    ck_assert(g.a.first_ms >= 0 && g.a.latency_ms >= g.a.first_ms);
    ck_assert_ptr_nonnull(strstr(f.heads, "\r\ntraceparent: 00-1-2-01"));
    ck_assert_ptr_null(strcasestr(f.heads, "\r\nauthorization"));
    llm_close(m);
    teardown(&f);
    got_release(&g);
}
END_TEST

static void write_key(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_int_ge(fputs(text, f), 0);
    ck_assert_int_eq(fclose(f), 0);
}

static enum err_kind call_once(struct fixture *f, struct llm *m)
{
    struct got g;
    enum err_kind k;
    got_init(&g);
    k = llm_call(m, &ask, on_done, NULL, &g, NULL, &f->e);
    if (k == ERR_OK) wait_done(&g);
    ck_assert_int_eq(g.dones, k == ERR_OK);
    got_release(&g);
    return k;
}

/* A key that changes on disk is used by the next call; what is wrong with it is said without showing it. */
START_TEST(test_key_file_is_read_at_every_call)
{
    char path[] = "/tmp/pland-key-XXXXXX";
    struct fixture f;
    struct llm *m;
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(close(fd), 0);
    setup(&f);
    m = open_at(&f, "/good", (struct llm_config){ .key_file = path });
    ck_assert_int_eq(call_once(&f, m), ERR_INVALID); /* empty */
    write_key(path, "sk-one\n");
    ck_assert_int_eq(call_once(&f, m), ERR_OK);
    ck_assert_ptr_nonnull(strstr(f.heads, "\r\nAuthorization: Bearer sk-one\r\n"));
    write_key(path, "\n  sk-two  \r\nignored\n");
    ck_assert_int_eq(call_once(&f, m), ERR_OK);
    ck_assert_ptr_nonnull(strstr(f.heads, "\r\nAuthorization: Bearer sk-two\r\n"));
    write_key(path, "sk two");
    ck_assert_int_eq(call_once(&f, m), ERR_INVALID);
    ck_assert_ptr_null(strstr(f.e.msg, "sk two"));
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(call_once(&f, m), ERR_NOT_FOUND);
    ck_assert_ptr_nonnull(strstr(f.e.msg, path));
    llm_close(m);
    teardown(&f);
}
END_TEST

START_TEST(test_key_from_the_environment)
{
    struct fixture f;
    struct llm *m;
    setup(&f);
    m = open_at(&f, "/good", (struct llm_config){ .key_env = "TEST_MODEL_KEY" });
    ck_assert_int_eq(call_once(&f, m), ERR_NOT_FOUND);
    ck_assert_int_eq(setenv("TEST_MODEL_KEY", "sk-env", 1), 0);
    ck_assert_int_eq(call_once(&f, m), ERR_OK);
    ck_assert_ptr_nonnull(strstr(f.heads, "\r\nAuthorization: Bearer sk-env\r\n"));
    llm_close(m);
    teardown(&f);
}
END_TEST

START_TEST(test_cancel_and_close)
{
    struct fixture f;
    struct got g[5];
    uint64_t call[5];
    struct llm *m;
    setup(&f);
    m = open_at(&f, "/idle", (struct llm_config){ .max_concurrency = 2, .max_waiting = 2 });
    for (int i = 0; i < 5; i++) got_init(&g[i]);
    for (int i = 0; i < 4; i++) ck_assert_int_eq(llm_call(m, &ask, on_done, on_delta, &g[i], &call[i], &f.e), ERR_OK);
    ck_assert_int_eq(llm_call(m, &ask, on_done, NULL, &g[4], NULL, &f.e), ERR_BUSY);
    wait_deltas(&g[0], 1);
    llm_cancel(m, call[0]);
    llm_cancel(m, call[3]);
    wait_done(&g[0]);
    wait_done(&g[3]);
    ck_assert_int_eq(g[0].a.fault, LLM_FAULT_CANCELLED);
    ck_assert_int_eq(g[3].a.fault, LLM_FAULT_CANCELLED);
    ck_assert(!g[0].a.retryable);
    llm_close(m);
    for (int i = 0; i < 4; i++) ck_assert_int_eq(g[i].dones, 1);
    ck_assert_int_eq(g[4].dones, 0);
    teardown(&f);
    for (int i = 0; i < 5; i++) got_release(&g[i]);
}
END_TEST

START_TEST(test_deadline)
{
    struct fixture f;
    struct got g;
    struct llm_request r = ask;
    struct llm *m;
    setup(&f);
    got_init(&g);
    m = open_at(&f, "/idle", (struct llm_config){ .max_concurrency = 1 });
    r.deadline = clock_mono() - 1;
    ck_assert_int_eq(llm_call(m, &r, on_done, NULL, &g, NULL, &f.e), ERR_TIMEOUT);
    r.deadline = clock_mono() + 60;
    ck_assert_int_eq(llm_call(m, &r, on_done, NULL, &g, NULL, &f.e), ERR_OK);
    wait_done(&g);
    ck_assert_int_eq(g.a.fault, LLM_FAULT_TIMEOUT);
    llm_close(m);
    teardown(&f);
    got_release(&g);
}
END_TEST

START_TEST(test_bad_configurations)
{
    static const struct llm_config bad[] = {
        { .name = "a", .model = "m" },
        { .name = "a", .model = "m", .base_url = "api.example.com" },
        { .name = "a", .model = "m", .base_url = "file:///x" },
        { .name = "a", .base_url = "http://x/" },
    };
    struct fixture f;
    struct llm *m = NULL;
    setup(&f);
    for (size_t i = 0; i < countof(bad); i++) ck_assert_int_eq(llm_open(&bad[i], f.loop, &m, &f.e), ERR_INVALID);
    ck_assert_ptr_null(m);
    llm_close(NULL);
    teardown(&f);
}
END_TEST

UNIT_MAIN("llm_call", { test_servers, test_answer_in_full, test_key_file_is_read_at_every_call,
                        test_key_from_the_environment, test_cancel_and_close, test_deadline, test_bad_configurations })
