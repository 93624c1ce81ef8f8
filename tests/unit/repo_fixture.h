/* A scratch folder per test, files and git repositories in it. git runs without anybody's configuration. */
#ifndef TESTS_REPO_FIXTURE_H
#define TESTS_REPO_FIXTURE_H

#include <check.h>
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "pland/base/hash.h"
#include "pland/repo/pack.h"
#include "pland/repo/repo.h"
#include "pland/repo/tree.h"

#define OK(call) ck_assert_msg((call) == ERR_OK, "%s: %s", #call, e.msg)
#define REFUSED(kind_, call, part) \
    do { \
        e.msg[0] = '\0'; \
        ck_assert_msg((call) == (kind_), "%s: got %d: %s", #call, (int)e.kind, e.msg); \
        ck_assert_msg(strstr(e.msg, (part)) != NULL, "%s: '%s' lacks '%s'", #call, e.msg, (part)); \
    } while (0)

struct scratch {
    char top[PATH_MAX / 4];
    char roots[PATH_MAX / 2], data[PATH_MAX / 2], outside[PATH_MAX / 2];
};

_printf_(1, 2) static _unused_ void run(const char *fmt, ...)
{
    char line[4 * PATH_MAX];
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(line, sizeof line, fmt, ap);
    va_end(ap);
    ck_assert_msg(system(line) == 0, "failed: %s", line);
}

_printf_(2, 3) static _unused_ void path_of(char ret[PATH_MAX], const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    ck_assert_int_lt(vsnprintf(ret, PATH_MAX, fmt, ap), PATH_MAX);
    va_end(ap);
}

static _unused_ void scratch_open(struct scratch *s)
{
    struct err e = { 0 };
    (void)snprintf(s->top, sizeof s->top, "/tmp/pland-repo-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(s->top));
    (void)snprintf(s->roots, sizeof s->roots, "%s/roots", s->top);
    (void)snprintf(s->data, sizeof s->data, "%s/data", s->top);
    (void)snprintf(s->outside, sizeof s->outside, "%s/outside", s->top);
    ck_assert_int_eq(mkdir(s->roots, 0755) | mkdir(s->data, 0700) | mkdir(s->outside, 0755), 0);
    OK(hash_init(&e));
    OK(repo_global_init(&e));
}

static _unused_ void scratch_close(struct scratch *s)
{
    repo_global_shutdown();
    run("chmod -R u+rwX %s && rm -rf %s", s->top, s->top);
}

static _unused_ void put_bytes(const char *dir, const char *name, const void *p, size_t n)
{
    char path[PATH_MAX];
    FILE *f;
    path_of(path, "%s/%s", dir, name);
    for (char *slash = strchr(path + strlen(dir) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        ck_assert_msg(mkdir(path, 0755) == 0 || errno == EEXIST, "mkdir %s", path);
        *slash = '/';
    }
    f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(p, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

static _unused_ void put(const char *dir, const char *name, const char *text)
{
    put_bytes(dir, name, text, strlen(text));
}

#define GIT_ENV "env -i PATH=\"$PATH\" HOME=/nonexistent GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=/dev/null " \
    "GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org " \
    "GIT_AUTHOR_DATE=2026-01-02T03:04:05Z GIT_COMMITTER_DATE=2026-01-02T03:04:05Z git -c protocol.file.allow=always "

static _unused_ void git(const char *dir, const char *args)
{
    run("cd '%s' && " GIT_ENV "%s >/dev/null 2>&1", dir, args);
}

/* roots/<name> with two files in one commit on main. */
static _unused_ void make_repo(const struct scratch *s, const char *name, char ret[PATH_MAX])
{
    path_of(ret, "%s/%s", s->roots, name);
    ck_assert_int_eq(mkdir(ret, 0755), 0);
    git(ret, "init -q -b main");
    put(ret, "README.md", "# hello\n");
    put(ret, "src/main.c", "int main(void) { return 0; }\n");
    git(ret, "add -A");
    git(ret, "commit -q -m first");
}

static _unused_ struct repo_location locate(const struct scratch *s, const char *path)
{
    struct err e = { 0 };
    struct repo_location at;
    auto_roots roots = NULL;
    OK(repo_roots_new(s->roots, &roots, &e));
    OK(repo_locate(roots, path, &at, &e));
    return at;
}

static _unused_ void expect_text(struct tree *t, const char *path, const char *text)
{
    struct err e = { 0 };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    OK(tree_read(t, path, 0, &b, &e));
    ck_assert_str_eq(buf_cstr(&b), text);
}

static _unused_ void expect_unread(struct tree *t, const char *path, enum err_kind kind, const char *part)
{
    struct err e = { 0 };
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    REFUSED(kind, tree_read(t, path, 0, &b, &e), part);
    ck_assert_uint_eq(b.n, 0);
}

static _unused_ void expect_paths(const struct tree *t, const char *joined)
{
    auto_buf b = BUF_INIT(BUF_MAX_DEFAULT);
    struct tree_files f = tree_files(t);
    for (size_t i = 0; i < f.n; i++) buf_fmt(&b, "%s%s", i ? " " : "", f.v[i].path);
    ck_assert_str_eq(buf_cstr(&b), joined);
}

#endif
