/* Kinds of work by evidence: words of the ticket, its labels, what was extracted; and the size that follows. */
#include "planner/offline/scene.h"

#include <string.h>

const char *const kind_names[] = {[KIND_API] = "api",
                                  [KIND_FRONTEND] = "frontend",
                                  [KIND_DATABASE] = "database",
                                  [KIND_MICROSERVICE] = "microservice",
                                  [KIND_CLI] = "cli",
                                  [KIND_LIBRARY] = "library",
                                  [KIND_INFRASTRUCTURE] = "infrastructure",
                                  [KIND_BUG] = "bug",
                                  [KIND_REFACTOR] = "refactor",
                                  [KIND_PERFORMANCE] = "performance",
                                  [KIND_SECURITY] = "security",
                                  [KIND_UPGRADE] = "upgrade",
                                  [KIND_DOCUMENTATION] = "documentation",
                                  NULL};

/* in_title: words that decide when the title has them; in_text: each adds one, two are needed. */
static const struct kind_row {
    const char *const *in_title, *const *in_text, *const *labels;
} rows[KIND_N_] = {
#define WORDS(...)                                                                                                     \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }
    [KIND_API] = {WORDS("api", "endpoint*", "route", "routes", "rest", "graphql", "webhook*"),
                  WORDS("endpoint*", "status code", "rest", "graphql", "http", "response body", "json", "answers with",
                        "api"),
                  WORDS("api", "backend")},
    [KIND_FRONTEND] = {WORDS("page", "button", "form", "dialog", "modal", "ui", "dark mode", "css", "component",
                             "screen", "footer", "menu", "frontend", "layout"),
                       WORDS("page", "button", "form", "dialog", "css", "component", "screen", "click*", "browser",
                             "theme", "dropdown", "ui"),
                       WORDS("frontend", "ui", "ux", "design")},
    [KIND_DATABASE] = {WORDS("database", "migration", "schema", "table", "column", "sql", "index"),
                       WORDS("database", "migration*", "schema", "column", "foreign key", "sql", "backfill", "index"),
                       WORDS("database", "db")},
    [KIND_MICROSERVICE] = {WORDS("microservice*", "service boundary", "grpc", "message broker"),
                           WORDS("microservice*", "grpc", "kafka", "rabbitmq", "service discovery", "circuit breaker",
                                 "message broker", "own service", "separate service"),
                           WORDS("microservice")},
    [KIND_CLI] = {WORDS("cli", "command line", "command-line", "subcommand", "flag"),
                  WORDS("command line", "command-line", "subcommand", "stdout", "stderr", "exit code", "terminal",
                        "cli"),
                  WORDS("cli")},
    [KIND_LIBRARY] = {WORDS("library", "sdk", "public function", "package"),
                      WORDS("library", "sdk", "callers", "public function*", "semver", "header file",
                            "backwards compatible"),
                      WORDS("library", "sdk")},
    [KIND_INFRASTRUCTURE] = {WORDS("deploy*", "docker*", "kubernetes", "helm", "terraform", "ci", "pipeline",
                                   "infrastructure", "container"),
                             WORDS("docker*", "kubernetes", "helm", "terraform", "pipeline", "cluster", "deployment",
                                   "github actions", "container"),
                             WORDS("infrastructure", "devops", "ops", "ci")},
    [KIND_BUG] = {WORDS("bug", "fix", "crash*", "broken", "wrong", "fails", "error", "regression", "500", "exception",
                        "leak", "leaks", "does not work", "doesn't work", "hangs", "incorrect", "duplicate", "lost",
                        "corrupt*"),
                  WORDS("steps to reproduce", "crash*", "stack trace", "traceback", "regression", "reproduce", "actual",
                        "exception", "segfault"),
                  WORDS("bug", "defect", "regression")},
    [KIND_REFACTOR] = {WORDS("refactor*", "split", "extract", "clean up", "cleanup", "restructure", "decouple",
                             "simplify", "rename", "untangle"),
                       WORDS("refactor*", "no behaviour change*", "no behavior change*", "technical debt", "decouple",
                             "duplicated code"),
                       WORDS("refactor", "refactoring", "tech-debt", "cleanup")},
    [KIND_PERFORMANCE] = {WORDS("slow", "performance", "latency", "faster", "speed", "throughput", "memory usage",
                                "timeout", "timeouts"),
                          WORDS("slow", "latency", "percentile", "p95", "p99", "throughput", "milliseconds",
                                "requests per second"),
                          WORDS("performance")},
    [KIND_SECURITY] = {WORDS("security", "vulnerability", "xss", "csrf", "injection", "cve", "authentication",
                             "authorization", "password", "token", "sessions", "session", "encrypt*", "permission*",
                             "login", "rate limit*"),
                       WORDS("security", "vulnerability", "xss", "csrf", "injection", "password*", "token*", "encrypt*",
                             "permission*", "role", "secret*", "audit", "authenticated"),
                       WORDS("security")},
    [KIND_UPGRADE] = {WORDS("upgrade", "update to", "bump", "migrate to", "end of life", "major version"),
                      WORDS("upgrade", "breaking changes", "migration guide", "deprecat*", "end of life",
                            "security fixes"),
                      WORDS("dependencies", "upgrade")},
    [KIND_DOCUMENTATION] = {WORDS("document", "documentation", "readme", "docs", "runbook", "tutorial", "changelog"),
                            WORDS("readme", "documentation", "runbook", "tutorial", "typo"),
                            WORDS("documentation", "docs")},
#undef WORDS
};

static void note(struct scene *s, enum kind k, const char *why)
{
    if (scene_is(s, k)) return;
    s->kinds |= 1u << k;
    s->kind_why[k] = why;
}

static void by_words(struct scene *s, enum kind k)
{
    const struct kind_row *row = &rows[k];
    const char *const *labels = row->labels, *first = NULL, *word;
    size_t hits = 0;
    word = prose_has_any(s->title, row->in_title);
    if (word) note(s, k, arena_fmt(s->a, "the title says \"%s\"", word));
    for (; *labels; labels++) {
        for (size_t i = 0; i < s->b->ticket.labels.n; i++)
            if (prose_same(s->b->ticket.labels.v[i], *labels)) note(s, k, arena_fmt(s->a, "label %s", *labels));
        for (size_t i = 0; i < s->x.labels.n; i++)
            if (prose_same(s->x.labels.v[i], *labels)) note(s, k, arena_fmt(s->a, "label %s", *labels));
    }
    for (const char *const *w = row->in_text; *w; w++) {
        if (!prose_has_word(s->b->ticket.body, *w)) continue;
        if (hits++ == 0) first = *w;
        if (hits == 2)
            note(s, k,
                 arena_fmt(s->a, "the ticket speaks of \"%.*s\" and \"%.*s\"", (int)strcspn(first, "*"), first,
                           (int)strcspn(*w, "*"), *w));
    }
}

static void by_extract(struct scene *s)
{
    const struct extract *x = &s->x;
    if (x->endpoints.n > 0)
        note(s, KIND_API,
             arena_fmt(s->a, "it names `%s%s%s`", x->endpoints.v[0].method ? x->endpoints.v[0].method : "",
                       x->endpoints.v[0].method ? " " : "", x->endpoints.v[0].path));
    for (size_t i = 0; i < x->tables.n; i++) {
        const struct extract_table *t = &x->tables.v[i];
        if (t->table && t->column)
            note(s, KIND_DATABASE, arena_fmt(s->a, "it names column `%s` of `%s`", t->column, t->table));
        else
            note(s, KIND_DATABASE,
                 arena_fmt(s->a, "it names the %s `%s`", t->table ? "table" : "column",
                           t->table ? t->table : t->column));
    }
    if (x->reproduction) note(s, KIND_BUG, "it has steps to reproduce");
    if (x->expected && x->actual) note(s, KIND_BUG, "it sets expected against actual behaviour");
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].measured)
            note(s, KIND_PERFORMANCE, arena_fmt(s->a, "%s sets a limit on time or rate", s->needs.v[i].r.id));
}

void kinds_find(struct scene *s)
{
    for (enum kind k = 0; k < KIND_N_; k++) by_words(s, k);
    by_extract(s);
    /* A bug about something is a bug; an upgrade that mentions documentation is an upgrade. */
    if (scene_is(s, KIND_DOCUMENTATION) && scene_layer_count(s, LAYER_DOCS) < s->needs.n && s->needs.n > 1)
        s->kinds &= ~(1u << KIND_DOCUMENTATION);
    if (scene_is(s, KIND_BUG) && (scene_is(s, KIND_REFACTOR) || scene_is(s, KIND_UPGRADE)) && !s->x.reproduction &&
        !s->x.actual)
        s->kinds &= ~(1u << KIND_BUG);
}

const char *kinds_text(const struct scene *s)
{
    static const char *const words[] = {[KIND_API] = "API",
                                        [KIND_FRONTEND] = "user interface",
                                        [KIND_DATABASE] = "database",
                                        [KIND_MICROSERVICE] = "service",
                                        [KIND_CLI] = "command line",
                                        [KIND_LIBRARY] = "library",
                                        [KIND_INFRASTRUCTURE] = "infrastructure",
                                        [KIND_BUG] = "bug fix",
                                        [KIND_REFACTOR] = "refactoring",
                                        [KIND_PERFORMANCE] = "performance",
                                        [KIND_SECURITY] = "security",
                                        [KIND_UPGRADE] = "upgrade",
                                        [KIND_DOCUMENTATION] = "documentation"};
    text_list l = {0};
    for (enum kind k = 0; k < KIND_N_; k++)
        if (scene_is(s, k)) prose_list_add(s->a, &l, words[k]);
    return l.n ? prose_join(s->a, l.v, l.n, 0) : "general change";
}

/* --- size --------------------------------------------------------------------------------------------------------- */
static size_t layers_touched(const struct scene *s)
{
    size_t n = 0;
    for (enum layer l = 0; l < LAYER_N_; l++) n += l != LAYER_DOCS && scene_layer_count(s, l) > 0;
    return n;
}

void size_decide(struct scene *s)
{
    size_t needs = s->needs.n, layers = layers_touched(s);
    const char *count = arena_fmt(s->a, "%zu requirement%s in %zu layer%s", needs, needs == 1 ? "" : "s", layers,
                                  layers == 1 ? "" : "s");
    bool data = scene_layer_count(s, LAYER_DATA) > 0;
    if (s->b->understanding) {
        s->small = s->b->understanding->size == SIZE_SMALL;
        s->size_why = s->b->understanding->size_why;
    } else if (s->b->size != SIZE_AUTO) {
        s->small = s->b->size == SIZE_SMALL;
        s->size_why = arena_fmt(s->a, "asked for as %s; the ticket has %s", s->small ? "small" : "full", count);
    } else if (s->empty) {
        s->small = false;
        s->size_why = "there is no codebase yet, so the plan has to lay one out";
    } else if (scene_is(s, KIND_BUG) && needs <= 4 && !data) {
        s->small = true;
        s->size_why = arena_fmt(s->a, "a bug fix with %s and no change of stored data", count);
    } else if (needs <= 2 && layers <= 1 && !data) {
        s->small = true;
        s->size_why = arena_fmt(s->a, "%s and no change of stored data", count);
    } else {
        s->small = false;
        s->size_why = arena_fmt(s->a, "%s%s", count, data ? ", stored data among them" : "");
    }
}
