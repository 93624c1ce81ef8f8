/* What a server turned out not to take. "Compatible" servers refuse this or that member of a request, or do as if it
 * were not there; what can be asked another way is asked the other way from then on. Any thread. */
#ifndef LLM_HABITS_H
#define LLM_HABITS_H

#include <stdatomic.h>
#include "llm/dialect.h"

struct habits {
    _Atomic int structured;   /* enum llm_structured */
    _Atomic bool other_limit; /* max_completion_tokens for max_tokens, or the other way round */
    _Atomic bool no_usage, no_one_call, other_url;
    _Atomic bool proven; /* an answer came in the form that is asked for now */
};

void habits_init(struct habits *h, const struct llm_config *c);
/* How to ask for this schema (NULL: free text). */
struct manner habits_manner(const struct habits *h, const struct llm_config *c, const struct llm_dialect *d,
                            const char *schema);
/* A call that was made so was refused: true when the next one will be another, and so worth making. two_urls: the
 * server's address may also be meant without /v1; status, words: what the server said. */
bool habits_refused(struct habits *h, const struct llm_config *c, const struct manner *m, int status, const char *words,
                    bool two_urls);
/* A call that was made so has an answer that a server which keeps to the schema cannot have given. */
void habits_ignored(struct habits *h, const struct llm_config *c, const struct manner *m);

#endif
