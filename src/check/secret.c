/* Secrets in text: a table of forms, a table of names whose values are secrets. */
#include "pland/check/secret.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>
#include "pland/base/err.h"

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

static bool key_at(const char *p, struct secret *ret)
{
    for (size_t i = 0; i < countof(forms); i++) {
        size_t n = strlen(forms[i].prefix), m = 0;
        if (strncmp(p, forms[i].prefix, n) != 0) continue;
        if (forms[i].of != HEADER) {
            m = run_of(p + n, forms[i].of);
            if (m < forms[i].least || contains_fold(p + n, m, "example") || strspn(p + n, "xX*.-_0") >= m) continue;
        }
        *ret = (struct secret){ p, n + m, forms[i].what, forms[i].of == HEADER };
        return true;
    }
    return false;
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

static bool password_at(const char *p, bool code, struct secret *ret)
{
    for (size_t i = 0; i < countof(secret_names); i++) {
        size_t n = strlen(secret_names[i]), m;
        const char *value;
        if (strncasecmp(p, secret_names[i], n) != 0 || !value_at(p + n, code, &value, &m)) continue;
        if (looks_harmless(value, m) || memchr(value, '(', m) || memchr(value, '{', m)) continue;
        if (value[-1] != '"' && value[-1] != '\'' && !mixed(value, m)) continue; /* prose: "secret: something" */
        *ret = (struct secret){ value, m, "a password or key", false };
        return true;
    }
    return false;
}

bool secret_find(const char *begin, const char *p, bool code, struct secret *ret)
{
    for (; *p; p++) {
        bool start = p == begin || !isalnum((unsigned char)p[-1]);
        if ((start && key_at(p, ret)) || password_at(p, code, ret)) return true;
    }
    return false;
}
