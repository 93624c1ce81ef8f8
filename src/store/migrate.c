/* Migrations: each in a transaction of its own together with the row that records it. */
#include "store/migrate.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pland/base/log.h"
#include "store/conn.h"
#include "store/txn.h"

struct step {
    int64_t version;
    const char *name, *up, *down;
    const char *checksum; /* SHA-256 of the text up */
};
struct applied {
    int64_t version;
    const char *name, *checksum;
};
struct state {
    const struct migrate_job *job;
    struct arena *arena;
    LIST(struct step) known;
    LIST(struct applied) applied;
};

static const struct column applied_columns[] = {
    C_INT(struct applied, version),
    C_TEXT(struct applied, name),
    C_TEXT(struct applied, checksum),
};
static const struct shape applied_shape = SHAPE("migration", struct applied, applied_columns);

/* --- what this program knows ------------------------------------------------------------------------------------ */
/* "0003_plans.up.sql" → 3, "plans", true */
static bool parse_name(struct arena *a, const char *file, int64_t *ret_version, const char **ret_name, bool *ret_up)
{
    const char *dot = strchr(file, '.');
    char *end;
    long version = strtol(file, &end, 10);
    if (!isdigit((unsigned char)file[0]) || *end != '_' || !dot || version < 1) return false;
    *ret_up = strcmp(dot, ".up.sql") == 0;
    if (!*ret_up && strcmp(dot, ".down.sql") != 0) return false;
    *ret_version = version;
    *ret_name = arena_dup_n(a, end + 1, (size_t)(dot - end - 1));
    return true;
}

static struct step *step_of(struct state *s, int64_t version)
{
    struct step *x = s->known.n ? &s->known.v[s->known.n - 1] : NULL;
    if (x && x->version == version) return x; /* files are sorted */
    x = arena_push(s->arena, &s->known, sizeof *x);
    if (x) x->version = version;
    return x;
}

static enum err_kind load_file(struct state *s, const struct embedded_file *f, struct err *e)
{
    struct step *x;
    const char *name;
    int64_t version;
    bool up;
    if (!parse_name(s->arena, f->name, &version, &name, &up))
        return err_set(e, ERR_INTERNAL, "%s is no name for a migration", f->name);
    x = step_of(s, version);
    if (!x) return arena_check(s->arena, e);
    x->name = name;
    if (up) x->up = f->bytes;
    else x->down = f->bytes;
    if (up) x->checksum = arena_dup(s->arena, hash_hex(f->bytes, f->n).s);
    return arena_check(s->arena, e);
}

static enum err_kind load_known(struct state *s, struct err *e)
{
    for (const struct embedded_file *f = s->job->files; f->name; f++) {
        enum err_kind k = load_file(s, f, e);
        if (k != ERR_OK) return k;
    }
    for (size_t i = 0; i < s->known.n; i++)
        if (!s->known.v[i].up || !s->known.v[i].down || s->known.v[i].version != (int64_t)i + 1)
            return err_set(e, ERR_INTERNAL, "migration %zu is not complete", i + 1);
    return ERR_OK;
}

/* --- what the database says ------------------------------------------------------------------------------------- */
static const char create_sql[] =
    "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
    " checksum TEXT NOT NULL, applied_at INTEGER NOT NULL)";
static const char applied_sql[] = "SELECT version, name, checksum FROM schema_migrations ORDER BY version";
static const char record_sql[] =
    "INSERT INTO schema_migrations (version, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";
static const char forget_sql[] = "DELETE FROM schema_migrations WHERE version = $1";

static enum err_kind read_applied(struct state *s, struct err *e)
{
    struct txn tx = { .conn = s->job->conn, .clock = s->job->clock };
    bool there = false;
    enum err_kind k = tx.conn->engine->has_table(tx.conn, "schema_migrations", &there, e);
    if (k != ERR_OK || !there) return k;
    return txn_all(&tx, applied_sql, NULL, 0, &applied_shape, s->arena, &s->applied, e);
}

static enum err_kind compare(const struct state *s, struct err *e)
{
    for (size_t i = 0; i < s->applied.n; i++) {
        const struct applied *x = &s->applied.v[i];
        if (i >= s->known.n || x->version > s->known.v[s->known.n - 1].version)
            return err_set(e, ERR_CONFLICT,
                           "the database has schema version %lld and was made by a newer pland: this one knows %zu",
                           (long long)s->applied.v[s->applied.n - 1].version, s->known.n);
        if (x->version != s->known.v[i].version)
            return err_set(e, ERR_CONFLICT, "the database lacks migration %zu", i + 1);
        if (strcmp(x->checksum, s->known.v[i].checksum) != 0)
            return err_set(e, ERR_CONFLICT, "migration %lld (%s) was edited after it was applied to this database",
                           (long long)x->version, x->name);
    }
    return ERR_OK;
}

static enum err_kind load(struct state *s, struct err *e)
{
    enum err_kind k = load_known(s, e);
    if (k == ERR_OK) k = read_applied(s, e);
    return k == ERR_OK ? compare(s, e) : k;
}

/* --- moving ----------------------------------------------------------------------------------------------------- */
static enum err_kind change(const struct state *s, const struct step *x, bool up, struct err *e)
{
    struct txn tx = { .conn = s->job->conn, .clock = s->job->clock };
    enum err_kind k = tx.conn->engine->script(tx.conn, up ? x->up : x->down, e);
    if (k != ERR_OK) return k;
    if (!up) return txn_run(&tx, forget_sql, VALUES(v_int(x->version)), NULL, e);
    return txn_run(&tx, record_sql,
                   VALUES(v_int(x->version), v_text(x->name), v_text(x->checksum), v_int(clock_now(tx.clock))), NULL,
                   e);
}

static enum err_kind apply(const struct state *s, const struct step *x, bool up, struct err *e)
{
    enum err_kind k = conn_begin(s->job->conn, true, e);
    if (k == ERR_OK && up) k = s->job->conn->engine->script(s->job->conn, create_sql, e);
    if (k == ERR_OK) k = change(s, x, up, e);
    if (k == ERR_OK) k = conn_commit(s->job->conn, e);
    if (k == ERR_OK) return ERR_OK;
    conn_rollback(s->job->conn);
    return err_wrap(e, "migration %lld (%s) %s", (long long)x->version, x->name, up ? "up" : "down");
}

/* A copy under a name that says what it precedes; an older one of that name gives way only when the
 * new one is whole. */
static enum err_kind copy_aside(const struct state *s, struct err *e)
{
    struct conn *c = s->job->conn;
    char name[4096], part[4096 + 8];
    enum err_kind k;
    if (!c->engine->backup_name) return ERR_OK;
    k = c->engine->backup_name(s->job->place, (int64_t)s->applied.n + 1, name, sizeof name, e);
    if (k != ERR_OK) return k;
    (void)snprintf(part, sizeof part, "%s.part", name);
    (void)remove(part);
    k = c->engine->backup(c, part, e);
    if (k == ERR_OK && rename(part, name) != 0) k = err_errno(e, errno, "renaming %s", part);
    if (k == ERR_OK) log_info("the database was copied before migrating", LOG_S("file", name));
    return k;
}

static enum err_kind move_to(struct state *s, int64_t target, struct err *e)
{
    int64_t at = (int64_t)s->applied.n;
    enum err_kind k = ERR_OK;
    if (at > 0 && at != target) k = copy_aside(s, e); /* going down drops what the older schema has no place for */
    while (k == ERR_OK && at < target) k = apply(s, &s->known.v[at++], true, e);
    while (k == ERR_OK && at > target) k = apply(s, &s->known.v[--at], false, e);
    return k;
}

enum err_kind migrate(const struct migrate_job *j, int64_t target, int64_t *ret, struct err *e)
{
    auto_arena arena = arena_new(0);
    struct state s = { .job = j, .arena = arena };
    enum err_kind k = arena ? load(&s, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    if (target == MIGRATE_NEWEST) target = (int64_t)s.known.n;
    if (target < 0 || target > (int64_t)s.known.n)
        return err_set(e, ERR_INVALID, "there is no schema version %lld: this pland knows 0 to %zu", (long long)target,
                       s.known.n);
    k = move_to(&s, target, e);
    if (k == ERR_OK) *ret = target;
    return k;
}

enum err_kind migrate_check(const struct migrate_job *j, int64_t *ret, struct err *e)
{
    auto_arena arena = arena_new(0);
    struct state s = { .job = j, .arena = arena };
    enum err_kind k = arena ? load(&s, e) : err_nomem(e);
    if (k != ERR_OK) return k;
    if (s.applied.n < s.known.n)
        return err_set(e, ERR_CONFLICT,
                       "the database has schema version %zu and needs %zu: start pland or run `pland migrate`",
                       s.applied.n, s.known.n);
    *ret = (int64_t)s.applied.n;
    return ERR_OK;
}
