/* Classification of failures: tables from the server's words, the HTTP status and the transfer's end to one fault. */
#include "llm/fault.h"

#include <string.h>

static const struct {
    const char *name;
    bool retryable;
    enum err_kind kind;
    const char *words;
} faults[LLM_FAULT_N_] = {
    [LLM_FAULT_NONE] = { "none", false, ERR_OK, "" },
    [LLM_FAULT_KEY] = { "key", false, ERR_UPSTREAM, "its API key is not accepted; renew it (llm-key-file, llm-key-env)" },
    [LLM_FAULT_PERMISSION] = { "permission", false, ERR_UPSTREAM, "the API key may not use this model or address (llm-model, llm-url)" },
    [LLM_FAULT_NOT_FOUND] = { "not-found", false, ERR_UPSTREAM, "no such model or address; check llm-model and llm-url" },
    [LLM_FAULT_REQUEST] = { "request", false, ERR_UPSTREAM, "the server does not take the request" },
    [LLM_FAULT_FORM] = { "form", true, ERR_UPSTREAM, "the server does not take the request in this form; it is asked in another" },
    [LLM_FAULT_TOO_LONG] = { "too-long", false, ERR_UPSTREAM,
                             "the text is longer than the model's context: lower pack-tokens, or give the model a larger context (llm-model)" },
    [LLM_FAULT_QUOTA] = { "quota", false, ERR_UPSTREAM, "the account has no credit left; add some or raise its limit" },
    [LLM_FAULT_UNSUPPORTED] = { "unsupported", false, ERR_UPSTREAM, "the server does not offer this interface; check llm-api and llm-url" },
    [LLM_FAULT_RATE] = { "rate", true, ERR_UPSTREAM, "the provider limits our rate" },
    [LLM_FAULT_OVERLOADED] = { "overloaded", true, ERR_UPSTREAM, "the model server is busy or still loading" },
    [LLM_FAULT_SERVER] = { "server", true, ERR_UPSTREAM, "the model server failed; its own log may say why" },
    [LLM_FAULT_BROKEN] = { "broken", true, ERR_UPSTREAM, "the answer was not complete; the server's own log may say why" },
    [LLM_FAULT_TIMEOUT] = { "timeout", true, ERR_UPSTREAM, "the model server took too long (llm-timeout, llm-idle)" },
    [LLM_FAULT_UNREACHED] = { "unreached", true, ERR_UPSTREAM, "the model server cannot be reached (llm-url)" },
    [LLM_FAULT_CERT] = { "certificate", false, ERR_UPSTREAM, "the model server's certificate is not trusted" },
    [LLM_FAULT_TOO_LARGE] = { "too-large", false, ERR_UPSTREAM, "the answer is larger than allowed; lower llm-max-tokens" },
    [LLM_FAULT_CANCELLED] = { "cancelled", false, ERR_CONFLICT, "the call was cancelled" },
    [LLM_FAULT_STOPPED] = { "stopped", true, ERR_BUSY, "the server is shutting down" },
    [LLM_FAULT_NOMEM] = { "nomem", true, ERR_NOMEM, "out of memory" },
};

/* Words in the error's code (or type) that say more than the status does. */
static const struct word {
    const char *word;
    enum llm_fault fault;
} codes[] = {
    { "insufficient_quota", LLM_FAULT_QUOTA },
    { "billing", LLM_FAULT_QUOTA },
    { "invalid_api_key", LLM_FAULT_KEY },
    { "context_length_exceeded", LLM_FAULT_TOO_LONG },
    { "exceed_context_size", LLM_FAULT_TOO_LONG },
    { "model_not_found", LLM_FAULT_NOT_FOUND },
    { "rate_limit", LLM_FAULT_RATE },
    { "overloaded", LLM_FAULT_OVERLOADED },
    { "request_too_large", LLM_FAULT_TOO_LONG },
};

/* Some servers only say it in their message. */
static const struct word messages[] = {
    { "maximum context length", LLM_FAULT_TOO_LONG },
    { "exceeds the available context", LLM_FAULT_TOO_LONG },
    { "prompt is too long", LLM_FAULT_TOO_LONG },
    { "insufficient balance", LLM_FAULT_QUOTA },
    { "credit balance is too low", LLM_FAULT_QUOTA },
};

/* Types of errors inside a stream, where there is no status to go by. */
static const struct word types[] = {
    { "invalid_request", LLM_FAULT_REQUEST },
    { "authentication", LLM_FAULT_KEY },
    { "permission", LLM_FAULT_PERMISSION },
    { "not_found", LLM_FAULT_NOT_FOUND },
    { "unavailable", LLM_FAULT_OVERLOADED },
};

static const struct {
    int least, most;
    enum llm_fault fault;
} statuses[] = {
    { 401, 401, LLM_FAULT_KEY },         { 402, 402, LLM_FAULT_QUOTA },       { 403, 403, LLM_FAULT_PERMISSION },
    { 404, 404, LLM_FAULT_NOT_FOUND },   { 408, 409, LLM_FAULT_SERVER },      { 413, 413, LLM_FAULT_TOO_LONG },
    { 425, 425, LLM_FAULT_SERVER },      { 429, 429, LLM_FAULT_RATE },        { 300, 499, LLM_FAULT_REQUEST },
    { 501, 501, LLM_FAULT_UNSUPPORTED }, { 503, 503, LLM_FAULT_OVERLOADED },  { 529, 529, LLM_FAULT_OVERLOADED },
    { 500, 599, LLM_FAULT_SERVER },
};

static const enum llm_fault ends[HTTP_END_N_] = {
    [HTTP_END_ANSWERED] = LLM_FAULT_BROKEN, /* an answer, but the model's text has no end */
    [HTTP_END_CANCELLED] = LLM_FAULT_CANCELLED,
    [HTTP_END_STOPPED] = LLM_FAULT_STOPPED,
    [HTTP_END_ABORTED] = LLM_FAULT_BROKEN,
    [HTTP_END_REFUSED] = LLM_FAULT_PERMISSION,
    [HTTP_END_UNREACHED] = LLM_FAULT_UNREACHED,
    [HTTP_END_CERT] = LLM_FAULT_CERT,
    [HTTP_END_NO_HEAD] = LLM_FAULT_TIMEOUT,
    [HTTP_END_IDLE] = LLM_FAULT_TIMEOUT,
    [HTTP_END_TOO_LATE] = LLM_FAULT_TIMEOUT,
    [HTTP_END_TOO_LARGE] = LLM_FAULT_TOO_LARGE,
    [HTTP_END_BROKEN] = LLM_FAULT_BROKEN,
    [HTTP_END_NOMEM] = LLM_FAULT_NOMEM,
};

const char *llm_fault_name(enum llm_fault f)
{
    return (unsigned)f < LLM_FAULT_N_ ? faults[f].name : "unknown";
}

bool fault_retryable(enum llm_fault f)
{
    return faults[f].retryable;
}

enum err_kind fault_kind(enum llm_fault f)
{
    return faults[f].kind;
}

static enum llm_fault find_word(const char *text, const struct word *words, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (strcasestr(text, words[i].word)) return words[i].fault;
    }
    return LLM_FAULT_NONE;
}

static enum llm_fault by_status(int status)
{
    for (size_t i = 0; i < countof(statuses); i++) {
        if (status >= statuses[i].least && status <= statuses[i].most) return statuses[i].fault;
    }
    return LLM_FAULT_BROKEN;
}

static enum llm_fault by_error(const struct reply *r, int status)
{
    enum llm_fault f = find_word(r->code, codes, countof(codes));
    if (f == LLM_FAULT_NONE) f = find_word(r->words, messages, countof(messages));
    if (f != LLM_FAULT_NONE) return f;
    if (status >= 300) return by_status(status);
    f = find_word(r->code, types, countof(types));
    if (f == LLM_FAULT_NONE && r->status >= 300) f = by_status(r->status); /* a router says so in its stream */
    return f == LLM_FAULT_NONE ? LLM_FAULT_SERVER : f;
}

enum llm_fault fault_find(const struct reply *r, const struct http_result *h)
{
    if (h->end == HTTP_END_CANCELLED || h->end == HTTP_END_STOPPED) return ends[h->end];
    if (r->failed || h->status >= 300) return by_error(r, h->status);
    if (r->text.failed != ERR_OK) return r->text.failed == ERR_NOMEM ? LLM_FAULT_NOMEM : LLM_FAULT_TOO_LARGE;
    if ((r->finished || r->ended) && (r->text.n > 0 || r->finish != LLM_STOP)) return LLM_FAULT_NONE;
    return ends[h->end];
}

static const char *detail(enum llm_fault f, const struct reply *r, const struct http_result *h)
{
    if (r->words[0]) return r->words;
    if (h->end != HTTP_END_ANSWERED && h->end != HTTP_END_ABORTED) return h->message;
    if (f != LLM_FAULT_BROKEN) return "";
    if (r->nonsense) return "something in it is not what this kind of server sends: check llm-api and llm-url";
    return r->finished || r->ended ? "the model said nothing" : "it ended without saying how";
}

/* What may help, where the server's own words name what it does not take. */
static const struct {
    const char *word, *hint;
} hints[] = {
    { "response_format", "; set llm-structured to tool, json_object or none" },
    { "schema", "; set llm-structured to tool, json_object or none" },
    { "grammar", "; set llm-structured to tool, json_object or none" },
    { "tool", "; set llm-structured to json_schema, json_object or none" },
    { "max_completion_tokens", "; set llm-max-tokens-field to max_completion_tokens" },
    { "max_tokens", "; lower llm-max-tokens" },
    { "anthropic-version", "; set llm-api-version to one that it knows" },
    { "cache_control", "; set llm-cache to off" },
};

void fault_words(enum llm_fault f, const char *name, const struct reply *r, const struct http_result *h, struct buf *b)
{
    const char *more = detail(f, r, h);
    if (f == LLM_FAULT_NONE) return;
    buf_fmt(b, "%s: %s", name, faults[f].words);
    if (h->status >= 300 || *more) {
        buf_str(b, " (");
        if (h->status >= 300) buf_fmt(b, "HTTP %d%s", h->status, *more ? ": " : "");
        buf_str(b, more);
        buf_char(b, ')');
    }
    for (size_t i = 0; f == LLM_FAULT_REQUEST && i < countof(hints); i++) {
        if (!strcasestr(more, hints[i].word)) continue;
        buf_str(b, hints[i].hint);
        break;
    }
}
