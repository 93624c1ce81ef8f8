/* The seven practices as advice: cheap looks at kinds of work and at words, never an error. */
#include "check/inner.h"

#include <string.h>

/* Words that show a practice was thought of; '*' stands for any ending. */
static const char *const failure_words[] = { "error*", "fail*", "timeout*", "time-out*", "retry", "retries", "invalid",
    "reject*", "exception*", "rollback", "roll back", NULL };
static const char *const operation_words[] = { "metric*", "log", "logs", "logging", "logged", "monitor*", "health*",
    "alert*", "dashboard*", "deploy*", "config*", "runbook*", "environment", NULL };
static const char *const version_words[] = { "version*", "compatib*", "v1", "v2", "v3", "deprecat*", "migrat*", "down",
    "changelog", NULL };
static const char *const security_words[] = { "auth*", "permission*", "validat*", "saniti*", "security", "owasp*",
    "encrypt*", "access control*", "role*", "inject*", "rate limit*", "escap*", NULL };
static const char *const test_words[] = { "test*", "spec*", "check*", "pytest", "jest", "verify", "e2e", NULL };

static bool any_word(const char *text, const char *const *words)
{
    for (size_t i = 0; words[i]; i++)
        if (words_has(text, words[i])) return true;
    return false;
}

/* In any text that is the plan's own. */
static bool mentioned(const struct checking *c, const char *const *words)
{
    for (size_t i = 0; i < c->texts.n; i++) {
        const struct text *t = &c->texts.v[i];
        if (t->kind != TEXT_QUOTE && t->kind != TEXT_NAME && t->kind != TEXT_CODE && any_word(t->s, words)) return true;
    }
    return false;
}

static size_t first_providing(const struct document *d, int kind)
{
    for (size_t i = 0; i < d->phases.n; i++)
        for (size_t j = 0; j < d->phases.v[i].provides.n; j++)
            if (d->phases.v[i].provides.v[j].kind == kind) return i;
    return SIZE_MAX;
}

static void database_first(struct checking *c)
{
    size_t table = first_providing(c->d, DELIVERS_TABLE), endpoint = first_providing(c->d, DELIVERS_ENDPOINT);
    if (table == SIZE_MAX || endpoint == SIZE_MAX || table <= endpoint) return;
    check_report(c, RULE_DATABASE_FIRST, c->d->phases.v[table].id, "table", NULL,
                 "the schema comes after an interface that is built in %s", c->d->phases.v[endpoint].id);
}

static const char *const code_endings[] = { ".c", ".cc", ".cpp", ".py", ".js", ".jsx", ".ts", ".tsx", ".go", ".rs",
    ".java", ".kt", ".rb", ".php", ".cs", ".swift", ".ex", ".scala" };

static bool is_code(const char *path)
{
    size_t n = path ? strlen(path) : 0;
    for (size_t i = 0; i < countof(code_endings); i++) {
        size_t m = strlen(code_endings[i]);
        if (n > m && strcmp(path + n - m, code_endings[i]) == 0) return true;
    }
    return false;
}

static bool phase_tests(const struct phase *p)
{
    for (size_t i = 0; i < p->automated.n; i++)
        if (any_word(p->automated.v[i].command, test_words)) return true;
    for (size_t i = 0; i < p->steps.n; i++)
        for (size_t j = 0; j < p->steps.v[i].files.n; j++)
            if (p->steps.v[i].files.v[j].path &&
                (strstr(p->steps.v[i].files.v[j].path, "test") || strstr(p->steps.v[i].files.v[j].path, "spec")))
                return true;
    return false;
}

static bool phase_codes(const struct phase *p)
{
    for (size_t i = 0; i < p->steps.n; i++)
        for (size_t j = 0; j < p->steps.v[i].files.n; j++)
            if (is_code(p->steps.v[i].files.v[j].path)) return true;
    return false;
}

static void design_for_testing(struct checking *c)
{
    for (size_t i = 0; i < c->d->phases.n; i++) {
        const struct phase *p = &c->d->phases.v[i];
        if (phase_codes(p) && !phase_tests(p))
            check_report(c, RULE_DESIGN_FOR_TESTING, p->id, "tests", NULL, "the phase changes code without a test");
    }
}

/* Plans that change code at all; those with an interface or a schema. */
static bool codes(const struct document *d)
{
    for (size_t i = 0; i < d->phases.n; i++)
        if (phase_codes(&d->phases.v[i])) return true;
    return false;
}

static bool has_interface(const struct document *d)
{
    return first_providing(d, DELIVERS_ENDPOINT) != SIZE_MAX;
}

static bool has_interface_or_schema(const struct document *d)
{
    return has_interface(d) || first_providing(d, DELIVERS_TABLE) != SIZE_MAX;
}

static const struct {
    enum rule_id rule;
    bool (*concerns)(const struct document *d);
    const char *const *words;
    const char *message;
} spoken_of[] = {
    { RULE_PLAN_FOR_FAILURE, codes, failure_words, "nothing is said about errors and failure" },
    { RULE_OPERATIONS, has_interface_or_schema, operation_words,
    "nothing is said about configuration, deployment or monitoring" },
    { RULE_VERSION, has_interface_or_schema, version_words, "nothing is said about versions and compatibility" },
    { RULE_SECURITY, has_interface, security_words,
    "an interface is added and nothing is said about who may use it or how input is validated" },
};

void rules_practice(struct checking *c)
{
    database_first(c);
    design_for_testing(c);
    for (size_t i = 0; i < countof(spoken_of); i++)
        if (spoken_of[i].concerns(c->d) && !mentioned(c, spoken_of[i].words))
            check_report(c, spoken_of[i].rule, "overview", check_rules[spoken_of[i].rule].id, NULL, "%s",
                         spoken_of[i].message);
    if (!c->d->closing.decisions.n)
        check_report(c, RULE_DECISIONS, "decisions", "decisions", NULL, "no decision is written down");
}
