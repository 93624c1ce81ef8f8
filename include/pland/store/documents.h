/* Revisions and their content-addressed sections, served bytes, refinements, approvals, waivers. */
#ifndef PLAND_STORE_DOCUMENTS_H
#define PLAND_STORE_DOCUMENTS_H

#include "pland/base/hash.h"
#include "pland/store/store.h"

/* sections: written once per content; a revision refers to them */
_must_check_ enum err_kind store_section_put(struct txn *tx, const struct sha256 *hash, const char *bytes, size_t n, struct err *e);

struct revision_section { const char *id; struct sha256 hash; const char *bytes; size_t n; };
struct revision_row {
    int64_t plan, number, parent;   /* parent 0: none */
    int64_t at, author;             /* people.n; 0: pland */
    struct sha256 content;          /* document_hash() */
    const char *reason;             /* "drafted", "refinement", "edit", "repair" … */
    const char *detail;             /* words: the instruction */
    const char *checks;             /* findings JSON (check room's record) */
    const char *refinement;         /* its id, when it is one that is worked in; NULL: none */
    const char *comments;           /* JSON array of the ids of comments that are worked in, or NULL */
    int64_t repairs;                /* how often the checks sent it back first */
    const char *affected;           /* JSON: sections that use what has changed and have not been changed since, or NULL */
    int64_t verified, to_create, unprovable, failed;
    int64_t waivers;                /* read only: of the plan, so far */
    struct { struct revision_section *v; size_t n; } sections; /* in order */
};
struct revision_list { struct revision_row *v; size_t n; };
/* Writes row and section list (sections themselves must be there). ERR_CONFLICT when the number exists. */
_must_check_ enum err_kind store_revision_insert(struct txn *tx, const struct revision_row *r, struct err *e);
/* number 0: the newest. Sections come with their bytes when with_sections. */
_must_check_ enum err_kind store_revision_get(struct txn *tx, int64_t plan, int64_t number, bool with_sections, struct arena *a, struct revision_row *ret, struct err *e);
/* The same plan's, when it is to be compared with one that was read with its bytes: what both have is not read again. */
_must_check_ enum err_kind store_revision_get_beside(struct txn *tx, int64_t number, const struct revision_row *other, struct arena *a, struct revision_row *ret, struct err *e);
_must_check_ enum err_kind store_revision_list(struct txn *tx, int64_t plan, int64_t before, int limit, struct arena *a, struct revision_list *ret, struct err *e);
/* Is the person the author of one of them? */
_must_check_ enum err_kind store_revision_author(struct txn *tx, int64_t plan, int64_t person, bool *ret, struct err *e);

/* The newest revision that has a section of this id, and the section's bytes. ERR_NOT_FOUND: none ever had. */
struct section_seen { int64_t revision; const char *bytes; size_t n; };
_must_check_ enum err_kind store_section_last(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct section_seen *ret, struct err *e);

/* For each section that a revision of (from, to] changed, added or took out: the newest that did. */
struct section_origin { const char *section; int64_t revision; };
struct section_origins { struct section_origin *v; size_t n; };
_must_check_ enum err_kind store_section_origins(struct txn *tx, int64_t plan, int64_t from, int64_t to, struct arena *a, struct section_origins *ret, struct err *e);

/* heads: the newest revision's served bytes, one per format ("json", "markdown", "html") */
_must_check_ enum err_kind store_head_put(struct txn *tx, int64_t plan, const char *format, int64_t revision, const char *etag, const char *bytes, size_t n, struct err *e);
struct head_bytes { int64_t revision; const char *etag; const char *bytes; size_t n; };
/* By the plan's public id within a project (0: any): one statement from id to bytes. Bytes are malloc'ed by the caller's
 * allocator function, so that they are copied once: alloc(arg, n) returns where they go (NULL: ERR_NOMEM). */
typedef void *head_alloc_fn(void *arg, size_t n);
_must_check_ enum err_kind store_head_get(struct txn *tx, const char *plan_id, int64_t project, const char *format, head_alloc_fn *alloc, void *arg, struct arena *a, struct head_bytes *ret, struct err *e);

enum refinement_state { REFINEMENT_PENDING, REFINEMENT_APPLIED, REFINEMENT_CONFLICTED, REFINEMENT_WITHDRAWN, REFINEMENT_FAILED };
extern const char *const refinement_state_names[];
struct refinement_row {
    int64_t n, plan;
    const char *id;
    int64_t base_revision, result_revision, at, author;
    int state;
    const char *instruction, *sections /* JSON array of ids or NULL */, *detail /* why conflicted */;
    const char *comments; /* JSON array of the ids of comments it is to work in, or NULL */
    int cause;            /* enum refinement_cause */
};
struct refinement_list { struct refinement_row *v; size_t n; };
_must_check_ enum err_kind store_refinement_insert(struct txn *tx, struct refinement_row *r, struct err *e);
_must_check_ enum err_kind store_refinement_update(struct txn *tx, const struct refinement_row *r, struct err *e); /* state, result_revision, detail */
_must_check_ enum err_kind store_refinement_get(struct txn *tx, int64_t plan, const char *id, struct arena *a, struct refinement_row *ret, struct err *e);
/* state -1: all; oldest first */
_must_check_ enum err_kind store_refinement_list(struct txn *tx, int64_t plan, int state, struct arena *a, struct refinement_list *ret, struct err *e);

/* One per person. base: JSON array of the codebases it binds, with commit and tree. */
struct approval_row { int64_t plan, revision, at, person; struct sha256 content; const char *base, *note; int64_t voided_at; };
struct approval_list { struct approval_row *v; size_t n; };
_must_check_ enum err_kind store_approval_insert(struct txn *tx, const struct approval_row *r, struct err *e);
_must_check_ enum err_kind store_approval_get(struct txn *tx, int64_t plan, struct arena *a, struct approval_row *ret, struct err *e); /* newest not voided; ERR_NOT_FOUND */
/* Of one revision, the voided ones too, oldest first. */
_must_check_ enum err_kind store_approval_list(struct txn *tx, int64_t plan, int64_t revision, struct arena *a, struct approval_list *ret, struct err *e);
/* *ret: how many stood until now. */
_must_check_ enum err_kind store_approval_void(struct txn *tx, int64_t plan, int64_t at, int64_t *ret, struct err *e);

/* waivers: findings that may stay, by the finding's id, so that they last while rule, section and evidence do */
struct waiver_row { int64_t plan, at, person; const char *finding, *rule, *section, *message, *reason; };
struct waiver_list { struct waiver_row *v; size_t n; };
/* ERR_CONFLICT when the finding is waived already. */
_must_check_ enum err_kind store_waiver_insert(struct txn *tx, const struct waiver_row *r, struct err *e);
_must_check_ enum err_kind store_waiver_list(struct txn *tx, int64_t plan, struct arena *a, struct waiver_list *ret, struct err *e); /* oldest first */

#endif
