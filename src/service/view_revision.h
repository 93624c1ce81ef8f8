/* Revisions as documents and in their formats, for several views. */
#ifndef SERVICE_VIEW_REVISION_H
#define SERVICE_VIEW_REVISION_H

#include "pland/plan/document.h"
#include "pland/store/documents.h"
#include "pland/store/plans.h"
#include "service/view.h"

/* "head" is 0. */
_must_check_ enum err_kind revision_number_of(const char *s, int64_t *ret, struct err *e);
/* How much code is shown: what ?code= says, else what the plan was asked for with. */
_must_check_ enum err_kind revision_code_shown(struct txn *tx, struct call *c, const struct plan_row *p, int *ret,
                                               struct err *e);
/* What a revision is served with besides its document; borrows from the row. */
_must_check_ enum err_kind revision_rendering(struct txn *tx, struct arena *a, const struct revision_row *row, int code,
                                              struct rendering *ret, struct err *e);

#endif
