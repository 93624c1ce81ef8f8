/* JSON ↔ C structs by table. One table describes a struct once; decoding (with the JSON pointer of whatever is
 * wrong), encoding, canonical bytes and JSON Schema all come from it.
 *
 * Conventions of a described struct: strings are const char * (NULL = absent), integers int64_t, booleans bool,
 * enums int, lists LIST(T), nested records by value, optional nested records by pointer, free JSON const char *
 * (compact JSON text). All memory comes from the arena given; nothing points into the json_t. */
#ifndef PLAND_BASE_RECORD_H
#define PLAND_BASE_RECORD_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "pland/base/arena.h"
#include "pland/base/buf.h"
#include "pland/base/err.h"

enum field_type {
    FIELD_STR,     /* const char *; min/max count bytes; NUL and invalid UTF-8 never get in */
    FIELD_INT,     /* int64_t; min/max are values */
    FIELD_BOOL,    /* bool */
    FIELD_ENUM,    /* int index into names[] (NULL-terminated); absent = the value already there */
    FIELD_MONEY,   /* JSON number ≥ 0 ↔ int64_t millionths */
    FIELD_TIME,    /* RFC 3339 string ↔ int64_t Unix ms; 0 = absent */
    FIELD_RECORD,  /* nested struct by value, described by sub */
    FIELD_OPTION,  /* pointer to nested struct, NULL = absent */
    FIELD_LIST,    /* LIST(struct sub); min/max count elements */
    FIELD_STRS,    /* LIST(const char *); max counts elements, sub_max bytes each */
    FIELD_JSON     /* const char *: any JSON value as compact text */
};

enum {
    FIELD_REQUIRED = 1 << 0,  /* decoding refuses when absent; encoding writes it as FIELD_ALWAYS does */
    FIELD_NULLABLE = 1 << 1,  /* encoding writes null instead of leaving out; decoding takes null even when required */
    FIELD_ALWAYS = 1 << 2,    /* encoding writes "" / [] / 0 / false where the default is to leave absent values out */
    FIELD_UNHASHED = 1 << 3,  /* left out of canonical bytes */
    FIELD_INTERNAL = 1 << 4,  /* left out of schemas given to models (ids, who drafted it) */
    FIELD_NONBLANK = 1 << 5   /* a string of white space only is refused */
};

struct record;
struct field {
    const char *key;
    enum field_type type;
    unsigned flags;
    size_t offset;
    int64_t min, max; /* 0, 0: no bound */
    size_t sub_max;
    const char *const *names;
    const struct record *sub;
    const char *help; /* one line, for schemas */
};
struct record {
    const char *name;
    size_t size;
    const struct field *fields;
    size_t n;
    const void *initial; /* what a nested struct holds before it is decoded; numbers that equal it count as absent. NULL: zeros */
};

/* null is taken as absent for every field that is not required: models answer so, see record_schema(). Lists that were
 * decoded have a capacity of a power of two, so that arena_push() may go on with them. A record has at most 64 rows.
 * A maximum of 0 beside a minimum above 0 means no maximum.
 *
 * Row helpers; T is the struct, m the member whose name is the JSON key. */
#define F_STR(T, m, fl, lo, hi, h) \
    { .key = #m, .type = FIELD_STR, .flags = (fl), .offset = offsetof(T, m), .min = (lo), .max = (hi), .help = (h) }
#define F_INT(T, m, fl, lo, hi, h) \
    { .key = #m, .type = FIELD_INT, .flags = (fl), .offset = offsetof(T, m), .min = (lo), .max = (hi), .help = (h) }
#define F_BOOL(T, m, fl, h) \
    { .key = #m, .type = FIELD_BOOL, .flags = (fl), .offset = offsetof(T, m), .help = (h) }
#define F_ENUM(T, m, fl, nm, h) \
    { .key = #m, .type = FIELD_ENUM, .flags = (fl), .offset = offsetof(T, m), .names = (nm), .help = (h) }
#define F_MONEY(T, m, fl, h) \
    { .key = #m, .type = FIELD_MONEY, .flags = (fl), .offset = offsetof(T, m), .help = (h) }
#define F_TIME(T, m, fl, h) \
    { .key = #m, .type = FIELD_TIME, .flags = (fl), .offset = offsetof(T, m), .help = (h) }
#define F_REC(T, m, fl, s, h) \
    { .key = #m, .type = FIELD_RECORD, .flags = (fl), .offset = offsetof(T, m), .sub = (s), .help = (h) }
#define F_OPT(T, m, fl, s, h) \
    { .key = #m, .type = FIELD_OPTION, .flags = (fl), .offset = offsetof(T, m), .sub = (s), .help = (h) }
#define F_LIST(T, m, fl, s, hi, h) \
    { .key = #m, .type = FIELD_LIST, .flags = (fl), .offset = offsetof(T, m), .sub = (s), .max = (hi), .help = (h) }
#define F_STRS(T, m, fl, hi, each, h) \
    { .key = #m, .type = FIELD_STRS, .flags = (fl), \
      .offset = offsetof(T, m), .max = (hi), .sub_max = (each), .help = (h) }
#define F_JSON(T, m, fl, hi, h) \
    { .key = #m, .type = FIELD_JSON, .flags = (fl), .offset = offsetof(T, m), .max = (hi), .help = (h) }
#define RECORD_FIELDS_MAX 64
#define RECORD_COUNT(rows) (countof(rows) + 0 * sizeof(char[countof(rows) <= RECORD_FIELDS_MAX ? 1 : -1]))
#define RECORD(name_, T, rows) { .name = (name_), .size = sizeof(T), .fields = (rows), .n = RECORD_COUNT(rows) }
#define RECORD_FROM(name_, T, rows, from) \
    { .name = (name_), .size = sizeof(T), .fields = (rows), .n = RECORD_COUNT(rows), .initial = (from) }

/* Parses text strictly: duplicate keys, NUL, invalid UTF-8, trailing bytes and more than 64 levels are ERR_SYNTAX
 * with line and column in the message (columns count bytes). *ret is the caller's (json_decref). */
_must_check_ enum err_kind json_parse(const char *text, size_t n, json_t **ret, struct err *e);
/* For files that other programs read: comments are passed over, of equal keys the last one counts, and a byte order
 * mark may come first. */
_must_check_ enum err_kind json_parse_loose(const char *text, size_t n, json_t **ret, struct err *e);
/* Appends v as text; flags are jansson's, as JSON_COMPACT | JSON_ENCODE_ANY. Failure is the buffer's: buf_check(). */
void json_write(const json_t *v, size_t flags, struct buf *b);
/* Decodes one object into dst (zeroed or holding defaults). Unknown fields are refused with their pointer. On failure
 * dst may be half filled. Where memory is needed, an arena that is NULL or has failed gives its failure.
 * at is the pointer of the object itself, "" for the root. */
_must_check_ enum err_kind record_decode(const struct record *r, const json_t *v, void *dst, struct arena *a,
                                         const char *at, struct err *e);
/* json_parse + record_decode. */
_must_check_ enum err_kind record_parse(const struct record *r, const char *text, size_t n, void *dst, struct arena *a,
                                        struct err *e);
/* Writes compact JSON, keys in table order. */
void record_encode(const struct record *r, const void *src, struct buf *b);
/* Writes canonical JSON: keys sorted by byte, FIELD_UNHASHED left out, no white space. */
void record_canonical(const struct record *r, const void *src, struct buf *b);
/* Writes a JSON Schema object: only type, properties, required, items, enum, additionalProperties:false and
 * description; optional = union with null (what strict vendors take). FIELD_INTERNAL left out, so that such a field
 * must not be FIELD_REQUIRED. */
void record_schema(const struct record *r, struct buf *b);
/* The same with one more property before all others; NULL: none. */
void record_schema_with(const struct record *r, const struct field *first, struct buf *b);

DEFINE_CLEANUP(auto_json_fn, json_t *, json_decref);
#define auto_json AUTO(auto_json_fn) json_t *

#endif
