/* Jobs and triggers, one function per CI system. */
#include "survey/ci.h"

#include <string.h>

static bool has(const struct yaml_node *map, const char *key)
{
    return yaml_get(map, key) != NULL;
}

/* Does a text occur in any scalar or key below the node? */
static bool mentions(const struct yaml_node *node, const char *text)
{
    if (!node) return false;
    if (node->s) return strstr(node->s, text) != NULL;
    for (size_t i = 0; i < node->items.n; i++)
        if (mentions(node->items.v[i], text)) return true;
    for (size_t i = 0; i < node->pairs.n; i++)
        if (strstr(node->pairs.v[i].key, text) || mentions(node->pairs.v[i].value, text)) return true;
    return false;
}

/* --- GitHub Actions, and Forgejo's and Gitea's, which read the same --------------------------------------------- */
struct event {
    const char *event, *trigger;
};
static const struct event events[] = {
    {"pull_request", "pull_request"}, {"pull_request_target", "pull_request"},
    {"schedule", "schedule"},         {"workflow_dispatch", "manual"},
    {"release", "release"},           {"create", "tag"},
};

static void github_event(const struct ci_ctx *x, const char *name, const struct yaml_node *filter)
{
    if (is(name, "push")) {
        bool tags = has(filter, "tags"), branches = has(filter, "branches") || has(filter, "branches-ignore");
        if (!tags || branches) ci_trigger(x, "push");
        if (tags) ci_trigger(x, "tag");
        return;
    }
    for (size_t i = 0; i < countof(events) && name; i++)
        if (is(name, events[i].event)) ci_trigger(x, events[i].trigger);
}

/* workflow_dispatch: inputs: environment: options: [staging, production] */
static void offered_environments(const struct ci_ctx *x, const struct yaml_node *on)
{
    const struct yaml_node *inputs = yaml_get(yaml_get(on, "workflow_dispatch"), "inputs");
    for (size_t i = 0; inputs && i < inputs->pairs.n; i++) {
        const struct yaml_node *options = yaml_get(inputs->pairs.v[i].value, "options");
        for (size_t j = 0; options && j < options->items.n; j++)
            if (options->items.v[j]->s)
                scan_environment(x->c, options->items.v[j]->s, x->ci->path, options->items.v[j]->line);
    }
}

void ci_github(const struct ci_ctx *x, const struct yaml_node *root)
{
    const struct yaml_node *on = yaml_get(root, "on"), *jobs = yaml_get(root, "jobs");
    if (!on) on = yaml_get(root, "true");
    if (on && on->s) github_event(x, on->s, NULL);
    for (size_t i = 0; on && i < on->items.n; i++) github_event(x, on->items.v[i]->s, NULL);
    for (size_t i = 0; on && i < on->pairs.n; i++) github_event(x, on->pairs.v[i].key, on->pairs.v[i].value);
    offered_environments(x, on);
    for (size_t i = 0; jobs && i < jobs->pairs.n; i++) {
        struct survey_ci_job *job = ci_job(x, jobs->pairs.v[i].key, jobs->pairs.v[i].line);
        const char *environment = ci_environment(x, yaml_get(jobs->pairs.v[i].value, "environment"));
        if (job) job->environment = environment;
    }
}

/* --- GitLab ------------------------------------------------------------------------------------------------------ */
struct mention {
    const char *text, *trigger;
};
static const struct mention gitlab_mentions[] = {
    {"CI_COMMIT_TAG", "tag"},
    {"merge_request_event", "pull_request"},
    {"CI_MERGE_REQUEST", "pull_request"},
    {"\"schedule\"", "schedule"},
    {"schedules", "schedule"},
};

void ci_gitlab(const struct ci_ctx *x, const struct yaml_node *root)
{
    for (size_t i = 0; i < root->pairs.n; i++) {
        const struct yaml_pair *p = &root->pairs.v[i];
        struct survey_ci_job *job;
        const char *environment;
        bool runs = has(p->value, "script") || has(p->value, "extends") || has(p->value, "trigger") ||
                    has(p->value, "<<") || has(p->value, "run");
        for (size_t j = 0; p->key[0] == '.' && j < p->value->items.n; j++) /* lines that jobs take up by *name */
            if (p->value->items.v[j]->s)
                ci_line(x, p->value->items.v[j]->s, strlen(p->value->items.v[j]->s), p->value->items.v[j]->line, NULL);
        if (p->key[0] == '.' || !runs || is(p->key, "default")) continue;
        environment = ci_environment(x, yaml_get(p->value, "environment"));
        if ((job = ci_job(x, p->key, p->line))) job->environment = environment;
        if (is(yaml_str(p->value, "when"), "manual")) ci_trigger(x, "manual");
    }
    for (size_t i = 0; i < countof(gitlab_mentions); i++)
        if (mentions(root, gitlab_mentions[i].text)) ci_trigger(x, gitlab_mentions[i].trigger);
}

/* --- CircleCI ---------------------------------------------------------------------------------------------------- */
void ci_circle(const struct ci_ctx *x, const struct yaml_node *root)
{
    const struct yaml_node *jobs = yaml_get(root, "jobs"), *flows = yaml_get(root, "workflows");
    bool plain = false;
    for (size_t i = 0; jobs && i < jobs->pairs.n; i++) (void)ci_job(x, jobs->pairs.v[i].key, jobs->pairs.v[i].line);
    for (size_t i = 0; flows && i < flows->pairs.n; i++) {
        const struct yaml_node *flow = flows->pairs.v[i].value;
        if (!flow->pairs.n) continue;
        if (has(flow, "triggers") && mentions(yaml_get(flow, "triggers"), "schedule")) ci_trigger(x, "schedule");
        else plain = true;
        if (mentions(yaml_get(flow, "jobs"), "tags")) ci_trigger(x, "tag");
        if (mentions(yaml_get(flow, "jobs"), "approval")) ci_trigger(x, "manual");
    }
    if (plain || (jobs && !flows)) ci_trigger(x, "push");
}

/* --- Azure ------------------------------------------------------------------------------------------------------- */
static void azure_jobs(const struct ci_ctx *x, const struct yaml_node *node)
{
    for (size_t i = 0; node && i < node->items.n; i++) {
        const struct yaml_node *item = node->items.v[i];
        const char *name = yaml_str(item, "job"), *deploys = yaml_str(item, "deployment");
        const char *environment = ci_environment(x, yaml_get(item, "environment"));
        struct survey_ci_job *job = name || deploys ? ci_job(x, name ? name : deploys, item->line) : NULL;
        if (job) job->environment = environment;
        azure_jobs(x, yaml_get(item, "jobs"));
    }
}

void ci_azure(const struct ci_ctx *x, const struct yaml_node *root)
{
    const struct yaml_node *trigger = yaml_get(root, "trigger"), *pr = yaml_get(root, "pr");
    if (trigger && !is(trigger->s, "none")) {
        bool tags = has(trigger, "tags");
        if (!tags || has(trigger, "branches")) ci_trigger(x, "push");
        if (tags) ci_trigger(x, "tag");
    }
    if (pr && !is(pr->s, "none")) ci_trigger(x, "pull_request");
    if (has(root, "schedules")) ci_trigger(x, "schedule");
    azure_jobs(x, yaml_get(root, "stages"));
    azure_jobs(x, yaml_get(root, "jobs"));
    azure_jobs(x, yaml_get(yaml_get(yaml_get(root, "extends"), "parameters"), "stages"));
}

/* --- Travis, Drone, Woodpecker, Bitbucket, Buildkite ---------------------------------------------------------------
 */
void ci_travis(const struct ci_ctx *x, const struct yaml_node *root)
{
    const struct yaml_node *include = yaml_get(yaml_get(root, "jobs"), "include");
    if (!include) include = yaml_get(yaml_get(root, "matrix"), "include");
    for (size_t i = 0; include && i < include->items.n; i++) {
        const char *name = yaml_str(include->items.v[i], "name");
        if (!name) name = yaml_str(include->items.v[i], "stage");
        if (name) (void)ci_job(x, name, include->items.v[i]->line);
    }
}

static void drone_events(const struct ci_ctx *x, const struct yaml_node *event)
{
    static const struct event named[] = {{"push", "push"},      {"pull_request", "pull_request"},
                                         {"tag", "tag"},        {"cron", "schedule"},
                                         {"manual", "manual"},  {"custom", "manual"},
                                         {"promote", "manual"}, {"release", "release"}};
    for (size_t i = 0; i < countof(named); i++)
        if (mentions(event, named[i].event)) ci_trigger(x, named[i].trigger);
}

void ci_drone(const struct ci_ctx *x, const struct yaml_node *root)
{
    const struct yaml_node *steps = yaml_get(root, "steps"), *when = yaml_get(root, "when");
    if (!steps) steps = yaml_get(root, "pipeline");
    for (size_t i = 0; steps && i < steps->items.n; i++) {
        const char *name = yaml_str(steps->items.v[i], "name");
        if (name) (void)ci_job(x, name, steps->items.v[i]->line);
    }
    for (size_t i = 0; steps && i < steps->pairs.n; i++) (void)ci_job(x, steps->pairs.v[i].key, steps->pairs.v[i].line);
    drone_events(x, yaml_get(yaml_get(root, "trigger"), "event"));
    drone_events(x, yaml_get(when, "event"));
    for (size_t i = 0; when && i < when->items.n; i++) drone_events(x, yaml_get(when->items.v[i], "event"));
}

static void bitbucket_steps(const struct ci_ctx *x, const struct yaml_node *node, int depth)
{
    if (!node || depth > 8) return;
    for (size_t i = 0; i < node->items.n; i++) bitbucket_steps(x, node->items.v[i], depth + 1);
    for (size_t i = 0; i < node->pairs.n; i++) {
        const struct yaml_pair *p = &node->pairs.v[i];
        if (!is(p->key, "step")) {
            bitbucket_steps(x, p->value, depth + 1);
            continue;
        }
        if (yaml_str(p->value, "deployment"))
            scan_environment(x->c, yaml_str(p->value, "deployment"), x->ci->path, p->line);
        if (yaml_str(p->value, "name")) (void)ci_job(x, yaml_str(p->value, "name"), p->line);
    }
}

void ci_bitbucket(const struct ci_ctx *x, const struct yaml_node *root)
{
    static const struct event named[] = {{"default", "push"},
                                         {"branches", "push"},
                                         {"pull-requests", "pull_request"},
                                         {"tags", "tag"},
                                         {"custom", "manual"}};
    const struct yaml_node *pipelines = yaml_get(root, "pipelines");
    for (size_t i = 0; i < countof(named); i++)
        if (has(pipelines, named[i].event)) ci_trigger(x, named[i].trigger);
    bitbucket_steps(x, yaml_get(root, "definitions"), 0);
    bitbucket_steps(x, pipelines, 0);
}

void ci_buildkite(const struct ci_ctx *x, const struct yaml_node *root)
{
    const struct yaml_node *steps = root->items.n ? root : yaml_get(root, "steps");
    for (size_t i = 0; steps && i < steps->items.n; i++) {
        const char *name = yaml_str(steps->items.v[i], "key");
        if (!name) name = yaml_str(steps->items.v[i], "label");
        if (name) (void)ci_job(x, name, steps->items.v[i]->line);
    }
}

void ci_semaphore(const struct ci_ctx *x, const struct yaml_node *root)
{
    const struct yaml_node *blocks = yaml_get(root, "blocks");
    for (size_t i = 0; blocks && i < blocks->items.n; i++) {
        const struct yaml_node *jobs = yaml_get(yaml_get(blocks->items.v[i], "task"), "jobs");
        for (size_t j = 0; jobs && j < jobs->items.n; j++) {
            const char *name = yaml_str(jobs->items.v[j], "name");
            if (name) (void)ci_job(x, name, jobs->items.v[j]->line);
        }
    }
}

/* --- Jenkins: no YAML --------------------------------------------------------------------------------------------- */
/* sh 'x', sh "x", sh(script: 'x'), sh ''' … ''' over several lines. Returns where it ends. */
static const char *jenkins_shell(const struct ci_ctx *x, const char *text, const char *p, const char *dir)
{
    char quote = 0;
    const char *from, *end;
    p += strcspn(p, "'\"\n");
    if (!*p || *p == '\n') return p;
    quote = *p;
    if (p[1] == quote && p[2] == quote) {
        const char fence[4] = {quote, quote, quote, 0};
        from = p + 3;
        end = strstr(from, fence);
        if (!end) return from + strlen(from);
        for (const char *at = from; at < end;) {
            size_t n = strcspn(at, "\n");
            if (at + n > end) n = (size_t)(end - at);
            ci_line(x, at, n, line_of(text, at), dir);
            at += n + 1;
        }
        return end + 3;
    }
    from = ++p;
    while (*p && *p != quote && *p != '\n') p += *p == '\\' && p[1] ? 2 : 1;
    ci_line(x, from, (size_t)(p - from), line_of(text, from), dir);
    return p;
}

void ci_jenkins(struct scan *c, const char *path, const struct buf *text)
{
    static const struct mention named[] = {{"cron(", "schedule"},
                                           {"pollSCM(", "push"},
                                           {"githubPush(", "push"},
                                           {"buildingTag(", "tag"},
                                           {"changeRequest(", "pull_request"},
                                           {"input message", "manual"},
                                           {"buildingTag()", "tag"}};
    const struct ci_system jenkins = {.name = "Jenkins"};
    struct survey_ci *ci = arena_push(c->a, &c->s->ci, sizeof *ci);
    struct ci_ctx x = {c, ci, &jenkins};
    const char *all = buf_cstr(text), *dir = NULL; /* dir('x') { … } */
    int depth = 0, inside = 0;
    if (!ci) return;
    *ci = (struct survey_ci){.system = "Jenkins", .path = arena_dup(c->a, path)};
    for (size_t i = 0; i < countof(named); i++)
        if (strstr(all, named[i].text)) ci_trigger(&x, named[i].trigger);
    for (const char *p = all; *p && ci->jobs.n < CI_JOBS && ci->commands.n < CI_COMMANDS;) {
        size_t n = name_span(p, "_");
        const char *word = p;
        p += n ? n : 1;
        if (n == 5 && starts(word, "stage") && p[strspn(p, " ")] == '(') {
            const char *name = quoted(c->a, p, NULL);
            if (name) (void)ci_job(&x, name, line_of(all, word));
        } else if (n == 2 && starts(word, "sh") && *p && strchr(" (", *p) && strchr("'\"(s", p[strspn(p, " ")]))
            p = jenkins_shell(&x, all, p, depth > inside ? dir : NULL);
        else if (n == 3 && starts(word, "dir") && *p == '(') {
            dir = quoted(c->a, p, NULL);
            inside = depth;
        } else if (n == 0 && (*word == '{' || *word == '}')) {
            depth += *word == '{' ? 1 : -1;
            if (depth <= inside && *word == '}') dir = NULL;
        } else if (n == 0 && *word == '/' && *p == '/') p += strcspn(p, "\n");
    }
}
