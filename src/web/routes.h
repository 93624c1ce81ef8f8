/* The one route table: what can be asked of pland over HTTP, by whom, with what body, and who answers. */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "pland/base/record.h"
#include "pland/service/service.h"
#include "web/target.h"

enum body_kind {
    BODY_NONE,     /* an empty JSON object is tolerated */
    BODY_JSON,     /* required, decoded by the row's record */
    BODY_OPTIONAL, /* decoded when there is one; none means the defaults */
    BODY_RAW       /* handed over as it came */
};

enum {
    ROUTE_GLOBAL = 1 << 0,  /* concerns the instance: refused to tokens of one project */
    ROUTE_MATCH = 1 << 1,   /* a person's decision is at stake: If-Match required, else 428 */
    ROUTE_WAIT = 1 << 2,    /* GET that takes Prefer: wait */
    ROUTE_SLOW = 1 << 3,    /* the view runs on a pool thread */
    ROUTE_UPLOAD = 1 << 4,  /* a codebase: its own size limit, time by size */
    ROUTE_QUIET = 1 << 5,   /* polled by machines: logged at debug only */
    ROUTE_WEBHOOK = 1 << 6, /* prepared by the configuration's webhook_verify, headers become parameters */
    ROUTE_VARIES = 1 << 7,  /* the answer depends on Accept */
    ROUTE_PAGE_AFTER = 1 << 8, /* the next page is asked for with after=, not cursor= */
    ROUTE_HEAD_FAST = 1 << 9,  /* slow, except for the one called "head": its bytes are kept ready, without parameters */
    ROUTE_STREAM = 1 << 10,    /* also as text/event-stream */
    ROUTE_LINK = 1 << 11       /* a page for people without a token: its address is the right to see it */
};

struct request;
/* Answers of web's own (health, metrics, the API document). May set request.status. */
typedef enum err_kind local_fn(struct request *r, struct view *v, struct err *e);

struct route {
    const char *method, *pattern;
    enum role role; /* least; ROLE_NONE: no token */
    unsigned flags;
    enum body_kind body;
    const char *const *types;    /* accepted content types, NULL-terminated; NULL: any */
    const struct record *record; /* of the body */
    void (*init)(void *body);    /* defaults of the decoded struct; NULL: zeroed */
    const char *params;          /* query parameters, separated by spaces */
    prepare_fn *prepare;
    usecase_fn *run;  /* writes */
    view_fn *view;    /* reads; a write shows the view of the route that its outcome's href matches */
    local_fn *local;
};

extern const struct route routes[];
extern const size_t n_routes;

struct route_match {
    const struct route *route; /* NULL: no such path, or no such method on it */
    bool path_known;
    const char *id, *sub;      /* segments that stand for {…}, in order; NULL where the pattern has none */
};
/* HEAD finds the GET. */
void route_find(const char *method, const struct target *t, struct route_match *ret);
/* Methods that the path takes, as for the Allow header: "GET, HEAD, OPTIONS". ret holds at least 64 bytes. */
void route_allow(const struct target *t, char *ret, size_t cap);
/* Whether a row's params name this parameter. */
bool route_takes(const struct route *r, const char *param);
size_t route_number(const struct route *r);

#endif
