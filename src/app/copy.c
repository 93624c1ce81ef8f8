/* pland copy: an instance from SQLite to PostgreSQL, or back. The source stays as it is. What lies in files of a data
 * directory on SQLite (trees that nothing could rebuild) lies in the database on PostgreSQL. secret.key is in neither. */
#include "app/app.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pland/service/codebases.h"
#include "pland/store/copy.h"

struct place {
    const char *dir;      /* of SQLite; NULL: PostgreSQL */
    const char *database; /* of PostgreSQL; NULL: SQLite */
    int lock_fd;
};

struct copying {
    struct app *app;
    struct place from, to;
    struct store_copied_list tables;
    struct trees_moved trees;
    const char *key; /* what the database says of secret.key; NULL: nothing */
};

/* --- places --------------------------------------------------------------------------------------------------------- */
static enum err_kind parse_place(const char *text, struct arena *a, struct place *ret, struct err *e)
{
    static const char file[] = "/pland.db";
    size_t n;
    *ret = (struct place){ .lock_fd = -1 };
    if (strncmp(text, "postgresql://", 13) == 0 || strncmp(text, "postgres://", 11) == 0) return ret->database = text, ERR_OK;
    if (strncmp(text, "sqlite:", 7) != 0 || !text[7])
        return err_set(e, ERR_INVALID, "'%.100s' is no place: sqlite:DATA-DIR or postgresql://…", text);
    n = strlen(text += 7);
    if (n > sizeof file - 1 && strcmp(text + n - (sizeof file - 1), file) == 0) n -= sizeof file - 1;
    ret->dir = arena_dup_n(a, text, n);
    return arena_check(a, e);
}

static enum err_kind take_source(struct place *p, struct err *e)
{
    char path[4096];
    struct stat st;
    enum err_kind k = p->dir ? instance_path(path, sizeof path, p->dir, "pland.db", e) : ERR_OK;
    if (!p->dir || k != ERR_OK) return k;
    if (stat(path, &st) != 0) return err_set(e, ERR_NOT_FOUND, "there is no %.300s", path);
    return instance_lock(p->dir, &p->lock_fd, e);
}

static enum err_kind take_target(struct place *p, struct err *e)
{
    enum err_kind k = p->dir ? instance_dir(p->dir, e) : ERR_OK;
    return k == ERR_OK && p->dir ? instance_lock(p->dir, &p->lock_fd, e) : k;
}

static struct store_config config_of(const struct copying *c, const struct place *p)
{
    return (struct store_config){ .data_dir = p->dir, .database = p->database, .clock = &c->app->clock };
}

/* --- what is no row ------------------------------------------------------------------------------------------------- */
/* Does the directory hold the key that the secrets of the database are sealed with? */
static enum err_kind check_key(const struct copying *c, const char *dir, struct err *e)
{
    char path[4096];
    uint8_t key[SEAL_KEY_LEN];
    struct stat st;
    enum err_kind k = instance_path(path, sizeof path, dir, "secret.key", e);
    if (k != ERR_OK || stat(path, &st) != 0) return k;
    if ((k = instance_key(dir, key, e)) != ERR_OK) return k;
    if (c->key && strcmp(hash_hex(key, sizeof key).s, c->key) != 0)
        k = err_set(e, ERR_CONFLICT, "%.300s is not the key that the secrets of this instance are sealed with", path);
    explicit_bzero(key, sizeof key);
    return k;
}

static enum err_kind move_files(struct txn *from, struct txn *to, void *arg, struct err *e)
{
    struct copying *c = arg;
    enum err_kind k = store_meta_get(from, "key", c->app->arena, &c->key, e);
    if (k == ERR_OK && c->to.dir) k = check_key(c, c->to.dir, e);
    if (k != ERR_OK) return k;
    return c->to.dir ? service_trees_out_of(from, c->to.dir, &c->trees, e)
                     : service_trees_into(to, c->from.dir, &c->app->clock, &c->trees, e);
}

static enum err_kind copy(struct copying *c, struct err *e)
{
    struct store_config from = config_of(c, &c->from), to = config_of(c, &c->to);
    enum err_kind k = take_source(&c->from, e);
    int held = -1;
    if (k == ERR_OK) k = take_target(&c->to, e);
    if (k == ERR_OK) k = tree_hold(c->from.dir ? c->from.dir : c->to.dir, &held, e);
    if (k == ERR_OK) k = store_copy(&from, &to, move_files, c, c->app->arena, &c->tables, e);
    if (held >= 0) (void)close(held);
    if (c->to.lock_fd >= 0) (void)close(c->to.lock_fd);
    if (c->from.lock_fd >= 0) (void)close(c->from.lock_fd);
    return k;
}

/* --- the command ---------------------------------------------------------------------------------------------------- */
static void say(const struct copying *c)
{
    int64_t rows = 0;
    for (size_t i = 0; i < c->tables.n; i++) {
        rows += c->tables.v[i].rows;
        if (c->tables.v[i].rows) (void)printf("%10lld  %s\n", (long long)c->tables.v[i].rows, c->tables.v[i].table);
    }
    (void)printf("%10lld  rows of %zu tables, %lld trees: read again and found equal\n", (long long)rows, c->tables.n,
                 (long long)c->trees.moved);
    if (c->trees.missing)
        (void)printf("%lld trees that plans refer to were missing in the source already\n", (long long)c->trees.missing);
    if (c->to.dir)
        (void)printf("%s needs the secret.key of the daemons, unless it has it already\n", c->to.dir);
    else
        (void)printf("every daemon's data directory needs %s/secret.key before it starts\n", c->from.dir);
    (void)puts("the source is as it was: start nothing on it again while the copy is in use");
}

static int usage(void)
{
    (void)fputs("pland: copy --from PLACE --to PLACE; one is sqlite:DATA-DIR, the other postgresql://…\n", stderr);
    return 2;
}

int app_copy(struct app *a, int argc, const char *const *argv)
{
    struct copying c = { .app = a };
    const char *from = NULL, *to = NULL;
    struct err e;
    for (int i = 0; i < argc; i++)
        if (!app_option(argc, argv, &i, "--from", &from) && !app_option(argc, argv, &i, "--to", &to)) return usage();
    if (!from || !to) return usage();
    if (parse_place(from, a->arena, &c.from, &e) != ERR_OK || parse_place(to, a->arena, &c.to, &e) != ERR_OK)
        return (void)app_complain("copy", &e), 2;
    if (!c.from.dir == !c.to.dir) return usage(); /* from one SQLite to another: backup; on PostgreSQL: pg_dump */
    if (copy(&c, &e) != ERR_OK) return app_complain("copy", &e);
    say(&c);
    return 0;
}
