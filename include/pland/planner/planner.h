/* The steps that make a plan: what each may look at (struct brief), what it produces (a record of plan/document.h),
 * and its two ways of getting there: the offline planner, and a prompt for a model whose answer is decoded and held to
 * the same rules. Pure over the brief and pinned trees: no store, no network, no clock. */
#ifndef PLAND_PLANNER_PLANNER_H
#define PLAND_PLANNER_PLANNER_H

#include "pland/check/check.h"
#include "pland/plan/document.h"
#include "pland/plan/message.h"
#include "pland/plan/request.h"
#include "pland/survey/relevance.h"
#include "pland/survey/survey.h"

/* All but the message step are of a plan: their calls begin with the same bytes. */
enum step_kind { STEP_UNDERSTAND, STEP_OPTIONS, STEP_OUTLINE, STEP_PHASE, STEP_CLOSING, STEP_REPAIR, STEP_REFINE, STEP_MESSAGE, STEP_KIND_N_ };

/* Priority order of reading. */
enum reading { READ_TICKET, READ_RESEARCH, READ_CODE, READ_TESTS, READ_SCHEMA };
extern const char *const reading_names[]; /* "ticket", "research", "code", "tests", "schema" */
struct brief_file {
    const char *path;    /* alias//path outside the first codebase */
    const char *content; /* whole */
    int reading;
    bool given;          /* came with the ticket, not from the tree */
    const char *why;     /* "named in the ticket, line 4" */
};
struct missing_mention { const char *path, *why, *closest; };
struct codebase {
    struct base base;    /* what the document's header will say */
    struct tree *tree;
    struct tree *part; /* what surveys and relevance look at: tree without what people left out; NULL: all of it */
    const struct survey *survey;
    struct relevance relevance;
};
struct remark { const char *section, *quote, *text; }; /* quote NULL: about the section as a whole */
struct brief {
    struct ticket ticket;
    const char *constraints, *timeline, *resources;
    LIST(const char *) links;
    LIST(const char *) mentions;
    LIST(struct codebase) codebases; /* at least one; the empty tree when no codebase is named */
    LIST(struct brief_file) files;   /* in priority order, filled by planner_read() */
    LIST(struct missing_mention) missing;
    LIST(struct answer) answers;
    LIST(const char *) corrections;
    const struct understanding *understanding; /* NULL before its step is done; likewise below */
    const struct options *options;
    const char *chosen, *own, *choice_reason;  /* option id; or an approach of one's own */
    const char *more;                          /* other options are wanted, because … */
    const struct outline *outline;
    LIST(struct phase) phases;                 /* drafted so far, in order */
    const struct document *head;               /* refine and repair: the revision to change */
    const char *instruction;                   /* refine; NULL: only what was remarked */
    LIST(struct remark) remarks;               /* refine: comments to work in, each in its section */
    LIST(const char *) sections;               /* refine, repair: the section ids meant; empty: wherever it fits */
    LIST(struct check_finding) findings;       /* repair */
    int mode, size;                            /* enum plan_mode, enum plan_size as asked for */
    int code;                                  /* enum code_shown: how much code is wanted */
    const char *created;                       /* RFC 3339 */
    const char *drafted_by;                    /* "offline" or the model's name */
    int64_t looks;                             /* rounds in which a model may ask to see more (look.h); 0: none */
    int64_t pack_tokens;                       /* for planner_pack(); 0: PACK_TOKENS */
    bool look_tool;                            /* it asks by calling a tool, not in its answer */
    int64_t next_section;                      /* number the next new phase id gets */
    LIST(const char *) assumptions;            /* already made: defaults taken, options chosen in auto mode */
    const char *said;                          /* message: what somebody wrote */
    struct message_plan talk;                  /* message: what it may refer to */
};

/* What a model is shown of the code, within a number of tokens (a token is taken as four bytes): files that the ticket
 * mentions, manifests, files closest to the ticket, in this order of importance; whole where there is room, else as an
 * outline, else not at all. */
#define PACK_TOKENS 60000
enum pack_part { PACK_MENTIONED, PACK_MANIFEST, PACK_RELEVANT };
enum pack_how { PACK_WHOLE, PACK_OUTLINE, PACK_CUT, PACK_LEFT_OUT };
struct packed_file {
    const char *path;    /* as brief_file's */
    int part, how;       /* enum pack_part, enum pack_how */
    int64_t tokens;      /* of what is shown */
    const char *why;     /* why it belongs here */
    const char *reason;  /* why not whole; or NULL */
    const char *content; /* what is shown; NULL: left out */
    size_t codebase;     /* of manifests and relevant files */
};
struct pack { int64_t budget, tokens; LIST(struct packed_file) files; };
extern const struct record pack_record; /* without the contents */
/* Deterministic; reads the trees. After planner_read(). budget 0: PACK_TOKENS. */
_must_check_ enum err_kind planner_pack(const struct brief *b, int64_t budget, struct arena *a, struct pack *ret,
                                        struct err *e);

/* What a step is about: NULL, or the phase id for STEP_PHASE. */
struct step_request {
    enum step_kind kind;
    const char *subject;
};
/* One result type for all steps; the member of the kind is set. */
struct step_result {
    enum step_kind kind;
    struct understanding understanding;
    struct options options;
    struct outline outline;
    struct phase phase;
    struct closing closing;
    struct message message;
    struct document document; /* refine and repair: the whole changed document; unmeant sections as they were */
};
const char *step_name(enum step_kind kind);               /* "understand", … */
const struct record *step_record(enum step_kind kind);    /* of the member; NULL for refine and repair, which are answered with changes */

/* "web//src/app.js": index of the codebase with that alias, and the path in it. Without an alias, or with one that no
 * codebase has: 0, and the whole path. */
size_t brief_codebase(const struct brief *b, const char *path, const char **ret_inner);

/* Finds what the ticket, the links and the mentions name, reads every such file completely and puts it into
 * brief->files in priority order; what cannot be found or read goes to brief->missing. Also computes relevance. */
_must_check_ enum err_kind planner_read(struct brief *b, struct arena *a, struct err *e);

/* The built-in planner. Deterministic: the same brief gives the same bytes. */
_must_check_ enum err_kind planner_offline(const struct brief *b, const struct step_request *step, struct arena *a, struct step_result *ret, struct err *e);

/* For a model: the texts and the schema of one call. */
struct step_prompt {
    const char *system;  /* the same for all steps of a plan */
    const char *context; /* ticket and codebase, fenced as data; the same bytes for all steps of a plan; "" for a message */
    const char *task;    /* what this step asks */
    const char *schema_name, *schema;
    const char *version; /* of the prompts it is made of: "system/1 look/1 phase/2" */
    int64_t redacted;    /* secrets cut out of context and task */
};
_must_check_ enum err_kind planner_prompt(const struct brief *b, const struct step_request *step, struct arena *a, struct step_prompt *ret, struct err *e);
/* Put something behind the task of a prompt, in this order: what the model has seen (or NULL) and how often it may still
 * look; an answer that was not accepted; one that was cut. false: no memory. */
bool planner_looked(struct step_prompt *p, const char *seen, int64_t left, struct arena *a);
bool planner_again(struct step_prompt *p, const struct err *why, const char *answer, struct arena *a);
bool planner_go_on(struct step_prompt *p, const char *partial, struct arena *a);
/* A step's schema alone. */
_must_check_ enum err_kind planner_schema(enum step_kind kind, bool may_look, struct arena *a, const char **ret, struct err *e);
/* Decodes and completes a model's answer: ids assigned, references checked. ERR_INVALID with the pointer: the message
 * is fit to be sent back to the model. */
_must_check_ enum err_kind planner_accept(const struct brief *b, const struct step_request *step, const char *text, struct arena *a, struct step_result *ret, struct err *e);

/* Puts header, outline, phases and closing together and validates. */
_must_check_ enum err_kind planner_assemble(const struct brief *b, const struct closing *closing, struct arena *a, struct document *ret, struct err *e);

/* Appends text without what looks like a secret; how many there were. */
int64_t planner_redact(const char *text, struct buf *out);
/* Steering phrases in text from outside ("ignore previous instructions" …). Returns the phrase found or NULL. */
const char *planner_suspicious(const char *text);
/* The sentence that records a default taken or an option chosen as an assumption. */
const char *planner_assumption(const struct question *q, struct arena *a);

#endif
