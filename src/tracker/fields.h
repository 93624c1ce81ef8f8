/* Reading other people's JSON: what is absent or of another type is NULL, 0, false or empty. */
#ifndef TRACKER_FIELDS_H
#define TRACKER_FIELDS_H

#include <jansson.h>
#include "pland/base/arena.h"
#include "pland/base/macros.h"

/* path: keys joined by dots, "issue.user.login". */
const json_t *field_of(const json_t *v, const char *path);
const char *field_text(const json_t *v, const char *path); /* a string, borrowed from v */
/* A string or number as text; from the arena. */
const char *field_word(struct arena *a, const json_t *v, const char *path);
int64_t field_int(const json_t *v, const char *path);
bool field_true(const json_t *v, const char *path);
int64_t field_time(const json_t *v, const char *path); /* Unix ms; 0: none */
bool field_is(const json_t *v, const char *path, const char *text);
/* Two texts, one below the other; from the arena. */
const char *field_texts(struct arena *a, const json_t *v, const char *first, const char *second);
/* The strings of a list, or of a key of its objects. */
typedef LIST(const char *) text_list;
void field_list(struct arena *a, const json_t *v, const char *path, const char *key,
                void *ret /* LIST(const char *) * */);
/* By JSON pointer. */
const json_t *field_at(const json_t *v, const char *pointer);

#endif
