/* The one way from what a ticket system tells to a plan, whatever the system. */
#ifndef TRACKER_ENGINE_H
#define TRACKER_ENGINE_H

#include "tracker/command.h"
#include "tracker/inner.h"

struct visit { /* one thing that a source has told */
    struct tracker *tracker;
    struct arena *arena;
    struct inbound_row row;
    int64_t attempts; /* that have failed */
    struct source_row source;
    struct source_settings settings;
    const struct tracker_kind *kind;
    struct event event;
    struct ticket_known known;
    struct api api;
    bool api_open;
};

/* What may be different the next time; everything else is the sender's or the settings' fault. */
bool visit_temporary(enum err_kind k);
bool visit_outside(const struct visit *v); /* the source is only for other projects */
/* A use case on behalf of the source; in lives until it has run. */
struct call visit_call(const struct visit *v, const void *in, const char *key);
/* The source's API, NULL: it has none. A failure to open it is none of the ticket's. */
struct api *visit_api(struct visit *v);
_must_check_ enum err_kind visit_run(struct visit *v, usecase_fn *fn, struct ticket_action *in, struct outcome *out,
                                     struct err *e);
/* An action with what the event says of the ticket. */
struct ticket_action visit_action(struct visit *v);
const char *plan_of(const struct outcome *out); /* id in href */

/* Makes the ticket's plan. repository: said by somebody, else NULL: by routes; when these name several, it is asked and
 * no plan is made. *ret: what has become of it, in words. */
_must_check_ enum err_kind visit_plan(struct visit *v, const char *repository, const char **ret, struct err *e);
/* What comes along with the ticket, as files: comments, linked tickets, attachments (material.c). ERR_BUSY, and whatever
 * visit_temporary() says: later. */
_must_check_ enum err_kind visit_input(struct visit *v, struct plan_request *in, struct err *e);
/* The code has changed: it is fetched, and held against the plans that it was made for. */
_must_check_ enum err_kind visit_push(struct visit *v, const char **ret, struct err *e);
/* A comment: its commands. */
_must_check_ enum err_kind visit_comment(struct visit *v, const char **ret, struct err *e);

/* --- edits -------------------------------------------------------------------------------------------------------- */
const char *text_digest(struct arena *a, const char *title, const char *body);
/* The ticket as it was told last, when the plan does not rest on it yet: worked in as the plan's state allows. *ret:
 * what was done in words, NULL: nothing (now). asked: somebody wants it, even if it takes an approval. */
struct edit {
    struct service *service;
    const struct source_row *source;
    const struct ticket_row *row;
    const struct plan_row *plan;
    struct arena *arena;
    bool asked;
    const char *topic, *person;
};
_must_check_ enum err_kind edit_apply(const struct edit *x, const char **ret, struct err *e);

#endif
