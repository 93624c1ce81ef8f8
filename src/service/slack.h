/* Events as messages for Slack's incoming webhooks. */
#ifndef SERVICE_SLACK_H
#define SERVICE_SLACK_H

#include <stdbool.h>
#include "pland/base/buf.h"
#include "pland/base/record.h"

struct slack_about {
    const char *plan, *title; /* id and title; NULL: it is about no plan */
    const char *base;         /* public-url, or "" */
};
bool slack_has(const char *type); /* whether there is a message for it */
/* data: a JSON object, or NULL. */
void slack_body(const char *type, const char *data, const struct slack_about *about, struct buf *b);

#endif
