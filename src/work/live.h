/* Progress of a step as it happens, for those who follow the plan's events. */
#ifndef WORK_LIVE_H
#define WORK_LIVE_H

#include <stddef.h>
#include <stdint.h>

struct task;
struct live {
    int64_t told;  /* clock_mono() */
    int64_t bytes; /* of the answer so far */
    size_t n;      /* of text */
    char text[2000]; /* what came since the last telling */
};
/* The step begins, or asks again. With no lock held. */
void live_begin(struct task *t);
/* llm_delta_fn; arg: the task. */
void live_delta(void *arg, const char *p, size_t n);

#endif
