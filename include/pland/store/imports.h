/* Codebases fetched from a git remote: one row beside the repository's own. */
#ifndef PLAND_STORE_IMPORTS_H
#define PLAND_STORE_IMPORTS_H

#include "pland/store/store.h"

enum import_state { IMPORT_IMPORTING, IMPORT_READY, IMPORT_FAILED };
extern const char *const import_state_names[];
enum import_credential { CREDENTIAL_NONE, CREDENTIAL_TOKEN, CREDENTIAL_KEY, CREDENTIAL_FILE };
extern const char *const import_credential_names[];

#define SYNC_DEFAULT ((int64_t)0) /* sync_every: as the setting says */
#define SYNC_NEVER ((int64_t)-1)
struct import_row {
    int64_t n, repository;
    const char *url, *username;
    int credential;
    const void *secret; size_t n_secret; /* sealed token or key */
    const char *secret_file;             /* name of a file in DATA/secrets */
    int state;
    const char *error;     /* why the last try failed; NULL: it did not */
    const char *progress;  /* of the fetch that runs; NULL: none runs */
    int64_t sync_every;    /* ms, or SYNC_… */
    int64_t synced_at;     /* 0: never; the mirror is of no use yet */
    int64_t tried_at, next_at; /* next_at 0: not by itself */
    bool again;            /* asked for while one was running */
};
struct import_list { struct import_row *v; size_t n; };
_must_check_ enum err_kind store_import_insert(struct txn *tx, struct import_row *r, struct err *e);
_must_check_ enum err_kind store_import_get(struct txn *tx, int64_t repository, struct arena *a, struct import_row *ret, struct err *e);
_must_check_ enum err_kind store_import_update(struct txn *tx, const struct import_row *r, struct err *e);
_must_check_ enum err_kind store_import_delete(struct txn *tx, int64_t repository, struct err *e);
_must_check_ enum err_kind store_import_list(struct txn *tx, struct arena *a, struct import_list *ret, struct err *e);
/* Those whose next_at has come, at most limit. */
_must_check_ enum err_kind store_import_due(struct txn *tx, int64_t now, int limit, struct arena *a, struct import_list *ret, struct err *e);
/* The mirrors are gone (a restore): everything is fetched anew, by itself, and plans wait for it. */
_must_check_ enum err_kind store_import_reset(struct txn *tx, struct err *e);
/* Plans that wait for this codebase need not wait any more. */
_must_check_ enum err_kind store_import_wake(struct txn *tx, int64_t repository, int64_t now, struct err *e);

#endif
