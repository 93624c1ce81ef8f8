/* What differs between families of model servers: one constant table of functions per dialect. */
#ifndef LLM_DIALECT_H
#define LLM_DIALECT_H

#include "llm/reply.h"
#include "pland/llm/llm.h"

struct llm_dialect {
    const char *name;
    const char *path; /* appended to base_url */
    /* The request's body. */
    void (*build)(const struct llm_config *c, const struct llm_request *r, struct buf *b);
    /* The header that carries the key: "Authorization", "Bearer ". */
    const char *key_header, *key_prefix;
    const char *version_header; /* carries llm_config.api_version; NULL: there is none */
    /* One event of the stream. May be called again after the end: dialects ignore what comes then. */
    void (*event)(struct reply *r, const char *data, size_t n);
    /* An answer that is one JSON document: an error, or a completion although a stream was asked for. */
    void (*document)(struct reply *r, const char *data, size_t n);
};

extern const struct llm_dialect llm_openai, llm_anthropic;

/* The schema in words, behind the task: for servers that cannot be asked otherwise. */
void dialect_told(const struct llm_config *c, const struct llm_request *r, struct buf *b);

#endif
