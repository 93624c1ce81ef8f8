/* What went wrong with a call: one fault from everything that is known, and words a person can act on. */
#ifndef LLM_FAULT_H
#define LLM_FAULT_H

#include "llm/reply.h"

enum llm_fault fault_find(const struct reply *r, const struct http_result *h);
bool fault_retryable(enum llm_fault f);
enum err_kind fault_kind(enum llm_fault f);
/* "name: words (HTTP 401: what the server said)". */
void fault_words(enum llm_fault f, const char *name, const struct reply *r, const struct http_result *h, struct buf *b);

#endif
