/* Building prompts: fences that their content cannot close, the parts of the context. */
#ifndef PLANNER_PROMPT_H
#define PLANNER_PROMPT_H

#include "pland/planner/planner.h"

enum { PROMPT_FENCE_MIN = 4 };
/* Puts content between two lines of backticks that are longer than any run of them inside; label stands behind the
 * first. */
void prompt_fenced(struct buf *b, const char *label, const char *content);
/* The same for a buffer; its failure becomes out's. */
void prompt_fenced_buf(struct buf *out, const char *label, const struct buf *content);
/* Copies text, secrets left out and its lines kept; how many there were. A key that never ends goes to the text's end. */
int64_t prompt_redact(const char *text, struct buf *out);
/* The same for a text with fences: what is inside one, and each line outside, is a text of its own, so that no key
 * takes a fence along. */
int64_t prompt_redact_fenced(const char *text, struct buf *out);
_must_check_ enum err_kind prompt_context(const struct brief *b, struct buf *out, struct err *e);
/* The step's prompt, filled in; false: it has a placeholder that nothing fills. */
bool prompt_task(const struct brief *b, const struct step_request *step, struct buf *out);

void prompt_now(const struct brief *b, struct buf *out);     /* the message step's inputs, see message.c */
void prompt_message(const struct brief *b, struct buf *out);

#endif
