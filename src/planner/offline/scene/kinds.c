/* Kinds of work by evidence: words of the ticket, its labels, what was extracted from it; several at once. */
#include "planner/offline/scene/scene.h"

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

/* What a word is worth: in the title, said plainly in the text, hinted at in the text, as a label. A kind needs
 * THRESHOLD in all, so that one hint alone never makes it. */
enum { TITLE_POINTS = 4, STRONG_POINTS = 2, WEAK_POINTS = 1, LABEL_POINTS = 5, TEXT_MOST = 5, THRESHOLD = 4, MOST = 9 };
static const struct kind_row {
    const char *const *in_title, *const *strong, *const *weak, *const *labels;
} rows[KIND_N_] = {
#define WORDS(...)                                                                                                     \
    (const char *const[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, NULL                                                                                              \
    }
    [KIND_API] = {WORDS("api", "endpoint*", "route", "routes", "rest", "graphql", "webhook*", "http"),
                  WORDS("endpoint*", "status code", "rest api", "graphql", "response body", "query parameter*",
                        "request body", "openapi", "webhook*", "api"),
                  WORDS("http", "json", "answers with", "answered with", "returns 4*", "401", "403", "404", "409",
                        "422", "429", "client", "clients"),
                  WORDS("api", "backend", "rest")},
    [KIND_FRONTEND] = {WORDS("button", "form", "dialog", "modal", "ui", "dark mode", "css", "component", "screen",
                             "footer", "menu", "frontend", "layout", "charts", "sidebar", "date picker", "dashboard",
                             "keyboard", "phones", "mobile", "browser", "jquery", "theme"),
                       WORDS("button", "form", "dialog", "css", "component*", "screen", "click*", "browser*",
                             "dropdown", "sidebar", "checkbox*", "contrast", "screen reader*", "viewport", "tooltip",
                             "calendar view", "react", "vue", "focus"),
                       WORDS("page", "ui", "theme", "shows", "shown", "display*", "pixel*", "px", "icon*", "tap",
                             "scroll*", "layout", "mobile", "keyboard"),
                       WORDS("frontend", "ui", "ux", "design", "a11y", "accessibility", "web")},
    [KIND_DATABASE] = {WORDS("database", "migration", "schema", "table", "column", "sql", "index", "postgresql",
                             "mysql", "soft delete", "audit trail", "multi-tenant"),
                       WORDS("database", "migration*", "schema", "column*", "foreign key*", "sql", "backfill*", "index",
                             "table", "tables", "postgres*", "mysql", "unique constraint"),
                       WORDS("rows", "query", "queries", "stored", "transaction*", "record", "records"),
                       WORDS("database", "db", "schema", "migration")},
    [KIND_MICROSERVICE] = {WORDS("microservice*", "service boundary", "grpc", "message broker", "service", "a service"),
                           WORDS("microservice*", "grpc", "kafka", "rabbitmq", "service discovery", "circuit breaker",
                                 "message broker", "own service", "separate service", "new service", "other services",
                                 "event bus", "nats", "own deployment", "own database"),
                           WORDS("service", "services", "consumer*", "queue", "broker", "timeout*", "events"),
                           WORDS("microservice", "microservices", "service", "platform")},
    [KIND_CLI] = {WORDS("cli", "command line", "command-line", "subcommand", "flag", "option", "command", "--json",
                        "--since", "--out", "man pages"),
                  WORDS("command line", "command-line", "subcommand*", "stdout", "stderr", "exit code*", "exit status",
                        "terminal", "--help", "exits with", "flag", "standard output", "standard error"),
                  WORDS("command", "option", "prints", "cli", "argument*", "tool", "pipe"),
                  WORDS("cli", "command-line", "tooling")},
    [KIND_LIBRARY] = {WORDS("library", "sdk", "public function*", "package", "client library", "parser", "httpclient",
                            "support for python*"),
                      WORDS("library", "libraries", "sdk", "public function*", "public api", "semver", "header file*",
                            "abi", "source compatible", "binary compatible", "thread-safe", "thread safe", "dependents",
                            "package on"),
                      WORDS("callers", "class", "function", "method", "header", "package", "release notes", "iterator",
                            "backwards compatible", "users of the", "binding*"),
                      WORDS("library", "sdk", "lib")},
    [KIND_INFRASTRUCTURE] = {WORDS("deploy*", "docker*", "kubernetes", "helm", "terraform", "ci", "pipeline",
                                   "infrastructure", "container*", "dns", "failover", "log retention", "backup*",
                                   "registry", "cluster"),
                             WORDS("docker*", "kubernetes", "helm", "terraform", "pipeline*", "cluster*", "deployment*",
                                   "github actions", "container*", "runner*", "dns", "load balancer*", "ansible",
                                   "staging", "pod", "pods", "rollback", "nginx", "s3", "bucket", "registry",
                                   "monitoring", "replica*"),
                             WORDS("server*", "host", "hosts", "disk", "production", "image", "images", "alert*",
                                   "machine*", "cron", "downtime", "backup*"),
                             WORDS("infrastructure", "infra", "devops", "ops", "ci", "sre", "build")},
    [KIND_BUG] = {WORDS("bug", "fix", "crash*", "broken", "wrong", "fails", "regression", "500", "exception", "leak",
                        "leaks", "does not work", "doesn't work", "hangs", "incorrect", "duplicate", "lost", "corrupt*",
                        "ignores", "unreadable", "can't be used", "is empty", "too early", "day early", "charged twice",
                        "out of memory", "is rounded", "early", "umlauts", "panic*"),
                  WORDS("steps to reproduce", "stack trace", "traceback", "regression", "reproduce*", "segfault",
                        "actual behaviour", "actual behavior", "expected behaviour", "expected behavior", "root cause",
                        "crash*", "bug", "expected", "actual", "to reproduce"),
                  WORDS("exception", "error", "wrong", "broken", "instead of", "fails", "since version", "happens",
                        "should be", "incorrect"),
                  WORDS("bug", "defect", "regression")},
    [KIND_REFACTOR] = {WORDS("refactor*", "split", "splitting", "extract", "clean up", "cleanup", "restructure",
                             "decouple", "simplify", "untangle", "remove", "behind a service", "mess"),
                       WORDS("refactor*", "no behaviour change*", "no behavior change*", "technical debt", "decouple",
                             "duplicated code", "same behaviour", "same behavior", "behaviour does not change",
                             "behaviour stays", "moves to", "is moved", "nothing changes for"),
                       WORDS("circular", "global", "copies", "untested", "module", "modules", "legacy", "callers",
                             "copied", "duplicat*", "dead code"),
                       WORDS("refactor", "refactoring", "tech-debt", "cleanup", "technical-debt", "debt")},
    [KIND_PERFORMANCE] = {WORDS("slow", "performance", "latency", "faster", "speed", "throughput", "memory", "timeout",
                                "timeouts", "takes", "kills", "too slow", "stream*", "paginate", "slower",
                                "large files", "batch"),
                          WORDS("slow", "slower", "faster", "profil*", "benchmark*", "too long", "takes 1*",
                                "load test*", "peak memory", "bottleneck"),
                          WORDS("latency", "percentile", "p95", "p99", "throughput", "requests per second", "memory",
                                "milliseconds", "seconds", "ms", "cpu", "cache*", "minutes", "gb", "mb",
                                "rows per second"),
                          WORDS("performance", "perf", "slow")},
    [KIND_SECURITY] = {WORDS("security", "vulnerability", "xss", "csrf", "injection", "cve", "authentication",
                             "authorization", "password*", "token", "tokens", "sessions", "session", "encrypt*",
                             "permission*", "login", "rate limit*", "sso", "api keys", "path traversal", "two-factor",
                             "content-security-policy", "log retention", "openssl", "multi-tenant", "secrets"),
                       WORDS("security", "vulnerabilit*", "xss", "csrf", "injection", "password*", "encrypt*",
                             "permission*", "secret*", "authenticated", "attacker*", "cve*", "brute force", "saml",
                             "oidc", "oauth", "gdpr", "leaked", "credential*", "hashed", "single sign-on", "pentest*",
                             "access keys", "tenant*", "security fixes", "tls", "personal data"),
                       WORDS("role", "audit", "login", "session*", "policy", "only members", "403", "locked"),
                       WORDS("security", "sec", "auth")},
    [KIND_UPGRADE] = {WORDS("upgrade", "update to", "bump", "migrate to", "end of life", "major version",
                            "drop support", "move the build to", "has to go", "to 16", "5.2", "new version"),
                      WORDS("upgrade*", "breaking changes", "migration guide", "deprecat*", "end of life",
                            "security fixes", "end of support", "eol", "new major", "out of support", "drop support",
                            "no longer supported", "compatible with both"),
                      WORDS("removed in", "version", "compatib*", "dependency", "dependencies"),
                      WORDS("dependencies", "upgrade", "deps", "dependency")},
    [KIND_DOCUMENTATION] = {WORDS("document", "documentation", "readme", "docs", "runbook", "tutorial", "changelog",
                                  "guide", "reference", "man pages", "contributing*", "out of date"),
                            WORDS("readme", "documentation", "runbook", "tutorial", "typo", "man page*", "docs",
                                  "installation guide", "reference", "screenshots", "glossary", "man pages"),
                            WORDS("explain*", "guide", "chapter", "section"), WORDS("documentation", "docs", "doc")},
#undef WORDS
};

/* Points of a kind, and the first two things that earned them. */
struct score {
    int points;
    bool named; /* by the title or a label */
    const char *why[2];
    size_t n_why;
};

static void earn(struct score *sc, int points, const char *why)
{
    sc->points += points;
    if (why && sc->n_why < 2) sc->why[sc->n_why++] = why;
}

/* The ticket's line on which a word stands. */
static const char *said_at(const struct scene *s, const char *word)
{
    struct span all = {s->b->ticket.body, s->b->ticket.body ? strlen(s->b->ticket.body) : 0};
    size_t at = span_find_word(all, word), n = 0;
    long line = 1;
    for (size_t i = 0; i < at; i++) line += all.p[i] == '\n';
    while (at + n < all.n && (prose_is_word_char(all.p[at + n]) || strchr("- ", all.p[at + n])) &&
           (n < strcspn(word, "*") || prose_is_word_char(all.p[at + n])))
        n++;
    return arena_fmt(s->a, "\"%.*s\" in line %ld", (int)n, all.p + at, line);
}

static void by_text(const struct scene *s, const char *const *words, int each, int most, struct score *sc)
{
    int sum = 0;
    for (const char *const *w = words; *w && sum < most; w++) {
        if (!prose_has_word(s->b->ticket.body, *w)) continue;
        earn(sc, each, each > WEAK_POINTS || sc->n_why == 0 ? said_at(s, *w) : NULL);
        sum += each;
    }
}

static bool labelled(const struct scene *s, const char *label)
{
    for (size_t i = 0; i < s->b->ticket.labels.n; i++)
        if (prose_same(s->b->ticket.labels.v[i], label)) return true;
    for (size_t i = 0; i < s->x.labels.n; i++)
        if (prose_same(s->x.labels.v[i], label)) return true;
    return false;
}

static void by_words(const struct scene *s, enum kind k, struct score *sc)
{
    const struct kind_row *row = &rows[k];
    const char *word = prose_has_any(s->title, row->in_title);
    sc->named = word != NULL;
    if (word) earn(sc, TITLE_POINTS, arena_fmt(s->a, "\"%.*s\" in the title", (int)strcspn(word, "*"), word));
    for (const char *const *l = row->labels; *l; l++)
        if (labelled(s, *l)) sc->named = true, earn(sc, LABEL_POINTS, arena_fmt(s->a, "label %s", *l));
    by_text(s, row->strong, STRONG_POINTS, TEXT_MOST, sc);
    by_text(s, row->weak, WEAK_POINTS, 2, sc);
}

/* --- what was extracted ------------------------------------------------------------------------------------------- */
static bool demanded(const struct scene *s, const struct extract_endpoint *ep)
{
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].endpoint == ep && ep->method) return true;
    return false;
}

static void of_endpoints(const struct scene *s, struct score *sc)
{
    size_t n = 0;
    for (size_t i = 0; i < s->x.endpoints.n && n < 2; i++) {
        const struct extract_endpoint *ep = &s->x.endpoints.v[i];
        if (prose_has_any(ep->path, (const char *const[]){"health", "healthz", "up", "ready", "readyz", "livez",
                                                          "metrics", "version", NULL}))
            continue; /* what operations look at */
        earn(sc,
             n++               ? 1
             : demanded(s, ep) ? 4
             : ep->method      ? 3
                               : 2,
             arena_fmt(s->a, "`%s%s%s` in line %lld", ep->method ? ep->method : "", ep->method ? " " : "", ep->path,
                       (long long)ep->line));
    }
}

static void of_tables(const struct scene *s, struct score *sc)
{
    for (size_t i = 0; i < s->x.tables.n && i < 2; i++) {
        const struct extract_table *t = &s->x.tables.v[i];
        earn(sc, i ? 1 : 2,
             t->table && t->column
                 ? arena_fmt(s->a, "column `%s` of `%s` in line %lld", t->column, t->table, (long long)t->line)
                 : arena_fmt(s->a, "%s `%s` in line %lld", t->table ? "table" : "column",
                             t->table ? t->table : t->column, (long long)t->line));
    }
}

/* "session cookie is not deleted when …": a title that says in the present what does not happen, and a short text. */
static bool says_fault(const struct scene *s)
{
    static const char *const words[] = {"is not", "are not", "isn't", "aren't",    "does not", "doesn't", "do not",
                                        "don't",  "cannot",  "can't", "no longer", "never",    "panics",  NULL};
    return prose_has_any(s->title, words) && s->x.requirements.n <= 2 && !s->x.out_of_scope.n;
}

static void of_report(const struct scene *s, struct score *sc)
{
    if (says_fault(s)) sc->named = true, earn(sc, TITLE_POINTS, "its title says what does not happen");
    if (s->x.reproduction) earn(sc, 4, "it has steps to reproduce");
    if (s->x.expected && s->x.actual) earn(sc, 4, "it sets expected against actual behaviour");
}

static void of_limits(const struct scene *s, struct score *sc)
{
    size_t n = 0;
    for (size_t i = 0; i < s->needs.n; i++)
        if (s->needs.v[i].measured && n++ < 2)
            earn(sc, 1, arena_fmt(s->a, "%s sets a limit on time or rate", s->needs.v[i].r.id));
}

static void of_commands(const struct scene *s, struct score *sc)
{
    if (s->x.commands.n > 0) earn(sc, 1, NULL);
    for (size_t i = 0; i < s->needs.n; i++) {
        const char *at = strstr(s->needs.v[i].r.text, "--");
        if (!at || at[2] < 'a' || at[2] > 'z') continue;
        earn(sc, 3,
             arena_fmt(s->a, "%s speaks of `%.*s`", s->needs.v[i].r.id, (int)(2 + strcspn(at + 2, " `=,.;:)")), at));
        return;
    }
}

static const struct {
    enum kind kind;
    void (*add)(const struct scene *, struct score *);
} extracted[] = {{KIND_API, of_endpoints},
                 {KIND_DATABASE, of_tables},
                 {KIND_BUG, of_report},
                 {KIND_PERFORMANCE, of_limits},
                 {KIND_CLI, of_commands}};

static void note(struct scene *s, enum kind k, const struct score *sc)
{
    s->kinds |= 1u << k;
    s->kind_why[k] = prose_join(s->a, sc->why, sc->n_why, 0);
}

/* Where the work is, and what sort of work it is: within such a group a kind that another one outweighs clearly is
 * only mentioned. */
static const bool is_area[KIND_N_] = {
    [KIND_API] = true, [KIND_FRONTEND] = true, [KIND_DATABASE] = true,      [KIND_MICROSERVICE] = true,
    [KIND_CLI] = true, [KIND_LIBRARY] = true,  [KIND_INFRASTRUCTURE] = true};

static bool outweighed(const struct score *scores, enum kind k)
{
    int top = 0;
    for (enum kind o = 0; o < KIND_N_; o++) {
        int points = scores[o].points > MOST ? MOST : scores[o].points;
        if (o != k && is_area[o] == is_area[k] && points > top) top = points;
        if (o != k && is_area[o] != is_area[k] && points / 2 > top) top = points / 2;
    }
    return scores[k].points * 2 < top;
}

static bool holds(const struct scene *s, const struct score *scores, enum kind k)
{
    const struct score *sc = &scores[k];
    if (sc->points < THRESHOLD || outweighed(scores, k)) return false;
    /* Every change touches a document and keeps some limit: these kinds have to be what it is about. */
    if (k == KIND_DOCUMENTATION) return sc->named;
    if (k == KIND_PERFORMANCE) return sc->named || sc->points > THRESHOLD + 1;
    /* A security fix is a reason for an upgrade, the protocol a part of a service that is set up. */
    if (k == KIND_SECURITY && !sc->named && scores[KIND_UPGRADE].named) return false;
    if (k == KIND_API && !sc->named && scores[KIND_MICROSERVICE].named && sc->points < 2 * THRESHOLD - 1) return false;
    /* The API of a library is no web API. */
    if (k == KIND_API && s->x.endpoints.n == 0)
        return scores[KIND_LIBRARY].points < sc->points || !scores[KIND_LIBRARY].named;
    return true;
}

/* What the understanding said holds for the steps after it. */
static bool kinds_said(struct scene *s)
{
    const struct understanding *u = s->b->understanding;
    for (size_t i = 0; u && i < u->kinds.n; i++)
        for (enum kind k = 0; k < KIND_N_; k++)
            if (prose_same(u->kinds.v[i], kind_names[k])) s->kinds |= 1u << k;
    return s->kinds != 0;
}

void kinds_find(struct scene *s)
{
    struct score scores[KIND_N_] = {{0}};
    if (kinds_said(s)) return;
    for (enum kind k = 0; k < KIND_N_; k++) {
        by_words(s, k, &scores[k]);
        for (size_t i = 0; i < countof(extracted); i++)
            if (extracted[i].kind == k) extracted[i].add(s, &scores[k]);
    }
    for (enum kind k = 0; k < KIND_N_; k++)
        if (holds(s, scores, k)) note(s, k, &scores[k]);
}

static const char *const work_names[] = {[KIND_API] = "API work",
                                         [KIND_FRONTEND] = "work on the user interface",
                                         [KIND_DATABASE] = "database work",
                                         [KIND_MICROSERVICE] = "work across services",
                                         [KIND_CLI] = "work on the command line",
                                         [KIND_LIBRARY] = "work on a library",
                                         [KIND_INFRASTRUCTURE] = "infrastructure",
                                         [KIND_BUG] = "a bug fix",
                                         [KIND_REFACTOR] = "a refactoring",
                                         [KIND_PERFORMANCE] = "performance work",
                                         [KIND_SECURITY] = "security work",
                                         [KIND_UPGRADE] = "an upgrade",
                                         [KIND_DOCUMENTATION] = "documentation"};

const char *kind_work(enum kind k)
{
    return work_names[k];
}
