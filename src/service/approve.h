/* Approvals: what a project asks of them, and what they bind. */
#ifndef SERVICE_APPROVE_H
#define SERVICE_APPROVE_H

#include "service/plan_txn.h"

/* "approvals" of a project's settings:
 * {"needed": 2, "owners": true, "not_author": true, "people": {"@acme/api-team": ["alice", "bob"]}} */
struct approval_rules {
    int64_t needed;     /* people who have to approve a revision */
    bool owners;        /* for every rule of CODEOWNERS that a file of the plan falls under, one of its owners */
    bool not_author;    /* whoever wrote part of the plan does not approve it */
    const char *people; /* JSON: names of CODEOWNERS, with the names of the people they stand for; NULL: none */
};
_must_check_ enum err_kind approval_rules_read(struct txn *tx, int64_t project, struct arena *a,
                                               struct approval_rules *ret, struct err *e);
_must_check_ enum err_kind approval_settings_check(const char *settings, struct arena *a, struct err *e);

/* One rule of CODEOWNERS, and the plan's files it decides on. */
struct owned_files {
    LIST(const char *) owners;
    LIST(const char *) files;
};
struct owned_list {
    LIST(struct owned_files) v;
};
/* What prepare_approval() leaves in call.prepared. */
struct approval_owners {
    int64_t revision;
    struct owned_list rules;
};

/* Kept as the part "approvals" while some are missing. */
struct approval_state {
    int64_t revision, needed, given;
    LIST(struct owned_files) missing;
};
extern const struct record approval_state_record;

/* JSON array of the codebases that the plan rests on now. */
_must_check_ enum err_kind approval_base(struct plan_txn *p, const char **ret, struct err *e);
/* JSON object for events and the audit; other: further members, each with its comma, or "". */
const char *approval_detail(struct arena *a, const struct approval_row *r, const char *other);

#endif
