/* Migrations: each in a transaction of its own together with the row that records it.
 *
 * Daemons of two releases share a database while they are upgraded, so a migration says which ones may go on beside it:
 * the line "-- compatible with N" is the oldest schema version whose daemons work on what it leaves; without it, only
 * those that know it. What is recorded (meta "schema": the version reached, the oldest one that may run) is what older
 * programs go by, for they do not know the migration itself. */
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
    int64_t oldest;       /* the schema version whose daemons may run beside it */
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
    int64_t oldest; /* whose daemons may run on the database as it is */
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

/* 0: the line is there and wrong. */
static int64_t oldest_beside(const char *up, int64_t version)
{
    static const char line[] = "-- compatible with ";
    const char *at = strstr(up, line);
    char *end;
    long oldest;
    if (!at || (at != up && at[-1] != '\n')) return version;
    oldest = strtol(at + sizeof line - 1, &end, 10);
    return *end == '\n' && oldest > 0 && oldest <= version ? oldest : 0;
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
    if (up && !(x->oldest = oldest_beside(x->up, version)))
        return err_set(e, ERR_INTERNAL, "%s: \"compatible with\" takes a version from 1 to its own", f->name);
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


/* A version that nobody has recorded there says nothing about older ones. */
static enum err_kind read_oldest(struct txn *tx, int64_t newest, struct arena *a, int64_t *ret, struct err *e)
{
    const char *value = NULL;
    long long at = 0, oldest = 0;
    enum err_kind k = store_meta_get(tx, MIGRATE_META, a, &value, e);
    if (k != ERR_OK) return k;
    *ret = value && sscanf(value, "%lld %lld", &at, &oldest) == 2 && (!newest || at == newest) ? oldest : newest;
    return ERR_OK;
}

static enum err_kind newer(struct err *e, enum err_kind kind, int64_t version, int64_t oldest, int64_t known)
{
    return err_set(e, kind,
                   "the database was made by a newer pland, with schema version %lld, beside which versions from %lld on"
                   " may run: this one knows %lld", (long long)version, (long long)oldest, (long long)known);
}

static enum err_kind compare(const struct state *s, struct err *e)
{
    size_t both = s->applied.n < s->known.n ? s->applied.n : s->known.n;
    if (s->applied.n > s->known.n && s->oldest > (int64_t)s->known.n)
        return newer(e, ERR_CONFLICT, s->applied.v[s->applied.n - 1].version, s->oldest, (int64_t)s->known.n);
    for (size_t i = 0; i < both; i++) {
        const struct applied *x = &s->applied.v[i];
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
    struct txn tx = { .conn = s->job->conn, .clock = s->job->clock };
    enum err_kind k = load_known(s, e);
    if (k == ERR_OK) k = read_applied(s, e);
    if (k == ERR_OK && s->applied.n) k = read_oldest(&tx, s->applied.v[s->applied.n - 1].version, s->arena, &s->oldest, e);
    return k == ERR_OK ? compare(s, e) : k;
}

/* --- moving ----------------------------------------------------------------------------------------------------- */
/* What is left when x has gone up or down is recorded for programs that do not know it. */
static enum err_kind record_oldest(const struct state *s, struct txn *tx, int64_t reached, struct err *e)
{
    char value[48];
    int64_t oldest = 1;
    for (int64_t i = 0; i < reached; i++)
        if (s->known.v[i].oldest > oldest) oldest = s->known.v[i].oldest;
    (void)snprintf(value, sizeof value, "%lld %lld", (long long)reached, (long long)oldest);
    return reached ? store_meta_set(tx, MIGRATE_META, value, e) : ERR_OK;
}

/* Going up ends daemons that are too old for it, going down those that need it. */
static enum err_kind wait_for_nobody(const struct state *s, const struct step *x, bool up, struct err *e)
{
    const struct engine *engine = s->job->conn->engine;
    int64_t from = up ? 1 : x->version, to = up ? x->oldest - 1 : (int64_t)s->known.n;
    return engine->nobody_runs && from <= to ? engine->nobody_runs(s->job->conn, from, to, e) : ERR_OK;
}

static enum err_kind change(const struct state *s, const struct step *x, bool up, struct err *e)
{
    struct txn tx = { .conn = s->job->conn, .clock = s->job->clock };
    enum err_kind k = tx.conn->engine->script(tx.conn, up ? x->up : x->down, e);
    if (k != ERR_OK) return k;
    if (!up) k = txn_run(&tx, forget_sql, VALUES(v_int(x->version)), NULL, e);
    else k = txn_run(&tx, record_sql,
                     VALUES(v_int(x->version), v_text(x->name), v_text(x->checksum), v_int(clock_now(tx.clock))), NULL,
                     e);
    return k == ERR_OK ? record_oldest(s, &tx, up ? x->version : x->version - 1, e) : k;
}

static enum err_kind apply(const struct state *s, const struct step *x, bool up, struct err *e)
{
    enum err_kind k = conn_begin(s->job->conn, true, e);
    if (k == ERR_OK) k = wait_for_nobody(s, x, up, e);
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

static enum err_kind migrate_alone(struct state *s, int64_t target, int64_t *ret, struct err *e)
{
    int64_t known, at;
    enum err_kind k = load(s, e);
    if (k != ERR_OK) return k;
    known = (int64_t)s->known.n;
    at = (int64_t)s->applied.n;
    if (target == MIGRATE_NEWEST) target = at > known ? at : known;
    else if (target < 0 || target > known)
        return err_set(e, ERR_INVALID, "there is no schema version %lld: this pland knows 0 to %lld", (long long)target,
                       (long long)known);
    else if (at > known) return newer(e, ERR_CONFLICT, at, s->oldest, known);
    if (at > known) log_info("the database was made by a newer pland, and may be used by this one", LOG_I("version", at));
    else k = move_to(s, target, e);
    if (k == ERR_OK) *ret = target;
    return k;
}

enum err_kind migrate(const struct migrate_job *j, int64_t target, int64_t *ret, struct err *e)
{
    auto_arena arena = arena_new(0);
    struct state s = { .job = j, .arena = arena };
    const struct engine *engine = j->conn->engine;
    enum err_kind k = arena ? ERR_OK : err_nomem(e);
    if (k == ERR_OK && engine->migrating) k = engine->migrating(j->conn, e);
    if (k != ERR_OK) return k;
    k = migrate_alone(&s, target, ret, e);
    if (engine->migrated) engine->migrated(j->conn);
    return k;
}

int64_t migrate_newest(const struct embedded_file *files)
{
    int64_t n = 0;
    while (files[n].name) n++;
    return n / 2;
}

enum err_kind migrate_fits(struct txn *tx, int64_t known, struct err *e)
{
    auto_arena arena = arena_new(0);
    int64_t oldest = 0;
    enum err_kind k = arena ? read_oldest(tx, 0, arena, &oldest, e) : err_nomem(e);
    return k == ERR_OK && oldest > known ? newer(e, ERR_BUSY, oldest, oldest, known) : k;
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
