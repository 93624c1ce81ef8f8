/* The child git: its environment is all that configures it, and all of that is in the tables of this file. */
#include "repo/fetch.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pland/base/clock.h"
#include "pland/base/hash.h"
#include "pland/repo/child.h"

#define MEMORY_MAX ((int64_t)6 << 30) /* address space, of which packs are mapped in windows of core.packedGitLimit */
#define SAID_MAX SAID_ROOM
#define LOOK_MS 1000
#define ENV_MAX 96
#define DEFAULT_USER "x-access-token" /* with a token as password GitHub asks for it, the others take any name */

/* As if by -c, above every file. Nothing a remote sends is configuration; these are for what git does by itself. */
static const struct { const char *key, *value; } settings[] = {
    { "core.hooksPath", "/dev/null" },
    { "core.fsmonitor", "false" },
    { "core.attributesFile", "/dev/null" },
    { "core.askPass", "" },
    { "core.packedGitLimit", "1g" },
    { "core.fsync", "committed" },
    { "credential.helper", "" },
    { "protocol.ext.allow", "never" },
    { "protocol.file.allow", "never" },
    { "submodule.recurse", "false" },
    { "fetch.recurseSubmodules", "false" },
    { "fetch.unpackLimit", "1" }, /* a pack stays a pack: few files, and their size has a limit */
    { "fetch.writeCommitGraph", "false" },
    { "fetch.showForcedUpdates", "false" },
    { "transfer.bundleURI", "false" },
    { "gc.auto", "0" },
    { "maintenance.auto", "false" },
    { "pack.threads", "1" },
    { "http.followRedirects", "false" }, /* alternates that a server names are then refused, too */
    { "http.emptyAuth", "false" },
    { "http.lowSpeedLimit", "1000" },
    { "http.lowSpeedTime", "60" },
    { "http.sslVerify", "true" },
    { "safe.directory", "*" }, /* the mirror is ours, whoever runs pland today */
};

static const char *const environment[] = {
    ("PATH=" CHILD_PATH), "HOME=/nonexistent", "LC_ALL=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
    "GIT_CONFIG_SYSTEM=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=", "SSH_ASKPASS=",
    "GIT_OPTIONAL_LOCKS=0", "GIT_SSH_VARIANT=ssh", "GIT_PAGER=cat",
};

/* ssh with a constant command line: what varies comes through its environment, and the alias of the host, whose
 * characters remote_parse() has chosen. git gives this text to sh. */
#define SSH_COMMAND                                                                                                    \
    "ssh -F /dev/null -o BatchMode=yes -o StrictHostKeyChecking=yes -o CheckHostIP=no -o UpdateHostKeys=no"            \
    " -o 'UserKnownHostsFile=${PLAND_KNOWN_HOSTS}' -o IdentitiesOnly=yes -o 'IdentityFile=${PLAND_SSH_KEY}'"           \
    " -o IdentityAgent=none -o PreferredAuthentications=publickey -o PermitLocalCommand=no -o ClearAllForwardings=yes" \
    " -o ControlMaster=no -o ControlPath=none -o ConnectTimeout=20 -o ServerAliveInterval=15 -o ServerAliveCountMax=3"

struct env { const char *v[ENV_MAX + 1]; size_t n, settings; };

_printf_(3, 4) static void add(struct fetch *f, struct env *env, const char *fmt, ...)
{
    va_list ap;
    char *text = NULL;
    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0) text = NULL;
    va_end(ap);
    if (text && env->n < ENV_MAX) env->v[env->n++] = arena_dup(f->arena, text);
    free(text);
}

static void set(struct fetch *f, struct env *env, const char *key, const char *value)
{
    add(f, env, "GIT_CONFIG_KEY_%zu=%s", env->settings, key);
    add(f, env, "GIT_CONFIG_VALUE_%zu=%s", env->settings++, value);
}

static bool is_literal(const char *host)
{
    unsigned char a[16];
    return inet_pton(AF_INET, host, a) == 1 || inet_pton(AF_INET6, host, a) == 1;
}

/* host:port:address,… : curl does not ask the DNS again. */
static void pin_address(struct fetch *f, struct env *env)
{
    const struct remote *r = &f->remote;
    auto_buf b = BUF_INIT(2048);
    buf_fmt(&b, "%s:%d:", r->host, r->port ? r->port : r->scheme == REMOTE_HTTPS ? 443 : 80);
    for (size_t i = 0; i < f->addresses.n; i++)
        buf_fmt(&b, strchr(f->addresses.v[i], ':') ? "%s[%s]" : "%s%s", i ? "," : "", f->addresses.v[i]);
    set(f, env, "http.curloptResolve", buf_cstr(&b));
}

static void for_http(struct fetch *f, struct env *env)
{
    const struct mirror_config *c = f->config;
    set(f, env, "http.proxy", c->proxy ? c->proxy : "");
    if (c->ca_file) set(f, env, "http.sslCAInfo", c->ca_file);
    if (f->basic) set(f, env, "http.extraHeader", arena_fmt(f->arena, "Authorization: Basic %s", f->basic));
    if (f->addresses.n && !is_literal(f->remote.host)) pin_address(f, env);
}

static void for_ssh(struct fetch *f, struct env *env)
{
    const struct remote *r = &f->remote;
    const char *alias = r->port && r->port != 22 ? arena_fmt(f->arena, "[%s]:%d", r->host, r->port) : r->host;
    add(f, env, "GIT_SSH_COMMAND=" SSH_COMMAND " -o 'HostKeyAlias=%s'", alias);
    add(f, env, "PLAND_KNOWN_HOSTS=%s", f->config->known_hosts);
    if (f->key >= 0) add(f, env, "PLAND_SSH_KEY=/proc/%ld/fd/%d", (long)getpid(), f->key);
    else add(f, env, "PLAND_SSH_KEY=/nonexistent");
}

static enum err_kind make_env(struct fetch *f, struct env *env, struct err *e)
{
    *env = (struct env){ .n = 0 };
    for (size_t i = 0; i < countof(environment); i++) add(f, env, "%s", environment[i]);
    for (size_t i = 0; i < countof(settings); i++) set(f, env, settings[i].key, settings[i].value);
    add(f, env, "GIT_DIR=%s", f->dir);
    add(f, env, "GIT_ALLOW_PROTOCOL=%s", remote_scheme_names[f->remote.scheme]);
    if (f->remote.scheme == REMOTE_SSH) for_ssh(f, env);
    else for_http(f, env);
    add(f, env, "GIT_CONFIG_COUNT=%zu", env->settings);
    return env->n < ENV_MAX ? arena_check(f->arena, e) : err_set(e, ERR_INTERNAL, "the environment of git has too many members");
}

/* --- while it runs -------------------------------------------------------------------------------------------------- */
static int64_t pack_bytes(const char *dir)
{
    char path[PATH_MAX];
    int64_t sum = 0;
    struct dirent *d;
    struct stat st;
    DIR *at = (size_t)snprintf(path, sizeof path, "%s/objects/pack", dir) < sizeof path ? opendir(path) : NULL;
    if (!at) return 0;
    while ((d = readdir(at)))
        if (fstatat(dirfd(at), d->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode)) sum += st.st_size;
    (void)closedir(at);
    return sum;
}

/* The last line that is not empty; git ends those that it will write over with a carriage return. */
static const char *last_line(struct fetch *f, char ret[200])
{
    const char *end = f->said.p + f->said.n, *from;
    size_t n;
    while (end > f->said.p && strchr("\r\n ", end[-1])) end--;
    for (from = end; from > f->said.p && from[-1] != '\n' && from[-1] != '\r';) from--;
    n = (size_t)(end - from) < 199 ? (size_t)(end - from) : 199;
    memcpy(ret, from, n);
    ret[n] = '\0';
    fetch_redact(f, ret, n);
    return ret;
}

static void keep(struct fetch *f, const char *said, size_t n)
{
    if (f->said.n + n > SAID_MAX && f->said.n > SAID_MAX / 4) { /* the end matters */
        memmove(f->said.p, f->said.p + f->said.n - SAID_MAX / 4, SAID_MAX / 4);
        f->said.n = SAID_MAX / 4;
    }
    buf_add(&f->said, said, n < SAID_MAX / 2 ? n : SAID_MAX / 2);
}

static bool watch(void *arg, const char *said, size_t n)
{
    struct fetch *f = arg;
    char line[200];
    if (n) keep(f, said, n);
    if (clock_mono() - f->looked >= LOOK_MS) {
        f->looked = clock_mono();
        f->too_large = pack_bytes(f->dir) > f->config->max_bytes;
    }
    if (f->job->progress && !f->job->progress(f->job->arg, n && f->said.n ? last_line(f, line) : NULL)) f->stopped = true;
    return !f->too_large && !f->stopped;
}

enum err_kind fetch_git(struct fetch *f, const char *const *args, struct buf *out, struct err *e)
{
    const char *argv[32] = { "git" };
    int64_t left = f->until - clock_mono();
    struct env env;
    struct child_end end;
    enum err_kind k = make_env(f, &env, e);
    if (k != ERR_OK) return k;
    for (size_t i = 0; args[i] && i + 2 < countof(argv); i++) argv[i + 1] = args[i];
    const struct child c = { .program = f->config->program, .argv = argv, .envp = env.v, .dir = f->dir, .out = out,
        .wall_ms = left > 1 ? left : 1, .cpu_s = f->config->timeout_s, .memory = MEMORY_MAX,
        .file_bytes = f->config->max_bytes, .files = 1024, .watch = watch, .arg = f };
    buf_clear(&f->said);
    if ((k = child_run(&c, &end, e)) != ERR_OK)
        return k == ERR_NOT_FOUND ? err_set(e, ERR_INVALID, "there is no git at '%.100s' (setting: git-program)", c.program) : k;
    if (f->stopped) return err_set(e, ERR_CONFLICT, "the fetch was stopped");
    if (f->too_large || (end.code != 0 && pack_bytes(f->dir) >= f->config->max_bytes)) /* or its own child hit the limit */
        return err_set(e, ERR_TOO_LARGE, "the repository is larger than %lld bytes (setting: git-max-bytes)", (long long)f->config->max_bytes);
    if (end.late)
        return err_set(e, ERR_TIMEOUT, "the fetch took longer than %lld seconds (setting: git-timeout)", (long long)f->config->timeout_s);
    return end.code == 0 ? ERR_OK : fetch_failed(f, end.signal, e);
}

/* --- what it is given ----------------------------------------------------------------------------------------------- */
/* The address in place of the name: ssh would ask the DNS again. Its key is looked up by the name all the same. */
static void make_url(struct fetch *f)
{
    const struct remote *r = &f->remote;
    const char *host = r->scheme == REMOTE_SSH ? f->addresses.v[0] : r->host;
    const char *open = strchr(host, ':') ? "[" : "", *close = *open ? "]" : "", *at = r->user[0] ? "@" : "";
    char port[16] = "";
    if (r->port) (void)snprintf(port, sizeof port, ":%d", r->port);
    if (r->scp) (void)snprintf(f->url, sizeof f->url, "%s%s%s%s%s:%s", r->user, at, open, host, close, r->path);
    else (void)snprintf(f->url, sizeof f->url, "%s://%s%s%s%s%s%s%s", remote_scheme_names[r->scheme], r->user, at, open, host, close, port, r->path);
}

static enum err_kind make_basic(struct fetch *f, struct err *e)
{
    const char *user = f->job->username ? f->job->username : DEFAULT_USER;
    const char *pair = arena_fmt(f->arena, "%s:%s", user, f->job->token);
    char *text = pair ? arena_alloc(f->arena, strlen(pair) * 2 + 8) : NULL;
    if (!text) return err_nomem(e);
    if (!hash_base64(text, strlen(pair) * 2 + 8, pair, strlen(pair))) return err_set(e, ERR_INTERNAL, "a token does not fit");
    f->basic = text;
    return ERR_OK;
}

static enum err_kind make_key(struct fetch *f, struct err *e)
{
    const char *key = f->job->key;
    size_t n = strlen(key);
    const char *end = n && key[n - 1] == '\n' ? "" : "\n"; /* OpenSSH does not read a key whose last line does not end */
    f->key = memfd_create("key", MFD_CLOEXEC);
    if (f->key < 0 || fchmod(f->key, 0600) != 0) return err_errno(e, errno, "a key cannot be held in memory");
    if (write(f->key, key, n) != (ssize_t)n || write(f->key, end, strlen(end)) != (ssize_t)strlen(end))
        return err_errno(e, errno, "a key cannot be held in memory");
    return ERR_OK;
}

enum err_kind fetch_open(struct fetch *f, struct err *e)
{
    const struct remote *r = &f->remote;
    bool proxied = f->config->proxy && r->scheme != REMOTE_SSH;
    enum err_kind k;
    if (proxied && guard_host_internal(r->host))
        return err_set(e, ERR_FORBIDDEN, "'%.100s' is an internal name that the egress proxy would resolve", r->host);
    if (!proxied && (k = guard_resolve(f->config->guard, r->host, &f->addresses, e)) != ERR_OK) return k;
    if (r->scheme == REMOTE_SSH && f->job->token) return err_set(e, ERR_INVALID, "ssh takes a key, not a token");
    if (r->scheme != REMOTE_SSH && f->job->key) return err_set(e, ERR_INVALID, "https takes a token, not a key");
    make_url(f);
    if (f->job->token && (k = make_basic(f, e)) != ERR_OK) return k;
    return f->job->key ? make_key(f, e) : ERR_OK;
}

void fetch_close(struct fetch *f)
{
    if (f->key >= 0) (void)close(f->key);
    f->key = -1;
    buf_release(&f->said);
}
