/* CI pipelines: what is common to the systems. */
#ifndef SURVEY_CI_H
#define SURVEY_CI_H

#include "survey/inner.h"
#include "survey/yaml.h"

#define CI_COMMANDS 1000
#define CI_JOBS 300

struct ci_system;
struct ci_ctx {
    struct scan *c;
    struct survey_ci *ci;
    const struct ci_system *sys;
};
typedef void ci_fn(const struct ci_ctx *x, const struct yaml_node *root);
struct ci_system {
    const char *pattern, *name;
    const char *keys[9]; /* their scalars, or the scalars in their lists, are command lines */
    ci_fn *read;         /* jobs and triggers */
};

void ci_trigger(const struct ci_ctx *x, const char *name);
struct survey_ci_job *ci_job(const struct ci_ctx *x, const char *name, int64_t line);
/* `environment: staging` or `environment: { name: staging }` */
const char *ci_environment(const struct ci_ctx *x, const struct yaml_node *environment);
void ci_line(const struct ci_ctx *x, const char *p, size_t n, int64_t line, const char *dir);
ci_fn ci_github, ci_gitlab, ci_circle, ci_azure, ci_travis, ci_drone, ci_bitbucket, ci_buildkite, ci_semaphore;
void ci_jenkins(struct scan *c, const char *path, const struct buf *text);

#endif
