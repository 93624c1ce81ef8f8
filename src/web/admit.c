/* Admission: what the headers decide, in the order of the table at the end. Runs on the epoll thread before any of the
 * body is read. */
#include "web/request.h"

#include <string.h>
#include <strings.h>

#include "pland/base/clock.h"
#include "web/server.h"

typedef enum err_kind admit_fn(struct request *r, struct err *e);

static enum err_kind admit_serving(struct request *r, struct err *e)
{
    return atomic_load(&r->web->stopping) ? err_set(e, ERR_BUSY, "pland is stopping") : ERR_OK;
}

/* libmicrohttpd answers what does not fit into its memory of a connection, with a page of its own; this comes first. */
static enum err_kind admit_size(struct request *r, struct err *e)
{
    enum { HEADERS_MAX = 16 * 1024 };
    if (r->n_headers <= HEADERS_MAX) return ERR_OK;
    return err_set(e, ERR_HEADERS, "the headers may have %d bytes at most", HEADERS_MAX);
}

/* A request whose end two readers could see in different places is how requests are smuggled past a proxy. */
static enum err_kind framing(const struct request *r, struct err *e)
{
    const char *te = r->headers[H_TRANSFER_ENCODING];
    if (te && strcasecmp(te, "chunked") != 0)
        return err_set(e, ERR_SYNTAX, "Transfer-Encoding: only chunked is understood");
    if (te && r->headers[H_CONTENT_LENGTH])
        return err_set(e, ERR_SYNTAX, "Transfer-Encoding and Content-Length exclude each other");
    if (r->blank_name) return err_set(e, ERR_SYNTAX, "a header's name ends at its colon, without a blank before it");
    if (!r->headers[H_HOST] && strcmp(r->version, "HTTP/1.0") != 0)
        return err_set(e, ERR_SYNTAX, "HTTP/1.1 requires the header Host");
    if (r->repeated != H_N_) return err_set(e, ERR_SYNTAX, "a header that may be sent once is there twice");
    return ERR_OK;
}

static enum err_kind admit_framing(struct request *r, struct err *e)
{
    enum err_kind k = framing(r, e);
    r->torn = k != ERR_OK;
    return k;
}

static enum err_kind admit_target(struct request *r, struct err *e)
{
    enum err_kind k = target_parse(r->uri, r->arena, &r->target, e);
    if (k != ERR_OK) return k;
    r->action.call.params.v = r->target.params.v;
    r->action.call.params.n = r->target.params.n;
    return ERR_OK;
}

static enum err_kind admit_version(struct request *r, struct err *e)
{
    const char *version = r->headers[H_API_VERSION];
    if (!version || strcmp(version, API_VERSION) == 0) return ERR_OK;
    return err_set(e, ERR_SYNTAX, "API-Version: there is only " API_VERSION);
}

static enum err_kind admit_route(struct request *r, struct err *e)
{
    route_find(r->method, &r->target, &r->match);
    r->action.call.id = r->match.id;
    r->action.call.sub = r->match.sub;
    if (r->match.route) return ERR_OK;
    r->options = strcmp(r->method, "OPTIONS") == 0 && (r->match.path_known || strcmp(r->target.path, "*") == 0);
    if (r->options) return ERR_OK;
    if (!r->match.path_known) return err_set(e, ERR_NOT_FOUND, "there is nothing at %.200s", r->target.path);
    return err_set(e, ERR_METHOD, "%.20s is not possible on %.200s", r->method, r->target.path);
}

static enum err_kind admit_identity(struct request *r, struct err *e)
{
    struct caller *caller = &r->action.call.caller;
    struct caller found = {0};
    char secret[128];
    enum err_kind k;
    if (r->match.route->role == ROLE_NONE) return ERR_OK;
    if (!r->headers[H_AUTHORIZATION])
        return err_set(e, ERR_UNAUTHENTICATED, "send Authorization: Bearer with an access token");
    if (!header_bearer(r->headers[H_AUTHORIZATION], secret, sizeof secret))
        return err_set(e, ERR_UNAUTHENTICATED, "Authorization must be Bearer followed by an access token");
    k = service_authenticate(r->web->service, secret, &found, e);
    explicit_bzero(secret, sizeof secret);
    if (k != ERR_OK) return k;
    memcpy(found.request_id, caller->request_id, sizeof found.request_id);
    *caller = found;
    return ERR_OK;
}

static enum err_kind admit_role(struct request *r, struct err *e)
{
    const struct route *route = r->match.route;
    const struct caller *caller = &r->action.call.caller;
    if (caller->role < (int)route->role && route->role != ROLE_NONE)
        return err_set(e, ERR_FORBIDDEN, "this needs the role %s, and the token's is %s", role_names[route->role],
                       role_names[caller->role]);
    if ((route->flags & ROUTE_GLOBAL) && caller->project)
        return err_set(e, ERR_FORBIDDEN, "this concerns the whole instance, and the token belongs to one project");
    return ERR_OK;
}

/* A token of one plan reaches nothing else, whatever its role; with verbs, these alone. */
static enum err_kind admit_scope(struct request *r, struct err *e)
{
    static const char top[] = "/plans/{id}";
    const struct caller *caller = &r->action.call.caller;
    const char *pattern = r->match.route->pattern, *verb = pattern + sizeof top - 1;
    size_t n;
    int i;
    if (!caller->plan[0] || r->match.route->role == ROLE_NONE) return ERR_OK;
    if (strncmp(pattern, top, sizeof top - 1) != 0)
        return err_set(e, ERR_FORBIDDEN, "this token is for the plan %s alone", caller->plan);
    if (strcmp(r->match.id, caller->plan) != 0) return err_set(e, ERR_NOT_FOUND, "no plan %.40s", r->match.id);
    if (!*verb) verb = strcmp(r->match.route->method, "GET") == 0 ? "/plan" : "/";
    n = strcspn(++verb, "/");
    i = token_verb(verb, n);
    if (i >= 0 ? !caller->verbs || (caller->verbs >> i & 1) : !n && !caller->verbs) return ERR_OK;
    return err_set(e, ERR_FORBIDDEN, "this token is not for this: %s %s", r->match.route->method, pattern);
}

static uint64_t hash_text(const char *s) /* FNV-1a */
{
    uint64_t h = UINT64_C(0xCBF29CE484222325);
    for (; *s; s++) h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001B3);
    return h;
}

/* A bucket for each token; without one, for each address, except for what machines poll. */
static enum err_kind admit_rate(struct request *r, struct err *e)
{
    int64_t token = r->action.call.caller.token;
    uint64_t key = token ? (uint64_t)token : hash_text(r->client) | UINT64_C(1) << 62;
    if (r->match.route->flags & ROUTE_QUIET) return ERR_OK;
    bool fits = rate_take(r->web->rate, key, clock_mono(), &r->rate);
    if (r->rate.tell)
        service_tell_others(r->web->service, &(struct notice){.kind = NOTICE_RATE, .plan = (int64_t)key, .seq = r->rate.tell});
    if (fits) return ERR_OK;
    return err_set(e, ERR_RATE, "%lld requests a minute are allowed; the next one is possible in %lld s",
                   (long long)r->rate.quota, (long long)r->rate.reset);
}

static enum err_kind admit_params(struct request *r, struct err *e)
{
    for (size_t i = 0; i < r->target.params.n; i++) {
        const char *name = r->target.params.v[i].name;
        if (!route_takes(r->match.route, name))
            return err_set(e, ERR_SYNTAX, "there is no query parameter '%.60s' here%s%s", name,
                           r->match.route->params ? "; there is: " : "",
                           r->match.route->params ? r->match.route->params : "");
    }
    return ERR_OK;
}

static enum err_kind admit_match(struct request *r, struct err *e)
{
    if (!(r->match.route->flags & ROUTE_MATCH) || r->headers[H_IF_MATCH]) return ERR_OK;
    return err_set(e, ERR_NEED_MATCH,
                   "send If-Match with the ETag of the revision you have read (GET …/revisions/head)");
}

size_t request_body_limit(const struct request *r)
{
    const struct config *c = r->web->config;
    return (size_t)(r->match.route && (r->match.route->flags & ROUTE_UPLOAD) ? c->max_upload : c->max_body);
}

static enum err_kind admit_length(struct request *r, struct err *e)
{
    const char *text = r->headers[H_CONTENT_LENGTH];
    int64_t n = text ? header_length(text) : 0;
    if (n < 0 || (uint64_t)n > request_body_limit(r))
        return err_set(e, ERR_TOO_LARGE, "the body may have %zu bytes at most", request_body_limit(r));
    return ERR_OK;
}

static enum err_kind admit_type(struct request *r, struct err *e)
{
    const char *const *types = r->match.route->types;
    const char *sent = r->headers[H_CONTENT_TYPE], *coding = r->headers[H_CONTENT_ENCODING];
    char type[80];
    if (!r->has_body) return ERR_OK;
    if (coding && strcasecmp(coding, "identity") != 0)
        return err_set(e, ERR_MEDIA_TYPE, "Content-Encoding %.40s is not understood", coding);
    if (!types || !sent) return ERR_OK;
    if (!header_media_type(sent, type, sizeof type))
        return err_set(e, ERR_MEDIA_TYPE, "Content-Type is not a media type");
    for (size_t i = 0; types[i]; i++) {
        if (strcmp(types[i], type) != 0) continue;
        r->action.call.type = types[i];
        return ERR_OK;
    }
    return err_set(e, ERR_MEDIA_TYPE, "send the body as %s, not as %s", types[0], type);
}

static enum err_kind admit_key(struct request *r, struct err *e)
{
    struct call *c = &r->action.call;
    const char *key;
    size_t n;
    if (!r->headers[H_IDEMPOTENCY_KEY] || strcmp(r->method, "POST") != 0 || r->match.route->role == ROLE_NONE)
        return ERR_OK;
    if (!header_idempotency_key(r->headers[H_IDEMPOTENCY_KEY], &key, &n))
        return err_set(e, ERR_SYNTAX, "Idempotency-Key must be 1 to 255 printable ASCII characters, bare or in quotes");
    c->key = arena_fmt(r->arena, "%.*s", (int)n, key);
    return c->key ? ERR_OK : err_nomem(e);
}

static enum err_kind admit_wait(struct request *r, struct err *e)
{
    int64_t most = r->web->config->wait_max;
    int64_t wait = r->headers[H_PREFER] ? header_prefer_wait(r->headers[H_PREFER]) : -1;
    (void)e;
    if (wait > 0 && most > 0 && (r->match.route->flags & ROUTE_WAIT) && r->headers[H_IF_NONE_MATCH])
        r->wait = wait < most ? wait : most;
    return ERR_OK;
}

static enum MHD_Result add_header_param(void *cls, enum MHD_ValueKind kind, const char *key, const char *value)
{
    struct request *r = cls;
    struct param *p;
    char *name = arena_fmt(r->arena, "header:%s", key);
    (void)kind;
    if (!name || !(p = arena_push(r->arena, &r->target.params, sizeof *p))) return MHD_NO;
    for (char *s = name; *s; s++)
        if (*s >= 'A' && *s <= 'Z') *s = (char)(*s - 'A' + 'a');
    *p = (struct param){.name = name, .value = value ? value : ""};
    return MHD_YES;
}

/* Who signs, signs headers too: a webhook's verifier sees them all. */
static enum err_kind admit_webhook(struct request *r, struct err *e)
{
    if (!(r->match.route->flags & ROUTE_WEBHOOK)) return ERR_OK;
    if (!r->web->hooks.webhook_verify) return err_set(e, ERR_NOT_FOUND, "this instance takes no webhooks");
    (void)MHD_get_connection_values(r->mhd, MHD_HEADER_KIND, add_header_param, r);
    r->action.call.params.v = r->target.params.v;
    r->action.call.params.n = r->target.params.n;
    return arena_check(r->arena, e);
}

bool request_admit(struct request *r)
{
    static admit_fn *const steps[] = {
        admit_serving,  admit_size, admit_framing, admit_target,  admit_version, admit_route,
        admit_identity, admit_role, admit_scope,   admit_rate,   admit_params,  admit_match,   admit_length,
        admit_type,     admit_key,  admit_wait,    admit_webhook,
    };
    for (size_t i = 0; i < countof(steps); i++) {
        enum err_kind k = steps[i](r, &r->err);
        if (r->options) return true;
        if (k == ERR_OK) continue;
        request_fail(r, k);
        return false;
    }
    return true;
}
