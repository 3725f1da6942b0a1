#include "bundles/parcel_export.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/limits.h"
#include "core/mem.h"

/* A bundle that is written and not yet synced. */
struct waiting {
    char *temporary;
    char *target;
};

struct parcel_export {
    size_t waiting_count;
    struct waiting waiting[EXPORT_FOLDERS_MAX];
    uint64_t octets; /* of those that wait */
    size_t count;
    char path[];
};

enum status
parcel_export_new(struct parcel_export **out, const char *path)
{
    size_t size = strlen(path) + 1;

    *out = mem_zalloc(1, sizeof(**out) + size);
    if (*out == NULL)
        return STATUS_NO_MEMORY;
    memcpy((*out)->path, path, size);
    return STATUS_OK;
}

/* Nothing waits any more; what still has its hidden name is removed. */
static void
clear(struct parcel_export *export)
{
    for (size_t i = 0; i < export->waiting_count; i++) {
        struct waiting *waiting = &export->waiting[i];

        if (waiting->temporary != NULL)
            file_remove_folder(waiting->temporary);
        mem_free(waiting->temporary);
        mem_free(waiting->target);
    }
    export->waiting_count = 0;
    export->octets = 0;
}

void
parcel_export_free(struct parcel_export *export)
{
    if (export == NULL)
        return;
    clear(export);
    mem_free(export);
}

static void
name_fault(struct parcel_fault *fault, const char *path)
{
    int saved = errno;

    snprintf(fault->path, sizeof(fault->path), "%s", path);
    errno = saved;
}

/* All that waits: at once where the system can, or one by one. */
static enum status
sync_all(const struct parcel_export *export, struct parcel_fault *fault)
{
    enum status status = STATUS_NEWER;

    name_fault(fault, export->path);
    /* For a single one it is not worth what else the disk has to do. */
    if (export->waiting_count > 1)
        status = file_sync_system(export->path);
    if (status != STATUS_NEWER)
        return status;
    status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < export->waiting_count; i++) {
        name_fault(fault, export->waiting[i].temporary);
        status = file_sync_folder(export->waiting[i].temporary);
    }
    return status;
}

static enum status
give_name(struct parcel_export *export, struct waiting *waiting,
          struct parcel_fault *fault)
{
    if (rename(waiting->temporary, waiting->target) != 0) {
        name_fault(fault, waiting->target);
        return file_status_of_errno(errno);
    }
    mem_free(waiting->temporary);
    waiting->temporary = NULL;
    export->count++;
    return STATUS_OK;
}

enum status
parcel_export_finish(struct parcel_export *export, struct parcel_fault *fault)
{
    enum status status;

    if (export->waiting_count == 0)
        return STATUS_OK;
    status = sync_all(export, fault);
    for (size_t i = 0; status == STATUS_OK && i < export->waiting_count; i++)
        status = give_name(export, &export->waiting[i], fault);
    if (status == STATUS_OK) {
        name_fault(fault, export->path);
        status = file_sync_directory(export->path);
    }
    clear(export);
    return status;
}

/* True if source was added and waits. */
static bool
is_waiting(const struct parcel_export *export, const char *target)
{
    for (size_t i = 0; i < export->waiting_count; i++)
        if (strcmp(export->waiting[i].target, target) == 0)
            return true;
    return false;
}

static enum status
write_temporary(const struct waiting *waiting,
                const struct parcel_source *source, struct parcel_fault *fault)
{
    struct parcel_source unsynced = *source;
    struct stat facts;

    name_fault(fault, waiting->target);
    if (lstat(waiting->target, &facts) == 0)
        return STATUS_EXISTS;
    /* What a run that was killed left. */
    file_remove_folder(waiting->temporary);
    unsynced.sync_later = true;
    return parcel_write(waiting->temporary, &unsynced, fault);
}

/* waiting becomes export's if all goes well. */
static enum status
add(struct parcel_export *export, const struct waiting *waiting,
    const struct parcel_source *source, struct parcel_fault *fault)
{
    enum status status = STATUS_OK;

    if (is_waiting(export, waiting->target))
        status = parcel_export_finish(export, fault);
    if (status == STATUS_OK)
        status = write_temporary(waiting, source, fault);
    if (status != STATUS_OK)
        return status;
    export->waiting[export->waiting_count++] = *waiting;
    for (size_t i = 0; i < source->fields->file_count; i++)
        export->octets += source->fields->files[i].size;
    return STATUS_OK;
}

enum status
parcel_export_add(struct parcel_export *export,
                  const struct parcel_source *source,
                  struct parcel_fault *fault)
{
    struct waiting waiting = {
        parcel_path(export->path, source, true),
        parcel_path(export->path, source, false),
    };
    enum status status = STATUS_NO_MEMORY;

    fault->path[0] = '\0';
    if (waiting.temporary != NULL && waiting.target != NULL)
        status = add(export, &waiting, source, fault);
    if (status != STATUS_OK) {
        mem_free(waiting.temporary);
        mem_free(waiting.target);
        return status;
    }
    if (export->waiting_count == EXPORT_FOLDERS_MAX ||
        export->octets >= EXPORT_OCTETS_MAX)
        status = parcel_export_finish(export, fault);
    return status;
}

size_t
parcel_export_count(const struct parcel_export *export)
{
    return export->count;
}
