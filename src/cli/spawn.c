/* Starting a pager or an editor. */
#include "cli/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

bool words_split(struct words *w, const char *command)
{
    size_t at = 0;
    *w = (struct words){ 0 };
    if (strlen(command) >= sizeof w->text) return false;
    memcpy(w->text, command, strlen(command) + 1);
    for (;;) {
        at += strspn(w->text + at, " \t");
        if (!w->text[at]) return w->n > 0;
        if (w->n == WORDS_MAX) return false;
        w->v[w->n++] = w->text + at;
        at += strcspn(w->text + at, " \t");
        if (w->text[at]) w->text[at++] = '\0';
    }
}

/* The signals that are theirs while they run. */
static const int theirs[] = { SIGINT, SIGQUIT, SIGPIPE };

static void ours(bool ignored)
{
    static struct sigaction before[sizeof theirs / sizeof theirs[0]]; /* signals are the process's, hence one place */
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++)
        (void)sigaction(theirs[i], ignored ? &ignore : &before[i], ignored ? &before[i] : NULL);
}

static bool start(char *const *argv, posix_spawn_file_actions_t *actions, pid_t *ret)
{
    posix_spawnattr_t attributes;
    sigset_t usual;
    int error;
    (void)sigemptyset(&usual);
    for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++) (void)sigaddset(&usual, theirs[i]);
    if (posix_spawnattr_init(&attributes) != 0) return false;
    (void)posix_spawnattr_setsigdefault(&attributes, &usual);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    ours(true);
    error = posix_spawnp(ret, argv[0], actions, &attributes, argv, environ);
    if (error != 0) ours(false);
    (void)posix_spawnattr_destroy(&attributes);
    errno = error;
    return error == 0;
}

bool spawn_writing(const struct words *w, int *ret_fd, pid_t *ret)
{
    posix_spawn_file_actions_t actions;
    int fds[2];
    bool fine;
    if (pipe2(fds, O_CLOEXEC) != 0) return false;
    if (posix_spawn_file_actions_init(&actions) != 0) fine = false;
    else {
        fine = posix_spawn_file_actions_adddup2(&actions, fds[0], STDIN_FILENO) == 0 && start(w->v, &actions, ret);
        (void)posix_spawn_file_actions_destroy(&actions);
    }
    (void)close(fds[0]);
    if (fine) *ret_fd = fds[1];
    else (void)close(fds[1]);
    return fine;
}

bool spawn_on_terminal(const struct words *w, const char *argument, pid_t *ret)
{
    char *argv[WORDS_MAX + 2] = { 0 };
    posix_spawn_file_actions_t actions;
    bool fine = true;
    memcpy(argv, w->v, w->n * sizeof *argv);
    argv[w->n] = (char *)(uintptr_t)argument;
    if (posix_spawn_file_actions_init(&actions) != 0) return false;
    if (isatty(STDOUT_FILENO) != 1)
        fine = posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO) == 0;
    fine = fine && start(argv, &actions, ret);
    (void)posix_spawn_file_actions_destroy(&actions);
    return fine;
}

int spawn_wait(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) break;
    ours(false);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}
