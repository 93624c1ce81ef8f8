/* Two releases on one database: what a newer one's migrations say decides whether an older one may go on. Any engine. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include "embedded/migrations.h"
#include "store/migrate.h"

#define SAYS(words) ck_assert_msg(strstr(f.e.msg, words) != NULL, "'%s' does not say '%s'", f.e.msg, words)
enum { FILES_MAX = 256 };

/* The newer release: this one's migrations and two more, the first compatible with this one, the second not. */
struct release {
    struct embedded_file files[FILES_MAX];
    char names[4][32], expand[96];
    struct migrate_job job;
    int64_t ours, version;
};

static void newer_release(struct fixture *fp, struct release *r)
{
    const char *texts[] = { "DROP TABLE more;", r->expand, "CREATE TABLE more (n INTEGER);", "DROP TABLE more;" };
    size_t n = 0;
    *r = (struct release){ .ours = migrate_newest(embedded_migrations) };
    while (embedded_migrations[n].name) n++;
    ck_assert_uint_lt(n + 5, FILES_MAX);
    memcpy(r->files, embedded_migrations, n * sizeof *r->files);
    (void)snprintf(r->expand, sizeof r->expand, "-- More.\n-- compatible with %d\nCREATE TABLE more (n INTEGER);", (int)r->ours);
    for (int i = 0; i < 4; i++) {
        (void)snprintf(r->names[i], sizeof r->names[i], "%04d_more.%s.sql", (int)r->ours + 1 + i / 2, i % 2 ? "up" : "down");
        r->files[n + (size_t)i] = (struct embedded_file){ r->names[i], texts[i], strlen(texts[i]) };
    }
    ck_assert_int_eq(conn_open(fp->config.database ? &postgres_engine : &sqlite_engine, fp->config.database ? fp->database : fp->dir,
                               CONN_WRITER, NULL, &r->job.conn, &fp->e), ERR_OK);
    r->job.place = fp->dir;
    r->job.files = r->files;
    r->job.clock = &fp->clock;
}

static void close_store(struct fixture *fp)
{
    store_close(fp->store);
    fp->store = NULL;
}

static enum err_kind note(struct txn *tx, void *arg, struct err *e)
{
    return store_meta_set(tx, "note", arg, e);
}

static enum err_kind fits(struct txn *tx, void *arg, struct err *e)
{
    (void)arg;
    return store_fits(tx, e);
}

START_TEST(an_older_daemon_goes_on_beside_a_compatible_migration)
{
    struct fixture f;
    struct release r;
    fixture_open(&f);
    newer_release(&f, &r);
    OK(migrate(&r.job, r.ours + 1, &r.version, &f.e));
    OK(store_exec(f.store, note, (void *)(uintptr_t)"beside", &f.e));
    OK(store_read(f.store, fits, NULL, &f.e));
    close_store(&f);
    fixture_reopen(&f); /* started again, too */
    ck_assert_int_eq(store_schema_version(f.store), r.ours + 1);
    OK(store_exec(f.store, note, (void *)(uintptr_t)"again", &f.e));
    FAILS(ERR_CONFLICT, store_migrate(&f.config, (int)r.ours, &f.e)); /* it does not know the way down */
    SAYS("made by a newer pland");
    conn_close(r.job.conn);
    fixture_close(&f);
}
END_TEST

START_TEST(a_migration_that_ends_what_a_daemon_needs_waits_for_its_end)
{
    struct fixture f;
    struct release r;
    fixture_open(&f);
    newer_release(&f, &r);
    OK(migrate(&r.job, r.ours + 1, &r.version, &f.e));
    if (f.config.database) {
        FAILS(ERR_CONFLICT, migrate(&r.job, MIGRATE_NEWEST, &r.version, &f.e));
        SAYS("stop or upgrade them first");
        SAYS("writer with version");
        OK(store_exec(f.store, note, (void *)(uintptr_t)"unharmed", &f.e));
    }
    close_store(&f);
    OK(migrate(&r.job, MIGRATE_NEWEST, &r.version, &f.e));
    ck_assert_int_eq(r.version, r.ours + 2);
    FAILS(ERR_CONFLICT, store_open(&f.config, &f.store, &f.e));
    SAYS("made by a newer pland");
    OK(migrate(&r.job, r.ours, &r.version, &f.e)); /* who knows the way down opens it for the older one again */
    fixture_reopen(&f);
    conn_close(r.job.conn);
    fixture_close(&f);
}
END_TEST

/* Cut off while it happened, it notices before it writes. */
START_TEST(a_daemon_that_was_away_meanwhile_does_not_write)
{
    struct fixture f;
    struct release r;
    if (!getenv("PLAND_TEST_DATABASE")) return; /* a connection to a file is never lost */
    fixture_open(&f);
    newer_release(&f, &r);
    OK(migrate(&r.job, r.ours + 1, &r.version, &f.e));
    OK(r.job.conn->engine->script(r.job.conn,
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();"
        "DO $$ BEGIN WHILE EXISTS (SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE l.locktype = 'advisory'"
        " AND d.datname = current_database() AND l.pid <> pg_backend_pid()) LOOP END LOOP; END $$", &f.e)); /* until the server has let its locks go */
    OK(migrate(&r.job, MIGRATE_NEWEST, &r.version, &f.e));
    FAILS(ERR_BUSY, store_exec(f.store, note, (void *)(uintptr_t)"too late", &f.e));
    SAYS("made by a newer pland");
    FAILS(ERR_BUSY, store_exec(f.store, note, (void *)(uintptr_t)"still", &f.e));
    FAILS(ERR_BUSY, store_read(f.store, fits, NULL, &f.e));
    conn_close(r.job.conn);
    fixture_close(&f);
}
END_TEST

START_TEST(going_down_waits_for_those_who_need_it)
{
    struct fixture f;
    if (!getenv("PLAND_TEST_DATABASE")) return; /* the data directory's lock sees to it */
    fixture_open(&f);
    FAILS(ERR_CONFLICT, store_migrate(&f.config, 1, &f.e));
    SAYS("stop or upgrade them first");
    close_store(&f);
    OK(store_migrate(&f.config, 1, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_wrong_line_about_compatibility_is_a_bug)
{
    static const char *const lines[] = { "-- compatible with 0\n", "-- compatible with 9\n", "-- compatible with it\n", "-- compatible with 1 or so\n" };
    for (size_t i = 0; i < countof(lines); i++) {
        const struct embedded_file files[] = { { "0001_a.down.sql", "", 0 }, { "0001_a.up.sql", lines[i], strlen(lines[i]) }, { 0 } };
        struct fixture f;
        struct migrate_job job = { .files = files };
        int64_t version;
        fixture_directory(&f);
        OK(conn_open(f.config.database ? &postgres_engine : &sqlite_engine, f.config.database ? f.database : f.dir, CONN_WRITER, NULL, &job.conn, &f.e));
        job.place = f.dir, job.clock = &f.clock;
        FAILS(ERR_INTERNAL, migrate(&job, MIGRATE_NEWEST, &version, &f.e));
        SAYS("compatible with");
        conn_close(job.conn);
        fixture_close(&f);
    }
}
END_TEST

UNIT_MAIN("store_schema", {
                              an_older_daemon_goes_on_beside_a_compatible_migration,
                              a_migration_that_ends_what_a_daemon_needs_waits_for_its_end,
                              a_daemon_that_was_away_meanwhile_does_not_write,
                              going_down_waits_for_those_who_need_it,
                              a_wrong_line_about_compatibility_is_a_bug,
                          })
