/* SQLite only: what is refused at opening, migrations, copies, and a disk that fails or is full at
 * every single write. */
#include "unit/check_main.h"
#include "unit/store_fixture.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "embedded/migrations.h"
#include "pland/store/jobs.h"
#include "store/migrate.h"
#include "store/sqlite/fault_vfs.h"

static const char *database(struct fixture *fp)
{
    return arena_fmt(fp->arena, "%s/pland.db", fp->dir);
}

static void sql(struct fixture *fp, const char *text)
{
    sqlite3 *db = NULL;
    char *words = NULL;
    ck_assert_int_eq(sqlite3_open(database(fp), &db), SQLITE_OK);
    ck_assert_msg(sqlite3_exec(db, text, NULL, NULL, &words) == SQLITE_OK, "%s", words);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
}

static off_t root_page(struct fixture *fp, const char *table)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *raw = NULL;
    off_t page;
    ck_assert_int_eq(sqlite3_open(database(fp), &db), SQLITE_OK);
    ck_assert_int_eq(sqlite3_prepare_v2(db, "SELECT rootpage FROM sqlite_schema WHERE name = ?", -1, &raw, NULL),
                     SQLITE_OK);
    ck_assert_int_eq(sqlite3_bind_text(raw, 1, table, -1, SQLITE_STATIC), SQLITE_OK);
    ck_assert_int_eq(sqlite3_step(raw), SQLITE_ROW);
    page = sqlite3_column_int64(raw, 0);
    (void)sqlite3_finalize(raw);
    ck_assert_int_eq(sqlite3_close(db), SQLITE_OK);
    return page;
}

static void write_file(const char *path, off_t at, const char *bytes)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq((int)pwrite(fd, bytes, strlen(bytes), at), (int)strlen(bytes));
    (void)close(fd);
}

static void close_store(struct fixture *fp)
{
    store_close(fp->store);
    fp->store = NULL;
}

static enum err_kind open_again(struct fixture *fp)
{
    return store_open(&fp->config, &fp->store, &fp->e);
}

#define SAYS(words) ck_assert_msg(strstr(f.e.msg, words) != NULL, "'%s' does not say '%s'", f.e.msg, words)

/* --- opening ---------------------------------------------------------------------------------------------------- */
START_TEST(a_new_database_is_for_its_owner_only)
{
    struct fixture f;
    struct stat st;
    fixture_open(&f);
    ck_assert_int_eq(stat(database(&f), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(stat(arena_fmt(f.arena, "%s-wal", database(&f)), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    fixture_close(&f);
}
END_TEST

START_TEST(what_is_no_database_is_refused_in_words)
{
    struct fixture f;
    fixture_directory(&f);
    write_file(database(&f), 0,
               "this is a letter, and not a short one: it has more than a hundred characters, so that only its "
               "beginning tells.");
    FAILS(ERR_IO, open_again(&f));
    SAYS("damaged or is not a database");
    ck_assert_ptr_null(f.store);
    fixture_close(&f);
}
END_TEST

START_TEST(a_damaged_beginning_is_refused_in_words)
{
    struct fixture f;
    fixture_open(&f);
    close_store(&f);
    write_file(database(&f), 0, "XXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXXX");
    FAILS(ERR_IO, open_again(&f));
    SAYS("damaged");
    fixture_close(&f);
}
END_TEST

START_TEST(damaged_pages_are_found_by_verify)
{
    struct fixture f;
    fixture_open(&f);
    fixture_begin(&f);
    for (int i = 0; i < 200; i++) (void)fixture_put_plan(&f, i);
    fixture_commit(&f);
    conn_close(f.own.conn);
    f.own.conn = NULL;
    close_store(&f);
    write_file(database(&f), (root_page(&f, "plans") - 1) * 8192, "garbage garbage garbage garbage");
    OK(open_again(&f));
    FAILS(ERR_IO, store_verify(f.store, &f.e));
    SAYS("damaged");
    fixture_close(&f);
}
END_TEST

START_TEST(somebody_elses_database_is_left_alone)
{
    struct fixture f;
    fixture_directory(&f);
    sql(&f, "CREATE TABLE songs (title)");
    FAILS(ERR_IO, open_again(&f));
    SAYS("another program");
    sql(&f, "SELECT * FROM songs");
    fixture_close(&f);
}
END_TEST

START_TEST(a_directory_that_cannot_be_written_is_refused_in_words)
{
    struct fixture f;
    fixture_open(&f);
    close_store(&f);
    ck_assert_int_eq(chmod(f.dir, 0555), 0);
    if (geteuid() == 0) ck_assert_int_eq(seteuid(65534), 0); /* permissions do not bind root */
    FAILS(ERR_IO, open_again(&f));
    SAYS("cannot be written");
    if (getuid() == 0) ck_assert_int_eq(seteuid(0), 0);
    (void)chmod(f.dir, 0700);
    f.config.data_dir = "/nonexistent/pland";
    FAILS(ERR_IO, open_again(&f));
    SAYS("No such file");
    fixture_close(&f);
}
END_TEST

/* --- migrations ------------------------------------------------------------------------------------------------- */
/* How many there are: each is a pair of files. */
static int migrations(void)
{
    int n = 0;
    while (embedded_migrations[n].name) n++;
    return n / 2;
}

START_TEST(a_newer_schema_is_refused)
{
    struct fixture f;
    fixture_open(&f);
    ck_assert_int_eq(store_schema_version(f.store), migrations());
    close_store(&f);
    sql(&f, "INSERT INTO schema_migrations VALUES (99, 'future', 'x', 0)");
    FAILS(ERR_CONFLICT, open_again(&f));
    SAYS("newer pland");
    FAILS(ERR_CONFLICT, store_migrate(&f.config, 3, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(an_edited_migration_is_refused)
{
    struct fixture f;
    fixture_open(&f);
    close_store(&f);
    sql(&f, "UPDATE schema_migrations SET checksum = 'x' WHERE version = 3");
    FAILS(ERR_CONFLICT, open_again(&f));
    SAYS("edited after it was applied");
    fixture_close(&f);
}
END_TEST

START_TEST(a_schema_goes_down_and_up_again)
{
    struct fixture f;
    struct stat st;
    fixture_open(&f);
    close_store(&f);
    for (int version = migrations() - 1; version >= 0; version--) OK(store_migrate(&f.config, version, &f.e));
    ck_assert_int_ne(stat(arena_fmt(f.arena, "%s.before-1", database(&f)), &st), 0);
    OK(store_migrate(&f.config, 3, &f.e)); /* nothing in it: nothing to copy */
    ck_assert_int_ne(stat(arena_fmt(f.arena, "%s.before-1", database(&f)), &st), 0);
    f.config.read_only = true;
    FAILS(ERR_CONFLICT, open_again(&f));
    SAYS(arena_fmt(f.arena, "needs %d", migrations()));
    f.config.read_only = false;
    OK(open_again(&f));
    ck_assert_int_eq(store_schema_version(f.store), migrations());
    ck_assert_int_eq(stat(arena_fmt(f.arena, "%s.before-4", database(&f)), &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    ck_assert_int_eq(stat(arena_fmt(f.arena, "%s.before-%d", database(&f), migrations() + 1), &st), 0); /* going down loses data, too */
    FAILS(ERR_INVALID, store_migrate(&f.config, 99, &f.e));
    fixture_close(&f);
}
END_TEST

START_TEST(a_migration_that_fails_changes_nothing)
{
    static const char good[] = "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT); CREATE TABLE good (n INTEGER);",
                      bad[] = "CREATE TABLE half (n INTEGER); CREATE TABLE good (n INTEGER);";
    static const struct embedded_file files[] = {
        { "0001_good.down.sql", "DROP TABLE good; DROP TABLE meta;", 33 },
        { "0001_good.up.sql", good, sizeof good - 1 },
        { "0002_bad.down.sql", "", 0 },
        { "0002_bad.up.sql", bad, sizeof bad - 1 },
        { NULL, NULL, 0 },
    };
    struct fixture f;
    struct conn *c = NULL;
    struct migrate_job job = { .files = files };
    int64_t version = -1;
    bool there = true;
    fixture_directory(&f);
    OK(conn_open(&sqlite_engine, f.dir, CONN_WRITER, NULL, &c, &f.e));
    job.conn = c, job.place = f.dir, job.clock = &f.clock;
    FAILS(ERR_INTERNAL, migrate(&job, MIGRATE_NEWEST, &version, &f.e));
    SAYS("migration 2 (bad) up");
    OK(c->engine->has_table(c, "half", &there, &f.e));
    ck_assert(!there);
    OK(migrate(&job, 1, &version, &f.e));
    ck_assert_int_eq(version, 1);
    conn_close(c);
    fixture_close(&f);
}
END_TEST

/* --- copies ----------------------------------------------------------------------------------------------------- */
START_TEST(a_backup_is_a_database_of_its_own)
{
    struct fixture f, g;
    struct plan_row p;
    struct stat st;
    const char *file;
    fixture_open(&f);
    fixture_begin(&f);
    (void)fixture_put_plan(&f, 1);
    fixture_commit(&f);
    fixture_directory(&g);
    file = database(&g);
    OK(store_backup(f.store, file, &f.e));
    ck_assert_int_eq(stat(file, &st), 0);
    ck_assert_int_eq(st.st_mode & 0777, 0600);
    FAILS(ERR_CONFLICT, store_backup(f.store, file, &f.e));
    fixture_reopen(&g);
    fixture_begin(&g);
    f.e = (struct err){ 0 };
    ck_assert_int_eq(store_plan_get(g.tx, "plan_1", 0, g.arena, &p, &g.e), ERR_OK);
    FAILS(ERR_NOT_FOUND, store_backup(f.store, "/nonexistent/dir/x.db", &f.e));
    fixture_close(&g);
    fixture_close(&f);
}
END_TEST

/* --- the disk --------------------------------------------------------------------------------------------------- */
static enum err_kind write_fn(struct txn *tx, void *arg, struct err *e)
{
    struct plan_row p = { .id = arg, .project = 1, .generation = 1, .title = "t" };
    struct event_row ev = { .seq = 1, .at = 1, .type = "plan.created" };
    struct job j = { .kind = JOB_RESEARCH, .generation = 1 };
    char body[20000];
    enum err_kind k = store_plan_insert(tx, &p, e);
    memset(body, 'x', sizeof body - 1);
    body[sizeof body - 1] = '\0';
    ev.plan = j.plan = p.n;
    if (k == ERR_OK) k = store_ticket_put(tx, p.n, body, "{}", e);
    if (k == ERR_OK) k = store_event_insert(tx, &ev, e);
    return k == ERR_OK ? store_job_insert(tx, &j, e) : k;
}

struct there { const char *id; bool plan, whole; };
static enum err_kind there_fn(struct txn *tx, void *arg, struct err *e)
{
    struct there *t = arg;
    auto_arena a = arena_new(0);
    struct plan_row p;
    const char *ticket, *request;
    struct event_list events;
    struct job_list jobs;
    enum err_kind k = store_plan_get(tx, t->id, 0, a, &p, e);
    t->plan = k == ERR_OK;
    if (k != ERR_OK) return k == ERR_NOT_FOUND ? ERR_OK : k;
    k = store_ticket_get(tx, p.n, a, &ticket, &request, e);
    if (k == ERR_OK) k = store_event_list(tx, p.n, 0, 9, a, &events, e);
    if (k == ERR_OK) k = store_job_open(tx, p.n, a, &jobs, e);
    t->whole = k == ERR_OK && strlen(ticket) == 19999 && events.n == 1 && jobs.n == 1;
    return k;
}

static struct there look(struct fixture *fp, const char *id)
{
    struct there t = { .id = id };
    enum err_kind k = store_read(fp->store, there_fn, &t, &fp->e);
    ck_assert_msg(k == ERR_OK, "%s", fp->e.msg);
    ck_assert(t.whole || !t.plan);
    return t;
}

/* One write after another fails: the caller is told, nothing of it is there, and the next goes through. */
static void fail_each_write(enum fault_disk how, enum err_kind kind, bool stays)
{
    struct fixture f;
    int64_t n = 0;
    bool hit;
    fixture_directory(&f);
    OK(fault_vfs_register(&f.e));
    fixture_reopen(&f);
    do {
        char *id = arena_fmt(f.arena, "plan_%lld", (long long)++n),
             *next = arena_fmt(f.arena, "plan_after_%lld", (long long)n);
        enum err_kind k;
        OK(store_checkpoint(f.store, &f.e)); /* no write of the checkpoint's thread is to be the one that fails */
        f.e = (struct err){ 0 };
        fault_vfs_arm(n, how, stays);
        k = store_exec(f.store, write_fn, id, &f.e);
        hit = fault_vfs_hits() > 0;
        fault_vfs_disarm();
        ck_assert_msg(k == (hit ? kind : ERR_OK), "write %d gives %s", (int)n, f.e.msg);
        ck_assert_int_eq(look(&f, id).plan, !hit);
        OK(store_exec(f.store, write_fn, next, &f.e));
        ck_assert(look(&f, next).plan);
    } while (hit);
    ck_assert_int_gt(n, 3);
    OK(store_verify(f.store, &f.e));
    close_store(&f);
    OK(open_again(&f));
    ck_assert(look(&f, arena_fmt(f.arena, "plan_after_%lld", (long long)n)).plan && !look(&f, "plan_1").plan);
    OK(store_verify(f.store, &f.e));
    fixture_close(&f);
}

START_TEST(a_disk_that_is_full_once) { fail_each_write(FAULT_DISK_FULL, ERR_FULL, false); }
END_TEST
START_TEST(a_disk_that_stays_full_until_there_is_room) { fail_each_write(FAULT_DISK_FULL, ERR_FULL, true); }
END_TEST
START_TEST(a_disk_that_breaks_once) { fail_each_write(FAULT_DISK_BROKEN, ERR_IO, false); }
END_TEST

/* Whatever write of opening, migrating and copying aside fails: an error in words, and the next start succeeds. */
START_TEST(a_disk_that_fails_while_migrating)
{
    struct fixture f;
    int64_t n = 0;
    bool hit;
    fixture_directory(&f);
    OK(fault_vfs_register(&f.e));
    do {
        enum err_kind k;
        OK(store_migrate(&f.config, 4, &f.e));
        f.e = (struct err){ 0 };
        n += n < 40 ? 1 : 13;
        fault_vfs_arm(n, FAULT_DISK_FULL, true);
        k = open_again(&f);
        hit = fault_vfs_hits() > 0;
        fault_vfs_disarm();
        ck_assert_msg(k == ERR_OK || (hit && k == ERR_FULL), "write %d gives %s", (int)n, f.e.msg);
        if (k != ERR_OK) OK(open_again(&f));
        OK(store_verify(f.store, &f.e));
        close_store(&f);
    } while (hit);
    ck_assert_int_gt(n, 20);
    fixture_close(&f);
}
END_TEST

START_TEST(a_checkpoint_that_fails_loses_nothing)
{
    struct fixture f;
    int64_t n = 0, told = 0;
    bool hit;
    fixture_directory(&f);
    OK(fault_vfs_register(&f.e));
    fixture_reopen(&f);
    do {
        char *id = arena_fmt(f.arena, "plan_%lld", (long long)++n);
        enum err_kind k;
        OK(store_exec(f.store, write_fn, id, &f.e));
        fault_vfs_arm(n, FAULT_DISK_BROKEN, false);
        k = store_checkpoint(f.store, &f.e);
        hit = fault_vfs_hits() > 0;
        fault_vfs_disarm();
        ck_assert(k == ERR_OK || (hit && k == ERR_IO)); /* the background thread may be the one that is hit */
        told += k != ERR_OK;
        ck_assert(look(&f, id).plan);
    } while (hit);
    ck_assert_int_gt(told, 3);
    OK(store_verify(f.store, &f.e));
    fixture_close(&f);
}
END_TEST

UNIT_MAIN("store_sqlite", {
                              a_new_database_is_for_its_owner_only,
                              what_is_no_database_is_refused_in_words,
                              a_damaged_beginning_is_refused_in_words,
                              damaged_pages_are_found_by_verify,
                              somebody_elses_database_is_left_alone,
                              a_directory_that_cannot_be_written_is_refused_in_words,
                              a_newer_schema_is_refused,
                              an_edited_migration_is_refused,
                              a_schema_goes_down_and_up_again,
                              a_migration_that_fails_changes_nothing,
                              a_backup_is_a_database_of_its_own,
                              a_disk_that_is_full_once,
                              a_disk_that_stays_full_until_there_is_room,
                              a_disk_that_breaks_once,
                              a_disk_that_fails_while_migrating,
                              a_checkpoint_that_fails_loses_nothing,
                          })
