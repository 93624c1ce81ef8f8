/* The settings of one model: "llm-url.strong = …" holds for the model strong, "llm-url = …" for all that have none. */
#include "config/settings.h"

#include <string.h>

enum { MODEL_NAME_MAX = 32 };
#define FIRST offsetof(struct config, llm)

bool model_setting(const struct setting *s)
{
    return s->at >= FIRST && s->at < FIRST + sizeof(struct model_config);
}

const void *model_base(const struct model_config *m)
{
    return (const char *)m - FIRST;
}

static uint64_t bit_of(const struct setting *s)
{
    return (uint64_t)1 << ((s->at - FIRST) / sizeof(int64_t)); /* every member takes as much as a number */
}
_Static_assert(sizeof(struct model_config) / sizeof(int64_t) <= 64 && sizeof(char *) == sizeof(int64_t), "one bit each");

bool model_given(const struct model_config *m, const struct setting *s)
{
    return model_setting(s) && (m->given & bit_of(s));
}

size_t model_name_at(const char *name, size_t n)
{
    const char *dot = memchr(name, '.', n);
    return dot ? (size_t)(dot - name) + 1 : n;
}

static bool good_name(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= '0' && s[i] <= '9') && s[i] != '-') return false;
    return n > 0 && n <= MODEL_NAME_MAX && !(n == 7 && memcmp(s, "offline", n) == 0);
}

static struct model_config *find(const struct config *c, const char *name, size_t n)
{
    for (size_t i = 0; i < c->models.n; i++)
        if (strlen(c->models.v[i].name) == n && memcmp(c->models.v[i].name, name, n) == 0) return &c->models.v[i];
    return NULL;
}

static struct model_config *add(struct config *c, const char *name, size_t n, struct arena *a)
{
    struct model_config *m = arena_push(a, &c->models, sizeof *m);
    if (!m) return NULL;
    *m = (struct model_config){ .name = arena_dup_n(a, name, n) };
    return m->name ? m : NULL;
}

enum err_kind model_set(const struct setting *s, const char *name, size_t n, const char *text, const char *origin,
                        struct arena *a, struct config *c, struct err *e)
{
    size_t at = model_name_at(name, n);
    struct model_config *m = find(c, name + at, n - at);
    if (!good_name(name + at, n - at))
        return err_set(e, ERR_INVALID, "%s: a model's name has 1 to %d small letters, digits and dashes, and is not offline",
                       origin, MODEL_NAME_MAX);
    if (!m && !(m = add(c, name + at, n - at, a))) return err_nomem(e);
    m->given |= bit_of(s);
    return setting_read(s, text, origin, a, (char *)m + (s->at - FIRST), e);
}

/* ---- once everything has been read ---- */

static void inherit(const struct config *c, struct model_config *m)
{
    struct settings all = settings_all();
    for (size_t i = 0; i < all.n; i++) {
        const struct setting *s = &all.v[i];
        if (model_setting(s) && !model_given(m, s))
            memcpy((char *)m + (s->at - FIRST), (const char *)c + s->at, sizeof(int64_t));
    }
}

static enum err_kind complete(const struct config *c, struct model_config *m, bool only, struct err *e)
{
    const char *dot = only ? "" : ".", *name = only ? "" : m->name;
    inherit(c, m);
    if (only) m->api = m->name; /* it is called after its interface */
    if (!*m->url && strcmp(m->api, "anthropic") == 0) m->url = "https://api.anthropic.com/v1";
    if (!*m->url) return err_set(e, ERR_INVALID, "model %s takes llm-url%s%s", m->name, dot, name);
    if (!*m->model) return err_set(e, ERR_INVALID, "model %s takes llm-model%s%s", m->name, dot, name);
    return ERR_OK;
}

/* What a list of names says, or that there is none. */
static enum err_kind no_model(const struct config *c, const char *origin, const char *name, int n, struct err *e)
{
    auto_buf names = BUF_INIT(4096);
    for (size_t i = 0; i < c->models.n; i++) buf_fmt(&names, "%s%s", i ? ", " : "", c->models.v[i].name);
    return err_set(e, ERR_INVALID, "%s: there is no model '%.*s'; there is %s", origin, n, name,
                   c->models.n ? buf_cstr(&names) : "none (llm-model.NAME makes one)");
}

static enum err_kind check_routes(const struct config *c, struct err *e)
{
    const char *p = c->routes + strspn(c->routes, " ,");
    while (*p) {
        size_t n = strcspn(p, " ,"), step = strcspn(p, "=");
        if (step == 0 || step >= n) return err_set(e, ERR_INVALID, "llm-routes takes STEP=MODEL pairs, not '%.*s'", (int)n, p);
        if (!find(c, p + step + 1, n - step - 1)) return no_model(c, "llm-routes", p + step + 1, (int)(n - step - 1), e);
        p += n;
        p += strspn(p, " ,");
    }
    return ERR_OK;
}

enum err_kind models_complete(struct config *c, struct arena *a, struct err *e)
{
    bool offline = strcmp(c->provider, "offline") == 0, by_api = !strcmp(c->provider, "openai") || !strcmp(c->provider, "anthropic");
    struct model_config *m = find(c, c->provider, strlen(c->provider));
    enum err_kind k;
    for (size_t i = 0; i < c->models.n; i++)
        if ((k = complete(c, &c->models.v[i], false, e)) != ERR_OK) return k;
    if (!m && by_api) {
        if (!(m = add(c, c->provider, strlen(c->provider), a))) return err_nomem(e);
        if ((k = complete(c, m, true, e)) != ERR_OK) return k;
    }
    if (!m && !offline) return no_model(c, "provider", c->provider, (int)strlen(c->provider), e);
    for (size_t i = 0; i < c->models.n; i++) {
        const char *name = c->models.v[i].fallback;
        if (*name && !find(c, name, strlen(name))) return no_model(c, "llm-fallback", name, (int)strlen(name), e);
    }
    return check_routes(c, e);
}
