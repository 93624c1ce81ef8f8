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
_must_check_ enum err_kind revision_document_of(struct txn *tx, struct call *c, const struct plan_row *p,
                                                int64_t number, struct revision_row *row, struct document *d,
                                                struct err *e);
/* format: 0 JSON, 1 Markdown, 2 HTML, as they are served. */
_must_check_ enum err_kind revision_render(struct txn *tx, struct arena *a, const struct revision_row *row,
                                           const struct document *d, int format, int code, struct buf *b,
                                           struct err *e);

#endif
