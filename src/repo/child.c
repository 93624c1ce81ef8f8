/* Running a program under guard. Between fork and exec only calls are made that are safe there. */
#include "pland/repo/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pland/base/clock.h"

#define TICK_MS 200

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define LIMIT_MEMORY false /* their shadow memory alone is larger */
#else
#define LIMIT_MEMORY true
#endif

struct pipes { int in[2], out[2], err[2], failed[2]; }; /* [0] is read, [1] is written */

static void close_one(int *fd)
{
    if (*fd >= 0) (void)close(*fd);
    *fd = -1;
}

static void pipes_release(struct pipes *p)
{
    int *all[] = { p->in, p->out, p->err, p->failed };
    for (size_t i = 0; i < countof(all); i++) {
        close_one(&all[i][0]);
        close_one(&all[i][1]);
    }
}

/* Its input is a socket, because writing to one that was closed need not be a signal. */
static enum err_kind pipes_make(struct pipes *p, bool input, struct err *e)
{
    int *all[] = { p->out, p->err, p->failed };
    *p = (struct pipes){ { -1, -1 }, { -1, -1 }, { -1, -1 }, { -1, -1 } };
    if (input ? socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, p->in) != 0
              : (p->in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
        return err_errno(e, errno, "input of another program");
    for (size_t i = 0; i < countof(all); i++)
        if (pipe2(all[i], O_CLOEXEC) != 0) return err_errno(e, errno, "a pipe to another program");
    return ERR_OK;
}

static bool find_program(const char *name, char ret[PATH_MAX])
{
    if (strchr(name, '/')) return snprintf(ret, PATH_MAX, "%s", name) < PATH_MAX && access(ret, X_OK) == 0;
    for (const char *at = CHILD_PATH; *at;) {
        size_t n = strcspn(at, ":");
        if (snprintf(ret, PATH_MAX, "%.*s/%s", (int)n, at, name) < PATH_MAX && access(ret, X_OK) == 0) return true;
        at += n + (at[n] == ':');
    }
    return false;
}

/* --- the child's side, before exec --------------------------------------------------------------------------------- */
static bool limit(int what, int64_t most)
{
    const struct rlimit r = { (rlim_t)most, (rlim_t)most + (what == RLIMIT_CPU) }; /* first SIGXCPU, then SIGKILL */
    struct rlimit now;
    if (most <= 0) return true;
    if (getrlimit((__rlimit_resource_t)what, &now) == 0 && now.rlim_max < r.rlim_max) return true; /* stricter already */
    return setrlimit((__rlimit_resource_t)what, &r) == 0;
}

static bool limit_all(const struct child *c)
{
    const struct rlimit none = { 0, 0 };
    return setrlimit(RLIMIT_CORE, &none) == 0 && limit(RLIMIT_CPU, c->cpu_s) && limit(RLIMIT_FSIZE, c->file_bytes) &&
           limit(RLIMIT_NOFILE, c->files ? c->files : 256) && (!LIMIT_MEMORY || limit(RLIMIT_AS, c->memory));
}

/* Signals as a program expects them: this thread blocks all and ignores SIGPIPE. */
static void usual_signals(void)
{
    const struct sigaction usual = { .sa_handler = SIG_DFL };
    sigset_t none;
    for (int i = 1; i < NSIG; i++) (void)sigaction(i, &usual, NULL);
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static _Noreturn void become(const struct child *c, const char *path, const struct pipes *p, pid_t parent)
{
    int failed = fcntl(p->failed[1], F_DUPFD_CLOEXEC, 10), why;
    bool ready = failed >= 0 && setpgid(0, 0) == 0 && prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent &&
                 prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
    ready = ready && dup2(p->in[0], STDIN_FILENO) >= 0 && dup2(p->out[1], STDOUT_FILENO) >= 0 &&
            dup2(p->err[1], STDERR_FILENO) >= 0 && chdir(c->dir ? c->dir : "/") == 0 && limit_all(c);
    if (ready) {
        usual_signals();
        (void)close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
        (void)execve(path, (char *const *)(uintptr_t)c->argv, (char *const *)(uintptr_t)c->envp);
    }
    why = errno;
    (void)!write(failed, &why, sizeof why);
    _exit(127);
}

/* --- our side ------------------------------------------------------------------------------------------------------- */
struct run {
    const struct child *c;
    struct pipes p;
    pid_t pid;
    int fd; /* of the process, readable when it has ended */
    size_t sent;
    int64_t until;
    struct child_end end;
    bool too_much;
};

static enum err_kind start(struct run *r, struct err *e)
{
    char path[PATH_MAX];
    pid_t parent = getpid();
    int why = 0;
    if (!find_program(r->c->program, path)) return err_set(e, ERR_NOT_FOUND, "there is no program '%.100s'", r->c->program);
    r->pid = fork();
    if (r->pid < 0) return err_errno(e, errno, "'%.100s' cannot be started", path);
    if (r->pid == 0) become(r->c, path, &r->p, parent);
    (void)setpgid(r->pid, r->pid); /* both sides do it: whoever is first */
    r->fd = pidfd_open(r->pid, 0);
    close_one(&r->p.in[0]);
    close_one(&r->p.out[1]);
    close_one(&r->p.err[1]);
    close_one(&r->p.failed[1]);
    if (read(r->p.failed[0], &why, sizeof why) != (ssize_t)sizeof why) return ERR_OK;
    (void)waitpid(r->pid, NULL, 0);
    r->pid = 0;
    return err_errno(e, why, "'%.100s' cannot be started", path);
}

static void feed(struct run *r)
{
    ssize_t n = send(r->p.in[1], (const char *)r->c->input + r->sent, r->c->n_input - r->sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0) r->sent += (size_t)n;
    if ((n < 0 && errno != EAGAIN && errno != EINTR) || r->sent == r->c->n_input) close_one(&r->p.in[1]);
}

/* False: the child is to be stopped. */
static bool take(struct run *r, int *fd, bool err)
{
    char piece[65536];
    ssize_t n = read(*fd, piece, sizeof piece);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (n <= 0) return close_one(fd), true;
    if (err) return !r->c->watch || r->c->watch(r->c->arg, piece, (size_t)n) || !(r->end.stopped = true);
    if (r->c->out) buf_add(r->c->out, piece, (size_t)n);
    return !r->c->out || !r->c->out->failed || !(r->too_much = true);
}

static bool ended(const struct run *r)
{
    siginfo_t info = { .si_pid = 0 };
    return waitid(P_PID, (id_t)r->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == r->pid;
}

/* One round; false: there is nothing to wait for any more. */
static bool turn(struct run *r)
{
    struct pollfd v[] = { { r->p.in[1], POLLOUT, 0 }, { r->p.out[0], POLLIN, 0 }, { r->p.err[0], POLLIN, 0 }, { r->fd, POLLIN, 0 } };
    bool over = ended(r);
    if (r->p.out[0] < 0 && r->p.err[0] < 0 && over) return false;
    int n = poll(v, over ? 3 : countof(v), over ? 0 : TICK_MS);
    if (over && n <= 0) return false; /* what it started may hold the pipes: not waited for */
    if (v[0].revents) feed(r);
    if (v[1].revents && !take(r, &r->p.out[0], false)) return false;
    if (v[2].revents && !take(r, &r->p.err[0], true)) return false;
    if (r->c->watch && !r->c->watch(r->c->arg, "", 0)) return !(r->end.stopped = true);
    if (r->until && clock_mono() > r->until) return !(r->end.late = true);
    return true;
}

static void finish(struct run *r)
{
    int status = 0;
    (void)kill(-r->pid, SIGKILL); /* while it is not reaped its number is nobody else's */
    while (waitpid(r->pid, &status, 0) < 0 && errno == EINTR) continue;
    r->end.code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    r->end.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

enum err_kind child_run(const struct child *c, struct child_end *ret, struct err *e)
{
    struct run r = { .c = c, .fd = -1, .until = c->wall_ms ? clock_mono() + c->wall_ms : 0 };
    enum err_kind k = pipes_make(&r.p, c->input != NULL, e);
    if (k == ERR_OK) k = start(&r, e);
    if (k == ERR_OK) {
        (void)fcntl(r.p.out[0], F_SETFL, O_NONBLOCK);
        (void)fcntl(r.p.err[0], F_SETFL, O_NONBLOCK);
        while (turn(&r)) continue;
        finish(&r);
        *ret = r.end;
        if (r.too_much) k = c->out->failed == ERR_NOMEM ? err_nomem(e) : err_set(e, ERR_TOO_LARGE, "'%.100s' says too much", c->program);
    }
    close_one(&r.fd);
    pipes_release(&r.p);
    return k;
}
