/* secret.key and the database belong together: the database remembers the key's hash. rekey puts the new key beside the
 * old one (secret.key.next), seals every secret and stores the new hash in one transaction, then replaces the file; a
 * crash in between is put right here at the next start.
 *
 * The first daemon's key is the database's. Another one on a shared database is refused: what either sealed, the other
 * could not open. On SQLite the key is simply lost: the daemon serves, and its secrets have to be set again. */
#include "app/app.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "pland/base/log.h"

struct known { struct app *app; struct sha256_hex now; char hash[SHA256_HEX]; };

static enum err_kind remember(struct txn *tx, void *arg, struct err *e)
{
    struct known *k = arg;
    auto_arena a = arena_new(0);
    const char *hash = NULL;
    enum err_kind r = a ? store_meta_get(tx, "key", a, &hash, e) : err_nomem(e);
    if (r != ERR_OK) return r;
    (void)snprintf(k->hash, sizeof k->hash, "%s", hash ? hash : k->now.s);
    return hash ? ERR_OK : store_meta_set(tx, "key", k->now.s, e);
}

/* The key that rekey left behind, when it is the right one. */
static bool take_next(struct app *a, const char *wanted, const char *path, const char *next)
{
    uint8_t key[SEAL_KEY_LEN];
    struct sha256_hex hex;
    ssize_t n;
    int fd = open(next, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    n = read(fd, key, sizeof key);
    (void)close(fd);
    if (n != (ssize_t)sizeof key) return false;
    hex = hash_hex(key, sizeof key);
    if (strcmp(hex.s, wanted) != 0 || rename(next, path) != 0) return false;
    memcpy(a->service.seal_key, key, sizeof key);
    return true;
}

/* A key that was made for nothing is in the way of the right one. */
static enum err_kind refuse(const char *path, bool made, struct err *e)
{
    if (made && unlink(path) != 0) log_warn("secret.key cannot be removed", LOG_S("path", path));
    return err_set(e, ERR_CONFLICT,
                   "%.150s is %s: copy the secret.key of another daemon's data directory there, or, when it is lost,"
                   " stop all daemons and run pland rekey --lost", path,
                   made ? "missing, and the database has secrets that another key has sealed"
                        : "not the key that this database's secrets are sealed with");
}

/* Whoever has the database for himself, to change the key, finds out by the secrets. */
static enum err_kind differs(const struct app *a, const char *path, bool made, struct err *e)
{
    if (a->alone) return ERR_OK;
    if (store_shared(a->store)) return refuse(path, made, e);
    log_warn("secret.key is not the one that sealed this database's secrets: set the secrets of hooks and sources again");
    return ERR_OK;
}

enum err_kind key_open(struct app *a, struct err *e)
{
    const char *dir = a->config->data_dir;
    char path[4096], next[4096];
    struct known known = { .app = a };
    bool made;
    enum err_kind k = instance_path(path, sizeof path, dir, "secret.key", e);
    if (k != ERR_OK || (k = instance_path(next, sizeof next, dir, "secret.key.next", e)) != ERR_OK) return k;
    made = access(path, F_OK) != 0;
    if ((k = instance_key(dir, a->service.seal_key, e)) != ERR_OK) return k;
    known.now = hash_hex(a->service.seal_key, SEAL_KEY_LEN);
    if ((k = store_exec(a->store, remember, &known, e)) != ERR_OK) return k;
    if (strcmp(known.hash, known.now.s) != 0)
        return take_next(a, known.hash, path, next) ? ERR_OK : differs(a, path, made, e);
    if (unlink(next) != 0 && errno != ENOENT) log_warn("secret.key.next cannot be removed");
    return ERR_OK;
}
