/* Addresses of remotes: what is taken, and into which parts; what git says, and what it means. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

#include "pland/repo/mirror.h"
#include "repo/fetch.h"

START_TEST(addresses_are_taken_apart)
{
    static const struct { const char *url; struct remote is; } rows[] = {
        { "https://git.example.com/acme/api.git", { REMOTE_HTTPS, false, "", "git.example.com", 0, "/acme/api.git" } },
        { "HTTPS://Git.Example.COM:8443/x", { REMOTE_HTTPS, false, "", "git.example.com", 8443, "/x" } },
        { "http://10.1.2.3/x", { REMOTE_HTTP, false, "", "10.1.2.3", 0, "/x" } },
        { "https://[2001:db8::1]:444/x", { REMOTE_HTTPS, false, "", "2001:db8::1", 444, "/x" } },
        { "ssh://git@example.com/acme/api.git", { REMOTE_SSH, false, "git", "example.com", 0, "/acme/api.git" } },
        { "ssh://example.com:22/~me/x", { REMOTE_SSH, false, "", "example.com", 22, "/~me/x" } },
        { "git@example.com:acme/api.git", { REMOTE_SSH, true, "git", "example.com", 0, "acme/api.git" } },
        { "org-1_a.b@example.com:x", { REMOTE_SSH, true, "org-1_a.b", "example.com", 0, "x" } },
        { "https://example.com/a%20b", { REMOTE_HTTPS, false, "", "example.com", 0, "/a%20b" } },
    };
    struct err e = { 0 };
    for (size_t i = 0; i < countof(rows); i++) {
        struct remote r;
        OK(remote_parse(rows[i].url, &r, &e));
        ck_assert_int_eq(r.scheme, rows[i].is.scheme);
        ck_assert_int_eq(r.scp, rows[i].is.scp);
        ck_assert_int_eq(r.port, rows[i].is.port);
        ck_assert_str_eq(r.user, rows[i].is.user);
        ck_assert_str_eq(r.host, rows[i].is.host);
        ck_assert_str_eq(r.path, rows[i].is.path);
    }
}
END_TEST

START_TEST(addresses_that_git_would_see_more_in)
{
    static const struct { const char *url, *why; } rows[] = {
        { "ext::sh -c x", "blanks" }, { "ext::sh", "transport helper" }, { "/srv/x", "local path" }, { "../x", "local path" }, { "file:///x", "local path" },
        { "-oProxyCommand=x", "must be https" }, { "ssh://-oX/x", "host" }, { "ssh://-x@h/x", "user" }, { "git@h:-x", "path" }, { "https://h/x'y", "quotes" },
        { "https://u:p@h/x", "user or a password" }, { "ssh://u:p@h/x", "password" }, { "https://h:0/x", "port" }, { "https://h:x/x", "port" }, { "https://h:123456/x", "port" },
        { "https://h", "path" }, { "https:///x", "host" }, { "gopher://h/x", "protocol" }, { "https://h\\@i/x", "quotes" }, { "https://h/x\x7f", "control" }, { "", "must be https" },
        { "https://[::1/x", "host" }, { "https://a_b;c/x", "host" },
    };
    char long_host[400] = "https://", long_path[1300] = "https://h/";
    struct err e = { 0 };
    struct remote r;
    for (size_t i = 0; i < countof(rows); i++) {
        REFUSED(ERR_INVALID, remote_parse(rows[i].url, &r, &e), rows[i].why);
        ck_assert_str_eq(e.at, "/git/url");
    }
    memset(long_host + 8, 'h', 300);
    memset(long_path + 10, 'p', 1200);
    REFUSED(ERR_INVALID, remote_parse(long_host, &r, &e), "host");
    REFUSED(ERR_INVALID, remote_parse(long_path, &r, &e), "path");
}
END_TEST

START_TEST(what_is_allowed_is_the_operators_word)
{
    struct err e = { 0 };
    struct remote r;
    auto_guard guard = NULL;
    const char *const networks[] = { "10.0.0.0/8" };
    struct mirror_config c = { .protocols = "https, ssh" };
    OK(guard_new(networks, 1, &guard, &e));
    c.guard = guard;
    OK(remote_parse("https://example.com/x", &r, &e));
    OK(remote_allowed(&c, &r, &e));
    OK(remote_parse("http://example.com/x", &r, &e));
    REFUSED(ERR_FORBIDDEN, remote_allowed(&c, &r, &e), "git-protocols");
    OK(remote_parse("https://10.1.1.1/x", &r, &e));
    OK(remote_allowed(&c, &r, &e));
    OK(remote_parse("https://192.168.1.1/x", &r, &e));
    REFUSED(ERR_FORBIDDEN, remote_allowed(&c, &r, &e), "allow-networks");
    OK(remote_parse("ssh://0x7f.1/x", &r, &e)); /* as a resolver reads it */
    REFUSED(ERR_FORBIDDEN, remote_allowed(&c, &r, &e), "allow-networks");
}
END_TEST

START_TEST(names_are_resolved_to_addresses_that_are_allowed)
{
    static const char *const loopback[] = { "127.0.0.0/8" };
    struct err e = { 0 };
    struct guard_addresses a;
    auto_guard none = NULL;
    auto_guard local = NULL;
    OK(guard_new(NULL, 0, &none, &e));
    OK(guard_new(loopback, 1, &local, &e));
    REFUSED(ERR_FORBIDDEN, guard_resolve(none, "localhost", &a, &e), "loopback");
    OK(guard_resolve(local, "localhost", &a, &e));
    ck_assert_uint_ge(a.n, 1);
    ck_assert_str_eq(a.v[0], "127.0.0.1");
    OK(guard_resolve(none, "2606:4700::1", &a, &e));
    ck_assert_str_eq(a.v[0], "2606:4700::1");
}
END_TEST

START_TEST(failures_say_what_helps_and_no_secret)
{
    static const char key[] = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----\n";
    static const struct { const char *said; enum err_kind kind; const char *part; } rows[] = {
        { "fatal: unable to access 'x': The requested URL returned error: 401\n", ERR_UNAUTHENTICATED, "git.token" },
        { "remote: got hunter2hunter2 and aHVudGVyMg==\nfatal: Authentication failed\n", ERR_UNAUTHENTICATED, "Authentication failed" },
        { "hunter2hunter2: Host key verification failed.\nfatal: Could not read\n", ERR_FORBIDDEN, "git-known-hosts" },
        { "b3BlbnNzaC1rZXktdjEAAAAA Permission denied (publickey).\n", ERR_UNAUTHENTICATED, "git.key" },
        { "fatal: mismatched algorithms: client sha1; server sha256\n", ERR_INVALID, "sha256" },
        { "something new\x1b[31m\n", ERR_UPSTREAM, "something new?[31m" },
        { "", ERR_UPSTREAM, "without a word" },
    };
    const struct mirror_config c = { .max_bytes = 1 };
    const struct mirror_job job = { .token = "hunter2hunter2", .key = key };
    for (size_t i = 0; i < countof(rows); i++) {
        struct fetch f = { .config = &c, .job = &job, .basic = "aHVudGVyMg==", .said = BUF_INIT(4096) };
        struct err e = { 0 };
        buf_str(&f.said, rows[i].said);
        REFUSED(rows[i].kind, fetch_failed(&f, 0, &e), rows[i].part);
        ck_assert_ptr_null(strstr(e.msg, "hunter2"));
        ck_assert_ptr_null(strstr(e.msg, "aHVudGVyMg"));
        ck_assert_ptr_null(strstr(e.msg, "b3BlbnNzaC1rZXk"));
        buf_release(&f.said);
    }
}
END_TEST

UNIT_MAIN("repo_remote", { addresses_are_taken_apart, addresses_that_git_would_see_more_in, what_is_allowed_is_the_operators_word,
                           names_are_resolved_to_addresses_that_are_allowed, failures_say_what_helps_and_no_secret })
