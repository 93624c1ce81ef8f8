/* A model's health, from how its calls end. */
#include "llm/gate.h"

#include <string.h>
#include "pland/base/clock.h"

enum { BROKEN = 3, REST_CAP_MS = 60000, ASKED_CAP_MS = 24 * 3600 * 1000 };

enum effect { NO_EFFECT, IS_GOOD, IS_BAD, TOO_MUCH };
static const enum effect effects[LLM_FAULT_N_] = {
    [LLM_FAULT_NONE] = IS_GOOD,     [LLM_FAULT_KEY] = IS_GOOD,         [LLM_FAULT_PERMISSION] = IS_GOOD,
    [LLM_FAULT_NOT_FOUND] = IS_GOOD, [LLM_FAULT_REQUEST] = IS_GOOD, [LLM_FAULT_FORM] = IS_GOOD,    [LLM_FAULT_TOO_LONG] = IS_GOOD,
    [LLM_FAULT_QUOTA] = IS_GOOD,    [LLM_FAULT_UNSUPPORTED] = IS_GOOD, /* the server works */
    [LLM_FAULT_RATE] = TOO_MUCH,    [LLM_FAULT_OVERLOADED] = TOO_MUCH, [LLM_FAULT_SERVER] = IS_BAD,
    [LLM_FAULT_TIMEOUT] = IS_BAD,   [LLM_FAULT_UNREACHED] = IS_BAD,    /* one broken answer says little of the next */
};

void gate_init(struct gate *g, size_t max, int64_t base_ms)
{
    *g = (struct gate){ .limit = max, .max = max, .base_ms = base_ms };
    lock_init(&g->lock);
}

void gate_release(struct gate *g)
{
    lock_release(&g->lock);
}

bool gate_admit(struct gate *g, struct llm_rest *ret)
{
    HOLD(&g->lock);
    int64_t left = g->rest_until - clock_mono();
    *ret = (struct llm_rest){ .broken = g->bad >= BROKEN };
    (void)snprintf(ret->why, sizeof ret->why, "%s", g->why);
    if (left <= 0 && ret->broken && g->probing) left = g->base_ms;
    if (left > 0) {
        ret->ms = left;
        return false;
    }
    if (ret->broken) g->probing = true;
    return true;
}

void gate_unadmit(struct gate *g)
{
    HOLD(&g->lock);
    g->probing = false;
}

static void good(struct gate *g)
{
    g->bad = 0;
    if (g->limit < g->max && ++g->good >= g->limit) {
        g->limit++;
        g->good = 0;
    }
}

/* Calls that were under way together complain together: that is one complaint. */
static void too_much(struct gate *g, int64_t begun)
{
    if (begun < g->halved_at) return;
    g->limit = g->limit > 1 ? g->limit / 2 : 1;
    g->good = 0;
    g->halved_at = clock_mono();
}

static void rest(struct gate *g, int64_t ms)
{
    int64_t until = clock_mono() + (ms < ASKED_CAP_MS ? ms : ASKED_CAP_MS);
    if (until > g->rest_until) g->rest_until = until;
}

int64_t gate_end(struct gate *g, enum llm_fault f, int64_t begun, int64_t asked_ms, const char *why, size_t *ret_limit)
{
    HOLD(&g->lock);
    int64_t left;
    g->probing = false;
    if (effects[f] == IS_GOOD) good(g);
    if (effects[f] == TOO_MUCH) too_much(g, begun);
    if (effects[f] == IS_BAD || effects[f] == TOO_MUCH) {
        rest(g, clock_backoff(g->base_ms, g->bad++, REST_CAP_MS));
        (void)snprintf(g->why, sizeof g->why, "%s", why);
    }
    if (asked_ms > 0) rest(g, asked_ms);
    if (asked_ms > 0 && effects[f] == IS_GOOD) (void)snprintf(g->why, sizeof g->why, "the server's limit for now is used up");
    *ret_limit = g->limit;
    left = g->rest_until - clock_mono();
    return left > 0 ? left : 0;
}
