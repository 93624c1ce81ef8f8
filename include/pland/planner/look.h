/* Looking: a model that needs to see more of the code before it answers asks for it instead, by "requests" in its
 * answer, or by calling a tool whose argument is the same object. What it asks for is read from the pinned trees, never from anywhere else. Pure but for reading trees; memory
 * from the arena given. */
#ifndef PLAND_PLANNER_LOOK_H
#define PLAND_PLANNER_LOOK_H

#include "pland/planner/planner.h"

struct look {                 /* one of both is set */
    const char *read;         /* "src/a.c", "src/a.c:12", "web//src/a.ts:12-80" */
    const char *search;       /* literal text */
};
struct looks { LIST(struct look) requests; };
struct looked {               /* what came of one request, for the context listing */
    const char *read, *search;
    int64_t bytes;            /* shown */
    const char *note;         /* why it is not all that was asked for; or NULL */
};
typedef LIST(struct looked) looked_list;
struct looked_step {          /* all that one step asked for */
    const char *step, *subject;
    looked_list requests;
};
extern const struct record looked_step_record;
extern const struct field look_field; /* "requests", beside the members of a step's schema */
#define LOOK_TOOL "look"
void look_schema(struct buf *b); /* of the tool's argument: an object with requests alone */

/* What an answer asks to see; none: it is an answer, or no JSON. ERR_INVALID with the pointer: a request that says
 * neither what to read nor what to search for. */
_must_check_ enum err_kind looks_parse(const char *text, struct arena *a, struct looks *ret, struct err *e);
/* Appends what was asked for to out, fenced, at most max bytes of it, secrets left out and counted in *redacted; a row
 * for each request to ret. Only running out of memory, or a tree that cannot be read any more, is an error. */
_must_check_ enum err_kind looks_take(const struct brief *b, const struct looks *l, size_t max, struct arena *a,
                                      struct buf *out, looked_list *ret, int64_t *redacted, struct err *e);

#endif
