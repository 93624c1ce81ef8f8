/* A message while its lines are read, form by form. */
#ifndef PLAN_MESSAGE_READING_H
#define PLAN_MESSAGE_READING_H

#include "pland/plan/message.h"
#include "plan/message_words.h"

struct reading {
    const struct message_plan *plan;
    struct arena *a;
    struct message *m;
    const char *at, *end; /* the line */
    struct words open;    /* text of the last action, which may go on; p NULL: none */
    bool paragraphs;      /* … with lines of any kind, not only with those of a list */
};

struct message_action *message_add(struct reading *r, enum message_kind kind);
/* The text of the last action; lines that follow may belong to it. */
void message_opens(struct reading *r, struct words text, bool paragraphs);
/* The text that was open is whole. */
void message_close(struct reading *r);

/* A form: is the line in it? Then its actions are added. */
typedef bool form_fn(struct reading *r, struct words line);
form_fn message_read_refine, message_read_order;

#endif
