/* Projects, people, tokens, the audit, idempotency keys. */
#ifndef PLAND_STORE_ACCESS_H
#define PLAND_STORE_ACCESS_H

#include "pland/base/hash.h"
#include "pland/store/store.h"

struct project_row { int64_t n; const char *id, *name; const char *settings /* JSON or NULL */; int64_t created_at; };
struct project_list { struct project_row *v; size_t n; };
_must_check_ enum err_kind store_project_insert(struct txn *tx, struct project_row *p,
                                                struct err *e); /* ERR_CONFLICT: name taken */
_must_check_ enum err_kind store_project_get(struct txn *tx, const char *name_or_id, struct arena *a,
                                             struct project_row *ret, struct err *e);
_must_check_ enum err_kind store_project_get_n(struct txn *tx, int64_t n, struct arena *a, struct project_row *ret,
                                               struct err *e);
_must_check_ enum err_kind store_project_update(struct txn *tx, const struct project_row *p, struct err *e);
_must_check_ enum err_kind store_project_list(struct txn *tx, struct arena *a, struct project_list *ret, struct err *e);

struct person_row { int64_t n; const char *id, *name, *email, *logins /* JSON */; int64_t created_at; };
_must_check_ enum err_kind store_person_insert(struct txn *tx, struct person_row *p,
                                               struct err *e); /* ERR_CONFLICT: name taken */
_must_check_ enum err_kind store_person_get_n(struct txn *tx, int64_t n, struct arena *a, struct person_row *ret,
                                              struct err *e);
_must_check_ enum err_kind store_person_by_name(struct txn *tx, const char *name, struct arena *a,
                                                struct person_row *ret, struct err *e);

enum role { ROLE_NONE, ROLE_VIEWER, ROLE_PLANNER, ROLE_APPROVER, ROLE_ADMIN };
extern const char *const role_names[]; /* "none", "viewer", "planner", "approver", "admin", NULL */
struct token_row {
    int64_t n;
    const char *id, *name;   /* tok_…; what it is for */
    struct sha256 hash;      /* of the secret */
    int role;
    int64_t project;         /* 0: all */
    int64_t person;
    int64_t created_at, expires_at, last_used_at, revoked_at; /* 0: never */
    const char *plan;        /* id of the only plan it is for; NULL: any */
    const char *verbs;       /* all it may do there, separated by blanks; NULL: what the role may */
    const char *claim;       /* id of the claim that it was made with, and ends with; NULL: none */
};
struct token_list { struct token_row *v; size_t n; };
_must_check_ enum err_kind store_token_insert(struct txn *tx, struct token_row *t, struct err *e);
_must_check_ enum err_kind store_token_by_hash(struct txn *tx, const struct sha256 *h, struct arena *a,
                                               struct token_row *ret, struct err *e);
_must_check_ enum err_kind store_token_get(struct txn *tx, const char *id, struct arena *a, struct token_row *ret,
                                           struct err *e);
_must_check_ enum err_kind store_token_get_n(struct txn *tx, int64_t n, struct arena *a, struct token_row *ret,
                                             struct err *e);
_must_check_ enum err_kind store_token_list(struct txn *tx, int64_t project /* 0: all */, struct arena *a,
                                            struct token_list *ret, struct err *e);
/* Those made with a claim that are not revoked. */
_must_check_ enum err_kind store_token_of_claim(struct txn *tx, const char *claim, struct arena *a, struct token_list *ret,
                                                struct err *e);
/* None of these outlives `at`. */
_must_check_ enum err_kind store_token_shorten(struct txn *tx, const char *claim, int64_t at, struct err *e);
_must_check_ enum err_kind store_token_revoke(struct txn *tx, int64_t n, int64_t at, struct err *e);
_must_check_ enum err_kind store_token_used(struct txn *tx, int64_t n, int64_t at, struct err *e);

struct audit_row {
    int64_t n, at, project, person, token, plan;
    const char *action, *object, *detail /* JSON or NULL */;
};
struct audit_list { struct audit_row *v; size_t n; };
_must_check_ enum err_kind store_audit_insert(struct txn *tx, const struct audit_row *r, struct err *e);
_must_check_ enum err_kind store_audit_list(struct txn *tx, int64_t project, int64_t plan, int64_t before, int limit,
                                            struct arena *a, struct audit_list *ret, struct err *e);

/* idempotency: what a key did. The answer itself is not kept: a replay shows the resource as it now stands. Keys are
 * kept as they were sent: those that grow, as time-sortable ids do, then append to their index instead of
 * scattering. */
struct idempotency_row {
    int64_t token;
    const char *key;
    size_t n_key;
    struct sha256 request /* method, path, body */;
    int status;
    const char *href;
    int64_t at;
};
/* ERR_NOT_FOUND when unused. */
_must_check_ enum err_kind store_idempotency_get(struct txn *tx, int64_t token, const char *key, struct arena *a,
                                                 struct idempotency_row *ret, struct err *e);
/* ERR_CONFLICT when the token has used the key. */
_must_check_ enum err_kind store_idempotency_put(struct txn *tx, const struct idempotency_row *r, struct err *e);
/* Of the `limit` oldest keys, removes those from before `before`; returns how many. */
_must_check_ enum err_kind store_idempotency_prune(struct txn *tx, int64_t before, int limit, int64_t *ret,
                                                   struct err *e);

#endif
