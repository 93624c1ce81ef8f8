/* Secrets in a plan: keys whose form gives them away, and passwords written as values. Findings show only how they
 * begin. */
#include "check/inner.h"

#include <ctype.h>
#include <string.h>

/* A key: prefix, then at least so many characters of a kind. */
enum alphabet { UPPER_DIGITS, ALNUM, TOKEN /* alnum _ - */, BASE64, HEADER /* the prefix is enough */ };
static const struct {
    const char *prefix, *what;
    enum alphabet of;
    size_t least;
} forms[] = {
    { "AKIA", "an AWS access key", UPPER_DIGITS, 16 },
    { "ASIA", "an AWS access key", UPPER_DIGITS, 16 },
    { "ghp_", "a GitHub token", ALNUM, 30 },
    { "gho_", "a GitHub token", ALNUM, 30 },
    { "ghs_", "a GitHub token", ALNUM, 30 },
    { "ghu_", "a GitHub token", ALNUM, 30 },
    { "ghr_", "a GitHub token", ALNUM, 30 },
    { "github_pat_", "a GitHub token", TOKEN, 30 },
    { "glpat-", "a GitLab token", TOKEN, 18 },
    { "xoxb-", "a Slack token", TOKEN, 10 },
    { "xoxp-", "a Slack token", TOKEN, 10 },
    { "xoxa-", "a Slack token", TOKEN, 10 },
    { "xoxr-", "a Slack token", TOKEN, 10 },
    { "xoxs-", "a Slack token", TOKEN, 10 },
    { "sk-", "an API key", TOKEN, 20 },
    { "sk_live_", "a Stripe key", ALNUM, 16 },
    { "rk_live_", "a Stripe key", ALNUM, 16 },
    { "AIza", "a Google API key", TOKEN, 35 },
    { "ya29.", "a Google token", TOKEN, 20 },
    { "npm_", "an npm token", ALNUM, 36 },
    { "pypi-", "a PyPI token", TOKEN, 40 },
    { "hf_", "a Hugging Face token", ALNUM, 30 },
    { "dop_v1_", "a DigitalOcean token", ALNUM, 40 },
    { "SG.", "a SendGrid key", TOKEN, 20 },
    { "whsec_", "a webhook secret", BASE64, 24 },
    { "eyJhbGciOi", "a signed token", TOKEN, 20 },
    { "-----BEGIN RSA PRIVATE KEY", "a private key", HEADER, 0 },
    { "-----BEGIN PRIVATE KEY", "a private key", HEADER, 0 },
    { "-----BEGIN EC PRIVATE KEY", "a private key", HEADER, 0 },
    { "-----BEGIN DSA PRIVATE KEY", "a private key", HEADER, 0 },
    { "-----BEGIN ENCRYPTED PRIVATE KEY", "a private key", HEADER, 0 },
    { "-----BEGIN OPENSSH PRIVATE KEY", "a private key", HEADER, 0 },
    { "-----BEGIN PGP PRIVATE KEY", "a private key", HEADER, 0 },
};
static const char *const secret_names[] = { "password", "passwd", "secret", "api_key", "apikey", "api-key",
    "access_key", "auth_token", "access_token",
                                            "secret_key", "private_key", "client_secret", "pwd" };
/* A value with one of these is an example or a reference. */
static const char *const harmless[] = { "example", "changeme", "change-me", "change_me", "placeholder", "dummy",
    "fake", "redacted", "secret", "password",
                                        "your", "env", "test", "xxx", "***", "...", "sample", "foobar",
                                        "correct horse", "hunter2", "none", "null" };

static bool of_alphabet(char ch, enum alphabet a)
{
    if (a == UPPER_DIGITS) return (ch >= 'A' && ch <= 'Z') || isdigit((unsigned char)ch);
    if (a == BASE64 && strchr("+/=", ch)) return true;
    return isalnum((unsigned char)ch) || (a == TOKEN && (ch == '_' || ch == '-'));
}

static size_t run_of(const char *p, enum alphabet a)
{
    size_t n = 0;
    while (p[n] && of_alphabet(p[n], a)) n++;
    return n;
}

static bool contains_fold(const char *p, size_t n, const char *word)
{
    size_t m = strlen(word);
    for (size_t i = 0; i + m <= n; i++)
        if (strncasecmp(p + i, word, m) == 0) return true;
    return false;
}

static bool looks_harmless(const char *p, size_t n)
{
    for (size_t i = 0; i < countof(harmless); i++)
        if (contains_fold(p, n, harmless[i])) return true;
    return strspn(p, "xX*.-_0") >= n;
}

static void report(struct checking *c, const struct text *t, const char *p, size_t n, const char *what)
{
    const char *shown = arena_fmt(c->work, "%.*s\xe2\x80\xa6 (%zu characters)", (int)(n < 6 ? n / 2 : 6), p, n);
    check_report(c, RULE_SECRET, t->anchor, shown, NULL, "the %s holds what looks like %s",
                 t->kind == TEXT_CODE ? "code" : "text", what);
}

static size_t key_at(struct checking *c, const struct text *t, const char *p)
{
    for (size_t i = 0; i < countof(forms); i++) {
        size_t n = strlen(forms[i].prefix), m;
        if (strncmp(p, forms[i].prefix, n) != 0) continue;
        if (forms[i].of == HEADER) return report(c, t, p, n, forms[i].what), n;
        m = run_of(p + n, forms[i].of);
        if (m < forms[i].least || contains_fold(p + n, m, "example") || strspn(p + n, "xX*.-_0") >= m) continue;
        return report(c, t, p, n + m, forms[i].what), n + m;
    }
    return 0;
}

/* Behind a name: `= "value"`, `: 'value'`, `=value` of eight characters and more that refers to nothing. */
static bool value_at(const char *p, bool code, const char **ret, size_t *ret_n)
{
    char quote;
    p += strspn(p, "\"'"); /* "password": "…" */
    p += strspn(p, " \t");
    if (*p != '=' && *p != ':') return false;
    p++;
    if (*p == '=' || *p == ':') return false;
    p += strspn(p, " \t");
    quote = *p;
    if (quote != '"' && quote != '\'' && (code || quote == '`')) return false;
    if (quote == '"' || quote == '\'') p++;
    *ret = p;
    *ret_n = quote == '"' || quote == '\'' ? strcspn(p, quote == '"' ? "\"\n" : "'\n") : strcspn(p, " \t\r\n,;`)");
    return *ret_n >= 8 && *ret_n <= 200 && !memchr(p, ' ', *ret_n) && !strpbrk((char[]){ p[0], '\0' }, "$<{%*(@&");
}

static bool mixed(const char *p, size_t n)
{
    bool digit = false, letter = false;
    for (size_t i = 0; i < n; i++) {
        digit = digit || isdigit((unsigned char)p[i]);
        letter = letter || isalpha((unsigned char)p[i]);
    }
    return digit && letter;
}

static size_t password_at(struct checking *c, const struct text *t, const char *p)
{
    for (size_t i = 0; i < countof(secret_names); i++) {
        size_t n = strlen(secret_names[i]), m;
        const char *value;
        if (strncasecmp(p, secret_names[i], n) != 0 || !value_at(p + n, t->kind == TEXT_CODE, &value, &m)) continue;
        if (looks_harmless(value, m) || memchr(value, '(', m) || memchr(value, '{', m)) continue;
        if (value[-1] != '"' && value[-1] != '\'' && !mixed(value, m)) continue; /* prose: "secret: something" */
        return report(c, t, value, m, "a password or key"), (size_t)(value - p) + m;
    }
    return 0;
}

static void scan(struct checking *c, const struct text *t)
{
    c->line = t->line;
    for (const char *p = t->s; *p;) {
        bool start = p == t->s || !isalnum((unsigned char)p[-1]);
        size_t n = start ? key_at(c, t, p) : 0;
        if (!n) n = password_at(c, t, p);
        p += n ? n : 1;
    }
}

void rules_secrets(struct checking *c)
{
    for (size_t i = 0; i < c->texts.n; i++) scan(c, &c->texts.v[i]);
}
