#include "tests/unit/sqlite_faults.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <sqlite3.h>

/* One kind of fault: what was counted, and what is to come. */
struct fault {
    long count;
    long left; /* negative: none */
    int result;
    bool for_ever;
};

static struct fault disk = {.left = -1};
static struct fault memory = {.left = -1};
static bool is_read_only;

/* True if the operation that is now begun is to fail. */
static bool
falls_due(struct fault *fault)
{
    fault->count++;
    if (fault->left < 0)
        return false;
    if (fault->left > 0) {
        fault->left--;
        return false;
    }
    if (!fault->for_ever)
        fault->left = -1;
    return true;
}

/* Files: ours, with the real one behind it in the same memory. */

struct file {
    sqlite3_file base;
    sqlite3_file *real;
};

static sqlite3_vfs *real_vfs;

static sqlite3_file *
real_of(sqlite3_file *file)
{
    struct file *own = (struct file *)(void *)file;

    return own->real;
}

static int
file_close(sqlite3_file *file)
{
    return real_of(file)->pMethods->xClose(real_of(file));
}

static int
file_read(sqlite3_file *file, void *out, int size, sqlite3_int64 at)
{
    return real_of(file)->pMethods->xRead(real_of(file), out, size, at);
}

static int
file_write(sqlite3_file *file, const void *octets, int size, sqlite3_int64 at)
{
    if (falls_due(&disk))
        return disk.result;
    return real_of(file)->pMethods->xWrite(real_of(file), octets, size, at);
}

static int
file_truncate(sqlite3_file *file, sqlite3_int64 size)
{
    if (falls_due(&disk))
        return disk.result;
    return real_of(file)->pMethods->xTruncate(real_of(file), size);
}

static int
file_sync(sqlite3_file *file, int flags)
{
    if (falls_due(&disk))
        return disk.result;
    return real_of(file)->pMethods->xSync(real_of(file), flags);
}

static int
file_size(sqlite3_file *file, sqlite3_int64 *size)
{
    return real_of(file)->pMethods->xFileSize(real_of(file), size);
}

static int
file_lock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xLock(real_of(file), lock);
}

static int
file_unlock(sqlite3_file *file, int lock)
{
    return real_of(file)->pMethods->xUnlock(real_of(file), lock);
}

static int
file_check_lock(sqlite3_file *file, int *out)
{
    return real_of(file)->pMethods->xCheckReservedLock(real_of(file), out);
}

static int
file_control(sqlite3_file *file, int what, void *argument)
{
    return real_of(file)->pMethods->xFileControl(real_of(file), what, argument);
}

static int
file_sector_size(sqlite3_file *file)
{
    return real_of(file)->pMethods->xSectorSize(real_of(file));
}

static int
file_characteristics(sqlite3_file *file)
{
    return real_of(file)->pMethods->xDeviceCharacteristics(real_of(file));
}

static int
file_shm_map(sqlite3_file *file, int region, int size, int extend,
             void volatile **out)
{
    if (is_read_only)
        return SQLITE_CANTOPEN;
    return real_of(file)->pMethods->xShmMap(real_of(file), region, size, extend,
                                            out);
}

static int
file_shm_lock(sqlite3_file *file, int offset, int count, int flags)
{
    return real_of(file)->pMethods->xShmLock(real_of(file), offset, count,
                                             flags);
}

static void
file_shm_barrier(sqlite3_file *file)
{
    real_of(file)->pMethods->xShmBarrier(real_of(file));
}

static int
file_shm_unmap(sqlite3_file *file, int remove)
{
    return real_of(file)->pMethods->xShmUnmap(real_of(file), remove);
}

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
    .xCheckReservedLock = file_check_lock,
    .xFileControl = file_control,
    .xSectorSize = file_sector_size,
    .xDeviceCharacteristics = file_characteristics,
    .xShmMap = file_shm_map,
    .xShmLock = file_shm_lock,
    .xShmBarrier = file_shm_barrier,
    .xShmUnmap = file_shm_unmap,
};

static int
vfs_open(sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags,
         int *out_flags)
{
    struct file *own = (struct file *)(void *)file;
    int result;

    (void)vfs;
    own->base.pMethods = NULL;
    own->real = (sqlite3_file *)(void *)(own + 1);
    if ((flags & SQLITE_OPEN_CREATE) != 0) {
        if (is_read_only)
            return SQLITE_CANTOPEN;
        if (falls_due(&disk))
            return disk.result == SQLITE_FULL ? SQLITE_FULL : SQLITE_CANTOPEN;
    }
    result = real_vfs->xOpen(real_vfs, name, own->real, flags, out_flags);
    if (own->real->pMethods != NULL)
        own->base.pMethods = &methods;
    return result;
}

static int
vfs_delete(sqlite3_vfs *vfs, const char *name, int sync)
{
    (void)vfs;
    if (is_read_only)
        return SQLITE_IOERR_DELETE;
    if (falls_due(&disk))
        return disk.result;
    return real_vfs->xDelete(real_vfs, name, sync);
}

/* Memory. */

static sqlite3_mem_methods real_memory;

static void *
memory_take(int size)
{
    return falls_due(&memory) ? NULL : real_memory.xMalloc(size);
}

static void *
memory_resize(void *old, int size)
{
    return falls_due(&memory) ? NULL : real_memory.xRealloc(old, size);
}

void
sqlite_faults_install(void)
{
    static sqlite3_vfs vfs;
    sqlite3_mem_methods methods_of_memory;

    assert_int_equal(sqlite3_config(SQLITE_CONFIG_GETMALLOC, &real_memory),
                     SQLITE_OK);
    methods_of_memory = real_memory;
    methods_of_memory.xMalloc = memory_take;
    methods_of_memory.xRealloc = memory_resize;
    assert_int_equal(sqlite3_config(SQLITE_CONFIG_MALLOC, &methods_of_memory),
                     SQLITE_OK);
    assert_int_equal(sqlite3_initialize(), SQLITE_OK);

    real_vfs = sqlite3_vfs_find(NULL);
    assert_non_null(real_vfs);
    vfs = *real_vfs;
    vfs.zName = "faults";
    vfs.pNext = NULL;
    vfs.szOsFile = real_vfs->szOsFile + (int)sizeof(struct file);
    vfs.xOpen = vfs_open;
    vfs.xDelete = vfs_delete;
    assert_int_equal(sqlite3_vfs_register(&vfs, 1), SQLITE_OK);
}

void
sqlite_faults_disk(long n, int result, bool for_ever)
{
    disk.left = n;
    disk.result = result;
    disk.for_ever = for_ever;
}

void
sqlite_faults_memory(long n)
{
    memory.left = n;
    memory.for_ever = false;
}

void
sqlite_faults_read_only(bool read_only)
{
    is_read_only = read_only;
}

long
sqlite_faults_disk_count(void)
{
    return disk.count;
}

long
sqlite_faults_memory_count(void)
{
    return memory.count;
}
