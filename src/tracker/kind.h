/* What is particular to a ticket system: one row of functions each, in a file of its own (kind_*.c); the engine over
 * them is engine.c (in) and write.c (out). Functions get everything in an arena and may leave its strings in results.
 *
 * A ticket is named by a reference that the system's own API functions understand ("acme/api#12", "API-7", a UUID). */
#ifndef TRACKER_KIND_H
#define TRACKER_KIND_H

#include "pland/base/record.h"
#include "pland/service/sources.h"
#include "tracker/api.h"

/* --- what comes in ------------------------------------------------------------------------------------------------ */
enum happening {
    HAPPENED_NOTHING,  /* why says what it is */
    HAPPENED_CREATED,  /* or opened again, or moved here */
    HAPPENED_LABELLED, /* label was added */
    HAPPENED_EDITED,   /* anything else of the ticket */
    HAPPENED_CLOSED,
    HAPPENED_COMMENTED,
    HAPPENED_PUSHED /* the code of project has changed, by a push or a merge */
};
extern const char *const happening_names[];

struct remark { /* a comment */
    const char *id, *body;
    const char *login, *person, *email; /* of its author, as far as the system vouches for them */
    const char *association;            /* GitHub */
    int64_t at;
    bool machine; /* written by an app or by the system itself */
};
struct code_change { /* a push or a merge */
    const char *commit; /* what it ends in; NULL: not said */
    const char *onto;   /* the branch pushed to, or merged into */
    const char *merged; /* the branch that was merged; NULL: a push */
    const char *from;   /* what the merged branch was last compared with, or NULL */
    const char *text;   /* title and description of the merge */
    bool trunk;         /* onto is the default branch */
};
struct ticket_link {
    const char *ref, *how; /* "blocks" */
};
struct attachment {
    const char *name, *url; /* for api_file() */
    const char *type;       /* media type, or NULL */
    int64_t size;           /* bytes; 0: not said */
    bool elsewhere;         /* a page of another system's */
};
struct around {
    LIST(struct ticket_link) links;
    LIST(struct attachment) attached;
};
struct event {
    int what;
    const char *why; /* HAPPENED_NOTHING */
    const char *ref; /* NULL: the ticket cannot be found again */
    const char *key, *url, *title, *body, *project, *author;
    LIST(const char *) labels, components;
    const char *label;      /* the one that was added */
    const char *repository; /* generic: said outright */
    int64_t updated_at, created_at;
    bool closed;
    bool confidential; /* not for everybody who sees the project */
    bool thin; /* text and labels are not in the payload: they are fetched */
    struct remark comment;
    LIST(const char *) remotes; /* of what was pushed to */
    struct code_change change;
};
extern const struct record event_record; /* as it waits in the store when the API told of it: event "pland" */

struct payload {
    const char *event;
    const json_t *json;
    const struct source_settings *settings;
    struct arena *arena;
};
typedef enum err_kind parse_fn(const struct payload *p, struct event *ret, struct err *e);

/* --- signatures --------------------------------------------------------------------------------------------------- */
struct received {
    const struct call *call;
    const char *secret;
    int64_t now;
    const char *delivery; /* what the sender calls it; NULL: nothing */
    bool signed_id;       /* the id is part of what is signed */
    bool nomem;           /* it could not be checked at all */
};
typedef bool scheme_fn(struct received *r);
struct scheme {
    const char *header;
    scheme_fn *check;
};

/* --- its API ------------------------------------------------------------------------------------------------------ */
typedef LIST(struct remark) remark_list;
typedef LIST(struct event) event_list;
struct tracker_kind {
    const char *name;
    const struct scheme *schemes; /* the first whose header is there judges alone; ends with NULL */
    const char *event_header;     /* "header:x-github-event", or NULL */
    parse_fn *parse;
    /* NULL: it has no API */
    const char *api;     /* where it is, when nothing is set; NULL: it must be set */
    const char *files;   /* where uploads are then, when that is another host; or NULL */
    bool html, commands; /* comments may fold by <details>; lines that begin with / are commands to the system */
    size_t comment_max;  /* bytes */
    api_auth_fn *auth;
    enum err_kind (*self)(struct api *a, const char **ret, struct err *e); /* as remark.person names us */
    enum err_kind (*fetch)(struct api *a, const char *ref, struct event *ret, struct err *e);
    enum err_kind (*remarks)(struct api *a, const char *ref, int64_t since, remark_list *ret, struct err *e);
    /* Tickets that this one is linked with, and what is attached; NULL: only what its text says. */
    enum err_kind (*around)(struct api *a, const char *ref, struct around *ret, struct err *e);
    /* Where a link in a text leads when it was uploaded there, for api_file(); NULL: it was not. */
    const char *(*upload)(struct api *a, const char *ref, const char *link);
    enum err_kind (*create)(struct api *a, const char *ref, const char *markdown, const char **ret_id, struct err *e);
    enum err_kind (*update)(struct api *a, const char *ref, const char *id, const char *markdown, struct err *e);
    /* Of the labels "plan/…" only this one. */
    enum err_kind (*label)(struct api *a, const char *ref, const char *label, struct err *e);
    /* Tickets changed since, oldest first, within settings->projects; as HAPPENED_EDITED or HAPPENED_CLOSED. */
    enum err_kind (*changed)(struct api *a, int64_t since, event_list *ret, struct err *e);
};
extern const struct tracker_kind kind_generic, kind_github, kind_gitlab, kind_jira, kind_linear;
/* A push as GitHub and GitLab tell it alike: ref and after. A branch that was deleted ends in no commit. */
void field_push(struct arena *a, const json_t *v, const char *trunk, struct code_change *ret);
/* One more, from the API's arena. */
void around_link(struct api *a, struct around *ret, const char *ref, const char *how);
const struct tracker_kind *kind_find(const char *name); /* NULL: there is none */

#define STATE_LABEL "plan/" /* begins the labels that show a plan's state */

#endif
