/* All models of an instance: a short list, looked through. */
#include "pland/llm/models.h"

#include <stdlib.h>
#include <string.h>
#include "llm/provider.h"

struct llm_models {
    struct llm **v;
    size_t n;
    char *provider, *routes;
};

static struct llm *find(const struct llm_models *m, const char *name, size_t n)
{
    for (size_t i = 0; i < m->n; i++) {
        const char *own = llm_name(m->v[i]);
        if (strlen(own) == n && memcmp(own, name, n) == 0) return m->v[i];
    }
    return NULL;
}

static enum err_kind fill(struct llm_models *m, const struct llm_models_config *c, struct http_loop *loop, struct err *e)
{
    m->v = calloc(c->n + 1, sizeof *m->v);
    m->provider = strdup(c->provider ? c->provider : "");
    m->routes = strdup(c->routes ? c->routes : "");
    if (!m->v || !m->provider || !m->routes) return err_nomem(e);
    for (; m->n < c->n; m->n++) {
        enum err_kind k = llm_open(&c->v[m->n], loop, &m->v[m->n], e);
        if (k != ERR_OK) return k;
    }
    return ERR_OK;
}

enum err_kind llm_models_open(const struct llm_models_config *c, struct http_loop *loop, struct llm_models **ret, struct err *e)
{
    struct llm_models *m = calloc(1, sizeof *m);
    enum err_kind k = m ? fill(m, c, loop, e) : err_nomem(e);
    if (k != ERR_OK) llm_models_close(m);
    else *ret = m;
    return k;
}

void llm_models_close(struct llm_models *m)
{
    if (!m) return;
    for (size_t i = 0; i < m->n; i++) llm_close(m->v[i]);
    free(m->v);
    free(m->provider);
    free(m->routes);
    free(m);
}

size_t llm_models_count(const struct llm_models *m)
{
    return m ? m->n : 0;
}

struct llm *llm_models_at(const struct llm_models *m, size_t i)
{
    return m->v[i];
}

/* "phase=strong understand=cheap" */
static struct llm *routed(const struct llm_models *m, const char *step)
{
    for (const char *p = m->routes + strspn(m->routes, " ,"); *p; p += strspn(p, " ,")) {
        size_t n = strcspn(p, " ,"), name = strcspn(p, "=");
        if (name < n && strlen(step) == name && memcmp(p, step, name) == 0) return find(m, p + name + 1, n - name - 1);
        p += n;
    }
    return NULL;
}

struct llm *llm_models_chain(const struct llm_models *m, struct llm *first, size_t i)
{
    struct llm *at = first;
    if (i >= m->n) return NULL; /* a chain that bites its tail ends, too */
    for (; at && i > 0; i--) at = at->config.fallback ? find(m, at->config.fallback, strlen(at->config.fallback)) : NULL;
    return at;
}

static const char *unpriced(const struct llm_models *m, struct llm *first)
{
    struct llm *x;
    for (size_t i = 0; first && (x = llm_models_chain(m, first, i)); i++)
        if (!llm_priced(x)) return llm_name(x);
    return NULL;
}

const char *llm_models_unpriced(const struct llm_models *m, const char *provider)
{
    const char *name = unpriced(m, find(m, provider, strlen(provider)));
    if (name || strcmp(provider, m->provider) != 0) return name;
    for (const char *p = m->routes; !name && (p = strchr(p, '=')); p++) name = unpriced(m, find(m, p + 1, strcspn(p + 1, " ,")));
    return name;
}

void llm_models_metrics(const struct llm_models *m, struct buf *b)
{
    if (m) llm_metrics((const struct llm *const *)m->v, m->n, b);
}

struct llm *llm_models_pick(const struct llm_models *m, const char *provider, const char *step)
{
    struct llm *other = m && strcmp(provider, m->provider) == 0 ? routed(m, step) : NULL;
    return other || !m ? other : find(m, provider, strlen(provider));
}
