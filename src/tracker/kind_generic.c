/* Any system that can sign: its JSON is ours, or fields say where it has what. It has no API. */
#include <string.h>

#include "tracker/fields.h"
#include "tracker/inner.h"

static bool standard(struct received *r)
{
    return scheme_standard(r);
}

/* For senders that can do no more than an HMAC; repetition is caught by the body. */
static bool plain(struct received *r)
{
    return scheme_hmac(r, "header:x-pland-signature", "header:x-pland-delivery");
}

static const struct scheme schemes[] = {
    { "header:webhook-signature", standard },
    { "header:x-pland-signature", plain },
    { NULL, NULL },
};

/* --- our own form ------------------------------------------------------------------------------------------------- */
static const char *const action_names[] = { "created", "updated", "closed", NULL };
static const int actions[] = { HAPPENED_CREATED, HAPPENED_EDITED, HAPPENED_CLOSED };
struct own {
    int action;
    struct ticket ticket;
    const char *repository;
};

#define T struct ticket
static const struct field ticket_rows[] = {
    /* a ticket that is closed needs no title */
    F_STR(T, title, 0, 0, 300, "What is wanted, in one line"),
    F_STR(T, body, 0, 0, 1 << 20, "The whole ticket"),
    F_STR(T, url, 0, 0, 2000, "Where the ticket lives"),
    F_STR(T, key, 0, 0, 200, "The tracker's name for it"),
    F_STRS(T, labels, 0, 50, 100, "Its labels"),
};
#undef T
static const struct record payload_ticket_record = RECORD("ticket", struct ticket, ticket_rows);
static const struct field own_rows[] = {
    F_ENUM(struct own, action, 0, action_names, "What has happened to the ticket"),
    F_REC(struct own, ticket, FIELD_REQUIRED, &payload_ticket_record, "The ticket"),
    F_STR(struct own, repository, 0, 0, 200, "Registered codebase it is about"),
};
static const struct record own_record = RECORD("webhook", struct own, own_rows);

static enum err_kind parse_own(const struct payload *p, struct event *ret, struct err *e)
{
    struct own in = { .action = 0 };
    enum err_kind k = record_decode(&own_record, p->json, &in, p->arena, "", e);
    if (k != ERR_OK) return k;
    *ret = (struct event){ .what = actions[in.action],
                           .title = in.ticket.title,
                           .body = in.ticket.body,
                           .url = in.ticket.url,
                           .key = in.ticket.key,
                           .repository = in.repository,
                           .closed = in.action == 2 };
    ret->labels.v = in.ticket.labels.v;
    ret->labels.n = in.ticket.labels.n;
    ret->ref = in.ticket.key && *in.ticket.key ? in.ticket.key : in.ticket.url && *in.ticket.url ? in.ticket.url : NULL;
    return ERR_OK;
}

/* --- mapped fields ------------------------------------------------------------------------------------------------ */
static const char *text_at(const struct payload *p, const char *pointer)
{
    const json_t *v = pointer ? field_at(p->json, pointer) : NULL;
    return v ? field_word(p->arena, v, "") : NULL;
}

static void list_at(const struct payload *p, const char *pointer, void *ret)
{
    const json_t *v = pointer ? field_at(p->json, pointer) : NULL, *first = json_array_get(v, 0);
    field_list(p->arena, v, "", json_is_object(first) ? "name" : NULL, ret);
}

/* The words that systems have for it. */
static int action_of(const char *s)
{
    static const struct {
        const char *begin;
        int what;
    } words[] = {
        { "clos", HAPPENED_CLOSED },       { "resolv", HAPPENED_CLOSED }, { "done", HAPPENED_CLOSED },
        { "delet", HAPPENED_CLOSED },      { "remov", HAPPENED_CLOSED },  { "open", HAPPENED_CREATED },
        { "creat", HAPPENED_CREATED },     { "new", HAPPENED_CREATED },   { "reopen", HAPPENED_CREATED },
        { "comment", HAPPENED_COMMENTED },
    };
    for (size_t i = 0; s && i < countof(words); i++)
        if (strncasecmp(s, words[i].begin, strlen(words[i].begin)) == 0) return words[i].what;
    return s ? HAPPENED_EDITED : HAPPENED_CREATED;
}

static enum err_kind parse_mapped(const struct payload *p, struct event *ret, struct err *e)
{
    const struct source_fields *f = p->settings->fields;
    const char *at = text_at(p, f->updated_at), *action = text_at(p, f->action);
    *ret = (struct event){ .what = action_of(action),
                           .title = text_at(p, f->title),
                           .body = text_at(p, f->body),
                           .url = text_at(p, f->url),
                           .key = text_at(p, f->key),
                           .project = text_at(p, f->project),
                           .author = text_at(p, f->author),
                           .repository = text_at(p, f->repository) };
    ret->updated_at = at && clock_parse(at) > 0 ? clock_parse(at) : 0;
    ret->ref = ret->key ? ret->key : ret->url;
    ret->closed = ret->what == HAPPENED_CLOSED;
    ret->comment = (struct remark){ .id = text_at(p, f->comment_id),
                                    .body = text_at(p, f->comment),
                                    .login = text_at(p, f->comment_author) };
    if (ret->comment.body && ret->what != HAPPENED_CLOSED) ret->what = HAPPENED_COMMENTED;
    list_at(p, f->labels, &ret->labels);
    list_at(p, f->components, &ret->components);
    return arena_check(p->arena, e);
}

static enum err_kind parse(const struct payload *p, struct event *ret, struct err *e)
{
    return p->settings->fields ? parse_mapped(p, ret, e) : parse_own(p, ret, e);
}

const struct tracker_kind kind_generic = { .name = "generic", .schemes = schemes, .parse = parse };
