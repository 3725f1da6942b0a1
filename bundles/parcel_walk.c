#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "bundles/parcel.h"
#include "core/list.h"
#include "core/mem.h"

/* A folder that is still to be looked into. */
struct folder {
    struct list_node node;
    size_t depth;
    char *path;
};

struct walk {
    struct list_node folders;
    size_t entries;
    parcel_visit *visit;
    void *context;
};

static void
folder_free(struct folder *folder)
{
    if (folder == NULL)
        return;
    mem_free(folder->path);
    mem_free(folder);
}

/* Look into path later.  path becomes the walk's. */
static enum status
remember(struct walk *walk, char *path, size_t depth)
{
    struct folder *folder = NULL;

    if (path != NULL)
        folder = mem_zalloc(1, sizeof(*folder));
    if (folder == NULL) {
        mem_free(path);
        return STATUS_NO_MEMORY;
    }
    folder->path = path;
    folder->depth = depth;
    list_append(&walk->folders, &folder->node);
    return STATUS_OK;
}

/* One name in folder.  Folders whose name begins with a dot are hidden or in
 * the making. */
static enum status
on_entry(struct walk *walk, const struct folder *folder, const char *name)
{
    struct stat facts;
    enum status status = STATUS_OK;
    char *path;

    if (name[0] == '.')
        return STATUS_OK;
    if (++walk->entries > PARCEL_ENTRIES_MAX)
        return STATUS_TOO_LARGE;
    if (strcmp(name, PARCEL_HEADER) == 0)
        return walk->visit(walk->context, folder->path);
    path = file_join(folder->path, name);
    if (path == NULL)
        return STATUS_NO_MEMORY;
    if (folder->depth < PARCEL_DEPTH_MAX && lstat(path, &facts) == 0 &&
        S_ISDIR(facts.st_mode))
        status = remember(walk, path, folder->depth + 1);
    else
        mem_free(path);
    return status;
}

static enum status
look_into(struct walk *walk, const struct folder *folder)
{
    DIR *directory = opendir(folder->path);
    const struct dirent *entry;
    enum status status = STATUS_OK;

    if (directory == NULL)
        return folder->depth == 0 ? file_status_of_errno(errno) : STATUS_OK;
    while (status == STATUS_OK && (entry = readdir(directory)) != NULL)
        status = on_entry(walk, folder, entry->d_name);
    (void)closedir(directory);
    return status;
}

enum status
parcel_walk(const char *path, parcel_visit *visit, void *context)
{
    struct walk walk = {.visit = visit, .context = context};
    enum status status;
    char *first;

    list_init(&walk.folders);
    first = mem_alloc(strlen(path) + 1);
    if (first != NULL)
        memcpy(first, path, strlen(path) + 1);
    status = remember(&walk, first, 0);
    while (!list_is_empty(&walk.folders)) {
        struct folder *folder =
            CONTAINER_OF(walk.folders.next, struct folder, node);

        list_remove(&folder->node);
        if (status == STATUS_OK)
            status = look_into(&walk, folder);
        folder_free(folder);
    }
    return status;
}
