/* Metrics by the names of OpenTelemetry's GenAI conventions. Planning takes longer than their last bucket, 82 s: there are more. */
#include "llm/provider.h"

/* Durations double from 10 ms; tokens quadruple from 1. The last bucket has no bound. */
static int64_t bound(bool tokens, size_t i)
{
    return tokens ? (int64_t)1 << (2 * i) : (int64_t)10 << i;
}

static void add(struct meter_histogram *h, bool tokens, int64_t v)
{
    size_t last = (tokens ? METER_TOKENS : METER_DURATIONS) - 1, i = 0;
    while (i < last && v > bound(tokens, i)) i++;
    (void)atomic_fetch_add_explicit(&h->bucket[i], 1, memory_order_relaxed);
    (void)atomic_fetch_add_explicit(&h->sum, v, memory_order_relaxed);
}

void meter_add(struct meter *m, const struct llm_answer *a)
{
    add(&m->duration[a->fault], false, a->latency_ms);
    if (!a->usage.known) return;
    add(&m->tokens[0], true, a->usage.input);
    add(&m->tokens[1], true, a->usage.output);
}

static int64_t total(const struct meter_histogram *h)
{
    int64_t n = 0;
    for (size_t i = 0; i < countof(h->bucket); i++) n += atomic_load_explicit(&h->bucket[i], memory_order_relaxed);
    return n;
}

/* A model's name may hold anything. */
static void labels(const struct llm *m, struct buf *b)
{
    buf_fmt(b, "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"%s\",gen_ai_request_model=\"", m->dialect->name);
    for (const char *p = m->config.model; *p; p++) {
        if (*p == '"' || *p == '\\') buf_char(b, '\\');
        if ((unsigned char)*p >= ' ') buf_char(b, *p);
    }
    buf_fmt(b, "\",pland_model=\"%s\"", m->config.name);
}

static void number(struct buf *b, bool tokens, int64_t v)
{
    if (tokens) buf_int(b, v);
    else buf_fmt(b, "%lld.%03lld", (long long)(v / 1000), (long long)(v % 1000));
}

static void line(const struct llm *m, const char *name, const char *suffix, const char *more, struct buf *b)
{
    buf_fmt(b, "%s%s{", name, suffix);
    labels(m, b);
    buf_str(b, more);
}

static void histogram(const struct llm *m, const char *name, const char *more, bool tokens, const struct meter_histogram *h, struct buf *b)
{
    size_t last = (tokens ? METER_TOKENS : METER_DURATIONS) - 1;
    int64_t n = 0;
    if (total(h) == 0) return;
    for (size_t i = 0; i <= last; i++) {
        n += atomic_load_explicit(&h->bucket[i], memory_order_relaxed);
        line(m, name, "_bucket", more, b);
        buf_str(b, ",le=\"");
        if (i < last) number(b, tokens, bound(tokens, i));
        else buf_str(b, "+Inf");
        buf_fmt(b, "\"} %lld\n", (long long)n);
    }
    line(m, name, "_sum", more, b);
    buf_str(b, "} ");
    number(b, tokens, atomic_load_explicit(&h->sum, memory_order_relaxed));
    buf_char(b, '\n');
    line(m, name, "_count", more, b);
    buf_fmt(b, "} %lld\n", (long long)n);
}

static void head(struct buf *b, const char *name, const char *help)
{
    buf_fmt(b, "# HELP %s %s\n# TYPE %s histogram\n", name, help, name);
}

void llm_metrics(const struct llm *const *m, size_t n, struct buf *b)
{
    static const char duration[] = "gen_ai_client_operation_duration_seconds", tokens[] = "gen_ai_client_token_usage";
    static const char *const kinds[] = { ",gen_ai_token_type=\"input\"", ",gen_ai_token_type=\"output\"" };
    char error[64];
    if (n) head(b, duration, "Time of calls to models, by how they ended.");
    for (size_t i = 0; i < n; i++) {
        for (int f = 0; f < LLM_FAULT_N_; f++) {
            (void)snprintf(error, sizeof error, ",error_type=\"%s\"", llm_fault_name((enum llm_fault)f));
            histogram(m[i], duration, f ? error : "", false, &m[i]->meter.duration[f], b);
        }
    }
    if (n) head(b, tokens, "Tokens of calls to models.");
    for (size_t i = 0; i < n; i++)
        for (size_t t = 0; t < countof(kinds); t++) histogram(m[i], tokens, kinds[t], true, &m[i]->meter.tokens[t], b);
}
