/* Failures on demand: counters that run down. */
#include "store/fault.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#ifdef PLAND_FAULTS
static void read_environment(struct fault *f)
{
    static const struct {
        const char *prefix;
        size_t counter;
        enum err_kind kind;
    } rows[] = {
        { "statement:", offsetof(struct fault, statements), ERR_IO },
        { "commit:", offsetof(struct fault, commits), ERR_IO },
        { "full:", offsetof(struct fault, statements), ERR_FULL },
    };
    const char *s = getenv("PLAND_STORE_FAIL");
    for (size_t i = 0; s && i < countof(rows); i++) {
        size_t n = strlen(rows[i].prefix);
        if (strncmp(s, rows[i].prefix, n) != 0) continue;
        atomic_store(&f->kind, (int)rows[i].kind);
        atomic_store((_Atomic int64_t *)(void *)((char *)f + rows[i].counter), strtoll(s + n, NULL, 10));
    }
}
#endif

void fault_init(struct fault *f)
{
    atomic_init(&f->statements, 0);
    atomic_init(&f->commits, 0);
    atomic_init(&f->kind, ERR_IO);
#ifdef PLAND_FAULTS
    read_environment(f);
#endif
}

/* Counts down; true for the caller that reaches zero. */
static bool runs_out(_Atomic int64_t *counter)
{
    int64_t left = atomic_load_explicit(counter, memory_order_relaxed);
    if (left <= 0) return false;
    return atomic_fetch_sub(counter, 1) == 1;
}

enum err_kind fault_statement(struct fault *f, struct err *e)
{
    if (!f || !runs_out(&f->statements)) return ERR_OK;
    return err_set(e, (enum err_kind)atomic_load(&f->kind), "a statement was made to fail");
}

enum err_kind fault_commit(struct fault *f, struct err *e)
{
    if (!f || !runs_out(&f->commits)) return ERR_OK;
    return err_set(e, (enum err_kind)atomic_load(&f->kind), "a commit was made to fail");
}
