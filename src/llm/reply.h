/* What is known of an answer while it arrives: the text so far, how it ended, what the server complained about.
 * Filled by a dialect, read by the call. */
#ifndef LLM_REPLY_H
#define LLM_REPLY_H

#include <jansson.h>
#include "llm/glance.h"
#include "pland/base/buf.h"
#include "pland/llm/llm.h"

struct reply {
    struct buf text;
    struct buf piece; /* the last one, see glance.h */
    enum llm_finish finish;
    bool begun;    /* an event has been read */
    bool finished; /* the server said how it ended */
    bool ended;    /* the server said that nothing follows */
    bool nonsense; /* something that is not of the dialect */
    bool tool;     /* the text is a tool's argument: prose around it is left out */
    bool tool_over; /* another call has begun, which is left out */
    char tool_id[64]; /* of that call, as far as the server tells calls apart so */
    int64_t tool_index;
    char look[68];    /* the looking tool's name: its calls are taken together. "": every call but the first is left out */
    bool looks;       /* the call that is being taken is one of it */
    size_t further;   /* calls taken after the first one, each on a line of its own until reply_join() */
    struct llm_usage usage;
    char model[96];
    /* The server's error object, as far as it gave one. */
    bool failed;
    int status; /* an HTTP status that it names, or 0 */
    char code[64], words[240];
    llm_delta_fn *delta;
    void *arg;
};

void reply_init(struct reply *r, size_t max, llm_delta_fn *delta, void *arg);
void reply_release(struct reply *r);
/* A piece of the answer; NUL bytes are dropped. */
void reply_text(struct reply *r, const char *p, size_t n);
/* True: the event is a piece of the answer and nothing else, and has been taken. Never the first one, which says more. */
bool reply_glance(struct reply *r, const struct glance *form, const char *data, size_t n);
/* What follows is a tool's argument; prose before it is dropped. */
void reply_tool(struct reply *r);
/* Another call of the looking tool follows, of that name: true when its argument is taken as well. */
bool reply_look(struct reply *r, const json_t *name);
/* Several calls become one: the lists of their arguments one after the other. Where that cannot be, the text stays. */
void reply_join(struct reply *r);
/* Copies a JSON string if it is one; control characters become blanks, a cut never splits a character. */
void reply_copy(char *ret, size_t cap, const json_t *v);

/* The part of an answer that is meant: thinking, code fences and the prose around a fence left out. */
struct span {
    const char *p;
    size_t n;
};
struct span reply_trim(const char *p, size_t n);

#endif
