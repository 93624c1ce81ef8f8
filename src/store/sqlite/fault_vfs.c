/* The failing disk. Each file of SQLite is wrapped: the wrapper's methods come first, the real file follows. */
#include "store/sqlite/fault_vfs.h"

#include <sqlite3.h>
#include <stdatomic.h>
#include <string.h>

struct fault_file {
    sqlite3_file base;
    sqlite3_file *real; /* behind this struct */
};

/* SQLite's list of VFS is process-wide and has no room for an argument on the way to a file: so is this. */
static struct {
    sqlite3_vfs vfs;
    sqlite3_vfs *real;
    _Atomic int64_t left, hits;
    _Atomic bool stays;
    _Atomic int code;
} disk;

static bool fails(void)
{
    int64_t left = atomic_load(&disk.left);
    if (left <= 0) return false;
    if (atomic_fetch_sub(&disk.left, 1) != 1) return false;
    if (atomic_load(&disk.stays)) atomic_store(&disk.left, 1);
    (void)atomic_fetch_add(&disk.hits, 1);
    return true;
}

static int failure(int io_code)
{
    int code = atomic_load(&disk.code);
    return code == SQLITE_FULL ? SQLITE_FULL : io_code;
}

static sqlite3_file *real_of(sqlite3_file *f)
{
    return ((struct fault_file *)f)->real;
}

/* --- what fails ------------------------------------------------------------------------------------------------- */
static int file_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
    return fails() ? failure(SQLITE_IOERR_WRITE) : real_of(f)->pMethods->xWrite(real_of(f), p, n, at);
}

static int file_truncate(sqlite3_file *f, sqlite3_int64 size)
{
    return fails() ? failure(SQLITE_IOERR_TRUNCATE) : real_of(f)->pMethods->xTruncate(real_of(f), size);
}

static int file_sync(sqlite3_file *f, int flags)
{
    return fails() ? failure(SQLITE_IOERR_FSYNC) : real_of(f)->pMethods->xSync(real_of(f), flags);
}

/* --- what passes through ---------------------------------------------------------------------------------------- */
static int file_close(sqlite3_file *f) { return real_of(f)->pMethods->xClose(real_of(f)); }
static int file_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
    return real_of(f)->pMethods->xRead(real_of(f), p, n, at);
}
static int file_size(sqlite3_file *f, sqlite3_int64 *ret) { return real_of(f)->pMethods->xFileSize(real_of(f), ret); }
static int file_lock(sqlite3_file *f, int level) { return real_of(f)->pMethods->xLock(real_of(f), level); }
static int file_unlock(sqlite3_file *f, int level) { return real_of(f)->pMethods->xUnlock(real_of(f), level); }
static int file_reserved(sqlite3_file *f, int *ret)
{
    return real_of(f)->pMethods->xCheckReservedLock(real_of(f), ret);
}
static int file_control(sqlite3_file *f, int op, void *arg)
{
    return real_of(f)->pMethods->xFileControl(real_of(f), op, arg);
}
static int file_sector(sqlite3_file *f) { return real_of(f)->pMethods->xSectorSize(real_of(f)); }
static int file_traits(sqlite3_file *f) { return real_of(f)->pMethods->xDeviceCharacteristics(real_of(f)); }
static int file_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **ret)
{
    return real_of(f)->pMethods->xShmMap(real_of(f), page, size, extend, ret);
}
static int file_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return real_of(f)->pMethods->xShmLock(real_of(f), at, n, flags);
}
static void file_shm_barrier(sqlite3_file *f) { real_of(f)->pMethods->xShmBarrier(real_of(f)); }
static int file_shm_unmap(sqlite3_file *f, int forget) { return real_of(f)->pMethods->xShmUnmap(real_of(f), forget); }

static const sqlite3_io_methods methods = {
    .iVersion = 2,
    .xClose = file_close,
    .xRead = file_read,
    .xWrite = file_write,
    .xTruncate = file_truncate,
    .xSync = file_sync,
    .xFileSize = file_size,
    .xLock = file_lock,
    .xUnlock = file_unlock,
    .xCheckReservedLock = file_reserved,
    .xFileControl = file_control,
    .xSectorSize = file_sector,
    .xDeviceCharacteristics = file_traits,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *f, int flags, int *ret_flags)
{
    struct fault_file *x = (struct fault_file *)f;
    int rc;
    (void)vfs;
    x->real = (sqlite3_file *)(void *)(x + 1);
    x->base.pMethods = NULL;
    rc = disk.real->xOpen(disk.real, name, x->real, flags, ret_flags);
    if (x->real->pMethods) x->base.pMethods = &methods;
    return rc;
}

enum err_kind fault_vfs_register(struct err *e)
{
    int rc;
    if (disk.real) return ERR_OK;
    disk.real = sqlite3_vfs_find(NULL);
    if (!disk.real) return err_set(e, ERR_INTERNAL, "SQLite has no VFS");
    disk.vfs = *disk.real; /* all that is about names, randomness and time is the real one's */
    disk.vfs.pNext = NULL;
    disk.vfs.zName = "pland-fault";
    disk.vfs.szOsFile = (int)sizeof(struct fault_file) + disk.real->szOsFile;
    disk.vfs.xOpen = vfs_open;
    rc = sqlite3_vfs_register(&disk.vfs, 1);
    return rc == SQLITE_OK ? ERR_OK : err_set(e, ERR_INTERNAL, "%s", sqlite3_errstr(rc));
}

void fault_vfs_arm(int64_t nth, enum fault_disk how, bool stays)
{
    atomic_store(&disk.hits, 0);
    atomic_store(&disk.stays, stays);
    atomic_store(&disk.code, how == FAULT_DISK_FULL ? SQLITE_FULL : SQLITE_IOERR);
    atomic_store(&disk.left, nth);
}

void fault_vfs_disarm(void)
{
    atomic_store(&disk.left, 0);
}

int64_t fault_vfs_hits(void)
{
    return atomic_load(&disk.hits);
}
