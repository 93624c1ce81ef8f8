/* One instance: what main() builds, in one place, and passes down. */
#ifndef APP_APP_H
#define APP_APP_H

#include "pland/base/arena.h"
#include "pland/base/clock.h"
#include "pland/config/config.h"
#include "pland/llm/models.h"
#include "pland/net/http.h"
#include "pland/repo/mirror.h"
#include "pland/repo/repo.h"
#include "pland/repo/tree.h"
#include "pland/service/service.h"
#include "pland/store/store.h"
#include "pland/tracker/tracker.h"
#include "pland/web/web.h"
#include "pland/work/work.h"

struct app {
    const struct config *config;
    struct arena *arena;    /* lives as long as the instance */
    struct clock clock;
    char node[40];          /* instance_node() */
    int lock_fd;            /* flock on <data-dir>/lock; -1: not held */
    bool alone;             /* no other daemon may use the database meanwhile */
    struct store *store;
    struct service service;
    struct repo_roots *roots;
    struct guard *guard;
    struct mirror_config git;
    struct tree_limits limits;
    struct http_loop *loop;
    struct llm_models *models;
    struct tracker *tracker;
    struct work *work;
    struct web *web;
};

/* instance.c: the data directory and what lies in it */
_must_check_ enum err_kind instance_dir(const char *dir, struct err *e);             /* made when absent, mode 0700; writable */
_must_check_ enum err_kind instance_lock(const char *dir, int *ret_fd, struct err *e); /* until it is closed; ERR_CONFLICT: another daemon */
_must_check_ enum err_kind instance_key(const char *dir, uint8_t key[32], struct err *e); /* secret.key, made when absent */
_must_check_ enum err_kind instance_node(struct app *a, struct err *e); /* the node's name, made when absent, into a->node */
_must_check_ enum err_kind instance_write(const char *dir, const char *name, const void *p, size_t n, struct err *e); /* atomic, 0600, fsync'ed */
_must_check_ enum err_kind instance_path(char *ret, size_t n, const char *dir, const char *name, struct err *e);

/* key.c: secret.key, made when the instance has none, checked against the database, into service.seal_key: for those
 * who open or seal secrets. ERR_CONFLICT: on a shared database it is not the other daemons', in words. */
_must_check_ enum err_kind key_open(struct app *a, struct err *e);

/* wiring.c: everything but web and workers; then those */
struct store_config app_store(const struct app *a); /* as the settings say */
_must_check_ enum err_kind app_open(struct app *a, bool need_lock, struct err *e);
_must_check_ enum err_kind app_serve(struct app *a, struct err *e);
_must_check_ enum err_kind app_outside(struct app *a, struct err *e); /* guard, loop, models */
void app_close(struct app *a);
/* The first project and, when there are no tokens, the first admin's, into admin.token. */
_must_check_ enum err_kind app_first_admin(struct app *a, struct err *e);

/* models.c: models from their settings; trying them */
_must_check_ enum err_kind app_models(struct app *a, struct err *e);
_must_check_ enum err_kind app_readable(const char *setting, const char *path, struct err *e); /* a wrong path is told at the start */
int app_check_llm(struct app *a); /* the return value is the exit code */

/* notify.c: systemd's readiness protocol, see sd_notify(3); nothing happens without NOTIFY_SOCKET */
void notify_state(const char *state);

/* run.c, tools.c, backup.c, copy.c: the commands of the pland program; the return value is the exit code */
int app_run(struct app *a);
int app_migrate(struct app *a, int argc, const char *const *argv);
int app_backup(struct app *a, int argc, const char *const *argv);
int app_restore(struct app *a, int argc, const char *const *argv);
int app_rekey(struct app *a, int argc, const char *const *argv);
int app_copy(struct app *a, int argc, const char *const *argv);
int app_token(struct app *a, int argc, const char *const *argv);
int app_routes(struct app *a, int argc, const char *const *argv);
int app_rules(struct app *a, int argc, const char *const *argv);
int app_states(struct app *a, int argc, const char *const *argv);
int app_settings(struct app *a, int argc, const char *const *argv);
/* "--name VALUE" or "--name=VALUE" at argv[*i], which is moved to its last word. */
bool app_option(int argc, const char *const *argv, int *i, const char *name, const char **ret);
int app_complain(const char *what, const struct err *e); /* prints, returns 1 */

#endif
