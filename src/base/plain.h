/* Runs of bytes that mean the same inside and outside a JSON string: ASCII without controls, '"' and '\'. */
#ifndef BASE_PLAIN_H
#define BASE_PLAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static inline bool plain_byte(unsigned char c)
{
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* The first byte at or after p that is not plain, or end. Takes eight bytes at a time. */
static inline const char *plain_run(const char *p, const char *end)
{
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;
    while (end - p >= 8) {
        uint64_t x, quote, slash;
        memcpy(&x, p, sizeof x);
        quote = x ^ ones * '"';
        slash = x ^ ones * '\\';
        /* a top bit: the byte is ≥ 0x80, below 0x20, or zero after the xor */
        if ((x | ((x - ones * 0x20) & ~x) | ((quote - ones) & ~quote) | ((slash - ones) & ~slash)) & tops) break;
        p += 8;
    }
    while (p < end && plain_byte((unsigned char)*p)) p++;
    return p;
}

#endif
