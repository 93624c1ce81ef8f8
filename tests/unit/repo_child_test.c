/* Running other programs under guard, and reading uploads in one. */
#include "unit/check_main.h"
#include "unit/repo_fixture.h"

#include <signal.h>

#include "pland/base/clock.h"
#include "pland/repo/child.h"

static const char *const no_env[] = { "PATH=" CHILD_PATH, NULL };

#define SH(text) .program = "sh", .argv = (const char *const[]){ "sh", "-c", (text), NULL }, .envp = no_env

START_TEST(input_goes_in_and_output_comes_back)
{
    struct err e = { 0 };
    struct child_end end;
    size_t n = 3 << 20;
    char *big = malloc(n);
    auto_buf out = BUF_INIT(4 << 20);
    ck_assert_ptr_nonnull(big);
    memset(big, 'x', n);
    OK(child_run(&(struct child){ SH("cat; exit 3"), .input = big, .n_input = n, .out = &out }, &end, &e));
    ck_assert_int_eq(end.code, 3);
    ck_assert_uint_eq(out.n, n);
    buf_clear(&out);
    OK(child_run(&(struct child){ SH("exec true"), .input = big, .n_input = n, .out = &out }, &end, &e)); /* does not read it: no signal of ours */
    ck_assert_int_eq(end.code, 0);
    free(big);
}
END_TEST

START_TEST(a_child_has_its_own_environment_signals_and_descriptors)
{
    struct err e = { 0 };
    struct child_end end;
    auto_buf out = BUF_INIT(4096);
    FILE *kept = fopen("/dev/null", "r"); /* without close-on-exec */
    ck_assert_int_eq(setenv("SECRET", "do not tell", 1), 0);
    OK(child_run(&(struct child){ SH("env; pwd; ls /proc/self/fd | wc -l; kill -TERM $$"), .out = &out, .dir = "/tmp" }, &end, &e));
    ck_assert_ptr_null(strstr(buf_cstr(&out), "do not tell"));
    ck_assert_ptr_nonnull(strstr(buf_cstr(&out), "/tmp\n4\n")); /* the three and that of ls */
    ck_assert_int_eq(end.code, -1);
    ck_assert_int_eq(end.signal, SIGTERM);
    (void)fclose(kept);
}
END_TEST

START_TEST(limits_end_a_child)
{
    struct err e = { 0 };
    struct child_end end;
    int64_t start = clock_mono();
    auto_buf out = BUF_INIT(1000);
    OK(child_run(&(struct child){ SH("sleep 60 & sleep 60"), .wall_ms = 100 }, &end, &e));
    ck_assert(end.late);
    OK(child_run(&(struct child){ SH("while :; do :; done"), .cpu_s = 1 }, &end, &e));
    ck_assert_int_eq(end.signal, SIGXCPU);
    OK(child_run(&(struct child){ SH("exec head -c 100000 /dev/zero >$0"), .file_bytes = 1000, .dir = "/tmp" }, &end, &e));
    ck_assert(end.code != 0);
    REFUSED(ERR_TOO_LARGE, child_run(&(struct child){ SH("cat /dev/zero"), .out = &out }, &end, &e), "too much");
    ck_assert_int_lt(clock_mono() - start, 30000);
}
END_TEST

START_TEST(what_a_child_leaves_running_is_ended_and_not_waited_for)
{
    struct err e = { 0 };
    struct child_end end;
    int64_t start = clock_mono();
    pid_t left = 0;
    auto_buf out = BUF_INIT(100);
    OK(child_run(&(struct child){ SH("sleep 60 & echo $!"), .out = &out }, &end, &e));
    ck_assert_int_eq(end.code, 0);
    left = (pid_t)strtol(buf_cstr(&out), NULL, 10);
    ck_assert_int_gt(left, 1);
    while (kill(left, 0) == 0 && clock_mono() - start < 20000) { /* until init has reaped it, or it is a zombie of nobody */
        char path[64], line[256] = "";
        FILE *f;
        (void)snprintf(path, sizeof path, "/proc/%d/stat", (int)left);
        if (!(f = fopen(path, "r"))) break;
        (void)!fgets(line, sizeof line, f);
        (void)fclose(f);
        if (strstr(line, ") Z ")) break;
    }
    ck_assert_int_lt(clock_mono() - start, 20000);
}
END_TEST

static bool stop_at_word(void *arg, const char *said, size_t n)
{
    return !memmem(said, n, arg, strlen(arg));
}

START_TEST(a_watcher_stops_a_child)
{
    struct err e = { 0 };
    struct child_end end;
    char word[] = "halt";
    OK(child_run(&(struct child){ SH("echo go >&2; echo halt >&2; sleep 60"), .watch = stop_at_word, .arg = word }, &end, &e));
    ck_assert(end.stopped);
}
END_TEST

START_TEST(programs_that_are_not_there)
{
    struct err e = { 0 };
    struct child_end end;
    const char *const argv[] = { "x", NULL };
    REFUSED(ERR_NOT_FOUND, child_run(&(struct child){ .program = "no-such-program", .argv = argv, .envp = no_env }, &end, &e), "no-such-program");
    REFUSED(ERR_NOT_FOUND, child_run(&(struct child){ .program = "/etc/passwd", .argv = argv, .envp = no_env }, &end, &e), "/etc/passwd");
    REFUSED(ERR_NOT_FOUND, child_run(&(struct child){ .program = "true", .argv = argv, .envp = no_env, .dir = "/nonexistent" }, &end, &e), "cannot be started");
}
END_TEST

START_TEST(a_reader_that_dies_is_an_answer)
{
    struct scratch s;
    struct err e = { 0 };
    struct pack_report report;
    char tree[TREE_ID_LEN];
    auto_arena a = arena_new(0);
    scratch_open(&s);
    REFUSED(ERR_INVALID, repo_unpack_apart("/bin/false", "x", 1, s.data, NULL, NULL, a, &report, tree, &e), "damaged");
    REFUSED(ERR_INVALID, repo_unpack_apart("/bin/true", "x", 1, s.data, NULL, NULL, a, &report, tree, &e), "damaged");
    REFUSED(ERR_NOT_FOUND, repo_unpack_apart("/nonexistent", "x", 1, s.data, NULL, NULL, a, &report, tree, &e), "nonexistent");
    scratch_close(&s);
}
END_TEST

UNIT_MAIN("repo_child", { input_goes_in_and_output_comes_back, a_child_has_its_own_environment_signals_and_descriptors,
                          limits_end_a_child, what_a_child_leaves_running_is_ended_and_not_waited_for, a_watcher_stops_a_child,
                          programs_that_are_not_there, a_reader_that_dies_is_an_answer })
