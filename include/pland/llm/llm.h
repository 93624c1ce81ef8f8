/* Models: one step in (system text, context, schema), one text out: JSON if all went well, which the caller validates.
 * A provider is a server with an address, a model and a key, and the dialect it speaks (src/llm/dialect.h).
 *
 * Calls run on the http loop given to llm_open. The callbacks run on that loop's thread (or, from a tape, on the tape's), with
 * no lock held, and must not block. Every call that llm_call accepted gets its done callback exactly once. */
#ifndef PLAND_LLM_LLM_H
#define PLAND_LLM_LLM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pland/base/err.h"
#include "pland/base/buf.h"
#include "pland/net/http.h"

/* How the schema reaches the model: the vendor's own feature, a tool that must be called, or words behind the task. */
enum llm_structured { LLM_JSON_SCHEMA, LLM_TOOL, LLM_JSON_OBJECT, LLM_JSON_NONE };

/* Everything is copied by llm_open. Zero means the default named. */
struct llm_config {
    const char *name;     /* of the provider, for messages */
    const char *api;      /* the dialect: "openai" (default) or "anthropic" */
    const char *base_url; /* "https://api.openai.com/v1"; see llm_open */
    const char *model;
    const char *key_file; /* first line is the key; read at every call, so a new key needs no restart */
    const char *key_env;  /* name of an environment variable; used when there is no key_file */
    int64_t price_input, price_output;   /* millionths of a dollar for a million tokens; -1: not known */
    int64_t price_cached, price_written; /* of input; -1: as input */
    const char *fallback;    /* name of the model that is asked when this one is out of order, or NULL */
    int64_t retry_base_ms;   /* rest after the first failure in a row; 500 ms */
    const char *record, *replay; /* files: answers are written down as they come; or come from there, and nothing is sent */
    const char *key_header;  /* carries the bare key instead of the dialect's own header */
    const char *api_version; /* anthropic-version: "2026-10-21" */
    const char *cache_ttl;   /* "5m", "1h": what the calls of a plan share is to be cached (anthropic); NULL: no */
    enum llm_structured structured;
    bool adapts;             /* a server that refuses to be asked for JSON that way is asked the next way from then on */
    size_t max_concurrency;  /* calls at once; 8 */
    size_t max_waiting;      /* calls queued beyond that; 256; more are ERR_BUSY */
    int64_t connect_ms;      /* 10 s */
    int64_t header_wait_ms;  /* until the answer begins: servers are silent while they queue; 10 min */
    int64_t idle_ms;         /* longest silence inside an answer; 60 s */
    int64_t total_ms;        /* one call, queueing included; 30 min */
    int64_t max_tokens;      /* of the answer; 0: the server's own limit */
    const char *max_tokens_field; /* "max_tokens" */
    size_t max_answer_bytes; /* 4 MiB */
};

/* Schemas of a request in order: a model that is asked by tools is shown all of them in every call, so that the calls
 * of a plan begin with the same bytes. */
struct llm_schema { const char *name, *text, *help; }; /* help: for tools, or NULL */

/* A call of the looking tool, and what came of it. */
struct llm_turn { const char *call, *result; }; /* call: the JSON object that the model gave */

struct llm_request {
    const char *step;        /* "understand": for logs */
    const char *system;      /* instructions; together with context what all calls of a plan begin with */
    const char *context;     /* what they are about, or NULL */
    const char *user;        /* the task */
    const char *schema;      /* JSON Schema text, or NULL: free text */
    const char *schema_name; /* [A-Za-z0-9_-]{1,64}; with a schema it is required */
    bool raw;                /* the answer is given untrimmed: it goes on with another */
    const struct llm_schema *schemas; /* all that calls with this prefix use, schema among them; NULL: only schema */
    size_t n_schemas;
    const struct llm_schema *look; /* a tool by which the model may ask for more before it answers; NULL: none. Only where
                                    * llm_looks(): its call is then the answer's text, as if it had been the schema's */
    bool may_look;           /* it may be called now; it is shown all the same, for the prefix */
    const struct llm_turn *turns; /* what was asked for so far, after user */
    size_t n_turns;
    const char *traceparent; /* W3C, or NULL */
    int64_t deadline;        /* clock_mono() time after which the answer is of no use; 0: none */
};

enum llm_finish { LLM_STOP, LLM_LENGTH, LLM_REFUSAL, LLM_FILTER, LLM_OTHER };
const char *llm_finish_name(enum llm_finish f);

/* What went wrong, one row each in fault.c: whether to try again, and what a person can do. */
enum llm_fault {
    LLM_FAULT_NONE,
    LLM_FAULT_KEY,         /* 401 */
    LLM_FAULT_PERMISSION,  /* 403 */
    LLM_FAULT_NOT_FOUND,   /* 404: model or address */
    LLM_FAULT_REQUEST,     /* other 4xx: the server does not take what we send */
    LLM_FAULT_FORM,        /* the same, and the next call will be another: call again */
    LLM_FAULT_TOO_LONG,    /* the prompt exceeds the model's context */
    LLM_FAULT_QUOTA,       /* no money left */
    LLM_FAULT_UNSUPPORTED, /* 501 */
    LLM_FAULT_RATE,        /* 429 */
    LLM_FAULT_OVERLOADED,  /* 503, 529: busy or loading */
    LLM_FAULT_SERVER,      /* other 5xx, 408, 409, an error inside the stream */
    LLM_FAULT_BROKEN,      /* the stream broke or made no sense */
    LLM_FAULT_TIMEOUT,
    LLM_FAULT_UNREACHED,
    LLM_FAULT_CERT,
    LLM_FAULT_TOO_LARGE,   /* longer than max_answer_bytes */
    LLM_FAULT_CANCELLED,   /* llm_cancel or llm_close */
    LLM_FAULT_STOPPED,     /* the daemon stops */
    LLM_FAULT_NOMEM,
    LLM_FAULT_N_
};
const char *llm_fault_name(enum llm_fault f); /* "too-long": for logs and metrics */

struct llm_usage {
    bool known; /* servers may leave it out: then a token is taken as four bytes */
    int64_t input, output;   /* tokens */
    int64_t cached, written; /* parts of input: read from the server's cache, written into it */
};

struct llm_answer {
    enum err_kind kind; /* ERR_OK: a complete answer; look at finish before trusting the text */
    const char *message; /* what went wrong and what to do about it, for people; "" */
    enum llm_fault fault;
    bool retryable;
    int64_t retry_after_ms; /* what the server asked for; -1: nothing */
    const char *text; /* the answer without code fences or thinking; after a fault what came before it */
    size_t n_text;
    enum llm_finish finish; /* LLM_LENGTH: the text is cut; LLM_REFUSAL: the text is the refusal */
    struct llm_usage usage;
    const char *model;      /* what the server says answered, or "" */
    int status;             /* HTTP, 0: none */
    const char *request_id; /* the server's, or "" */
    int64_t latency_ms;     /* from llm_call to now */
    int64_t first_ms;       /* to the first piece of the answer; -1: there was none */
};

/* a and its texts are valid until the callback returns. */
typedef void llm_done_fn(void *arg, const struct llm_answer *a);
/* A piece of the answer as it arrives, untrimmed. */
typedef void llm_delta_fn(void *arg, const char *p, size_t n);

struct llm;
/* loop is borrowed and outlives the provider. ERR_INVALID names the setting that is wrong. The dialect's path is put behind
 * base_url, before a query that it has, unless it is there; behind a host alone, /v1 comes first. */
_must_check_ enum err_kind llm_open(const struct llm_config *c, struct http_loop *loop, struct llm **ret,
                                    struct err *e);
/* Cancels what runs, returns after the last done callback, frees. Not from a callback. Accepts NULL. */
void llm_close(struct llm *m);
const char *llm_name(const struct llm *m);
const char *llm_model(const struct llm *m);
/* Does it look by calling a tool? Otherwise what it wants to see has to be part of the schema. */
bool llm_looks(const struct llm *m);

/* Any thread. *ret_call (may be NULL) is written before any callback. ERR_BUSY: the queue is full; ERR_INVALID,
 * ERR_NOT_FOUND, ERR_FORBIDDEN: the key cannot be read. On failure no callback runs. */
_must_check_ enum err_kind llm_call(struct llm *m, const struct llm_request *r, llm_done_fn *done, llm_delta_fn *delta,
                                    void *arg, uint64_t *ret_call, struct err *e);
void llm_cancel(struct llm *m, uint64_t call);

bool llm_caches(const struct llm *m); /* it is asked to keep what calls share */
bool llm_priced(const struct llm *m);
/* Millionths of a dollar, rounded up; 0 without prices. */
int64_t llm_cost(const struct llm *m, const struct llm_usage *u);
/* Durations and tokens by model, in Prometheus text by the GenAI conventions' names. */
void llm_metrics(const struct llm *const *m, size_t n, struct buf *b);

/* May the model be called now? Then a place is taken that the call gives back (llm_unadmit, when there is none). Else how
 * long it rests, after failures or because the server said so, and whether it is out of order: has failed again and again. */
struct llm_rest { int64_t ms; bool broken; char why[400]; };
bool llm_admit(struct llm *m, struct llm_rest *ret);
void llm_unadmit(struct llm *m);

#endif
