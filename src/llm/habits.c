/* See habits.h: one row for each way in which servers say no. */
#include "llm/habits.h"

#include <string.h>

static const char limits[2][24] = { "max_tokens", "max_completion_tokens" };

void habits_init(struct habits *h, const struct llm_config *c)
{
    *h = (struct habits){ .structured = (int)c->structured };
}

static const char *limit_of(const struct llm_config *c, bool other)
{
    if (!other) return c->max_tokens_field;
    return limits[strcmp(c->max_tokens_field, limits[0]) == 0];
}

struct manner habits_manner(const struct habits *h, const struct llm_config *c, const struct llm_dialect *d,
                            const char *schema)
{
    struct manner m = { .structured = (enum llm_structured)h->structured,
                        .limit = limit_of(c, h->other_limit),
                        .usage = !h->no_usage,
                        .one_call = !h->no_one_call,
                        .other_url = h->other_url };
    if (m.structured == LLM_JSON_SCHEMA && schema && !schema_fits(&d->limits, schema)) m.structured = LLM_TOOL;
    return m;
}

/* Words of a refusal, and which ways of asking for JSON they are about. */
enum { ABOUT_SCHEMA = 1u << LLM_JSON_SCHEMA, ABOUT_TOOL = 1u << LLM_TOOL, ABOUT_OBJECT = 1u << LLM_JSON_OBJECT };
static const struct {
    const char *word;
    unsigned about;
} ways[] = {
    { "response_format", ABOUT_SCHEMA | ABOUT_OBJECT },
    { "json_schema", ABOUT_SCHEMA },
    { "json_object", ABOUT_OBJECT },
    { "output_config", ABOUT_SCHEMA },
    { "output_format", ABOUT_SCHEMA },
    { "structured output", ABOUT_SCHEMA },
    { "grammar", ABOUT_SCHEMA | ABOUT_TOOL },
    { "guided", ABOUT_SCHEMA },
    { "schema", ABOUT_SCHEMA | ABOUT_TOOL },
    { "tool", ABOUT_TOOL },
    { "function", ABOUT_TOOL },
};

static bool about(const struct manner *m, const char *words)
{
    for (size_t i = 0; i < countof(ways); i++)
        if (ways[i].about & 1u << m->structured && strcasestr(words, ways[i].word)) return true;
    return false;
}

/* Another call may have learned it before: then calling again is enough. */
static bool learn(_Atomic bool *what, bool used)
{
    if (used) *what = true;
    return used;
}

static bool next_way(struct habits *h, const struct llm_config *c, const struct manner *m, enum llm_structured next)
{
    int used = (int)m->structured;
    if (!c->adapts || m->structured == LLM_JSON_NONE) return false;
    if (atomic_compare_exchange_strong(&h->structured, &used, (int)next)) h->proven = false;
    else if (m->structured == LLM_TOOL && used == LLM_JSON_SCHEMA)
        return false; /* a tool only because of the schema's size */
    return true;
}

/* Of two names it says which it wants, or which it does not know; a limit that is too high is another matter. */
static bool wants_other_limit(const struct manner *m, const char *words)
{
    static const char *const unknown[] = { "unsupported",   "unknown", "unrecognized", "unexpected",
                                           "not permitted", "extra",   "not supported" };
    const char *other = limits[strcmp(m->limit, limits[0]) == 0];
    if (other == limits[1] && strstr(words, other)) return true;
    if (!strstr(words, m->limit)) return false;
    for (size_t i = 0; i < countof(unknown); i++)
        if (strcasestr(words, unknown[i])) return true;
    return false;
}

bool habits_refused(struct habits *h, const struct llm_config *c, const struct manner *m, int status, const char *words,
                    bool two_urls)
{
    if (status == 404 || status == 405)
        return two_urls && !strcasestr(words, "model") && learn(&h->other_url, !m->other_url);
    if (wants_other_limit(m, words)) return learn(&h->other_limit, strcmp(m->limit, c->max_tokens_field) == 0);
    if (strstr(words, "stream_options")) return learn(&h->no_usage, m->usage);
    if (strstr(words, "parallel_tool_calls")) return learn(&h->no_one_call, m->one_call);
    if (about(m, words)) return next_way(h, c, m, m->structured + 1);
    /* It says no and not why: perhaps it is this. */
    return (status == 400 || status == 422) && !*words && !h->proven && next_way(h, c, m, m->structured + 1);
}

void habits_ignored(struct habits *h, const struct llm_config *c, const struct manner *m)
{
    if (m->structured == LLM_JSON_SCHEMA || m->structured == LLM_TOOL) (void)next_way(h, c, m, LLM_JSON_OBJECT);
}
