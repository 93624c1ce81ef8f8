/* Request headers that mean something here, as pure functions over their text. */
#ifndef WEB_HEADERS_H
#define WEB_HEADERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "Bearer SECRET": copies the secret; false: another scheme, empty, too long or not a token68 (RFC 6750). */
bool header_bearer(const char *value, char *ret, size_t cap);
/* Seconds of a "wait" preference (RFC 7240), -1 when there is none. Parameters and other preferences are skipped. */
int64_t header_prefer_wait(const char *value);
/* The key, bare or as a quoted string; false: empty, longer than 255 bytes or not printable ASCII. Points into value.
 */
bool header_idempotency_key(const char *value, const char **ret, size_t *ret_n);
/* "Type/Subtype; charset=…" → "type/subtype"; false: no media type, or no room. */
bool header_media_type(const char *value, char *ret, size_t cap);
/* 1 to 39 of A-Z a-z 0-9 . _ - */
bool header_request_id(const char *value);
/* Decimal digits only, below 2^63; -1: not that. */
int64_t header_length(const char *value);

/* traceparent of W3C Trace Context: version 00, or a later one that begins like it. */
struct trace {
    char id[33];     /* 32 lower-case hexadecimal digits, not all 0 */
    char parent[17]; /* span: 16 digits, not all 0 */
    char flags[3];
};
bool trace_parse(const char *value, struct trace *ret);
enum { TRACE_LEN = 56 };                                                        /* of the header's value, with NUL */
void trace_print(const struct trace *t, const char *span, char ret[TRACE_LEN]); /* with another span */

#endif
