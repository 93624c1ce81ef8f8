/* What is set for a source: rows, checks and defaults. */
#include <string.h>
#include "pland/net/guard.h"
#include "service/source_settings.h"

const char *const source_kinds[] = { "generic", "github", "gitlab", "jira", "linear", NULL };
const char *const source_start_names[] = { "default", "label", "created", "command", NULL };
enum { HOUR_MS = 3600000, TEXT = 200 };

#define T struct source_route
static const struct field route_rows[] = {
    F_STR(T, project, 0, 1, TEXT, "project of the ticket, as its system names it"),
    F_STR(T, component, 0, 1, TEXT, "component of the ticket"),
    F_STR(T, label, 0, 1, TEXT, "label of the ticket"),
    F_STR(T, repository, FIELD_REQUIRED, 1, TEXT, "codebase it is about"),
};
#undef T
#define T struct source_role
static const struct field role_rows[] = {
    F_STR(T, login, 0, 1, TEXT, "login, id or e-mail; * is everybody"),
    F_STR(T, association, 0, 1, TEXT, "OWNER, MEMBER, COLLABORATOR (GitHub)"),
    F_ENUM(T, role, FIELD_REQUIRED, role_names, "viewer, planner or approver"),
};
#undef T
#define T struct source_app
static const struct field app_rows[] = {
    F_INT(T, id, FIELD_REQUIRED, 1, INT64_MAX, "id of the GitHub App"),
    F_INT(T, installation, FIELD_REQUIRED, 1, INT64_MAX, "id of its installation"),
};
#undef T
#define T struct source_fields
#define POINTER(m, h) F_STR(T, m, 0, 1, TEXT, h)
static const struct field fields_rows[] = {
    POINTER(action, "what has happened"),
    POINTER(title, "title"),
    POINTER(body, "text"),
    POINTER(url, "where it lives"),
    POINTER(key, "the system's name for it"),
    POINTER(labels, "list of labels"),
    POINTER(project, "its project"),
    POINTER(components, "list of components"),
    POINTER(author, "who wrote it"),
    POINTER(updated_at, "when it was changed"),
    POINTER(repository, "codebase"),
    POINTER(comment, "text of a comment"),
    POINTER(comment_id, "id of the comment"),
    POINTER(comment_author, "who wrote the comment"),
};
#undef T
static const struct record route_record = RECORD("route", struct source_route, route_rows),
                           role_record = RECORD("role", struct source_role, role_rows),
                           app_record = RECORD("app", struct source_app, app_rows),
                           fields_record = RECORD("fields", struct source_fields, fields_rows);

#define SETTINGS_ROWS(T)                                                                                               \
    F_STR(T, repository, 0, 0, 200, "codebase its tickets are about, where no route says another"),                    \
        F_ENUM(T, mode, FIELD_ALWAYS, plan_mode_names, "mode of the plans made"),                                      \
        F_STR(T, label, 0, 0, 100, "label that makes a plan of a ticket"),                                             \
        F_ENUM(T, start, 0, source_start_names, "what makes a plan of a ticket"),                                      \
        F_STRS(T, projects, 0, 100, TEXT, "only tickets of these projects"),                                           \
        F_STRS(T, authors, 0, 200, TEXT, "only tickets of these people"),                                              \
        F_LIST(T, routes, 0, &route_record, 200, "which codebase a ticket is about"),                                  \
        F_LIST(T, roles, 0, &role_record, 500, "what people may do by comments"),                                      \
        F_STR(T, api, 0, 0, 500, "base URL of its API"),                                                               \
        F_STR(T, username, 0, 0, 200, "who the token belongs to (Jira Cloud)"),                                        \
        F_OPT(T, app, 0, &app_record, "GitHub App"), F_BOOL(T, silent, 0, "write nothing into tickets"),               \
        F_BOOL(T, state_labels, 0, "show the plan's state as a label"),                                                \
        F_STR(T, poll, 0, 0, 20, "how often its API is asked for changes"),                                            \
        F_INT(T, plans_per_hour, 0, 1, 100000, "plans that may be made in an hour"),                                   \
        F_OPT(T, fields, 0, &fields_record, "where a generic sender has what")

static const struct field settings_rows[] = { SETTINGS_ROWS(struct source_settings) };
const struct record source_settings_record = RECORD("source_settings", struct source_settings, settings_rows);

#define R struct source_request
static const struct field request_rows[] = {
    F_STR(R, name, FIELD_REQUIRED | FIELD_NONBLANK, 1, 100, "name"),
    F_STR(R, kind, FIELD_REQUIRED, 1, 20, "the ticket system"),
    F_STR(R, project, 0, 1, 100, "project"),
    F_STR(R, secret, 0, 16, 200, "shared secret; made when absent"),
    F_STR(R, token, 0, 1, 8000, "for its API: a token, or the private key of an app"),
    SETTINGS_ROWS(R),
};
const struct record source_request_record = RECORD("source_request", R, request_rows);
static const struct field patch_rows[] = {
    F_STR(R, name, FIELD_NONBLANK, 1, 100, "name"),
    F_STR(R, secret, 0, 16, 200, "shared secret"),
    F_STR(R, token, 0, 0, 8000, "for its API; empty: it is not called any more"),
    SETTINGS_ROWS(R),
};
const struct record source_patch_record = RECORD("source_patch", R, patch_rows);
#undef R

/* --- reading ------------------------------------------------------------------------------------------------------ */
static const char *some(const char *s)
{
    return s && *s ? s : NULL;
}

enum err_kind source_settings_read(const struct source_row *r, struct arena *a, struct source_settings *ret,
                                   struct err *e)
{
    enum err_kind k;
    *ret = (struct source_settings){ .mode = 0 };
    if (!r->settings) return ERR_OK;
    k = record_parse(&source_settings_record, r->settings, strlen(r->settings), ret, a, e);
    if (k == ERR_OK || k == ERR_NOMEM) return k;
    e->kind = ERR_INTERNAL; /* written by us */
    return err_wrap(e, "settings of source %s", r->id);
}

static bool generic(const struct source_row *r)
{
    return strcmp(r->kind, "generic") == 0;
}

enum source_start source_start_of(const struct source_row *r, const struct source_settings *s)
{
    if (s->start != START_DEFAULT) return (enum source_start)s->start;
    return generic(r) && !some(s->label) ? START_CREATED : START_LABEL;
}

const char *source_label(const struct source_row *r, const struct source_settings *s)
{
    if (some(s->label)) return s->label;
    return source_start_of(r, s) == START_LABEL ? "plan" : NULL;
}

static int64_t unit_ms(char c)
{
    return c == 's' ? 1000 : c == 'm' ? 60000 : c == 'h' ? HOUR_MS : c == 'd' ? (int64_t)24 * HOUR_MS : 0;
}

/* -1: not a time. */
static int64_t poll_ms(const char *text)
{
    int64_t n = 0, unit;
    if (!some(text)) return HOUR_MS;
    if (strcmp(text, "never") == 0) return 0;
    for (; *text >= '0' && *text <= '9' && n < 100000; text++) n = n * 10 + (*text - '0');
    unit = unit_ms(*text);
    if (n == 0 || unit == 0 || text[1]) return -1;
    return n * unit;
}

int64_t source_poll_ms(const struct source_row *r, const struct source_settings *s)
{
    int64_t ms = poll_ms(s->poll);
    if (!r->credential || generic(r)) return 0;
    return ms < 0 ? HOUR_MS : ms;
}

/* --- checking ----------------------------------------------------------------------------------------------------- */
static enum err_kind check_routes(const struct source_settings *s, struct err *e)
{
    char at[48];
    for (size_t i = 0; i < s->routes.n; i++) {
        const struct source_route *r = &s->routes.v[i];
        (void)snprintf(at, sizeof at, "/routes/%zu", i);
        if (!r->project && !r->component && !r->label)
            return err_at(e, ERR_INVALID, at, "needs a project, a component or a label");
    }
    for (size_t i = 0; i < s->roles.n; i++) {
        const struct source_role *r = &s->roles.v[i];
        (void)snprintf(at, sizeof at, "/roles/%zu", i);
        if (!r->login == !r->association) return err_at(e, ERR_INVALID, at, "needs a login or an association");
        if (r->role == ROLE_ADMIN || r->role == ROLE_NONE)
            return err_at(e, ERR_INVALID, at, "the role must be viewer, planner or approver");
    }
    return ERR_OK;
}

static enum err_kind check_api(const struct call *c, const char *kind, const struct source_settings *s, bool credential,
                               struct err *e)
{
    bool jira = strcmp(kind, "jira") == 0;
    enum err_kind k;
    if (s->app && strcmp(kind, "github") != 0) return err_at(e, ERR_INVALID, "/app", "is for kind github");
    if (s->app && !credential) return err_at(e, ERR_INVALID, "/token", "must hold the private key of the app");
    if (s->fields && strcmp(kind, "generic") != 0) return err_at(e, ERR_INVALID, "/fields", "is for kind generic");
    if (credential && strcmp(kind, "generic") == 0)
        return err_at(e, ERR_INVALID, "/token", "a generic source has no API");
    if (credential && jira && !some(s->api))
        return err_at(e, ERR_INVALID, "/api", "is needed: https://NAME.atlassian.net, or where your Jira is");
    if (!some(s->api)) return ERR_OK;
    k = guard_url(c->service->guard, s->api, e);
    if (k != ERR_OK) (void)snprintf(e->at, sizeof e->at, "/api");
    return k;
}

enum err_kind source_settings_check(const struct call *c, const char *kind, const struct source_settings *s,
                                    bool credential, struct err *e)
{
    bool found = false;
    enum err_kind k;
    for (size_t i = 0; source_kinds[i]; i++) found = found || strcmp(source_kinds[i], kind) == 0;
    if (!found) return err_at(e, ERR_INVALID, "/kind", "must be one of generic, github, gitlab, jira, linear");
    if (poll_ms(s->poll) < 0) return err_at(e, ERR_INVALID, "/poll", "must be a time such as 90s, 5m or 1h, or never");
    if ((k = check_routes(s, e)) != ERR_OK) return k;
    return check_api(c, kind, s, credential, e);
}
