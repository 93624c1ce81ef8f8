/* What calls cost, by the configured prices. */
#include "llm/provider.h"

#include <string.h>

enum { MILLION = 1000000 };

bool llm_caches(const struct llm *m)
{
    return m->config.cache_ttl && strcmp(m->dialect->name, "anthropic") == 0;
}

bool llm_priced(const struct llm *m)
{
    return m->config.price_input >= 0 && m->config.price_output >= 0;
}

static int64_t part(int64_t tokens, int64_t price)
{
    return tokens > 0 ? tokens * price : 0; /* a billion tokens at 1,000 $ a million fit */
}

int64_t llm_cost(const struct llm *m, const struct llm_usage *u)
{
    const struct llm_config *c = &m->config;
    int64_t cached = c->price_cached >= 0 ? c->price_cached : c->price_input, written = c->price_written >= 0 ? c->price_written : c->price_input;
    int64_t sum;
    if (!llm_priced(m)) return 0;
    sum = part(u->input - u->cached - u->written, c->price_input) + part(u->cached, cached) + part(u->written, written) + part(u->output, c->price_output);
    return (sum + MILLION - 1) / MILLION;
}
