/* The API key of a provider, read anew at every call. */
#ifndef LLM_KEY_H
#define LLM_KEY_H

#include "pland/llm/llm.h"

enum { KEY_MAX = 4096 };

/* ret: KEY_MAX bytes; "" when the configuration names no key. The caller wipes it. */
_must_check_ enum err_kind key_read(const struct llm_config *c, char *ret, struct err *e);

#endif
