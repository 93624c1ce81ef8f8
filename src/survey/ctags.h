/* universal-ctags as a guarded child, in its sandbox: it gets texts through a pipe, and opens nothing. */
#ifndef SURVEY_CTAGS_H
#define SURVEY_CTAGS_H

#include <stddef.h>
#include "pland/base/buf.h"

#define CTAGS_PROGRAM "ctags"

/* Adds a text to what ctags is asked; the name's ending says the language. */
void ctags_ask(struct buf *request, const char *name, const char *text, size_t n);
/* Called for every tag, with the number of the text it is in (from 0). */
typedef void ctags_fn(void *arg, size_t text, const char *line, size_t n);
/* *ret_done: how many texts were answered; what follows them was not. ERR_NOT_FOUND: no such program. Blocks. */
_must_check_ enum err_kind ctags_run(const char *program, const struct buf *request, ctags_fn *fn, void *arg,
                                     size_t *ret_done, struct err *e);

#endif
