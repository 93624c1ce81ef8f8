/* Sessions with the APIs of sources. Each call asks for what it needs; two threads that ask at once ask twice. */
#include "tracker/session.h"

#include <stdlib.h>
#include <string.h>

#include "tracker/inner.h"

#define SPARE_MS 60000 /* a token is renewed before it ends */

struct session {
    int64_t source;
    struct sha256 called; /* how: another token or other settings, another session */
    char self[200], token[500];
    int64_t token_until;
    struct session *next;
};
struct sessions {
    struct lock lock; /* guards all */
    struct session *first;
};

struct sessions *sessions_new(void)
{
    struct sessions *s = calloc(1, sizeof *s);
    if (s) lock_init(&s->lock);
    return s;
}

void sessions_free(struct sessions *s)
{
    if (!s) return;
    for (struct session *x; (x = s->first);) {
        s->first = x->next;
        free(x);
    }
    lock_release(&s->lock);
    free(s);
}

static struct sha256 how_called(const struct source_row *source)
{
    const char *settings = source->settings ? source->settings : "";
    struct sha256 both[2] = { hash_quick(source->credential, source->n_credential),
                              hash_quick(settings, strlen(settings)) };
    return hash_quick(both, sizeof both);
}

/* Lock held. NULL: none, and out of memory if it was to be made. */
static struct session *of(struct sessions *all, const struct source_row *source, bool make)
{
    struct sha256 called = how_called(source);
    struct session *x = all->first;
    while (x && x->source != source->n) x = x->next;
    if (x && memcmp(&x->called, &called, sizeof called) != 0) x->self[0] = x->token[0] = '\0';
    if (x) x->called = called;
    if (x || !make || !(x = calloc(1, sizeof *x))) return x;
    x->source = source->n;
    x->called = called;
    x->next = all->first;
    return all->first = x;
}

static const char *known(struct api *a, bool self)
{
    struct sessions *all = a->tracker->sessions;
    int64_t now = clock_now(a->tracker->service->clock);
    struct session *x;
    HOLD(&all->lock);
    x = of(all, a->source, false);
    if (!x) return NULL;
    if (self) return x->self[0] ? arena_dup(a->arena, x->self) : NULL;
    return x->token[0] && x->token_until - SPARE_MS > now ? arena_dup(a->arena, x->token) : NULL;
}

static void learn(struct api *a, const char *self, const char *token, int64_t until)
{
    struct sessions *all = a->tracker->sessions;
    struct session *x;
    HOLD(&all->lock);
    x = of(all, a->source, true);
    if (!x) return;
    if (self) (void)snprintf(x->self, sizeof x->self, "%s", self);
    if (!token || strlen(token) >= sizeof x->token) return;
    (void)snprintf(x->token, sizeof x->token, "%s", token);
    x->token_until = until;
}

void session_forget(struct api *a)
{
    struct sessions *all = a->tracker->sessions;
    struct session *x;
    HOLD(&all->lock);
    x = of(all, a->source, false);
    if (x) x->self[0] = x->token[0] = '\0';
}

enum err_kind session_self(struct api *a, const char **ret, struct err *e)
{
    enum err_kind k;
    if ((*ret = known(a, true))) return ERR_OK;
    if ((k = a->kind->self(a, ret, e)) != ERR_OK) return k;
    if (!*ret) return err_set(e, ERR_UPSTREAM, "%s does not say who the token belongs to", a->source->kind);
    learn(a, *ret, NULL, 0);
    return ERR_OK;
}

/* --- GitHub Apps -------------------------------------------------------------------------------------------------- */
static enum err_kind as_app(struct api *a, const char *method, const char *path, const json_t **ret, struct err *e)
{
    const char *jwt = NULL;
    enum err_kind k =
        jwt_make(a->token, a->settings->app->id, clock_now(a->tracker->service->clock) / 1000, a->arena, &jwt, e);
    if (k != ERR_OK) return k;
    if (!(a->bearer = arena_fmt(a->arena, "Bearer %s", jwt))) return err_nomem(e);
    k = api_call(a, method, path, NULL, ret, e);
    a->bearer = NULL;
    return k;
}

enum err_kind session_app_token(struct api *a, const char **ret, struct err *e)
{
    const json_t *v;
    int64_t until;
    enum err_kind k;
    if ((*ret = known(a, false))) return ERR_OK;
    k = as_app(a, "POST",
               arena_fmt(a->arena, "/app/installations/%lld/access_tokens", (long long)a->settings->app->installation),
               &v, e);
    if (k != ERR_OK) return k;
    until = field_time(v, "expires_at");
    if (!(*ret = field_text(v, "token"))) return err_set(e, ERR_UPSTREAM, "github gives the app no token");
    learn(a, NULL, *ret, until);
    return ERR_OK;
}

/* Comments of an app are by its bot: "slug[bot]"; their author's id is another one than the app's. */
enum err_kind session_app_self(struct api *a, const char **ret, struct err *e)
{
    const json_t *v, *user;
    const char *slug, *name;
    enum err_kind k = as_app(a, "GET", "/app", &v, e);
    if (k != ERR_OK) return k;
    if (!(slug = field_text(v, "slug"))) return err_set(e, ERR_UPSTREAM, "github does not name the app");
    name = api_escape(a->arena, arena_fmt(a->arena, "%s[bot]", slug));
    if ((k = api_get(a, &user, e, "/users/%s", name)) != ERR_OK) return k;
    *ret = field_word(a->arena, user, "id");
    return ERR_OK;
}

static void add_project(struct api *a, text_list *l, const char *s)
{
    const char **slot;
    for (size_t i = 0; i < l->n; i++)
        if (strcmp(l->v[i], s) == 0) return;
    slot = arena_push(a->arena, l, sizeof *slot);
    if (slot) *slot = s;
}

void session_projects(struct api *a, text_list *ret)
{
    const struct source_settings *s = a->settings;
    for (size_t i = 0; i < s->projects.n; i++) add_project(a, ret, s->projects.v[i]);
    for (size_t i = 0; !s->projects.n && i < s->routes.n; i++)
        if (s->routes.v[i].project) add_project(a, ret, s->routes.v[i].project);
}

enum err_kind session_changed(struct api *a, changed_in_fn *in, int64_t since, event_list *ret, struct err *e)
{
    text_list projects = { 0 };
    enum err_kind k = ERR_OK;
    session_projects(a, &projects);
    for (size_t i = 0; k == ERR_OK && i < projects.n; i++) k = in(a, projects.v[i], since, ret, e);
    return k;
}
