/* Tables that the record files share; the public ones are in pland/plan/document.h. */
#ifndef PLAN_RECORDS_H
#define PLAN_RECORDS_H

#include "pland/base/record.h"

/* Bounds in bytes and elements. */
enum {
    ID_BYTES = 64,
    LINE_BYTES = 2000,      /* one sentence, one path */
    TEXT_BYTES = 64 * 1024, /* paragraphs */
    CODE_BYTES = 256 * 1024,
    FEW = 100,
    MANY = 500
};
/* NAMED: must be there and say something. GIVEN: the key must be there, so that models do not skip it. */
enum { NAMED = FIELD_REQUIRED | FIELD_NONBLANK, GIVEN = FIELD_REQUIRED, LISTED = FIELD_ALWAYS };
#define MINUTES_MAX 10000000
#define LINE_NUMBER_MAX 100000000

extern const struct record deliverable_record;

#endif
