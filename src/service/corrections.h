/* What people said of a codebase, as requests give it and views show it. */
#ifndef SERVICE_CORRECTIONS_H
#define SERVICE_CORRECTIONS_H

#include "pland/store/corrections.h"
#include "pland/store/repositories.h"
#include "service/view.h"

/* ERR_INVALID names the text that is none. in NULL: fine. Pure. */
_must_check_ enum err_kind corrections_check(const struct corrections_request *in, struct err *e);
/* Makes what was said exactly what the request has; what stays keeps who said it and when. in NULL: nothing changes. */
_must_check_ enum err_kind corrections_patch(struct txn *tx, const struct call *c, const struct corrections_request *in,
                                             const struct repository_row *r, struct err *e);
/* The member "corrections"; nothing where nobody said anything. */
void corrections_json(struct txn *tx, const struct correction_list *l, struct arena *a, struct buf *b);

#endif
