/* Fetching codebases as the worker pool sees it: what a fetch needs, how it goes, how it ended. */
#ifndef PLAND_SERVICE_IMPORTS_H
#define PLAND_SERVICE_IMPORTS_H

#include "pland/service/service.h"
#include "pland/store/imports.h"
#include "pland/store/jobs.h"
#include "pland/store/repositories.h"

struct import_load { struct repository_row repository; struct import_row import; const char *token, *key; };
/* The rows of a job's repository and its credential in the clear, for https a token, for ssh a key. ERR_NOT_FOUND: it
 * was deleted; ERR_INVALID: the credential's file cannot be read. All memory from a. */
_must_check_ enum err_kind service_import_load(struct service *s, const struct job *j, struct arena *a, struct import_load *ret, struct err *e);
/* Shown while the fetch runs; NULL: it begins. ERR_NOT_FOUND: the codebase was deleted meanwhile. */
_must_check_ enum err_kind service_import_progress(struct service *s, const char *repository, const char *text, struct err *e);

struct import_end {
    const struct job *job;
    const char *node;
    const char *url;          /* that was fetched: another one may have been set meanwhile */
    const char *commit, *branch, *tree; /* of the default ref; NULL: the repository is empty */
    const struct err *failed; /* NULL: it worked */
    int64_t again_at;         /* failed: when it is tried again; 0: not */
};
/* Ends the job, keeps the result, lets plans go on that waited. ERR_CONFLICT: the lease was lost. */
_must_check_ enum err_kind service_import_end(struct service *s, const struct import_end *end, struct err *e);
/* Queues the fetches whose time has come. */
_must_check_ enum err_kind service_import_due(struct service *s, struct err *e);
/* When the next one is due after one at now; 0: not by itself. */
int64_t import_next(const struct service *s, const struct import_row *i, int64_t now);
/* Ids of the codebases that are fetched, for tidying up. */
struct import_ids { const char **v; size_t n; };
_must_check_ enum err_kind service_import_ids(struct service *s, struct arena *a, struct import_ids *ret, struct err *e);

#endif
