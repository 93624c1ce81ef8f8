/* Stretches of a message, and taking words from their beginning. */
#ifndef PLAN_MESSAGE_WORDS_H
#define PLAN_MESSAGE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

struct words { const char *p, *end; };

bool words_is_word(char c); /* letters, digits, '_', bytes above ASCII */
bool words_is_digit(char c);
struct words words_trim(struct words c);
/* Takes words, ignoring case, a blank for any run of blanks, and the blanks behind them; false: it begins otherwise. */
bool words_take(struct words *c, const char *words);
bool words_take_any(struct words *c, const char *const *words);
bool words_at_end(struct words c);        /* nothing but blanks, full stops and exclamation marks */
int64_t words_number(struct words *c);    /* at most 9 digits; -1: there is no number */

#endif
