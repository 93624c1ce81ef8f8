/* GitHub, and GitHub Enterprise: issues by webhook and by the REST API (version 2022-11-28). */
#include <stdlib.h>
#include <string.h>

#include "tracker/fields.h"
#include "tracker/inner.h"
#include "tracker/session.h"

enum { COMMENT_MAX = 60000, PAGES = 10 };

/* --- webhooks ----------------------------------------------------------------------------------------------------- */
static bool hub(struct received *r)
{
    return scheme_hmac(r, "header:x-hub-signature-256", "header:x-github-delivery");
}
static const struct scheme schemes[] = { { "header:x-hub-signature-256", hub }, { NULL, NULL } };

static void read_issue(struct arena *a, const json_t *issue, const char *repository, struct event *ret)
{
    const char *number = field_word(a, issue, "number");
    ret->project = arena_dup(a, repository);
    ret->ref = ret->key = number && repository ? arena_fmt(a, "%s#%s", repository, number) : NULL;
    ret->url = arena_dup(a, field_text(issue, "html_url"));
    ret->title = arena_dup(a, field_text(issue, "title"));
    ret->body = arena_dup(a, field_text(issue, "body"));
    ret->author = arena_dup(a, field_text(issue, "user.login"));
    ret->updated_at = field_time(issue, "updated_at");
    ret->created_at = field_time(issue, "created_at");
    ret->closed = field_is(issue, "state", "closed");
    field_list(a, issue, "labels", "name", &ret->labels);
}

static void read_comment(struct arena *a, const json_t *c, struct remark *ret)
{
    *ret = (struct remark){ .id = field_word(a, c, "id"),
                            .body = arena_dup(a, field_text(c, "body")),
                            .login = arena_dup(a, field_text(c, "user.login")),
                            .person = field_word(a, c, "user.id"),
                            .association = arena_dup(a, field_text(c, "author_association")),
                            .at = field_time(c, "created_at"),
                            .machine = field_is(c, "user.type", "Bot") };
}

static const struct {
    const char *action;
    int what;
} issue_actions[] = {
    { "opened", HAPPENED_CREATED }, { "reopened", HAPPENED_CREATED },   { "labeled", HAPPENED_LABELLED },
    { "edited", HAPPENED_EDITED },  { "unlabeled", HAPPENED_EDITED },   { "closed", HAPPENED_CLOSED },
    { "deleted", HAPPENED_CLOSED }, { "transferred", HAPPENED_CLOSED },
};

static enum err_kind nothing(const struct payload *p, struct event *ret, struct err *e, const char *what,
                             const char *why)
{
    *ret = (struct event){ .what = HAPPENED_NOTHING, .why = arena_fmt(p->arena, "%s%s%s", what, *why ? " " : "", why) };
    return arena_check(p->arena, e);
}

static enum err_kind parse_issue(const struct payload *p, struct event *ret, struct err *e)
{
    const char *action = field_text(p->json, "action");
    const json_t *issue = field_of(p->json, "issue");
    for (size_t i = 0; action && i < countof(issue_actions); i++)
        if (strcmp(action, issue_actions[i].action) == 0) ret->what = issue_actions[i].what;
    if (ret->what == HAPPENED_NOTHING) return nothing(p, ret, e, "issues", action ? action : "");
    read_issue(p->arena, issue, field_text(p->json, "repository.full_name"), ret);
    if (!ret->ref) return err_set(e, ERR_INVALID, "the issue has no number or no repository");
    ret->label = arena_dup(p->arena, field_text(p->json, "label.name"));
    return arena_check(p->arena, e);
}

static enum err_kind parse_comment(const struct payload *p, struct event *ret, struct err *e)
{
    const char *action = field_text(p->json, "action");
    if (field_of(p->json, "issue.pull_request")) return nothing(p, ret, e, "a comment on a pull request", "");
    if (!action || strcmp(action, "created") != 0) return nothing(p, ret, e, "issue_comment", action ? action : "");
    read_issue(p->arena, field_of(p->json, "issue"), field_text(p->json, "repository.full_name"), ret);
    if (!ret->ref) return err_set(e, ERR_INVALID, "the issue has no number or no repository");
    read_comment(p->arena, field_of(p->json, "comment"), &ret->comment);
    ret->what = HAPPENED_COMMENTED;
    return arena_check(p->arena, e);
}

static void pushed(const struct payload *p, struct event *ret)
{
    static const char *const urls[] = { "repository.clone_url", "repository.ssh_url", "repository.html_url" };
    ret->what = HAPPENED_PUSHED;
    ret->project = arena_dup(p->arena, field_text(p->json, "repository.full_name"));
    for (size_t i = 0; i < countof(urls); i++) {
        const char *url = field_text(p->json, urls[i]);
        const char **slot = url ? arena_push(p->arena, &ret->remotes, sizeof *slot) : NULL;
        if (slot) *slot = arena_dup(p->arena, url);
    }
}

static enum err_kind parse_push(const struct payload *p, struct event *ret, struct err *e)
{
    pushed(p, ret);
    field_push(p->arena, p->json, field_text(p->json, "repository.default_branch"), &ret->change);
    return arena_check(p->arena, e);
}

static enum err_kind parse_pull(const struct payload *p, struct event *ret, struct err *e)
{
    const json_t *pull = field_of(p->json, "pull_request");
    if (!field_is(p->json, "action", "closed") || !field_true(pull, "merged"))
        return nothing(p, ret, e, "pull_request", "");
    pushed(p, ret);
    ret->change = (struct code_change){ .commit = arena_dup(p->arena, field_text(pull, "merge_commit_sha")),
                                   .onto = arena_dup(p->arena, field_text(pull, "base.ref")),
                                   .merged = arena_dup(p->arena, field_text(pull, "head.ref")),
                                   .from = arena_dup(p->arena, field_text(pull, "base.sha")),
                                   .text = field_texts(p->arena, pull, "title", "body") };
    return arena_check(p->arena, e);
}

static const struct {
    const char *event;
    parse_fn *parse;
} events[] = {
    { "issues", parse_issue },
    { "issue_comment", parse_comment },
    { "push", parse_push },
    { "pull_request", parse_pull },
};

static enum err_kind parse(const struct payload *p, struct event *ret, struct err *e)
{
    const char *event = p->event ? p->event : "";
    for (size_t i = 0; i < countof(events); i++)
        if (strcmp(event, events[i].event) == 0) return events[i].parse(p, ret, e);
    return nothing(p, ret, e, "event", event);
}

/* --- the API ------------------------------------------------------------------------------------------------------ */
static enum err_kind auth(struct api *a, struct api_headers *h, struct err *e)
{
    const char *token = a->token;
    enum err_kind k = a->settings->app ? session_app_token(a, &token, e) : ERR_OK;
    if (k != ERR_OK) return k;
    h->v[h->n++] = (struct http_header){ "Authorization", arena_fmt(a->arena, "Bearer %s", token) };
    h->v[h->n++] = (struct http_header){ "X-GitHub-Api-Version", "2022-11-28" };
    return arena_check(a->arena, e);
}

static enum err_kind self(struct api *a, const char **ret, struct err *e)
{
    const json_t *v;
    enum err_kind k;
    if (a->settings->app) return session_app_self(a, ret, e);
    if ((k = api_get(a, &v, e, "/user")) != ERR_OK) return k;
    *ret = field_word(a->arena, v, "id");
    return ERR_OK;
}

/* "acme/api#12" as the path of the issue. */
static const char *path_of(struct api *a, const char *ref)
{
    const char *hash = strrchr(ref, '#'), *slash = strchr(ref, '/');
    if (!hash || !slash || slash > hash) return "/issues/none";
    return arena_fmt(a->arena, "/repos/%s/%s/issues/%s",
                     api_escape(a->arena, arena_dup_n(a->arena, ref, (size_t)(slash - ref))),
                     api_escape(a->arena, arena_dup_n(a->arena, slash + 1, (size_t)(hash - slash - 1))),
                     api_escape(a->arena, hash + 1));
}

static const char *repository_of(struct api *a, const char *ref)
{
    const char *hash = strrchr(ref, '#');
    return arena_dup_n(a->arena, ref, hash ? (size_t)(hash - ref) : strlen(ref));
}

static enum err_kind fetch(struct api *a, const char *ref, struct event *ret, struct err *e)
{
    const json_t *v;
    enum err_kind k = api_get(a, &v, e, "%s", path_of(a, ref));
    if (k != ERR_OK) return k;
    *ret = (struct event){ .what = HAPPENED_EDITED };
    read_issue(a->arena, v, repository_of(a, ref), ret);
    return arena_check(a->arena, e);
}

/* Issues that mention this one. */
static enum err_kind around(struct api *a, const char *ref, struct around *ret, struct err *e)
{
    const json_t *v, *item;
    size_t i;
    enum err_kind k = api_call(a, "GET", arena_fmt(a->arena, "%s/timeline?per_page=100", path_of(a, ref)), NULL, &v, e);
    if (k != ERR_OK) return k == ERR_NOT_FOUND ? ERR_OK : k; /* not in every version of Enterprise */
    json_array_foreach(v, i, item)
    {
        const json_t *from = field_of(item, "source.issue");
        const char *where = field_text(from, "repository.full_name"), *number = field_word(a->arena, from, "number");
        bool mentions = field_is(item, "event", "cross-referenced") && !field_of(from, "pull_request");
        if (!mentions || !where || !number) continue;
        around_link(a, ret, arena_fmt(a->arena, "%s#%s", where, number), "mentions this one");
    }
    return arena_check(a->arena, e);
}

/* "https://github.com/user-attachments/files/1/log.txt", ".../assets/UUID" for pictures, ".../api/files/1/log.txt". */
static const char *upload(struct api *a, const char *ref, const char *link)
{
    (void)ref;
    if (strncmp(link, "https://", 8) != 0 && strncmp(link, "http://", 7) != 0) return NULL;
    return strstr(link, "/user-attachments/") || strstr(link, "/files/") ? arena_dup(a->arena, link) : NULL;
}

static enum err_kind remarks(struct api *a, const char *ref, int64_t since, remark_list *ret, struct err *e)
{
    auto_buf at = BUF_INIT(64);
    const char *url;
    if (since) buf_time(&at, since);
    url = arena_fmt(a->arena, "%s/comments?per_page=100%s%s", path_of(a, ref), since ? "&since=" : "", buf_cstr(&at));
    for (int page = 0; url && page < PAGES; page++, url = a->next) {
        const json_t *v, *item;
        size_t i;
        enum err_kind k = api_call(a, "GET", url, NULL, &v, e);
        if (k != ERR_OK) return k;
        json_array_foreach(v, i, item)
        {
            struct remark *slot = arena_push(a->arena, ret, sizeof *slot);
            if (slot) read_comment(a->arena, item, slot);
        }
    }
    return arena_check(a->arena, e);
}

static enum err_kind create(struct api *a, const char *ref, const char *markdown, const char **ret_id, struct err *e)
{
    const json_t *v;
    enum err_kind k =
        api_call(a, "POST", arena_fmt(a->arena, "%s/comments", path_of(a, ref)), api_body(a, "body", markdown), &v, e);
    if (k != ERR_OK) return k;
    *ret_id = field_word(a->arena, v, "id");
    return *ret_id ? ERR_OK : err_set(e, ERR_UPSTREAM, "github does not say the comment's id");
}

static enum err_kind update(struct api *a, const char *ref, const char *id, const char *markdown, struct err *e)
{
    const char *path = path_of(a, ref), *issues = strstr(path, "/issues/");
    if (!issues) return err_set(e, ERR_NOT_FOUND, "there is no such issue");
    return api_call(
        a, "PATCH",
        arena_fmt(a->arena, "%.*s/issues/comments/%s", (int)(issues - path), path, api_escape(a->arena, id)),
        api_body(a, "body", markdown), NULL, e);
}

static enum err_kind label(struct api *a, const char *ref, const char *name, struct err *e)
{
    struct event now;
    const char *path = path_of(a, ref);
    auto_buf b = BUF_INIT(1000);
    bool there = false;
    enum err_kind k = fetch(a, ref, &now, e);
    for (size_t i = 0; k == ERR_OK && i < now.labels.n; i++) {
        const char *have = now.labels.v[i];
        if (strncmp(have, STATE_LABEL, strlen(STATE_LABEL)) != 0) continue;
        if (strcmp(have, name) == 0) there = true;
        else
            k = api_call(a, "DELETE", arena_fmt(a->arena, "%s/labels/%s", path, api_escape(a->arena, have)), NULL, NULL,
                         e);
        if (k == ERR_NOT_FOUND) k = ERR_OK;
    }
    if (k != ERR_OK || there) return k;
    buf_str(&b, "{\"labels\":[");
    buf_json(&b, name);
    buf_str(&b, "]}");
    return api_call(a, "POST", arena_fmt(a->arena, "%s/labels", path), buf_cstr(&b), NULL, e);
}

static enum err_kind changed_in(struct api *a, const char *project, int64_t since, event_list *ret, struct err *e)
{
    auto_buf at = BUF_INIT(64);
    const char *url = path_of(a, arena_fmt(a->arena, "%s#", project));
    size_t n = strlen(url);
    buf_time(&at, since);
    url = arena_fmt(a->arena, "%.*s?state=all&sort=updated&direction=asc&per_page=100&since=%s", (int)n - 1, url,
                    buf_cstr(&at));
    for (int page = 0; url && page < PAGES; page++, url = a->next) {
        const json_t *v, *item;
        size_t i;
        enum err_kind k = api_call(a, "GET", url, NULL, &v, e);
        if (k != ERR_OK) return k;
        json_array_foreach(v, i, item)
        {
            struct event *slot = field_of(item, "pull_request") ? NULL : arena_push(a->arena, ret, sizeof *slot);
            if (!slot) continue;
            read_issue(a->arena, item, project, slot);
            slot->what = slot->closed ? HAPPENED_CLOSED : HAPPENED_EDITED;
        }
    }
    return arena_check(a->arena, e);
}

static enum err_kind changed(struct api *a, int64_t since, event_list *ret, struct err *e)
{
    return session_changed(a, changed_in, since, ret, e);
}

const struct tracker_kind kind_github = {
    .name = "github",
    .schemes = schemes,
    .event_header = "header:x-github-event",
    .parse = parse,
    .api = "https://api.github.com",
    .html = true,
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
