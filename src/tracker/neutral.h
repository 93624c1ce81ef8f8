/* Text of models and people in comments that pland writes: it must not do anything there. */
#ifndef TRACKER_NEUTRAL_H
#define TRACKER_NEUTRAL_H

#include <stdbool.h>
#include "pland/base/buf.h"

/* Markdown in which nobody is mentioned, no other ticket referred to, no image is loaded, no HTML is left and, where
 * commands is set, no line is a command to the system ("/close"). Code stays as it is, as far as Markdown takes it for
 * code. */
void neutral_markdown(const char *md, bool commands, struct buf *b);

#endif
