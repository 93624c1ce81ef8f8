/* Running the daemon: serve until a signal says stop. */
#include "app/app.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pland/base/log.h"

int app_complain(const char *what, const struct err *e)
{
    (void)fprintf(stderr, "pland: %s%s%s\n", what ? what : "", what ? ": " : "", e->msg);
    return 1;
}

/* Signals are blocked in every thread; this one takes them. */
static void block_signals(sigset_t *set)
{
    (void)sigemptyset(set);
    (void)sigaddset(set, SIGTERM);
    (void)sigaddset(set, SIGINT);
    (void)sigaddset(set, SIGHUP);
    (void)pthread_sigmask(SIG_BLOCK, set, NULL);
    (void)signal(SIGPIPE, SIG_IGN);
}

static void wait_for_stop(const sigset_t *set)
{
    int sig;
    for (;;) {
        if (sigwait(set, &sig) != 0) continue;
        if (sig != SIGHUP) break;
        log_info("keys are read at each use; nothing else is reloaded");
    }
    log_info("stopping", LOG_S("signal", strsignal(sig)));
}

/* The line that scripts wait for; port 0 becomes known here. */
static void say_ready(const struct app *a)
{
    log_info("ready", LOG_S("url", web_address(a->web)), LOG_S("data_dir", a->config->data_dir),
             LOG_S("version", PLAND_VERSION), LOG_S("provider", a->config->provider));
    if (a->service.paused) log_warn("restored and paused: no work is done and nothing goes out until POST /resume");
    notify_state("READY=1\nSTATUS=serving");
}

int app_run(struct app *a)
{
    struct err e;
    sigset_t set;
    block_signals(&set);
    if (app_open(a, true, &e) != ERR_OK || key_open(a, &e) != ERR_OK || app_serve(a, &e) != ERR_OK) {
        int code = app_complain("cannot start", &e);
        app_close(a);
        return code;
    }
    say_ready(a);
    wait_for_stop(&set);
    notify_state("STOPPING=1");
    app_close(a);
    log_info("stopped");
    return 0;
}
