#include "cli/unfinished.h"

#include <sys/stat.h>

#include "bundles/bundle_account.h"
#include "cli/home.h"
#include "cli/i18n.h"
#include "core/file.h"
#include "core/lock.h"
#include "core/mem.h"

#define UNFINISHED_NAME "unfinished"

/* Nobody else is publishing.  What cannot be cleared away now stays marked for
 * the next one. */
static void
collect(struct lock *lock, struct store *store)
{
    size_t removed;

    if (bundle_account_collect(store, &removed) == STATUS_OK)
        lock_remove(lock);
}

/* True if there is something that nobody works on any more, and it could not
 * be cleared away. */
static bool
collect_of_others(const char *path, struct store *store)
{
    struct stat facts;
    struct lock *lock;
    bool is_left;

    if (stat(path, &facts) != 0 ||
        lock_take(&lock, path, LOCK_ALONE, false) != STATUS_OK)
        return false;
    collect(lock, store);
    is_left = stat(path, &facts) == 0;
    lock_free(lock);
    return is_left;
}

/* The mark is on the disk before the first chunk. */
static int
mark(struct cli *cli, struct unfinished *unfinished, const char *path)
{
    enum status status = lock_take(&unfinished->lock, path, LOCK_SHARED, true);

    if (status == STATUS_OK)
        status = file_sync_directory(cli->home);
    if (status == STATUS_OK)
        return CLI_DONE;
    lock_free(unfinished->lock);
    unfinished->lock = NULL;
    return cli_fail_file(cli, status, _("cannot write"), path);
}

int
unfinished_begin(struct cli *cli, struct unfinished *unfinished,
                 struct store *store, bool is_large)
{
    char *path = home_path(cli, UNFINISHED_NAME);
    int code = CLI_DONE;

    unfinished->lock = NULL;
    unfinished->is_dirty = false;
    if (path == NULL)
        return cli_fail_memory(cli);
    unfinished->is_dirty = collect_of_others(path, store);
    if (is_large)
        code = mark(cli, unfinished, path);
    mem_free(path);
    return code;
}

void
unfinished_end(struct unfinished *unfinished, struct store *store,
               bool is_signed)
{
    struct lock *lock = unfinished->lock;

    if (lock == NULL)
        return;
    unfinished->lock = NULL;
    /* Whoever shares it ends it. */
    if (lock_alone(lock) == STATUS_OK) {
        if (!is_signed || unfinished->is_dirty)
            collect(lock, store);
        else
            lock_remove(lock);
    }
    lock_free(lock);
}
