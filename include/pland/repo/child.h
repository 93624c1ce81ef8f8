/* Running another program under guard: no shell, its own environment, limits on time, memory and files.
 *
 * The child leads a process group of its own, which is killed as a whole when time is up, when the caller stops it, when
 * it has ended (what it started may live on) and, for the child itself, when the thread that started it is gone. It has
 * standard input, output and error and no other descriptor of this process. Blocks; any thread. */
#ifndef PLAND_REPO_CHILD_H
#define PLAND_REPO_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/buf.h"
#include "pland/base/err.h"

struct child {
    const char *program;        /* a path, or a name looked for in CHILD_PATH */
    const char *const *argv;    /* NULL-terminated */
    const char *const *envp;    /* all it gets; NULL-terminated */
    const char *dir;            /* working directory; NULL: / */
    const void *input;          /* standard input; NULL: empty */
    size_t n_input;
    int64_t wall_ms, cpu_s, memory, file_bytes; /* 0: no limit. memory is not limited under sanitizers */
    int files;                  /* descriptors at once; 0: 256 */
    struct buf *out;            /* its standard output; more than the buffer takes ends it with ERR_TOO_LARGE */
    /* Called with every piece of standard error as it comes, and with n 0 about every 200 ms. False stops the child. */
    bool (*watch)(void *arg, const char *said, size_t n);
    void *arg;
};
struct child_end {
    int code;     /* exit code; -1: ended by a signal */
    int signal;   /* which */
    bool stopped; /* by watch */
    bool late;    /* wall_ms were over */
};
#define CHILD_PATH "/usr/local/bin:/usr/bin:/bin"

/* ERR_NOT_FOUND: no such program; ERR_TOO_LARGE: too much output; else how it ended is in *ret, however that was. */
_must_check_ enum err_kind child_run(const struct child *c, struct child_end *ret, struct err *e);

#endif
