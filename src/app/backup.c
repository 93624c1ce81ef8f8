/* Backup, restore, rekey. A backup is a tar file: pland.db (a consistent copy), trees/ (every tree plans refer to), and
 * secret.key when asked for. A restored instance has a new event epoch and is paused: nothing goes out by surprise. */
#include "app/app.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "pland/base/id.h"
#include "pland/repo/bundle.h"
#include "pland/repo/tree.h"
#include "pland/store/hooks.h"
#include "pland/store/imports.h"

static enum err_kind copy_database(struct app *a, const char *to, struct err *e)
{
    struct store_config s = app_store(a);
    enum err_kind k;
    s.readers = 1;
    s.read_only = true;
    (void)unlink(to); /* left by a backup that was killed */
    if ((k = store_open(&s, &a->store, e)) != ERR_OK) return k;
    k = store_backup(a->store, to, e);
    store_close(a->store);
    a->store = NULL;
    return k;
}

static enum err_kind write_backup(struct app *a, const char *file, bool with_key, struct err *e)
{
    const char *dir = a->config->data_dir;
    char copy[4096], trees[4096], key[4096];
    int held = -1;
    enum err_kind k = instance_path(copy, sizeof copy, dir, "backup.part", e);
    if (k != ERR_OK || (k = instance_path(trees, sizeof trees, dir, "trees", e)) != ERR_OK ||
        (k = instance_path(key, sizeof key, dir, "secret.key", e)) != ERR_OK)
        return k;
    if ((k = tree_hold(dir, &held, e)) != ERR_OK) return k; /* what the copy refers to stays until it is written, too */
    if ((k = copy_database(a, copy, e)) != ERR_OK) return (void)close(held), k;
    struct bundle_entry entries[] = { { "pland.db", copy }, { "trees", trees }, { "secret.key", key } };
    k = bundle_write(file, entries, with_key ? 3 : 2, e);
    (void)unlink(copy);
    (void)close(held);
    return k;
}

int app_backup(struct app *a, int argc, const char *const *argv)
{
    bool with_key = argc == 2 && strcmp(argv[1], "--with-key") == 0;
    struct err e;
    if (argc < 1 || argc > 2 || (argc == 2 && !with_key)) return fputs("pland: backup FILE [--with-key]\n", stderr), 2;
    if (write_backup(a, argv[0], with_key, &e) != ERR_OK) return app_complain("backup", &e);
    (void)printf("%s holds the database and the trees that plans refer to%s\n", argv[0],
                 with_key ? " and secret.key"
                          : ", not secret.key: keep that file elsewhere, or webhook secrets cannot be opened again");
    return 0;
}

static enum err_kind mark_restored(struct txn *tx, void *arg, struct err *e)
{
    const struct app *a = arg;
    struct id id;
    enum err_kind k = store_meta_set(tx, "paused", "1", e);
    id_new(&id, "", &a->clock);
    if (k == ERR_OK) k = store_import_reset(tx, e);
    return k == ERR_OK ? store_meta_set(tx, "epoch", id.s + strlen(id.s) - 8, e) : k;
}

static enum err_kind restore(struct app *a, const char *file, struct err *e)
{
    enum err_kind k = bundle_read(file, a->config->data_dir, e);
    if (k != ERR_OK || (k = app_open(a, true, e)) != ERR_OK) return k;
    if ((k = store_exec(a->store, mark_restored, a, e)) != ERR_OK) return k; /* before what takes long */
    return store_verify(a->store, e);
}

int app_restore(struct app *a, int argc, const char *const *argv)
{
    struct err e;
    char key[4096];
    struct stat st;
    bool had_key = false;
    if (argc != 1) return fputs("pland: restore FILE\n", stderr), 2;
    if (*a->config->store)
        return fputs("pland: a backup is restored to SQLite: leave --store out, then use pland copy\n", stderr), 2;
    if (restore(a, argv[0], &e) != ERR_OK) {
        app_close(a);
        return app_complain("restore", &e);
    }
    if (instance_path(key, sizeof key, a->config->data_dir, "secret.key", &e) == ERR_OK && stat(key, &st) == 0)
        had_key = true;
    app_close(a);
    (void)printf("restored to %s, paused: POST /resume (planctl resume) when it may work again\n", a->config->data_dir);
    if (!had_key) (void)puts("the backup had no secret.key");
    return 0;
}

/* --- rekey ---------------------------------------------------------------------------------------------------------
 */
struct rekey {
    struct app *app;
    uint8_t key[SEAL_KEY_LEN];
    bool lost;           /* the old key is: what does not open stays as it is, until somebody sets it again */
    int64_t count, shut; /* secrets sealed again, secrets that do not open */
};

static enum err_kind seal_again(struct rekey *r, struct arena *a, const void **secret, size_t *n, struct err *e)
{
    uint8_t *plain, *sealed;
    if (!*secret) return ERR_OK;
    if (*n < SEAL_EXTRA) return err_set(e, ERR_INTERNAL, "a sealed secret is too short");
    plain = arena_alloc(a, *n + 1);
    sealed = arena_alloc(a, *n);
    if (!plain || !sealed) return err_nomem(e);
    if (!hash_unseal(plain, r->app->service.seal_key, *secret, *n)) {
        r->shut++;
        if (r->lost) return ERR_OK;
        return err_set(e, ERR_CONFLICT,
                       "a stored secret does not open with the present secret.key: put the right one there, or say --lost"
                       " when there is none any more");
    }
    hash_seal(sealed, r->key, plain, *n - SEAL_EXTRA);
    *secret = sealed;
    r->count++;
    return ERR_OK;
}

static enum err_kind rekey_hooks(struct txn *tx, struct rekey *r, struct arena *a, struct err *e)
{
    struct hook_list l = { 0 };
    enum err_kind k = store_hook_list(tx, 0, a, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++) {
        struct hook_row *h = &l.v[i];
        if (h->old_until <= clock_now(&r->app->clock)) h->old_secret = NULL, h->n_old_secret = 0; /* signs no more */
        if ((k = seal_again(r, a, &h->secret, &h->n_secret, e)) == ERR_OK &&
            (k = seal_again(r, a, &h->old_secret, &h->n_old_secret, e)) == ERR_OK)
            k = store_hook_update(tx, h, e);
    }
    return k;
}

static enum err_kind rekey_imports(struct txn *tx, struct rekey *r, struct arena *a, struct err *e)
{
    struct import_list l = { 0 };
    enum err_kind k = store_import_list(tx, a, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++)
        if (l.v[i].secret && (k = seal_again(r, a, &l.v[i].secret, &l.v[i].n_secret, e)) == ERR_OK)
            k = store_import_update(tx, &l.v[i], e);
    return k;
}

static enum err_kind rekey_sources(struct txn *tx, struct rekey *r, struct arena *a, struct err *e)
{
    struct source_list l = { 0 };
    enum err_kind k = store_source_list(tx, 0, a, &l, e);
    for (size_t i = 0; k == ERR_OK && i < l.n; i++)
        if ((k = seal_again(r, a, &l.v[i].secret, &l.v[i].n_secret, e)) == ERR_OK &&
            (k = seal_again(r, a, &l.v[i].credential, &l.v[i].n_credential, e)) == ERR_OK)
            k = store_source_update(tx, &l.v[i], e);
    return k;
}

static enum err_kind rekey_rows(struct txn *tx, void *arg, struct err *e)
{
    struct rekey *r = arg;
    auto_arena a = arena_new(0);
    enum err_kind k = a ? ERR_OK : err_nomem(e);
    r->count = r->shut = 0;
    if (k == ERR_OK) k = rekey_hooks(tx, r, a, e);
    if (k == ERR_OK) k = rekey_imports(tx, r, a, e);
    if (k == ERR_OK) k = rekey_sources(tx, r, a, e);
    return k == ERR_OK ? store_meta_set(tx, "key", hash_hex(r->key, sizeof r->key).s, e) : k;
}

/* The new key is on disk beside the old one before the database changes; it replaces the old one after. See key.c. */
static enum err_kind rekey(struct app *a, struct rekey *r, struct err *e)
{
    const char *dir = a->config->data_dir;
    char next[4096], key[4096];
    enum err_kind k;
    a->alone = true; /* the others hold the old key */
    if ((k = app_open(a, true, e)) != ERR_OK || (k = key_open(a, e)) != ERR_OK) return k;
    hash_random(r->key, sizeof r->key);
    if ((k = instance_path(next, sizeof next, dir, "secret.key.next", e)) != ERR_OK ||
        (k = instance_path(key, sizeof key, dir, "secret.key", e)) != ERR_OK)
        return k;
    if ((k = instance_write(dir, "secret.key.next", r->key, sizeof r->key, e)) != ERR_OK) return k;
    if ((k = store_exec(a->store, rekey_rows, r, e)) != ERR_OK) return (void)unlink(next), k;
    return rename(next, key) == 0 ? ERR_OK : err_errno(e, errno, "%.200s", key);
}

int app_rekey(struct app *a, int argc, const char *const *argv)
{
    struct rekey r = { .app = a, .lost = argc == 1 && strcmp(argv[0], "--lost") == 0 };
    struct err e;
    enum err_kind k;
    if (argc != r.lost) return fputs("pland: rekey [--lost]\n", stderr), 2;
    k = rekey(a, &r, &e);
    app_close(a);
    if (k != ERR_OK) return app_complain("rekey", &e);
    (void)printf("%lld secrets are sealed under a new secret.key%s\n", (long long)r.count,
                 *a->config->store ? ": copy it to the data directories of the other daemons before they start" : "");
    if (r.shut)
        (void)printf("%lld do not open any more: set the secrets of hooks, sources and remotes again\n", (long long)r.shut);
    return 0;
}
