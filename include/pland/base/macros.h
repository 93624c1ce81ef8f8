/* Small compiler helpers: attributes, scope cleanup, array length. No state, no dependencies. */
#ifndef PLAND_BASE_MACROS_H
#define PLAND_BASE_MACROS_H

#include <stddef.h>

#define countof(a) (sizeof(a) / sizeof((a)[0]))
#define _must_check_ __attribute__((warn_unused_result))
#define _printf_(f, a) __attribute__((format(printf, f, a)))
#define _unused_ __attribute__((unused))

/* AUTO(fn) runs fn(&variable) when the variable leaves its scope; TAKE(p) moves ownership out of it. */
#define AUTO(fn) __attribute__((cleanup(fn)))
#define TAKE(p) \
    __extension__({ \
        __auto_type take_ = (p); \
        (p) = NULL; \
        take_; \
    })

/* Defines name(type *), a cleanup that calls dtor on a non-NULL pointer. */
#define DEFINE_CLEANUP(name, type, dtor) \
    static inline void name(type *p) \
    { \
        if (*p) { \
            dtor(*p); \
            *p = NULL; \
        } \
    } \
    struct swallow_semicolon_##name

/* A counted array inside a value struct. Every LIST has the layout of struct list (base/record.h reads it so). */
#define LIST(type) \
    struct { \
        type *v; \
        size_t n; \
    }

#endif
