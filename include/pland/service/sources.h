/* Ticket systems: what is set for a source, and what tracker/ does with a ticket, each in one transaction. */
#ifndef PLAND_SERVICE_SOURCES_H
#define PLAND_SERVICE_SOURCES_H

#include "pland/service/service.h"
#include "pland/store/hooks.h"
#include "pland/store/jobs.h"
#include "pland/store/plans.h"
#include "pland/store/tickets.h"

/* --- settings ----------------------------------------------------------------------------------------------------- */
/* Which codebase a ticket is about: all that is given must hold. */
struct source_route {
    const char *project, *component, *label, *repository;
};
/* What somebody may do by writing into a ticket: a login, id or e-mail as the tracker proves it, "*" is everybody; or
 * an association as GitHub tells it (OWNER, MEMBER, COLLABORATOR). The highest that fits counts. */
struct source_role {
    const char *login, *association;
    int role;
};
struct source_app {
    int64_t id, installation;
}; /* of GitHub; the credential is its private key */
enum source_start { START_DEFAULT, START_LABEL, START_CREATED, START_COMMAND };
extern const char *const source_start_names[];
extern const char *const source_kinds[]; /* "generic", "github" …, NULL; tracker/ has a row for each */

/* Where the payload of a generic sender has what; JSON pointers. */
struct source_fields {
    const char *action, *title, *body, *url, *key, *labels, *project, *components, *author, *updated_at, *repository;
    const char *comment, *comment_id, *comment_author;
};

#define SOURCE_SETTINGS                                                                                                \
    const char *repository; /* when no route fits */                                                                   \
    int mode;                                                                                                          \
    const char *label;           /* that makes a ticket a plan; NULL: by kind, see source_label() */                   \
    int start;                   /* enum source_start */                                                               \
    LIST(const char *) projects; /* only tickets of these */                                                           \
    LIST(const char *) authors;  /* only tickets of these */                                                           \
    LIST(struct source_route) routes;                                                                                  \
    LIST(struct source_role) roles;                                                                                    \
    const char *api;      /* base URL of its API; NULL: the public one */                                              \
    const char *username; /* with the token, where it is a password (Jira Cloud) */                                    \
    struct source_app *app;                                                                                            \
    bool silent;            /* nothing is written into tickets */                                                      \
    bool state_labels;      /* the plan's state as a label */                                                          \
    const char *poll;       /* "5m"; NULL: every hour; "never" */                                                      \
    int64_t plans_per_hour; /* 0: 60 */                                                                                \
    struct source_fields *fields;
struct source_settings {
    SOURCE_SETTINGS
};
extern const struct record source_settings_record;

struct source_request {
    union {
        struct source_settings settings;
        struct {
            SOURCE_SETTINGS
        };
    };
    const char *name, *kind, *project;
    const char *secret; /* what webhooks are signed with; NULL: made */
    const char *token;  /* for its API: a token, or the private key of an app; NULL: it is not called */
};
extern const struct record source_request_record, source_patch_record;
usecase_fn service_source_create, service_source_patch, service_source_delete, service_source_sync;
view_fn view_source, view_sources, view_source_deliveries;
/* A signed webhook that was verified by tracker/: takes the delivery, makes a job. */
struct inbound_request {
    int64_t source;
    const char *delivery, *event;
    bool unsigned_id; /* the signature is over the body alone: whatever the id, a body is taken once */
};
usecase_fn service_inbound_take;

_must_check_ enum err_kind source_settings_read(const struct source_row *r, struct arena *a,
                                                struct source_settings *ret, struct err *e);
const char *source_label(const struct source_row *r, const struct source_settings *s); /* NULL: none is needed */
enum source_start source_start_of(const struct source_row *r, const struct source_settings *s);
int64_t source_poll_ms(const struct source_row *r, const struct source_settings *s); /* 0: never */

/* --- tickets ------------------------------------------------------------------------------------------------------ */
struct ticket_known {
    struct ticket_row row;
    struct plan_row plan; /* n 0: none, or it has ended */
    bool found;
};
/* What is known of a ticket; nothing is no error. */
_must_check_ enum err_kind service_ticket_known(struct service *s, const struct source_row *source, const char *ticket,
                                                struct arena *a, struct ticket_known *ret, struct err *e);

/* call.in of the use cases below. */
struct ticket_action {
    const struct source_row *source;
    const char *ticket;   /* what the API calls it */
    int64_t updated_at;   /* by the tracker's clock; 0: not said */
    const char *state;    /* JSON, kept */
    const char *based_on; /* digest of title and body */
    const char *topic;    /* of a reply, or of what is dealt with here; NULL: none */
    const char *reply;    /* Markdown, or NULL */
    const char *person;   /* who does it: "alice (github)"; NULL: the source's maker */
    const struct plan_request *plan;
    int64_t plans_per_hour;
    usecase_fn *run; /* on the ticket's plan */
    const void *in;
    int64_t approves; /* revision that run approves: its ETag is what was read */
    bool words;       /* in is a message: what becomes of it is said in the ticket */
    int64_t confirms; /* number of the answer whose proposal run confirms */
};
/* Keeps what the ticket says now, and links a plan of its key or URL that was made otherwise. ERR_CONFLICT: something
 * newer is known. */
usecase_fn service_ticket_note;
/* Makes its plan, or finds the one there is (200). ERR_RATE: too many in an hour. */
usecase_fn service_ticket_plan;
/* Runs a use case on its plan, on behalf of the person. ERR_NOT_FOUND: it has none. ERR_REUSED_KEY: the topic was dealt
 * with before, or the plan rests on this text already. */
usecase_fn service_ticket_act;
/* Queues a reply. Answered before: nothing. */
usecase_fn service_ticket_reply;
/* Fetches the codebases that have one of these remotes, or are named; call.in: struct ticket_push. out->status 204:
 * there is none. */
struct ticket_push {
    int64_t project;
    LIST(const char *) remotes;
    LIST(const char *) repositories;
    const char *commit; /* what the code is now, or NULL */
    const char *onto;   /* the branch that was pushed to, or merged into */
    const char *merged; /* the branch that was merged; NULL: a push */
    const char *text;   /* what is said of the merge, or NULL */
};
usecase_fn service_ticket_push;
/* The plans that were handed off and that a push to the default branch, or a merge, concerns: by the branch that was
 * named at the handoff, or by their id in the text. */
struct merged_plan {
    const char *plan, *codebase; /* id; name */
};
struct merged_plans {
    struct merged_plan *v;
    size_t n;
};
_must_check_ enum err_kind service_merged_plans(struct service *s, const struct ticket_push *in, struct arena *a,
                                                struct merged_plans *ret, struct err *e);

/* --- the ticket is told ------------------------------------------------------------------------------------------- */
struct ticket_told { /* all that a comment shows; texts live in the arena */
    struct ticket_row row;
    struct source_row source;
    struct plan_row plan; /* n 0: it has none any more */
    const char *needs;    /* Markdown: what it waits for, in words */
    const char *markdown; /* of the newest revision, or NULL */
    int64_t verified, to_create, unprovable, failed;
    const char *staleness, *error, *end; /* JSON, or NULL */
    const char *verification;            /* likewise: the last one */
    struct reply_list replies;           /* to be written */
    const char *request;                 /* JSON of POST /plans */
    const char *ticket;                  /* JSON of the plan's ticket */
};
_must_check_ enum err_kind service_ticket_told(struct service *s, const struct job *j, struct arena *a,
                                               struct ticket_told *ret, struct err *e);
_must_check_ enum err_kind service_ticket_commented(struct service *s, int64_t n, const char *comment, struct err *e);
_must_check_ enum err_kind service_reply_written(struct service *s, int64_t n, const char *comment, struct err *e);
/* The ticket shows the plan as of this event: the job ends, or begins anew when there is more to tell. */
_must_check_ enum err_kind service_ticket_shown(struct service *s, const struct job *j, const char *node,
                                                const struct ticket_told *t, const char *shown, struct err *e);

/* --- asking a source ---------------------------------------------------------------------------------------------- */
/* Queues a look at every source whose time has come; start: at all that have an API. */
_must_check_ enum err_kind service_sources_due(struct service *s, bool start, struct err *e);
/* Takes what was found as if it had been sent; *ret: how many were new. */
struct inbound_found {
    const char *delivery, *event, *body;
};
struct inbound_found_list {
    struct inbound_found *v;
    size_t n;
};
_must_check_ enum err_kind service_source_found(struct service *s, int64_t source, const struct inbound_found_list *l,
                                                int64_t synced_at, int64_t *ret, struct err *e);

/* --- jobs of a source --------------------------------------------------------------------------------------------- */
/* The source that a job of the tracker's is for. ERR_NOT_FOUND: it is gone. */
_must_check_ enum err_kind service_job_source(struct service *s, const struct job *j, struct arena *a,
                                              struct source_row *ret, struct err *e);
/* Is its API called the same way: by the same token and settings? */
bool source_called_alike(const struct source_row *a, const struct source_row *b);
/* Ends a job of a source, or has it wait. When the source was changed since the attempt began, what came of it says
 * nothing any more: the job is due at once, as if for the first time, and the failure is not noted. ERR_CONFLICT: the
 * job is no longer this node's. */
struct source_attempt {
    const struct job *job;
    const char *node;
    const struct source_row *was; /* before the attempt */
    int64_t run_at;               /* when to try again; 0: it is over */
    const char *why;              /* it is tried again */
    const char *failed;           /* shown with the source: why its API could not be called; NULL: it is left */
};
_must_check_ enum err_kind service_source_attempted(struct service *s, const struct source_attempt *t, struct err *e);

#endif
