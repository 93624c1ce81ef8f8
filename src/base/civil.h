/* Dates of the Gregorian calendar as day counts, without the time zone lock of gmtime_r(). Pure, thread-safe. */
#ifndef BASE_CIVIL_H
#define BASE_CIVIL_H

#include <stdint.h>

struct civil {
    int64_t year;
    int month, day; /* 1 … 12, 1 … 31 */
};

int64_t civil_to_days(struct civil c); /* days since 1970-01-01; c is a date that exists */
struct civil civil_of_days(int64_t days);
int civil_month_length(int64_t year, int month);

#endif
