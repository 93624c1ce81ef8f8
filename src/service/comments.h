/* Comments inside transactions that hold the plan's row: carried into a new revision, worked in, copied by a fork. */
#ifndef SERVICE_COMMENTS_H
#define SERVICE_COMMENTS_H

#include "pland/store/comments.h"
#include "service/plan_txn.h"

/* A revision with these sections is out: every comment goes where its text stands now, or is outdated from now on. */
_must_check_ enum err_kind comments_follow(struct plan_txn *p, const struct step_publish *pub, struct err *e);
/* The comments of a refinement (JSON array of ids) are worked in by the newest revision. */
_must_check_ enum err_kind comments_worked_in(struct plan_txn *p, const char *ids, int64_t by, struct err *e);
_must_check_ enum err_kind comments_copy(struct plan_txn *p, int64_t from, struct err *e);
/* Those of the request, each open and with a section in the head; *ret_sections gets what they stand in. */
struct text_list { LIST(const char *) v; };
_must_check_ enum err_kind comments_asked(struct plan_txn *p, const char *const *ids, size_t n,
                                          const struct revision_row *head, struct text_list *ret_sections,
                                          struct err *e);
/* In words: what a refinement of comments alone asks for. */
_must_check_ enum err_kind comments_words(struct plan_txn *p, const char *ids, const char **ret, struct err *e);
/* The id of the section that "ph2", "ph2.s1", "P2" or "risks" means in a revision; NULL: none. */
const char *section_meant(const struct revision_row *r, const char *want);

#endif
