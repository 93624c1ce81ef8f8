/* Providers: opening one from its configuration, closing it, and its names. A provider is a lane of the http loop;
 * the lane is the queue and the limit on concurrency. */
#include "llm/provider.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { ADDRESS_MAX = 2048 };

static bool dup_opt(const char **ret, const char *s)
{
    *ret = NULL;
    if (!s || !*s) return true;
    *ret = strdup(s);
    return *ret != NULL;
}

/* The texts of a configuration, for copying and freeing. */
static const size_t texts[] = {
    offsetof(struct llm_config, name),        offsetof(struct llm_config, api),         offsetof(struct llm_config, base_url),
    offsetof(struct llm_config, model),       offsetof(struct llm_config, key_file),    offsetof(struct llm_config, key_env),
    offsetof(struct llm_config, key_header),  offsetof(struct llm_config, api_version), offsetof(struct llm_config, cache_ttl),
    offsetof(struct llm_config, max_tokens_field), offsetof(struct llm_config, fallback),
    offsetof(struct llm_config, record),      offsetof(struct llm_config, replay),
};

static const char **text_at(struct llm_config *c, size_t i)
{
    return (const char **)(void *)((char *)c + texts[i]);
}

static bool copy_config(struct llm_config *ret, const struct llm_config *c)
{
    struct llm_config from = *c;
    *ret = *c;
    for (size_t i = 0; i < countof(texts); i++) *text_at(ret, i) = NULL;
    if (!from.name) from.name = "model";
    if (!from.api) from.api = llm_openai.name;
    if (!from.api_version) from.api_version = "2026-10-21";
    if (!from.max_tokens_field) from.max_tokens_field = "max_tokens";
    for (size_t i = 0; i < countof(texts); i++)
        if (!dup_opt(text_at(ret, i), *text_at(&from, i))) return false;
    return true;
}

static void release_config(struct llm_config *c)
{
    for (size_t i = 0; i < countof(texts); i++) free((void *)(uintptr_t)*text_at(c, i));
}

static void default_ms(int64_t *v, int64_t ms)
{
    if (*v <= 0) *v = ms;
}

static void default_size(size_t *v, size_t n)
{
    if (*v == 0) *v = n;
}

static void defaults(struct llm_config *c)
{
    default_ms(&c->connect_ms, 10000);
    default_ms(&c->header_wait_ms, 600000);
    default_ms(&c->idle_ms, 60000);
    default_ms(&c->total_ms, 1800000);
    default_ms(&c->retry_base_ms, 500);
    default_size(&c->max_concurrency, 8);
    default_size(&c->max_waiting, 256);
    default_size(&c->max_answer_bytes, (size_t)4 << 20);
}

static enum err_kind check_config(const struct llm_config *c, struct err *e)
{
    if (!c->base_url || (strncasecmp(c->base_url, "http://", 7) != 0 && strncasecmp(c->base_url, "https://", 8) != 0)) {
        return err_set(e, ERR_INVALID, "%s: the base URL must begin with http:// or https://", c->name);
    }
    if (strlen(c->base_url) > ADDRESS_MAX) return err_set(e, ERR_INVALID, "%s: the base URL is too long", c->name);
    if (!c->model) return err_set(e, ERR_INVALID, "%s: no model is named", c->name);
    return ERR_OK;
}

static const struct llm_dialect *dialect_of(const struct llm_config *c)
{
    static const struct llm_dialect *const dialects[] = { &llm_openai, &llm_anthropic };
    for (size_t i = 0; i < countof(dialects); i++)
        if (strcmp(dialects[i]->name, c->api) == 0) return dialects[i];
    return NULL;
}

/* Behind the scheme and the host: where the path begins. */
static size_t host_end(const char *url)
{
    size_t scheme = (size_t)(strstr(url, "//") + 2 - url);
    return scheme + strcspn(url + scheme, "/?");
}

static char *address(const char *base, const char *version, const char *path, struct err *e)
{
    auto_buf url = BUF_INIT(ADDRESS_MAX + 64);
    size_t query = strcspn(base, "?"), n = query, own = strlen(path);
    while (n && base[n - 1] == '/') n--;
    if (n >= own && memcmp(base + n - own, path, own) == 0) n -= own; /* the whole address was given */
    buf_add(&url, base, n);
    buf_str(&url, version);
    buf_str(&url, path);
    buf_str(&url, base + query);
    return buf_check(&url, e) == ERR_OK ? buf_take(&url, NULL) : NULL;
}

static enum err_kind addresses(struct llm *m, struct err *e)
{
    const char *base = m->config.base_url, *path = m->dialect->path;
    size_t host = host_end(base);
    bool bare = host + strspn(base + host, "/") == strcspn(base, "?");
    m->url = address(base, bare ? "/v1" : "", path, e);
    if (m->url && bare) m->other_url = address(base, "", path, e);
    return m->url && (!bare || m->other_url) ? ERR_OK : e->kind;
}

static enum err_kind fill(struct llm *m, const struct llm_config *c, struct err *e)
{
    enum err_kind k;
    if (!copy_config(&m->config, c)) return err_nomem(e);
    defaults(&m->config);
    k = check_config(&m->config, e);
    if (k != ERR_OK) return k;
    if (!(m->dialect = dialect_of(&m->config))) return err_set(e, ERR_INVALID, "%s: there is no interface '%s'", m->config.name, m->config.api);
    if ((k = addresses(m, e)) != ERR_OK) return k;
    habits_init(&m->habits, &m->config);
    m->gate.limit = m->gate.max = m->config.max_concurrency;
    m->gate.base_ms = m->config.retry_base_ms;
    k = http_lane_open(m->loop, m->config.max_concurrency, m->config.max_waiting, &m->lane, e);
    m->lane_open = k == ERR_OK;
    if (k == ERR_OK && m->config.replay) return tape_replay(m->config.replay, &m->tape, e);
    return k == ERR_OK && m->config.record ? tape_record(m->config.record, &m->tape, e) : k;
}

enum err_kind llm_open(const struct llm_config *c, struct http_loop *loop, struct llm **ret, struct err *e)
{
    struct llm *m = calloc(1, sizeof *m);
    enum err_kind k;
    if (!m) return err_nomem(e);
    m->loop = loop;
    gate_init(&m->gate, 1, 1);
    k = fill(m, c, e);
    if (k != ERR_OK) llm_close(m);
    else *ret = m;
    return k;
}

void llm_close(struct llm *m)
{
    if (!m) return;
    if (m->tape && tape_replays(m->tape)) tape_close(TAKE(m->tape)); /* its takes still know the lane */
    if (m->lane_open) http_lane_close(m->loop, m->lane);
    tape_close(m->tape);
    gate_release(&m->gate);
    release_config(&m->config);
    free(m->url);
    free(m->other_url);
    free(m);
}

bool llm_looks(const struct llm *m)
{
    return m->habits.structured == LLM_TOOL;
}

bool llm_admit(struct llm *m, struct llm_rest *ret)
{
    return gate_admit(&m->gate, ret);
}

void llm_unadmit(struct llm *m)
{
    gate_unadmit(&m->gate);
}

const char *llm_name(const struct llm *m)
{
    return m->config.name;
}

const char *llm_model(const struct llm *m)
{
    return m->config.model;
}

const char *llm_finish_name(enum llm_finish f)
{
    static const char *const names[] = { [LLM_STOP] = "stop", [LLM_LENGTH] = "length", [LLM_REFUSAL] = "refusal",
                                         [LLM_FILTER] = "filter", [LLM_OTHER] = "other" };
    return (unsigned)f < countof(names) ? names[f] : "other";
}
