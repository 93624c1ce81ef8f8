/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. Pure, thread-safe. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include <stddef.h>

/* Bytes of the character at p (1 to 4), or 0 when the n bytes there do not begin with a valid one. */
size_t utf8_length(const unsigned char *p, size_t n);

#endif
