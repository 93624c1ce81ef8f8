/* Jira: issues by webhook and by the REST API; Cloud (version 3, documents; an e-mail and its API token) and Data
 * Center (version 2, wiki text; a personal access token). */
#include <string.h>

#include "tracker/adf.h"
#include "tracker/fields.h"
#include "tracker/inner.h"
#include "tracker/session.h"
#include "tracker/wiki.h"

enum { COMMENT_MAX = 26000 /* of 32,767 characters, as Jira counts them */, PAGES = 10, PAGE = 100 };

/* --- webhooks ----------------------------------------------------------------------------------------------------- */
static bool hub(struct received *r)
{
    return scheme_hmac(r, "header:x-hub-signature", "header:x-atlassian-webhook-identifier");
}
static const struct scheme schemes[] = { { "header:x-hub-signature", hub }, { NULL, NULL } };

static const char *flat(struct arena *a, const json_t *v)
{
    auto_buf b = BUF_INIT(2 << 20);
    if (!v || json_is_null(v)) return NULL;
    adf_text(v, &b);
    return b.failed ? NULL : arena_dup(a, buf_cstr(&b));
}

/* "https://x.atlassian.net/rest/api/2/issue/10001" → "https://x.atlassian.net/browse/API-7" */
static const char *browse(struct arena *a, const char *self, const char *key)
{
    const char *rest = self ? strstr(self, "/rest/") : NULL;
    return rest && key ? arena_fmt(a, "%.*s/browse/%s", (int)(rest - self), self, key) : NULL;
}

static void read_issue(struct arena *a, const json_t *issue, struct event *ret)
{
    const json_t *f = field_of(issue, "fields");
    ret->ref = ret->key = arena_dup(a, field_text(issue, "key"));
    ret->url = browse(a, field_text(issue, "self"), ret->key);
    ret->title = arena_dup(a, field_text(f, "summary"));
    ret->body = flat(a, field_of(f, "description"));
    ret->project = arena_dup(a, field_text(f, "project.key"));
    if (!ret->project && ret->key && strchr(ret->key, '-'))
        ret->project = arena_dup_n(a, ret->key, (size_t)(strrchr(ret->key, '-') - ret->key));
    ret->author = field_word(a, f, field_text(f, "reporter.accountId") ? "reporter.accountId" : "reporter.name");
    ret->updated_at = field_time(f, "updated");
    ret->created_at = field_time(f, "created");
    ret->closed = field_is(f, "status.statusCategory.key", "done");
    ret->confidential = json_is_object(field_of(f, "security"));
    field_list(a, f, "labels", NULL, &ret->labels);
    field_list(a, f, "components", "name", &ret->components);
}

static void read_comment(struct arena *a, const json_t *c, struct remark *ret)
{
    *ret = (struct remark){ .id = field_word(a, c, "id"),
                            .body = flat(a, field_of(c, "body")),
                            .person =
                                field_word(a, c, field_text(c, "author.accountId") ? "author.accountId" : "author.key"),
                            .login = arena_dup(a, field_text(c, "author.name")),
                            .email = arena_dup(a, field_text(c, "author.emailAddress")),
                            .at = field_time(c, "created"),
                            .machine = field_is(c, "author.accountType", "app") };
}

/* Labels of an issue have no blanks, and the change log lists them so. */
static bool listed(const char *list, const char *word, size_t n)
{
    while (list && *list) {
        size_t have = strcspn(list, " ");
        if (have == n && memcmp(list, word, n) == 0) return true;
        list += have + (list[have] == ' ');
    }
    return false;
}

static const char *added_label(struct arena *a, const json_t *items)
{
    const json_t *item;
    size_t i;
    json_array_foreach(items, i, item)
    {
        const char *from = field_text(item, "fromString"), *to = field_text(item, "toString");
        if (!field_is(item, "field", "labels")) continue;
        while (to && *to) {
            size_t n = strcspn(to, " ");
            if (n && !listed(from, to, n)) return arena_dup_n(a, to, n);
            to += n + (to[n] == ' ');
        }
    }
    return NULL;
}

static bool status_changed(const json_t *items)
{
    const json_t *item;
    size_t i;
    json_array_foreach(items, i, item) if (field_is(item, "field", "status")) return true;
    return false;
}

static int what_of(const struct payload *p, const char *event, struct event *ret)
{
    const json_t *items = field_of(p->json, "changelog.items");
    if (strcmp(event, "jira:issue_created") == 0) return HAPPENED_CREATED;
    if (strcmp(event, "jira:issue_deleted") == 0) return HAPPENED_CLOSED;
    if (strcmp(event, "comment_created") == 0) return HAPPENED_COMMENTED;
    if (strcmp(event, "jira:issue_updated") != 0) return HAPPENED_NOTHING;
    if (status_changed(items)) return ret->closed ? HAPPENED_CLOSED : HAPPENED_EDITED;
    ret->label = added_label(p->arena, items);
    return ret->label ? HAPPENED_LABELLED : HAPPENED_EDITED;
}

static enum err_kind parse(const struct payload *p, struct event *ret, struct err *e)
{
    const char *event = field_text(p->json, "webhookEvent");
    if (!event) return err_at(e, ERR_INVALID, "/webhookEvent", "is missing");
    read_issue(p->arena, field_of(p->json, "issue"), ret);
    ret->what = what_of(p, event, ret);
    if (ret->what == HAPPENED_NOTHING) {
        ret->why = arena_fmt(p->arena, "event %s", event);
        return arena_check(p->arena, e);
    }
    if (!ret->ref) return err_at(e, ERR_INVALID, "/issue/key", "is missing");
    if (ret->what == HAPPENED_COMMENTED) {
        read_comment(p->arena, field_of(p->json, "comment"), &ret->comment);
        ret->thin = !field_of(p->json, "issue.fields.labels");
    }
    if (!ret->updated_at) ret->updated_at = field_int(p->json, "timestamp");
    return arena_check(p->arena, e);
}

/* --- the API ------------------------------------------------------------------------------------------------------ */
static bool cloud(const struct api *a)
{
    return a->settings->username && *a->settings->username;
}

static enum err_kind auth(struct api *a, struct api_headers *h, struct err *e)
{
    const char *pair;
    char *coded;
    size_t cap;
    if (!cloud(a)) {
        h->v[h->n++] = (struct http_header){ "Authorization", arena_fmt(a->arena, "Bearer %s", a->token) };
        return arena_check(a->arena, e);
    }
    pair = arena_fmt(a->arena, "%s:%s", a->settings->username, a->token);
    cap = pair ? strlen(pair) * 2 + 8 : 0;
    coded = arena_alloc(a->arena, cap);
    if (!pair || !coded || !hash_base64(coded, cap, pair, strlen(pair))) return err_nomem(e);
    h->v[h->n++] = (struct http_header){ "Authorization", arena_fmt(a->arena, "Basic %s", coded) };
    return arena_check(a->arena, e);
}

/* Comments are documents in Cloud. Issues are read by version 2 everywhere: their text is then the same as in webhooks.
 */
static const char *rest(struct api *a, const char *path)
{
    return arena_fmt(a->arena, "/rest/api/2%s", path);
}

static const char *comment_path(struct api *a, const char *ref, const char *below)
{
    return arena_fmt(a->arena, "/rest/api/%d/issue/%s/comment%s", cloud(a) ? 3 : 2, api_escape(a->arena, ref), below);
}

static const char *issue_path(struct api *a, const char *ref, const char *below)
{
    return rest(a, arena_fmt(a->arena, "/issue/%s%s", api_escape(a->arena, ref), below));
}

static enum err_kind self(struct api *a, const char **ret, struct err *e)
{
    const json_t *v;
    enum err_kind k = api_call(a, "GET", rest(a, "/myself"), NULL, &v, e);
    if (k == ERR_OK) *ret = field_word(a->arena, v, cloud(a) ? "accountId" : "key");
    return k;
}

static enum err_kind fetch(struct api *a, const char *ref, struct event *ret, struct err *e)
{
    const json_t *v;
    enum err_kind k = api_call(
        a, "GET",
        issue_path(a, ref,
                   "?fields=summary,description,labels,components,project,status,updated,created,reporter,security"),
        NULL, &v, e);
    if (k != ERR_OK) return k;
    *ret = (struct event){ .what = HAPPENED_EDITED };
    read_issue(a->arena, v, ret);
    return arena_check(a->arena, e);
}

static void read_links(struct api *a, const json_t *f, struct around *ret)
{
    const json_t *links = field_of(f, "issuelinks"), *children = field_of(f, "subtasks"), *item;
    size_t i;
    around_link(a, ret, arena_dup(a->arena, field_text(f, "parent.key")), "its parent");
    json_array_foreach(links, i, item)
    {
        bool out = field_of(item, "outwardIssue") != NULL;
        around_link(a, ret, arena_dup(a->arena, field_text(item, out ? "outwardIssue.key" : "inwardIssue.key")),
                    field_text(item, out ? "type.outward" : "type.inward"));
    }
    json_array_foreach(children, i, item)
        around_link(a, ret, arena_dup(a->arena, field_text(item, "key")), "a part of it");
}

static enum err_kind around(struct api *a, const char *ref, struct around *ret, struct err *e)
{
    const json_t *v, *files, *item;
    size_t i;
    enum err_kind k =
        api_call(a, "GET", issue_path(a, ref, "?fields=issuelinks,subtasks,parent,attachment"), NULL, &v, e);
    if (k != ERR_OK) return k;
    read_links(a, field_of(v, "fields"), ret);
    files = field_of(v, "fields.attachment");
    json_array_foreach(files, i, item)
    {
        const char *name = field_text(item, "filename"), *url = field_text(item, "content");
        struct attachment *slot = name && url ? arena_push(a->arena, &ret->attached, sizeof *slot) : NULL;
        if (slot)
            *slot = (struct attachment){ .name = arena_dup(a->arena, name),
                                         .url = arena_dup(a->arena, url),
                                         .type = arena_dup(a->arena, field_text(item, "mimeType")),
                                         .size = field_int(item, "size") };
    }
    return arena_check(a->arena, e);
}

static enum err_kind remarks(struct api *a, const char *ref, int64_t since, remark_list *ret, struct err *e)
{
    for (int page = 0; page < PAGES; page++) {
        const json_t *v, *list, *item;
        size_t i;
        enum err_kind k = api_call(
            a, "GET",
            comment_path(a, ref, arena_fmt(a->arena, "?orderBy=created&maxResults=%d&startAt=%d", PAGE, page * PAGE)),
            NULL, &v, e);
        if (k != ERR_OK) return k;
        list = field_of(v, "comments");
        json_array_foreach(list, i, item)
        {
            struct remark *slot = field_time(item, "created") < since ? NULL : arena_push(a->arena, ret, sizeof *slot);
            if (slot) read_comment(a->arena, item, slot);
        }
        if (json_array_size(list) < PAGE) break;
    }
    return arena_check(a->arena, e);
}

static enum err_kind body_of(struct api *a, const char *markdown, const char **ret, struct err *e)
{
    auto_buf b = BUF_INIT(4 << 20), wiki = BUF_INIT(1 << 20);
    enum err_kind k = ERR_OK;
    buf_str(&b, "{\"body\":");
    if (cloud(a)) k = adf_from_markdown(markdown, &b, e);
    else if ((k = wiki_from_markdown(markdown, &wiki, e)) == ERR_OK) buf_json(&b, buf_cstr(&wiki));
    buf_char(&b, '}');
    if (k != ERR_OK || (k = buf_check(&b, e)) != ERR_OK) return k;
    *ret = arena_dup(a->arena, buf_cstr(&b));
    return arena_check(a->arena, e);
}

static enum err_kind create(struct api *a, const char *ref, const char *markdown, const char **ret_id, struct err *e)
{
    const json_t *v;
    const char *body = NULL;
    enum err_kind k = body_of(a, markdown, &body, e);
    if (k != ERR_OK || (k = api_call(a, "POST", comment_path(a, ref, ""), body, &v, e)) != ERR_OK) return k;
    *ret_id = field_word(a->arena, v, "id");
    return *ret_id ? ERR_OK : err_set(e, ERR_UPSTREAM, "jira does not say the comment's id");
}

static enum err_kind update(struct api *a, const char *ref, const char *id, const char *markdown, struct err *e)
{
    const char *body = NULL;
    enum err_kind k = body_of(a, markdown, &body, e);
    if (k != ERR_OK) return k;
    return api_call(a, "PUT", comment_path(a, ref, arena_fmt(a->arena, "/%s", api_escape(a->arena, id))), body, NULL,
                    e);
}

static void change_label(struct buf *b, const char *how, const char *name)
{
    buf_comma(b);
    buf_fmt(b, "{\"%s\":", how);
    buf_json(b, name);
    buf_char(b, '}');
}

static enum err_kind label(struct api *a, const char *ref, const char *name, struct err *e)
{
    struct event now;
    auto_buf b = BUF_INIT(100000);
    bool there = false;
    size_t gone = 0;
    enum err_kind k = fetch(a, ref, &now, e);
    if (k != ERR_OK) return k;
    buf_str(&b, "{\"update\":{\"labels\":[");
    for (size_t i = 0; i < now.labels.n; i++) {
        const char *have = now.labels.v[i];
        if (strncmp(have, STATE_LABEL, strlen(STATE_LABEL)) != 0) continue;
        if (strcmp(have, name) == 0) there = true;
        else change_label(&b, "remove", have), gone++;
    }
    if (there && !gone) return ERR_OK;
    if (!there) change_label(&b, "add", name);
    buf_str(&b, "]}}");
    return api_call(a, "PUT", issue_path(a, ref, ""), buf_cstr(&b), NULL, e);
}

/* Minutes back from now, so that nobody's time zone matters. */
static const char *jql_of(struct api *a, int64_t since)
{
    auto_buf b = BUF_INIT(20000);
    text_list projects = { 0 };
    int64_t minutes = (clock_now(a->tracker->service->clock) - since) / 60000 + 1;
    session_projects(a, &projects);
    for (size_t i = 0; i < projects.n; i++) {
        buf_str(&b, i ? ", " : "project in (");
        buf_json(&b, projects.v[i]);
    }
    buf_fmt(&b, "%supdated >= -%lldm ORDER BY updated ASC", projects.n ? ") AND " : "", (long long)minutes);
    return arena_dup(a->arena, buf_cstr(&b));
}

static const char *search_body(struct api *a, const char *jql, int page, const char *token)
{
    auto_buf b = BUF_INIT(30000);
    buf_str(&b, "{\"jql\":");
    buf_json(&b, jql);
    buf_str(&b, ",\"fields\":[\"summary\",\"description\",\"labels\",\"components\",\"project\",\"status\",\"updated\","
                "\"created\",\"reporter\"]");
    buf_fmt(&b, ",\"maxResults\":%d", PAGE);
    if (!cloud(a)) buf_fmt(&b, ",\"startAt\":%d", page * PAGE);
    if (token) {
        buf_str(&b, ",\"nextPageToken\":");
        buf_json(&b, token);
    }
    buf_char(&b, '}');
    return arena_dup(a->arena, buf_cstr(&b));
}

static enum err_kind changed(struct api *a, int64_t since, event_list *ret, struct err *e)
{
    const char *jql = jql_of(a, since), *token = NULL;
    for (int page = 0; page < PAGES; page++) {
        const json_t *v, *list, *item;
        size_t i;
        enum err_kind k =
            api_call(a, "POST", rest(a, cloud(a) ? "/search/jql" : "/search"), search_body(a, jql, page, token), &v, e);
        if (k != ERR_OK) return k;
        list = field_of(v, "issues");
        json_array_foreach(list, i, item)
        {
            struct event *slot = arena_push(a->arena, ret, sizeof *slot);
            if (!slot) continue;
            read_issue(a->arena, item, slot);
            slot->what = slot->closed ? HAPPENED_CLOSED : HAPPENED_EDITED;
        }
        token = field_text(v, "nextPageToken");
        if (cloud(a) ? !token : json_array_size(list) < PAGE) break;
    }
    return arena_check(a->arena, e);
}

const struct tracker_kind kind_jira = {
    .name = "jira",
    .schemes = schemes,
    .event_header = NULL,
    .parse = parse,
    .comment_max = COMMENT_MAX,
    .auth = auth,
    .self = self,
    .fetch = fetch,
    .remarks = remarks,
    .around = around,
    .create = create,
    .update = update,
    .label = label,
    .changed = changed,
};
