/* verify: runs the criteria of a phase on this machine, in this checkout, and reports what they said. Only with --run;
 * else it shows what would be run. The daemon runs nothing. Without a phase it has the daemon hold a commit against the
 * plan. */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/say.h"
#include "cli/verbs.h"
#include "pland/base/hash.h"
#include "pland/repo/repo.h"

extern char **environ;

enum { OUTPUT_SHOWN = 2000 };

struct verifying {
    struct ctl *c;
    const char *plan, *phase, *dir, *commit;
    const json_t *criteria; /* of the phase */
    bool before;            /* the phase is not done yet: expected_before counts */
    struct progress_request report;
    size_t unexpected;
};

static enum code fail(const char *what, const struct err *e)
{
    complain("%s: %s", what, e->msg);
    return CODE_REFUSED;
}

/* --- which
 * ------------------------------------------------------------------------------------------------------------ */
/* "P2" or its id, in the whole document. A brief, which is all that a token for the work on it is shown, has it alone. */
static enum code find_phase(struct verifying *x, const json_t *revision)
{
    const json_t *phases = jo(jo(revision, "document"), "phases"), *p;
    size_t i;
    if ((p = jo(revision, "phase"))) {
        x->criteria = jo(p, "automated");
        x->phase = arena_dup(x->c->arena, js(p, "id"));
        return CODE_DONE;
    }
    json_array_foreach(phases, i, p) {
        char number[24];
        (void)snprintf(number, sizeof number, "P%zu", i + 1);
        if (strcasecmp(number, x->phase) != 0 && strcmp(js(p, "id"), x->phase) != 0) continue;
        x->criteria = jo(p, "automated");
        x->phase = arena_dup(x->c->arena, js(p, "id"));
        return CODE_DONE;
    }
    complain("the plan has no phase %s; it has P1 to P%zu", x->phase, json_array_size(phases));
    return CODE_REFUSED;
}

/* The checkout's top, and the commit it is at. */
static enum code find_checkout(struct verifying *x)
{
    const char *dir = opt(x->c, "repo") ? opt(x->c, "repo") : ".";
    struct repo_location *at = arena_alloc(x->c->arena, sizeof *at);
    struct repo_info info = { 0 };
    char top[PATH_MAX];
    auto_roots roots = NULL;
    struct err e = { .msg = "out of memory" };
    if (!at || repo_toplevel(dir, top, &e) != ERR_OK || repo_roots_new("/", &roots, &e) != ERR_OK) return fail(dir, &e);
    if (repo_locate(roots, top, at, &e) != ERR_OK || repo_describe(at, x->c->arena, &info, &e) != ERR_OK)
        return fail(dir, &e);
    x->dir = arena_dup(x->c->arena, top);
    x->commit = info.commit;
    if (info.dirty) note("the checkout has changes that are in no commit\n");
    return CODE_DONE;
}

/* --- running
 * ---------------------------------------------------------------------------------------------------------- */
static bool start(const char *dir, const char *command, int out, pid_t *ret)
{
    char shell[] = "sh", option[] = "-c";
    char *const argv[] = { shell, option, (char *)(uintptr_t)command, NULL };
    posix_spawn_file_actions_t a;
    bool fine;
    if (posix_spawn_file_actions_init(&a) != 0) return false;
    fine = posix_spawn_file_actions_addchdir_np(&a, dir) == 0 &&
           posix_spawn_file_actions_addopen(&a, 0, "/dev/null", O_RDONLY, 0) == 0 &&
           posix_spawn_file_actions_adddup2(&a, out, 1) == 0 && posix_spawn_file_actions_adddup2(&a, out, 2) == 0 &&
           posix_spawn(ret, "/bin/sh", &a, NULL, argv, environ) == 0;
    (void)posix_spawn_file_actions_destroy(&a);
    return fine;
}

static int exit_code(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return 255;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + (WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

/* Hash of all that was printed; the end of it is shown when something is not as expected. */
static const char *read_output(struct ctl *c, FILE *f, bool shown)
{
    auto_buf b = BUF_INIT((size_t)256 << 20);
    char part[65536];
    struct sha256 h;
    rewind(f);
    for (size_t n; (n = fread(part, 1, sizeof part, f)) > 0;) buf_add(&b, part, n);
    if (shown && b.n) note("%s\n", buf_cstr(&b) + (b.n > OUTPUT_SHOWN ? b.n - OUTPUT_SHOWN : 0));
    h = hash_sha256(buf_cstr(&b), b.n);
    return arena_dup(c->arena, hash_hex_of(&h).s);
}

static enum code run_one(struct verifying *x, const json_t *criterion)
{
    const char *command = js(criterion, "command");
    bool may_fail = x->before && strcmp(js(criterion, "expected_before"), "fail") == 0;
    struct run_evidence *slot = arena_push(x->c->arena, &x->report.evidence, sizeof *slot);
    FILE *out = tmpfile();
    pid_t pid;
    if (!slot || !out || !start(x->dir, command, fileno(out), &pid)) {
        if (out) (void)fclose(out);
        complain("%s: cannot be started: %s", command, strerror(errno));
        return CODE_REFUSED;
    }
    *slot = (struct run_evidence){ .command = arena_dup(x->c->arena, command),
                                   .exit = exit_code(pid),
                                   .commit = x->commit };
    slot->as_expected = may_fail ? slot->exit != 0 : slot->exit == 0;
    slot->output = read_output(x->c, out, !slot->as_expected);
    (void)fclose(out);
    x->unexpected += !slot->as_expected;
    say("%-10s exit %-3d %s%s\n", slot->as_expected ? "as planned" : "UNEXPECTED", (int)slot->exit, command,
        may_fail ? "  (fails before the phase)" : "");
    return CODE_DONE;
}

/* --- the verb
 * --------------------------------------------------------------------------------------------------------- */
static enum code run_all(struct verifying *x)
{
    const json_t *criterion;
    size_t i;
    json_array_foreach(x->criteria, i, criterion) {
        enum code code;
        if (!opt_flag(x->c, "run")) {
            say("%s\n", js(criterion, "command"));
            continue;
        }
        if ((code = run_one(x, criterion)) != CODE_DONE) return code;
    }
    return CODE_DONE;
}

static enum code report(struct verifying *x)
{
    auto_response r = { 0 };
    bool done = opt_flag(x->c, "done") && !x->unexpected;
    enum code code;
    x->report.phase = x->phase;
    x->report.status = done ? 1 : 0; /* done, started */
    x->report.commit = x->commit;
    code = call_post(x->c, path_of(x->c, "plans", x->plan, "/progress"), &progress_request_record, &x->report, &r);
    if (code != CODE_DONE) return code;
    return x->unexpected ? CODE_REFUSED : CODE_DONE;
}

/* --- the whole plan ----------------------------------------------------------------------------------------------- */
static void lines(const json_t *list, const char *what, void (*one)(const json_t *v))
{
    const json_t *v;
    size_t i;
    if (json_array_size(list)) say("%s:\n", what);
    json_array_foreach(list, i, v) one(v);
}

static void missing(const json_t *v)
{
    say("  %s %s %s: %s (%s)\n", js(v, "phase"), js(v, "change"), js(v, "path"), js(v, "found"), js(v, "status"));
}

static void unplanned(const json_t *v)
{
    say("  %s %s\n", js(v, "change"), js(v, "path"));
}

static void unproven(const json_t *v)
{
    say("  %s %s %s (%s)\n", js(v, "phase"), js(v, "criterion"), js(v, "text"), js(v, "status"));
}

/* Held against a commit by the daemon, which has both. */
static enum code verify_commit(struct ctl *c, const char *id)
{
    struct verify_request in = { .commit = opt(c, "commit"), .alias = opt(c, "alias") };
    auto_response r = { 0 };
    enum code code = call_post(c, path_of(c, "plans", id, "/verify"), &verify_request_record, &in, &r);
    if (code != CODE_DONE) return code;
    if (!json_wanted(c, &r)) {
        say("%s of %s against revision %lld: %lld changes promised, %lld files touched\n", js(r.json, "commit"),
            js(r.json, "repository"), (long long)ji(r.json, "revision"), (long long)ji(r.json, "planned"),
            (long long)ji(r.json, "touched"));
        lines(jo(r.json, "missing"), "promised and not done", missing);
        lines(jo(r.json, "unplanned"), "touched and not planned", unplanned);
        lines(jo(r.json, "unproven"), "criteria of finished phases without evidence", unproven);
        if (jb(r.json, "ok")) say("%s\n", json_array_size(jo(r.json, "missing")) ? "so far as planned" : "as planned");
    }
    return jb(r.json, "ok") ? CODE_DONE : CODE_REFUSED;
}

enum code run_verify(struct ctl *c)
{
    struct verifying x = { .c = c, .before = opt_flag(c, "before") };
    auto_response r = { 0 };
    struct err e = { 0 };
    const char *rest;
    enum code code;
    if (!(x.plan = plan_id(c, c->args.v[0], &code))) return code;
    if (c->args.n == 1) return verify_commit(c, x.plan);
    x.phase = c->args.v[1];
    rest = opt_flag(c, "run") && !x.phase[strspn(x.phase, "Pph0123456789")] ? arena_fmt(c->arena, "/briefs/%s", x.phase) : "/revisions/head";
    if ((code = call_get(c, path_of(c, "plans", x.plan, rest), &r)) != CODE_DONE) return code;
    if ((code = find_phase(&x, r.json)) != CODE_DONE) return code;
    if (!opt_flag(c, "run")) {
        note("with --run, on this machine:\n");
        return run_all(&x);
    }
    if (repo_global_init(&e) != ERR_OK) return fail("verify", &e);
    code = find_checkout(&x);
    repo_global_shutdown();
    if (code == CODE_DONE) code = run_all(&x);
    return code == CODE_DONE ? report(&x) : code;
}
