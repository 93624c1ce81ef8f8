/* What the dialects share. */
#include "llm/dialect.h"

void dialect_told(const struct llm_config *c, const struct llm_request *r, struct buf *b)
{
    if (!r->schema || c->structured == LLM_JSON_SCHEMA || c->structured == LLM_TOOL) return;
    buf_fmt(b, "\n\nAnswer with one JSON object and nothing else. It must match this JSON Schema:\n%s", r->schema);
}
