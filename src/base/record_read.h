/* What the two ways of decoding a record share: see record_read.c and record_decode.c. */
#ifndef BASE_RECORD_READ_H
#define BASE_RECORD_READ_H

#include "pland/base/record.h"

/* Text straight into dst (zeroed or holding defaults), without values in between. false: something is wrong with it, or
 * out of the ordinary, and dst may be half filled; record_decode() has the last word then. */
bool record_read(const struct record *r, const char *text, size_t n, void *dst, struct arena *a);

/* One field of an object; v is its value. */
enum err_kind record_decode_field(const struct field *f, const json_t *v, void *object, struct arena *a, struct err *e);

#endif
