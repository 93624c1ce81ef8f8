/* Stretches of a message, and taking words from their beginning. */
#ifndef PLAN_MESSAGE_WORDS_H
#define PLAN_MESSAGE_WORDS_H

#include <stdbool.h>
#include <stdint.h>

struct cut { const char *p, *end; };

bool cut_is_word(char c); /* letters, digits, '_', bytes above ASCII */
bool cut_is_digit(char c);
struct cut cut_trim(struct cut c);
/* Takes words, ignoring case, a blank for any run of blanks, and the blanks behind them; false: it begins otherwise. */
bool cut_take(struct cut *c, const char *words);
bool cut_take_any(struct cut *c, const char *const *words);
bool cut_at_end(struct cut c);        /* nothing but blanks, full stops and exclamation marks */
int64_t cut_number(struct cut *c);    /* at most 9 digits; -1: there is no number */

#endif
