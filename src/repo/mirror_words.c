/* Why git failed, in words a person can act on: git says it in English (LC_ALL=C), and this is the table of what it
 * says. Secrets never get through. */
#include "repo/fetch.h"

#include <ctype.h>
#include <signal.h>
#include <string.h>

static const struct { const char *said; enum err_kind kind; const char *means; } words[] = {
    { "returned error: 401", ERR_UNAUTHENTICATED, "the server wants other credentials (PATCH git.token, git.username)" },
    { "Authentication failed", ERR_UNAUTHENTICATED, "the server wants other credentials (PATCH git.token, git.username)" },
    { "could not read Username", ERR_UNAUTHENTICATED, "the server wants credentials (PATCH git.token)" },
    { "could not read Password", ERR_UNAUTHENTICATED, "the server wants other credentials (PATCH git.token)" },
    { "returned error: 403", ERR_UNAUTHENTICATED, "the credentials do not allow reading this repository (PATCH git.token)" },
    { "returned error: 404", ERR_NOT_FOUND, "there is no such repository, or these credentials do not show it" },
    { "returned error: 30", ERR_INVALID, "the server redirects, which is not followed: give the address it redirects to (PATCH git.url)" },
    { "returned error: 429", ERR_UPSTREAM, "the server wants fewer requests" },
    { "returned error: 4", ERR_INVALID, "the server refused the request" },
    { "returned error: 5", ERR_UPSTREAM, "the server failed" },
    { "HOST IDENTIFICATION HAS CHANGED", ERR_FORBIDDEN, "the host's ssh key is not the known one: make sure of it, then correct the file of the setting git-known-hosts" },
    { "Host key verification failed", ERR_FORBIDDEN, "the host's ssh key is not known: put it into the file of the setting git-known-hosts" },
    { "host key is known for", ERR_FORBIDDEN, "the host's ssh key is not known: put it into the file of the setting git-known-hosts" },
    { "Load key", ERR_UNAUTHENTICATED, "the key cannot be read: it must be a private key of OpenSSH without a passphrase (PATCH git.key)" },
    { "Permission denied", ERR_UNAUTHENTICATED, "the server does not take this key (PATCH git.key)" },
    { "certificate", ERR_FORBIDDEN, "the server's certificate is not trusted (setting: ca-file)" },
    { "mismatched algorithms", ERR_INVALID, "the repository uses SHA-256 objects (object format sha256), which cannot be read: only sha1 repositories can" },
    { "unknown object format", ERR_INVALID, "the repository uses an object format that cannot be read: only sha1 repositories can" },
    { "does not appear to be a git repository", ERR_NOT_FOUND, "there is no such repository" },
    { "not valid: is this a git repository", ERR_NOT_FOUND, "there is no git repository at this address" },
    { "Repository not found", ERR_NOT_FOUND, "there is no such repository, or these credentials do not show it" },
    { "not allowed", ERR_FORBIDDEN, "the address asks for what is never done" },
    { "File too large", ERR_TOO_LARGE, "the repository is larger than is taken (setting: git-max-bytes)" },
    { "No space left on device", ERR_FULL, "there is no room for the repository" },
    { "Cannot allocate memory", ERR_TOO_LARGE, "the repository needs more memory than a fetch may use" },
    { "out of memory", ERR_TOO_LARGE, "the repository needs more memory than a fetch may use" },
    { "data too large to fit", ERR_TOO_LARGE, "the repository claims to be larger than any memory" },
    { "mmap failed", ERR_TOO_LARGE, "the repository needs more memory than a fetch may use" },
    { "Operation too slow", ERR_UPSTREAM, "the server sent hardly anything for a minute" },
    { "Connection refused", ERR_UPSTREAM, "nothing answers at this address" },
    { "timed out", ERR_UPSTREAM, "the server does not answer" },
};

static void cover(char *text, size_t n, const char *secret, size_t n_secret)
{
    char *at = text, *found;
    if (n_secret < 4) return; /* too short to be told from other text */
    while ((found = memmem(at, n - (size_t)(at - text), secret, n_secret))) {
        memset(found, '*', n_secret);
        at = found + n_secret;
    }
}

void fetch_redact(const struct fetch *f, char *text, size_t n)
{
    const char *key = f->job->key;
    if (f->job->token) cover(text, n, f->job->token, strlen(f->job->token));
    if (f->basic) cover(text, n, f->basic, strlen(f->basic));
    for (size_t len; key && *key; key += len + (key[len] == '\n')) { /* line by line: whole it is never said */
        len = strcspn(key, "\n");
        if (strncmp(key, "-----", 5) != 0) cover(text, n, key, len);
    }
}

/* The line that says most: what failed first, the rest follows from it. */
static void best_line(const struct fetch *f, char ret[200])
{
    static const char *const marks[] = { "fatal: ", "error: ", "ssh: ", "remote: " };
    const char *text = buf_cstr(&f->said), *best = NULL;
    size_t n = 0;
    for (size_t m = 0; m < countof(marks) && !best; m++) best = strstr(text, marks[m]);
    if (!best) best = text;
    for (; best[n] && best[n] != '\n' && best[n] != '\r' && n < 199; n++) ret[n] = isprint((unsigned char)best[n]) ? best[n] : '?';
    ret[n] = '\0';
    fetch_redact(f, ret, n);
}

enum err_kind fetch_failed(const struct fetch *f, int signal, struct err *e)
{
    char line[200];
    best_line(f, line);
    if (signal == SIGXFSZ) return err_set(e, ERR_TOO_LARGE, "the repository is larger than %lld bytes (setting: git-max-bytes)", (long long)f->config->max_bytes);
    if (signal == SIGXCPU) return err_set(e, ERR_TIMEOUT, "the fetch took more than %lld seconds of processor time (setting: git-timeout)", (long long)f->config->timeout_s);
    for (size_t i = 0; i < countof(words); i++)
        if (strcasestr(buf_cstr(&f->said), words[i].said)) return err_set(e, words[i].kind, "%s: %s", words[i].means, line);
    return err_set(e, ERR_UPSTREAM, "git failed: %s", line[0] ? line : "without a word");
}
