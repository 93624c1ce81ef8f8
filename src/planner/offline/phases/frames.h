/* Code for new files in the manner of those that are there. */
#ifndef PLANNER_OFFLINE_FRAMES_H
#define PLANNER_OFFLINE_FRAMES_H

#include "planner/offline/writing.h"

/* After the file it lies next to; NULL: no row fits, the language's own skeleton is for it. */
const char *frame_code(const struct scene *s, const struct work *w, const struct var *v, size_t n_vars);
/* A new test file of the phase in the repository's framework: one test for each requirement, which fails until it is
 * written. measured: also for limits on time, which else a phase of its own measures. NULL: no row fits. */
const char *test_code(const struct scene *s, const struct work *w, bool measured);

const char *package_of(const struct scene *s, const char *path); /* "org.example.shop" of a path below src/main/java */
const char *folder_of(const struct scene *s, const char *path);  /* the last folder; "main" at the top */
const char *go_package(const struct scene *s, size_t codebase, const char *path); /* of the files in the same folder */
const char *one_newline(char *text);                                              /* at its end, not several */
const char *inner_part(const char *full);                                         /* without alias// */
const char *harmless_text(const struct scene *s, const char *text); /* can stand in a string literal or comment */
/* Path of a call, parameters filled with 1; method in lower case. */
const char *endpoint_call(const struct scene *s, const struct extract_endpoint *ep, const char **ret_method);

#endif
