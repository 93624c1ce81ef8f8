/* GitLab, gitlab.com or self-managed: issues by webhook and by the REST API (v4). */
#include <string.h>

#include "tracker/fields.h"
#include "tracker/inner.h"
#include "tracker/session.h"

enum { COMMENT_MAX = 400000, PAGES = 10 };

/* --- webhooks ----------------------------------------------------------------------------------------------------- */
static const char *delivery_of(const struct received *r)
{
    static const char *const headers[] = { "header:webhook-id", "header:idempotency-key",
                                           "header:x-gitlab-event-uuid" };
    for (size_t i = 0; i < countof(headers); i++)
        if (call_param(r->call, headers[i])) return call_param(r->call, headers[i]);
    return NULL;
}

/* The older one: the secret itself comes along. */
static bool token(struct received *r)
{
    r->delivery = delivery_of(r);
    return scheme_token(r, "header:x-gitlab-token");
}

static const struct scheme schemes[] = {
    { "header:webhook-signature", scheme_standard },
    { "header:x-gitlab-token", token },
    { NULL, NULL },
};

static const struct {
    const char *action;
    int what;
} actions[] = {
    { "open", HAPPENED_CREATED },
    { "reopen", HAPPENED_CREATED },
    { "update", HAPPENED_EDITED },
    { "close", HAPPENED_CLOSED },
};

static bool has(const json_t *list, const char *title)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item) if (field_is(item, "title", title)) return true;
    return false;
}

/* The label that was not there before; NULL: none. */
static const char *added_label(struct arena *a, const json_t *changes)
{
    const json_t *before = field_of(changes, "labels.previous"), *after = field_of(changes, "labels.current"), *item;
    size_t i;
    json_array_foreach(after, i, item)
    {
        const char *title = field_text(item, "title");
        if (title && !has(before, title)) return arena_dup(a, title);
    }
    return NULL;
}

/* path: "group/project"; attributes: the issue, as webhooks and the API have it alike. */
static void read_issue(struct arena *a, const json_t *v, const char *path, struct event *ret)
{
    const char *iid = field_word(a, v, "iid");
    ret->project = arena_dup(a, path);
    ret->ref = ret->key = path && iid ? arena_fmt(a, "%s#%s", path, iid) : NULL;
    ret->url = arena_dup(a, field_text(v, field_text(v, "web_url") ? "web_url" : "url"));
    ret->title = arena_dup(a, field_text(v, "title"));
    ret->body = arena_dup(a, field_text(v, "description"));
    ret->author = arena_dup(a, field_text(v, "author.username"));
    ret->updated_at = field_time(v, "updated_at");
    ret->created_at = field_time(v, "created_at");
    ret->closed = field_is(v, "state", "closed");
    ret->confidential = field_true(v, "confidential");
}

static enum err_kind nothing(const struct payload *p, struct event *ret, struct err *e, const char *what,
                             const char *why)
{
    *ret = (struct event){ .what = HAPPENED_NOTHING,
                           .why = arena_fmt(p->arena, "%s%s%s", what, why && *why ? " " : "", why ? why : "") };
    return arena_check(p->arena, e);
}

static enum err_kind parse_issue(const struct payload *p, struct event *ret, struct err *e)
{
    const char *action = field_text(p->json, "object_attributes.action");
    for (size_t i = 0; action && i < countof(actions); i++)
        if (strcmp(action, actions[i].action) == 0) ret->what = actions[i].what;
    if (ret->what == HAPPENED_NOTHING) return nothing(p, ret, e, "issue", action);
    read_issue(p->arena, field_of(p->json, "object_attributes"), field_text(p->json, "project.path_with_namespace"),
               ret);
    if (!ret->ref) return err_set(e, ERR_INVALID, "the issue has no iid or no project");
    if (ret->what == HAPPENED_CREATED && !ret->author)
        ret->author = arena_dup(p->arena, field_text(p->json, "user.username"));
    field_list(p->arena, p->json, "labels", "title", &ret->labels);
    ret->label = added_label(p->arena, field_of(p->json, "changes"));
    if (ret->label && ret->what == HAPPENED_EDITED) ret->what = HAPPENED_LABELLED;
    return arena_check(p->arena, e);
}

static enum err_kind parse_note(const struct payload *p, struct event *ret, struct err *e)
{
    const json_t *note = field_of(p->json, "object_attributes");
    if (!field_is(note, "noteable_type", "Issue"))
        return nothing(p, ret, e, "a note on", field_text(note, "noteable_type"));
    if (field_true(note, "system")) return nothing(p, ret, e, "a system note", "");
    if (field_text(note, "action") && !field_is(note, "action", "create"))
        return nothing(p, ret, e, "note", field_text(note, "action"));
    read_issue(p->arena, field_of(p->json, "issue"), field_text(p->json, "project.path_with_namespace"), ret);
    if (!ret->ref) return err_set(e, ERR_INVALID, "the issue has no iid or no project");
    field_list(p->arena, p->json, "issue.labels", "title", &ret->labels);
    ret->comment = (struct remark){ .id = field_word(p->arena, note, "id"),
                                    .body = arena_dup(p->arena, field_text(note, "note")),
                                    .login = arena_dup(p->arena, field_text(p->json, "user.username")),
                                    .person = field_word(p->arena, p->json, "user.id"),
                                    .at = field_time(note, "created_at") };
    ret->what = HAPPENED_COMMENTED;
    return arena_check(p->arena, e);
}

static void pushed(const struct payload *p, struct event *ret)
{
    static const char *const urls[] = { "project.git_http_url", "project.git_ssh_url", "project.web_url" };
    ret->what = HAPPENED_PUSHED;
    ret->project = arena_dup(p->arena, field_text(p->json, "project.path_with_namespace"));
    for (size_t i = 0; i < countof(urls); i++) {
        const char *url = field_text(p->json, urls[i]);
        const char **slot = url ? arena_push(p->arena, &ret->remotes, sizeof *slot) : NULL;
        if (slot) *slot = arena_dup(p->arena, url);
    }
}

static enum err_kind parse_push(const struct payload *p, struct event *ret, struct err *e)
{
    pushed(p, ret);
    field_push(p->arena, p->json, field_text(p->json, "project.default_branch"), &ret->change);
    return arena_check(p->arena, e);
}

/* A merge without a merge commit ends in the squashed or the last one. */
static enum err_kind parse_merge(const struct payload *p, struct event *ret, struct err *e)
{
    static const char *const ends[] = { "merge_commit_sha", "squash_commit_sha", "last_commit.id" };
    const json_t *merge = field_of(p->json, "object_attributes");
    if (!field_is(merge, "action", "merge")) return nothing(p, ret, e, "merge_request", "");
    pushed(p, ret);
    ret->change = (struct code_change){ .onto = arena_dup(p->arena, field_text(merge, "target_branch")),
                                   .merged = arena_dup(p->arena, field_text(merge, "source_branch")),
                                   .text = field_texts(p->arena, merge, "title", "description") };
    for (size_t i = 0; i < countof(ends) && !ret->change.commit; i++)
        ret->change.commit = arena_dup(p->arena, field_text(merge, ends[i]));
    return arena_check(p->arena, e);
}

static const struct {
    const char *kind;
    parse_fn *parse;
} kinds[] = {
    { "issue", parse_issue },
    { "note", parse_note },
    { "push", parse_push },
    { "merge_request", parse_merge },
};

static enum err_kind parse(const struct payload *p, struct event *ret, struct err *e)
{
    const char *kind = field_text(p->json, "object_kind");
    for (size_t i = 0; kind && i < countof(kinds); i++)
        if (strcmp(kind, kinds[i].kind) == 0) return kinds[i].parse(p, ret, e);
    return nothing(p, ret, e, "event", kind);
}

/* --- the API ------------------------------------------------------------------------------------------------------ */
static enum err_kind auth(struct api *a, struct api_headers *h, struct err *e)
{
    (void)e;
    h->v[h->n++] = (struct http_header){ "PRIVATE-TOKEN", a->token };
    return ERR_OK;
}

static enum err_kind self(struct api *a, const char **ret, struct err *e)
{
    const json_t *v;
    enum err_kind k = api_get(a, &v, e, "/user");
    if (k == ERR_OK) *ret = field_word(a->arena, v, "id");
    return k;
}

static const char *project_of(struct api *a, const char *ref)
{
    const char *hash = strrchr(ref, '#');
    return arena_dup_n(a->arena, ref, hash ? (size_t)(hash - ref) : strlen(ref));
}

static const char *path_of(struct api *a, const char *ref)
{
    const char *hash = strrchr(ref, '#');
    return arena_fmt(a->arena, "/projects/%s/issues/%s", api_escape(a->arena, project_of(a, ref)),
                     api_escape(a->arena, hash ? hash + 1 : "0"));
}

static void read_api_issue(struct api *a, const json_t *v, const char *project, struct event *ret)
{
    read_issue(a->arena, v, project, ret);
    field_list(a->arena, v, "labels", NULL, &ret->labels);
    ret->what = ret->closed ? HAPPENED_CLOSED : HAPPENED_EDITED;
}

static enum err_kind fetch(struct api *a, const char *ref, struct event *ret, struct err *e)
{
    const json_t *v;
    enum err_kind k = api_get(a, &v, e, "%s", path_of(a, ref));
    if (k != ERR_OK) return k;
    *ret = (struct event){ .what = HAPPENED_EDITED };
    read_api_issue(a, v, project_of(a, ref), ret);
    return arena_check(a->arena, e);
}

static enum err_kind around(struct api *a, const char *ref, struct around *ret, struct err *e)
{
    const json_t *v, *item;
    size_t i;
    enum err_kind k = api_call(a, "GET", arena_fmt(a->arena, "%s/links", path_of(a, ref)), NULL, &v, e);
    if (k != ERR_OK) return k == ERR_NOT_FOUND || k == ERR_FORBIDDEN ? ERR_OK : k; /* not in every edition */
    json_array_foreach(v, i, item)
        around_link(a, ret, arena_dup(a->arena, field_text(item, "references.full")), field_text(item, "link_type"));
    return arena_check(a->arena, e);
}

/* "/uploads/0123…/log.txt" below the project. */
static const char *upload(struct api *a, const char *ref, const char *link)
{
    static const char begin[] = "/uploads/";
    const char *secret = link + strlen(begin);
    if (strncmp(link, begin, strlen(begin)) != 0 || strspn(secret, "0123456789abcdef") != 32 || secret[32] != '/')
        return NULL;
    return arena_fmt(a->arena, "/projects/%s/uploads/%.32s/%s", api_escape(a->arena, project_of(a, ref)), secret,
                     api_escape(a->arena, secret + 33));
}

static enum err_kind remarks(struct api *a, const char *ref, int64_t since, remark_list *ret, struct err *e)
{
    const char *url = arena_fmt(a->arena, "%s/notes?sort=asc&order_by=created_at&per_page=100", path_of(a, ref));
    for (int page = 0; url && page < PAGES; page++, url = a->next) {
        const json_t *v, *item;
        size_t i;
        enum err_kind k = api_call(a, "GET", url, NULL, &v, e);
        if (k != ERR_OK) return k;
        json_array_foreach(v, i, item)
        {
            struct remark *slot;
            if (field_true(item, "system") || field_time(item, "created_at") < since) continue;
            if (!(slot = arena_push(a->arena, ret, sizeof *slot))) continue;
            *slot = (struct remark){ .id = field_word(a->arena, item, "id"),
                                     .body = arena_dup(a->arena, field_text(item, "body")),
                                     .login = arena_dup(a->arena, field_text(item, "author.username")),
                                     .person = field_word(a->arena, item, "author.id"),
                                     .at = field_time(item, "created_at") };
        }
    }
    return arena_check(a->arena, e);
}

static enum err_kind create(struct api *a, const char *ref, const char *markdown, const char **ret_id, struct err *e)
{
    const json_t *v;
    enum err_kind k =
        api_call(a, "POST", arena_fmt(a->arena, "%s/notes", path_of(a, ref)), api_body(a, "body", markdown), &v, e);
    if (k != ERR_OK) return k;
    *ret_id = field_word(a->arena, v, "id");
    return *ret_id ? ERR_OK : err_set(e, ERR_UPSTREAM, "gitlab does not say the note's id");
}

static enum err_kind update(struct api *a, const char *ref, const char *id, const char *markdown, struct err *e)
{
    return api_call(a, "PUT", arena_fmt(a->arena, "%s/notes/%s", path_of(a, ref), api_escape(a->arena, id)),
                    api_body(a, "body", markdown), NULL, e);
}

static enum err_kind label(struct api *a, const char *ref, const char *name, struct err *e)
{
    struct event now;
    auto_buf b = BUF_INIT(100000), gone = BUF_INIT(50000);
    enum err_kind k = fetch(a, ref, &now, e);
    bool there = false;
    if (k != ERR_OK) return k;
    for (size_t i = 0; i < now.labels.n; i++) {
        const char *have = now.labels.v[i];
        if (strcmp(have, name) == 0) there = true;
        else if (strncmp(have, STATE_LABEL, strlen(STATE_LABEL)) == 0) buf_fmt(&gone, "%s%s", gone.n ? "," : "", have);
    }
    if (there && !gone.n) return ERR_OK;
    buf_str(&b, "{\"add_labels\":");
    buf_json(&b, name);
    buf_str(&b, ",\"remove_labels\":");
    buf_json(&b, buf_cstr(&gone));
    buf_char(&b, '}');
    return api_call(a, "PUT", path_of(a, ref), buf_cstr(&b), NULL, e);
}

static enum err_kind changed_in(struct api *a, const char *project, int64_t since, event_list *ret, struct err *e)
{
    auto_buf at = BUF_INIT(64);
    const char *url;
    buf_time(&at, since);
    url =
        arena_fmt(a->arena, "/projects/%s/issues?scope=all&order_by=updated_at&sort=asc&per_page=100&updated_after=%s",
                  api_escape(a->arena, project), api_escape(a->arena, buf_cstr(&at)));
    for (int page = 0; url && page < PAGES; page++, url = a->next) {
        const json_t *v, *item;
        size_t i;
        enum err_kind k = api_call(a, "GET", url, NULL, &v, e);
        if (k != ERR_OK) return k;
        json_array_foreach(v, i, item)
        {
            struct event *slot = arena_push(a->arena, ret, sizeof *slot);
            if (slot) read_api_issue(a, item, project, slot);
        }
    }
    return arena_check(a->arena, e);
}

static enum err_kind changed(struct api *a, int64_t since, event_list *ret, struct err *e)
{
    return session_changed(a, changed_in, since, ret, e);
}

const struct tracker_kind kind_gitlab = {
    .name = "gitlab",
    .schemes = schemes,
    .event_header = "header:x-gitlab-event",
    .parse = parse,
    .api = "https://gitlab.com/api/v4",
    .html = true,
    .commands = true,
    .comment_max = COMMENT_MAX,
    .auth = auth,
    .self = self,
    .fetch = fetch,
    .remarks = remarks,
    .around = around,
    .upload = upload,
    .create = create,
    .update = update,
    .label = label,
    .changed = changed,
};
