/* One request to the daemon and its answer; what is wrong is printed here, once. */
#ifndef CLI_CALL_H
#define CLI_CALL_H

#include "cli/cli.h"
#include "pland/base/record.h"

struct request {
    const char *method;          /* NULL: GET */
    const char *path;            /* "/plans?limit=1"; with parts of unknown text made by path_of() */
    const struct record *record; /* body: in encoded by record */
    const void *in;
    const char *accept, *if_match, *if_none_match;
    int64_t wait;                /* seconds of a long poll; 0: none */
    const char *key;             /* Idempotency-Key; NULL: a new one for every POST */
    FILE *upload;                /* body from a file, with its size and type */
    size_t n_upload;
    const char *type;
    const char *body;            /* body as it is, with its type; used when record is NULL */
    int accepts;                 /* a status that is no failure here, besides 2xx and 304; 0: none */
};
struct response {
    int status;
    struct buf body;
    json_t *json;   /* the body parsed, NULL when it is no JSON */
    const char *etag; /* "" when there is none; in the arena */
};
void response_release(struct response *r);
static inline void auto_response_fn(struct response *r) { response_release(r); }
#define auto_response AUTO(auto_response_fn) struct response

/* CODE_DONE: 2xx, 304 or r->accepts. Otherwise the problem has been printed (with --json: as it came, to stdout). A
 * daemon that is busy is asked again a few times, when that is safe. */
enum code call(struct ctl *c, const struct request *r, struct response *ret);
enum code call_get(struct ctl *c, const char *path, struct response *ret);
enum code call_post(struct ctl *c, const char *path, const struct record *record, const void *in, struct response *ret);

/* Follows next_cursor and calls fn for each element of an array, at most limit times. */
struct listing {
    const char *path;   /* with its query */
    const char *member; /* the array: "plans" */
    const char *cursor; /* the parameter that takes next_cursor; NULL: "cursor" */
    int64_t limit;
    void (*fn)(void *arg, const json_t *v);
    void *arg;
};
enum code call_list(struct ctl *c, const struct listing *l);

/* "/plans/" + id escaped + rest. NULL: out of memory. */
const char *path_of(struct ctl *c, const char *collection, const char *id, const char *rest);
/* Adds "name=value" to a query, escaped, after ? or &; value NULL adds nothing. */
void query_add(struct buf *path, const char *name, const char *value);
/* The plan meant by an argument: "last" is the newest. NULL: said why not. */
const char *plan_id(struct ctl *c, const char *arg, enum code *ret);

/* Members of a JSON object, never NULL: "" and 0 for what is missing. */
const char *js(const json_t *v, const char *key);
int64_t ji(const json_t *v, const char *key);
bool jb(const json_t *v, const char *key);
const json_t *jo(const json_t *v, const char *key); /* may be NULL */

#endif
