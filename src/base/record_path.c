/* JSON pointers. */
#include "base/record_path.h"

#include <stdio.h>
#include <string.h>

static size_t put(char *ret, size_t cap, size_t n, const char *s, size_t len)
{
    if (len >= cap - n) return n;
    memcpy(ret + n, s, len);
    ret[n + len] = '\0';
    return n + len;
}

static size_t segment(char *ret, size_t cap, size_t n, const char *key)
{
    n = put(ret, cap, n, "/", 1);
    for (; *key; key++) {
        if (*key == '~') n = put(ret, cap, n, "~0", 2);
        else if (*key == '/') n = put(ret, cap, n, "~1", 2);
        else n = put(ret, cap, n, key, 1);
    }
    return n;
}

static size_t write_path(char *ret, size_t cap, size_t n, const struct path *p)
{
    char digits[24];
    if (!p) return n;
    n = write_path(ret, cap, n, p->up);
    if (p->key) return segment(ret, cap, n, p->key);
    (void)snprintf(digits, sizeof digits, "%zu", p->index);
    return segment(ret, cap, n, digits);
}

void path_pointer(char *ret, size_t cap, const char *prefix, const struct path *p)
{
    size_t len = strnlen(prefix, cap - 1);
    memcpy(ret, prefix, len);
    ret[len] = '\0';
    (void)write_path(ret, cap, len, p);
}
