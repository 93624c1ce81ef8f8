/* What people say to pland in comments: lines that begin with /plan. */
#ifndef TRACKER_COMMAND_H
#define TRACKER_COMMAND_H

#include "pland/base/arena.h"
#include "pland/base/buf.h"
#include "pland/plan/request.h"
#include "pland/store/plans.h"

enum command_verb {
    COMMAND_PLAN,
    COMMAND_USE,
    COMMAND_ANSWER,
    COMMAND_DEFAULTS,
    COMMAND_CORRECT,
    COMMAND_CHOOSE,
    COMMAND_MORE,
    COMMAND_REFINE,
    COMMAND_APPROVE,
    COMMAND_CONFIRM,
    COMMAND_CANCEL,
    COMMAND_RETRY,
    COMMAND_STATUS,
    COMMAND_HELP,
    COMMAND_UNKNOWN
};
struct command {
    int verb;
    const char *text;            /* everything behind the verb, lines below it included; "" for none */
    const char *word;            /* COMMAND_UNKNOWN: what stands there */
    int64_t number; /* COMMAND_APPROVE: of "r3" and nothing else; COMMAND_CONFIRM: of "12" */
    LIST(struct answer) answers; /* COMMAND_ANSWER */
    const char *section;         /* COMMAND_REFINE: "P2", or NULL */
};
typedef LIST(struct command) command_list;
enum { COMMANDS_MAX = 10 };

/* Those of a comment, in order; lines in quotes, code and HTML comments are none. Text up to the next command belongs
 * to the one before it. */
void commands_read(struct arena *a, const char *body, command_list *ret);
/* Are plain words read? Only by a plan that a model works on, when it waits for people. */
bool words_are_read(const struct plan_row *p);
/* What the author says in a comment: without quotations and what is hidden. NULL: nothing. */
const char *comment_words(struct arena *a, const char *body);
int command_role(const struct command *c); /* enum role that it takes */
void commands_help(struct buf *b);         /* Markdown */

#endif
