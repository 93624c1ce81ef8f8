/* Structured log lines on stderr: JSON, or readable text on a terminal. One write(2) per line; thread-safe.
 * The layer that handles an error logs it, once. Secrets are never passed in.
 * Before log_setup(): LOG_INFO and up, as JSON. Values are cut at 4096 bytes. */
#ifndef PLAND_BASE_LOG_H
#define PLAND_BASE_LOG_H

#include <stdint.h>
#include "pland/base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_BUG };
enum log_format { LOG_AUTO, LOG_JSON, LOG_TEXT };

struct log_field {
    const char *key;
    const char *s; /* text, or NULL for the number */
    int64_t i;
};
static inline const char *log_or_empty(const char *s) { return s ? s : ""; }
#define LOG_S(k, v) ((struct log_field){ .key = (k), .s = log_or_empty(v) })
#define LOG_I(k, v) ((struct log_field){ .key = (k), .i = (int64_t)(v) })
#define LOG_E(err) LOG_S("error", (err)->msg)

/* Before threads start. */
void log_setup(enum log_level least, enum log_format format);
void log_line(enum log_level level, const char *message, const struct log_field *f, size_t n);

#define LOG(level, message, ...) \
    log_line(level, message, (const struct log_field[]){ { .key = "" }, ##__VA_ARGS__ }, \
             sizeof((const struct log_field[]){ { .key = "" }, ##__VA_ARGS__ }) / sizeof(struct log_field))
#define log_debug(...) LOG(LOG_DEBUG, __VA_ARGS__)
#define log_info(...) LOG(LOG_INFO, __VA_ARGS__)
#define log_warn(...) LOG(LOG_WARN, __VA_ARGS__)
#define log_error(...) LOG(LOG_ERROR, __VA_ARGS__)
#define log_bug(...) LOG(LOG_BUG, __VA_ARGS__)

#endif
