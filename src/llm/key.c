/* The API key: from a file or an environment variable, at every call, so that a new key needs no restart. */
#include "llm/key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static enum err_kind read_file(const char *path, char *ret, struct err *e)
{
    size_t have = 0;
    ssize_t n = 1;
    int fd = open(path, O_RDONLY | O_CLOEXEC), failed = errno;
    if (fd < 0) return err_errno(e, failed, "cannot read the key file %.200s", path);
    while (n > 0 && have < KEY_MAX - 1) {
        n = read(fd, ret + have, KEY_MAX - 1 - have);
        failed = errno;
        if (n > 0) have += (size_t)n;
        else if (n < 0 && failed == EINTR) n = 1;
    }
    (void)close(fd);
    ret[have] = '\0';
    return n < 0 ? err_errno(e, failed, "cannot read the key file %.200s", path) : ERR_OK;
}

static enum err_kind no_key(const char *where, struct err *e)
{
    return err_set(e, ERR_INVALID, "%.200s does not hold an API key", where);
}

/* The first line without white space around it. */
static enum err_kind first_line(char *s, const char *where, struct err *e)
{
    size_t skip = strspn(s, " \t\r\n"), n;
    memmove(s, s + skip, strlen(s + skip) + 1);
    n = strcspn(s, "\r\n");
    while (n && (s[n - 1] == ' ' || s[n - 1] == '\t')) n--;
    s[n] = '\0';
    for (const char *p = s; *p; p++) {
        if ((unsigned char)*p <= ' ' || (unsigned char)*p >= 0x7f) return no_key(where, e);
    }
    return n ? ERR_OK : no_key(where, e);
}

enum err_kind key_read(const struct llm_config *c, char *ret, struct err *e)
{
    enum err_kind k = ERR_OK;
    const char *value;
    ret[0] = '\0';
    if (c->key_file) {
        k = read_file(c->key_file, ret, e);
        return k == ERR_OK ? first_line(ret, c->key_file, e) : k;
    }
    if (!c->key_env) return ERR_OK;
    value = getenv(c->key_env);
    if (!value) return err_set(e, ERR_NOT_FOUND, "the variable %.100s with the API key is not set", c->key_env);
    if (strlen(value) >= KEY_MAX) return no_key(c->key_env, e);
    memcpy(ret, value, strlen(value) + 1);
    return first_line(ret, c->key_env, e);
}
