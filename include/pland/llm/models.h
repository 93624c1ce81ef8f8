/* All models of an instance, by name, and which of them does which step. Constant after opening: any thread may read it. */
#ifndef PLAND_LLM_MODELS_H
#define PLAND_LLM_MODELS_H

#include "pland/llm/llm.h"

struct llm_models_config {
    const struct llm_config *v; /* names differ */
    size_t n;
    const char *provider;       /* the model of plans that ask for none */
    const char *routes;         /* "phase=strong understand=cheap": for plans of that model; NULL: none */
};

struct llm_models;
/* loop is borrowed and outlives the models. ERR_INVALID names model and setting. */
_must_check_ enum err_kind llm_models_open(const struct llm_models_config *c, struct http_loop *loop, struct llm_models **ret,
                                           struct err *e);
void llm_models_close(struct llm_models *m); /* accepts NULL */

size_t llm_models_count(const struct llm_models *m);
struct llm *llm_models_at(const struct llm_models *m, size_t i);
/* Name of the first model without prices that plans of this provider may use; NULL: all have some. */
const char *llm_models_unpriced(const struct llm_models *m, const char *provider);
void llm_models_metrics(const struct llm_models *m, struct buf *b); /* m may be NULL */
/* Names of the chain: a model, what it falls back to, and so on; i-th of it, 0 the model itself; NULL: it ends. */
struct llm *llm_models_chain(const struct llm_models *m, struct llm *first, size_t i);
/* The model that does a step of a plan whose provider is this; NULL: no such model is configured. m may be NULL. */
struct llm *llm_models_pick(const struct llm_models *m, const char *provider, const char *step);

#endif
