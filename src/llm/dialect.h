/* What differs between families of model servers: one constant table of functions per dialect. */
#ifndef LLM_DIALECT_H
#define LLM_DIALECT_H

#include "llm/reply.h"
#include "llm/schema.h"
#include "pland/llm/llm.h"

/* How one server is asked: as configured, less what it has refused (see habits.h). */
struct manner {
    enum llm_structured structured;
    const char *limit; /* name of the member that limits the answer */
    bool usage,
        one_call;   /* the stream is to end with token counts; a model that may look is to call one tool at a time */
    bool other_url; /* the address without /v1 */
};

struct llm_dialect {
    const char *name;
    const char *path; /* appended to base_url */
    /* The request's body. */
    void (*build)(const struct llm_config *c, const struct manner *m, const struct llm_request *r, struct buf *b);
    /* The header that carries the key: "Authorization", "Bearer ". */
    const char *key_header, *key_prefix;
    const char *version_header;  /* carries llm_config.api_version; NULL: there is none */
    struct schema_limits limits; /* of the vendor's own feature; a schema beyond them is asked for by a tool */
    /* One event of the stream. May be called again after the end: dialects ignore what comes then. */
    void (*event)(struct reply *r, const char *data, size_t n);
    /* An answer that is one JSON document: an error, or a completion although a stream was asked for. */
    void (*document)(struct reply *r, const char *data, size_t n);
};

extern const struct llm_dialect llm_openai, llm_anthropic;

/* --- what the dialects share ----------------------------------------------------------------------------------------
 */
/* The task; where the server cannot be asked otherwise, also the schema and what the model has seen, in words. */
void dialect_task(const struct manner *m, const struct llm_request *r, struct buf *b);
/* Is it asked by tools, and has it something to call? */
bool dialect_by_tool(const struct manner *m, const struct llm_request *r);
/* Is what it has seen written as calls of a tool? Else it is part of the task. */
bool dialect_by_turns(const struct manner *m, const struct llm_request *r);

/* How tools and the choice among them are written. */
struct tool_form {
    const char *tool, *schema, *tool_end; /* before the name; the schema's key; behind it */
    const char *none, *any;               /* call none; call whichever fits */
    const char *one, *one_end;            /* around the name of the one to call */
};
/* ,"tools":[…],"tool_choice":… — every call with one prefix has the same tools, see llm_request.schemas. */
void dialect_tools(const struct tool_form *f, const struct llm_request *r, struct buf *b);
/* Id of the i-th call of a tool, in a form that all servers take: nine letters and digits. */
struct call_id {
    char s[16];
};
struct call_id dialect_call_id(size_t i);

/* The words in which servers say how an answer ended; they are taken from whoever says them. */
enum llm_finish dialect_finish(const char *name);
/* The server's complaint, in whatever shape it comes: an object, a text, a list, what frameworks in between say. */
bool dialect_error(struct reply *r, const json_t *root);
/* The same of a whole document that is no answer: frameworks in between say {"detail": …}, others the error alone. */
void dialect_complaint(struct reply *r, const json_t *root);

/* Rows of a form (glance.h): what dialect_error() would look at is not there. */
#define GLANCE_NO_ERROR                                                                                                \
    { "error", GLANCE_NULL, NULL, NULL }, { "errors", GLANCE_NULL, NULL, NULL }, { "message", GLANCE_NULL, NULL, NULL }, \
        { "object", GLANCE_NOT, "error", NULL }

#endif
