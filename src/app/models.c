/* Models: opened from their settings, and tried with one tiny call each (--check-llm). */
#include "app/app.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "pland/base/lock.h"
#include "pland/planner/planner.h"

static const char *set(const char *s)
{
    return s && *s ? s : NULL;
}

enum err_kind app_readable(const char *setting, const char *path, struct err *e)
{
    if (!path || access(path, R_OK) == 0) return ERR_OK;
    return err_errno(e, errno, "%s: %.200s", setting, path);
}

static enum llm_structured structured_of(const struct model_config *m)
{
    static const char *const names[] = { [LLM_JSON_SCHEMA] = "json_schema",
                                         [LLM_TOOL] = "tool",
                                         [LLM_JSON_OBJECT] = "json_object",
                                         [LLM_JSON_NONE] = "none" };
    for (size_t i = 0; i < countof(names); i++)
        if (strcmp(names[i], m->structured) == 0) return (enum llm_structured)i;
    return strcmp(m->api, "anthropic") == 0 ? LLM_TOOL : LLM_JSON_SCHEMA;
}

/* The variable that is looked for unasked may be missing: many servers take no key. */
static const char *key_variable(const struct model_config *m)
{
    if (set(m->key_file) || (strcmp(m->key_env, "PLAND_LLM_KEY") == 0 && !getenv("PLAND_LLM_KEY"))) return NULL;
    return set(m->key_env);
}

static enum err_kind fill(const struct model_config *m, int64_t retry_base, struct llm_config *ret, struct err *e)
{
    *ret = (struct llm_config){ .name = m->name,
                                .api = m->api,
                                .base_url = m->url,
                                .model = m->model,
                                .key_file = set(m->key_file),
                                .key_env = key_variable(m),
                                .key_header = set(m->key_header),
                                .api_version = m->api_version,
                                .price_input = m->price_input,
                                .price_output = m->price_output,
                                .price_cached = m->price_cached,
                                .price_written = m->price_written,
                                .fallback = set(m->fallback),
                                .record = set(m->record),
                                .replay = set(m->replay),
                                .retry_base_ms = retry_base,
                                .cache_ttl = strcmp(m->cache, "off") == 0 ? NULL : m->cache,
                                .structured = structured_of(m),
                                .adapts = strcmp(m->structured, "auto") == 0,
                                .max_concurrency = (size_t)m->concurrency,
                                .max_waiting = 4096,
                                .header_wait_ms = m->timeout * 1000,
                                .idle_ms = m->idle * 1000,
                                .total_ms = 3 * m->timeout * 1000,
                                .max_tokens = m->max_tokens,
                                .max_tokens_field = m->max_tokens_field };
    return app_readable("llm-key-file", ret->key_file, e);
}

/* Settings know no steps, so it is here that a step of that name is looked for. */
static enum err_kind check_routes(const char *routes, struct err *e)
{
    for (const char *p = routes + strspn(routes, " ,"); *p; p += strspn(p, " ,")) {
        size_t n = strcspn(p, "=");
        bool known = false;
        for (int i = 0; i < STEP_KIND_N_; i++)
            known =
                known || (strlen(step_name((enum step_kind)i)) == n && memcmp(step_name((enum step_kind)i), p, n) == 0);
        if (!known)
            return err_set(e, ERR_INVALID,
                           "llm-routes: there is no step '%.*s'; there are understand, options, outline, phase, "
                           "closing, repair, refine, message",
                           (int)n, p);
        p += strcspn(p, " ,");
    }
    return ERR_OK;
}

enum err_kind app_models(struct app *a, struct err *e)
{
    const struct config *c = a->config;
    struct llm_config *v = arena_alloc(a->arena, (c->models.n + 1) * sizeof *v);
    struct llm_models_config all = { .v = v, .n = c->models.n, .provider = c->provider, .routes = c->routes };
    enum err_kind k = check_routes(c->routes, e);
    if (!v) return err_nomem(e);
    for (size_t i = 0; k == ERR_OK && i < c->models.n; i++) k = fill(&c->models.v[i], c->retry_base, &v[i], e);
    if (k == ERR_OK) k = llm_models_open(&all, a->loop, &a->models, e);
    if (k != ERR_OK || !a->service.unpriced) return k;
    for (size_t i = 0; i < c->models.n; i++)
        a->service.unpriced[i + 1] = llm_models_unpriced(a->models, c->models.v[i].name);
    return ERR_OK;
}

/* --- trying them -------------------------------------------------------------------------------------------------- */
struct trial {
    struct lock lock; /* guards the rest */
    struct cond ended;
    bool done, good, again;
    int odd; /* answers in another form */
    char words[1200];
};

/* An answer in the form that was asked for; what it says does not matter. */
static bool in_form(const struct llm_answer *a)
{
    auto_json root = json_loadb(a->text, a->n_text, 0, NULL);
    return json_is_string(json_object_get(root, "word"));
}

static void judge(struct trial *t, const struct llm_answer *a)
{
    t->good = a->kind == ERR_OK && a->finish == LLM_STOP && in_form(a);
    t->again = a->fault == LLM_FAULT_FORM || (a->kind == ERR_OK && !t->good && t->odd++ < 2); /* it may be asked another way now */
    if (a->kind != ERR_OK) {
        (void)snprintf(t->words, sizeof t->words, "%s", a->message);
    } else if (a->finish != LLM_STOP) {
        (void)snprintf(t->words, sizeof t->words, "it answers, but the answer ended with %s",
                       llm_finish_name(a->finish));
    } else if (!t->good) {
        (void)snprintf(t->words, sizeof t->words,
                       "it answers, but not in the form asked for; set llm-structured to tool, json_object or none. It "
                       "said: %.200s",
                       a->text);
    } else if (a->usage.known) {
        (void)snprintf(t->words, sizeof t->words, "works: %s answered in %lld ms, %lld tokens in, %lld out",
                       *a->model ? a->model : "it", (long long)a->latency_ms, (long long)a->usage.input,
                       (long long)a->usage.output);
    } else {
        (void)snprintf(
            t->words, sizeof t->words,
            "works: answered in %lld ms; it does not say how many tokens that took, so they are counted by length",
            (long long)a->latency_ms);
    }
}

static void on_done(void *arg, const struct llm_answer *a)
{
    struct trial *t = arg;
    HOLD(&t->lock);
    judge(t, a);
    t->done = true;
    cond_broadcast(&t->ended);
}

static bool try_model(struct llm *m)
{
    static const char schema[] = "{\"type\":\"object\",\"properties\":{\"word\":{\"type\":\"string\"}},\"required\":["
                                 "\"word\"],\"additionalProperties\":false}";
    const struct llm_request r = { .step = "check",
                                   .system = "You test a connection.",
                                   .user = "Answer with the word ready.",
                                   .schema = schema,
                                   .schema_name = "check" };
    struct trial t = { 0 };
    struct err e;
    lock_init(&t.lock);
    cond_init(&t.ended);
    do {
        HOLD(&t.lock);
        t.done = t.again = false;
        if (llm_call(m, &r, on_done, NULL, &t, NULL, &e) != ERR_OK) (void)snprintf(t.words, sizeof t.words, "%s", e.msg);
        else while (!t.done) cond_wait(&t.ended, &t.lock);
    } while (t.again);
    (void)printf("%s (%s): %s\n", llm_name(m), llm_model(m), t.words);
    cond_release(&t.ended);
    lock_release(&t.lock);
    return t.good;
}

int app_check_llm(struct app *a)
{
    struct err e;
    bool good = true;
    if (app_outside(a, &e) != ERR_OK) {
        int code = app_complain("models", &e);
        app_close(a);
        return code;
    }
    if (!llm_models_count(a->models))
        (void)puts("no model is configured: plans are drafted offline, and nothing leaves this machine");
    for (size_t i = 0; i < llm_models_count(a->models); i++) good = try_model(llm_models_at(a->models, i)) && good;
    app_close(a);
    return good ? 0 : 1;
}
