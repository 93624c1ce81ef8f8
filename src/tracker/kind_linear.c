/* Linear: issues by webhook and by the GraphQL API. A ticket's reference is its id. */
#include <string.h>

#include "tracker/fields.h"
#include "tracker/inner.h"
#include "tracker/session.h"

enum { COMMENT_MAX = 60000, PAGES = 10 };
#define STAMP_MS 60000 /* as Linear's own SDK has it */

/* --- webhooks ----------------------------------------------------------------------------------------------------- */
static bool linear(struct received *r)
{
    const char *given = call_param(r->call, "header:linear-signature");
    auto_json v = NULL;
    struct err e;
    int64_t at;
    if (!given || !signature_hex(given, r->secret, r->call->body, r->call->n_body)) return false;
    r->delivery = call_param(r->call, "header:linear-delivery");
    if (json_parse_loose(r->call->body, r->call->n_body, &v, &e) != ERR_OK) {
        r->nomem = e.kind == ERR_NOMEM;
        return !r->nomem; /* what it is instead is said by whoever reads it */
    }
    at = field_int(v, "webhookTimestamp");
    return at >= r->now - STAMP_MS && at <= r->now + STAMP_MS;
}
static const struct scheme schemes[] = { { "header:linear-signature", linear }, { NULL, NULL } };

static bool over(const json_t *v)
{
    return field_is(v, "state.type", "completed") || field_is(v, "state.type", "canceled");
}

/* Labels are a list in webhooks, a connection in the API. */
static void read_issue(struct arena *a, const json_t *v, struct event *ret)
{
    ret->ref = arena_dup(a, field_text(v, "id"));
    ret->key = arena_dup(a, field_text(v, "identifier"));
    ret->url = arena_dup(a, field_text(v, "url"));
    ret->title = arena_dup(a, field_text(v, "title"));
    ret->body = arena_dup(a, field_text(v, "description"));
    ret->project = arena_dup(a, field_text(v, "team.key"));
    ret->author = arena_dup(a, field_text(v, field_text(v, "creatorId") ? "creatorId" : "creator.id"));
    ret->updated_at = field_time(v, "updatedAt");
    ret->created_at = field_time(v, "createdAt");
    ret->closed = over(v);
    field_list(a, v, json_is_array(field_of(v, "labels")) ? "labels" : "labels.nodes", "name", &ret->labels);
}

static bool lists(const json_t *ids, const char *id)
{
    const json_t *item;
    size_t i;
    json_array_foreach(ids, i, item) if (json_is_string(item) && strcmp(json_string_value(item), id) == 0) return true;
    return false;
}

static const char *added_label(struct arena *a, const json_t *v)
{
    const json_t *before = field_of(v, "updatedFrom.labelIds"), *labels = field_of(v, "data.labels"), *item;
    size_t i;
    if (!before) return NULL;
    json_array_foreach(labels, i, item)
    {
        const char *id = field_text(item, "id");
        if (id && !lists(before, id)) return arena_dup(a, field_text(item, "name"));
    }
    return NULL;
}

static enum err_kind parse_issue(const struct payload *p, const char *action, struct event *ret, struct err *e)
{
    read_issue(p->arena, field_of(p->json, "data"), ret);
    if (!ret->ref) return err_at(e, ERR_INVALID, "/data/id", "is missing");
    ret->label = added_label(p->arena, p->json);
    if (strcmp(action, "create") == 0) ret->what = HAPPENED_CREATED;
    else if (strcmp(action, "remove") == 0) ret->what = HAPPENED_CLOSED;
    else if (field_of(p->json, "updatedFrom.stateId") && ret->closed) ret->what = HAPPENED_CLOSED;
    else ret->what = ret->label ? HAPPENED_LABELLED : HAPPENED_EDITED;
    return arena_check(p->arena, e);
}

static void read_comment(struct arena *a, const json_t *c, struct remark *ret)
{
    *ret = (struct remark){ .id = arena_dup(a, field_text(c, "id")),
                            .body = arena_dup(a, field_text(c, "body")),
                            .person = arena_dup(a, field_text(c, field_text(c, "userId") ? "userId" : "user.id")),
                            .email = arena_dup(a, field_text(c, "user.email")),
                            .at = field_time(c, "createdAt"),
                            .machine = json_is_object(field_of(c, "botActor")) };
}

static enum err_kind parse_comment(const struct payload *p, struct event *ret, struct err *e)
{
    const json_t *c = field_of(p->json, "data");
    read_issue(p->arena, field_of(c, "issue"), ret);
    if (!ret->ref) ret->ref = arena_dup(p->arena, field_text(c, "issueId"));
    if (!ret->ref) return err_at(e, ERR_INVALID, "/data/issueId", "is missing");
    read_comment(p->arena, c, &ret->comment);
    if (!ret->comment.email && field_is(p->json, "actor.type", "user") && ret->comment.person &&
        field_is(p->json, "actor.id", ret->comment.person))
        ret->comment.email = arena_dup(p->arena, field_text(p->json, "actor.email"));
    ret->what = HAPPENED_COMMENTED;
    ret->updated_at = 0;
    ret->thin = true;
    return arena_check(p->arena, e);
}

static enum err_kind parse(const struct payload *p, struct event *ret, struct err *e)
{
    const char *type = field_text(p->json, "type"), *action = field_text(p->json, "action");
    if (type && action && strcmp(type, "Issue") == 0) return parse_issue(p, action, ret, e);
    if (type && action && strcmp(type, "Comment") == 0 && strcmp(action, "create") == 0)
        return parse_comment(p, ret, e);
    ret->why = arena_fmt(p->arena, "event %s %s", type ? type : "", action ? action : "");
    return arena_check(p->arena, e);
}

/* --- the API ------------------------------------------------------------------------------------------------------ */
static enum err_kind auth(struct api *a, struct api_headers *h, struct err *e)
{
    const char *value = strncmp(a->token, "lin_api_", 8) == 0 ? a->token : arena_fmt(a->arena, "Bearer %s", a->token);
    h->v[h->n++] = (struct http_header){ "Authorization", value };
    return arena_check(a->arena, e);
}

/* GraphQL tells its failures in an answer of 200. */
static enum err_kind failure(const json_t *errors, struct err *e)
{
    const json_t *first = json_array_get(errors, 0);
    const char *text = field_text(first, "message"), *code = field_text(first, "extensions.code");
    if (!text) text = "no reason given";
    if (code && strcmp(code, "RATELIMITED") == 0) return err_set(e, ERR_RATE, "linear wants fewer calls");
    if (code && strcmp(code, "AUTHENTICATION_ERROR") == 0) return err_set(e, ERR_FORBIDDEN, "linear refuses the token");
    if (strcasestr(text, "not found")) return err_set(e, ERR_NOT_FOUND, "linear: %.200s", text);
    return err_set(e, ERR_INVALID, "linear: %.200s", text);
}

/* vars: members of the variables, JSON. */
static enum err_kind ask(struct api *a, const char *query, const char *vars, const json_t **ret, struct err *e)
{
    auto_buf b = BUF_INIT(2 << 20);
    const json_t *v, *errors;
    enum err_kind k;
    buf_str(&b, "{\"query\":");
    buf_json(&b, query);
    buf_fmt(&b, ",\"variables\":{%s}}", vars);
    if ((k = buf_check(&b, e)) != ERR_OK || (k = api_call(a, "POST", "", buf_cstr(&b), &v, e)) != ERR_OK) return k;
    errors = field_of(v, "errors");
    if (json_array_size(errors)) return failure(errors, e);
    if (!(*ret = field_of(v, "data"))) return err_set(e, ERR_UPSTREAM, "linear answers without data");
    return ERR_OK;
}

/* "key":"text" pairs, ended by NULL. */
static const char *vars(struct api *a, const char *k1, const char *v1, const char *k2, const char *v2)
{
    auto_buf b = BUF_INIT(2 << 20);
    buf_json(&b, k1);
    buf_char(&b, ':');
    buf_json(&b, v1);
    if (k2) {
        buf_char(&b, ',');
        buf_json(&b, k2);
        buf_char(&b, ':');
        buf_json(&b, v2);
    }
    return b.failed ? NULL : arena_dup(a->arena, buf_cstr(&b));
}

static enum err_kind self(struct api *a, const char **ret, struct err *e)
{
    const json_t *v;
    enum err_kind k = ask(a, "query{viewer{id}}", "", &v, e);
    if (k == ERR_OK) *ret = field_word(a->arena, v, "viewer.id");
    return k;
}

#define ISSUE                                                                                                          \
    "id identifier title description url createdAt updatedAt team{key} state{type} creator{id} labels{nodes{id name}}"

static enum err_kind fetch(struct api *a, const char *ref, struct event *ret, struct err *e)
{
    const json_t *v, *issue;
    enum err_kind k = ask(a, "query($id:String!){issue(id:$id){" ISSUE "}}", vars(a, "id", ref, NULL, NULL), &v, e);
    if (k != ERR_OK) return k;
    if (!json_is_object(issue = field_of(v, "issue"))) return err_set(e, ERR_NOT_FOUND, "linear has no such issue");
    *ret = (struct event){ .what = HAPPENED_EDITED };
    read_issue(a->arena, issue, ret);
    return arena_check(a->arena, e);
}

static void read_links(struct api *a, const json_t *list, const char *id, struct around *ret)
{
    const json_t *item;
    size_t i;
    json_array_foreach(list, i, item)
        around_link(a, ret, arena_dup(a->arena, field_text(item, id)), field_text(item, "type"));
}

/* Attachments of Linear's are links to other systems; what is uploaded is linked in the text. */
static enum err_kind around(struct api *a, const char *ref, struct around *ret, struct err *e)
{
    const json_t *v, *list, *item;
    size_t i;
    static const char query[] =
        "query($id:String!){issue(id:$id){parent{id} relations(first:20){nodes{type relatedIssue{id}}}"
        " inverseRelations(first:20){nodes{type issue{id}}} attachments(first:20){nodes{title url}}}}";
    enum err_kind k = ask(a, query, vars(a, "id", ref, NULL, NULL), &v, e);
    if (k != ERR_OK) return k;
    around_link(a, ret, arena_dup(a->arena, field_text(v, "issue.parent.id")), "its parent");
    read_links(a, field_of(v, "issue.relations.nodes"), "relatedIssue.id", ret);
    read_links(a, field_of(v, "issue.inverseRelations.nodes"), "issue.id", ret);
    list = field_of(v, "issue.attachments.nodes");
    json_array_foreach(list, i, item)
    {
        const char *title = field_text(item, "title"), *url = field_text(item, "url");
        struct attachment *slot = title && url ? arena_push(a->arena, &ret->attached, sizeof *slot) : NULL;
        if (slot)
            *slot = (struct attachment){
                .name = arena_dup(a->arena, title), .url = arena_dup(a->arena, url), .elsewhere = true
            };
    }
    return arena_check(a->arena, e);
}

static const char *upload(struct api *a, const char *ref, const char *link)
{
    (void)ref;
    return strncmp(link, kind_linear.files, strlen(kind_linear.files)) == 0 ? arena_dup(a->arena, link) : NULL;
}

static enum err_kind remarks(struct api *a, const char *ref, int64_t since, remark_list *ret, struct err *e)
{
    const char *after = NULL;
    for (int page = 0; page < PAGES; page++) {
        const json_t *v, *list, *item;
        size_t i;
        enum err_kind k = ask(
            a,
            "query($id:String!,$after:String){issue(id:$id){comments(first:100,after:$after){nodes{id body createdAt"
            " user{id email} botActor{id}} pageInfo{hasNextPage endCursor}}}}",
            vars(a, "id", ref, "after", after), &v, e);
        if (k != ERR_OK) return k;
        list = field_of(v, "issue.comments.nodes");
        json_array_foreach(list, i, item)
        {
            struct remark *slot =
                field_time(item, "createdAt") < since ? NULL : arena_push(a->arena, ret, sizeof *slot);
            if (slot) read_comment(a->arena, item, slot);
        }
        after = field_text(v, "issue.comments.pageInfo.endCursor");
        if (!after || !field_true(v, "issue.comments.pageInfo.hasNextPage")) break;
    }
    return arena_check(a->arena, e);
}

static enum err_kind create(struct api *a, const char *ref, const char *markdown, const char **ret_id, struct err *e)
{
    const json_t *v;
    enum err_kind k = ask(
        a, "mutation($id:String!,$body:String!){commentCreate(input:{issueId:$id,body:$body}){success comment{id}}}",
        vars(a, "id", ref, "body", markdown), &v, e);
    if (k != ERR_OK) return k;
    *ret_id = field_word(a->arena, v, "commentCreate.comment.id");
    return *ret_id ? ERR_OK : err_set(e, ERR_UPSTREAM, "linear does not say the comment's id");
}

static enum err_kind update(struct api *a, const char *ref, const char *id, const char *markdown, struct err *e)
{
    const json_t *v;
    (void)ref;
    return ask(a, "mutation($id:String!,$body:String!){commentUpdate(id:$id,input:{body:$body}){success}}",
               vars(a, "id", id, "body", markdown), &v, e);
}

/* A label that the workspace does not have is not made. */
static enum err_kind label(struct api *a, const char *ref, const char *name, struct err *e)
{
    const json_t *v, *list, *item;
    const char *id;
    bool there = false;
    size_t i;
    enum err_kind k =
        ask(a, "query($id:String!){issue(id:$id){labels{nodes{id name}}}}", vars(a, "id", ref, NULL, NULL), &v, e);
    if (k != ERR_OK) return k;
    list = field_of(v, "issue.labels.nodes");
    json_array_foreach(list, i, item)
    {
        const char *have = field_text(item, "name"), *of = field_text(item, "id");
        const json_t *done;
        if (!have || !of || strncmp(have, STATE_LABEL, strlen(STATE_LABEL)) != 0) continue;
        if (strcmp(have, name) == 0) there = true;
        else if ((k = ask(a, "mutation($id:String!,$label:String!){issueRemoveLabel(id:$id,labelId:$label){success}}",
                          vars(a, "id", ref, "label", of), &done, e)) != ERR_OK)
            return k;
    }
    if (there) return ERR_OK;
    k = ask(a, "query($name:String!){issueLabels(filter:{name:{eq:$name}}){nodes{id}}}",
            vars(a, "name", name, NULL, NULL), &v, e);
    if (k != ERR_OK) return k;
    id = field_text(json_array_get(field_of(v, "issueLabels.nodes"), 0), "id");
    if (!id) return ERR_OK;
    return ask(a, "mutation($id:String!,$label:String!){issueAddLabel(id:$id,labelId:$label){success}}",
               vars(a, "id", ref, "label", id), &v, e);
}

static const char *changed_vars(struct api *a, int64_t since, const char *after)
{
    auto_buf b = BUF_INIT(30000);
    text_list teams = { 0 };
    buf_str(&b, "\"after\":");
    buf_json(&b, after);
    session_projects(a, &teams);
    buf_str(&b, ",\"filter\":{\"updatedAt\":{\"gt\":\"");
    buf_time(&b, since);
    buf_str(&b, "\"}");
    if (teams.n) buf_str(&b, ",\"team\":{\"key\":{\"in\":[");
    for (size_t i = 0; i < teams.n; i++) {
        buf_comma(&b);
        buf_json(&b, teams.v[i]);
    }
    buf_str(&b, teams.n ? "]}}}" : "}");
    return arena_dup(a->arena, buf_cstr(&b));
}

static enum err_kind changed(struct api *a, int64_t since, event_list *ret, struct err *e)
{
    const char *after = NULL;
    for (int page = 0; page < PAGES; page++) {
        const json_t *v, *list, *item;
        size_t i;
        enum err_kind k = ask(
            a,
            "query($filter:IssueFilter,$after:String){issues(first:100,after:$after,orderBy:updatedAt,filter:$filter)"
            "{nodes{" ISSUE "} pageInfo{hasNextPage endCursor}}}",
            changed_vars(a, since, after), &v, e);
        if (k != ERR_OK) return k;
        list = field_of(v, "issues.nodes");
        json_array_foreach(list, i, item)
        {
            struct event *slot = arena_push(a->arena, ret, sizeof *slot);
            if (!slot) continue;
            read_issue(a->arena, item, slot);
            slot->what = slot->closed ? HAPPENED_CLOSED : HAPPENED_EDITED;
        }
        after = field_text(v, "issues.pageInfo.endCursor");
        if (!after || !field_true(v, "issues.pageInfo.hasNextPage")) break;
    }
    return arena_check(a->arena, e);
}

const struct tracker_kind kind_linear = {
    .name = "linear",
    .schemes = schemes,
    .event_header = "header:linear-event",
    .parse = parse,
    .api = "https://api.linear.app/graphql",
    .files = "https://uploads.linear.app/",
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
