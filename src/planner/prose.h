/* Small pure helpers over text: words, phrases, names, cleaning. ASCII case folding only; every function takes NULL
 * for absent text. Memory from the arena; when that fails texts are empty, never NULL, and the
 * failure stays with the arena. */
#ifndef PLANNER_PROSE_H
#define PLANNER_PROSE_H

#include <stdbool.h>
#include <stdint.h>
#include "pland/base/arena.h"
#include "pland/base/buf.h"

#define PUSH(a, list) arena_push((a), &(list), sizeof *(list).v)

typedef LIST(const char *) text_list;

/* A stretch of bytes that is not NUL-terminated. */
struct span {
    const char *p;
    size_t n;
};
struct span span_trim(struct span s); /* blanks at both ends */
struct span span_rest(struct span s, size_t from);
bool span_is(struct span s, const char *word);       /* ignoring case */
bool span_starts(struct span s, const char *prefix); /* ignoring case */
size_t span_words(struct span s);                    /* runs of bytes other than blanks */

bool prose_is_word_char(char c); /* letters, digits, '_' and bytes above ASCII */
/* Position of a word or phrase at word borders, ignoring case; a blank matches any run of blanks, a final '*' lets the
 * word go on ("migrat*"). Linear in the text for the short phrases of our tables. n when absent. */
size_t span_find_word(struct span s, const char *word);
bool span_has_word(struct span s, const char *word);
bool prose_has_word(const char *s, const char *word);
/* First of a NULL-terminated list that occurs, or NULL. */
const char *span_has_any(struct span s, const char *const *words);
const char *prose_has_any(const char *s, const char *const *words);
bool prose_same(const char *a, const char *b); /* ignoring case; NULL equals NULL */
bool prose_blank(const char *s);

/* One clean line: controls and runs of blanks become one blank, invalid UTF-8 is replaced by '?', cut at max bytes on a
 * word's border with "…". */
char *prose_clean(struct arena *a, struct span s, size_t max);
/* Without trailing full stop, colon, semicolon and blanks. */
char *prose_bare(struct arena *a, const char *s);
/* What a buffer holds, in the arena; a buffer that ran out of memory makes the arena fail, so that no text is cut
 * silently. */
char *prose_take(struct arena *a, const struct buf *b);
/* arena_check() for arenas used so: either way of running out is ERR_NOMEM. */
_must_check_ enum err_kind prose_check(const struct arena *a, struct err *e);
/* First letter in upper case and a full stop at the end. */
char *prose_sentence(struct arena *a, const char *s);
/* In quotation marks, unless it has some or is code. */
const char *prose_quoted(struct arena *a, const char *s);
/* First letter in lower case, unless the first word looks like a name or an acronym. */
char *prose_inner(struct arena *a, const char *s);
/* At most max bytes, on a word's border, with "…" when cut. */
char *prose_short(struct arena *a, const char *s, size_t max);
/* "a, b and c"; at most `most` items are named, then "and N more". */
char *prose_join(struct arena *a, const char *const *v, size_t n, size_t most);
bool prose_list_has(const char *const *v, size_t n, const char *s);
void prose_list_add(struct arena *a, void *list /* LIST(const char *) * */, const char *s); /* NULL is not added */
/* The line, 1-based, without its end; an empty span past the end. */
struct span prose_line(const char *s, int64_t line);

/* --- names -------------------------------------------------------------------------------------------------------- */
enum name_style { NAME_SNAKE, NAME_KEBAB, NAME_CAMEL, NAME_PASCAL, NAME_FLAT };
/* Words joined in a style: ("password reset", NAME_CAMEL) → "passwordReset". Only letters and digits remain. */
char *name_styled(struct arena *a, const char *words, enum name_style style);
enum name_style name_style_of(const char *stem); /* of a file's stem; NAME_FLAT when it is one lower-case word */
/* Splits a name into lower-case words: "passwordReset", "password-reset" → "password reset". */
char *name_words(struct arena *a, const char *name);

/* --- paths -------------------------------------------------------------------------------------------------------- */
struct span file_dir(const char *path); /* "" at the top */
const char *file_base(const char *path);
struct span file_stem(const char *path); /* base name up to the first dot that is not its first byte */
const char *file_ext(const char *path);  /* after the last dot, "" when there is none */

#endif
