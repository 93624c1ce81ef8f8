/* One fetch of a mirror on its way: what mirror.c decides and mirror_git.c runs. */
#ifndef REPO_FETCH_H
#define REPO_FETCH_H

#include <limits.h>
#include "pland/base/arena.h"
#include "pland/base/buf.h"
#include "pland/repo/mirror.h"

#define SAID_ROOM ((size_t)64 << 10)

struct fetch {
    const struct mirror_config *config;
    const struct mirror_job *job;
    struct remote remote;
    struct guard_addresses addresses; /* none: a proxy resolves the name */
    struct arena *arena;
    char dir[PATH_MAX];               /* the mirror */
    char url[1600];                   /* as git gets it */
    const char *basic;                /* "user:token" in base64, or NULL */
    int key;                          /* a file in memory with the key, or -1 */
    int64_t until;                    /* clock_mono() */
    struct buf said;                  /* the end of what git said on standard error */
    int64_t looked;                   /* when the size was looked at last */
    bool too_large, stopped;
};

/* mirror_git.c: resolves the host, makes url, basic and key. */
_must_check_ enum err_kind fetch_open(struct fetch *f, struct err *e);
void fetch_close(struct fetch *f);
/* Runs git with these arguments in the mirror; out may be NULL. Failures are in words for people. */
_must_check_ enum err_kind fetch_git(struct fetch *f, const char *const *args, struct buf *out, struct err *e);

/* mirror_words.c: why git failed. signal: that ended it, or 0. */
enum err_kind fetch_failed(const struct fetch *f, int signal, struct err *e);
/* Stars in place of the secrets of the job. */
void fetch_redact(const struct fetch *f, char *text, size_t n);

#endif
