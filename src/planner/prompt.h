/* Building prompts: the embedded texts, fences that their content cannot close, the parts of the context. */
#ifndef PLANNER_PROMPT_H
#define PLANNER_PROMPT_H

#include "pland/planner/planner.h"

const char *prompt_text(const char *file); /* "system.md"; "" when there is no such text */
/* Puts content between two lines of backticks that are longer than any run of them inside; label stands behind the
 * first. */
void prompt_fenced(struct buf *b, const char *label, const char *content);
/* The same for a buffer; its failure becomes out's. */
void prompt_fenced_buf(struct buf *out, const char *label, const struct buf *content);
/* Copies text, secrets left out and its lines kept; how many there were. */
int64_t prompt_redact(const char *text, struct buf *out);
_must_check_ enum err_kind prompt_context(const struct brief *b, struct buf *out, struct err *e);
void prompt_task(const struct brief *b, const struct step_request *step, struct buf *out);

#endif
